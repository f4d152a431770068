"""What every answer carries, and that looking at a page never changes anything."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text

from adapters.logbook import OneLine
from adapters.settings import ROOT
from complaints.errors import TryAgain
from complaints.words import TaskKind
from portal.app import create_app
from tests.builders import ANN, bring_to, complain, task_link, track_link, view_link

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Visitor

TABLES = (
    "events",
    "cases",
    "papers",
    "manual_tasks",
    "letters",
    "case_counters",
    "case_keys",
    "sign_ins",
    "staff_sessions",
    "rosters",
)


async def every_path(house: House) -> list[str]:
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    task, track = task_link(house, case_no, findings), track_link(house, case_no)
    token = track.removeprefix("/track/")
    return [
        "/",
        task,
        f"{task}?done",
        track,
        f"{track}/withdraw",
        view_link(house, case_no),
        f"/received/{token}",
        f"/api/complaints/{token}",
        "/mail",
        "/me",
        "/me/sign-in",
        "/me/sign-in?sent",
        "/me/sign-in/forged",
        "/healthz",
        "/readyz",
        "/static/redress.css",
        "/nowhere",
        "/task/forged",
    ]


async def rows_of(house: House) -> dict[str, list[tuple[object, ...]]]:
    async with house.database.reading() as session:
        return {
            table: [tuple(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).all()]  # noqa: S608  our own names
            for table in TABLES
        }


async def test_every_answer_is_closed(visitor: Visitor, house: House) -> None:
    for path in await every_path(house):
        headers = (await visitor.open(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-robots-tag"] == "noindex, nofollow", path


async def test_looking_changes_nothing(visitor: Visitor, house: House) -> None:
    paths = await every_path(house)
    before = await rows_of(house)
    for path in paths:
        for way in ("GET", "HEAD", "GET"):
            answer = await visitor.client.request(way, path)
            assert answer.status_code != 405, path
    assert await rows_of(house) == before


async def test_pages_hold_no_script_and_no_inline_style(visitor: Visitor, house: House) -> None:
    for path in await every_path(house):
        html = (await visitor.open(path)).html.lower()
        for forbidden in ("<script", "<style", " style=", " onclick=", "javascript:"):
            assert forbidden not in html, (path, forbidden)


async def test_pages_of_cases_are_not_kept_by_anybody(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    assert (await visitor.open(track_link(house, case_no))).headers["cache-control"] == "no-store"
    assert (await visitor.open("/")).headers["cache-control"] == "private"


async def test_our_own_mistake_is_a_calm_page_with_a_reference_and_the_log_has_the_rest(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(house)

    @app.get("/broken/{token}")
    async def broken(token: str) -> None:
        raise RuntimeError(token + " words")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://portal.test") as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/broken/secret")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret words" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    record = next(record for record in caplog.records if record.name == "redress.portal")
    assert vars(record)["reference"] in answer.text
    assert vars(record)["route"] == "/broken/{token}"
    assert "RuntimeError" in caplog.text
    assert "test_security.py" in caplog.text
    # An error may quote what a customer wrote, and a path holds a link's secret.
    assert "secret words" not in caplog.text
    assert "secret" not in OneLine().format(record).partition("\n")[0]


async def test_without_its_records_the_house_says_so_and_asks_to_try_again(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    path = track_link(house, case_no)
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE events RENAME TO events_elsewhere"))
    page = await visitor.open(path)
    assert page.status == 503
    assert page.headers["retry-after"]
    assert "nothing that was saved before is lost" in page.text
    assert (await visitor.client.get(f"/api/complaints/{path.removeprefix('/track/')}")).json() == {
        "error": "unavailable"
    }


async def test_a_program_that_posts_meanwhile_is_told_to_try_again_too(
    visitor: Visitor, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise TryAgain("the business database does not answer")

    monkeypatch.setattr(type(house.casebook), "register", away)
    told = {"detail": ANN.detail, "name": ANN.name, "email": ANN.email}
    answer = await visitor.client.post("/api/complaints", json=told)
    assert (answer.status_code, answer.json()) == (503, {"error": "unavailable"})
    assert answer.headers["retry-after"]


async def test_health_says_whether_it_lives_and_whether_it_can_serve(visitor: Visitor, house: House) -> None:
    assert (await visitor.client.get("/healthz")).json() == {"status": "ok"}
    assert (await visitor.client.get("/readyz")).json() == {"status": "ready"}
    async with house.database.writing() as session:
        await session.execute(text("DELETE FROM alembic_version"))
    late = await visitor.client.get("/readyz")
    assert late.status_code == 503
    assert late.json()["reason"] == "the database is not migrated"
    assert (await visitor.client.get("/healthz")).status_code == 200


async def test_the_stylesheet_is_one_small_file_of_our_own(visitor: Visitor) -> None:
    answer = await visitor.client.get("/static/redress.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert len(answer.text.splitlines()) < 400
    assert "http" not in answer.text.replace("http://www.w3.org", "")
    assert {path.name for path in (ROOT / "portal" / "static").iterdir()} == {"redress.css", "mark.svg"}


async def test_the_portal_opens_a_house_of_its_own_when_given_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(house.settings.home))
    monkeypatch.setenv("REDRESS_DATABASE_URL", house.settings.database_url)
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
            assert (await client.get("/readyz")).status_code == 200
