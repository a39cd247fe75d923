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
        taken = 0
        for call_id in wanted:
            hand_over = self._held.get(call_id)
            # It may have ended meanwhile: then there is nobody left to answer for.
            accepted = hand_over is not None and await hand_over()
            await desired.answered(call_id, accepted=accepted, at=clock.now())
            log.info("takeover_answered", call_id=str(call_id), accepted=accepted)
            taken += accepted
        return taken

    async def keep_answering(self, desired: Desired, clock: Clock) -> None:
        """Look every second for as long as the process runs."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.answer(desired, clock)
            except RecordsUnavailable:
                log.warning("takeovers_wait", why="database away")


async def take_over(handoff: Transfers | None) -> bool:
    """Move the caller to a person at the desk's wish; the record follows once they have answered."""
    return handoff is not None and await handoff.transfer()
