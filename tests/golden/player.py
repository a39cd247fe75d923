"""Golden conversations: read from YAML, played through understanding, policy, script and gate, then compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.portfolio_files import Portfolio
from voicebot.application.ports import Understanding
from voicebot.application.text_call import hold, turn_json
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import CallState, Context, Decision, Event, Heard, Pressed, Silence, Started
from voicebot.domain.portfolio import Case

FOLDER: Final = Path(__file__).parent
PROTOCOL: Final = "23117402"
SAYABLE: Final = frozenset({"text", "silence", "dtmf"})
EXACT: Final = ("phase", "asks", "verified", "ended", "disposition", "callback_at")
PARTIAL: Final = ("agreement", "escalation", "heard")
IDENTIFICATION: Final = {
    "D001": ("Sou eu, sim.", "Cinco, dois, nove.", "Doze de março."),
    "D002": ("É ele.", "Um, um, um.", "Trinta de novembro."),
    "D003": ("Sou eu, minha filha.", "Três, quatro, dois.", "Vinte e cinco de julho."),
    "D004": ("Eu mesmo.", "Nove, zero, sete.", "Oito de janeiro."),
}
"""How the sample's people confirm who they are, outbound."""


class GoldenInvalid(Exception):
    """A golden file holds a key or a value that the player does not know; the message names both."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one output line must hold; what is left out is free."""

    acts: tuple[str, ...] = ()
    """Each must be among the turn's acts."""
    not_acts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Each must occur in the words, whatever the case."""
    not_said: tuple[str, ...] = ()
    offer: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the newest offer made in this turn."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """`EXACT` and `PARTIAL` fields of the contract's line."""

    def misses(self, line: Mapping[str, Any]) -> list[str]:
        """Say where the line differs, one sentence each."""
        words = line["say"].casefold()
        found = [f"act {act} is missing" for act in self.acts if act not in line["acts"]]
        found += [f"act {act} is out of place" for act in self.not_acts if act in line["acts"]]
        found += [f"does not say {text!r}" for text in self.said if text.casefold() not in words]
        found += [f"says {text!r}" for text in self.not_said if text.casefold() in words]
        if self.offer:
            new = [offer for offer in line["offers"] if offer["new"]]
            found += _differences("offer", self.offer, new[-1] if new else {})
        for name, wanted in self.values.items():
            if isinstance(wanted, Mapping):
                found += _differences(name, wanted, line[name] or {})
            elif line[name] != wanted:
                found.append(f"{name} is {line[name]!r}, expected {wanted!r}")
        return found


def _differences(name: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            found += _differences(f"{name}.{key}", value, got.get(key) or {})
        elif got.get(key) != value:
            found.append(f"{name}.{key} is {got.get(key)!r}, expected {value!r}")
    return found


@dataclass(frozen=True, slots=True)
class Golden:
    """One conversation as somebody would have it."""

    title: str
    debtor: str
    at: str
    turns: tuple[tuple[Mapping[str, Any], Expected], ...]
    """What the caller does, as `chat` reads it, and what must follow."""
    direction: Direction = Direction.OUTBOUND
    seed: int = 0
    starts: Expected = Expected()
    never_said: tuple[str, ...] = ()
    waits: bool = False
    """A person was called and does not take the line yet, so the bot is still there; else they take it at once."""
    asks_satisfaction: bool = False
    """The creditor asks at a good end how the call went."""
    identified: bool = False
    """The caller first says who they are and gives both factors (`IDENTIFICATION`); then the turns begin."""

    @property
    def inputs(self) -> list[str]:
        return [json.dumps(event, ensure_ascii=False) for event, _ in self.turns]

    @property
    def expectations(self) -> list[Expected]:
        return [self.starts, *(expected for _, expected in self.turns)]


def load_all(folder: Path = FOLDER) -> list[Golden]:
    """Read every conversation of the folder.

    Raises:
        GoldenInvalid: an unknown key, or a turn that is not one event.
    """
    return [golden for path in sorted(folder.glob("*.yaml")) for golden in read_text(path.read_text(encoding="utf-8"))]


def read_text(text: str) -> list[Golden]:
    """Read the conversations of one file, a YAML document each.

    Raises:
        GoldenInvalid: an unknown key, or a turn that is not one event.
    """
    return [_golden(document) for document in yaml.safe_load_all(text)]


def _golden(raw: dict[str, Any]) -> Golden:
    known = {each.name for each in fields(Golden)}
    title = raw.get("title", "(no title)")
    if not set(raw) <= known:
        raise GoldenInvalid(f"{title}: unknown keys {sorted(set(raw) - known)}; known are {sorted(known)}")
    opening = IDENTIFICATION[raw["debtor"]] if raw.get("identified") else ()
    turns = (
        *(({"text": text}, Expected()) for text in opening),
        *(_turn(title, turn) for turn in raw["turns"]),
    )
    plain = {key: raw[key] for key in ("title", "debtor", "at", "seed") if key in raw}
    return Golden(
        **plain,
        turns=turns,
        direction=Direction(raw.get("direction", "outbound")),
        starts=_expected(title, raw.get("starts", {})),
        never_said=tuple(raw.get("never_said", ())),
        waits=bool(raw.get("waits", False)),
        asks_satisfaction=bool(raw.get("asks_satisfaction", False)),
        identified=bool(raw.get("identified", False)),
    )


def _turn(title: str, raw: dict[str, Any]) -> tuple[Mapping[str, Any], Expected]:
    event = {key: value for key, value in raw.items() if key in SAYABLE}
    if len(event) != 1:
        raise GoldenInvalid(f"{title}: a turn has one of {sorted(SAYABLE)}, this has {sorted(raw)}")
    return event, _expected(title, {key: value for key, value in raw.items() if key not in SAYABLE})


def _expected(title: str, raw: dict[str, Any]) -> Expected:
    lists = {key: tuple(raw[key]) for key in ("acts", "not_acts", "said", "not_said") if key in raw}
    values: dict[str, Any] = {key: raw[key] for key in (*EXACT, *PARTIAL) if key in raw}
    unknown = set(raw) - set(lists) - set(values) - {"offer"}
    if unknown:
        raise GoldenInvalid(f"{title}: a turn cannot expect {sorted(unknown)}")
    return Expected(**lists, offer=raw.get("offer", {}), values=values)


async def play(golden: Golden, portfolio: Portfolio, with_: Collaborators) -> list[dict[str, Any]]:
    """Hold the conversation at its standing instant, and give the contract's output lines."""
    case, instant = _setting(golden, portfolio)
    facts = CallFacts(
        call_id=f"golden-{golden.debtor}",
        direction=golden.direction,
        case=case,
        protocol=PROTOCOL,
        seed=golden.seed,
    )
    conversation = Conversation(facts, replace(with_, clock=StandingClock(instant)))
    if golden.waits:
        return await _waiting(conversation, golden)
    return [line async for line in hold(conversation, golden.inputs)]


def decisions(
    golden: Golden, portfolio: Portfolio, understanding: Understanding
) -> Iterator[tuple[CallState, Decision]]:
    """The same by the policy alone: each state after the start, and what was decided in it."""
    case, now = _setting(golden, portfolio)
    creditor = case.creditor
    staffed = creditor.handoff_phone is not None and creditor.handoff_hours.open_at(now.weekday(), now.time())
    ctx = Context(case, now, handoff_open=staffed, protocol=PROTOCOL)
    state = decide(CallState(golden.direction), Started(), ctx).state
    for raw, _ in golden.turns:
        decision = decide(state, _event(raw, state, understanding, now), ctx)
        yield state, decision
        state = decision.state


def _event(raw: Mapping[str, Any], state: CallState, understanding: Understanding, now: datetime) -> Event:
    if "text" in raw:
        return Heard(understanding.understand(raw["text"], expecting=state.asks or state.phase, at=now))
    return Pressed(raw["dtmf"]) if "dtmf" in raw else Silence()


def _setting(golden: Golden, portfolio: Portfolio) -> tuple[Case, datetime]:
    instant = datetime.fromisoformat(golden.at)
    case = portfolio.case(golden.debtor, on=instant.date())
    case = replace(case, creditor=replace(case.creditor, asks_satisfaction=golden.asks_satisfaction))
    return case, instant.replace(tzinfo=ZoneInfo(case.timezone))


async def _waiting(conversation: Conversation, golden: Golden) -> list[dict[str, Any]]:
    """The same without anybody of ours who takes the line."""
    turns = [await conversation.start()]
    for event, _ in golden.turns:
        if conversation.state.ended:
            break
        if "text" in event:
            turns.append(await conversation.hear(event["text"]))
        else:
            turns.append(await (conversation.pressed(event["dtmf"]) if "dtmf" in event else conversation.silence()))
    return [turn_json(turn, number) for number, turn in enumerate(turns)]


def as_script(golden: Golden, lines: Iterable[Mapping[str, Any]]) -> str:
    """Set the conversation as a script to be read aloud, with the misses under each line."""
    events = [None, *(event for event, _ in golden.turns)]
    told = [f"# {golden.title}"]
    for event, expected, line in zip(events, golden.expectations, lines, strict=False):
        if event is not None:
            told.append(f"C: {event.get('text') or event.get('dtmf') or '(silêncio)'}")
        told.append(f"B: {line['say']}  [{line['phase']}]")
        told += [f"   ! {miss}" for miss in expected.misses(line)]
    return "\n".join(told)
