"""The process, read aloud."""

from __future__ import annotations

from prefect import flow

from tasks.archiving import archiving
from tasks.assignment import assignment
from tasks.callback import callback
from tasks.classification import classification
from tasks.ending import end, is_unsettled
from tasks.intake import intake
from tasks.investigation import investigation
from tasks.response import response
from tasks.review import review


@flow(name="complaint", flow_run_name="{case_no}", persist_result=False)
async def complaint(case_no: str) -> None:
    """Carry one complaint from intake to archive, however long people take.

    Each stage works only while the case stands in it: after a crash or a restart the finished ones are passed by.
    """
    await intake(case_no)
    await classification(case_no)
    await assignment(case_no)
    while await is_unsettled(case_no):
        await investigation(case_no)
        await review(case_no)
        await response(case_no)
        await callback(case_no)
    await archiving(case_no)
    await end(case_no)
