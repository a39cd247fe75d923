"""One specimen of every act in every case its words distinguish: what the script is checked against when it loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, CreditorAct, DebtAct
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import ZERO, Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.script.examples import PLAIN, example_of

TODAY: Final = date(2026, 11, 23)
TOKEN: Final = acts.Verified("D001", datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
_FACTORS: Final = (Asks.CPF_FIRST3, Asks.CPF_LAST2, Asks.CPF, Asks.BIRTH_DAY_MONTH, Asks.BIRTH_DATE)
_PROTOCOL: Final = "23117"
_PUBLIC_NUMBERS: Final = ("188", "180", "192", "190", "08007071234")
_INSTALMENT: Final = Money(10785)
_LATER: Final = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)

DEBT: Final = acts.DebtView(
    contract="C-1001",
    product="Cartão Aurora",
    due_date=date(2026, 7, 10),
    original=Money(125000),
    fine=Money(2500),
    interest=Money(5667),
    correction=ZERO,
    total=Money(133167),
)
SETTLEMENT: Final = Offer(
    id="S1",
    kind=OfferKind.SETTLEMENT,
    contracts=("C-1001",),
    debt_total=Money(133167),
    total=Money(106534),
    discount_percent=Decimal("20.00"),
    entry=None,
    instalments=(Payment(date(2026, 11, 26), Money(106534)),),
)
FULL: Final = replace(
    SETTLEMENT,
    id="F1",
    kind=OfferKind.FULL,
    total=Money(133167),
    discount_percent=Decimal(0),
    instalments=(Payment(date(2026, 11, 26), Money(133167)),),
)


def plan(count: int, *, entry: Money | None, odd: int = 0) -> Offer:
    """Build a plan of `count` instalments from 10 December on; the last is `odd` cents larger."""
    each = _INSTALMENT
    payments = [Payment(date(2026 + (11 + k) // 12, (11 + k) % 12 + 1, 10), each) for k in range(count)]
    payments[-1] = replace(payments[-1], amount=each + Money(odd))
    return Offer(
        id=f"P{count}",
        kind=OfferKind.PLAN,
        contracts=("C-1001",),
        debt_total=Money(133167),
        total=each * count + Money(odd) + (entry or ZERO),
        discount_percent=Decimal("10.00"),
        entry=Payment(date(2026, 11, 26), entry) if entry else None,
        instalments=tuple(payments),
    )


_KNOWN: Final = PLAIN | {acts.Verified: TOKEN, acts.DebtView: DEBT, Offer: SETTLEMENT, Money: Money(12000)}
SETTLEMENT_TODAY: Final = replace(SETTLEMENT, id="S2", instalments=(Payment(TODAY, Money(106534)),))
PLANS: Final = tuple(
    plan(count, entry=entry, odd=odd)
    for entry, (count, odd) in product((Money(12000), None), ((10, 0), (10, 3), (2, 3), (1, 0)))
)


def act_classes() -> dict[str, type[Act]]:
    """Give every concrete act by name."""
    families = (Act, DebtAct, CreditorAct)
    found = {name: value for name, value in vars(acts).items() if isinstance(value, type) and issubclass(value, Act)}
    return {name: value for name, value in found.items() if value not in families}


def specimens() -> Iterator[Act]:
    """Give acts that together take every case; an act that has one case only needs no entry here.

    Raises:
        ActWithoutExample: an act without entry that has a field of an unknown type.
    """
    given = [*_anyone(), *_care(), *_debts(), *_offers()]
    yield from given
    seen = {type(act) for act in given}
    for act_class in act_classes().values():
        if act_class not in seen:
            yield example_of(act_class, _KNOWN)


def _anyone() -> Iterator[Act]:
    for company in ("Lojas Aurora", None):
        yield acts.GreetInbound(company)
        yield acts.IdentifySelf(company)
        yield acts.CannotVerify(company)
        yield acts.OfferFraudCheck(company, "aurora.example.com" if company else None, _PROTOCOL)
    for name in ("Ana Beatriz", "Carlos Eduardo", "Darci"):
        yield acts.AskForPerson(name)
        yield acts.AskIfPersonAvailable(name)
        yield acts.AwaitPerson(name)
        yield acts.WithholdPurpose(name, to_third_party=True)
        yield acts.WithholdPurpose(name, to_third_party=False)
    for factor, again in product(_FACTORS, (False, True)):
        yield acts.AskIdentityFactor(factor, again)
    for channel, accepted in product(("whatsapp", "sms"), (True, False)):
        yield acts.AnnounceOfficialMessage(channel, accepted)
    yield acts.GiveOfficialContact("Lojas Aurora", "+551130000000")
    yield from (acts.Acknowledge(kind) for kind in acts.Ack)
    yield from (acts.SayGoodbye(kind) for kind in acts.Farewell)
    yield from (acts.SayGoodbye(acts.Farewell.CRISIS, number) for number in _PUBLIC_NUMBERS)
    yield from (act(attempt) for act in (acts.NotUnderstood, acts.PromptSilence) for attempt in (1, 2, 3))
    yield acts.DeclineCard()
    yield from (acts.SpeakDifferently(how) for how in ("louder", "slower"))


def _care() -> Iterator[Act]:
    yield from (acts.AcknowledgeHardship(kind) for kind in acts.Hardship)
    yield from (acts.OfferPause(until) for until in (None, date(2026, 12, 23)))
    yield acts.AskPause(date(2026, 12, 23))
    for number, again in product(_PUBLIC_NUMBERS, (False, True)):
        yield acts.SupportCrisis(EscalationReason.SELF_HARM, number, again)
    for number in ("188", "180"):
        yield acts.CheckSafety(EscalationReason.SELF_HARM if number == "188" else EscalationReason.VIOLENCE, number)
    yield acts.CheckSafety(EscalationReason.DISTRESS, "188")
    yield acts.Relieved()
    for told, alone in product((*_PUBLIC_NUMBERS, None), (True, False)):
        yield acts.StayAndListen(told, nobody_comes=alone)
    yield acts.StayAndListen(None, company=True)
    yield acts.RestContact(date(2026, 12, 23))
    yield from (acts.Escalate(reason, now) for reason in EscalationReason for now in (True, False))
    yield from (acts.PromiseNoMoreCalls(about_number) for about_number in (True, False))
    yield from (acts.RegisterDispute(_PROTOCOL, paid) for paid in (True, False))
    yield acts.RegisterPrivacyRequest(_PROTOCOL)
    yield from (acts.OfferCallbackTime(_LATER, asked) for asked in (False, True))
    yield acts.ScheduleCallback(_LATER)


def _debts() -> Iterator[Act]:
    correction = replace(DEBT, correction=Money(812), total=Money(133979))
    fine_only = replace(DEBT, interest=ZERO, total=Money(127500))
    interest_only = replace(DEBT, fine=ZERO, total=Money(130667))
    bare = replace(DEBT, fine=ZERO, interest=ZERO, total=Money(125000))
    upcoming = replace(bare, due_date=date(2026, 11, 27), product="Assinatura", due_today_or_later=True)
    for debt in (DEBT, correction, fine_only, interest_only, bare):
        yield acts.ExplainDebt(TOKEN, debt)
        yield from (acts.ExplainDebt(TOKEN, debt, position, 3) for position in (1, 2, 3))
    fine_correction = replace(correction, interest=ZERO, total=Money(128312))
    interest_correction = replace(correction, fine=ZERO, total=Money(131479))
    correction_only = replace(bare, correction=Money(812), total=Money(125812))
    for debt in (fine_correction, interest_correction, correction_only, upcoming):
        yield acts.ExplainDebt(TOKEN, debt)
    yield acts.NameCreditor(TOKEN, "Lojas Aurora")
    yield acts.ExplainTotal(TOKEN, 2, Money(251520))
    yield acts.RemindDue(TOKEN, upcoming)
    yield from (acts.ExplainLapsed(TOKEN, count) for count in (1, 2))
    yield acts.RecallAgreement(TOKEN, date(2026, 11, 10))


def _offers() -> Iterator[Act]:
    for again, is_last in product((False, True), (False, True)):
        for offer in (SETTLEMENT, FULL, *PLANS):
            yield acts.MakeOffer(TOKEN, offer, is_last=is_last, again=again)
        yield acts.MakeOffer(TOKEN, SETTLEMENT, is_last=is_last, again=again, saves=Money(26633))
        for in_return in (acts.Return.TODAY, acts.Return.PIX_TODAY):
            yield acts.MakeOffer(TOKEN, SETTLEMENT_TODAY, in_return, is_last, again)
            yield acts.MakeOffer(TOKEN, SETTLEMENT_TODAY, in_return, is_last, again, Money(39951))
        for offer in PLANS:
            yield acts.MakeOffer(TOKEN, offer, acts.Return.LARGER_ENTRY, is_last, again)
    for offer in (SETTLEMENT, FULL, *PLANS):
        yield acts.ConfirmAgreement(TOKEN, offer, "pix")
        yield acts.RecapAgreement(TOKEN, offer)
        yield acts.MakeTwoOffers(TOKEN, SETTLEMENT, offer)
    yield acts.AskIfItFits(TOKEN, SETTLEMENT)
    yield acts.ConfirmAmount(TOKEN, Money(12000))
    yield from (acts.DeclineCounter(TOKEN, asked) for asked in (Money(100000), None))
    yield from (acts.ExplainTerms(TOKEN, 7, discounted) for discounted in (True, False))
    yield from (acts.ExplainMethods(TOKEN, methods) for methods in (("pix", "boleto"), ("pix",)))
    yield acts.ExplainPayee(TOKEN, "Lojas Aurora")
    yield from (acts.CalmFear(TOKEN, fear) for fear in acts.Fear)
    yield from (acts.OnlyWithYou(TOKEN, about) for about in acts.Privately)
    yield from (acts.TellTotal(TOKEN, offer) for offer in (SETTLEMENT, *PLANS))
    yield acts.WriteLater(TOKEN)
    yield from (acts.TellDates(TOKEN, offer) for offer in (SETTLEMENT, *PLANS))
    yield acts.TellDates(TOKEN, replace(PLANS[0], entry=None))
    yield from (acts.KeepEntry(TOKEN, offer) for offer in PLANS)
    yield from (acts.AllowEarly(TOKEN), acts.SettlesAll(TOKEN))
    yield from (acts.OfferDueDays(TOKEN, days) for days in ((5, 10, 15, 20), (10,)))
    yield acts.ExplainRates(TOKEN, Decimal(2), Decimal(1))
    yield from (acts.AskTeachBack(TOKEN, again) for again in (False, True))
    yield from (acts.ExplainConsequences(TOKEN, credit_bureau) for credit_bureau in (False, True))
    yield acts.GiveTime(TOKEN, date(2026, 11, 28))
    yield acts.DeclineDay(TOKEN, date(2026, 12, 8))
    yield from (acts.AskSatisfaction(TOKEN, again) for again in (False, True))
    yield from (acts.ThankForMark(TOKEN, low) for low in (False, True))
    for preferred in ("whatsapp", "sms", "email", "voice"):
        yield acts.AskChannel(TOKEN, preferred, ("sms", "email"), "01")
        yield acts.AskChannel(TOKEN, preferred, (), "01")
    for method, channel, accepted in product(("pix", "boleto"), ("whatsapp", "voice"), (True, False)):
        yield acts.SendPayment(TOKEN, method, channel, accepted)
