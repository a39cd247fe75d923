"""Callers beyond the rated number: what they hear, and whether those on the line notice."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, Final

from evaluation.benchmarks.concurrency import LIMIT_MS, SHORTEST_CALL_S, calling, figures, hold
from evaluation.benchmarks.concurrency_load import Meter
from evaluation.stage import Stage
from telephony.call import CallStatus
from telephony.codecs import RATE_HZ
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.phone import Phone

EVERY_S: Final = 3.0

Say = Callable[[str], None]


async def measure(*, calls: int, seconds: float, say: Say = lambda _: None) -> dict[str, Any]:
    """Rate a gateway for so many calls and hold them; then let more people call in all the while.

    Raises:
        StageError: the gateway does not come up.
    """
    people = 2 * calls * max(2, round(seconds / SHORTEST_CALL_S))
    async with calling(people, max_calls=calls) as (stage, crowd):
        meter = Meter(stage.gateway.pid, os.getpid())
        alone = await hold(stage, crowd, meter, calls, seconds)
        say(f"{calls} calls alone")
        pressing = asyncio.create_task(_press(stage, seconds), name="callers-beyond")
        pressed = await hold(stage, crowd, meter, calls, seconds)
        beyond = await pressing
        await crowd.leave()
        answered = await crowd.answered()
    return {
        "rated": calls,
        "alone": figures(alone, answered),
        "with_callers_beyond": figures(pressed, answered),
        "beyond": told(beyond),
        "limit_ms": LIMIT_MS,
    }


async def _press(stage: Stage, seconds: float) -> list[CarriedCall]:
    """Call in every few seconds, each time somebody else."""
    placed: list[CarriedCall] = []
    until = time.monotonic() + seconds
    refs = list(stage.portfolio.debtors)
    while time.monotonic() < until:
        ref = refs[len(placed) % len(refs)]
        placed.append(stage.call_in(ref, Nobody()))
        await asyncio.sleep(EVERY_S)
    for call in placed:
        await call.ended.wait()
    return placed


class Nobody:
    """Somebody who calls, and hangs up if they get through after all."""

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        """Say nothing."""


def told(placed: list[CarriedCall]) -> dict[str, Any]:
    """Give what became of the callers beyond."""
    heard = [round(sum(each.size for each in call.announced) / RATE_HZ, 1) for call in placed if call.announced]
    return {
        "calls": len(placed),
        "heard_the_line": len(heard),
        "line_s": max(heard, default=None),
        "busy_tone": sum(call.status is CallStatus.BUSY for call in placed),
        "got_through": sum(call.phone is not None for call in placed),
    }
