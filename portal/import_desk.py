"""The import desk: what `redress import` does, from a file and the operator's words to a report."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rich import print_json
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.clock import Clock
from adapters.csvfile import CsvFile, open_csv
from adapters.policies import load_policy, policy_path
from complaints.errors import AnswerWrong
from portal.errand import read_settings, run_errand
from portal.importing import Rejection, Report, import_rows, read_rows, write_rejects
from portal.recipe import Recipe, Wishes, read_recipe
from portal.recording import Bounds
from portal.summaries import outcome_as_data, print_outcome
from portal.trial import Setting, Trial, Workload, try_out
from portal.trial_staff import staff_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from adapters.house import House
    from adapters.settings import Settings

Outcome = TypeVar("Outcome", Report, Trial)


@dataclass(frozen=True)
class Order:
    """What the operator typed."""

    path: Path
    wishes: Wishes
    encoding: str = ""
    delimiter: str = ""
    limit: int | None = None
    rejects: Path | None = None
    may_write_to_customers: bool = False


def run_order(order: Order, *, is_trial: bool, as_json: bool) -> bool:
    """Try or import a file and print what came of it; whether every row was good."""
    outcome = try_file(order) if is_trial else import_file(order)
    if as_json:
        print_json(data=outcome_as_data(outcome))
    else:
        print_outcome(outcome, rejects_go_to=str(order.rejects or ""))
    return not outcome.rejected and not (isinstance(outcome, Report) and outcome.stopped)


def import_file(order: Order) -> Report:
    """Register every row of a file, and write the rejected ones to a file of their own if that is wished."""
    file, recipe = _opened(order)
    _refuse_unasked_mail(order, recipe, read_settings())

    async def work(house: House) -> Report:
        bounds = Bounds(
            await house.library.current(), house.clock.now(), takes_test_addresses=house.settings.catch_mail
        )
        with _progress(file, order, "importing") as tick:
            return await import_rows(house, read_rows(file, recipe, bounds, limit=order.limit), tick=tick)

    return _with_rejects_written(order, file, run_errand(work))


def try_file(order: Order) -> Trial:
    """Say what the rules would do with every row; nothing is stored and no database is needed.

    Where the house has a database, handlers are chosen among the people who work for it now.
    """
    file, recipe = _opened(order)
    settings = read_settings()
    policy, now = load_policy(policy_path(settings.policy)), Clock().now()
    bounds = Bounds(policy, now, takes_test_addresses=settings.catch_mail)
    weighed = staff_of(settings, policy)
    trial, workload, setting = Trial(weighed=weighed), Workload(), Setting(policy, weighed.roster, now)
    with _progress(file, order, "trying") as tick:
        for found in read_rows(file, recipe, bounds, limit=order.limit):
            if isinstance(found, Rejection):
                trial.rejected.append(found)
            elif found is not None:
                trial.courses.append(try_out(found.row.number, found.record, setting=setting, workload=workload))
            tick()
    return _with_rejects_written(order, file, trial)


def _with_rejects_written(order: Order, file: CsvFile, outcome: Outcome) -> Outcome:
    if order.rejects:
        write_rejects(order.rejects, file, outcome.rejected)
    return outcome


def _opened(order: Order) -> tuple[CsvFile, Recipe]:
    file = open_csv(order.path, encoding=order.encoding, delimiter=order.delimiter)
    return file, read_recipe(order.wishes, file)


def _refuse_unasked_mail(order: Order, recipe: Recipe, settings: Settings) -> None:
    """Hundreds of mails to real people are sent on an order that says so, never by the way."""
    if settings.catch_mail or order.may_write_to_customers or "email" not in {*recipe.places, *recipe.defaults}:
        return
    raise AnswerWrong(
        {"--map email": "customers would get mail: say --write-to-customers if that is meant, else leave the field out"}
    )


@contextmanager
def _progress(file: CsvFile, order: Order, doing: str) -> Iterator[Callable[[], None]]:
    """A bar on stderr, so that what is piped on stays clean."""
    rows = sum(1 for _ in file.rows())
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(doing, total=rows if order.limit is None else min(rows, order.limit))
        yield lambda: progress.advance(bar)
