"""The whole gateway on loopback with fake engines, and the simulator's phone as its peer."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # twilio ships no types
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.serving import serving
from telephony.providers.simulator.twiml import ConnectStream, read_twiml
from telephony.providers.simulator.wire import Line, Sender, new_sid
from voicebot.application.call_record import CallOutcome, RecordedLine
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.application.ports import Clock, Script, Understanding
from voicebot.bootstrap import gateway
from voicebot.bootstrap.store import Store
from voicebot.bootstrap.text import script_book, understander
from voicebot.clock import ShiftedClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.persistence.buffered import BufferedRecords
from voicebot.persistence.database import Database
from voicebot.persistence.lease import CallLeases
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.recording_store import PostgresRecordings
from voicebot.persistence.recordings import generate_key, read_key
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tokens import PostgresCallTokens
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.floor import Patience
from voicebot.pipeline.run_call import Engines
from voicebot.settings import ROOT, Settings, load_settings
from voicebot.testing.engines import NoiseVoice, ScriptedHearing

PUBLIC = "https://bot.example"
ACCOUNT = "AC" + "1" * 32
AUTH_TOKEN = "stage-token"
VOICE, STATUS, MEDIA = "/telephony/twilio/voice", "/telephony/twilio/status", "/telephony/twilio/media"
ANA, ANA_PHONE = "D001", "+5511988880001"
MORNING = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
Found = TypeVar("Found")
POLL_S = 0.02
WITHIN_S = 20.0
"""Longest wait for anything; ample for a loaded machine."""


@cache
def samples() -> Portfolio:
    return read_portfolio(ROOT / "samples")


@cache
def words() -> tuple[Script, Understanding]:
    return script_book(load_settings()), understander(load_settings())


@cache
def smart_turn() -> SharedSmartTurn:
    """Loaded once for all tests."""
    return SharedSmartTurn()


def signature(url: str, form: Mapping[str, str] | None = None, *, token: str = AUTH_TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, dict(form or {})))


def socket_headers() -> dict[str, str]:
    return {"X-Twilio-Signature": signature(f"wss://bot.example{MEDIA}")}


async def eventually(ask: Callable[[], Awaitable[Found | None]]) -> Found:
    """Ask until there is an answer. Raises `TimeoutError`."""
    async with asyncio.timeout(WITHIN_S):
        for wait_s in chain((0.0, 0.005), repeat(POLL_S)):
            await asyncio.sleep(wait_s)
            if (found := await ask()) is not None:
                return found
    raise AssertionError("unreachable")


@dataclass(slots=True)
class Fakes:
    hearing: ScriptedHearing = field(default_factory=ScriptedHearing)
    voice: NoiseVoice = field(default_factory=NoiseVoice)
    patience: Patience = field(default_factory=Patience)


@dataclass(slots=True)
class Operation:
    """A gateway that runs, and what a test asks of it."""

    url: str
    store: Store
    clock: Clock
    fakes: Fakes
    data_dir: Path
    app: FastAPI | None = None
    """The application, where it runs in this process."""

    @property
    def media_url(self) -> str:
        return self.url.replace("http", "ws") + MEDIA

    async def post(
        self, path: str, form: Mapping[str, str], *, sign: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form to `path`; `sign` is the URL the signature is made over, by default the public one."""
        given = dict(headers or {})
        if "X-Twilio-Signature" not in given:
            given["X-Twilio-Signature"] = signature(sign or PUBLIC + path, form)
        async with httpx.AsyncClient(trust_env=False) as client:
            encoded = [(name.encode(), value.encode()) for name, value in given.items()]
            return await client.post(self.url + path, data=dict(form), headers=encoded, timeout=WITHIN_S)

    async def outbound(self, ref: str = ANA, *, provider_call_id: str | None = None) -> str:
        """Have a call on record as the dialler leaves it while it rings; gives its id."""
        case = await self.store.portfolio.case_by_ref(ref)
        if case is None:
            raise LookupError(ref)
        now = self.clock.now()
        return await self.store.calls.begin(
            str(uuid.uuid4()),
            direction=Direction.OUTBOUND,
            provider="simulator",
            at=now,
            debtor_ref=ref,
            debtor_name=case.debtor.name,
            debtor_state=case.debtor.state,
            creditor_name=case.creditor.name,
            phone=case.debtor.phone,
            provider_call_id=provider_call_id,
        )

    async def answered(self, call_id: str, call_sid: str) -> str:
        """Ask the voice webhook as the provider does when the callee picks up; gives the token."""
        path = f"{VOICE}?{urlencode({'call_ref': call_id})}"
        answer = await self.post(path, {"CallSid": call_sid, "To": ANA_PHONE})
        stream = read_twiml(answer.text)[0]
        if not isinstance(stream, ConnectStream):
            raise TypeError(answer.text)
        return stream.parameters["token"]

    async def line(self, ref: str = ANA) -> tuple[str, Line]:
        """Place a call and have it answered: its id, and the line its media will come on."""
        call_sid = new_sid("CA")
        call_id = await self.outbound(ref)
        token = await self.answered(call_id, call_sid)
        return call_id, Line(call_sid=call_sid, account_sid=ACCOUNT, parameters={"token": token})

    @asynccontextmanager
    async def call(self, ref: str = ANA) -> AsyncIterator[tuple[str, Phone]]:
        """A call that has been answered: its id and the phone."""
        call_id, line = await self.line(ref)
        async with Phone(line).attached(self.media_url, headers=socket_headers()) as phone:
            yield call_id, phone

    async def lines(self, call_id: str) -> list[RecordedLine]:
        return await self.store.calls.lines_since(call_id, 0)

    async def until(self, claim: Callable[[list[RecordedLine]], bool], call_id: str) -> list[RecordedLine]:
        """Wait until the record's lines bear out the claim."""

        async def found() -> list[RecordedLine] | None:
            lines = await self.lines(call_id)
            return lines if claim(lines) else None

        return await eventually(found)

    async def closed(self, call_id: str) -> CallOutcome:
        """Wait until the record is closed."""

        async def found() -> CallOutcome | None:
            outcome = await self.store.calls.outcome(call_id)
            return outcome if outcome.disposition is not None else None

        return await eventually(found)

    async def recording(self, call_id: str, state: str) -> dict[str, Any]:
        """Wait until the call's recording is entered in this state; gives the entry."""

        async def found() -> dict[str, Any] | None:
            rows = await self.rows("SELECT * FROM recordings")
            return next((row for row in rows if (str(row["call_id"]), row["state"]) == (call_id, state)), None)

        return await eventually(found)

    async def open_calls(self) -> list[str]:
        """Ids of all calls on record that are not closed."""
        return [str(row["id"]) for row in await self.rows("SELECT id FROM calls WHERE closed_at IS NULL")]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.store.database.transaction() as connection:
            return [dict(row) for row in (await connection.execute(text(sql))).mappings()]


class Socket:
    """A media socket by hand, for peers that break the protocol."""

    def __init__(self, connection: ClientConnection, line: Line) -> None:
        self.connection = connection
        self.sender = Sender(line)

    async def start(self) -> None:
        await self.connection.send(self.sender.connected())
        await self.connection.send(self.sender.start())

    async def closing(self) -> int:
        """Read on until the gateway closes; gives the close code."""
        async with asyncio.timeout(WITHIN_S):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd is not None else 1006


@asynccontextmanager
async def socket(operation: Operation, line: Line | None = None) -> AsyncIterator[Socket]:
    """Open a media socket that is signed as it should be; nothing has been said on it."""
    async with connect(
        operation.media_url, additional_headers=socket_headers(), compression=None, proxy=None, close_timeout=1
    ) as connection:
        yield Socket(connection, line or Line(account_sid=ACCOUNT))


def settings_for(data_dir: Path, **overrides: object) -> Settings:
    return load_settings(
        **{
            "_env_file": None,
            "provider": "simulator",
            "public_url": PUBLIC,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": AUTH_TOKEN,
            "data_dir": data_dir,
            **overrides,
        }
    )


@asynccontextmanager
async def store_on(database: Database, url: str, clock: Clock, data_dir: Path) -> AsyncIterator[Store]:
    """A store on a migrated database, with the sample portfolio in it."""
    key = read_key(generate_key())
    calls, portfolio = PostgresRecords(database), PortfolioStore(database)
    await portfolio.save(samples())
    async with BufferedRecords(calls, data_dir / "spool", key, retry_s=0.05) as records:
        yield Store(
            url=url,
            database=database,
            records=records,
            calls=calls,
            portfolio=portfolio,
            tokens=PostgresCallTokens(database, clock, portfolio.case_by_ref),
            messenger=OutboxMessenger(database, clock),
            recordings=PostgresRecordings(database),
            leases=CallLeases(database),
            recording_key=key,
        )


@asynccontextmanager
async def operating(
    database: Database,
    url: str,
    data_dir: Path,
    *,
    clock: Clock | None = None,
    fakes: Fakes | None = None,
    **overrides: object,
) -> AsyncIterator[Operation]:
    """Run the gateway on a free port."""
    clock, fakes = clock or ShiftedClock(MORNING), fakes or Fakes()
    engines = Engines(stt=fakes.hearing, phrases=fakes.voice, smart_turn=smart_turn(), patience=fakes.patience)
    async with store_on(database, url, clock, data_dir) as store:
        with pytest.MonkeyPatch.context() as patch:
            # Read once for all tests: what they hold never changes.
            patch.setattr(gateway, "script_book", lambda _settings: words()[0])
            patch.setattr(gateway, "understander", lambda _settings: words()[1])
            app: FastAPI = gateway.build(settings_for(data_dir, **overrides), store, engines, clock)
        async with serving(app) as base_url:
            yield Operation(base_url, store, clock, fakes, data_dir, app)


Operate = Callable[..., AbstractAsyncContextManager[Operation]]
"""`operating` on a test's own database and folder."""
