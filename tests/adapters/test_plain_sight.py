"""Plain sight: no unseen sign makes a text read as another, on pages or in mails; names of all scripts stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from adapters.letterpress import print_letter, sample
from adapters.plain_sight import as_typed, in_plain_sight
from adapters.pressroom import environment
from complaints.letters import LetterKind
from complaints.words import Language

UNSEEN = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u2060\ufeff"
FOOLING = "\u202d\u202e\u0000\u0007\u001b\u007f\u0085\u009b"
TRICK = "Refund \u202e001\u202c yuan, \u2067invoice\u2069\u200b.\u001b[2Jpdf"
IN_SIGHT = "Refund \ufffd001 yuan, invoice.\ufffd[2Jpdf"


@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_nobody_sees_is_left_out(sign: str) -> None:
    assert in_plain_sight(f"a{sign}b") == "ab"


@pytest.mark.parametrize("sign", FOOLING)
def test_where_a_sign_forces_or_commands_stands_one_that_is_seen(sign: str) -> None:
    assert in_plain_sight(f"a{sign}b") == "a\ufffdb"


@pytest.mark.parametrize(
    "text",
    [
        "محمد عبد الله",
        "دکتر می\u200cخواهم",
        "שָׁלוֹם כֹּהֵן",
        "क्\u200dष राज",
        "ශ්\u200dරී ලංකා",
        "👩\u200d👩\u200d👧 ❤\ufe0f",
        "王芳 · 李娜",
        "two lines\n\tand a tab\r\n",
        "soft\u00adly, naïve, e\u0301",
    ],
)
def test_names_and_texts_of_all_scripts_stay_as_they_are(text: str) -> None:
    assert in_plain_sight(text) == text


def test_a_number_that_a_phone_wrapped_when_it_was_copied_reads_as_a_number() -> None:
    assert in_plain_sight("\u202a+86 138 0013 8000\u202c") == "+86 138 0013 8000"


@pytest.mark.parametrize("name", ["page.html", "letter.txt"])
@pytest.mark.parametrize(
    "template",
    [
        "{{ text }}",
        "{% trans text=text %}Dear {{ text }}{% endtrans %}",
        "{{ text | excerpt(200) }}",
        "{{ 'x: ' ~ text }}",
        "{% macro told(x) %}{{ x }}{% endmacro %}{{ told(text) }}",
        "{% set kept %}{{ text }}{% endset %}{{ kept }}",
        "{% for block in text | paragraphs %}{% for line in block %}{{ line }}{% endfor %}{% endfor %}",
    ],
)
def test_whichever_way_a_template_says_it(name: str, template: str) -> None:
    printing = environment(Language.EN)
    code = printing.compile(template, name=name, filename=name)
    found = printing.template_class.from_code(printing, code, printing.globals).render(text=f"<b>{TRICK}")
    assert IN_SIGHT in found
    assert ("&lt;b&gt;" in found) is name.endswith(".html"), "and it is escaped as ever"


def test_what_is_safe_stays_safe_and_what_is_not_does_not_become_it() -> None:
    assert in_plain_sight(Markup("<p>a\u202eb</p>")) == Markup("<p>a\ufffdb</p>")
    assert isinstance(in_plain_sight(Markup("<p>\u202e</p>")), Markup)
    assert not isinstance(in_plain_sight("<p>\u202e</p>"), Markup)


def test_a_field_keeps_every_sign_of_what_was_typed() -> None:
    assert as_typed('"\u202e<a>') == Markup("&#34;&#x202e;&lt;a&gt;")


@pytest.mark.parametrize("language", Language)
def test_a_mail_to_staff_shows_what_is_written_and_nothing_else(language: Language) -> None:
    letter: Any = sample(LetterKind.TASK_ASKED, language)
    matter = replace(letter.matter, customer="\u202emoc.live@ecila\u202c", item="K2\u2066", detail=TRICK)
    printed = print_letter(replace(letter, matter=matter), zone="Asia/Shanghai")
    for part in (printed.subject, printed.text, printed.html):
        assert not set(part) & set(UNSEEN + FOOLING)
    for part in (printed.text, printed.html):
        assert "\ufffdmoc.live@ecila" in part
        assert "Refund \ufffd001 yuan, invoice.\ufffd[2Jpdf" in part


def test_arabic_and_hebrew_reach_the_reader_letter_by_letter() -> None:
    letter: Any = sample(LetterKind.TASK_ASKED, Language.EN)
    matter = replace(letter.matter, customer="محمد (أبو علي)", detail="שלום! המכשיר דולף: 5 ימים.")
    printed = print_letter(replace(letter, matter=matter), zone="Asia/Shanghai")
    for part in (printed.text, printed.html):
        assert "محمد (أبو علي)" in part
        assert "שלום! המכשיר דולף: 5 ימים." in part
    assert 'dir="auto"' in printed.html


def test_what_a_customer_breaks_into_lines_stays_in_its_own_row_of_a_mail() -> None:
    letter: Any = sample(LetterKind.TASK_ASKED, Language.EN)
    broken = replace(
        letter.matter, customer="Ann\nDue: never", item="Kettle\r\nOpen the task:\nhttps://elsewhere.example"
    )
    text = print_letter(replace(letter, matter=broken), zone="UTC").text
    assert [line for line in text.splitlines() if line.startswith("Due:")] == ["Due: Fri 27 Nov 2026, 06:00"]
    assert "Customer: Ann Due: never" in text
    assert "https://elsewhere.example" not in text.splitlines()
