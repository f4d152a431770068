"""Problems: what is wrong with a form, each told next to its field in the reader's language."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotated_types import MaxLen

from adapters.translations import translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from complaints.errors import AnswerWrong
    from complaints.words import Language

WHOLE_FORM = "form"
"""The field of a problem that belongs to no field."""

_HOME: Final = {
    "reason_needed": "reason",
    "counter_needs_text": "text",
    "score_needed": "csat",
    "original_needed": "original",
    "referred_to_needed": "referred_to",
    "reason_code_needed": "reason_code",
}
"""Rules over a whole form, and the field a person mends to follow them."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and the words its message needs."""

    field: str
    code: str
    details: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A problem as a page shows it."""

    field: str
    message: str


def from_rules(wrong: AnswerWrong, form: type[BaseModel]) -> tuple[Problem, ...]:
    """The problems that a rule found with a form, each at the field that mends it."""
    return tuple(
        Problem(_HOME.get(code, where), code, _limit(form, where) if code == "string_too_long" else {})
        for where, code in wrong.problems.items()
    )


def _limit(form: type[BaseModel], name: str) -> dict[str, str | int]:
    """How many characters a field takes."""
    rules = form.model_fields[name].metadata if name in form.model_fields else ()
    return next(({"limit": rule.max_length} for rule in rules if isinstance(rule, MaxLen)), {"limit": 0})


def tell(problems: Iterable[Problem], language: Language) -> tuple[Told, ...]:
    """The messages in a language, in the order found."""
    return tuple(Told(problem.field, _message(problem, language)) for problem in problems)


def _message(problem: Problem, language: Language) -> str:
    english = _TEXTS.get(problem.code) or _TEXTS[_BY_FIELD.get(problem.field, _UNREADABLE)]
    text = translator(language).gettext(english)
    return text % problem.details if problem.details else text


_BY_FIELD: Final = {
    "email": "email_wrong",
    "phone": "phone_wrong",
    "occurred_at": "date_wrong",
    "time_limit": "date_wrong",
    "first_day": "date_wrong",
    "last_day": "date_wrong",
    "due_on": "date_wrong",
}
"""Fields whose every unnamed problem reads the same."""

_UNREADABLE: Final = ""
"""The code of what nobody has worded."""

_: Final = str
"""Marks a text for the catalogs; in which language it is told, each reader decides."""

_FILL_IN: Final = _("Please fill this in.")
_CHOOSE: Final = _("Please choose one of these.")

_TEXTS: Final[Mapping[str, str]] = {
    _UNREADABLE: _("Please check this: we cannot read it."),
    # What any field may be wrong in.
    "missing": _FILL_IN,
    "string_too_short": _FILL_IN,
    "enum": _CHOOSE,
    "literal_error": _CHOOSE,
    "unknown_choice": _("Please choose one from the list."),
    "string_too_long": _("This text is too long: at most %(limit)s characters fit. Please shorten it."),
    "text_too_long": _("This text has %(length)s characters; at most %(limit)s fit. Please shorten it."),
    "too_long": _("These are too many entries."),
    "unknown_field": _("A complaint has no such field."),
    "float_parsing": _("Please write a number, for example 120.50."),
    "int_parsing": _("Please write a whole number."),
    "greater_than_equal": _("This number is too small."),
    "less_than_equal": _("This number is too large."),
    # Who somebody is, and days.
    "email_wrong": _("This is not a complete e-mail address. Please write it like name@example.com."),
    "phone_wrong": _(
        "This is not a phone number we could call. From abroad, please begin with + and the country code."
    ),
    "contact_needed": _("Please give an e-mail address or a phone number, so that we can answer you."),
    "date_wrong": _("Please write the date as year-month-day, for example 2026-11-23."),
    "date_in_future": _("This date is in the future."),
    "date_in_past": _("This date is in the past."),
    "ends_before_it_begins": _("This day lies before the first one."),
    "away_too_long": _("This is longer than 400 days: please check the year."),
    "away_already": _("You are away on some of these days already."),
    "substitute_is_self": _("Nobody stands in for herself."),
    "substitute_loops": _(
        "This leads in a circle: on one of these days the substitute is away too, and her own leads back to you."
    ),
    # Answers to tasks, and whole forms.
    "nothing_filled": _("Please fill in at least one field. What you do not know may stay empty."),
    "nothing_added": _("Please write something or choose a file."),
    "reason_needed": _("Please give your reasons: the next person has to understand them."),
    "counter_needs_text": _("Please say what you would like instead."),
    "score_needed": _("You reached the customer: please note the score and whether the matter is resolved."),
    "beyond_authority": _("This is beyond what you may grant on your own. Offer less, or leave the remedy open."),
    "original_needed": _("Please give the number of the case that this one repeats."),
    "no_such_case": _("We have no case of this number to link this one to."),
    "referred_to_needed": _("Please say to whom the customer should turn."),
    "case_closed": _(
        "This case has ended meanwhile, so nothing can be added to it. If you need us, please write to us."
    ),
    "original_is_this_case": _("This is the number of this very case."),
    "original_unknown": _("There is no case with this number."),
    "original_repeats_this_case": _("That case is a duplicate of this one."),
    "original_ended": _("That case has ended, so nobody would answer the customer there: please look into this one."),
    "original_of_other_customer": _("Somebody else complained there: please confirm that it is the same matter."),
    "same_grade": _("This is the grade that the case has already."),
    "act_not_open": _("This cannot be done any more: the case has moved on since you opened this page."),
    "page_stale": _("This page was open too long or was not opened by you here. Please check it and send it again."),
    "not_recorded": _("We could not save this just now. Nothing you typed is lost: please send it again in a minute."),
    # Who may not have the work.
    "approved_before": _("You have approved this already: the next approval is somebody else's."),
    "named_in_complaint": _("The complaint names this person, who therefore has no part in it."),
    "reason_code_needed": _("Please say why you decline."),
    "not_on_staff": _("This person is not on the staff."),
    "recused": _("This person has no part in this case: she is named in it or has a conflict of interest."),
    "four_eyes": _("Nobody judges her own proposal, nor does whoever stands in for her."),
    "role": _("This is not work of this person's role or department."),
    "no_authority": _("What is proposed is beyond this person's authority."),
    "absent": _("This person is absent."),
    "has_it_already": _("This person has the work already."),
    # Endings.
    "final_needs_reason": _("Please say why no more can be done: a final decision needs this reason."),
    "proof_needed": _("Please say what was done, or add a file that proves it."),
    "not_now": _("This case has moved on meanwhile. Please look at it again before you write."),
    # Clocks.
    "paused_already": _("The clocks stand still already."),
    "question_needed": _("Please write what you ask of the customer: she reads it in a mail."),
    "not_paused": _("No clock stands still."),
    "no_clock_may_pause": _("No clock of this case may stand still for that."),
    "not_extendable": _("This limit cannot be extended any more."),
    "clock_over": _("This limit has been met or has run out: it cannot be extended any more."),
    # Files.
    "upload_too_large": _("“%(file)s” is too large: a file may have at most %(limit)s MB."),
    "upload_too_many": _("These are too many files: please choose at most %(most)s."),
    "upload_type": _("“%(file)s” is a kind of file we cannot accept."),
    "upload_empty": _("“%(file)s” is empty."),
    # The staff list, the team's queue, the door.
    "staff_id_wrong": _("Please use small letters, digits, dots and underscores only, for example li_na."),
    "staff_id_taken": _("Somebody else has this id already."),
    "email_taken": _("Somebody else signs in with this address already."),
    "entry_changed": _(
        "Somebody else changed this entry since you opened the page, so nothing was saved yet. Nothing you typed is"
        " lost: look at what stands there now, and send it again if it is still right."
    ),
    "list_changed": _(
        "Somebody changed the list since you opened this page, so the file was not put in force: it would undo that."
        " See below what was changed. If the file is older, download the list anew and change it; else choose it"
        " once more."
    ),
    "not_utf8": _("This file is not UTF-8 text: please save it with that encoding."),
    "roster_ending": _("Please choose a file that ends in .toml or .csv."),
    "roster_lacks": _("The house could not work with this list: see below what it would lack."),
    "not_handed_over": _("She is marked as leaving, but some work could not be handed over just now: see below."),
    "nothing_chosen": _("Please tick at least one task."),
    "not_of_your_team": _("It is with somebody outside your team by now."),
    "part_in_case": _("You have a part in this matter yourself, so somebody else has to decide who works on it."),
    "task_closed": _("It was done or taken back meanwhile."),
    "asked_too_often": _("Too many sign-in links were asked for from here. Please try again in a quarter of an hour."),
    # The quality audit.
    "note_needed": _("Please say what is missing: a score below “met” needs a note."),
    "nothing_to_draw": _("No case was closed in this period, so there is nothing to draw from."),
    "case_erased": _("The personal data of this case was erased: nothing can be written about it any more."),
    "evidence_needed": _("Please say what was done: a finding is closed with its evidence."),
    # Erasures and holds.
    "held_already": _("This case is held already."),
    "not_held": _("This case is not held any more."),
    "hold_needs_reason": _("Please say why the case must be kept: a hold needs its reason."),
    "asked_already": _("Somebody has asked for the erasure of this case already."),
    "early_needs_reason": _("This case is still to be kept. Please give the reason for erasing it before its date."),
    "asked_yourself": _("You asked for this erasure yourself: another person has to approve it."),
    "not_asked": _("Nobody asks for the erasure of this case any more: somebody decided meanwhile."),
    "still_open": _("This case is open: only what is closed and archived can be erased."),
    "held": _("This case is held: release the hold first."),
    "may_not_approve": _("You hold none of the roles that may approve an erasure."),
    "may_not_release": _("You hold none of the roles that may release a hold."),
    "erased_already": _("The personal data of this case was erased meanwhile."),
    "no_case_here": _("We have no case of this number."),
    "no_case_ticked": _("Please tick at least one case."),
    "purpose_needs_words": _("Please say in a few words what it is for."),
    "be_sure": _("Please tick that you are sure: nobody can bring the data back."),
}
