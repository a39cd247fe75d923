"""The contracts' line over the simulated carrier, by either client of Twilio's REST API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from telephony.call import CallStatus
from telephony.calls_rest import CallsAccount, CallsRestDialler
from telephony.codecs import Int16
from telephony.errors import CallOver
from telephony.provider import Dialler
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.human import HumanLine
from telephony.providers.simulator.phone import HangUp, Phone
from tests.contracts.lines import CALLEE, Callee, Desk, Line, OfDesk, Setting
from tests.telephony.providers.asterisk.pbx import wav_bytes
from tests.telephony.providers.simulator.bot import tone, until
from tests.telephony.stage import ACCOUNT, CALLER_ID, PUBLIC, TOKEN, Person, Stage, staged

HUMAN_HZ, WORDS_HZ = 900, 1_300
Make = Callable[[CallsAccount], CallsRestDialler]
_CALLEES: Final = MappingProxyType(
    {
        Callee.ANSWERS: PickUp(rings=0),
        Callee.BUSY: PickUp(CallStatus.BUSY),
        Callee.RINGS_OUT: PickUp(CallStatus.NO_ANSWER),
        Callee.UNREACHABLE: PickUp(CallStatus.FAILED, rings=0),
    }
)
_DESKS: Final = MappingProxyType(
    {Desk.ANSWERS: PickUp(rings=0), Desk.BUSY: PickUp(CallStatus.BUSY), Desk.RINGS_OUT: PickUp(rings=7)}
)
_OF_DESK: Final = MappingProxyType(
    {"busy": OfDesk.BUSY, "no-answer": OfDesk.RANG_OUT, "canceled": OfDesk.CALLER_LEFT, "completed": None}
)


@dataclass
class Puppet(Person):
    """Talks with the bot, listens on, and does what the test says."""

    talked: asyncio.Event = field(default_factory=asyncio.Event)
    orders: asyncio.Queue[HangUp | str] = field(default_factory=asyncio.Queue)
    heard: list[Int16] = field(default_factory=list)

    async def talk(self, phone: Phone) -> None:
        await super().talk(phone)
        self.talked.set()
        listening = asyncio.ensure_future(self._listen(phone))
        ordered = asyncio.ensure_future(self.orders.get())
        try:
            await asyncio.wait({listening, ordered}, return_when=asyncio.FIRST_COMPLETED)
            if ordered.done():
                order = ordered.result()
                await (phone.hang_up(order) if isinstance(order, HangUp) else phone.press(order))
                await phone.over()
        finally:
            for task in (listening, ordered):
                task.cancel()
            await asyncio.gather(listening, ordered, return_exceptions=True)

    async def _listen(self, phone: Phone) -> None:
        with suppress(CallOver):
            while True:
                heard = await phone.listen(silence_ms=200, timeout_s=5)
                if heard is not None:
                    self.heard.append(heard.audio)

    def heard_hz(self, hz: float) -> bool:
        return any(loudest_hz(each) == hz for each in self.heard)


@dataclass
class PuppetDesk:
    """Does as was set, says a tone and stays until the test has it go."""

    on_ring: PickUp
    leave: asyncio.Event = field(default_factory=asyncio.Event)

    def pick_up(self, call: CarriedCall) -> PickUp:
        return self.on_ring

    async def talk(self, line: HumanLine) -> None:
        await line.say(tone(400, hz=HUMAN_HZ))
        staying, leaving = (asyncio.ensure_future(each) for each in (line.stay(3_600), self.leave.wait()))
        try:
            await asyncio.wait({staying, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            staying.cancel()
            leaving.cancel()


def loudest_hz(pcm: Int16) -> float:
    """Give the loudest tone, to the next 100 Hz."""
    spectrum = np.abs(np.fft.rfft(pcm.astype(np.float64)))
    return round(float(np.argmax(spectrum) * 8_000 / pcm.size) / 100) * 100


@dataclass
class CarrierLine:
    stage: Stage
    person: Puppet
    desk: PuppetDesk
    provider: Dialler
    make: Make
    unknown: str = "CA" + "f" * 32

    async def place(self, ref: str = "r-1") -> str:
        return await self.provider.place(to=CALLEE, call_ref=ref)

    async def called_by_person(self) -> str:
        return self.stage.carrier.place_inbound(CALLEE, CALLER_ID).sid

    async def talks(self) -> None:
        await self.person.talked.wait()
        assert self.person.hears > 0.1

    async def ended(self, call: str) -> None:
        await self.stage.ended(call)

    def told(self) -> list[CallStatus]:
        told = [CallStatus(each["CallStatus"]) for each in self.stage.bot.callbacks]
        # Only this carrier knows the moment between the request and the ringing.
        return [each for each in told if each is not CallStatus.INITIATED]

    def told_of_desk(self) -> list[OfDesk]:
        told = [
            _OF_DESK[each["DialCallStatus"]] if "DialCallStatus" in each else OfDesk.ANSWERED
            for each in self.stage.bot.dialled
        ]
        return [each for each in told if each is not None]

    @property
    def streams(self) -> int:
        return len(self.stage.bot.starts)

    async def streams_over(self) -> None:
        await self.stage.bot.gone.wait()

    async def bot_leaves(self) -> None:
        self.person.orders.put_nowait("#")

    async def person_leaves(self, *, silently: bool = False) -> None:
        self.person.orders.put_nowait(HangUp.HALF_OPEN if silently else HangUp.STOP)
        await until(lambda: all(each.phone is None or each.phone.is_over for each in self.stage.carrier.calls.values()))

    async def person_hears_human(self) -> None:
        await until(lambda: self.person.heard_hz(HUMAN_HZ))

    async def person_heard_last_words(self) -> bool:
        return self.person.heard_hz(WORDS_HZ)

    async def desk_rings(self) -> None:
        await until(lambda: all(_is_away(each) for each in self.stage.carrier.calls.values()))

    async def human_leaves(self) -> None:
        self.desk.leave.set()

    def refuse(self, http_status: int) -> None:
        self.stage.carrier.refusals.append(http_status)

    @property
    def is_refusal_left(self) -> bool:
        return bool(self.stage.carrier.refusals)

    async def calls(self) -> int:
        return len(self.stage.carrier.calls)

    def stranger(self) -> Dialler:
        return self.make(CallsAccount(ACCOUNT, "wrong", CALLER_ID, "http://v", "http://s", self.stage.account.api_base))


def _is_away(call: CarriedCall) -> bool:
    return call.phone is not None and call.phone.is_handed_over


def carrier_at(make: Make, url: str) -> Dialler:
    return make(CallsAccount(ACCOUNT, TOKEN, CALLER_ID, f"{PUBLIC}/v", f"{PUBLIC}/s", url))


@asynccontextmanager
async def carrier_line(make: Make, setting: Setting) -> AsyncIterator[Line]:
    def limited(account: CallsAccount) -> CallsRestDialler:
        return make(replace(account, time_limit_s=setting.limit_s, human_time_limit_s=setting.human_limit_s))

    person, desk = Puppet(_CALLEES[setting.callee]), PuppetDesk(_DESKS[setting.desk])
    # Only a phone that nobody takes has to ring for a while: somebody may leave meanwhile.
    ring_s = 1.0 if setting.desk is Desk.RINGS_OUT else 0.0
    async with staged(limited, person, human=desk, ring_s=ring_s) as stage:
        stage.bot.last_words = wav_bytes(tone(800, hz=WORDS_HZ))
        yield CarrierLine(stage, person, desk, stage.provider, make)
