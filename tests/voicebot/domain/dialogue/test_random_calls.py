"""Random callers against random creditors: the walk's properties hold, and what was promised is what was offered.

The same examples are drawn on every run, so that a failure here is a change of the policy and not of the dice.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import LIMITS
from tests.voicebot.domain.dialogue.properties import audited, checks
from tests.voicebot.domain.dialogue.random_calls import calls, hold_call
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.state import (
    Context,
    HungUp,
    RecordAgreement,
    SendPaymentMessage,
)
from voicebot.domain.offers import Offer, OfferKind

PROMISED: Final = frozenset({Disposition.AGREEMENT, Disposition.PROMISE_TO_PAY})
FEWEST: Final = 3
drawn = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@drawn
@given(calls(), st.data())
def test_every_property_holds_in_random_calls(call: tuple[Context, Direction], data: st.DataObject) -> None:
    ctx, direction = call
    edges = hold_call(data.draw, ctx, direction)
    properties = checks(ctx)
    for edge in edges:
        if isinstance(edge.event, HungUp):
            assert edge.after.state.ended
            continue
        faults = {name: fault for name, check in properties.items() if (fault := check(edge)) is not None}
        assert not faults, f"{faults} after {edge}"


@drawn
@given(calls(), st.data())
def test_what_is_agreed_was_offered_confirmed_and_said_back(
    call: tuple[Context, Direction], data: st.DataObject
) -> None:
    ctx, direction = call
    edges = hold_call(data.draw, ctx, direction)
    told = Counter(type(act) for edge in edges for act in edge.after.acts)
    for edge in edges:
        recorded = [effect.agreement for effect in edge.after.effects if isinstance(effect, RecordAgreement)]
        sent = [effect.agreement for effect in edge.after.effects if isinstance(effect, SendPaymentMessage)]
        assert recorded == sent
        assert (edge.after.state.disposition in PROMISED) == bool(edge.after.state.agreement)
        for agreement in recorded:
            offered = [act.offer for step in edges for act in step.after.acts if isinstance(act, acts.MakeOffer)]
            read_back = [act for step in edges for act in step.after.acts if isinstance(act, acts.ConfirmAgreement)]
            assert agreement.offer in offered
            assert read_back[-1].offer == agreement.offer
            assert read_back[-1].method == agreement.method
            assert agreement.method in ctx.case.creditor.limits.methods
            assert agreement.channel in {"whatsapp", "sms", "email", "voice"}
            assert agreement.confirmed
            assert agreement.teach_back
            assert agreement.complete
            assert told[acts.AskTeachBack] > 0
            assert audited(agreement.offer, ctx.case, ctx.today) == ()


@drawn
@given(calls(), st.data())
def test_concessions_are_few_and_each_a_smaller_step(call: tuple[Context, Direction], data: st.DataObject) -> None:
    ctx, direction = call
    edges = hold_call(data.draw, ctx, direction)
    conceded = [
        edge.after.state.bargain.on_table
        for edge in edges
        if edge.after.state.bargain.concessions > edge.before.bargain.concessions
    ]
    most = ctx.case.creditor.limits.max_concessions
    assert len(conceded) <= most
    assert all(edge.after.state.bargain.concessions - edge.before.bargain.concessions <= 1 for edge in edges)
    given_up = [_given_up(offer) for offer in conceded if offer is not None and offer.kind is OfferKind.SETTLEMENT]
    if ctx.case.creditor.limits.settlement == LIMITS.settlement:
        steps = [later - earlier for earlier, later in pairwise([0, *given_up])]
        assert all(later <= earlier for earlier, later in pairwise(steps)), steps


def _given_up(offer: Offer) -> int:
    return offer.debt_total.cents - offer.total.cents


def test_the_dice_reach_what_matters() -> None:
    """Random calls that never get as far as an agreement would prove nothing about agreements."""
    ends: Counter[str] = Counter()

    @settings(drawn, database=None)
    @given(calls(), st.data())
    def count(call: tuple[Context, Direction], data: st.DataObject) -> None:
        edges = hold_call(data.draw, *call)
        if edges:
            last = edges[-1].after.state
            ends[last.disposition or "open"] += 1
            ends["verified"] += last.verified
            ends["gave way"] += last.bargain.concessions > 0
            ends["in a crisis"] += last.phase is Phase.DISTRESS

    count()
    wanted = (Disposition.AGREEMENT, Disposition.NO_AGREEMENT, Disposition.HANDED_OVER, "gave way")
    assert all(ends[name] >= FEWEST for name in (*wanted, "verified")), ends
