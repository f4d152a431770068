"""The page about regulatory packs is drawn from the packs, and their limits are those of PROCESS.md and no others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.policies import load_policy, policy_path
from complaints.policy_clocks import ClockRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy import Policy
    from complaints.policy_clocks import Applies

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "packs.md"
RENEW = "REDRESS_RENEW_DOCS"

LIMITS = {
    "uk-fca-disp": {"summary_resolution": "3 bd", "final_response": "8 w", "payment_response": "15 bd + 20 bd"},
    "us-cfpb": {"response": "15 d", "final_response": "60 d"},
    "cn-bank-insurance": {"decision_simple": "15 d", "decision_complex": "30 d + 30 d"},
    "au-rg271": {"acknowledge": "24 h", "idr_response": "30 d", "idr_response_superannuation": "45 d"},
    "eu-psd2": {"reply": "15 bd + 20 bd"},
    "iso-10002": {},
}
"""What PROCESS.md section 5 lists, and nothing else: 15 and exceptionally 35 business days are 15 + 20."""

KEEPING = {"uk-fca-disp": "DISP 1.9.1R(2), there counted from receipt"}
"""The rule that says how long; elsewhere it is the house's choice."""

HEAD = f"""\
# Regulatory packs

A pack is a policy file that begins with `extends = "default.toml"` and says what a rule wants of a house of its
kind. Choose one with `REDRESS_POLICY=uk-fca-disp`, or write your own that extends it. None of them is legal advice:
the head of each file says how it counts and which parts of the rule it does not cover. The houses are invented.

Drawn from the files by `{RENEW}=1 python -m pytest tests/house/test_packs_page.py`; the test fails when this page is
older. Clocks that a pack inherits from the default policy are not shown.

* **Limit**: `d` and `w` are calendar days and weeks, `bd` business days to their close; the day of receipt is day 0.
  What follows a `+` is one extension, which the role named must approve and of which the customer is told with the
  reason.
* **Kind**: *regulatory* is a rule's, *promise* the house's own, a *window* a time in which something simpler is
  allowed.
* **Letter when it ends**: a *holding response* goes out by itself, once, and says why, until when, and where to turn;
  after downtime it says that it is late. Who accepts within the window of a summary resolution gets that letter, and
  no final decision follows.
* A rule's clock never stands still: no pack gives it a pause.
"""


def own_clocks(name: str) -> dict[str, ClockRule]:
    """The clocks in which a pack differs from the default policy."""
    inherited = load_policy(policy_path("default")).clocks
    return {code: rule for code, rule in load_policy(policy_path(name)).clocks.items() if inherited.get(code) != rule}


def limit_of(rule: ClockRule, policy: Policy) -> str:
    """`15 bd`, and `15 bd + 20 bd` with its extension."""
    length = str(rule.limit or policy.intake.acknowledge_within)
    return f"{length} + {rule.extension.by}" if rule.extension else length


def cases_of(applies: Applies) -> str:
    told = {name: value for name, value in applies.model_dump().items() if value}
    words = [f"{name.replace('_', ' ')} {', '.join(value)}" for name, value in told.items()]
    return "; ".join(words) or "all"


def row(code: str, rule: ClockRule, policy: Policy) -> str:
    letter = rule.on_due.letter.replace("_", " ") if rule.on_due else ""
    if policy.response.summary_resolution_within == code:
        letter = "summary resolution, if accepted before"
    cells = (
        rule.name.en,
        rule.kind,
        limit_of(rule, policy),
        f"{rule.starts} to {rule.stops}",
        cases_of(rule.applies),
        rule.source or "(house)",
        ", ".join(rule.pauses) or "none",
        rule.extension.approver.value if rule.extension else "none",
        letter or "none",
    )
    return f"| {' | '.join(cells)} |"


def drawn() -> str:
    """The page as docs/packs.md shows it."""
    return "\n".join([HEAD, *(line for name in LIMITS for line in of_pack(name))])


def of_pack(name: str) -> Iterator[str]:
    policy = load_policy(policy_path(name))
    yield f"## `{name}`: {policy.title.en}"
    yield ""
    yield "| clock | kind | limit | from, to | cases | source | pauses | extended by | letter when it ends |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from (row(code, rule, policy) for code, rule in own_clocks(name).items())
    yield ""
    yield f"* Kept for {policy.archive.keep} after closing ({KEEPING.get(name, 'house')})."
    yield f"* Days are those of {policy.calendar.timezone}, with the public holidays of {holidays_of(policy)}."
    yield f"* Where to turn: {policy.response.appeal.en}"
    yield ""


def holidays_of(policy: Policy) -> str:
    return f"{policy.calendar.region} {policy.calendar.subdivision}".strip()


def test_the_page_is_the_one_drawn_now() -> None:
    if os.environ.get(RENEW):
        PAGE.write_text(drawn(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == drawn()


def test_every_pack_of_a_rule_is_on_the_page() -> None:
    packs = {path.stem for path in (ROOT / "policies").glob("*.toml")}
    assert packs == {"default", "demo", *LIMITS}


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_of_a_rule_are_those_of_the_process_and_no_others(name: str) -> None:
    policy = load_policy(policy_path(name))
    found = {code: limit_of(rule, policy) for code, rule in policy.clocks.items() if rule.kind != "promise"}
    assert found == LIMITS[name]


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_of_a_rule_stands_beside_its_source_in_the_file(name: str) -> None:
    lines = policy_path(name).read_text("utf-8").splitlines()
    for code in LIMITS[name]:
        place = lines.index(f"[clocks.{code}]")
        assert lines[place - 1].startswith("# "), code
        assert any(line.startswith("source = ") for line in lines[place : place + 5]), code


@pytest.mark.parametrize("name", LIMITS)
def test_a_pack_says_that_it_is_no_legal_advice_and_what_it_does_not_cover(name: str) -> None:
    head = policy_path(name).read_text("utf-8").partition("\n\n")[0]
    assert "no legal advice" in head
    assert "Not covered" in head


@pytest.mark.parametrize("name", LIMITS)
def test_every_house_has_its_own_name_zone_and_way_to_appeal(name: str) -> None:
    ours, inherited = load_policy(policy_path(name)), load_policy(policy_path("default"))
    assert ours.house.name != inherited.house.name
    assert ours.response.appeal != inherited.response.appeal
    assert ours.house.email.endswith("@redress.example")
    texts = [ours.response.appeal, ours.title, *(rule.name for rule in own_clocks(name).values())]
    reasons = [rule.extension.reasons.values() for rule in own_clocks(name).values() if rule.extension]
    assert all(one.en and one.zh for one in (*texts, *(one for group in reasons for one in group)))


@pytest.mark.parametrize("name", LIMITS)
def test_a_clock_of_a_rule_never_stands_still(name: str) -> None:
    assert not [code for code, rule in own_clocks(name).items() if rule.kind == "regulatory" and rule.pauses]


def test_the_british_pack_keeps_three_years_and_the_others_inherit_that() -> None:
    kept = {name: str(load_policy(policy_path(name)).archive.keep) for name in LIMITS}
    assert set(kept.values()) == {"1096 d"}
