"""What is left of a line that was cut short for nothing: from the sentence in which it was cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from voicebot.pipeline.frames import SayFrame

CHARACTERS_PER_S: Final = 15.0
"""Natural Portuguese, and our voice; sentences are so long that a tenth more or less does not matter."""
CLOSING_QUESTION: Final = 40
"""Characters at most: "Posso deixar confirmado assim?" and less is no part of what is agreed."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """A line on its way to the phone, and whether the caller may interrupt it."""

    frame: SayFrame
    yields: bool


@dataclass(slots=True)
class Cut:
    """The lines that a false start may have cut."""

    lines: list[Said] = field(default_factory=list)
    spoken_s: float = 0.0
    """How long the first of them was heard."""

    def rest(self) -> list[Said]:
        """Give what is still to be said; the sentence that was cut is said again from its beginning."""
        if not self.lines:
            return []
        first, *others = self.lines
        left = rest_of(first.frame.text, self.spoken_s)
        frame = SayFrame(line=first.frame.line, text=left, fixed=first.frame.fixed)
        return [Said(frame, first.yields), *others]

    def unheard(self) -> frozenset[int]:
        """Give the record's indexes of the lines that lack more than a closing question."""
        left = [(self.spoken_s if place == 0 else 0.0, said.frame) for place, said in enumerate(self.lines)]
        missed = {frame.line: len(frame.text) - spoken_s * CHARACTERS_PER_S for spoken_s, frame in left}
        last = {frame.line: len(_SENTENCE_END.split(frame.text)[-1]) for _, frame in left}
        return frozenset(line for line, lack in missed.items() if lack > min(CLOSING_QUESTION, last[line]))


def rest_of(text: str, spoken_s: float) -> str:
    """Give the text from the sentence that was being spoken after so many seconds; the last one at least."""
    sentences = _SENTENCE_END.split(text)
    spoken = spoken_s * CHARACTERS_PER_S
    end = 0
    for place, sentence in enumerate(sentences):
        end += len(sentence) + 1
        if end > spoken:
            return " ".join(sentences[place:])
    return sentences[-1]
