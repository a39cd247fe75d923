"""Where the desk's wish to take over a call meets the process that holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol
from uuid import UUID

import structlog

from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.application.qa.live import Desired

log = structlog.get_logger(__name__)

LOOK_S: Final = 1.0
"""A person at the desk waits this long for the call, at most, before the carrier is asked."""
HandOver = Callable[[], Awaitable[bool]]
"""Moves one live call to a person; True only when it was taken."""


class Transfers(Protocol):
    async def transfer(self) -> bool: ...


class Held(Protocol):
    async def take_over(self, at_once: Transfers) -> bool:
        """Have the caller told, then move them; True only when they were moved."""
        ...


class Takeovers:
    """The calls this process holds, and how each is handed over."""

    def __init__(self) -> None:
        self._held: dict[UUID, HandOver] = {}

    @contextmanager
    def held(self, call_id: str, hand_over: HandOver) -> Iterator[None]:
        """Have the call on offer for as long as the block runs."""
        key = UUID(call_id)
        self._held[key] = hand_over
        try:
            yield
        finally:
            self._held.pop(key, None)

    async def answer(self, desired: Desired, clock: Clock) -> int:
        """Hand over what is asked for; gives how many were taken. One that fails is answered with a no."""
        wanted = await desired.asked(tuple(self._held)) if self._held else ()
        # At once: each waits until its caller has been told, and none for another's.
        answers = [self._answer(call_id, desired, clock) for call_id in wanted]
        found = await asyncio.gather(*answers, return_exceptions=True)
        for failure in found:
            if isinstance(failure, BaseException):
                raise failure
        return sum(each is True for each in found)

    async def _answer(self, call_id: UUID, desired: Desired, clock: Clock) -> bool:
        hand_over = self._held.get(call_id)
        accepted = False
        if hand_over is not None:
            # Else it has ended meanwhile, and there is nobody left to answer for.
            try:
                accepted = await hand_over()
            except Exception:
                # The edge of one wish: the other calls are still answered for.
                log.exception("takeover_broke", call_id=str(call_id))
        await desired.answered(call_id, accepted=accepted, at=clock.now())
        log.info("takeover_answered", call_id=str(call_id), accepted=accepted)
        return accepted

    async def keep_answering(self, desired: Desired, clock: Clock) -> None:
        """Look every second for as long as the process runs."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.answer(desired, clock)
            except RecordsUnavailable:
                log.warning("takeovers_wait", why="database away")


async def take_over(handoff: Transfers | None, call: Held) -> bool:
    """Hand a call over at the desk's wish: the caller is told, and the record follows once the person has answered."""
    return handoff is not None and await call.take_over(handoff)
