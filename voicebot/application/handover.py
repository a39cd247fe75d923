"""What a person who takes over a call is told: facts of the call, and a summary that is heard in ten seconds. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from voicebot.domain.charges import late
from voicebot.domain.dialogue.distress import NUMBERS
from voicebot.domain.dialogue.phases import EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState
from voicebot.domain.money import Money, total
from voicebot.domain.offers import Offer, OfferKind
from voicebot.domain.portfolio import Case

SUMMARY_S: Final = 10.0
"""What the human hears before the caller is put through, at most."""
SYLLABLES_PER_S: Final = 6.2
"""Slower than the embedded voice was measured to say any summary: the estimate errs on the long side."""
PAUSE_S: Final = 0.3
"""At the end of each sentence."""
_VOWELS: Final = re.compile("[aeiouáàâãéêíóôõúü]", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.?!:;]")
InWords = Callable[[int], str]
"""A whole number as it is read aloud."""


class Mood(StrEnum):
    CALM = "calm"
    TENSE = "tense"
    LOST = "lost"
    IN_NEED = "in_need"
    IN_CRISIS = "in_crisis"


class Speaking(StrEnum):
    """Who is on the line, as far as the bot found out."""

    DEBTOR = "debtor"
    """Verified."""
    UNVERIFIED = "unverified"
    THIRD_PARTY = "third_party"


CRISES: Final = frozenset({EscalationReason.SELF_HARM, EscalationReason.VIOLENCE, EscalationReason.DISTRESS})
_REASONS: Final[Mapping[EscalationReason, str]] = MappingProxyType(
    {
        EscalationReason.SELF_HARM: "Atenção: fala em tirar a própria vida.",
        EscalationReason.VIOLENCE: "Atenção: relata violência.",
        EscalationReason.DISTRESS: "Atenção: está em sofrimento.",
        EscalationReason.ILLNESS: "Há doença na família.",
        EscalationReason.BEREAVEMENT: "Houve uma morte na família.",
        EscalationReason.OVER_INDEBTED: "Diz que não dá conta das contas.",
        EscalationReason.REQUEST: "Pediu uma pessoa.",
        EscalationReason.DISPUTE: "Contesta o que foi dito.",
        EscalationReason.NOT_UNDERSTOOD: "O robô não conseguiu entender.",
        EscalationReason.FRAUD_DOUBT: "Desconfia de golpe.",
    }
)
_BEFORE_IDENTITY: Final = frozenset({EscalationReason.OVER_INDEBTED, EscalationReason.DISPUTE})
"""Reasons that would tell of a debt to who listens in while nobody is verified."""
_MOODS: Final[Mapping[Mood, str]] = MappingProxyType(
    {
        Mood.CALM: "",
        Mood.TENSE: "Clima tenso.",
        Mood.LOST: "Fale com calma, não entendeu tudo.",
        Mood.IN_NEED: "Passa por dificuldade.",
        Mood.IN_CRISIS: "Acolha, sem cobrar.",
    }
)


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What the bot knows at the moment it calls a person."""

    reason: EscalationReason
    speaking: Speaking
    mood: Mood
    name: str | None = field(default=None, repr=False)
    """Of the debtor; only where they are verified."""
    balance: Money | None = None
    """With charges, of what is late; only where the debtor is verified."""
    offers: tuple[Offer, ...] = field(default=(), repr=False)
    """The last one is on the table."""
    agreed: bool = False


def facts_of(case: Case, state: CallState, on: date) -> HandoverFacts:
    """Take from a call what a person needs; of the debt nothing where the debtor is not verified."""
    reason = state.escalation.reason if state.escalation is not None else EscalationReason.REQUEST
    mood = _mood(state, reason)
    if not state.verified or state.identity.denied:
        speaking = Speaking.THIRD_PARTY if state.identity.denied else Speaking.UNVERIFIED
        return HandoverFacts(reason, speaking, mood)
    return HandoverFacts(
        reason=reason,
        speaking=Speaking.DEBTOR,
        mood=mood,
        name=case.debtor.call_name,
        balance=total([item.total for item in late(case, on)]),
        offers=state.bargain.offers,
        agreed=state.agreement is not None,
    )


def _mood(state: CallState, reason: EscalationReason) -> Mood:
    if reason in CRISES or state.phase is Phase.DISTRESS:
        return Mood.IN_CRISIS
    if state.insults or state.contested:
        return Mood.TENSE
    if state.bargain.hardship is not None or reason in {EscalationReason.ILLNESS, EscalationReason.BEREAVEMENT}:
        return Mood.IN_NEED
    return Mood.LOST if state.confusions else Mood.CALM


def spoken_s(text: str) -> float:
    """Estimate how long a text without digits takes to say, seconds; never too short for the embedded voice."""
    return len(_VOWELS.findall(text)) / SYLLABLES_PER_S + PAUSE_S * len(_SENTENCE_END.findall(text))


def handover_summary(facts: HandoverFacts, in_words: InWords) -> str:
    """Say in at most `SUMMARY_S` who is on the line, why, and where the talk stands; what matters least goes first.

    Nothing tells of a debt unless the debtor is verified, and nothing of money in a crisis.
    """
    kept: list[tuple[int, str]] = []
    for place, text in _pieces(facts, in_words):
        if text and spoken_s(" ".join([*(each for _, each in kept), text])) <= SUMMARY_S:
            kept.append((place, text))
    return " ".join(text for _, text in sorted(kept))


def _pieces(facts: HandoverFacts, in_words: InWords) -> list[tuple[int, str]]:
    """Give each sentence with its place when spoken, the weightiest first."""
    if facts.speaking is not Speaking.DEBTOR:
        who = {
            Speaking.UNVERIFIED: "Identidade não confirmada, nada foi revelado.",
            Speaking.THIRD_PARTY: "É outra pessoa, nada foi revelado.",
        }[facts.speaking]
        why = "" if facts.reason in _BEFORE_IDENTITY else _REASONS[facts.reason]
        return [(0, who), (1, why), (2, _MOODS[facts.mood] if facts.mood is not Mood.IN_NEED else "")]
    name = f"{facts.name}, identidade confirmada." if facts.name else ""
    known = [(0, name if name and spoken_s(name) <= SUMMARY_S / 2 else "Identidade confirmada.")]
    known.append((1, _REASONS[facts.reason]))
    if facts.mood is Mood.IN_CRISIS:
        return [*known, (4, _MOODS[facts.mood])]
    return [*known, (2, _balance(facts, in_words)), (3, _offers(facts, in_words)), (4, _MOODS[facts.mood])]


def _balance(facts: HandoverFacts, in_words: InWords) -> str:
    return f"Deve cerca de {_about(facts.balance, in_words)}." if facts.balance else ""


def _offers(facts: HandoverFacts, in_words: InWords) -> str:
    if not facts.offers:
        return "Ainda sem oferta."
    last = facts.offers[-1]
    times = len(last.instalments) + (last.entry is not None)
    how = f"em {in_words(times)} vezes" if last.kind is OfferKind.PLAN and times > 2 else "à vista"
    if last.kind is OfferKind.PLAN and times <= 2:
        how = "em parcelas"
    what = "Acordo de" if facts.agreed else "Oferta de"
    return f"{what} {_about(last.total, in_words)} {how}."


def _about(amount: Money, in_words: InWords) -> str:
    """Round for the ear: to tens below a thousand reais, to hundreds below a hundred thousand, else to thousands."""
    whole = max(1, round(amount.cents / 100))
    step = 1 if whole < 100 else 10 if whole < 1_000 else 100 if whole < 100_000 else 1_000
    near = round(whole / step) * step
    link = " de" if near >= 1_000_000 and near % 1_000_000 == 0 else ""
    return f"{in_words(near)}{link} {'real' if near == 1 else 'reais'}"


_WEEKDAYS: Final = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")


def _help(number: str, in_words: InWords) -> str:
    digits = ", ".join(in_words(int(digit)) for digit in number)
    who = "o CVV" if number == "188" else "a central"
    return f"Se não dá pra esperar, {who} atende de graça, a qualquer hora, no {digits}."


SORRY: Final = "Obrigada por esperar. Agora ninguém da equipe conseguiu atender, e eu peço desculpas."
NOBODY_CAME: Final = f"{SORRY} Até logo."
"""Where nothing is known of the call but that somebody waited in vain."""


def nobody_came(facts: HandoverFacts, callback: datetime | None, now: datetime, in_words: InWords) -> str:
    """Say to a caller who waited that nobody could come, and when we call; both instants in their local time.

    In a crisis the number that is answered at any hour is told too.
    """
    sorry = SORRY
    if facts.reason in CRISES:
        sorry = f"{SORRY} {_help(NUMBERS[facts.reason], in_words)}"
    if callback is None or facts.speaking is Speaking.THIRD_PARTY:
        return f"{sorry} Até logo."
    days = (callback.date() - now.date()).days
    day = {0: "hoje", 1: "amanhã"}.get(days, f"na {_WEEKDAYS[callback.weekday()]}")
    day = day.replace("na sábado", "no sábado").replace("na domingo", "no domingo")
    minute = {0: "", 30: " e meia"}.get(callback.minute, f" e {in_words(callback.minute)}")
    hour = in_words(callback.hour)
    return f"{sorry} A gente liga de novo {day}, às {hour}{minute or ' horas'}. Até logo."
