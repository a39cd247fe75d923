"""Whatever the limits, the debts and the wishes: what is built adds up and is permitted."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import random_cases
from voicebot.domain.audit import violations
from voicebot.domain.charges import late, owed_all
from voicebot.domain.limits import Level
from voicebot.domain.money import Money, total
from voicebot.domain.negotiation import counter, full, ladder, plan, settlement
from voicebot.domain.offers import Offer, OfferKind
from voicebot.domain.portfolio import Case

asked_amounts = st.one_of(st.none(), st.integers(1, 3_000_000).map(Money))


@settings(max_examples=150, deadline=None)
@given(random_cases(), st.sampled_from(Level), asked_amounts, asked_amounts, st.none() | st.integers(0, 26), st.data())
def test_whatever_is_built_is_within_the_limits(
    where: tuple[Case, date],
    level: Level,
    monthly: Money | None,
    entry: Money | None,
    instalments: int | None,
    data: st.DataObject,
) -> None:
    offered_in, on = where
    due = on + timedelta(days=data.draw(st.integers(-2, 32)))
    wished = plan(offered_in, on, level, monthly=monthly, entry=entry, instalments=instalments)
    asked = data.draw(st.integers(1, 3_000_000).map(Money))
    countered = counter(offered_in, on, asked, monthly=data.draw(st.booleans()))
    steps = ladder(offered_in, on)
    built = [full(offered_in, on, due=due), settlement(offered_in, on, level, due=due), wished, countered]
    built += [step.offer for step in steps]
    for offer in built:
        if offer is not None:
            assert violations(offer, offered_in, on) == ()
            _adds_up(offer, offered_in, on)
    if wished is not None and monthly is not None:
        assert all(payment.amount <= monthly for payment in wished.instalments)
    if countered is not None:
        parts = (*countered.instalments, *([countered.entry] if countered.entry else []))
        assert all(payment.amount <= asked for payment in parts)
    assert len(steps) <= offered_in.creditor.limits.max_concessions


def _adds_up(offer: Offer, offered_in: Case, on: date) -> None:
    entry = [offer.entry.amount] if offer.entry else []
    assert total([*entry, *(payment.amount for payment in offer.instalments)]) == offer.total <= offer.debt_total
    assert offer.debt_total == total([item.total for item in late(offered_in, on)])
    assert set(offer.contracts) <= {item.contract for item in owed_all(offered_in, on)}
    if offer.kind is OfferKind.PLAN:
        bands = offered_in.creditor.limits.plan
        days = [item.days_past_due for item in late(offered_in, on)]
        least = max(band.min_instalment for band in bands for age in days if band.first_day <= age <= band.last_day)
        assert all(payment.amount >= least for payment in offer.instalments)
