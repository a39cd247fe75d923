"""What is asked beside the road and known by its words, whatever else it sounds like: a plain answer, and on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, Fear, Privately, Verified
from voicebot.domain.dialogue.explanation import itemised
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import CallState, Context
from voicebot.domain.dialogue.words import asks_payee, asks_rates, asks_what_comes_later
from voicebot.domain.meaning import Intent, Meaning
from voicebot.domain.offers import Offer, OfferKind


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer may tell of."""

    token: Verified
    ctx: Context
    offer: Offer | None
    """The one on the table, or the one agreed."""


@dataclass(frozen=True, slots=True)
class _Aside:
    """A question known by its words, and its answer."""

    asks: Callable[[str], object]
    told: Callable[[_Told], tuple[Act, ...]]
    weighs: bool = False
    """Answered whatever else is meant with it."""
    of_offer: bool = False
    """Asked of an offer: there must be one."""
    until_agreed: bool = False
    never_with: tuple[Intent, ...] = ()


_NO_QUESTION: Final = (
    *(Intent.PROPOSE_AMOUNT, Intent.PROPOSE_DATE, Intent.ASK_DISCOUNT, Intent.ASK_INSTALLMENTS),
    *(Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT, Intent.JOB_LOSS, Intent.CANNOT_PAY, Intent.REJECT_OFFER),
)
"""Whoever means one of these, and names a rate or a payee beside it, is answered on what they mean."""
_KIN: Final = (
    r"(?:marido|esposa|mulher|m[ãa]e|pai|filh[ao]|irm[ãa]o?|net[ao]|sobrinh[ao]|nora|genro|namorad[ao]|amig[ao]|"
    r"companheir[ao])"
)
_PRISON: Final = re.compile(
    r"\b(?:posso|vou|vai|v[ãa]o|pode|podem|d[áa]|ser|me)\b.{0,20}"
    r"\b(?:pres[oa](?! no)|cadeia|prender|pris[ãa]o|xadrez)\b",
    re.IGNORECASE,
)
_COURT: Final = re.compile(
    r"\bprocess(?:ar|ad[oa])\b|\b(?:vira|virar|abr\w+|pra|um) processo\b|\bjusti[çc]a\b|\bjuiz\b|"
    r"\boficial\b|\bpenhor\w*|\b(?:tom\w+|perd\w+|lev\w+|pega\w*) (?:a |o )?(?:minhas?|meus?) "
    r"(?:cas\w+|carr\w+|m[óo]ve\w+|coisas|bens)",
    re.IGNORECASE,
)
_OF_WORK: Final = re.compile(
    r"\bjusti[çc]a do trabalho\b|\bjusti[çc]a (?:me|j[áa]|mandou)|\bmeu processo\b", re.IGNORECASE
)
_TOTAL: Final = re.compile(
    r"\b(?:qual|quanto)\b.{0,25}\b(?:total|ao todo|no fim|tudo junto|somando)\b|"
    r"\btotal\b.{0,20}\bquanto\b|\bquanto (?:eu )?(?:pago|vou pagar|d[áa]|fica|vai ficar) (?:ao todo|no total|tudo)\b",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(
    r"\bquantas (?:parcelas|vezes|presta[çc][õo]es) (?:\w+ )?(?:s[ãa]o|eram|mesmo|fic\w+|deu|d[áa]|foram|vai|v[ãa]o)\b",
    re.IGNORECASE,
)
_IF_IT_GOES_WRONG: Final = re.compile(
    r"\be se (?:eu |acontecer |der |a gente )?(?:de novo )?(?:perder|ficar (?:sem|doente|desempreg\w+)|"
    r"n[ãa]o (?:conseguir|puder|der)|adoecer|faltar)\b",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(
    r"\bquando (?:\w+ )?(?:come[çc]\w+|vence\w*|[ée] a primeira|seria a primeira|cai)\b|"
    r"\ba entrada\b.{0,20}\b(?:pode ser|s[óo]|fica\w*|[ée]|d[áa]|pra|at[ée]) .{0,12}"
    r"\b(?:dia|quando|depois|semana|m[êe]s)\b",
    re.IGNORECASE,
)
_ENTRY_SUM: Final = re.compile(
    r"\bentrada (?:[ée]|fica|d[áa]|era|ficou) (?:de )?quanto\b|\bquanto (?:[ée]|fica|d[áa]) a entrada\b"
)
_EARLY: Final = re.compile(r"\b(?:adiant|antecip)(?:ar|o|ando)\b", re.IGNORECASE)
_SETTLES: Final = re.compile(
    r"\b(?:quito|quita|fica quitado|zer[ao]|acaba)(?: (?:tudo|a d[íi]vida|a conta|mesmo))?\s*\?|"
    r"\bn[ãa]o (?:vou dever|devo|fico devendo) mais nada\b",
    re.IGNORECASE,
)
_WHERE: Final = re.compile(
    r"\b(?:pag(?:ar|o|a)|resolv\w+|acert\w+|parcel\w+|aceita\w*|quitar)\b.{0,25}"
    r"\b(?:(?:n[oa]|pel[oa]|com|em|um) )?"
    r"(?:loja|banco|lot[ée]rica|caixa|aplicativo|app|cart[ãa]o|cheque|carro|balc[ãa]o)\b|"
    r"\b(?:n[oa]|pel[oa]) (?:loja|banco|lot[ée]rica|aplicativo|app|balc[ãa]o)\b.{0,15}"
    r"\b(?:pag(?:ar|o)|resolv\w+|acert\w+)\b",
    re.IGNORECASE,
)
_WRITING: Final = re.compile(
    r"\b(?:mand\w+|envi\w+|pass\w+|receb\w+|quero|prefiro)\b.{0,25}"
    r"\b(?:por escrito|escrito|no (?:meu )?(?:whats\w*|zap\w*|e-?mail)|por (?:whats\w*|zap\w*|e-?mail|mensagem))",
    re.IGNORECASE,
)
_OF_KIN: Final = re.compile(rf"\b{_KIN}\b", re.IGNORECASE)
_TO_KIN: Final = re.compile(
    rf"\b(?:mand\w+|envi\w+)\b.{{0,20}}\b(?:pr[ao]|para [ao]) (?:meu |minha )?{_KIN}\b", re.IGNORECASE
)
_WITH_KIN: Final = re.compile(
    rf"\b(?:posso|vou|deixa eu|quer que eu) pass\w+\b.{{0,20}}\bpr[ao] (?:el[ae]|(?:meu |minha )?{_KIN})\b|"
    rf"\b(?:fal\w+|convers\w+|trat\w+|resolv\w+) (?:isso |direto |s[óo] )*com (?:o meu |a minha |meu |minha ){_KIN}\b"
    r"(?=.{0,20}\b(?:cuida|resolve|v[êe] isso|paga|sabe|entende)\b)|"
    rf"\b{_KIN} (?:que|quem|[ée] que) (?:cuida|resolve|paga|v[êe]) (?:isso|disso|as contas)\b.{{0,15}}\bpass\w+",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(
    r"(?<!n[ãa]o )(?<!n[ãa]o me )(?<!mais )(?<!\bde )(?<!\bde me )\b(?:me )?(?:lig\w+|retorn\w+|cham\w+) "
    r"(?:(?:depois|mais tarde|amanh[ãa]|de novo) )?(?:n[oa]|pr[oa]|em|nesse) (?:(?:meu|minha|outro|um|novo|o) )+"
    r"(?:n[úu]mero|telefone|celular|fixo|zap|casa)\b",
    re.IGNORECASE,
)


def names_other_number(text: str) -> bool:
    """True for "liga no meu outro número": a wish for another line, and not for none."""
    return bool(_OTHER_NUMBER.search(text))


def _fears_prison(text: str) -> bool:
    return bool(_PRISON.search(text)) and not _OF_KIN.search(text)


def _fears_court(text: str) -> bool:
    return bool(_COURT.search(text)) and not _OF_WORK.search(text)


def _asks_rates_now(text: str) -> bool:
    return asks_rates(text) and not asks_what_comes_later(text)


def is_supposed(text: str) -> bool:
    """True for "e se eu ficar doente?": nothing of it has happened."""
    return bool(_IF_IT_GOES_WRONG.search(text))


def answer(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> tuple[Act, ...] | None:
    """Give the plain answer to a question beside the road; None where there is none, () where all is told again.

    Who means something that weighs more, and says it in the same breath, is answered on that.
    """
    agreed = state.phase in {Phase.CONFIRMATION, Phase.PAYMENT}
    offer = state.offer
    for each in _ASIDES:
        heeded = each.weighs or not meaning.has(*_NO_QUESTION)
        fits = (offer is not None or not each.of_offer) and not (agreed and each.until_agreed)
        if heeded and fits and not meaning.has(*each.never_with) and each.asks(meaning.text):
            return each.told(_Told(token, ctx, offer))
    return None


def _rates(ctx: Context, token: Verified) -> tuple[Act, ...]:
    """The rates; where one of the two is not charged at all, the account itself says so."""
    charges = ctx.case.creditor.limits.charges
    if not (charges.late_fee_percent and charges.interest_percent_month):
        return itemised(ctx, token)
    return (acts.ExplainRates(token, charges.late_fee_percent, charges.interest_percent_month),)


def _terms(told: _Told) -> tuple[Act, ...]:
    discounted = told.offer is not None and told.offer.kind is not OfferKind.FULL
    return (acts.ExplainTerms(told.token, told.ctx.case.creditor.limits.agreement_broken_after_days, discounted),)


def _total(told: _Told) -> tuple[Act, ...]:
    return (acts.TellTotal(told.token, told.offer),) if told.offer is not None else ()


def _dates(told: _Told) -> tuple[Act, ...]:
    return (acts.TellDates(told.token, told.offer),) if told.offer is not None else ()


def _methods(told: _Told) -> tuple[Act, ...]:
    return (acts.ExplainMethods(told.token, told.ctx.case.creditor.limits.methods),)


def _only_with_you(about: Privately) -> Callable[[_Told], tuple[Act, ...]]:
    return lambda told: (acts.OnlyWithYou(told.token, about),)


_ASIDES: Final = (
    _Aside(_fears_prison, lambda told: (acts.CalmFear(told.token, Fear.PRISON),), weighs=True),
    _Aside(is_supposed, _terms, weighs=True, of_offer=True),
    _Aside(_WITH_KIN.search, _only_with_you(Privately.TALK), weighs=True),
    _Aside(_TO_KIN.search, _only_with_you(Privately.SEND), weighs=True),
    _Aside(names_other_number, _only_with_you(Privately.CALL), weighs=True),
    _Aside(_COUNT.search, lambda _: (), weighs=True, of_offer=True),
    _Aside(_WHEN.search, _dates, weighs=True, of_offer=True),
    _Aside(_ENTRY_SUM.search, _dates, weighs=True, of_offer=True),
    _Aside(
        _EARLY.search,
        lambda told: (acts.AllowEarly(told.token),),
        weighs=True,
        of_offer=True,
        never_with=(Intent.ASK_DISCOUNT,),
    ),
    _Aside(_SETTLES.search, lambda told: (acts.SettlesAll(told.token),), of_offer=True),
    _Aside(_WHERE.search, _methods, until_agreed=True, never_with=(Intent.AFFIRM, Intent.ACCEPT_OFFER)),
    _Aside(_fears_court, lambda told: (acts.CalmFear(told.token, Fear.COURT),)),
    _Aside(asks_payee, lambda told: (acts.ExplainPayee(told.token, told.ctx.case.creditor.payee),)),
    _Aside(_asks_rates_now, lambda told: _rates(told.ctx, told.token)),
    _Aside(_TOTAL.search, _total, of_offer=True),
    _Aside(
        _WRITING.search,
        lambda told: (acts.WriteLater(told.token),),
        until_agreed=True,
        never_with=(Intent.AFFIRM, Intent.ACCEPT_OFFER),
    ),
)
"""In this order."""
