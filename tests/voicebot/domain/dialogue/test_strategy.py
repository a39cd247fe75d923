"""Group, tone, treatment and name change words and order; what can be had is the same for everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import pytest

from tests.voicebot.domain.dialogue.cases import (
    BIRTH,
    CPF,
    NAO,
    SIM,
    SOU_EU,
    case,
    context,
    means,
    money,
    play,
)
from voicebot.domain import negotiation
from voicebot.domain.dialogue import acts, strategy
from voicebot.domain.dialogue.acts import Hardship, MakeOffer, Return
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import Bargain, CallState, Context, Decision, Event
from voicebot.domain.limits import Level
from voicebot.domain.meaning import Entity, EntityType, Intent
from voicebot.domain.money import Money
from voicebot.domain.offers import OfferKind
from voicebot.domain.portfolio import Treatment
from voicebot.domain.segments import Segment, Tone, segment_in

HISTORIES = {
    Segment.FIRST_TIME: (date(2015, 5, 2), 0),
    Segment.NEW_CUSTOMER: (date(2026, 5, 2), 0),
    Segment.FREQUENT: (date(2015, 5, 2), 5),
    Segment.REGULAR: (date(2015, 5, 2), 1),
}
NAMES = ("Ana Beatriz Souza", "Carlos Eduardo Lima", "Darci de Jesus")
EVENTS: tuple[Event, ...] = (
    SIM,
    NAO,
    means(Intent.ASK_INSTALLMENTS, entities=(Entity(EntityType.INSTALMENTS, "três vezes", "3"),)),
    means(Intent.CANNOT_PAY),
    money("120.00"),
    money("900.00", text="novecentos reais à vista"),
    means(Intent.ASK_PAYMENT_METHOD, text="pago agora no pix"),
)
MOST_STATES = 5000


def person(segment: Segment, *, name: str = NAMES[0], tone: Tone = Tone.NEUTRAL, senhor: bool = False) -> Context:
    since, defaults = HISTORIES[segment]
    ctx = context()
    debtor = replace(ctx.case.debtor, name=name, customer_since=since, previous_defaults=defaults)
    treatment = Treatment.SENHOR if senhor else Treatment.VOCE
    creditor = replace(ctx.case.creditor, tone=tone, default_treatment=treatment)
    told = replace(ctx, case=replace(ctx.case, debtor=debtor, creditor=creditor))
    assert segment_in(told.case, told.today) is segment
    return told


@dataclass(frozen=True)
class Reach:
    """All that one person can bring the bot to offer, by any order of these words."""

    offers: frozenset[tuple[str, Return]]
    least: Money
    most_concessions: int
    taken: frozenset[str]


def reach(ctx: Context) -> Reach:
    opened = play(SOU_EU, CPF, BIRTH, ctx=ctx)[-1].state
    assert opened.verified
    frontier, seen = [opened], {_view(opened)}
    made: dict[tuple[str, Return], Money] = {}
    taken: set[str] = set()
    most = 0
    while frontier:
        assert len(seen) < MOST_STATES, "the search no longer ends: leave counters out of the view"
        state = frontier.pop(0)
        for event in EVENTS:
            decision = decide(state, event, ctx)
            for act in decision.acts:
                if isinstance(act, MakeOffer):
                    made[act.offer.id, act.in_return] = act.offer.total
            bargain = decision.state.bargain
            most = max(most, bargain.concessions)
            if bargain.chosen is not None:
                taken.add(bargain.chosen.id)
                continue  # what is read back from here on is settled
            key = _view(decision.state)
            if key not in seen and not decision.state.ended:
                seen.add(key)
                frontier.append(decision.state)
    return Reach(frozenset(made), min(made.values()), most, frozenset(taken))


def _view(state: CallState) -> object:
    bargain = state.bargain
    return (
        state.phase,
        type(state.question).__name__,
        frozenset(offer.id for offer in bargain.offers),
        bargain.on_table.id if bargain.on_table else None,
        bargain.capacity,
        bargain.asked_capacity,
        bargain.hardship,
        bargain.concessions,
        bargain.limit_told,
    )


@pytest.fixture(scope="module")
def usual() -> Reach:
    return reach(person(Segment.REGULAR))


@pytest.mark.parametrize("segment", [segment for segment in Segment if segment is not Segment.REGULAR])
def test_every_group_can_reach_the_same_offers_the_same_floor_and_as_many_concessions(
    segment: Segment, usual: Reach
) -> None:
    assert reach(person(segment)) == usual
    assert len(usual.offers) > 5
    assert usual.most_concessions == case().creditor.limits.max_concessions


@pytest.mark.parametrize(
    ("name", "tone", "senhor"),
    [
        pytest.param(NAMES[1], Tone.WARM, False, id="a man, warm"),
        pytest.param(NAMES[2], Tone.FORMAL, True, id="a name of either, formal, senhor"),
    ],
)
@pytest.mark.parametrize("segment", list(Segment))
def test_name_tone_and_treatment_change_no_decision(segment: Segment, name: str, tone: Tone, senhor: bool) -> None:
    one, other = person(segment), person(segment, name=name, tone=tone, senhor=senhor)
    for said in product(EVENTS, repeat=2):
        turns = zip(play(SOU_EU, CPF, BIRTH, *said, ctx=one), play(SOU_EU, CPF, BIRTH, *said, ctx=other), strict=True)
        assert all(_offers(mine) == _offers(theirs) for mine, theirs in turns)


def _offers(decision: Decision) -> list[MakeOffer]:
    return [act for act in decision.acts if isinstance(act, MakeOffer)]


def test_the_limits_themselves_do_not_see_who_asks() -> None:
    """Every builder of offers, for every group, tone, treatment and name: one answer."""
    answers = set()
    for segment, tone, senhor, name in product(Segment, Tone, (False, True), NAMES):
        ctx = person(segment, name=name, tone=tone, senhor=senhor)
        answers.add(
            (
                negotiation.ladder(ctx.case, ctx.today),
                negotiation.settlement(ctx.case, ctx.today, Level.SECOND, due=ctx.today),
                negotiation.plan(ctx.case, ctx.today, Level.SECOND),
                negotiation.last_promise_day(ctx.case, ctx.today),
                negotiation.valid_until(ctx.case, ctx.today),
                strategy.first(ctx),
                strategy.for_today(ctx),
                strategy.lightest_plan(ctx),
                *(strategy.fitting(ctx, Money.of(sum_), monthly=True) for sum_ in ("60.00", "120.00", "400.00")),
                *(strategy.fitting(ctx, Money.of(sum_), monthly=False) for sum_ in ("800.00", "900.00", "1100.00")),
            )
        )

    assert len(answers) == 1


def offered(segment: Segment, bargain: Bargain) -> list[tuple[OfferKind, Return]]:
    """Refuse everything; give what comes, in order."""
    ctx, came = person(segment), []
    while (step := strategy.next_concession(ctx, bargain)) is not None:
        bargain = bargain.with_offer(step[0])
        came.append((step[0].kind, step[1]))
    return came


@pytest.mark.parametrize("segment", list(Segment))
def test_the_best_price_leads_and_only_the_order_after_it_differs(segment: Segment) -> None:
    price, today, divided = (
        (OfferKind.SETTLEMENT, Return.NONE),
        (OfferKind.SETTLEMENT, Return.TODAY),
        (OfferKind.PLAN, Return.NONE),
    )
    frequent = segment is Segment.FREQUENT

    assert offered(segment, Bargain()) == ([price, divided, today] if frequent else [price, today, divided])


@pytest.mark.parametrize("segment", list(Segment))
def test_whoever_told_of_a_loss_hears_of_plans_alone_in_every_group(segment: Segment) -> None:
    came = offered(segment, Bargain(hardship=Hardship.JOB_LOSS))

    assert came
    assert {kind for kind, _ in came} == {OfferKind.PLAN}


def test_it_is_the_furthest_is_said_only_of_the_last_step_in_every_group() -> None:
    for segment in Segment:
        ctx = person(segment)
        state = play(SOU_EU, CPF, BIRTH, SIM, ctx=ctx)[-1].state
        claims = []
        for _ in range(6):
            decision = decide(state, NAO, ctx)
            claims += [act.is_last for act in decision.acts if isinstance(act, acts.MakeOffer)]
            state = decision.state
        assert len(claims) > 1 and True not in claims[:-1], segment
