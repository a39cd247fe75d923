"""What a line shows before any statistics: its level form, its entities, written patterns, and the question's sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.understanding.choice import Evidence
from voicebot.understanding.contextual import by_question
from voicebot.understanding.extract import read
from voicebot.understanding.lexicon import Lexicon, load_lexicon
from voicebot.understanding.normalise import Line
from voicebot.understanding.rules import Hit, Rules, load_rules
from voicebot.understanding.small_words import plain_words
from voicebot.understanding.spans import Context


@dataclass(frozen=True, slots=True)
class Reader:
    """The language's written knowledge; holds no state between lines."""

    lexicon: Lexicon = field(repr=False)
    must_catch: Rules = field(repr=False)
    common: Rules = field(repr=False)
    calendar: BusinessCalendar

    def plain(self, text: str) -> str:
        """Level a line without its small words; the form that rules and statistics read."""
        return self.lexicon.level(plain_words(text)) or self.lexicon.level(text)

    def evidence(self, line: Line, level: str, expecting: Asks | Phase | None, at: datetime) -> Evidence:
        """Give all that a line shows but the chances of the statistical reader."""
        found = read(line, Context(expecting, at), self.calendar)
        return Evidence(
            line=level,
            reading=found,
            expecting=expecting,
            must=self._must(line.raw, level),
            common=self.common.match(level),
            asked=by_question(level, found, expecting),
            chances={},
            scores={},
            ruled_out=self.must_catch.ruled_out(level),
        )

    def _must(self, raw: str, level: str) -> tuple[Hit, ...]:
        """Must-catch rules see the line with its small words and without: neither may hide what matters."""
        whole = self.lexicon.level(raw)
        found = self.must_catch.match(level)
        if whole != level:
            found = (*self.must_catch.match(whole), *found)
        hits = {hit.intent: hit for hit in found}
        return tuple(hits[rule.intent] for rule in self.must_catch.rules if rule.intent in hits)


def load_reader(prompts: Path, calendar: BusinessCalendar | None = None) -> Reader:
    """Read the language's lexicon and patterns.

    Raises:
        LanguageDataInvalid: a file is missing or malformed.
    """
    return Reader(
        load_lexicon(prompts / "lexicon.yaml"),
        load_rules(prompts / "intents" / "must_catch.yaml"),
        load_rules(prompts / "intents" / "common.yaml"),
        calendar or BusinessCalendar(),
    )
