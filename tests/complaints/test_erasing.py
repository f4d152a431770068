"""Who may have a case erased, and when: the rule alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import erasing
from complaints.briefing import Verdict
from complaints.erasure_events import CaseErased, ErasureRequested
from complaints.errors import ErasureNotOpen
from complaints.letters import LetterKind, LetterOrder
from complaints.papers import Stationery
from tests.play import Play, changed, default_policy, replaced

SHEETS = Stationery(ids=(("paper-x", "salt"),))
ASKER, APPROVER, OTHER = "li_na", "tang_rui", "grace_miller"
SECOND_APPROVER = "robert_ellis"
SECOND = timedelta(seconds=1)


def closed(after: timedelta = timedelta(), *, play: Play | None = None) -> Play:
    """A case so long after its retention ended; before it when that is negative."""
    play = play or Play()
    play.to_the_end()
    assert play.case.keep_until is not None
    play.at = play.case.keep_until + after
    return play


def written(play: Play, verdict: Verdict, *, by: str) -> Play:
    play._write(verdict, by=by)  # noqa: SLF001  past the flow, as the house does it
    return play


def request(play: Play, *, by: str = ASKER, reason: str = "") -> Verdict:
    return erasing.request(play.briefing, by=by, reason=reason, stationery=SHEETS)


def hold(play: Play, *, by: str = ASKER, reason: str = "A lawsuit.") -> Verdict:
    return erasing.hold(play.briefing, by=by, reason=reason, stationery=SHEETS)


def approve(play: Play, *, by: str = APPROVER) -> Verdict:
    return erasing.approve(play.briefing, by=by, papers=3, files=1)


def asked(after: timedelta = timedelta()) -> Play:
    play = closed(after)
    return written(play, request(play), by=ASKER)


def test_on_its_date_a_case_may_be_asked_to_be_erased_without_a_reason() -> None:
    (fact,) = request(closed()).facts
    assert isinstance(fact, ErasureRequested)
    assert (fact.cause, fact.reason) == ("due", None)


def test_a_second_before_it_a_reason_is_needed() -> None:
    play = closed(-SECOND)
    with pytest.raises(ErasureNotOpen, match="is kept until"):
        request(play, reason="   ")
    verdict = request(play, reason="She asks for it.")
    (fact,) = verdict.facts
    assert isinstance(fact, ErasureRequested)
    assert fact.cause == "asked"
    assert [paper.content for paper in verdict.papers] == [{"text": "She asks for it."}]


def test_an_open_case_is_not_erased() -> None:
    with pytest.raises(ErasureNotOpen, match="is open"):
        request(Play(), reason="She asks for it.")


def test_a_held_case_is_not_erased_until_it_is_released() -> None:
    play = closed()
    written(play, hold(play), by=ASKER)
    with pytest.raises(ErasureNotOpen, match="is held since"):
        request(play)
    with pytest.raises(ErasureNotOpen, match="held already"):
        hold(play)
    with pytest.raises(ErasureNotOpen, match="roles that may release a hold: complaints_manager, administrator"):
        erasing.release(play.briefing, by=ASKER, reason="", stationery=SHEETS)
    written(play, erasing.release(play.briefing, by=APPROVER, reason="", stationery=SHEETS), by=APPROVER)
    assert request(play)
    with pytest.raises(ErasureNotOpen, match="not held"):
        erasing.release(play.briefing, by=APPROVER, reason="", stationery=SHEETS)


def test_a_hold_that_comes_after_the_request_stops_the_erasure() -> None:
    play = asked()
    written(play, hold(play), by=OTHER)
    with pytest.raises(ErasureNotOpen, match="is held"):
        approve(play)


def test_an_open_case_can_be_held_but_not_without_a_reason_nor_by_a_stranger() -> None:
    play = Play()
    with pytest.raises(ErasureNotOpen, match="needs a reason"):
        hold(play, reason=" ")
    with pytest.raises(ErasureNotOpen, match="not on the staff"):
        hold(play, by="operator")
    assert written(play, hold(play), by=ASKER).case.held_since == play.at


def test_another_person_with_the_policys_role_approves() -> None:
    (fact,) = approve(asked()).facts
    assert isinstance(fact, CaseErased)
    assert (fact.requested_by, fact.papers, fact.files) == (ASKER, 3, 1)


def test_nobody_approves_what_she_asked_for_whatever_her_role() -> None:
    play = closed()
    written(play, request(play, by=APPROVER), by=APPROVER)
    with pytest.raises(ErasureNotOpen, match="another person must approve"):
        approve(play, by=APPROVER)


@pytest.mark.parametrize("by", [OTHER, "operator", ""])
def test_whoever_has_not_the_role_does_not_approve(by: str) -> None:
    with pytest.raises(ErasureNotOpen, match=r"none of the roles|not on the staff"):
        approve(asked(), by=by)


def test_the_policy_names_the_roles() -> None:
    play = closed(play=Play(policy=changed(default_policy(), "archive.erasure_approvers", ("team_lead",))))
    written(play, request(play), by=ASKER)
    assert approve(play, by=OTHER).facts
    with pytest.raises(ErasureNotOpen, match="none of the roles"):
        approve(play, by=APPROVER)


def test_what_nobody_asked_for_is_not_approved_and_what_is_asked_is_not_asked_again() -> None:
    with pytest.raises(ErasureNotOpen, match="nobody asked"):
        approve(closed())
    with pytest.raises(ErasureNotOpen, match="asked to be erased already"):
        request(asked())


def test_the_other_person_may_refuse_and_whoever_asked_may_take_it_back() -> None:
    for by in (APPROVER, ASKER):
        play = asked()
        written(play, erasing.refuse(play.briefing, by=by, reason="", stationery=SHEETS), by=by)
        assert play.case.erasure is None
    with pytest.raises(ErasureNotOpen, match="none of the roles"):
        erasing.refuse(asked().briefing, by=OTHER, reason="", stationery=SHEETS)


def test_an_erased_case_folds_to_one_without_a_customer() -> None:
    play = asked()
    written(play, approve(play), by=APPROVER)
    assert (play.case.erased_at, play.case.customer, play.case.erasure) == (play.at, "", None)
    assert not play.case.is_open


# --- who is told -----------------------------------------------------------------


def told(verdict: Verdict) -> list[tuple[LetterKind, str]]:
    return [(order.kind, order.to) for order in verdict.house_letters]


def test_everybody_who_may_approve_is_told_but_not_whoever_asked() -> None:
    both = [(LetterKind.ERASURE_ASKED, SECOND_APPROVER), (LetterKind.ERASURE_ASKED, APPROVER)]
    assert told(request(closed())) == both
    assert told(request(closed(), by=APPROVER)) == both[:1]


def test_the_letter_is_ordered_with_codes_alone_and_each_asking_is_another_letter() -> None:
    play = closed(-SECOND)
    (order, _) = request(play, reason="She asks for it.").house_letters
    assert order.details == ((play.case.case_no, f"asked {ASKER}"),)
    assert request(closed()).house_letters[0].details == ((play.case.case_no, f"due {ASKER}"),)
    written(play, request(play, reason="She asks for it."), by=ASKER)
    written(play, erasing.refuse(play.briefing, by=ASKER, reason="", stationery=SHEETS), by=ASKER)
    assert request(play, reason="Once more.").house_letters[0].key != order.key


def test_who_has_left_is_not_told_and_who_is_away_is() -> None:
    play = Play()
    play.policy = replaced(play.policy, SECOND_APPROVER, left=play.at.date())
    play.policy = replaced(play.policy, APPROVER, present=False)
    assert told(request(closed(play=play))) == [(LetterKind.ERASURE_ASKED, APPROVER)]


def test_the_letters_go_to_the_roles_that_the_policy_names() -> None:
    play = closed(play=Play(policy=changed(default_policy(), "archive.erasure_approvers", ("team_lead", "auditor"))))
    readers = {to for _, to in told(request(play))}
    roles = [play.briefing.roster.staff[to].roles for to in readers]
    assert len(readers) > 2
    assert all({"team_lead", "auditor"} & set(held) for held in roles)


def test_whoever_asked_is_told_what_became_of_it() -> None:
    for verdict, code in (
        (approve(asked()), "erased"),
        (erasing.refuse(asked().briefing, by=APPROVER, reason="A lawsuit.", stationery=SHEETS), "refused"),
    ):
        (order,) = verdict.house_letters
        assert isinstance(order, LetterOrder)
        assert (order.kind, order.to) == (LetterKind.ERASURE_DECIDED, ASKER)
        assert order.details == ((asked().case.case_no, f"{code} {APPROVER}"),)


def test_nobody_is_told_what_she_took_back_herself_nor_when_she_has_left() -> None:
    assert not erasing.refuse(asked().briefing, by=ASKER, reason="", stationery=SHEETS).house_letters
    play = asked()
    play.policy = replaced(play.policy, ASKER, left=play.at.date())
    assert approve(play).facts
    assert not approve(play).house_letters
