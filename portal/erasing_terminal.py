"""Erasing at the command line: which of its ways was meant, and what is said about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.erasing import who_decides
from complaints.errors import AnswerWrong
from portal import erasing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House


@dataclass(frozen=True)
class Order:
    """What was typed."""

    case_no: str
    by: str
    reason: str
    due: bool = False
    approve: bool = False
    refuse: bool = False
    report: bool = False

    @property
    def doer(self) -> erasing.Doer:
        """Whoever the operator says does it."""
        return erasing.Doer(self.by)


async def carry_out(house: House, order: Order) -> Sequence[str]:
    """Do it, and say what was done, a line each; AnswerWrong when it is not clear what was meant."""
    if order.approve and order.refuse:
        raise AnswerWrong({"--approve": "and --refuse are two different answers"})
    if order.report:
        return [json.dumps(await erasing.read_remains(house, _one(order)), ensure_ascii=False, indent=2)]
    if order.due:
        return await _all(house, order)
    number = _one(order)
    if order.approve:
        await erasing.approve(house, number, order.doer)
        return [f"{number} is erased: key, papers and files are destroyed. `redress erase {number} --report` tells."]
    if order.refuse:
        await erasing.refuse(house, number, order.doer, reason=order.reason)
        return [f"{number} stays."]
    await erasing.request(house, number, order.doer, reason=order.reason)
    return [f"{number} is asked to be erased. {await _who_decides(house, number, order.by)}"]


async def _who_decides(house: House, number: str, asker: str) -> str:
    policy, roster = await house.library.current(), await house.directory.current()
    if who_decides(policy, roster, asker):
        return f"Those who may approve it are told by mail: redress erase {number} --approve --by STAFF"
    return f"Nobody else may approve it: another person must hold one of: {', '.join(policy.archive.erasure_approvers)}"


def _one(order: Order) -> str:
    if not order.case_no or order.due:
        raise AnswerWrong({"CASE": "name one case, or all past their date with --due"})
    return order.case_no


async def _all(house: House, order: Order) -> Sequence[str]:
    if order.case_no or order.refuse:
        raise AnswerWrong({"--due": "is for all cases past their date: name none"})
    wanted = await erasing.read_wanted(house)
    if order.approve:
        numbers = [case.case_no for case in wanted.waiting if case.erasure and case.erasure.cause == "due"]
        for number in numbers:
            await erasing.approve(house, number, order.doer)
        return [f"{number} is erased." for number in numbers] or ["Nothing waits for approval."]
    if order.by:
        numbers = list(await erasing.request_due(house, order.doer, reason=order.reason))
        return [f"{number} is asked to be erased." for number in numbers] or ["No case is past its date."]
    lines = [f"{number} is past its date." for number in wanted.due]
    lines += [
        f"{case.case_no} waits for approval: asked for by {case.erasure.requested_by} ({case.erasure.cause})."
        for case in wanted.waiting
        if case.erasure
    ]
    return lines or ["No case is past its date, and none waits."]
