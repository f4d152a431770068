"""Words in two languages, and the catalogs they come from."""

from __future__ import annotations

import inspect
from enum import Enum
from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from adapters import catalogs
from adapters.pressroom import environment
from adapters.translations import translator, word
from adapters.vocabulary import ENUMS, TABLES
from complaints import words
from complaints.words import Channel, Language, Stage, TaskKind

if TYPE_CHECKING:
    from pathlib import Path


def test_every_member_of_every_vocabulary_has_a_name_in_both_languages() -> None:
    ours = {kind for _, kind in inspect.getmembers(words, inspect.isclass) if issubclass(kind, Enum)}
    closed = {kind for kind in ours if kind.__module__ == words.__name__}
    assert closed <= set(ENUMS)
    for kind, names in ENUMS.items():
        assert set(names) == set(kind)
        for member in kind:
            assert word(member, Language.EN)
            assert not word(member, Language.ZH_CN).isascii()


def test_every_task_has_its_aim_in_both_languages() -> None:
    assert set(TABLES["TaskAim"]) == {kind.value for kind in TaskKind}
    assert word("findings", "en", of="TaskAim") == "Investigate and propose a remedy"
    assert word("findings", "zh-CN", of="TaskAim") == "请调查核实并提出处理方案"


def test_the_same_english_word_may_mean_two_things_in_chinese() -> None:
    assert word(Channel.POST, "en") == "Letter"
    assert word(Channel.POST, "zh-CN") == "信函"
    assert word(Stage.INVESTIGATION, "zh-CN") == "调查核实"


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    assert word("teleportation", "en", of="Field") == "teleportation"


def test_a_plain_code_needs_its_table() -> None:
    with pytest.raises(TypeError, match="say of which table"):
        word("resolve", "en")


def test_english_needs_no_catalog() -> None:
    assert translator("en").gettext("Anything at all") == "Anything at all"


def test_a_template_that_asks_for_what_it_was_not_given_fails_loudly() -> None:
    with pytest.raises(UndefinedError):
        environment("en").from_string("{{ nobody }}").render()


def test_collecting_again_changes_nothing_and_keeps_what_was_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "templates" / "pages"
    pages.mkdir(parents=True)
    for package in ("adapters", "portal"):
        (tmp_path / package).mkdir()
    (pages / "one.html").write_text("{% trans %}Good day{% endtrans %}{{ _('Farewell') }}")
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    assert {"Good day", "Farewell"} <= set(catalogs.renew("zh_CN"))
    path = catalogs.catalog_path("zh_CN")
    path.write_text(path.read_text().replace('msgid "Good day"\nmsgstr ""', 'msgid "Good day"\nmsgstr "您好"'))
    assert "Good day" not in catalogs.renew("zh_CN")
    before = path.read_text()
    catalogs.renew("zh_CN")
    assert path.read_text() == before
    (pages / "one.html").write_text("{{ _('Farewell') }}")
    catalogs.renew("zh_CN")
    assert '#~ msgid "Good day"' in path.read_text()
    (pages / "one.html").write_text("{{ _('Good day') }}")
    assert "Good day" not in catalogs.renew("zh_CN")
    assert 'msgid "Good day"\nmsgstr "您好"' in path.read_text()


@pytest.mark.parametrize("locale", ["zh_CN"])
def test_the_catalog_holds_every_text_of_the_house_translated(locale: str) -> None:
    there = catalogs.read_catalog(locale)
    texts = {catalogs.key_of(message) for message in catalogs.collected(locale) if message.id}
    assert texts - {catalogs.key_of(message) for message in there} == set()
    assert catalogs.missing(there) == []
