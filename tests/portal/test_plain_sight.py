"""Texts of strangers on pages: shown so that they fool nobody, kept and given back to their writer sign by sign."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.async_api import expect

from complaints.words import TaskKind
from tests.builders import ANN, bring_to, complain, task_link
from tests.portal.browsing import DESK, window
from tests.portal.test_intake import PNG, number_on

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from adapters.house import House
    from tests.portal.visitor import Visitor

REVERSED = f"{ANN.detail} I paid \u202e001\u202c yuan."
SHOWN = "I paid \ufffd001 yuan."


async def test_the_file_keeps_what_she_wrote_and_the_page_does_not_act_on_it(visitor: Visitor, house: House) -> None:
    told = {"detail": REVERSED, "name": "\u2067Ann\u2069 Lee", "email": ANN.email}
    case_no = number_on(await visitor.send(await visitor.open("/"), told, files=[PNG]))
    record = (await house.casebook.brief(case_no)).record
    assert (record.detail, record.name) == (REVERSED, "\u2067Ann\u2069 Lee")
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(task_link(house, case_no, task))
    assert SHOWN in page.text
    assert "Ann Lee" in page.text
    assert not set(page.html) & set("\u202e\u202c\u2067\u2069")


async def test_a_form_that_comes_back_holds_every_sign_that_was_typed(visitor: Visitor, house: House) -> None:
    wrong = {"detail": REVERSED, "name": "\u200fשלום!\u200f", "email": "ann@"}
    again = await visitor.send(await visitor.open("/"), wrong)
    assert again.status == 422
    assert again.form("detail").values["detail"][0].strip() == REVERSED
    assert again.value("name") == wrong["name"]
    case_no = number_on(await visitor.send(again, {"email": ANN.email}))
    record = (await house.casebook.brief(case_no)).record
    assert (record.detail, record.name) == (REVERSED, wrong["name"])


async def test_a_files_name_ends_as_it_says(visitor: Visitor, house: House) -> None:
    spoofed = ("invoice\u202egnp.exe.png", PNG[1], PNG[2])
    told = {"detail": ANN.detail, "name": ANN.name, "email": ANN.email}
    case_no = number_on(await visitor.send(await visitor.open("/"), told, files=[spoofed]))
    link = task_link(house, case_no, await bring_to(house, case_no, TaskKind.FINDINGS))
    assert "invoicegnp.exe.png" in (await visitor.open(link)).text
    assert "%E2%80%AE" not in (await visitor.client.get(f"{link}/evidence/E1")).headers["content-disposition"]


async def test_arabic_and_hebrew_read_from_the_right_and_what_follows_from_the_left(
    browser: Browser, street: House
) -> None:
    arabic = "الغلاية التي اشتريتها تسرب الماء! The kettle is broken."
    case_no = await complain(street, name="محمد (أبو علي)", detail=f"{arabic}\n{ANN.detail}")
    task = await bring_to(street, case_no, TaskKind.FINDINGS)
    async with window(browser, street, size=DESK) as page:
        await page.goto(f"{task_link(street, case_no, task)}?lang=en")
        told = page.locator(".prose", has_text="الغلاية").first
        await expect(told).to_be_visible()
        left = json.loads(
            await told.evaluate(_LEFT_OF, [["الغلاية", "The kettle is"], ["The kettle I", "leaks water"]])
        )
        assert left == [False, True], "an Arabic paragraph begins at the right, an English one at the left"
        name = page.locator("dd", has_text="محمد").first
        assert json.loads(await name.evaluate(_LEFT_OF, [["محمد", "أبو علي"]])) == [False]


_LEFT_OF = """(element, pairs) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const left = (words) => {
    const node = nodes.find((one) => one.data.includes(words));
    const range = document.createRange();
    const start = node.data.indexOf(words);
    range.setStart(node, start);
    range.setEnd(node, start + words.length);
    return range.getClientRects()[0].left;
  };
  return JSON.stringify(pairs.map(([one, other]) => left(one) < left(other)));
}"""
"""Whether one of two texts stands to the left of the other on the screen."""
