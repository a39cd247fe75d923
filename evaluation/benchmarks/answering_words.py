"""The words of `bench answering` without voices: every saying heard rightly, at a reader's pace, in seconds.

What it finds is the most that the ear can reach where the recogniser errs in nothing; a beep sounds as on the line.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evaluation.benchmarks import distribution
from evaluation.benchmarks.answering import Heard, figures, misjudged
from evaluation.benchmarks.answering_frozen import SETS, checksums, frozen
from evaluation.benchmarks.answering_scenes import TUNED, Scene, tone
from telephony.codecs import Int16
from voicebot.domain.callee import Callee, Finding
from voicebot.speech.callee.ear import CalleeEar

_FRAME: Final = 160
_FRAME_S: Final = 0.02
_LETTERS_A_S: Final = 14.0
_SHORTEST_S: Final = 0.35
_UNTIL_HEARD_S: Final = 0.25
_UNTIL_BEEP_S: Final = 0.5
_BEEP: Final = tone(850.0, 0.5)
_WAIT_S: Final = 3.5
_NO_AUDIO: Final = np.zeros(0, np.int16)


def measure_words(material: str) -> dict[str, Any]:
    """Give the figures of a set. Raises `FrozenSetChanged`."""
    of = frozen(material) if material in SETS else TUNED
    done = [_heard(truth, text) for truth, texts in of.lines.items() for text in texts]
    return {
        "machine": distribution.machine(),
        "load": distribution.load(),
        "material": of.name,
        "sha256": checksums()[material] if material in SETS else None,
        "scenes": len(done),
        **figures(done),
        "misjudged": misjudged(done),
    }


def _heard(truth: Callee, text: str) -> Heard:
    clauses = [clause.replace("<beep>", "").strip() for clause in text.split("|")]
    ear, findings, said, told_s = CalleeEar(), list[Finding](), "", 0.0

    def keep(found: Finding | None) -> None:
        if found is not None:
            findings.append(found)

    def pass_time(seconds: float, *, speech: bool = False, sound: Int16 = _NO_AUDIO) -> None:
        for number in range(round(seconds / _FRAME_S)):
            frame = sound[number * _FRAME : (number + 1) * _FRAME] if sound.size else np.zeros(_FRAME, np.int16)
            keep(ear.feed(frame, speech=speech))

    pass_time(0.5)
    for clause in clauses:
        plain = clause.removeprefix("*")
        pass_time(max(_SHORTEST_S, len(plain) / _LETTERS_A_S), speech=True)
        if clause.startswith("*") or "*" not in text:
            told_s = ear.at_s
        pass_time(_UNTIL_HEARD_S)
        said = f"{said} {plain}".strip()
        keep(ear.heard(said, ear.at_s))
    if text.endswith("<beep>"):
        pass_time(_UNTIL_BEEP_S)
        pass_time(_BEEP.size / _FRAME * _FRAME_S, sound=_BEEP)
    pass_time(_WAIT_S)
    return Heard(Scene(text, truth, _NO_AUDIO, told_s), findings)
