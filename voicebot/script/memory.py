"""What a call has already heard: how often each variant was said, and which of its sentences.

A variant id is a line's, "AskChannel.sms/2", then "~2" where it is said for the second time, then the ids of the
phrases inside it: "AskChannel.sms/2~2+ways/0". A sentence is known by its skeleton: its words, with one for each slot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from voicebot.domain.segments import Segment, Tone
from voicebot.script.book import Lines, Words
from voicebot.script.manner import SLOT

LONG: Final = 4
"""Words: a sentence of at least so many is noticed when it comes again; a shorter one ("Claro.") may."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…:])\s+")
_ALTERNATIVES: Final = re.compile(r"[\[<]([^|\]>]*)[^\]>]*[\]>]")
_FILLED: Final = "slot"
"""Stands for a slot, which is at least a word: "eu fico aqui {com_voce}" is long enough to be noticed."""
_WORD: Final = re.compile(r"[^\W\d_]+")

Index = Mapping[str, frozenset[str]]
"""The skeletons of every line and phrase, by its id."""


def index_of(words: Words) -> Index:
    books = (*words.acts.values(), *words.phrases.values())
    return {name: frozenset(_skeletons(line)) for lines in books for name, line in lines.named()}


@dataclass(frozen=True, slots=True)
class Memory:
    """One call up to now."""

    times: Mapping[str, int]
    """How often a line or phrase was said, by its id; absent is never."""
    sentences: frozenset[str]
    index: Index
    last: Mapping[str, int]
    """When a sentence was last said, counted in lines."""
    said: Mapping[str, int]
    """How often a sentence was said, by whichever line."""

    @classmethod
    def of(cls, said: Iterable[str], index: Index) -> Memory:
        """Remember the ids said so far, in the order in which they were said."""
        times: dict[str, int] = {}
        last: dict[str, int] = {}
        often: Counter[str] = Counter()
        for place, variant in enumerate(said):
            for part in variant.split("+"):
                name, _, count = part.partition("~")
                times[name] = max(times.get(name, 0), int(count or 1))
                last |= dict.fromkeys(index.get(name, ()), place)
                often.update(index.get(name, ()))
        return cls(times, frozenset(last), index, last, often)

    def worn(self, name: str) -> tuple[int, int, int]:
        """Say how used a line is, least first: its own times or its question's, then long sentences heard, others."""
        again = self.sentences & self.index[name]
        long = sum(map(_is_long, again))
        often = max((self.said[each] for each in again if each.endswith("?")), default=0)
        return max(self.times.get(name, 0), often), long, len(again)

    def recent(self, name: str) -> int:
        """Say when a long sentence of the line was last heard; -1 for never. What was heard long ago comes first."""
        return max((self.last[each] for each in self.index[name] & self.last.keys() if _is_long(each)), default=-1)

    def mark(self, name: str) -> str:
        """Give the id to remember `name` by, now that it is said once more."""
        times = self.times.get(name, 0)
        return f"{name}~{times + 1}" if times else name

    def freshest(
        self, lines: Lines, seed: int, segment: Segment | None = None, tone: Tone = Tone.NEUTRAL
    ) -> list[tuple[str, str]]:
        """Give the listener's lines with their ids, the least worn first, then those meant for them; the seed shuffles.

        Only a line whose long sentences were heard less often goes before one written for this listener.
        """
        heard = lines.heard_by(segment, tone)
        ranked = [(self.worn(name), aim, name, line) for name, line, aim in heard]
        ranked.sort(
            key=lambda each: (
                each[0][:2],
                -each[1],
                self.recent(each[2]),
                each[0][2],
                crc32(f"{seed}:{each[2]}".encode()),
            )
        )
        return [(name, line) for _, _, name, line in ranked]


def _is_long(sentence: str) -> bool:
    return sentence.count(" ") + 1 >= LONG or sentence.endswith("?")


def _skeletons(line: str) -> Iterator[str]:
    plain = SLOT.sub(f" {_FILLED} ", _ALTERNATIVES.sub(r"\1", line)).lower()
    for sentence in _SENTENCE_END.split(plain):
        found = _WORD.findall(sentence)
        words = " ".join(found)
        if set(found) - {_FILLED}:
            yield f"{words}?" if sentence.rstrip().endswith("?") else words
