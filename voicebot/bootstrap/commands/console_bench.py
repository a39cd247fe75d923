"""`console bench`: how long the server takes for each page, on the database as it is."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from voicebot.clock import SystemClock
from voicebot.settings import load_settings

BUDGET_MS: Final = 200.0
PAGES: Final = (
    "queues/fatal",
    "queues/distress",
    "queues/low_score",
    "queues/low_confidence",
    "queues/sample",
    "queues/disputed",
    "queues/all",
    "queues/all, page 20",
    "calls/{call}",
    "calls/{call}/peaks.json",
    "dashboard",
    "reports",
    "reports?by=hour",
    "experiments",
    "live/now",
    "clips",
    "rounds",
    "handovers",
    "audit",
)
_FOLLOWING: Final = re.compile(r'href="(\?[^"]+)" rel="next"')
_CALL: Final = re.compile(r"/console/calls/([0-9a-f-]{36})")
_DEEP: Final = 19


def bench(
    visits: Annotated[int, typer.Option(min=3, help="Visits to each page.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Time every page at the server; fill the database first with `console seed`."""
    result = asyncio.run(_measured(visits))
    if as_json:
        typer.echo(json.dumps(result))
        return
    title = f"{result['calls']} calls, {result['machine']['cpus']} CPUs, load {result['load']} at the start"
    table = Table("page, ms at the server", "n", "median", "p95", "max", title=title)
    for name, found in result["pages_ms"].items():
        table.add_row(name, *(str(found[key]) for key in ("n", "median", "p95", "max")))
    Console().print(table)


async def _measured(visits: int) -> dict[str, Any]:
    from sqlalchemy import text

    from voicebot.bootstrap.store import opened

    settings, clock = load_settings(), SystemClock()
    load = round(os.getloadavg()[0], 2)
    async with opened(settings, clock) as store:
        async with store.database.transaction() as connection:
            calls = await connection.scalar(text("SELECT count(*) FROM call_quality"))
        async with _visitor(store, settings, clock) as client:
            places = await _places(client)
            found = {name: await _timed(client, place, visits) for name, place in places.items()}
    return {
        "calls": calls,
        "machine": {"cpus": os.cpu_count()},
        "load": load,
        "budget_ms": BUDGET_MS,
        "pages_ms": found,
    }


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
            yield client
    finally:
        await people.close_session(digest(token))
        async with store.database.transaction() as connection:
            await connection.execute(
                text("UPDATE console_users SET left_at = :at WHERE id = :id"), {"at": now, "id": person}
            )


async def _places(client: Any) -> dict[str, str]:
    """Name each page's place: a call with a recording comes from the gravest list, the twentieth page by its link."""
    page = (await client.get("/console/queues/fatal")).text
    call = _CALL.search(page) or _CALL.search((await client.get("/console/queues/all")).text)
    deep = "/console/queues/all"
    for _ in range(_DEEP):
        following = _FOLLOWING.search((await client.get(deep)).text)
        if following is None:
            break
        deep = "/console/queues/all" + following[1].replace("&amp;", "&")
    known = {"queues/all, page 20": deep}
    named = {name: known.get(name, f"/console/{name}") for name in PAGES if call or "{call}" not in name}
    return {name: place.replace("{call}", call[1] if call else "") for name, place in named.items()}


async def _timed(client: Any, place: str, visits: int) -> dict[str, float]:
    took = []
    for _ in range(visits):
        began = time.perf_counter()
        await client.get(place)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    p95 = took[min(int(len(took) * 0.95), len(took) - 1)]
    return {
        "n": visits,
        "median": round(median(took), 1),
        "p95": round(p95, 1),
        "min": round(took[0], 1),
        "max": round(took[-1], 1),
    }
