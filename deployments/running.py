"""Running: the long-lived commands, each until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from rich.console import Console
from rich.table import Table

from adapters.logbook import open_logbook
from deployments.supervisor import Supervisor
from portal.app import create_app
from portal.errand import migrate_house, prepare_home

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.settings import Settings
    from deployments.demo.verdict import Report

log = logging.getLogger("redress.running")


def run_portal(settings: Settings) -> None:
    """Serve the web site."""
    open_logbook(settings.log_level, settings.log_format)
    uvicorn.run(create_app(), host=settings.portal_host, port=settings.portal_port, log_config=None, access_log=False)


def run_up(settings: Settings) -> None:
    """Start every part of the house and keep it running."""
    open_logbook("WARNING")
    prepare_home(settings.home)
    migrate_house(settings)
    asyncio.run(_up(settings))


async def _up(settings: Settings) -> None:
    stop = _stop_signal()
    Console(stderr=True).print("Starting Redress ...", style="dim")
    async with running_house(settings, stop) as supervisor:
        if supervisor is not None:
            _announce(settings)
            await supervisor.watch(stop)
        Console(stderr=True).print("Stopping ...", style="dim")


@asynccontextmanager
async def running_house(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Supervisor | None]:
    """A house that runs for as long as the block; None when it was told to stop before it stood."""
    supervisor = Supervisor(settings)
    starting = asyncio.create_task(supervisor.start())
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
        else:
            starting.cancel()
        yield supervisor if starting.done() else None
    finally:
        stopped.cancel()
        await supervisor.stop()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(kind, stop.set)
    return stop


def _announce(settings: Settings) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("Complaint form", f"{settings.public_url}/")
    table.add_row("Staff's own pages", f"{settings.public_url}/me")
    if settings.catch_mail:
        table.add_row("Caught mail", f"{settings.public_url}/mail")
    table.add_row("Unsent letters", "`redress mail --link` prints a page of them")
    table.add_row("Prefect UI", settings.engine_url.removesuffix("/api"))
    table.add_row("Data and logs", str(settings.home.resolve()))
    console = Console()
    console.print("\n[bold]Redress is running.[/bold] Stop it with Ctrl-C.\n")
    console.print(table)
    console.print(
        '\nFile a complaint in the form, or with `redress submit --detail "..." --email you@example.com`;'
        "\nthen read the caught mail and follow the links as staff and customer would.\n",
        highlight=False,
    )


def run_demo(settings: Settings, *, cases: int, as_json: bool, keep: Path | None) -> bool:
    """Play the demo in a house of its own, on free ports; whether all went as it should."""
    open_logbook("WARNING")
    if keep is not None:
        return asyncio.run(_demo(_demo_settings(settings, keep), cases=cases, as_json=as_json))
    with tempfile.TemporaryDirectory(prefix="redress-demo-") as home:
        return asyncio.run(_demo(_demo_settings(settings, Path(home)), cases=cases, as_json=as_json))


def _demo_settings(settings: Settings, home: Path) -> Settings:
    portal, prefect, smtp, worker = free_ports(4)
    return settings.model_copy(
        update={
            "home": home,
            "policy": "demo",
            "portal_port": portal,
            "portal_url": "",
            "prefect_port": prefect,
            "prefect_api_url": "",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp,
            "worker_port": worker,
            "smtp_security": "none",
            "smtp_user": "",
            "catch_mail": True,
            "poll_seconds": 0.2,
        }
    )


async def _demo(settings: Settings, *, cases: int, as_json: bool) -> bool:
    from deployments.demo.performance import perform  # noqa: PLC0415  loads the engine, which `up` and `portal` need not

    stop = _stop_signal()
    prepare_home(settings.home)
    await asyncio.to_thread(migrate_house, settings)
    Console(stderr=True).print(f"Starting a house of its own in {settings.home} ...", style="dim")
    async with running_house(settings, stop) as supervisor:
        if supervisor is None:
            return False
        Console(stderr=True).print(f"Portal {settings.public_url}, Prefect UI {settings.engine_url[:-4]}", style="dim")
        watching = asyncio.create_task(supervisor.watch(stop))
        performing = asyncio.create_task(perform(settings, cases))
        await asyncio.wait({watching, performing}, return_when=asyncio.FIRST_COMPLETED)
        if not performing.done():
            performing.cancel()
            return False
        report = await performing
        stop.set()
        await watching
    _print(report, as_json=as_json)
    return report.is_good


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))  # noqa: T201  the command's output
        return
    table = Table(title="Redress demo", show_header=False)
    for name, value in report.as_dict().items():
        if name != "problems":
            table.add_row(name.replace("_", " "), str(value))
    console = Console()
    console.print(table)
    for problem in report.problems:
        console.print(problem, style="red")
    console.print("Every case ended as it should." if report.is_good else "Not every case ended as it should.")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; all are held until all are found, so that none is given twice."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
