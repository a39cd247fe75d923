"""One simulated call from beginning to end, through the same text conversation that `chat` holds."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from evaluation.simulation.text import cases, grammar
from evaluation.simulation.text.caller import Caller
from evaluation.simulation.text.cases import Drawn
from evaluation.simulation.text.characters import Character
from evaluation.simulation.text.log import CallLog, Exchange, Out, Said
from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.text_call import hold
from voicebot.application.unrecorded import Unrecorded
from voicebot.bootstrap import text
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.settings import load_settings

NOISY = 0.1
"""Share of calls on a poor line."""
INBOUND = 0.25
_TURN = timedelta(seconds=9)


@dataclass(slots=True)
class TurnClock:
    """A clock that moves on a few seconds with each turn."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Port:
    """A messaging port that accepts everything or nothing; keeps what it was asked to send."""

    accepts: bool
    sent: list[str] = field(default_factory=list)

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        self.sent.append(channel)
        return self.accepts


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who calls about what: the same scenario with another `trial` differs in wording, order, mood and noise."""

    seed: str
    character: Character
    trial: int = 0


@cache
def _collaborators() -> Collaborators:
    settings = load_settings()
    return text.collaborators(settings, StandingClock(datetime.fromisoformat("2026-11-23T10:00:00-03:00")))


def play(scenario: Scenario) -> CallLog:
    """Hold one call; the same scenario gives the same call."""
    fate = Random(scenario.seed)
    with tempfile.TemporaryDirectory(prefix="simulated-") as folder:
        drawn = cases.draw(fate, Path(folder))
    inbound = fate.random() < INBOUND and not scenario.character.outbound_only
    if not inbound:
        drawn = replace(drawn, at=text.permitted_start(drawn.case, drawn.at) or drawn.at)
    rng = Random(f"{scenario.seed}/{scenario.trial}")
    noisy = rng.random() < NOISY
    caller = Caller.born(scenario.character, drawn, grammar.load(), fate, rng, noisy=noisy)
    port = Port(accepts=fate.random() < 0.8)
    exchanges = asyncio.run(_talk(caller, drawn, port, inbound=inbound, seed=rng.randrange(10**6)))
    name = f"{scenario.seed}/{scenario.trial}"
    return CallLog(name, scenario.character.name, inbound, drawn, tuple(exchanges), port.accepts)


async def _talk(caller: Caller, drawn: Drawn, port: Port, *, inbound: bool, seed: int) -> list[Exchange]:
    clock = TurnClock(drawn.at)
    direction = Direction.INBOUND if inbound else Direction.OUTBOUND
    facts = CallFacts(f"simulated-{seed}", direction, drawn.case, f"{seed:08d}", seed)
    conversation = Conversation(facts, replace(_collaborators(), records=Unrecorded(), messenger=port, clock=clock))
    heard: list[Out] = []
    said: list[Said | None] = [None]

    def lines() -> Iterator[str]:
        while not heard[-1]["ended"]:
            clock.at += _TURN
            answer = caller.reply(heard[-1])
            if answer is None:
                return
            said.append(answer)
            yield json.dumps(dict(answer.event))

    exchanges: list[Exchange] = []
    async for out in hold(conversation, lines()):
        heard.append(out)
        exchanges.append(Exchange(said[len(exchanges)] if len(exchanges) < len(said) else None, out))
    return exchanges
