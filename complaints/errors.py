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
    """A case cannot be held, asked to be erased or erased as it stands, or not by this person."""
