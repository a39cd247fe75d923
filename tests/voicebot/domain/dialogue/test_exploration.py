"""Every reachable state, tried with every intent: what must never happen does not happen anywhere.

States are explored breadth first under a view that keeps what decisions look at and drops what only counts up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.voicebot.domain.dialogue.cases import born, context, digits, means, money
from voicebot.domain.audit import violations
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import (
    CallState,
    Context,
    Decision,
    Event,
    Pressed,
    Silence,
    Started,
    Suppress,
    asked_by,
)
from voicebot.domain.dialogue.transitions import ENDS
from voicebot.domain.meaning import Entity, EntityType, Intent
from voicebot.domain.offers import Offer

CRISIS = {Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS}


def events(ctx: Context) -> list[Event]:
    """Every intent, silence, keys, right and wrong factors, and the amounts and days that change decisions."""
    debtor = ctx.case.debtor
    born_on = f"{debtor.birth_date:--%m-%d}"
    return [
        *EVENTS,
        digits(debtor.cpf[:3]),
        digits(debtor.cpf[-2:]),
        Pressed(debtor.cpf[:3]),
        born(born_on),
        Pressed(f"{debtor.birth_date:%d%m}"),
    ]


EVENTS: list[Event] = [
    *(means(intent) for intent in Intent),
    Silence(),
    Pressed("000"),
    digits("111"),
    born("--01-01"),
    money("120.00"),
    money("1000.00", text="mil reais à vista"),
    means(Intent.PROPOSE_DATE, entities=(Entity(EntityType.DATE, "sexta", "2026-11-27"),)),
    means(Intent.REQUEST_CALLBACK, entities=(Entity(EntityType.TIME, "às três", "15:00"),)),
    means(Intent.CHOOSE_CHANNEL, text="no whatsapp"),
    means(Intent.DENY, Intent.ACCEPT_OFFER),
    means(Intent.IDENTITY_CONFIRM, Intent.SUSPECTS_FRAUD),
    means(Intent.ASK_PAYMENT_METHOD, text="pago agora no pix"),
    means(Intent.OTHER, text="sorry I don't speak what is this"),
]
SHALLOW = 1000
"""States, nearest to the opening first, for the starts that are not explored to the end."""
LIMIT = 20_000
"""Above what is reachable; coming to it is a failure, never a silent cut."""


def view(state: CallState) -> object:
    """What tells two states apart here; how often something happened counts as whether it did."""
    bargain, identity = state.bargain, state.identity
    return (
        state.phase,
        state.resume,
        type(state.question).__name__,
        state.asks,
        identity.confirmed,
        identity.denied,
        identity.cpf,
        identity.birth,
        identity.failed_rounds > 0,
        identity.token is not None,
        bargain.concessions,
        bargain.asked_capacity,
        bargain.chosen is not None,
        bargain.teach_backs > 0,
        min(len(bargain.offers), 3),
        state.misses > 0,
        state.human_called,
        state.ended,
    )


def explore(
    ctx: Context, direction: Direction, *, most: int | None = None
) -> Iterator[tuple[CallState, Event, Decision]]:
    first = decide(CallState(direction), Started(), ctx).state
    seen, frontier = {view(first)}, [first]
    tried, tried_events = 0, events(ctx)
    while frontier and tried != most:
        tried += 1
        assert len(seen) < LIMIT, "the exploration no longer ends: keep counters out of `view` or cap them"
        state = frontier.pop(0)
        for event in tried_events:
            decision = decide(state, event, ctx)
            yield state, event, decision
            key = view(decision.state)
            if key not in seen and not decision.state.ended:
                seen.add(key)
                frontier.append(decision.state)


STARTS = [
    pytest.param("D001", True, False, Direction.OUTBOUND, None, id="one debt, to the end"),
    pytest.param("D008", True, False, Direction.INBOUND, SHALLOW, id="two debts, inbound"),
    pytest.param("D003", False, True, Direction.OUTBOUND, SHALLOW, id="no human now, name reveals the debt"),
]


@pytest.mark.parametrize(("ref", "staffed", "reveals", "direction", "most"), STARTS)
def test_nothing_forbidden_happens_in_any_reachable_state(
    ref: str, staffed: bool, reveals: bool, direction: Direction, most: int | None
) -> None:
    ctx = context(ref, staffed=staffed, reveals=reveals)
    steps = 0
    for state, event, decision in explore(ctx, direction, most=most):
        steps += 1
        _no_disclosure(state, decision, ctx)
        _inside_the_limits(decision, ctx)
        _one_question(decision)
        _no_dead_end(state, decision)
        _crisis_reaches_a_human(state, event, decision)
        _stop_is_honoured(state, event, decision)
    assert steps > 10_000


def _no_disclosure(state: CallState, decision: Decision, ctx: Context) -> None:
    for act in decision.acts:
        if isinstance(act, acts.DebtAct):
            token = decision.state.identity.token
            assert token is not None and act.token == token and token.debtor_ref == ctx.case.debtor.ref
        if isinstance(act, acts.IdentifySelf | acts.CannotVerify | acts.GreetInbound) and act.company is not None:
            assert not ctx.case.creditor.name_reveals_debt and not state.identity.denied
    identity = decision.state.identity
    assert identity.token is None or (identity.cpf and identity.birth and identity.confirmed and not identity.denied)


@cache
def _audit(offer: Offer, ctx: Context) -> tuple[str, ...]:
    return violations(offer, ctx.case, ctx.today)


def _inside_the_limits(decision: Decision, ctx: Context) -> None:
    for offer in decision.state.bargain.offers:
        assert _audit(offer, ctx) == ()
    agreement = decision.state.agreement
    assert agreement is None or agreement.complete


def _one_question(decision: Decision) -> None:
    asking = [index for index, act in enumerate(decision.acts) if asked_by(act) is not None]
    assert len(asking) <= 1, [type(act).__name__ for act in decision.acts]
    assert not asking or asking == [len(decision.acts) - 1], [type(act).__name__ for act in decision.acts]
    assert not (asking and decision.state.ended)


def _no_dead_end(state: CallState, decision: Decision) -> None:
    """Every turn says something, but for a machine that answered; every end says goodbye and has a name."""
    machine = decision.state.disposition is Disposition.VOICEMAIL
    assert decision.acts or machine
    if decision.state.ended:
        assert decision.state.phase in ENDS and decision.state.disposition is not None
        farewells = (acts.SayGoodbye, acts.EndWithMinor)
        assert machine or isinstance(decision.acts[-1], farewells)


def _crisis_reaches_a_human(state: CallState, event: Event, decision: Decision) -> None:
    heard = getattr(event, "meaning", None)
    if heard is not None and heard.has(*CRISIS):
        assert decision.state.phase is Phase.DISTRESS and decision.state.escalation is not None
        assert not decision.state.ended
    if state.phase is Phase.DISTRESS:
        assert not any(isinstance(act, acts.DebtAct) for act in decision.acts)


def _stop_is_honoured(state: CallState, event: Event, decision: Decision) -> None:
    heard = getattr(event, "meaning", None)
    if heard is not None and heard.intent is Intent.STOP_CALLING:
        assert decision.state.ended
        kinds = {effect.kind for effect in decision.effects if isinstance(effect, Suppress)}
        # Somebody else's wish binds the number, the person's own wish binds the person.
        assert kinds & ({"wrong_number"} if state.identity.denied else {"stop"})


@pytest.mark.parametrize("event", [means(Intent.OTHER), Silence(), means(Intent.EVASIVE), means(Intent.DENY)])
def test_a_caller_who_always_says_the_same_is_let_go_within_sixty_turns(event: Event) -> None:
    ctx = context()
    state = decide(CallState(Direction.OUTBOUND), Started(), ctx).state
    for _turn in range(60):
        state = decide(state, event, ctx).state
        if state.ended or state.human_called:
            return
    raise AssertionError(f"still in {state.phase} after 60 turns")


def test_after_the_end_nothing_changes() -> None:
    ctx = context()
    ended = replace(CallState(Direction.OUTBOUND), ended=True, disposition=Disposition.STOP_CALLING)
    for event in EVENTS:
        assert decide(ended, event, ctx) == Decision(ended, ())
