"""Who wants to pay is never put off: a price for today is taken at its word, and none worse comes after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, MONDAY, SIM, SOU_EU, context, means, money, play, said
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import MakeOffer
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import Decision, Event, Heard
from voicebot.domain.meaning import Entity, EntityType, Intent
from voicebot.domain.offers import Offer, OfferKind

KNOWN: tuple[Event, ...] = (SOU_EU, CPF, BIRTH)
TODAY = Entity(EntityType.DATE, "hoje", MONDAY.date().isoformat())
IF_TODAY = means(Intent.ASK_DISCOUNT, Intent.ASK_PAYMENT_METHOD, text="se eu pagar hoje no pix, melhora?")
PAY_NOW = means(Intent.PROPOSE_DATE, Intent.ASK_PAYMENT_METHOD, text="pago agora no pix", entities=(TODAY,))
PAY_TODAY = means(Intent.PROPOSE_DATE, text="pago hoje", entities=(TODAY,))
PAY_ALL = means(Intent.PROPOSE_DATE, text="quero pagar agora tudo", entities=(TODAY,))
LOST_JOB = means(Intent.JOB_LOSS)


def offered(decision: Decision) -> Offer:
    return next(act.offer for act in decision.acts if isinstance(act, MakeOffer))


def test_paying_now_is_the_yes_to_the_price_for_today() -> None:
    *_, better, taken = play(*KNOWN, SIM, IF_TODAY, PAY_NOW)
    assert taken.state.phase is Phase.CONFIRMATION
    assert taken.state.bargain.chosen == offered(better)
    assert taken.state.bargain.method == "pix"


def test_a_price_for_today_once_named_is_not_followed_by_a_worse_one() -> None:
    asks_instalments = means(Intent.ASK_INSTALLMENTS, entities=(Entity(EntityType.INSTALMENTS, "em três", "3"),))
    *_, better, other, back = play(*KNOWN, SIM, IF_TODAY, asks_instalments, PAY_TODAY)
    assert offered(other).kind is OfferKind.PLAN
    assert offered(back) == offered(better)


def test_a_question_about_paying_today_is_not_a_yes() -> None:
    again = means(Intent.ASK_DISCOUNT, text="pagando hoje não tem mais desconto?")
    assert play(*KNOWN, SIM, IF_TODAY, again)[-1].state.bargain.chosen is None


def test_who_lost_the_job_and_wants_to_pay_all_now_may() -> None:
    *_, last = play(*KNOWN, LOST_JOB, money("90.00", text="noventa por mês"), PAY_ALL)
    assert not last.state.ended
    assert offered(last).instalments[0].due == MONDAY.date()


@pytest.mark.parametrize("more", [(), (PAY_ALL,)], ids=["told once", "said twice"])
def test_a_hardship_alone_brings_no_price_for_one_day(more: tuple[Heard, ...]) -> None:
    """Only the caller's own wish does: nobody without an income is asked to pay at once."""
    decisions = play(*KNOWN, LOST_JOB, means(Intent.EVASIVE), *more)
    singles = [act.offer for one in decisions for act in one.acts if isinstance(act, MakeOffer)]
    assert all(offer.kind is OfferKind.PLAN for offer in singles) is not bool(more)


@pytest.mark.parametrize("slip", ["0.00", "0.40", "-0.90"])
def test_the_amount_of_the_offer_said_back_is_a_yes_to_it(slip: str) -> None:
    *_, first = play(*KNOWN, SIM)
    total = offered(first).total.amount
    heard = money(str(total + type(total)(slip)), text="pago esse valor")
    last = play(*KNOWN, SIM, heard)[-1]
    assert said(last) == [acts.ConfirmAgreement.__name__]
    assert last.state.bargain.chosen == offered(first)


def test_the_amount_said_with_a_no_is_no_yes() -> None:
    *_, first = play(*KNOWN, SIM)
    total = str(offered(first).total.amount)
    refuses = means(
        Intent.CANNOT_PAY,
        Intent.PROPOSE_AMOUNT,
        text="não tenho isso",
        entities=(Entity(EntityType.MONEY, total, total),),
    )
    assert play(*KNOWN, SIM, refuses)[-1].state.bargain.chosen is None


def test_a_better_price_is_a_concession_whoever_proposes_it() -> None:
    """The first for today, then a lower sum of the caller's own: with one concession only the first is met."""
    whole = context()
    limits = replace(whole.case.creditor.limits, max_concessions=1)
    case = replace(whole.case, creditor=replace(whole.case.creditor, limits=limits))
    asked = (IF_TODAY, money("1100.00", text="fecha por mil e cem à vista"))
    for ctx, prices in ((replace(whole, case=case), 2), (whole, 3)):
        decisions = play(*KNOWN, SIM, *asked, ctx=ctx)
        named = {act.offer.discount_percent for one in decisions for act in one.acts if isinstance(act, MakeOffer)}
        assert len(named) <= prices
        assert decisions[-1].state.bargain.concessions <= ctx.case.creditor.limits.max_concessions
        assert not decisions[-1].state.ended


def test_who_asks_who_speaks_is_told_again_before_the_factor() -> None:
    """Talking on over the first words, nobody has heard them; the reason of the call stays untold."""
    last = play(SOU_EU, means(Intent.WHO_IS_CALLING))[-1]
    assert said(last) == ["IdentifySelf", "AskIdentityFactor"]


def test_somebody_near_is_taken_up_in_a_crisis() -> None:
    mother = means(Intent.OTHER, text="minha mãe tá na sala")
    staying = (*KNOWN, means(Intent.SELF_HARM), means(Intent.OTHER))
    near = [act for act in play(*staying, mother)[-1].acts if isinstance(act, acts.StayAndListen)]
    assert [act.company for act in near] == [True]
    beaten = (*KNOWN, means(Intent.DOMESTIC_VIOLENCE), means(Intent.OTHER))
    assert not any(isinstance(act, acts.StayAndListen) and act.company for act in play(*beaten, mother)[-1].acts)


def test_a_greeting_in_the_read_back_is_no_consent() -> None:
    hello = means(Intent.AFFIRM, Intent.GREETING, text="alô, tudo bem")
    *_, last = play(*KNOWN, SIM, SIM, hello)
    assert last.state.phase is Phase.CONFIRMATION
    assert "AskTeachBack" not in said(last)
    sure = means(Intent.AFFIRM, Intent.GREETING, text="isso, tudo bem")
    assert "AskTeachBack" in said(play(*KNOWN, SIM, SIM, sure)[-1])


def test_who_prefers_to_pay_in_parts_gets_the_plan_they_were_told() -> None:
    """Fails where another plan is worked out, that nobody has heard."""
    at_once = means(Intent.ASK_DISCOUNT, text="e se eu pagar tudo de uma vez, quanto fica?")
    parts = means(Intent.DENY, Intent.ASK_INSTALLMENTS, text="não, prefiro parcelado mesmo")
    *_, plan, lump, back = play(*KNOWN, money("150.00", text="cento e cinquenta por mês"), at_once, parts)
    assert offered(plan).kind is OfferKind.PLAN
    assert offered(lump).kind is not OfferKind.PLAN
    assert offered(back) == offered(plan)
