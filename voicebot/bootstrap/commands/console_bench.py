"""`console bench`: how long the server takes for each page, on the database as it is.

A page passes where every visit was answered with 200 and nineteen of twenty took no longer than the budget: a fast
error is no fast page. Downloads of a month's calls are as long as they are, and are timed beside.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import structlog
import typer
from rich.console import Console
from rich.table import Table

from voicebot.clock import SystemClock
from voicebot.settings import load_settings

log = structlog.get_logger(__name__)
BUDGET_MS: Final = 200.0
EPILOG: Final = f"Exit 1 where a page takes longer than {BUDGET_MS:.0f} ms or anything is answered with an error."
PAGES: Final = (
    "queues/fatal",
    "queues/distress",
    "queues/low_score",
    "queues/low_confidence",
    "queues/sample",
    "queues/disputed",
    "queues/all",
    "queues/all, page 20",
    "search by id",
    "search by protocol",
    "search by number",
    "search by days and result",
    "search for nothing",
    "calls/{call}",
    "calls/{call}/peaks.json",
    "dashboard",
    "reports",
    "reports?by=segment",
    "reports?by=script_version",
    "reports?by=hour",
    "experiments",
    "live/now",
    "clips",
    "rounds",
    "rounds/{round}",
    "rounds/{round}/calls/{call}",
    "handovers",
    "handovers/calls/{call}",
    "audit",
)
DOWNLOADS: Final = ("export.csv", "export.parquet", "reports.csv")
"""Thirty days of calls each."""
_DOWNLOADED: Final = 3
_OK: Final = 200
_BROKEN: Final = 500
_FOLLOWING: Final = re.compile(r'href="(\?[^"]+)" rel="next"')
_CALL: Final = re.compile(r"/console/calls/([0-9a-f-]{36})")
_DEEP: Final = 19


def bench(
    visits: Annotated[int, typer.Option(min=3, help="Visits to each page.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Time every page at the server; fill the database first with `console seed`."""
    result = asyncio.run(_measured(visits))
    typer.echo(json.dumps(result)) if as_json else _show(result)
    if not result["ok"]:
        raise typer.Exit(1)


def _show(result: dict[str, Any]) -> None:
    title = f"{result['calls']} calls, {result['machine']['cpus']} CPUs, load {result['load']} at the start"
    table = Table("ms at the server", "status", "n", "median", "p95", "max", "", title=title)
    for name, found in {**result["pages_ms"], **result["downloads_ms"]}.items():
        verdict = "missed" if name in result["missed"] else "ok" if name in result["pages_ms"] else "download"
        table.add_row(name, *(str(found[key]) for key in ("status", "n", "median", "p95", "max")), verdict)
    Console().print(table)
    verdict = "passed" if result["ok"] else f"FAILED: {', '.join(result['missed'])}"
    typer.echo(
        f"budget {result['budget_ms']:.0f} ms at p95; slowest page {result['slowest']['page']}, "
        f"p95 {result['slowest']['p95']} ms; {verdict}"
    )


async def _measured(visits: int) -> dict[str, Any]:
    from sqlalchemy import text

    from voicebot.bootstrap.store import opened

    settings, clock = load_settings(), SystemClock()
    load = round(os.getloadavg()[0], 2)
    async with opened(settings, clock) as store:
        async with store.database.transaction() as connection:
            calls = await connection.scalar(text("SELECT count(*) FROM call_quality"))
        async with _visitor(store, settings, clock) as visitor:
            places = await _places(visitor)
            pages = {name: await _timed(visitor.client, place, visits) for name, place in places.items()}
            downloads = {
                name: await _timed(visitor.client, f"/console/{name}", min(visits, _DOWNLOADED)) for name in DOWNLOADS
            }
    return {
        "calls": calls,
        "machine": {"cpus": os.cpu_count()},
        "load": load,
        **verdict(pages, downloads),
        "pages_ms": pages,
        "downloads_ms": downloads,
    }


def verdict(pages: Mapping[str, Mapping[str, float]], downloads: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Say which pages missed, by their time or by what they answered, and which took longest."""
    missed = [name for name, found in pages.items() if found["status"] != _OK or found["p95"] > BUDGET_MS]
    missed += [name for name, found in downloads.items() if found["status"] != _OK]
    slowest = max(pages, key=lambda name: pages[name]["p95"])
    return {
        "budget_ms": BUDGET_MS,
        "slowest": {"page": slowest, "p95": pages[slowest]["p95"]},
        "missed": missed,
        "ok": not missed,
    }


@dataclass(frozen=True, slots=True)
class _Visitor:
    client: Any
    person: int
    store: Any
    clock: SystemClock


@asynccontextmanager
async def _visitor(store: Any, settings: Any, clock: SystemClock) -> AsyncIterator[Any]:
    """Have somebody signed in for the length of the measurement, who can never sign in again."""
    import httpx
    from fastapi import FastAPI
    from sqlalchemy import text

    from voicebot.application.qa.people import Role
    from voicebot.bootstrap.console import mount
    from voicebot.console.guard import SESSION_COOKIE, digest, new_token
    from voicebot.persistence.console_people import PostgresPeople

    app, people, token = FastAPI(), PostgresPeople(store.database), new_token()
    mount(app, settings, store, clock)
    now = clock.now()
    login = f"bench-{secrets.token_hex(6)}"
    person = await people.add(login=login, name="Bench", role=Role.ADMIN, password_hash="-", creditors=None, at=now)  # noqa: S106 - matches nothing
    await people.open_session(digest(token), person, at=now)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench", cookies={SESSION_COOKIE: token}
        ) as client:
            yield _Visitor(client, person, store, clock)
    finally:
        await people.close_session(digest(token))
        async with store.database.transaction() as connection:
            await connection.execute(
                text(
                    "WITH mine AS (SELECT id FROM calibration_rounds WHERE opened_by = :id), gone AS (DELETE FROM"
                    " calibration_calls WHERE round_id IN (SELECT id FROM mine)) SELECT count(*) FROM mine"
                ),
                {"id": person},
            )
            await connection.execute(text("DELETE FROM calibration_rounds WHERE opened_by = :id"), {"id": person})
            await connection.execute(
                text("UPDATE console_users SET left_at = :at WHERE id = :id"), {"at": now, "id": person}
            )


async def _places(visitor: _Visitor) -> dict[str, str]:
    """Name each page's place: a call with a recording comes from the gravest list, the twentieth page by its link.

    Raises:
        typer.Exit: there are no calls to visit.
    """
    client = visitor.client
    call = await _recorded(client)
    if call is None:
        typer.echo("error: no calls are there to visit; fill the database with `console seed`", err=True)
        raise typer.Exit(1)
    deep = "/console/queues/all"
    for _ in range(_DEEP):
        following = _FOLLOWING.search((await client.get(deep)).text)
        if following is None:
            break
        deep = "/console/queues/all" + following[1].replace("&amp;", "&")
    call, round_id, protocol, ending = await _ready(visitor, call)
    known = {
        "queues/all, page 20": deep,
        **{
            f"search by {name}": f"/console/queues/all?{urlencode(asked)}"
            for name, asked in (
                ("id", {"q": call}),
                ("protocol", {"q": protocol}),
                ("number", {"q": ending}),
                ("days and result", {"since": "2020-01-01", "until": "2099-12-31", "disposition": "deceased"}),
            )
        },
        "search for nothing": "/console/queues/all?q=ninguem",
    }
    named = {name: known.get(name, f"/console/{name}") for name in PAGES}
    return {name: place.replace("{call}", call).replace("{round}", str(round_id)) for name, place in named.items()}


async def _recorded(client: Any) -> str | None:
    """Give the first call of the gravest list, or of all, that can be heard; without one the first."""
    listed = [
        found[1]
        for queue in ("fatal", "all")
        for found in _CALL.finditer((await client.get(f"/console/queues/{queue}")).text)
    ]
    for call in dict.fromkeys(listed):
        if (await client.get(f"/console/calls/{call}/peaks.json")).is_success:
            return call
    return listed[0] if listed else None


async def _ready(visitor: _Visitor, call: str) -> tuple[str, int, str, str]:
    """Have a round with this call, and the call taken over, for their pages; gives what searches look for as well."""
    from uuid import UUID

    from sqlalchemy import text

    from voicebot.application.qa.desk import Action
    from voicebot.persistence.console_people import PostgresAudit

    now = visitor.clock.now()
    await PostgresAudit(visitor.store.database).note(
        Action.HANDOVER_TAKEN, at=now, who=visitor.person, call_id=UUID(call), detail="console bench"
    )
    async with visitor.store.database.transaction() as connection:
        made = {"name": "console bench", "by": visitor.person, "at": now}
        round_id = await connection.scalar(
            text("INSERT INTO calibration_rounds (name, opened_by, opened_at) VALUES (:name, :by, :at) RETURNING id"),
            made,
        )
        drawn = {"round": round_id, "call": UUID(call)}
        await connection.execute(
            text("INSERT INTO calibration_calls (round_id, call_id, position) VALUES (:round, :call, 0)"), drawn
        )
        known = await connection.execute(
            text(
                "SELECT coalesce(q.protocol, '00000000') AS protocol, coalesce(\"right\"(c.phone, 4), '0000') AS ending"
                " FROM call_quality q JOIN calls c ON c.id = q.call_id WHERE q.call_id = :call"
            ),
            {"call": UUID(call)},
        )
        protocol, ending = known.one()
    return call, int(round_id), str(protocol), str(ending)


async def _timed(client: Any, place: str, visits: int) -> dict[str, float]:
    """Visit a page; the status is the worst of all visits."""
    took, worst = [], 0
    for _ in range(visits):
        began = time.perf_counter()
        try:
            status = (await client.get(place)).status_code
        except Exception:  # what the page raises once it has begun to answer comes through as it is
            log.exception("console_bench_broken_off", page=place.partition("?")[0])
            status = _BROKEN
        took.append((time.perf_counter() - began) * 1000)
        worst = max(worst, status)
    took.sort()
    p95 = took[min(int(len(took) * 0.95), len(took) - 1)]
    return {
        "status": worst,
        "n": visits,
        "median": round(median(took), 1),
        "p95": round(p95, 1),
        "min": round(took[0], 1),
        "max": round(took[-1], 1),
    }
