"""Text to the phoneme alphabet that Kokoro was trained on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from voicebot.speech.ports import Phonemiser
from voicebot.speech.sentences import clauses

# What espeak ties with ^, the alphabet of Kokoro (misaki) writes as one letter.
_TIED = {
    "t^ʃ": "ʧ",
    "tʃ": "ʧ",
    "d^ʒ": "ʤ",
    "dʒ": "ʤ",
    "t^s": "ʦ",
    "d^z": "ʣ",
    "s^s": "S",
    "a^ɪ": "I",
    "a^ʊ": "W",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "ə^ʊ": "Q",
    "ɔ^ɪ": "Y",
}
_TIES = re.compile("|".join(map(re.escape, _TIED)))
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
RESPELLINGS: Mapping[str, str] = MappingProxyType({})
"""Words that espeak's Portuguese gets wrong for this voice, by how to spell them instead."""

_SPACES = re.compile(r"\s+")


def kokoro_phonemes(text: str, phonemiser: Phonemiser, respellings: Mapping[str, str] | None = None) -> str:
    """Give the phonemes of a sentence with its punctuation kept, since the pauses and the tune hang on it.

    `respellings` maps a lower-case word to letters that sound right.
    """
    pairs = clauses(text)
    spoken = phonemiser.phonemes([respell(words, respellings or {}) for words, _ in pairs])
    joined = " ".join(f"{untie(heard)}{marks}" for heard, (_, marks) in zip(spoken, pairs, strict=True))
    return _SPACES.sub(" ", joined).strip()


def respell(text: str, respellings: Mapping[str, str]) -> str:
    """Replace whole words, whatever their case, by how they are to be read."""
    if not respellings:
        return text
    return _WORD.sub(lambda found: respellings.get(found.group().lower(), found.group()), text)


def untie(phonemes: str) -> str:
    """Turn espeak's tied IPA into single letters, dropping ties and hyphens that stand alone."""
    return _TIES.sub(lambda found: _TIED[found.group()], phonemes).replace("^", "").replace("-", "")
