"""Which of the intents a line shows is the main one, which come along, and how sure that is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import MUST_CATCH, EntityType, Intent
from voicebot.understanding.contextual import denies_identity, leads_with_yes, negated, refuses_amount, standing
from voicebot.understanding.rules import Hit
from voicebot.understanding.trust import PLAIN_ANSWERS, Trust
from voicebot.understanding.withdrawn import Reading

FLOOR: Final = 0.33
"""Below this chance the reader abstains; chosen on lines of author styles that it had not seen."""
ALSO_MUST: Final = 0.16
"""A must-catch intent comes along from this chance on: missing one harms more than minding it."""
BESIDE: Final = 0.33
"""The score from which a must-catch intent comes along, whatever its chance as the main one."""
SURE: Final = 0.6
BESIDE_PLAIN: Final = 0.38
_BORNE_OUT: Final = 0.03
_MEANT_TOO: Final = 0.15
ALSO: Final = 0.2
_UNSURE: Final = 0.49
_LEAST: Final = 1e-6
_NEVER: Final = -30.0
SECOND: Final = 0.5
"""What a question shows in second place counts half."""
_SHOWN: Final = 0.01
"""What a written pattern or the question shows comes along from this chance on."""
_SHOWN_MUST: Final = 0.02
_CRISIS: Final = frozenset({Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS})
_GRAVEST: Final = (Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE)
_WRITTEN: Final = 0.5
"""The least confidence in a written sign of one of the gravest: it is treated at once, and not first asked about."""
_YIELDING: Final = {
    # A machine's greeting speaks of nothing else, whatever words it borrows.
    Intent.VOICEMAIL: frozenset({Intent.STOP_CALLING, Intent.PRIVACY_REQUEST, Intent.REQUEST_HUMAN, Intent.THIRD_PARTY,
                                 Intent.WRONG_NUMBER, Intent.DISPUTE_DEBT}),
    Intent.DECEASED: frozenset({Intent.BEREAVEMENT, Intent.THIRD_PARTY}),
    Intent.SELF_HARM: frozenset({Intent.BEREAVEMENT}),
    Intent.DOMESTIC_VIOLENCE: frozenset({Intent.THIRD_PARTY, Intent.DISPUTE_DEBT}),
    Intent.MINOR: frozenset({Intent.THIRD_PARTY}),
}  # fmt: skip
"""Intents that a stronger one swallows when both match: they say the same thing again."""
_SPEAKER_KNOWN: Final = frozenset(
    {
        Asks.OPEN,
        Asks.AMOUNT,
        Asks.DATE,
        Asks.CHANNEL,
        Asks.TEACH_BACK,
        Phase.EXPLANATION,
        Phase.NEGOTIATION,
        Phase.CONFIRMATION,
        Phase.PAYMENT,
    }
)
"""What is asked only of callers who have said, and proved, to be the person asked for."""
_SPEAKER_UNKNOWN: Final = frozenset({Asks.YES_NO, Asks.NAME, Phase.OPENING})
_DIED_LATELY: Final = re.compile(
    r"\b(?:meu|minha) \S+ (?:morreu|faleceu|partiu) (?:semana|mes|ontem|essa|esse|nesse|nessa|anteontem)\b"
)
_GUARDED: Final = frozenset({Intent.IDENTITY_CONFIRM, Intent.GOODBYE, Intent.VOICEMAIL, Intent.ABUSIVE})
"""Intents that end the call or open it up: on statistics alone they need a good chance."""
_GUARD: Final = 0.6
_UNNAMED: Final = 0.9
_NAMED_BY: Final = {
    Intent.PROPOSE_DATE: frozenset({EntityType.DATE, EntityType.TIME}),
    Intent.PROPOSE_AMOUNT: frozenset({EntityType.MONEY, EntityType.NUMBER, EntityType.PERCENT, EntityType.INSTALMENTS}),
}
"""What must be in the words of an answer: that a day was asked for makes noise no day."""
_LEAST_FOR: Final = {
    **dict.fromkeys(_GUARDED, _GUARD),
    # A yes binds: noise that only resembles one is asked about again.
    Intent.AFFIRM: 0.5,
    Intent.ACCEPT_OFFER: 0.5,
}
"""The chance that an intent needs where only statistics speak for it."""
_DENIED: Final = {
    Intent.REQUEST_HUMAN: re.compile(
        r"\b(?:pessoa|gente|alguem|human[oa])\b.* ou .*\b(?:robo|maquina|gravacao|computador)\b|"
        r"\b(?:robo|maquina|grava\w+|computador)\b.* ou .*\b(?:pessoa|gente|alguem|human[oa])\b"
    ),
    Intent.ALREADY_PAID: re.compile(r"\b(?:nao|nem) (?:paguei|quitei|acertei)\b"),
    Intent.HAS_LAWYER: re.compile(r"\bnao (?:tenho|preciso de|quero|tem|carece)(?: de)?(?: nenhum\w?)? advogad[oa]"),
    Intent.MINOR: re.compile(r"\btenho (?:\S+ )?(?:filh|net)[oa]s? "),
    Intent.SELF_HARM: re.compile(
        r"\bme (?:mud[ao]\w*|mudar|cas[ao]r?|vir[ao]r?|matricul\w+|manter|organiz\w+|esforc\w+|adapt\w+|atras\w+)\b|"
        r"\b(?:quero|queria|vontade de|melhor|prefiro) (?:\S+ )?(?:morar|demorar|melhorar|comer|pagar|quitar)\b|"
        r"\b(?:acabar|acabo|fim) (?:com|na|nessa|a) (?:a )?(?:minha |essa )?(?:divida|duvida|conta|pendencia)\b|"
        r"\bnao quero mais (?:ver isso|vir aqui|receber|ess[ea] (?:divida|conta|ligacao)|divida)\b|"
        r"\bvida (?:melhor|e corrida|nova)|"
        r"\bvale a pena (?:viajar|pagar|dividir|parcelar)\b|\bdesist\w+ (?:da|do) (?:compra|parcel\w+|curso|plano)\b"
    ),
}
"""What is named only to be denied or asked about, or told of somebody else."""
_TOO_SHORT: Final = 2
_DECIDED: Final = 0.9
_ASSENT: Final = frozenset({Intent.AFFIRM, Intent.ACCEPT_OFFER})
_GIVEN: Final = frozenset({Intent.PROVIDE_DOCUMENT, Intent.PROVIDE_BIRTH_DATE})


_BESIDE_A_YES: Final = frozenset(
    {
        Intent.AFFIRM,
        Intent.WHO_IS_CALLING,
        Intent.ASK_DEBT_DETAILS,
        Intent.ASK_DUE_DATE,
        Intent.ASK_CONSEQUENCES,
        Intent.ASK_PAYMENT_METHOD,
        Intent.CHOOSE_CHANNEL,
        Intent.THANKS,
    }
)
"""What may follow a yes without taking it back: "cabe, mas tem juros depois?"."""
_TERMS: Final = frozenset(
    {EntityType.MONEY, EntityType.NUMBER, EntityType.PERCENT, EntityType.INSTALMENTS, EntityType.DATE, EntityType.TIME}
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was read in one levelled line."""

    line: str
    reading: Reading
    expecting: Asks | Phase | None
    must: tuple[Hit, ...]
    common: tuple[Hit, ...]
    asked: tuple[Intent, ...]
    chances: Mapping[Intent, float]
    scores: Mapping[Intent, float]
    ruled_out: frozenset[Intent] = frozenset()
    """Must-catch intents that the line only sounds like."""


def signs(evidence: Evidence) -> tuple[list[Intent], list[Intent], tuple[Intent, ...], frozenset[Intent]]:
    """Give the intents that must-catch patterns, plain phrases and the question show, and those ruled out."""
    must = _musts(evidence)
    return must, _commons(evidence, must), evidence.asked, evidence.ruled_out


def _names_nothing(evidence: Evidence, intent: Intent) -> bool:
    wanted = _NAMED_BY.get(intent)
    return wanted is not None and not any(entity.type in wanted for entity in evidence.reading.entities)


def choose(evidence: Evidence, trust: Trust) -> tuple[Intent, tuple[Intent, ...], float]:
    """Give main intent, the others, and the confidence; `OTHER` below 0.5 when nothing is clear."""
    if evidence.asked[:1] == (Intent.OTHER,) and not evidence.must:
        return Intent.OTHER, (), 0.0
    must, common, asked, _ = signs(evidence)
    chances = weighed(evidence, trust)
    best = max(chances, key=lambda intent: chances[intent])
    if best in _BESIDE_A_YES and not must and _yes_and_more(evidence):
        chances[Intent.AFFIRM], chances[best] = chances[best], max(chances[Intent.AFFIRM], ALSO)
        best = Intent.AFFIRM
    if best in MUST_CATCH and best not in must and chances[best] < SURE and (asked or common):
        best = max((*asked, *common), key=lambda intent: chances[intent])  # what a sign shows, before what none does
    confidence = chances[best]
    grave = next((intent for intent in _GRAVEST if intent in must), None)
    if grave is not None and (best not in must or best is grave):
        best, confidence = grave, max(chances[grave], _WRITTEN)
    if not must and _decided(evidence):
        best, confidence = asked[0], max(chances[asked[0]], _DECIDED)
    if (best not in {*must, *asked, *common} and confidence < _LEAST_FOR.get(best, FLOOR)) or confidence < FLOOR:
        best = Intent.OTHER
    if best not in {*must, *asked, *common} and confidence < _UNNAMED and _names_nothing(evidence, best):
        best = Intent.OTHER
    main = _guard(evidence.line, best)
    if main is Intent.OTHER and chances[Intent.OTHER] < confidence:
        confidence = min(confidence, _UNSURE)
    shown = [
        *(i for i in must if chances[i] >= _SHOWN_MUST or evidence.scores.get(i, 0.0) >= _BORNE_OUT),
        *asked,
        *(i for i in common if chances[i] >= _SHOWN or evidence.scores.get(i, 0.0) >= _MEANT_TOO),
    ]
    plain = main in {*must, *asked, *common}
    likely = [intent for intent, chance in chances.items() if _comes_along(evidence, intent, chance, plain=plain)]
    others = (i for i in (*shown, *likely) if i is not main and i is not Intent.OTHER and _fits(evidence.line, i))
    return main, tuple(dict.fromkeys(others)), round(min(confidence, 1.0), 4)


def _decided(evidence: Evidence) -> bool:
    """Whether the answer is nothing but what was asked for: there the question decides, not the statistics."""
    if not evidence.asked:
        return False
    short = evidence.expecting is Asks.YES_NO and len(evidence.line.split()) <= _TOO_SHORT
    return evidence.asked[0] in PLAIN_ANSWERS or short


def _yes_and_more(evidence: Evidence) -> bool:
    """A yes with a question or a wish beside it; with an amount or a day of their own it is a counter-offer."""
    return (
        evidence.expecting is Asks.YES_NO
        and not standing(evidence.reading) & _TERMS
        and leads_with_yes(evidence.line)
        and not evidence.asked
    )


def _comes_along(evidence: Evidence, intent: Intent, chance: float, *, plain: bool) -> bool:
    """Whether statistics alone say an intent beside the main one; beside a `plain` one, shown by a sign, more is asked.

    A must-catch intent may be said beside a main one that takes nearly all of the chance; its score tells.
    """
    if intent in _GUARDED or intent in evidence.ruled_out or intent in _impossible(evidence):
        return False
    if intent not in MUST_CATCH:
        return chance >= _LEAST_FOR.get(intent, ALSO)
    score = evidence.scores.get(intent, 0.0)
    return score >= BESIDE_PLAIN if plain else chance >= ALSO_MUST or score >= BESIDE


def weighed(evidence: Evidence, trust: Trust) -> dict[Intent, float]:
    """Give each intent's chance once patterns and question have had their say."""
    must, common, asked, ruled_out = signs(evidence)
    impossible = _impossible(evidence)
    logs = {
        intent: math.log(max(evidence.chances.get(intent, 0.0), _LEAST)) if intent not in impossible else _NEVER
        for intent in Intent
    }
    for shown, table in ((must, trust.must), (common, trust.common), (ruled_out, trust.ruled_out)):
        for intent in shown:
            logs[intent] += table[intent]
    for place, intent in enumerate(asked):
        logs[intent] += trust.asked[intent] * (SECOND if place else 1.0)
    top = max(logs.values())
    powers = {intent: math.exp(value - top) for intent, value in logs.items()}
    total = sum(powers.values())
    return {intent: power / total for intent, power in powers.items()}


def _impossible(evidence: Evidence) -> set[Intent]:
    """Intents that cannot be meant, however the words sound."""
    shown = {hit.intent for hit in evidence.must}
    out: set[Intent] = set()
    if refuses_amount(evidence.reading):
        out.add(Intent.PROPOSE_AMOUNT)  # "duzentos não dá" names an amount and offers none
    if len(evidence.line.split()) <= _TOO_SHORT:
        out |= _CRISIS - shown  # nobody is asked about their life for two words that no pattern knows
    out |= {intent for intent, denied in _DENIED.items() if intent not in shown and denied.search(evidence.line)}
    if any(hit.intent is Intent.DENY for hit in evidence.common):
        out.add(Intent.CHOOSE_CHANNEL)  # "não tenho zap"
    if Intent.BEREAVEMENT in shown and evidence.expecting in _SPEAKER_KNOWN:
        out.add(Intent.DECEASED)
    if Intent.BEREAVEMENT in shown and evidence.expecting in _SPEAKER_UNKNOWN and _DIED_LATELY.search(evidence.line):
        out.add(Intent.BEREAVEMENT)
    return out


def _musts(evidence: Evidence) -> list[Intent]:
    """Must-catch intents in the rules' order, without those a stronger one already says."""
    found = [hit.intent for hit in evidence.must]
    if evidence.asked and evidence.asked[0] in _GIVEN:
        # "zero oito nove" was asked for; nothing less than distress takes its place.
        found = [intent for intent in found if intent in _CRISIS]
    if evidence.expecting in _SPEAKER_UNKNOWN and Intent.BEREAVEMENT in found and _DIED_LATELY.search(evidence.line):
        found = [Intent.DECEASED, *(intent for intent in found if intent is not Intent.DECEASED)]
    if Intent.DECEASED in found and Intent.BEREAVEMENT in found and evidence.expecting in _SPEAKER_KNOWN:
        found.remove(Intent.DECEASED)  # the person asked for is speaking: it is someone of theirs
    swallowed = frozenset[Intent]().union(*(_YIELDING.get(intent, frozenset()) for intent in found))
    return [intent for intent in found if intent not in swallowed]


def _commons(evidence: Evidence, must: list[Intent]) -> list[Intent]:
    """Plain phrases, the longest match first."""
    if Intent.VOICEMAIL in must:
        return []
    hits = sorted(evidence.common, key=lambda hit: (-hit.length, hit.start))
    found = [hit.intent for hit in hits if _fits(evidence.line, hit.intent)]
    if Intent.DENY in found:
        found = [intent for intent in found if intent is not Intent.CHOOSE_CHANNEL]  # "não tenho zap"
    return found


def _fits(line: str, intent: Intent) -> bool:
    if intent is Intent.IDENTITY_CONFIRM:
        return not denies_identity(line)
    return not (intent in _ASSENT and negated(line))


def _guard(line: str, main: Intent) -> Intent:
    """Never a yes from a line that says no, nor an identity from one that speaks against it."""
    if _fits(line, main):
        return main
    if main is Intent.IDENTITY_CONFIRM:
        return Intent.OTHER
    return Intent.REJECT_OFFER if main is Intent.ACCEPT_OFFER else Intent.DENY
