"""Which of the intents a line shows is the main one, which come along, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import MUST_CATCH, EntityType, Intent
from voicebot.understanding.contextual import denies_identity, leads_with_yes, negated, refuses_amount, standing
from voicebot.understanding.rules import Hit
from voicebot.understanding.withdrawn import Reading

SURE: Final = 0.95
LIKELY: Final = 0.95
FLOOR: Final = 0.28
"""Below this chance the statistical reader abstains; chosen on left-out examples."""
ALSO_MUST: Final = 0.3
_CRISIS: Final = frozenset({Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS})
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
_FAVOURS: Final = {
    EntityType.MONEY: (Intent.PROPOSE_AMOUNT, 3.0),
    EntityType.DATE: (Intent.PROPOSE_DATE, 3.0),
    EntityType.CPF: (Intent.PROVIDE_DOCUMENT, 6.0),
    EntityType.EMAIL: (Intent.CHOOSE_CHANNEL, 4.0),
    EntityType.INSTALMENTS: (Intent.ASK_INSTALLMENTS, 3.0),
}
"""How much an entity speaks for an intent, over what the words say."""
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
    r"\b(?:meu|minha) \S+ (?:morreu|faleceu|partiu) (?:semana|ontem|essa|esse|nesse|nessa|anteontem)\b"
)
_ASSENT: Final = frozenset({Intent.AFFIRM, Intent.ACCEPT_OFFER})
_GIVEN: Final = frozenset({Intent.PROVIDE_DOCUMENT, Intent.PROVIDE_BIRTH_DATE})


_SMALL_TALK: Final = frozenset({Intent.HOLD_ON, Intent.GREETING, Intent.THANKS})
"""Said beside something else, it is the something else that counts ("peraí, você é um robô?")."""
_BESIDE_A_YES: Final = frozenset(
    {
        Intent.AFFIRM,
        Intent.ACCEPT_OFFER,
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
_GRAVE: Final = (MUST_CATCH - _CRISIS) | {
    Intent.DISPUTE_AMOUNT,
    Intent.DISPUTE_TIME_BARRED,
    Intent.GOODBYE,
    Intent.VOICEMAIL,
    Intent.IDENTITY_CONFIRM,
}
"""Intents that end the call, turn it round or open it up, and so need a rule or a good chance."""
_GUESS: Final = 0.6
_SHORT: Final = 3
_SHORT_CRISIS: Final = 0.75
_LONG_CRISIS: Final = 0.5
"""Nobody is asked about their life on a guess: a crisis no pattern shows needs strong evidence."""
_TOO_SHORT: Final = 2
"""Words: below that the letters of a name decide, not a meaning."""


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
    ruled_out: frozenset[Intent] = frozenset()
    """Must-catch intents that the line only sounds like."""


def choose(evidence: Evidence) -> tuple[Intent, tuple[Intent, ...], float]:
    """Give main intent, the others, and the confidence; `OTHER` below 0.5 when nothing is clear."""
    must = _musts(evidence)
    common = _commons(evidence, must)
    main, confidence = _main(evidence, must, common)
    guarded = _guard(evidence.line, main)
    if guarded is not main and guarded is Intent.OTHER:
        confidence = min(confidence, 0.49)
    main = guarded
    others = [*must, *evidence.asked, *common, *_leaning(evidence)]
    also = tuple(
        dict.fromkeys(i for i in others if i is not main and i is not Intent.OTHER and _fits(evidence.line, i))
    )
    return main, also, round(min(confidence, 1.0), 4)


def _main(evidence: Evidence, must: list[Intent], common: list[Intent]) -> tuple[Intent, float]:
    """The main intent and how sure it is: safety first, then the question, plain phrases, and statistics last."""
    if must:
        return must[0], SURE
    if evidence.asked:
        return evidence.asked[0], 0.0 if evidence.asked[0] is Intent.OTHER else SURE
    if _yes_and_more(evidence, common):
        return Intent.AFFIRM, LIKELY
    best, chance = _best(evidence)
    if common:
        plain = [intent for intent in common if intent not in _SMALL_TALK] or common
        main = best if best in plain and chance > FLOOR else plain[0]
        return main, max(LIKELY, chance) if main is best else LIKELY - 0.02
    if chance < FLOOR or _only_guessed(evidence.line, best, chance):
        return Intent.OTHER, min(0.49, chance)
    return best, chance


def _yes_and_more(evidence: Evidence, common: list[Intent]) -> bool:
    """A yes with a question or a wish beside it; with an amount or a day of their own it is a counter-offer."""
    return (
        evidence.expecting is Asks.YES_NO
        and set(common) <= _BESIDE_A_YES
        and not standing(evidence.reading) & _TERMS
        and leads_with_yes(evidence.line)
    )


def _only_guessed(line: str, intent: Intent, chance: float) -> bool:
    """Whether statistics alone, on weak evidence, would end the call or turn it round."""
    if intent in MUST_CATCH - _CRISIS and len(line.split()) <= _TOO_SHORT:
        return True
    if intent in _CRISIS:
        return " " not in line or chance < (_SHORT_CRISIS if len(line.split()) <= _SHORT else _LONG_CRISIS)
    return intent in _GRAVE and chance < _GUESS


def _best(evidence: Evidence) -> tuple[Intent, float]:
    """The likeliest intent once the entities have had their say: an amount named makes naming one likelier."""
    kinds = standing(evidence.reading)
    out = evidence.ruled_out | ({Intent.PROPOSE_AMOUNT} if refuses_amount(evidence.reading) else set())
    chances = {intent: chance for intent, chance in evidence.chances.items() if intent not in out}
    for kind in kinds & _FAVOURS.keys():
        intent, times = _FAVOURS[kind]
        chances[intent] = chances.get(intent, 0.0) * times
    total = sum(chances.values())
    if not total:
        return Intent.OTHER, 0.0
    best = max(chances, key=lambda intent: chances[intent])
    return best, chances[best] / total


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
    """Plain phrases: the most likely by statistics first, then the longest match."""
    if Intent.VOICEMAIL in must:
        return []
    hits = sorted(
        evidence.common, key=lambda hit: (-round(evidence.chances.get(hit.intent, 0.0), 2), -hit.length, hit.start)
    )
    if evidence.asked and hits and not re.search(r"\b(?:mas|so que|porem|agora)\b", evidence.line):
        willing = {Intent.AFFIRM} if evidence.asked[0] is Intent.IDENTITY_CONFIRM else set()
        hits = [hit for hit in hits if evidence.chances.get(hit.intent, 0.0) > 0.2 or hit.intent in willing]
    found = [hit.intent for hit in hits if _fits(evidence.line, hit.intent)]
    if Intent.DENY in found:
        found = [intent for intent in found if intent is not Intent.CHOOSE_CHANNEL]  # "não tenho zap"
    return found[:3]


def _leaning(evidence: Evidence) -> list[Intent]:
    """Must-catch intents no pattern showed but the statistics find likely; beside a pattern only a crisis counts."""
    wanted = (_CRISIS if evidence.must or evidence.asked else MUST_CATCH) - evidence.ruled_out
    return [
        intent
        for intent, chance in evidence.chances.items()
        if intent in wanted and chance >= ALSO_MUST and not _only_guessed(evidence.line, intent, chance)
    ]


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
