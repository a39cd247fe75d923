"""The human whom a call is transferred to, and the line they speak on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from telephony.call import CallStatus
from telephony.codecs import Int16, mulaw_encode
from telephony.errors import CallOver
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.phone import EndedBy, Phone
from telephony.providers.simulator.playout import Playout
from telephony.providers.simulator.twiml import DialNumber, EnterRoom

REAL_RING_S: Final = 5.0
"""A Brazilian ring: 1 s of tone, 4 s of silence. Ring timeouts count in these."""
_AFTER_TWO_RINGS: Final = PickUp(rings=2)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a human does once they have heard who waits; nothing at all is a reply too."""

    digits: str = ""
    speech: str = ""
    """As the carrier's recogniser wrote it down."""
    hangs_up: bool = False


TAKES_IT: Final = Reply(digits="1")


class HumanLine:
    """The far end of a transferred call: what is said here, the person hears by `Phone.listen`."""

    def __init__(self, phone: Phone, playout: Playout) -> None:
        self._phone = phone
        self._playout = playout

    async def say(self, pcm: Int16) -> None:
        """Speak 8 kHz audio; returns as its last frame plays. Raises `CallOver`."""
        self._playout.play(mulaw_encode(pcm))
        while self._playout.buffered_ms and not self._phone.is_over:
            await self._phone.ticked()
        if self._phone.is_over:
            raise CallOver("the person hung up on the human")

    async def stay(self, seconds: float) -> None:
        """Listen until the person hangs up, `seconds` of the call at most."""
        until = self._phone.at_s + seconds
        while self._phone.at_s < until and not self._phone.is_over:
            await self._phone.ticked()


class Human(Protocol):
    """Who takes transferred calls: what a test or an evaluation implements."""

    def pick_up(self, call: CarriedCall) -> PickUp:
        """Decide what happens when the hand-off number rings; `call.transferred_to` is that number."""
        ...

    async def talk(self, line: HumanLine) -> None:
        """Hold the conversation; on return the human hangs up. `CallOver` may simply be let through."""
        ...


@runtime_checkable
class Briefed(Protocol):
    """A human who is told first who waits, and may say no; any other takes every call."""

    async def hear(self, briefing: Int16, *, asked: int) -> Reply:
        """Listen to the summary, 8 kHz; `asked` counts from 0 how often the question was put before."""
        ...

    @property
    def room_patience_s(self) -> float:
        """How long they wait in the room for the person."""
        ...


@dataclass(frozen=True, slots=True)
class HumanDesk:
    """Picks up, says its lines one after the other, listens a while and hangs up."""

    lines: Sequence[Int16] = field(default=(), repr=False)
    """8 kHz."""
    on_ring: PickUp = _AFTER_TWO_RINGS
    stays_s: float = 10.0
    replies: Sequence[Reply] = (TAKES_IT,)
    """One for each time they are asked whether they take the call; the last one again after that."""
    room_patience_s: float = 60.0

    async def hear(self, briefing: Int16, *, asked: int) -> Reply:
        return self.replies[min(asked, len(self.replies) - 1)]

    def pick_up(self, call: CarriedCall) -> PickUp:
        return self.on_ring

    async def talk(self, line: HumanLine) -> None:
        for pcm in self.lines:
            await line.say(pcm)
        await line.stay(self.stays_s)


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """A number that rings out."""

    def pick_up(self, call: CarriedCall) -> PickUp:
        return PickUp(CallStatus.NO_ANSWER, rings=1_000)

    async def talk(self, line: HumanLine) -> None:
        """Never reached."""


def rings_heard(pick_up: PickUp, timeout_s: float) -> float:
    """Give how often it rings before it is answered, or given up."""
    return min(pick_up.rings, timeout_s / REAL_RING_S)


def is_answered(pick_up: PickUp, timeout_s: float) -> bool:
    return pick_up.outcome is CallStatus.IN_PROGRESS and pick_up.rings * REAL_RING_S <= timeout_s


async def connect(
    call: CarriedCall, phone: Phone, playout: Playout, human: Human, dial: DialNumber | EnterRoom
) -> None:
    """Bridge the person with a human who has picked up, until either hangs up or the dial's time is up."""
    call.human_joined.set()
    phone.note("human joined")
    try:
        async with asyncio.timeout(dial.time_limit_s):
            await human.talk(HumanLine(phone, playout))
    except TimeoutError:
        phone.drop(EndedBy.CARRIER)
    except CallOver:
        return
    phone.drop(EndedBy.HUMAN)
