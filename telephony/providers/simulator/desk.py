"""Calls to a human's own phone, and the conferences in which a human meets the person who was with the bot."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, assert_never

import numpy as np
import structlog

from telephony.call import CallStatus
from telephony.codecs import RATE_HZ, Int16, mulaw_encode
from telephony.errors import TelephonyError
from telephony.providers.simulator.calls import CarriedCall
from telephony.providers.simulator.clock import Clock
from telephony.providers.simulator.human import REAL_RING_S, TAKES_IT, Briefed, Human, Reply, connect
from telephony.providers.simulator.phone import EndedBy, Phone
from telephony.providers.simulator.playout import Playout
from telephony.providers.simulator.twiml import (
    DeskVerb,
    DialNumber,
    EnterRoom,
    Gather,
    HangUpCall,
    Pause,
    Play,
    read_desk,
)
from telephony.providers.simulator.webhooks import WebhookFailed, Webhooks

log = structlog.get_logger(__name__)

WORDS_UNHEARD: Final = "0.9"
"""What the carrier's recogniser says of its sureness."""
_ROOM_PATIENCE_S: Final = 60.0


@dataclass(eq=False, slots=True)
class _Room:
    """A conference of two."""

    person: asyncio.Future[tuple[CarriedCall, Phone, Playout]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Desk:
    """The human's side of the carrier."""

    def __init__(self, human: Human, webhooks: Webhooks, clock: Clock, *, ring_s: float) -> None:
        self._human = human
        self._webhooks = webhooks
        self._clock = clock
        self._ring_s = ring_s
        self._rooms: dict[str, _Room] = {}
        self.copies: Callable[[], int] = lambda: 1
        """How often each event of a room is reported."""

    async def ring(self, call: CarriedCall) -> None:
        """Carry a call to the human from its first ring to their hanging up."""
        call.advance(CallStatus.INITIATED)
        call.advance(CallStatus.RINGING)
        pick_up = self._human.pick_up(call)
        rings_s = min(pick_up.rings * REAL_RING_S, call.ring_timeout_s)
        await self._wait(rings_s / REAL_RING_S * self._ring_s)
        if pick_up.rings * REAL_RING_S > call.ring_timeout_s:
            call.advance(CallStatus.NO_ANSWER)
            return
        call.advance(pick_up.outcome)
        if pick_up.outcome is CallStatus.IN_PROGRESS:
            await self._attend(call, read_desk(await self._webhooks.voice(call)))

    async def _attend(self, call: CarriedCall, verbs: list[DeskVerb]) -> None:
        asked = 0
        while verbs:
            match verb := verbs.pop(0):
                case Gather():
                    reply = await self._ask(verb, asked)
                    asked += 1
                    if reply.hangs_up:
                        return
                    if reply.digits or reply.speech or verb.asks_on_silence:
                        verbs = read_desk(await self._webhooks.ask(call, verb.action, _answer(reply, verb)))
                case EnterRoom():
                    await self._meet(call, verb)
                case Play(url):
                    await self._file(url)
                case Pause(seconds):
                    await self._wait(seconds)
                case HangUpCall():
                    return
                case _:
                    assert_never(verb)

    async def _ask(self, gather: Gather, asked: int) -> Reply:
        heard = [await self._file(prompt.url) for prompt in gather.prompts]
        if not isinstance(self._human, Briefed):
            return TAKES_IT
        return await self._human.hear(np.concatenate(heard) if heard else np.zeros(0, np.int16), asked=asked)

    async def _meet(self, call: CarriedCall, verb: EnterRoom) -> None:
        """Wait in the room for the person, then talk with them."""
        room = self._rooms.setdefault(verb.name, _Room())
        await self._tell(call, verb, "participant-join")
        patience_s = self._human.room_patience_s if isinstance(self._human, Briefed) else _ROOM_PATIENCE_S
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    person, phone, playout = await asyncio.shield(room.person)
                await connect(person, phone, playout, self._human, verb)
        finally:
            self._rooms.pop(verb.name, None)
        await self._tell(call, verb, "participant-leave")

    async def follow(self, call: CarriedCall, phone: Phone, playout: Playout, verbs: list[DeskVerb]) -> None:
        """Do what a person's call was redirected to, until it ends or is redirected again."""
        while True:
            running = asyncio.create_task(self._do(call, phone, playout, verbs))
            redirected = asyncio.create_task(call.redirects.get())
            try:
                await asyncio.wait({running, redirected}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                running.cancel()
                redirected.cancel()
            await asyncio.gather(running, redirected, return_exceptions=True)
            if redirected.cancelled():
                running.result()
                return
            to = redirected.result()
            if isinstance(to, DialNumber):
                raise TelephonyError("this carrier does not dial out of a conference")
            verbs = to

    async def _do(self, call: CarriedCall, phone: Phone, playout: Playout, verbs: list[DeskVerb]) -> None:
        for verb in verbs:
            match verb:
                case EnterRoom():
                    room = self._rooms.setdefault(verb.name, _Room())
                    if not room.person.done():
                        room.person.set_result((call, phone, playout))
                    await self._tell(call, verb, "participant-join")
                    await phone.over()
                case Play(url):
                    playout.play(mulaw_encode(await self._file(url)))
                    while playout.buffered_ms and not phone.is_over:
                        await phone.ticked()
                case Pause(seconds):
                    await self._wait(seconds)
                case HangUpCall():
                    break
                case Gather():
                    raise TelephonyError("this carrier gathers only what a human presses")
                case _:
                    assert_never(verb)
        phone.drop(EndedBy.CARRIER)

    async def _tell(self, call: CarriedCall, verb: EnterRoom, event: str) -> None:
        wanted = event.removeprefix("participant-") in verb.events
        if verb.events_url is None or not wanted:
            return
        for _ in range(self.copies()):
            await self._try(
                call, self._webhooks.room_event(call, verb.events_url, event, room=verb.name, label=verb.label)
            )

    async def _try(self, call: CarriedCall, report: Coroutine[Any, Any, None]) -> None:
        try:
            await report
        except TelephonyError as error:
            log.warning("room event failed", call_sid=call.sid, error=type(error).__name__)

    async def _file(self, url: str) -> Int16:
        return read_wav(await self._webhooks.file(url))

    async def _wait(self, seconds: float) -> None:
        await self._clock.sleep_until(self._clock.now() + seconds)


def _answer(reply: Reply, gather: Gather) -> dict[str, str]:
    if reply.digits:
        return {"Digits": reply.digits[: gather.num_digits or None]}
    if reply.speech and gather.takes_speech:
        return {"SpeechResult": reply.speech, "Confidence": WORDS_UNHEARD}
    return {}


def read_wav(data: bytes) -> Int16:
    """Give the samples of a WAV file, mono, 16 bit, 8 kHz. Raises `WebhookFailed` for any other file."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE_HZ):
                raise WebhookFailed("the file to play is not mono, 16 bit, 8 kHz")
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)
    except (wave.Error, EOFError):
        raise WebhookFailed("the file to play is no WAV file") from None
