"""The facts of the acts that carry a debt: itemised amounts, offers, the agreement, how to pay."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import DebtView, Return
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.script import codes
from voicebot.script.amounts import money
from voicebot.script.facts import Facts, Phrase, Scene, facts_of, listed
from voicebot.script.moments import by_date, date_spoken, day_spoken, on_date
from voicebot.script.numerals import cardinal, percent
from voicebot.script.readings import read_aloud

MONEY_SLOTS: Final = frozenset(
    {
        "amount",
        "asked",
        "correction",
        "debt_total",
        "discount",
        "entry",
        "fine",
        "instalment",
        "interest",
        "last",
        "original",
        "total",
    }
)
"""Slots that hold a figure: a sentence carries at most two."""
_FEMININE_ENDINGS: Final = ("a", "ade", "ção", "gem", "as", "ções")
_METHODS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"pix": ("o código do Pix", "no Pix"), "boleto": ("o boleto", "no boleto")}
)
_OF_METHOD: Final[Mapping[str, str]] = MappingProxyType({"pix": "do Pix", "boleto": "do boleto"})
_CHANNELS: Final[Mapping[str, str]] = MappingProxyType(
    {"whatsapp": "por WhatsApp", "sms": "por SMS", "email": "por e-mail", "voice": "por telefone"}
)


@facts_of.register
def _(act: acts.NameCreditor, scene: Scene) -> Facts:
    return Facts("", {"of_company": scene.persona.of_company(act.company)})


@facts_of.register
def _(act: acts.ExplainDebt, scene: Scene) -> Facts:
    slots = _debt(act.debt, scene) | {"count": f"{cardinal(act.count, feminine=True)} contas"}
    phrases = {"additions": _additions(act.debt, slots)}
    if act.debt.due_today_or_later:
        return Facts("upcoming", slots, phrases)
    if act.count == 1:
        return Facts("only", slots, phrases)
    if act.position == 1:
        return Facts("first", slots, phrases)
    return Facts("last" if act.position == act.count else "next", slots, phrases)


@facts_of.register
def _(act: acts.ExplainTotal, scene: Scene) -> Facts:
    return Facts("", {"count": cardinal(act.count, feminine=True), "total": money(act.total)})


@facts_of.register
def _(act: acts.RemindDue, scene: Scene) -> Facts:
    return Facts("", _debt(act.debt, scene))


@facts_of.register
def _(act: acts.ExplainLapsed, scene: Scene) -> Facts:
    return Facts("one" if act.count == 1 else "several")


@facts_of.register
def _(act: acts.RecallAgreement, scene: Scene) -> Facts:
    return Facts("", {"due": date_spoken(act.due, today=scene.today)})


@facts_of.register
def _(act: acts.AnnounceOfficialMessage, scene: Scene) -> Facts:
    return Facts("accepted" if act.accepted else "promised", {"by_channel": _CHANNELS[act.channel]})


@facts_of.register
def _(act: acts.ConfirmAmount, scene: Scene) -> Facts:
    return Facts("", {"amount": money(act.amount)})


@facts_of.register
def _(act: acts.MakeOffer, scene: Scene) -> Facts:
    offer = act.offer
    discount = percent(offer.discount_percent) if act.saves is None else money(act.saves)
    slots = {"total": money(offer.total), "discount": discount, **_deadline(offer, scene)}
    phrases = {
        "terms": _terms("terms", offer, scene),
        "limit": Phrase("limit", {}) if act.is_last else None,
        "close": Phrase(f"close_{_kind(offer)}", {}),
    }
    return Facts(_offer_case(act), slots, phrases)


@facts_of.register
def _(act: acts.MakeTwoOffers, scene: Scene) -> Facts:
    return Facts("", {}, {"first": _terms("way", act.first, scene), "second": _terms("way", act.second, scene)})


@facts_of.register
def _(act: acts.DeclineCounter, scene: Scene) -> Facts:
    return Facts("unnamed") if act.asked is None else Facts("named", {"asked": money(act.asked)})


@facts_of.register
def _(act: acts.DeclineDay, scene: Scene) -> Facts:
    return Facts("", {"latest_by": by_date(act.latest, today=scene.today)})


@facts_of.register
def _(act: acts.ExplainTerms, scene: Scene) -> Facts:
    days = f"{cardinal(act.broken_after_days)} {'dia' if act.broken_after_days == 1 else 'dias'}"
    return Facts("discounted" if act.discounted else "plain", {"days": days})


@facts_of.register
def _(act: acts.ExplainMethods, scene: Scene) -> Facts:
    known = [_METHODS[method][1] for method in act.methods]
    return Facts("one" if len(known) == 1 else "several", {"methods": listed(known, "ou")})


@facts_of.register
def _(act: acts.ExplainPayee, scene: Scene) -> Facts:
    return Facts("", {"of_company": scene.persona.of_company(act.company)})


@facts_of.register
def _(act: acts.ExplainRates, scene: Scene) -> Facts:
    return Facts("", {"fine": percent(act.fine), "interest": percent(act.interest)})


@facts_of.register
def _(act: acts.CalmFear, scene: Scene) -> Facts:
    return Facts(act.fear.value)


@facts_of.register
def _(act: acts.OnlyWithYou, scene: Scene) -> Facts:
    return Facts(act.about.value)


@facts_of.register
def _(act: acts.TellTotal, scene: Scene) -> Facts:
    return Facts("", {"total": money(act.offer.total)})


@facts_of.register
def _(act: acts.TellDates, scene: Scene) -> Facts:
    first = by_date(act.offer.instalments[0].due, today=scene.today)
    if act.offer.entry is None:
        return Facts("whole" if len(act.offer.instalments) == 1 else "parts", {"first_by": first})
    entry = act.offer.entry
    entry_by = by_date(entry.due, today=scene.today)
    return Facts("plan", {"entry": money(entry.amount), "entry_by": entry_by, "first_by": first})


@facts_of.register
def _(act: acts.KeepEntry, scene: Scene) -> Facts:
    entry = act.offer.entry or act.offer.instalments[0]
    return Facts("", {"entry": money(entry.amount)})


@facts_of.register
def _(act: acts.OfferDueDays, scene: Scene) -> Facts:
    return Facts(
        "one" if len(act.days) == 1 else "several", {"days": listed([cardinal(day) for day in act.days], "ou")}
    )


@facts_of.register
def _(act: acts.GiveTime, scene: Scene) -> Facts:
    return Facts("", {"valid_by": by_date(act.valid_until, today=scene.today)})


@facts_of.register
def _(act: acts.ConfirmAgreement, scene: Scene) -> Facts:
    slots = {"in_method": _METHODS[act.method][1], "total": money(act.offer.total)}
    return Facts(
        _kind(act.offer),
        slots,
        {"agreed": _terms("agreed", act.offer, scene, slots), "close": Phrase("close_agreement", {})},
    )


@facts_of.register
def _(act: acts.RecapAgreement, scene: Scene) -> Facts:
    return Facts("", {}, {"terms": _terms("terms", act.offer, scene)})


@facts_of.register
def _(act: acts.AskChannel, scene: Scene) -> Facts:
    others = [_CHANNELS[channel] for channel in act.others if channel != act.preferred]
    slots = {"tail": codes.service_number(act.phone_tail)}
    if act.preferred == "voice":
        other_ways = Phrase("other_ways", {"others": listed(others, "ou")}) if others else None
        return Facts(act.preferred, slots, {"other_ways": other_ways})
    every = listed([_CHANNELS[act.preferred], *others], "ou")
    return Facts(act.preferred, slots, {"ways": Phrase("ways", {"ways": every}) if others else None})


@facts_of.register
def _(act: acts.AskTeachBack, scene: Scene) -> Facts:
    return Facts("again" if act.again else "first")


@facts_of.register
def _(act: acts.AskSatisfaction, scene: Scene) -> Facts:
    return Facts("again" if act.again else "first", {"lowest": cardinal(act.lowest), "highest": cardinal(act.highest)})


@facts_of.register
def _(act: acts.ThankForMark, scene: Scene) -> Facts:
    return Facts("low" if act.low else "high")


@facts_of.register
def _(act: acts.ExplainConsequences, scene: Scene) -> Facts:
    return Facts("plain" if act.credit_bureau else "no_register")


@facts_of.register
def _(act: acts.SendPayment, scene: Scene) -> Facts:
    stage = "accepted" if act.accepted else "promised"
    slots = {
        "the_method": _METHODS[act.method][0],
        "the_code": f"o código {_OF_METHOD[act.method]}",
        "by_channel": _CHANNELS[act.channel],
    }
    return Facts(f"{stage}_voice" if act.channel == "voice" else stage, slots)


def _debt(debt: DebtView, scene: Scene) -> dict[str, str]:
    product = read_aloud(debt.product)
    feminine = product.split()[0].lower().endswith(_FEMININE_ENDINGS)
    return {
        "the_product": f"{'a' if feminine else 'o'} {product}",
        "your_product": f"{'a sua' if feminine else 'o seu'} {product}",
        "of_your_product": f"{'da sua' if feminine else 'do seu'} {product}",
        "of_the_product": f"{'da' if feminine else 'do'} {product}",
        "bill": scene.persona.bill_of(debt.product),
        "due": date_spoken(debt.due_date, today=scene.today, weekday=False),
        "due_on": on_date(debt.due_date, today=scene.today),
        "original": money(debt.original),
        "total": money(debt.total),
        "fine": money(debt.fine),
        "interest": money(debt.interest),
        "correction": money(debt.correction),
    }


def _additions(debt: DebtView, slots: Mapping[str, str]) -> Phrase | None:
    """Name each addition that is not zero; a debt without any has nothing to add."""
    parts = [name for name in ("fine", "interest", "correction") if getattr(debt, name)]
    if not parts:
        return None
    return Phrase(f"additions_{'_'.join(parts)}", {name: slots[name] for name in parts})


def _kind(offer: Offer) -> str:
    return "plan" if offer.kind is OfferKind.PLAN else "single"


def _offer_case(act: acts.MakeOffer) -> str:
    if act.again:
        return f"{_kind(act.offer)}_again"
    if act.offer.kind is OfferKind.PLAN:
        return "plan_larger_entry" if act.in_return is Return.LARGER_ENTRY else "plan"
    if not act.offer.discount_percent:
        return "full"
    return {Return.TODAY: "settlement_today", Return.PIX_TODAY: "settlement_pix_today"}.get(act.in_return, "settlement")


def _deadline(offer: Offer, scene: Scene) -> dict[str, str]:
    first = offer.entry or offer.instalments[0]
    return {"by": by_date(first.due, today=scene.today)}


def _terms(family: str, offer: Offer, scene: Scene, more: Mapping[str, str] | None = None) -> Phrase:
    """Choose the phrase that tells the offer: one payment, or a plan with or without entry and odd cents."""
    slots = {"total": money(offer.total), **_deadline(offer, scene), **(more or {})}
    if offer.kind is not OfferKind.PLAN:
        return Phrase(f"{family}_single", slots)
    regular, last = offer.instalments[0], offer.instalments[-1]
    count = len(offer.instalments)
    slots |= {
        "instalments": f"{cardinal(count, feminine=True)} {'parcela' if count == 1 else 'parcelas'}",
        "instalment": money(regular.amount),
        "last": money(last.amount),
        "first_on": on_date(regular.due, today=scene.today, weekday=False),
        "last_on": on_date(last.due, today=scene.today, weekday=False),
        "every": _every(offer.instalments),
    }
    entry = offer.entry
    if entry is not None:
        slots["entry"] = money(entry.amount)
    return Phrase(f"{family}_{'entry' if entry else 'plan'}_{_shape(offer)}", slots)


def _shape(offer: Offer) -> str:
    payments = offer.instalments
    if len(payments) == 1:
        return "one"
    if payments[0].amount == payments[-1].amount:
        return "even"
    return "two" if len(payments) == 2 else "odd"


def _every(payments: tuple[Payment, ...]) -> str:
    days = {payment.due.day for payment in payments}
    return f"todo dia {day_spoken(days.pop())}" if len(days) == 1 else "uma por mês"
