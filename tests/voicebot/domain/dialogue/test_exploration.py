"""Every state that can be reached, from many case facts, tried with every intent: each property holds in all of them.

`exploration` says what counts as one state and why nothing is lost by it; the counts are printed at the end of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.golden.classes import LIST, classes, listed
from tests.voicebot.domain.dialogue.cases import context, means
from tests.voicebot.domain.dialogue.exploration import Edge, Explored, Node, told, union
from tests.voicebot.domain.dialogue.properties import checks
from tests.voicebot.domain.dialogue.starts import STARTS, events
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import CallState, Decision, Event, Pressed, Silence, Started
from voicebot.domain.meaning import Intent

pytestmark = pytest.mark.proof

PROPERTIES = tuple(checks(context()))
EXAMPLES = 5
FEWEST_EDGES = 10_000
"""A walk that finds less has not got past the verification."""
Walk = Callable[[str], Explored]


@pytest.mark.parametrize("name", PROPERTIES)
@pytest.mark.parametrize("start", STARTS)
def test_holds_in_every_reachable_state(start: str, name: str, walk: Walk) -> None:
    found = walk(start).faults.get(name, [])
    assert not found, f"{len(found)} edges, the shortest:\n" + "\n".join(sorted(found, key=len)[:EXAMPLES])


@pytest.mark.parametrize("start", STARTS)
def test_every_state_leads_to_an_end(start: str, walk: Walk) -> None:
    assert not walk(start).dead_ends


@pytest.mark.parametrize("start", STARTS)
def test_the_view_loses_nothing_that_decides(start: str, walk: Walk) -> None:
    assert not walk(start).incongruent[:EXAMPLES]


@pytest.mark.parametrize("start", STARTS)
def test_the_walk_went_through_the_whole_call(start: str, walk: Walk) -> None:
    found = walk(start)
    assert found.edges > FEWEST_EDGES
    phases = {after for _, _, after in found.classes}
    asks = STARTS[start].case.creditor.asks_satisfaction
    assert (Phase.SATISFACTION in phases) == asks
    if start in {"one debt", "two late debts"}:
        assert phases == {phase.value for phase in Phase if phase is not Phase.SATISFACTION}


SAME = [
    means(Intent.OTHER),
    means(Intent.EVASIVE),
    means(Intent.DENY),
    means(Intent.HOLD_ON),
    means(Intent.REPEAT),
    means(Intent.ASK_DEBT_DETAILS),
    Silence(),
    Pressed("7"),
]


@pytest.mark.parametrize("staffed", [True, False], ids=["somebody in", "nobody in"])
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("event", SAME, ids=told)
def test_a_caller_who_always_does_the_same_is_let_go_within_sixty_turns(
    event: Event, direction: Direction, staffed: bool
) -> None:
    ctx = context(staffed=staffed)
    state = decide(CallState(direction), Started(), ctx).state
    for _turn in range(60):
        state = decide(state, event, ctx).state
    assert state.ended, f"still in {state.phase} after 60 turns"


@pytest.mark.parametrize("staffed", [True, False], ids=["somebody in", "nobody in"])
def test_in_a_crisis_the_bot_outlasts_the_caller(staffed: bool) -> None:
    ctx = context(staffed=staffed)
    state = decide(CallState(Direction.OUTBOUND), Started(), ctx).state
    state = decide(state, means(Intent.SELF_HARM), ctx).state
    for turn in range(200):
        state = decide(
            state, [means(Intent.OTHER), means(Intent.AFFIRM), means(Intent.ASK_DISCOUNT)][turn % 3], ctx
        ).state
    assert state.phase is Phase.DISTRESS
    assert not state.ended


def test_after_the_end_nothing_changes() -> None:
    ctx = context()
    ended = replace(CallState(Direction.OUTBOUND), ended=True, disposition=Disposition.STOP_CALLING)
    for event in events(ctx.case):
        assert decide(ended, event, ctx) == Decision(ended, ())


def test_the_properties_can_fail() -> None:
    """A policy that passes over everything breaks most of them."""
    ctx = context()
    start = decide(CallState(Direction.OUTBOUND), Started(), ctx)
    node = Node(start.state, start.acts)
    deaf = Decision(start.state, start.acts)
    broken = {
        name
        for event in (means(Intent.STOP_CALLING), means(Intent.SELF_HARM), means(Intent.OTHER))
        for name, check in checks(ctx).items()
        if check(Edge(node, replace(start.state, turns=59), event, deaf)) is not None
    }
    assert {
        "stop is always honoured",
        "distress always reaches a human",
        "an end within sixty caller turns",
        "nothing told twice unasked",
    } <= broken


def test_the_written_list_of_classes_is_what_the_walks_find(walk: Walk) -> None:
    """The golden conversations are held against the list. Last, when every walk has been taken."""
    found = classes(union(walk(name) for name in STARTS))
    new, gone = sorted(found - listed()), sorted(listed() - found)
    assert not new and not gone, f"bring {LIST.name} up to date: add {new}, remove {gone}"
