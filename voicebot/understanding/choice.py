"""Which of the intents a line shows is the main one, which come along, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import MUST_CATCH, Entity, EntityType, Intent
from voicebot.understanding.contextual import denies_identity, negated
from voicebot.understanding.rules import Hit

SURE: Final = 0.95
LIKELY: Final = 0.85
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
    Intent.STOP_CALLING: frozenset(),
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
_ASSENT: Final = frozenset({Intent.AFFIRM, Intent.ACCEPT_OFFER})
_GIVEN: Final = frozenset({Intent.PROVIDE_DOCUMENT, Intent.PROVIDE_BIRTH_DATE})


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was read in one levelled line."""

    line: str
    entities: tuple[Entity, ...]
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
    best, chance = _best(evidence)
    if must:
        main, confidence = must[0], SURE
    elif evidence.asked:
        main, confidence = evidence.asked[0], SURE
    elif common:
        main = best if best in common and chance > FLOOR else common[0]
        confidence = max(LIKELY, chance) if main is best else LIKELY * 0.9
    elif chance >= FLOOR:
        main, confidence = best, chance
    else:
        main, confidence = Intent.OTHER, min(0.49, chance)
    guarded = _guard(evidence.line, main)
    if guarded is not main and guarded is Intent.OTHER:
        confidence = min(confidence, 0.49)
    main = guarded
    others = [*must, *evidence.asked, *common, *_leaning(evidence)]
    also = tuple(dict.fromkeys(i for i in others if i is not main and _fits(evidence.line, i)))
    return main, also, round(min(confidence, 1.0), 4)


def _best(evidence: Evidence) -> tuple[Intent, float]:
    """The likeliest intent once the entities have had their say: an amount named makes naming one likelier."""
    kinds = {entity.type for entity in evidence.entities}
    chances = {intent: chance for intent, chance in evidence.chances.items() if intent not in evidence.ruled_out}
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
        hits = [hit for hit in hits if evidence.chances.get(hit.intent, 0.0) > 0.2]
    return [hit.intent for hit in hits if _fits(evidence.line, hit.intent)][:3]


def _leaning(evidence: Evidence) -> list[Intent]:
    """Must-catch intents no pattern showed but the statistics find likely; beside a pattern only a crisis counts."""
    wanted = (_CRISIS if evidence.must else MUST_CATCH) - evidence.ruled_out
    return [intent for intent, chance in evidence.chances.items() if intent in wanted and chance >= ALSO_MUST]


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
