"""Answer for the hand-overs of this process what other gateways were asked."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import structlog

from voicebot.application.handover_letters import Answer, Arrived, Letters
from voicebot.application.ports import RecordsUnavailable
from voicebot.web.handover_doors import HandoverDoors

log = structlog.get_logger(__name__)

LOOK_S: Final = 0.2
"""How long a letter lies at most before it is read; the provider's silence meanwhile is not heard by the caller."""
LINGERS_S: Final = 120.0
"""The provider has something to say of a hand-over for a while after it."""
BROKEN: Final = Answer(503, None, b"")


async def keep_answering(doors: HandoverDoors) -> None:
    """Read and answer for as long as the process runs; one that waits for speech to be made holds up no other."""
    letters = doors.letters
    if letters is None:
        return
    async with asyncio.TaskGroup() as answering:
        until = 0.0
        while True:
            await asyncio.sleep(LOOK_S)
            if doors.board.is_in_use:
                until = time.monotonic() + LINGERS_S
            if time.monotonic() > until:
                continue
            try:
                arrived = await letters.taken()
            except RecordsUnavailable:
                log.warning("handover_letters_wait", why="database away")
                continue
            for each in arrived:
                answering.create_task(_answered(letters, doors, each), name="answer-letter")


async def _answered(letters: Letters, doors: HandoverDoors, arrived: Arrived) -> None:
    try:
        answer = await doors.answer(arrived.letter)
    except Exception:
        # The edge of one letter: the others are still answered.
        log.exception("handover_letter_broke", door=arrived.letter.door)
        answer = BROKEN
    try:
        await letters.answer(arrived.id, answer)
    except RecordsUnavailable:
        log.warning("handover_letter_not_answered", door=arrived.letter.door, why="database away")
