"""Every letter of the house: four files, two languages, text in 72 columns, HTML that any mail program takes."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from adapters.catalogs import collected, read_catalog
from adapters.letterpress import Printed, print_letter, sample
from adapters.settings import ROOT
from adapters.typesetting import width
from complaints import correspondence as says
from complaints.letters import LetterKind
from complaints.words import Language, Outcome, TaskKind

ZONE = "Asia/Shanghai"
FILES = {"subject.txt", "body.txt", "body.html", "sample.toml"}
EMPTY = {"meta", "br", "img", "hr"}
URL = re.compile(r"https?://\S+")
WIDEST = 78

every_letter = pytest.mark.parametrize("kind", list(LetterKind))
both_languages = pytest.mark.parametrize("language", list(Language))


class Reader(HTMLParser):
    """Reads HTML strictly: every tag is closed in order; keeps links, texts and table layout."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.buttons = 0
        self.texts: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag not in EMPTY:
            self.open.append(tag)
        if tag == "a":
            self.links.append(known.get("href") or "")
        if tag == "table" and known.get("role") != "presentation":
            self.wrong.append("a layout table that is read aloud as a table")
        if tag in {"script", "img", "link", "form"}:
            self.wrong.append(f"<{tag}>")
        self.buttons += tag == "td" and known.get("class") == "button" and bool(known.get("bgcolor"))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of order")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def printed(kind: LetterKind, language: Language) -> Printed:
    return print_letter(sample(kind, language), zone=ZONE)


def urls_of(letter: says.Letter) -> set[str]:
    return set(URL.findall(str(asdict(letter)).replace("'", " ").replace(",", " ")))


@every_letter
def test_a_letter_has_its_four_files(kind: LetterKind) -> None:
    folder = ROOT / "templates" / "email" / kind.value
    assert {path.name for path in folder.iterdir()} >= FILES


def test_no_folder_is_left_over_from_a_letter_that_is_gone() -> None:
    folders = {path.name for path in (ROOT / "templates" / "email").iterdir() if path.is_dir()}
    assert folders == {kind.value for kind in LetterKind}


@every_letter
@both_languages
def test_a_subject_is_one_line_that_names_the_case(kind: LetterKind, language: Language) -> None:
    subject = printed(kind, language).subject
    assert sample(kind, language).head.case_no in subject
    assert "\n" not in subject
    assert width(subject) <= 110


@every_letter
@both_languages
def test_plain_text_fits_the_window(kind: LetterKind, language: Language) -> None:
    text = printed(kind, language).text
    wide = [line for line in text.splitlines() if width(line) > WIDEST and not URL.search(line)]
    assert wide == []
    assert "\n\n\n" not in text
    assert "<" not in text
    assert "&amp;" not in text


@every_letter
@both_languages
def test_html_is_whole_and_laid_out_in_tables(kind: LetterKind, language: Language) -> None:
    html = printed(kind, language).html
    reader = read(html)
    assert reader.wrong == []
    assert reader.open == []
    assert html.lstrip().startswith("<!doctype html>")
    assert f'lang="{language.value}"' in html
    # A digest has a link in each of its lines instead.
    assert reader.buttons == (0 if kind is LetterKind.DIGEST else 1)
    assert len(html.encode()) < 60_000


@every_letter
@both_languages
def test_every_address_in_a_letter_was_given_to_it(kind: LetterKind, language: Language) -> None:
    letter = sample(kind, language)
    result = print_letter(letter, zone=ZONE)
    given = urls_of(letter)
    assert set(URL.findall(result.text)) <= given
    assert set(read(result.html).links) - {f"mailto:{letter.head.email}"} <= given
    assert given & set(URL.findall(result.text)) == given & set(read(result.html).links) != set()


@every_letter
@both_languages
def test_text_and_html_say_why_the_reader_gets_it_and_who_the_house_is(kind: LetterKind, language: Language) -> None:
    letter = sample(kind, language)
    result = print_letter(letter, zone=ZONE)
    html = " ".join(read(result.html).texts)
    for fact in (letter.head.house, letter.head.address, letter.head.email, letter.head.phone):
        assert fact in result.text
        assert fact in html
    why = "You get this mail because" if language is Language.EN else "您收到此邮件，是因为"
    assert why in result.text
    assert why in html


@every_letter
def test_the_languages_differ_and_moments_are_the_houses(kind: LetterKind) -> None:
    english, chinese = printed(kind, Language.EN), printed(kind, Language.ZH_CN)
    assert english.subject != chinese.subject
    assert "China Standard Time (GMT+08:00)" in english.text
    assert "中国标准时间" in chinese.text


def test_every_text_of_the_letters_is_translated() -> None:
    texts = {_id(message) for message in collected("zh_CN") if _is_ours(message)}
    translated = {_id(message) for message in read_catalog("zh_CN") if message.string}
    assert texts - translated == set()
    assert len(texts) > 200


def _is_ours(message: Any) -> bool:  # noqa: ANN401  babel's
    return any(str(file).startswith(("templates/email", "adapters/")) for file, _ in message.locations)


def _id(message: Any) -> tuple[str, str | None]:  # noqa: ANN401  babel's
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


@both_languages
@pytest.mark.parametrize("kind", [TaskKind.COMPLETION, TaskKind.DECISION, TaskKind.SURVEY])
def test_a_reminder_says_what_it_reminds_of(kind: TaskKind, language: Language) -> None:
    letter = sample(LetterKind.CUSTOMER_REMINDER, language)
    assert isinstance(letter, says.CustomerReminder)
    other = replace(letter, work=replace(letter.work, kind=kind), is_last=False)
    texts = {print_letter(letter, zone=ZONE).text, print_letter(other, zone=ZONE).text}
    assert len(texts) == 2
    assert read(print_letter(other, zone=ZONE).html).wrong == []


@both_languages
def test_a_closing_letter_fits_the_outcome_and_only_the_unsatisfied_read_where_to_appeal(language: Language) -> None:
    letter = sample(LetterKind.CLOSING, language)
    assert isinstance(letter, says.Closing)
    told = {
        outcome: print_letter(replace(letter, outcome=outcome), zone=ZONE).text
        for outcome in (Outcome.SATISFIED, Outcome.UNSATISFIED, Outcome.UNREACHABLE)
    }
    assert len(set(told.values())) == 3
    assert [outcome for outcome, text in told.items() if "12315" in text] == [Outcome.UNSATISFIED]


@both_languages
def test_an_escalation_that_only_informs_reads_otherwise(language: Language) -> None:
    letter = sample(LetterKind.TASK_ESCALATED, language)
    assert isinstance(letter, says.TaskEscalated)
    informs = print_letter(replace(letter, is_mine=False, missed_at=None), zone=ZONE)
    moves = print_letter(letter, zone=ZONE)
    assert informs.subject != moves.subject
    assert "None" not in informs.text
    assert read(informs.html).wrong == []


def test_what_a_customer_wrote_cannot_become_markup() -> None:
    letter = sample(LetterKind.TASK_ASKED, Language.EN)
    assert isinstance(letter, says.TaskAsked)
    evil = '<script>alert(1)</script>"><a href="https://evil.example">click</a> {{ 6173 * 7919 }} {% raise %}'
    matter = replace(letter.matter, customer=evil, item=evil, expected_remedy=evil, detail=evil)
    result = print_letter(replace(letter, matter=matter, objection=evil), zone=ZONE)
    reader = read(result.html)
    assert reader.wrong == []
    assert "https://evil.example" not in reader.links
    assert "{{ 6173 * 7919 }}" in result.text
    assert str(6173 * 7919) not in result.text


@both_languages
def test_a_reader_whose_name_is_unknown_is_greeted_all_the_same(language: Language) -> None:
    letter = sample(LetterKind.PROGRESS, language)
    nameless = replace(letter, head=replace(letter.head, reader=""))
    greeting = "Dear customer," if language is Language.EN else "尊敬的客户，您好："
    assert greeting in print_letter(nameless, zone=ZONE).text


@both_languages
def test_a_letter_of_a_bare_complaint_leaves_no_empty_rows(language: Language) -> None:
    letter = sample(LetterKind.TASK_ASKED, language)
    assert isinstance(letter, says.TaskAsked)
    bare = replace(
        letter,
        matter=replace(letter.matter, customer="", category="", level="", item="", expected_remedy="", detail=""),
        offers=(),
        objection="",
        round=1,
    )
    result = print_letter(bare, zone=ZONE)
    assert not [line for line in result.text.splitlines() if line.rstrip().endswith((":", "：")) and "http" in line]
    assert read(result.html).wrong == []
