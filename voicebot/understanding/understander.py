"""One caller turn to its meaning: level, entities, must-catch rules, the question's context, then statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Intent, Meaning
from voicebot.understanding.choice import Evidence, choose
from voicebot.understanding.classifier import Classifier, Example, fit, read_examples
from voicebot.understanding.contextual import by_question
from voicebot.understanding.extract import read
from voicebot.understanding.foreign import is_foreign
from voicebot.understanding.lexicon import Lexicon, load_lexicon
from voicebot.understanding.normalise import read_line
from voicebot.understanding.rules import Hit, Rules, load_rules
from voicebot.understanding.small_words import plain_words
from voicebot.understanding.spans import Context
from voicebot.understanding.withdrawn import Reading

PROMPTS: Final = Path(__file__).resolve().parents[2] / "prompts" / "pt-BR"
FOREIGN: Final = 0.2
"""How sure a line of another language is `OTHER`: an abstention."""


@dataclass(frozen=True, slots=True)
class Understander:
    """Implements `voicebot.application.ports.Understanding`; holds no state between turns."""

    lexicon: Lexicon = field(repr=False)
    must_catch: Rules = field(repr=False)
    common: Rules = field(repr=False)
    classifier: Classifier = field(repr=False)
    calendar: BusinessCalendar

    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        """Turn one utterance into a meaning. Any text is accepted; the same text gives the same meaning."""
        line = read_line(text)
        level = self.plain(line.raw)
        if not level:
            return Meaning(text, Intent.OTHER, 0.0)
        if is_foreign(level):
            return Meaning(text, Intent.OTHER, FOREIGN)
        found = read(line, Context(expecting, at), self.calendar)
        return self.weigh(text, level, found, expecting, self.classifier.probabilities(level))

    def plain(self, text: str) -> str:
        """Level a line without its small words; the form that rules and statistics read."""
        return self.lexicon.level(plain_words(text)) or self.lexicon.level(text)

    def weigh(
        self,
        text: str,
        level: str,
        found: Reading,
        expecting: Asks | Phase | None,
        chances: dict[Intent, float],
    ) -> Meaning:
        """Put a levelled line's evidence together; the benchmark passes chances of a model that never saw it."""
        evidence = Evidence(
            line=level,
            reading=found,
            expecting=expecting,
            must=self._must(text, level),
            common=self.common.match(level),
            asked=by_question(level, found, expecting),
            chances=chances,
            ruled_out=self.must_catch.ruled_out(level),
        )
        intent, also, confidence = choose(evidence)
        return Meaning(text, intent, confidence, also, found.entities)

    def _must(self, text: str, level: str) -> tuple[Hit, ...]:
        """Must-catch rules see the line with its small words and without: neither may hide what matters."""
        whole = self.lexicon.level(read_line(text).raw)
        hits = {hit.intent: hit for hit in (*self.must_catch.match(whole), *self.must_catch.match(level))}
        return tuple(hits[rule.intent] for rule in self.must_catch.rules if rule.intent in hits)


def load_understander(prompts: Path = PROMPTS, calendar: BusinessCalendar | None = None) -> Understander:
    """Read the language's files and fit the statistical part; a third of a second.

    Raises:
        LanguageDataInvalid: a file is missing or malformed.
    """
    lexicon = load_lexicon(prompts / "lexicon.yaml")
    return Understander(
        lexicon,
        load_rules(prompts / "intents" / "must_catch.yaml"),
        load_rules(prompts / "intents" / "common.yaml"),
        _fitted(tuple(training_examples(sorted((prompts / "intents").glob("*.tsv")), lexicon))),
        calendar or BusinessCalendar(),
    )


@lru_cache(maxsize=2)
def _fitted(examples: tuple[Example, ...]) -> Classifier:
    """Fit once a process for the same lines, however many readers are asked for."""
    return fit(examples)


def training_examples(paths: Sequence[Path], lexicon: Lexicon) -> list[Example]:
    """Read training files, each distinct line once."""
    distinct = dict.fromkeys((intent, lexicon.level(plain_words(text))) for intent, text in read_examples(paths))
    return [Example(intent, level) for intent, level in distinct if level]
