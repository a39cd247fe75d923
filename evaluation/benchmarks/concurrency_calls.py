"""Keeps a wanted number of calls going on one gateway, each with somebody else, and remembers when it answered whom."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from evaluation.benchmarks.latency import Answer, Reader, contents
from evaluation.benchmarks.latency_callers import ReadingCaller
from evaluation.simulation.persona import Persona
from evaluation.stage import Stage, StageError
from telephony.codecs import RATE_HZ
from telephony.providers.simulator import metrics
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.phone import Phone
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.ports import STT_RATE, Samples, Transcript

EVERY_S: Final = 1.5
"""Between two calls placed: a dialler ramps up."""
LEAVE_WITHIN_S: Final = 20.0
_ATTACHED_WITHIN_S: Final = 5.0


class NoEar:
    """What these callers hear comes from the record: a recogniser of their own would take the bot's processor."""

    def transcribe(self, audio: Samples) -> Transcript:
        """Give no words."""
        return Transcript("", 0.0, 1.0, len(audio) / STT_RATE, 0.0, guarded=False)

    def warm_up(self) -> None:
        """Nothing is slow."""


@dataclass(slots=True)
class Held:
    """One call of the crowd."""

    call_id: str
    caller: ReadingCaller
    began_s: float | None = None
    """When its media began, on the generator's monotonic clock."""
    is_over: bool = False
    found: list[Answer] = field(default_factory=list)
    greeting_ms: float | None = None
    talks: float | None = None
    """Share of the call in which the caller speaks."""


@dataclass(slots=True)
class Switchboard:
    """Gives each phone that is picked up its own person."""

    people: dict[str, asyncio.Future[Held]] = field(default_factory=dict)

    def expect(self, sid: str) -> asyncio.Future[Held]:
        return self.people.setdefault(sid, asyncio.get_running_loop().create_future())

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        began_s = time.monotonic() - phone.at_s
        sid = phone.line.call_sid
        async with asyncio.timeout(_ATTACHED_WITHIN_S):
            held = await self.expect(sid)
        held.began_s = began_s
        try:
            await held.caller.talk(phone)
        finally:
            self.people.pop(sid, None)


@dataclass(slots=True)
class Crowd:
    """`wanted` calls at a time; set it, and calls come and go until it is 0."""

    stage: Stage
    board: Switchboard
    personas: Sequence[Persona]
    voice: PhraseCache
    refs: Iterator[str]
    wanted: int = 0
    live: dict[str, Held] = field(default_factory=dict)
    done: list[Held] = field(default_factory=list)
    refused: int = 0
    """Calls that the rules or the carrier did not let begin."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Place a call whenever one is missing, until cancelled."""
        cast = cycle(self.personas)
        for number, ref in enumerate(self.refs):
            while len(self._tasks) >= self.wanted:  # noqa: ASYNC110 - calls end in many ways, and `wanted` is set
                await asyncio.sleep(0.1)
            task = asyncio.create_task(self._one(ref, next(cast), number), name="crowd-call")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(EVERY_S)
        raise StageError("the crowd is too small for so many calls: this is a fault of the benchmark's")

    async def leave(self) -> None:
        """Let nobody in any more, and wait for those on the line; who stays too long is hung up on."""
        self.wanted = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                while self._tasks:
                    await asyncio.wait(set(self._tasks))
        for held in list(self.live.values()):
            if held.caller.phone is not None:
                await held.caller.phone.hang_up()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=LEAVE_WITHIN_S)

    async def answered(self) -> list[tuple[float, Answer]]:
        """Give every response so far with its instant on the generator's clock."""
        for held in self.live.values():
            await self._read(held)
        return [
            (held.began_s + each.at_s, each)
            for held in [*self.done, *self.live.values()]
            if held.began_s is not None
            for each in held.found
        ]

    async def _one(self, ref: str, persona: Persona, number: int) -> None:
        caller = ReadingCaller(persona, NoEar(), self.voice, chance=random.Random(number))
        try:
            call_id, carried = await self.stage.call(ref)
        except StageError:
            self.refused += 1
            return
        held = Held(call_id, caller)
        known: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        known.set_result(call_id)
        caller.read = Reader(self.stage, known)
        self.live[call_id] = held
        self.board.expect(carried.sid).set_result(held)
        try:
            await carried.ended.wait()
            await self._read(held)
        finally:
            held.is_over = True
            del self.live[call_id]
            self.done.append(held)
            # A recording is minutes of small arrays: only what was measured is kept.
            caller.phone = None
            caller.audio.clear()
            self.stage.carrier.calls.pop(carried.sid, None)

    async def _read(self, held: Held) -> None:
        phone = held.caller.phone
        if phone is not None:
            held.found = await contents(self.stage, held.call_id, phone)
            held.greeting_ms = phone.metrics().greeting_ms
            held.talks = talking_share(phone)


def talking_share(phone: Phone) -> float | None:
    """Give the share of a call's time in which the caller speaks; None before anything was sent."""
    caller, _ = phone.recording()
    spoken = metrics.activity(caller, RATE_HZ)
    return float(spoken.mean()) if spoken.size else None
