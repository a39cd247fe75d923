"""How long the bot's own part of a turn takes, in text: from the caller's words, understood, to its words, released.

Simulated people hold whole calls first; then each of their turns is taken again under a stopwatch, through the same
`Conversation` that every call runs: the decision, its effects on a record that keeps nothing, the script and the gate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter, thread_time
from typing import Any, Final

from evaluation.benchmarks.distribution import distribution, load, machine
from evaluation.simulation.text import runner
from evaluation.simulation.text.log import CallLog
from evaluation.simulation.text.stage import TurnClock, play
from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.ports import Understanding
from voicebot.application.unrecorded import Undelivered, Unrecorded
from voicebot.bootstrap import text
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Asks, Direction, Phase
from voicebot.domain.meaning import Meaning
from voicebot.settings import load_settings

TURNS: Final = 2000
TARGET_MS: Final = 5.0
"""What one turn may take at p95, understanding apart."""
MEASURES: Final = {
    "turn_ms": "decision, effects, script and gate of one turn; understanding not counted",
    "turn_cpu_ms": "the processor's time in turn_ms, whatever else the machine does",
    "understanding_ms": "the same turn's words to their meaning",
    "whole_ms": "both together",
}
_MS: Final = 1000.0


@dataclass(slots=True)
class TimedUnderstanding:
    """Passes on what understanding gives, and keeps how long it took."""

    real: Understanding
    spent_ms: float = 0.0
    spent_cpu_ms: float = 0.0

    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        start, start_cpu = perf_counter(), thread_time()
        meaning = self.real.understand(text, expecting=expecting, at=at)
        self.spent_ms += (perf_counter() - start) * _MS
        self.spent_cpu_ms += (thread_time() - start_cpu) * _MS
        return meaning


@dataclass(slots=True)
class Figures:
    """Milliseconds, one value a turn; a turn without words has nothing to understand."""

    turn_ms: list[float] = field(default_factory=list)
    turn_cpu_ms: list[float] = field(default_factory=list)
    understanding_ms: list[float] = field(default_factory=list)
    whole_ms: list[float] = field(default_factory=list)
    calls: int = 0


def measure(*, turns: int = TURNS, seed: int = 0, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Hold calls until at least `turns` caller turns were timed; gives the contract's object.

    Each person of the simulation calls in turn, so the turns are of all kinds; the same seed gives the same turns.
    """
    before = load()
    parts = text.collaborators(load_settings(), StandingClock(datetime.fromisoformat("2026-11-23T10:00:00-03:00")))
    figures = Figures()
    for scenario in runner.scenarios(turns, seed, None):
        if len(figures.turn_ms) >= turns:
            break
        asyncio.run(_timed(play(scenario), parts, figures))
        figures.calls += 1
        if figures.calls % 50 == 0:
            say(f"{figures.calls} calls: {len(figures.turn_ms)} turns so far")
    return {
        "machine": machine(),
        "load": before,
        "calls": figures.calls,
        "measures": MEASURES,
        **{name: distribution(getattr(figures, name)) for name in MEASURES},
    }


async def _timed(call: CallLog, parts: Collaborators, figures: Figures) -> None:
    """Take the call's turns again; the greeting, which answers nobody, is not counted."""
    clock = TurnClock(call.drawn.at)
    understanding = TimedUnderstanding(parts.understanding)
    direction = Direction.INBOUND if call.inbound else Direction.OUTBOUND
    facts = CallFacts(f"timed-{call.seed}", direction, call.drawn.case, "00000000", seed=figures.calls)
    conversation = Conversation(
        facts,
        replace(parts, understanding=understanding, records=Unrecorded(), messenger=Undelivered(), clock=clock),
    )
    await conversation.start()
    for exchange in call.exchanges:
        if exchange.said is None or conversation.state.ended:
            continue
        understanding.spent_ms = understanding.spent_cpu_ms = 0.0
        start, start_cpu = perf_counter(), thread_time()
        await _take(conversation, exchange.said.event)
        whole, whole_cpu = (perf_counter() - start) * _MS, (thread_time() - start_cpu) * _MS
        figures.turn_cpu_ms.append(whole_cpu - understanding.spent_cpu_ms)
        figures.turn_ms.append(whole - understanding.spent_ms)
        figures.whole_ms.append(whole)
        if understanding.spent_ms:
            figures.understanding_ms.append(understanding.spent_ms)


async def _take(conversation: Conversation, event: Mapping[str, object]) -> None:
    """Give one input of `chat` to the conversation."""
    if "text" in event:
        await conversation.hear(str(event["text"]))
    elif "dtmf" in event:
        await conversation.pressed(str(event["dtmf"]))
    else:
        await conversation.silence()
