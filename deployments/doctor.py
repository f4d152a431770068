"""The doctor: examines settings, folders, keys, policy, database, mail, engine and ports, and says what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Literal

from sqlalchemy.exc import SQLAlchemyError

from adapters import probes
from adapters.clock import Clock
from adapters.database import Database
from adapters.keyring import key_path, keyring_of
from adapters.migrations import is_current
from adapters.policies import policy_path, read_texts
from adapters.settings import Settings
from complaints.errors import GiveUp, RedressError, TryAgain
from complaints.policy_file import find_problems
from portal.errand import read_settings, reason_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

_LITTLE_SPACE = 1_000_000_000
_UNHEARD = timedelta(minutes=1)
"""A case whose time came this long ago has no worker."""
_UP = "`redress up` starts it"


@dataclass(frozen=True)
class Finding:
    """What one examination found, and what to do about it."""

    name: str
    verdict: Literal["ok", "warn", "fail"]
    says: str
    advice: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined."""

    settings: Settings
    environment: Mapping[str, str]
    clock: Clock


def examine_here() -> list[Finding]:
    """All findings on the house of this environment; GiveUp when its settings cannot even be read."""
    return asyncio.run(examine(Patient(read_settings(), os.environ, Clock())))


async def examine(patient: Patient) -> list[Finding]:
    """All findings, in the order in which a person would mend them."""
    return [finding for examination in _EXAMINATIONS for finding in await examination(patient)]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing failed; warnings leave a house able to work."""
    return all(finding.verdict != "fail" for finding in findings)


async def _examine_settings(patient: Patient) -> list[Finding]:
    settings = patient.settings
    known = {f"REDRESS_{name.upper()}" for name in Settings.model_fields}
    strange = [name for name in patient.environment if name.startswith("REDRESS_") and name not in known]
    if strange:
        return [Finding("settings", "warn", f"nobody reads {', '.join(strange)}", _spelled(strange[0], known))]
    if not settings.catch_mail and "127.0.0.1" in settings.public_url:
        says = f"links in mails lead to {settings.public_url}, which only this machine can open"
        return [Finding("settings", "warn", says, "set REDRESS_PORTAL_URL to the address customers and staff reach")]
    return [Finding("settings", "ok", f"links lead to {settings.public_url}")]


def _spelled(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else "README lists the settings"


async def _examine_home(patient: Patient) -> list[Finding]:
    home = patient.settings.home.resolve()
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return [Finding("home", "fail", f"{nearest} cannot be written to", "allow it, or set REDRESS_HOME to another")]
    free = shutil.disk_usage(nearest).free
    if free < _LITTLE_SPACE:
        return [Finding("home", "warn", f"{home} has {free // 1_000_000} MB left", "make room before evidence comes")]
    note = "" if nearest == home else ", made at first use"
    return [Finding("home", "ok", f"{home} ({free // 1_000_000_000} GB free{note})")]


async def _examine_key(patient: Patient) -> list[Finding]:
    settings = patient.settings
    path = key_path(settings)
    if not _has_key(settings):
        return [
            Finding("master key", "ok", f"{path} is made at first use", "back it up: without it nothing can be read")
        ]
    try:
        keyring_of(settings)
    except (RedressError, OSError) as wrong:
        return [Finding("master key", "fail", str(wrong), "put back the key that this house began with")]
    if not settings.master_key.get_secret_value() and _others_may_read(path):
        return [Finding("master key", "warn", f"{path} can be read by other users", f"chmod 600 {path}")]
    return [
        Finding("master key", "ok", "from the environment" if settings.master_key.get_secret_value() else str(path))
    ]


def _has_key(settings: Settings) -> bool:
    """Whether there is a master key; an examination makes none."""
    return bool(settings.master_key.get_secret_value()) or key_path(settings).exists()


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


async def _examine_policy(patient: Patient) -> list[Finding]:
    path = policy_path(patient.settings.policy)
    try:
        problems = find_problems(path.stem, read_texts(path))
    except RedressError as wrong:
        return [
            Finding("policy", "fail", str(wrong), "name another with REDRESS_POLICY; `redress policy list` shows them")
        ]
    if problems:
        says = f"{problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")
        return [Finding("policy", "fail", says, f"`redress policy check {patient.settings.policy}` lists them all")]
    return [Finding("policy", "ok", str(path))]


async def _examine_database(patient: Patient) -> list[Finding]:
    file = patient.settings.home.resolve() / "redress.db"
    if not patient.settings.database_url and not file.exists():
        return [Finding("database", "warn", f"{file} is not there yet", "`redress up` or `redress migrate` makes it")]
    try:
        database = Database(patient.settings.business_url)
    except (SQLAlchemyError, ImportError) as wrong:
        return [Finding("database", "fail", reason_of(wrong), "mend REDRESS_DATABASE_URL")]
    try:
        return await _examine_books(patient, database)
    except (RedressError, SQLAlchemyError, OSError) as away:
        return [
            Finding("database", "fail", reason_of(away.__cause__ or away), "start it, or mend REDRESS_DATABASE_URL")
        ]
    finally:
        await database.close()


async def _examine_books(patient: Patient, database: Database) -> list[Finding]:
    if not await is_current(database):
        return [
            Finding("database", "fail", "its tables are not those of this version", "`redress migrate` brings them up")
        ]
    books = await probes.ask_books(database, overdue_since=patient.clock.now() - _UNHEARD)
    findings = [Finding("database", "ok", f"{database.engine.dialect.name}, {_count(books.cases, 'case')}")]
    keys = keyring_of(patient.settings) if _has_key(patient.settings) else None
    if not await probes.fits(keys, database):
        says = "the master key is not the one that this database was written with"
        findings.append(Finding("master key", "fail", says, "put back the key that this house began with"))
    if books.waiting:
        says = f"{_count(books.waiting, 'case')} waited over a minute to be carried on"
        findings.append(Finding("worker", "warn", says, "is a worker running? `redress worker` starts one"))
    if books.dead_letters:
        says = f"{_count(books.dead_letters, 'letter')} could not be delivered"
        findings.append(Finding("letters", "warn", says, "`redress mail` lists them"))
    return findings


async def _examine_mail(patient: Patient) -> list[Finding]:
    settings = patient.settings
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        await probes.ask_mail_server(settings)
    except TryAgain as away:
        if settings.catch_mail and not await probes.answers(settings.smtp_host, settings.smtp_port):
            return [Finding("mail", "warn", f"no mail catcher at {where}", _UP)]
        return [Finding("mail", "fail", f"{where} does not answer: {away}", "mend REDRESS_SMTP_HOST and _PORT")]
    except GiveUp as refused:
        advice = "mend REDRESS_SMTP_USER, _PASSWORD and _SECURITY"
        return [Finding("mail", "fail", f"{where} refuses: {refused}", advice)]
    kind = "the local catcher: no mail leaves" if settings.catch_mail else f"{settings.smtp_security} security"
    return [Finding("mail", "ok", f"{where} ({kind})")]


async def _examine_engine(patient: Patient) -> list[Finding]:
    settings = patient.settings
    try:
        engine = await probes.ask_engine(settings)
    except TryAgain:
        if settings.prefect_api_url:
            return [
                Finding("prefect", "fail", f"{settings.engine_url} does not answer", "mend REDRESS_PREFECT_API_URL")
            ]
        if await probes.answers("127.0.0.1", settings.prefect_port):
            says = f"another program sits at port {settings.prefect_port}"
            return [Finding("prefect", "fail", says, "stop it, or set REDRESS_PREFECT_PORT")]
        return [Finding("prefect", "warn", f"no server at {settings.engine_url}; its port is free", _UP)]
    except GiveUp as other:
        advice = "free the port, or set REDRESS_PREFECT_PORT"
        return [Finding("prefect", "fail", f"{settings.engine_url} is no Prefect server: {other}", advice)]
    ours = installed_version("prefect")
    if engine.version.split(".")[:2] != ours.split(".")[:2]:
        says = f"the server is {engine.version}, this house speaks {ours}"
        return [Finding("prefect", "warn", says, "run the same minor version on both sides")]
    ui = Finding("prefect ui", "ok", settings.engine_url.removesuffix("/api"))
    no_ui = Finding("prefect ui", "warn", "the server shows none", "unset PREFECT_UI_ENABLED")
    return [Finding("prefect", "ok", f"{settings.engine_url}, {engine.version}"), ui if engine.has_ui else no_ui]


async def _examine_portal(patient: Patient) -> list[Finding]:
    settings = patient.settings
    where = f"{settings.portal_host}:{settings.portal_port}"
    if not await probes.answers(settings.portal_host, settings.portal_port):
        return [Finding("portal", "warn", f"not running; port {settings.portal_port} is free", _UP)]
    try:
        is_ours = await probes.ask_portal(settings)
    except RedressError:
        is_ours = False
    if not is_ours:
        return [Finding("portal", "fail", f"another program sits at {where}", "stop it, or set REDRESS_PORTAL_PORT")]
    return [Finding("portal", "ok", f"http://{where}")]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


_EXAMINATIONS: tuple[Callable[[Patient], Awaitable[list[Finding]]], ...] = (
    _examine_settings,
    _examine_home,
    _examine_key,
    _examine_policy,
    _examine_database,
    _examine_mail,
    _examine_engine,
    _examine_portal,
)
