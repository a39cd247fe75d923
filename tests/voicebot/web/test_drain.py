"""Leaving on SIGTERM: nobody who is on the line, or on the way to it, is dropped."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from telephony.providers.simulator.wire import new_sid
from tests.ports import free_port
from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import ANA_PHONE, MORNING, VOICE, Fakes, Operation, eventually, store_on
from voicebot.clock import ShiftedClock
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.settings import ROOT
from voicebot.web.drain import ATTACHING_S, RINGING_S, Drain

pytestmark = pytest.mark.timeout(120)
BUSY = '<Response><Reject reason="busy" /></Response>'
LEAVES_WITHIN_S = 30.0


# --- who is waited for ---------------------------------------------------------------------------------------------


@dataclass
class Watchless:
    """A clock that a test moves."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Waiting:
    clock: Watchless = field(default_factory=Watchless)

    def drain(self) -> Drain:
        made = Drain(now=self.clock)
        made.begin()
        return made


def test_a_drain_that_has_not_begun_is_never_over() -> None:
    assert not Drain().is_over([])


def test_a_drain_is_over_when_nobody_is_on_the_line() -> None:
    drain = Waiting().drain()
    assert not drain.is_over(["a call"])
    assert drain.is_over([])


def test_a_phone_that_rings_is_waited_for_until_it_is_answered_and_attached() -> None:
    waiting = Waiting()
    drain = waiting.drain()
    drain.rings("ref")
    assert not drain.is_over([])
    drain.attaches("CA1")
    drain.settled("ref")
    assert not drain.is_over([]), "answered, its media is on the way"
    drain.settled("CA1")
    assert drain.is_over([])


@pytest.mark.parametrize(
    ("comes", "after_s"),
    [pytest.param("rings", RINGING_S, id="never answered"), pytest.param("attaches", ATTACHING_S, id="never attached")],
)
def test_what_never_comes_is_not_waited_for_for_ever(comes: str, after_s: float) -> None:
    waiting = Waiting()
    drain = waiting.drain()
    getattr(drain, comes)("x")
    waiting.clock.at += after_s - 0.1
    assert not drain.is_over([])
    waiting.clock.at += 0.2
    assert drain.is_over([])


def test_phones_that_were_answered_elsewhere_are_forgotten_without_a_drain() -> None:
    clock = Watchless()
    drain = Drain(now=clock)
    for number in range(100):
        drain.rings(f"ref {number}")
        clock.at += 10.0
    assert drain.expected <= RINGING_S / 10.0


def test_what_is_to_happen_at_the_beginning_happens_once() -> None:
    told: list[str] = []
    drain = Drain()
    drain.on_begin.append(lambda: told.append("begun"))
    drain.begin()
    drain.begin()
    assert told == ["begun"]


async def test_the_limit_ends_the_wait_with_the_calls_that_are_left() -> None:
    drain = Waiting(Watchless()).drain()
    assert await drain.finish(["a", "b"], limit_s=0.0) == 2


# --- a real process ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Leaving:
    """A gateway process, and the operation that a test runs on it."""

    process: asyncio.subprocess.Process
    operation: Operation

    async def readiness(self) -> tuple[int, dict[str, str]]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{self.operation.url}/readyz", timeout=20)
        return answer.status_code, answer.json()["checks"]

    async def told(self, sent: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait until the process says that it is leaving."""
        self.process.send_signal(sent)

        async def draining() -> bool | None:
            status, checks = await self.readiness()
            return True if status == 503 and checks["drain"] == "draining" else None

        await eventually(draining)

    async def left(self) -> tuple[int, list[str]]:
        """Wait for the end; give the exit status and the events it logged."""
        async with asyncio.timeout(LEAVES_WITHIN_S):
            _, errors = await self.process.communicate()
        events = [json.loads(line)["event"] for line in errors.decode().splitlines() if line.startswith("{")]
        return self.process.returncode or 0, events

    async def calls_in(self) -> str:
        """Have somebody call who is known."""
        form = {"CallSid": new_sid("CA"), "From": ANA_PHONE, "To": "+551130000000"}
        return (await self.operation.post(VOICE, form)).text


@asynccontextmanager
async def leaving(database: Database, url: str, folder: Path, *, drain_s: float) -> AsyncIterator[Leaving]:
    port, clock = free_port(), ShiftedClock(MORNING)
    async with store_on(database, url, clock, folder / "test") as store:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.voicebot.web.drain_process"),
            *(url, str(folder / "gateway"), str(port), str(drain_s)),
            cwd=ROOT,
            stderr=asyncio.subprocess.PIPE,
        )
        gateway = Leaving(process, Operation(f"http://127.0.0.1:{port}", store, clock, Fakes(), folder))

        async def ready() -> bool | None:
            if process.returncode is not None:
                raise AssertionError((await process.communicate())[1].decode()[-2000:])
            try:
                return (await gateway.readiness())[0] == 200 or None
            except httpx.TransportError:
                return None

        try:
            async with asyncio.timeout(60):
                while True:
                    try:
                        await eventually(ready)
                        break
                    except TimeoutError:
                        continue
            yield gateway
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()


async def test_a_call_in_progress_is_held_to_its_end_and_nobody_new_comes_in(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with leaving(database, database_url, tmp_path, drain_s=60) as gateway:
        async with gateway.operation.call() as (call_id, phone):
            await gateway.operation.until(lambda lines: len(lines) >= 2, call_id)
            await gateway.told()
            assert BUSY in await gateway.calls_in()
            await phone.say(yes())
            await gateway.operation.until(
                lambda lines: any("AskIdentityFactor" in each.line.acts for each in lines), call_id
            )
            assert not phone.is_over
            assert gateway.process.returncode is None
        status, events = await gateway.left()
        assert (status, phone.errors) == (0, [])
        assert [event for event in events if event.startswith("drain")] == ["drain_began", "drain_over"]
        assert (await gateway.operation.closed(call_id)).disposition is not Disposition.FAILED


async def test_a_phone_that_rang_before_the_drain_is_answered_in_it(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with leaving(database, database_url, tmp_path, drain_s=60) as gateway:
        operation = gateway.operation
        call_id = await operation.outbound()
        status_path = f"/telephony/twilio/status?call_ref={call_id}"
        assert (await operation.post(status_path, {"CallSid": "CA1", "CallStatus": "ringing"})).status_code == 204
        await gateway.told()
        assert await operation.answered(call_id, new_sid("CA"))


async def test_the_limit_ends_a_call_that_does_not_end_and_its_record_is_closed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with leaving(database, database_url, tmp_path, drain_s=2.0) as gateway:
        async with gateway.operation.call() as (call_id, phone):
            await gateway.operation.until(lambda lines: len(lines) >= 2, call_id)
            gateway.process.send_signal(signal.SIGTERM)
            status, events = await gateway.left()
        assert status == 0
        assert "drain_ran_out" in events
        assert phone.is_over
        assert (await gateway.operation.closed(call_id)).disposition is not None


async def test_a_second_signal_does_not_wait(database: Database, database_url: str, tmp_path: Path) -> None:
    async with leaving(database, database_url, tmp_path, drain_s=600) as gateway:
        async with gateway.operation.call() as (call_id, _):
            await gateway.operation.until(lambda lines: len(lines) >= 2, call_id)
            await gateway.told()
            gateway.process.send_signal(signal.SIGTERM)
            await gateway.left()
        assert (await gateway.operation.closed(call_id)).disposition is not None
