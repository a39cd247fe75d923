"""A carrier for `bench dial`: the part of the Calls REST resource that a dialler uses, with the faults of a carrier.

It answers 500 to what it took and to what it did not, refuses for pace, kills the worker whose request it is taking,
and reports each end late, twice or never.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from evaluation.benchmarks.dial_process import ACCOUNT, SharedClock
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.records import PostgresRecords

T = TypeVar("T")
ENDS: Final = {
    "busy": Disposition.BUSY,
    "no-answer": Disposition.NO_ANSWER,
    "failed": Disposition.FAILED,
    "completed": Disposition.NO_AGREEMENT,
}
"""What each end is reported as; a call that was answered ends here as the gateway would close it."""
_RINGS_S: Final = (0.02, 0.6)
_FAULTS: Final = (("", 70), ("took it, answered 500", 12), ("answered 500, took nothing", 8), ("refused for pace", 10))
_REPORTS: Final = ((2, 50), (3, 10), (1, 20), (0, 20))
"""How often an end is reported, with weights."""


@dataclass(slots=True)
class Carried:
    sid: str
    number: str = field(repr=False)
    ref: str
    """Ours, as it came in the callback's address."""
    status: str = "ringing"


@dataclass(slots=True)
class ChaosCarrier:
    """Holds the calls it took; `app` is its REST face."""

    records: PostgresRecords
    clock: SharedClock
    dice: random.Random
    on_taken: Callable[[str], None]
    """Told the number of each call that was taken, before the answer is given."""
    calls: list[Carried] = field(default_factory=list)
    reported: dict[str, Disposition] = field(default_factory=dict)
    """Ends that the record took, by our reference."""
    faults: Counter[str] = field(default_factory=Counter)
    lives: set[asyncio.Task[None]] = field(default_factory=set)

    def app(self) -> FastAPI:
        """Give the REST face: place a call, list the calls to a number."""
        app = FastAPI(openapi_url=None)
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"

        @app.post(path)
        async def create(request: Request) -> JSONResponse:
            form = await request.form()
            ref = parse_qs(urlsplit(str(form["Url"])).query)["call_ref"][0]
            return self._taken(str(form["To"]), ref)

        @app.get(path)
        async def listed(request: Request) -> dict[str, Any]:
            number = request.query_params.get("To")
            found = [_resource(call) for call in reversed(self.calls) if call.number == number]
            return {"calls": found, "page": 0, "page_size": len(found), "next_page_uri": None, "uri": path}

        return app

    def _taken(self, number: str, ref: str) -> JSONResponse:
        fault = _drawn(self.dice, _FAULTS)
        if fault:
            self.faults[fault] += 1
        if fault == "refused for pace":
            return JSONResponse({"code": 20429, "message": "too many requests", "status": 429}, status_code=429)
        call = Carried(f"CA{uuid.uuid4().hex}", number, ref)
        if fault != "answered 500, took nothing":
            self.calls.append(call)
            life = asyncio.create_task(self._live(call), name="carried-call")
            self.lives.add(life)
            life.add_done_callback(self.lives.discard)
            self.on_taken(number)
        if fault:
            return JSONResponse({"code": 20500, "message": "internal error", "status": 500}, status_code=500)
        return JSONResponse(_resource(call), status_code=201)

    async def _live(self, call: Carried) -> None:
        await asyncio.sleep(self.dice.uniform(*_RINGS_S))
        end = self.dice.choice(sorted(ENDS))
        if end == "completed":
            await self._told(self._answered(call))
        call.status = end
        for _ in range(_drawn(self.dice, _REPORTS)):
            await asyncio.sleep(self.dice.uniform(0.0, 0.1))
            await self._told(self._ended(call.ref, ENDS[end]))

    async def _answered(self, call: Carried) -> None:
        now = self.clock.now()
        lease = now + timedelta(seconds=2)
        await self.records.attach_media(call.ref, provider_call_id=call.sid, owner="gateway", lease_until=lease, at=now)

    async def _ended(self, ref: str, end: Disposition) -> None:
        await self.records.close(ref, end, self.clock.now())
        self.reported[ref] = end

    async def _told(self, report: Awaitable[None]) -> None:
        """Report once: a carrier does not try again because our database was away."""
        try:
            await report
        except RecordsUnavailable:
            self.faults["report lost, database away"] += 1


def _resource(call: Carried) -> dict[str, Any]:
    return {"sid": call.sid, "account_sid": ACCOUNT, "to": call.number, "status": call.status}


def _drawn(dice: random.Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return dice.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
