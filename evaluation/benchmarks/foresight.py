"""How often the bot's next words are known before they are needed, in text: then their audio can be ready.

Simulated people hold whole calls; before each of their turns the conversation is asked what it foresees.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import thread_time
from typing import Any, Final

from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.simulation.text import runner
from evaluation.simulation.text.log import CallLog
from evaluation.simulation.text.stage import TurnClock, play
from voicebot.application.conversation import CallFacts, Collaborators, Conversation, Turn
from voicebot.application.unrecorded import Unrecorded
from voicebot.bootstrap import text
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.settings import load_settings

TURNS: Final = 500
MISSES: Final = 20
"""Kinds of unforeseen first lines that are listed."""


class Accepting:
    """A messenger that takes every message, as the outbox nearly always does."""

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        return True


@dataclass(slots=True)
class Figures:
    turns: int = 0
    foreseen: int = 0
    """Turns whose first line was foreseen."""
    lines: int = 0
    lines_foreseen: int = 0
    step_ms: list[float] = field(default_factory=list)
    """Processor time of one foreseen event: what the event loop waits at most."""
    events: list[float] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)


def measure(*, turns: int = TURNS, seed: int = 0, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Hold calls until at least `turns` turns of callers were answered; the same seed gives the same turns."""
    before = load()
    parts = text.collaborators(load_settings(), StandingClock(datetime.fromisoformat("2026-11-23T10:00:00-03:00")))
    figures, calls = Figures(), 0
    for scenario in runner.scenarios(turns, seed, None):
        if figures.turns >= turns:
            break
        asyncio.run(_held(play(scenario), parts, figures, calls))
        calls += 1
        if calls % 20 == 0:
            say(f"{calls} calls: {figures.turns} turns so far")
    return {
        "machine": machine(),
        "load": before,
        "calls": calls,
        "first_line_foreseen": rate(figures.foreseen, figures.turns),
        "line_foreseen": rate(figures.lines_foreseen, figures.lines),
        "step_ms": distribution(figures.step_ms),
        "events": distribution(figures.events),
        "missed": dict(figures.missed.most_common(MISSES)),
    }


async def _held(call: CallLog, parts: Collaborators, figures: Figures, seed: int) -> None:
    direction = Direction.INBOUND if call.inbound else Direction.OUTBOUND
    facts = CallFacts(f"foreseen-{call.seed}", direction, call.drawn.case, "00000000", seed=seed)
    given = replace(parts, records=Unrecorded(), messenger=Accepting(), clock=TurnClock(call.drawn.at))
    conversation = Conversation(facts, given)
    await conversation.start()
    for exchange in call.exchanges:
        if exchange.said is None or conversation.state.ended or "text" not in exchange.said.event:
            continue
        foreseen = _foreseen(conversation, figures)
        asked, phase = conversation.state.asks, conversation.state.phase
        turn = await conversation.hear(str(exchange.said.event["text"]))
        _count(turn, foreseen, figures, f"{phase.value}/{asked.value if asked else '-'}")


def _foreseen(conversation: Conversation, figures: Figures) -> set[str]:
    lines: set[str] = set()
    count, since = 0, thread_time()
    for answer in conversation.foreseen():
        figures.step_ms.append((thread_time() - since) * 1000)
        lines |= set(answer)
        count, since = count + 1, thread_time()
    figures.events.append(float(count))
    return lines


def _count(turn: Turn, foreseen: set[str], figures: Figures, place: str) -> None:
    if not turn.lines:
        return
    figures.turns += 1
    figures.lines += len(turn.lines)
    figures.lines_foreseen += sum(line.text in foreseen for line in turn.lines)
    if turn.lines[0].text in foreseen:
        figures.foreseen += 1
        return
    intent = turn.heard.intent.value if turn.heard is not None else "-"
    figures.missed[f"{place} {intent}: {'+'.join(type(line.act).__name__ for line in turn.lines)}"] += 1
