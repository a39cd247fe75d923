"""What is asked beside the road and known by its words, whatever else it sounds like: a plain answer, and on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voicebot.domain.dialogue import acts, asked
from voicebot.domain.dialogue.acts import Act, Fear, Privately, Verified
from voicebot.domain.dialogue.explanation import itemised
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import CallState, Context
from voicebot.domain.dialogue.words import asks_payee, asks_rates, asks_what_comes_later
from voicebot.domain.meaning import EntityType, Intent, Meaning
from voicebot.domain.offers import Offer, OfferKind

_HARDSHIP: Final = (Intent.JOB_LOSS, Intent.CANNOT_PAY, Intent.REJECT_OFFER)
_NO_QUESTION: Final = (
    *(Intent.PROPOSE_AMOUNT, Intent.PROPOSE_DATE, Intent.ASK_DISCOUNT, Intent.ASK_INSTALLMENTS),
    *(Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT, *_HARDSHIP),
)
"""Whoever means one of these, and names a rate or a payee beside it, is answered on what they mean."""
_AGREED: Final = frozenset({Phase.CONFIRMATION, Phase.PAYMENT})


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer may tell of."""

    token: Verified
    ctx: Context
    phase: Phase


@dataclass(frozen=True, slots=True)
class _Aside:
    """A question known by its words, and its answer, from the account or from the offer that is spoken of."""

    asks: Callable[[str], bool]
    told: Callable[[_Told], tuple[Act, ...]] | None = None
    of_offer: Callable[[_Told, Offer], tuple[Act, ...]] | None = None
    """Asked of an offer: there must be one."""
    never_with: tuple[Intent, ...] = _NO_QUESTION
    """Meant beside it, these are what is answered."""
    until_agreed: bool = False
    names_no_day: bool = False
    """With a day beside it, the day is what is answered."""


def answer(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> tuple[Act, ...] | None:
    """Give the plain answer to a question beside the road; None where there is none, () where all is told again.

    Who means something that weighs more, and says it in the same breath, is answered on that.
    """
    told = _Told(token, ctx, state.phase)
    for each in _ASIDES:
        if each.until_agreed and state.phase in _AGREED:
            continue
        outweighed = meaning.has(*each.never_with) or (each.names_no_day and meaning.values(EntityType.DATE))
        if outweighed or not each.asks(meaning.text):
            continue
        if each.told is not None:
            return each.told(told)
        if each.of_offer is not None and state.offer is not None:
            return each.of_offer(told, state.offer)
    return None


def _rates(told: _Told) -> tuple[Act, ...]:
    """The rates; where one of the two is not charged at all, the account itself says so."""
    charges = told.ctx.case.creditor.limits.charges
    if not (charges.late_fee_percent and charges.interest_percent_month):
        return itemised(told.ctx, told.token)
    return (acts.ExplainRates(told.token, charges.late_fee_percent, charges.interest_percent_month),)


def _asks_rates_now(text: str) -> bool:
    return asks_rates(text) and not asks_what_comes_later(text)


def _terms(told: _Told, offer: Offer) -> tuple[Act, ...]:
    days = told.ctx.case.creditor.limits.agreement_broken_after_days
    return (acts.ExplainTerms(told.token, days, offer.kind is not OfferKind.FULL),)


def _count(told: _Told, offer: Offer) -> tuple[Act, ...]:
    """The whole offer once more; once it is agreed, in short."""
    return (acts.RecapAgreement(told.token, offer),) if told.phase is Phase.PAYMENT else ()


def _dates(told: _Told, offer: Offer) -> tuple[Act, ...]:
    return (acts.TellDates(told.token, offer),)


def _methods(told: _Told) -> tuple[Act, ...]:
    return (acts.ExplainMethods(told.token, told.ctx.case.creditor.limits.methods),)


def _only_with_you(about: Privately) -> Callable[[_Told], tuple[Act, ...]]:
    return lambda told: (acts.OnlyWithYou(told.token, about),)


def _calm(fear: Fear) -> Callable[[_Told], tuple[Act, ...]]:
    return lambda told: (acts.CalmFear(told.token, fear),)


_YES: Final = (Intent.AFFIRM, Intent.ACCEPT_OFFER)
_OF_THE_LAW: Final = (Intent.LEGAL_THREAT, Intent.HAS_LAWYER, Intent.SUSPECTS_FRAUD, Intent.CHOOSE_CHANNEL)

_ASIDES: Final = (
    _Aside(asked.fears_prison, _calm(Fear.PRISON), never_with=_HARDSHIP),
    # A loss that is only supposed sounds like one.
    _Aside(asked.is_supposed, of_offer=_terms, never_with=(), names_no_day=True),
    _Aside(asked.passes_to_kin, _only_with_you(Privately.TALK), never_with=_HARDSHIP),
    _Aside(asked.sends_to_kin, _only_with_you(Privately.SEND), never_with=_HARDSHIP),
    _Aside(asked.names_other_number, _only_with_you(Privately.CALL), never_with=_HARDSHIP, until_agreed=True),
    _Aside(asked.asks_count, of_offer=_count, never_with=_HARDSHIP),
    _Aside(asked.asks_beginning, of_offer=_dates, never_with=_HARDSHIP, names_no_day=True),
    _Aside(asked.asks_entry, of_offer=_dates, never_with=_HARDSHIP),
    _Aside(
        asked.asks_early,
        of_offer=lambda told, _: (acts.AllowEarly(told.token),),
        never_with=(*_HARDSHIP, Intent.ASK_DISCOUNT),
    ),
    _Aside(asked.asks_settled, of_offer=lambda told, _: (acts.SettlesAll(told.token),)),
    _Aside(asked.asks_place, _methods, never_with=(*_NO_QUESTION, *_YES), until_agreed=True),
    _Aside(asked.fears_court, _calm(Fear.COURT), never_with=(*_NO_QUESTION, *_OF_THE_LAW)),
    _Aside(asks_payee, lambda told: (acts.ExplainPayee(told.token, told.ctx.case.creditor.payee),)),
    _Aside(_asks_rates_now, _rates),
    _Aside(asked.asks_total, of_offer=lambda told, offer: (acts.TellTotal(told.token, offer),)),
    _Aside(
        asked.asks_in_writing,
        lambda told: (acts.WriteLater(told.token),),
        never_with=(*_NO_QUESTION, *_YES),
        until_agreed=True,
    ),
)
"""In this order."""
