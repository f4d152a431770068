"""The family of errors of this house, each named for the fact it reports."""

from __future__ import annotations


class RedressError(Exception):
    """Something a person can be told in one sentence."""


class MoveNotAllowed(RedressError):
    """A stage was left by an exit that the table of moves does not have."""


class NoSuchCase(RedressError):
    """No case has this number, or it is not the asker's: the two are never told apart."""


class DataErased(NoSuchCase):
    """The case was, and its history still is; what was personal about it was destroyed."""


class ErasureNotOpen(RedressError):
    """A case cannot be held, asked to be erased or erased as it stands, or not by this person.

    `why` is the same in one code, for pages, which say it in the reader's language.
    """

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


class NotThere(RedressError):
    """A page was asked for something of an audit that this house does not have: a sample, or a finding."""


class CaseClosed(RedressError):
    """The case has ended; nothing can be added to it."""


class CaseStillOpen(RedressError):
    """The case has not ended: what a customer has to say is added to it, and begins no new one."""


class LoadsUnread(RedressError):
    """A decision chooses among people by how busy they are, and its briefing was made without that."""


class HistoryMoved(RedressError):
    """Somebody else wrote the next entry first: read again and decide again."""


class HistoryBroken(RedressError):
    """An entry of the history does not carry the hash of the one before it."""


class UnknownEvent(RedressError):
    """The history holds an event that this version does not know."""


class PolicyWrong(RedressError):
    """A policy file has gaps, unknown keys or contradictions; the message lists file, line and key of each."""


class RosterWrong(RedressError):
    """A roster file has gaps, unknown keys or contradictions; the message lists file, line and key of each."""


class LinkForged(RedressError):
    """The link was not signed by this house."""


class LinkExpired(RedressError):
    """The link's time is over."""


class NotSignedIn(RedressError):
    """A page of staff's own was asked for by nobody: no session, one that is over, or of somebody who has left."""


class NotYours(RedressError):
    """A member of staff asked for a page that none of her roles opens."""


class TaskClosed(RedressError):
    """The manual task behind a link is no longer open."""


class ActNotOpen(RedressError):
    """What somebody wanted to do about her work cannot be done as the case stands."""


class AnswerWrong(RedressError):
    """An answer does not fit its form; `problems` maps field to message."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in problems.items()))
        self.problems = problems


class TryAgain(RedressError):
    """An outside system failed in a way that may pass."""


class GiveUp(RedressError):
    """An outside system refused in a way that will not pass."""
