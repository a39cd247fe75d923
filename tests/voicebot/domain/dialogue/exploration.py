"""Every state a call can come to, under a view that keeps what decisions read and drops what only counts up.

The view, and why nothing is lost by it:

- A call on a side road (silence, bad line) or off the collection for good (a crisis, a person coming, somebody else,
  a callback) drops the bargain and the factors: those are read again only in the phase it left, which was explored
  before it left. `congruent` tries that claim on every state that the view folds into another.
- How often something happened is dropped. Instead each state is tried again with every counter at one, two and
  three: over every threshold that there is, in every state, which is more than can be reached.
- Amounts and days are "there" or "not there"; an offer is its kind. The limits are checked on the offers themselves.
- The caller's turns are dropped: that a call ends is tried in every state with the clock of turns at the last one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from itertools import count
from typing import Any, Final

from tests.voicebot.domain.dialogue.cases import MONDAY
from voicebot.domain.dialogue.acts import Act, CheckSafety, Hardship, OfferFraudCheck, OfferHuman, OfferSlowerHelp
from voicebot.domain.dialogue.phases import Direction, Phase
from voicebot.domain.dialogue.policy import decide, only_says_to_be_there
from voicebot.domain.dialogue.state import (
    Bargain,
    CallState,
    Context,
    Decision,
    Event,
    Heard,
    Pressed,
    Started,
    asked_by,
)
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.meaning import Intent
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind

COUNTERS: Final = (*(each.name for each in fields(CallState) if each.type == "int"), "contested")
"""Of the whole state, so that a new counter is worn like the others without a word here."""
WORN: Final = tuple(name for name in COUNTERS if name != "turns")
WEAR: Final = (1, 2, 3)
"""No counter's threshold lies above three."""
LAST_TURN: Final = 59
"""The next caller turn is the sixtieth."""
STATES_AT_MOST: Final = 20_000
"""Far above what is reachable; coming to it is a failure, never a silent cut."""
BARGAINING: Final = frozenset(
    {Phase.OPENING, Phase.VERIFICATION, Phase.EXPLANATION, Phase.NEGOTIATION, Phase.CONFIRMATION, Phase.PAYMENT}
)
_DROPPED: Final = frozenset({*COUNTERS, "told", "introduced", "noticed", "disposition", "pause_until"})
_READ: Final = frozenset({"identity", "bargain", "escalation", "told", "agreement"})
"""Fields that `view` reads in a way of its own."""
_OF_STATE: Final = tuple(each.name for each in fields(CallState) if each.name not in _DROPPED | _READ)
_OF_BARGAIN: Final = tuple(each.name for each in fields(Bargain) if each.name not in {"offers", "hardship", "method"})
_STEPS: Final = frozenset({Move.OFFER_MADE, Move.SITUATION_TOLD, Move.RECONSIDERED, Move.UNDECIDED})
"""Whether a rung of the ladder is left hangs on the very sums; with it and without it, both are explored."""
_WAITING_FOR: Final = (CheckSafety, OfferFraudCheck, OfferHuman, OfferSlowerHelp)
"""Questions during which another one waits."""
_STRIDE: Final = 4
"""The sixtieth turn is tried with a quarter of the events in each state, another quarter in the next."""
_SAMPLE: Final = 7
"""Every seventh folded state has its turn at `congruent`."""


def view(state: CallState) -> object:
    """What tells two states apart."""
    kept: dict[str, object] = {name: _seen(getattr(state, name)) for name in _OF_STATE}
    kept["told"] = frozenset(type(act).__name__ for act in state.told) if state.phase is Phase.THIRD_PARTY else None
    kept["bargain"] = _bargain(state)
    identity = state.identity
    if state.phase not in BARGAINING or state.verified:
        kept["identity"] = (identity.confirmed, identity.denied, state.verified, _may_fetch(state))
    else:
        kept["identity"] = replace(identity, token=None)
    if Phase.BAD_LINE not in {state.phase, state.resume}:
        kept["back_to"] = None
    if state.phase not in {Phase.CALLBACK, Phase.THIRD_PARTY, Phase.SATISFACTION}:
        kept["callback_at"] = None
    elif state.phase is Phase.SATISFACTION:
        kept["callback_at"] = state.callback_at  # saying the booked time again is no new wish
    kept["agreement"] = state.agreement is not None if state.phase is Phase.SATISFACTION else None
    if not isinstance(state.question, _WAITING_FOR) or state.phase not in BARGAINING:
        kept["parked"] = None
    if not isinstance(state.question, CheckSafety) or state.phase not in BARGAINING:
        kept["interrupted"] = None
    kept["escalation"] = state.escalation.reason if state.escalation and state.phase is Phase.DISTRESS else None
    return tuple(kept.values())


def _may_fetch(state: CallState) -> bool:
    """Whether somebody else who is on the line, or was before a silence, is waited for when they fetch the person."""
    somebody_else = Phase.THIRD_PARTY in {state.phase, state.resume, state.back_to}
    barred = state.identity.failed or state.human_called
    return somebody_else and state.direction is Direction.OUTBOUND and not barred


def _bargain(state: CallState) -> object:
    """Offers as the kinds among them, a hardship as one that leaves no means or not; what was taken once it counts."""
    bargain = state.bargain
    if state.phase not in BARGAINING:
        return None
    today = _today(bargain)
    if isinstance(state.question, _WAITING_FOR):
        return _seen(bargain.on_table), today
    kept: dict[str, object] = {name: _seen(getattr(bargain, name)) for name in _OF_BARGAIN}
    kept["offers"] = frozenset(offer.kind for offer in bargain.offers)
    kept["today"] = today
    kept["hardship"] = bargain.hardship in {None, Hardship.FORGOT}
    if state.phase not in {Phase.CONFIRMATION, Phase.PAYMENT}:
        kept |= {"chosen": None, "taught": None, "teach_backs": None}
    else:
        kept |= {"capacity": None, "asked_capacity": None, "on_table": None, "offers": None, "hardship": None}
        if state.phase is Phase.PAYMENT:
            kept["today"] = None
    return tuple(kept.values())


def _today(bargain: Bargain) -> tuple[bool, bool]:
    """Whether a price for today was named, and whether the best of those is on the table."""
    single = [offer for offer in bargain.offers if offer.kind is not OfferKind.PLAN]
    today = [offer for offer in single if offer.instalments[0].due == MONDAY.date()]
    best = min(today, key=lambda offer: offer.total.cents, default=None)
    return best is not None, best is not None and bargain.on_table == best


def after_silence(events: Sequence[Event]) -> list[Event]:
    """A word after a silence is answered as if there had been none, which `congruent` tries; so a few stand for all."""
    few = {Intent.OTHER, Intent.AFFIRM, Intent.STOP_CALLING, Intent.SELF_HARM, Intent.REQUEST_HUMAN, Intent.REPEAT}
    return [event for event in events if not isinstance(event, Heard) or event.meaning.intent in few]


def _seen(value: Any) -> object:
    match value:
        case None | bool() | str() | Enum():
            return value
        case int():
            return value
        case Act():
            return type(value).__name__, asked_by(value), getattr(value, "preferred", None)
        case Offer():
            return value.kind, len(value.contracts)
        case Money() | date():
            return "given"
        case tuple():
            return tuple(_seen(each) for each in value[:3])
        case _ if is_dataclass(value):
            return tuple(_seen(getattr(value, each.name)) for each in fields(value) if each.name not in _DROPPED)
    return "given"


def worn(state: CallState, wear: int) -> CallState:
    """The same state with every counter at `wear`, the turns left alone."""
    counters: dict[str, Any] = dict.fromkeys(WORN, wear)
    if state.phase not in {Phase.SILENCE, Phase.DISTRESS}:
        counters["silences"] = state.silences  # whoever speaks has ended the silence
    return replace(state, **counters)


@dataclass(frozen=True, slots=True)
class Node:
    state: CallState
    said: tuple[Act, ...]
    """What led here, for what must not be said twice."""
    came: tuple[Node, Event] | None = None

    @property
    def path(self) -> list[Event]:
        """The shortest story that leads here."""
        events: list[Event] = []
        node = self
        while node.came is not None:
            node, event = node.came
            events.append(event)
        return events[::-1]


@dataclass(frozen=True, slots=True)
class Edge:
    """One event taken in one state."""

    node: Node
    before: CallState
    """The node's state, its counters worn by `wear`."""
    event: Event
    after: Decision
    wear: int = 0

    def __str__(self) -> str:
        story = " / ".join(told(event) for event in (*self.node.path, self.event))
        acts = ", ".join(type(act).__name__ for act in self.after.acts)
        worn_by = f" (counters at {self.wear})" if self.wear else ""
        worn_by += " (the sixtieth turn)" if self.before.turns == LAST_TURN else ""
        return f"{story}{worn_by} -> {self.before.phase} > {self.after.state.phase}: {acts}"


def told(event: Event) -> str:
    """An event in a word or two."""
    if not isinstance(event, Heard):
        return type(event).__name__.lower() + (f" {digits}" if (digits := getattr(event, "digits", "")) else "")
    meaning = event.meaning
    values = [each.value or each.low or "?" for each in meaning.entities]
    text = [] if meaning.text == "..." else [repr(meaning.text)]
    return " ".join(["+".join(meaning.intents), *values, *text])


Check = Callable[[Edge], str | None]
"""Names what is wrong with an edge, or gives None."""


@dataclass(slots=True)
class Explored:
    """What one start leads to."""

    states: int = 0
    edges: int = 0
    classes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Phase, move and next phase, with how many edges they stand for."""
    faults: dict[str, list[str]] = field(default_factory=dict)
    dead_ends: list[str] = field(default_factory=list)
    """States from which no end can be reached."""
    incongruent: list[str] = field(default_factory=list)

    def note(self, name: str, fault: str) -> None:
        self.faults.setdefault(name, []).append(fault)


def explore(ctx: Context, direction: Direction, events: Sequence[Event], checks: Mapping[str, Check]) -> Explored:
    """Walk breadth first from the start of the call until nothing new is found.

    Raises:
        RuntimeError: more states than can be; a field that grows without end belongs among the dropped.
    """
    found = Explored()
    start = decide(CallState(direction), Started(), ctx)
    first = Node(start.state, start.acts)
    nodes: dict[object, Node] = {view(first.state): first}
    leads: dict[object, set[object]] = {}
    queue = deque(nodes)
    folded = count()
    while queue:
        key = queue.popleft()
        node = nodes[key]
        for edge in _late(node, ctx, events[len(leads) % _STRIDE :: _STRIDE]):
            found.edges += 1
            _judge(edge, checks, found, counted=False)
        for edge in _edges(node, ctx, after_silence(events) if node.state.phase is Phase.SILENCE else events):
            found.edges += 1
            _judge(edge, checks, found)
            after = edge.after.state
            reached: object = "end" if after.ended else view(after)
            leads.setdefault(key, set()).add(reached)
            if reached == "end":
                continue
            if reached not in nodes:
                nodes[reached] = Node(after, edge.after.acts, (edge.node, edge.event))
                queue.append(reached)
                if len(nodes) > STATES_AT_MOST:
                    raise RuntimeError(f"more than {STATES_AT_MOST} states: {edge}")
            elif (number := next(folded)) % _SAMPLE == 0:
                found.incongruent += congruent(nodes[reached].state, after, events[number % len(events)], ctx, edge)
    found.states = len(nodes)
    found.dead_ends = [_story(nodes[key]) for key in _cut_off(leads)]
    return found


def _edges(node: Node, ctx: Context, events: Sequence[Event]) -> Iterator[Edge]:
    """Every event; of those that count something and are answered alike, one with the counters worn."""
    tried: set[object] = set()
    for event in events:
        decision = decide(node.state, event, ctx)
        yield Edge(node, node.state, event, decision)
        counted = _counted(node.state, decision.state)
        kind = (counted, tuple(type(act) for act in decision.acts))
        if decision.state.ended or not counted or kind in tried:
            continue
        tried.add(kind)
        for wear in WEAR:
            before = worn(node.state, wear)
            yield Edge(node, before, event, decide(before, event, ctx), wear)


def _late(node: Node, ctx: Context, events: Sequence[Event]) -> Iterator[Edge]:
    """What is said or pressed as the sixtieth thing of the call; leads nowhere new."""
    late = replace(node.state, turns=LAST_TURN)
    for event in events:
        if isinstance(event, Heard | Pressed):
            yield Edge(node, late, event, decide(late, event, ctx))


def _counted(before: CallState, after: CallState) -> tuple[str, ...]:
    return tuple(name for name in WORN if getattr(after, name) > getattr(before, name))


def _judge(edge: Edge, checks: Mapping[str, Check], found: Explored, *, counted: bool = True) -> None:
    if counted:
        found.classes.update(classes_of(edge.before, edge.after))
    for name, check in checks.items():
        fault = check(edge)
        if fault is not None:
            found.note(name, f"{fault}: {edge}")


def classes_of(before: CallState, after: Decision) -> Iterator[tuple[str, str, str]]:
    """The rows of the transition table that one decision went through."""
    phase = before.phase
    if after.move is None:
        return
    if phase is Phase.SILENCE and after.move is not Move.WENT_SILENT and before.resume is not None:
        if after.move is not Move.GAVE_UP:
            yield Phase.SILENCE.value, Move.SPOKE_AGAIN.value, before.resume.value
            phase = before.resume
    yield phase.value, after.move.value, after.state.phase.value


def congruent(kept: CallState, folded: CallState, event: Event, ctx: Context, edge: Edge) -> list[str]:
    """The state that stands for another answers the same event in the same way, counters apart."""
    if folded.phase is Phase.SILENCE:
        kept = replace(folded, phase=folded.resume or folded.phase, resume=None, silences=0)
        if not isinstance(event, Heard) or only_says_to_be_there(folded, event.meaning):
            return []
    one, other = (decide(worn(each, 0), event, ctx) for each in (kept, folded))
    if _answer(one) == _answer(other):
        return []
    return [f"{told(event)} gives {_answer(one)} and {_answer(other)} after {edge}"]


def _answer(decision: Decision) -> tuple[object, ...]:
    state = decision.state
    if decision.move in _STEPS:
        return "one more step, or none", state.verified
    return decision.move, state.phase, state.ended, state.verified


def _cut_off(leads: dict[object, set[object]]) -> list[object]:
    """The states from which no way leads to an end."""
    back: dict[object, list[object]] = {}
    for source, targets in leads.items():
        for reached in targets:
            back.setdefault(reached, []).append(source)
    safe: set[object] = {"end"}
    frontier: deque[object] = deque(safe)
    while frontier:
        for source in back.get(frontier.popleft(), ()):
            if source not in safe:
                safe.add(source)
                frontier.append(source)
    return [key for key in leads if key not in safe]


def _story(node: Node) -> str:
    return " / ".join(told(event) for event in node.path)


def union(results: Iterable[Explored]) -> set[tuple[str, str, str]]:
    return {one for each in results for one in each.classes}
