"""One caller turn to its meaning: level, entities, patterns and the question's context, weighed with the statistics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.understanding.births import born
from voicebot.understanding.cards import HIDDEN, without_cards
from voicebot.understanding.choice import Evidence, choose
from voicebot.understanding.classifier import Classifier, load_classifier
from voicebot.understanding.crisis_sounds import sounds_like_a_wish_to_die
from voicebot.understanding.encoder import load_encoder
from voicebot.understanding.foreign import is_foreign
from voicebot.understanding.normalise import read_line
from voicebot.understanding.reader import Reader, load_reader
from voicebot.understanding.short_yes import DOUBT, is_guessed

PROMPTS: Final = Path(__file__).resolve().parents[2] / "prompts" / "pt-BR"
MODEL: Final = "model.npz"
FOREIGN: Final = 0.2
"""How sure a line of another language is `OTHER`: an abstention."""
CARD: Final = Entity(EntityType.CARD, HIDDEN, None)


@dataclass(frozen=True, slots=True)
class Understander:
    """Implements `voicebot.application.ports.Understanding`; holds no state between turns."""

    reader: Reader
    classifier: Classifier = field(repr=False)

    @property
    def calendar(self) -> BusinessCalendar:
        return self.reader.calendar

    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        """Turn one utterance into a meaning. Any text is accepted; the same text gives the same meaning.

        The meaning's text is what may be kept: without the numbers of payment cards.
        """
        text = without_cards(text)
        line = read_line(text)
        level = self.reader.plain(line.raw)
        if not level:
            return Meaning(text, Intent.OTHER, 0.0)
        if is_foreign(level):
            return Meaning(text, Intent.OTHER, FOREIGN)
        evidence = self.reader.evidence(line, level, expecting, at)
        likely = self.classifier.read(level, line.raw, expecting)
        evidence = replace(evidence, chances=likely.chances, scores=likely.scores)
        intent, also, confidence = choose(evidence, self.classifier.trust)
        if is_guessed(intent, evidence):
            intent, also, confidence = Intent.OTHER, (), min(confidence, DOUBT)
        if _only_sounds_grave(text, evidence, (intent, *also)):
            also = (Intent.SELF_HARM, *also)
        entities = evidence.reading.entities
        if intent is Intent.PROVIDE_BIRTH_DATE and Intent.REQUEST_CALLBACK not in also:
            entities = born(entities, expecting, at)
        if HIDDEN in text:
            entities = (*entities, CARD)
        return Meaning(text, intent, confidence, also, entities, evidence.reading.refused)


def _only_sounds_grave(text: str, evidence: Evidence, found: tuple[Intent, ...]) -> bool:
    """Whether a wish to die may stand behind badly heard words that show none; beside others it is a doubtful sign."""
    known = Intent.SELF_HARM in found or Intent.SELF_HARM in evidence.ruled_out
    return not known and sounds_like_a_wish_to_die(text)


def load_understander(prompts: Path = PROMPTS, calendar: BusinessCalendar | None = None) -> Understander:
    """Read the language's files and the fitted model; about half a second.

    Raises:
        LanguageDataInvalid: a file is missing or malformed.
    """
    return Understander(load_reader(prompts, calendar), _fitted(prompts / "intents" / MODEL))


@lru_cache(maxsize=2)
def _fitted(path: Path) -> Classifier:
    """Read once a process, however many readers are asked for."""
    return load_classifier(path, load_encoder())
