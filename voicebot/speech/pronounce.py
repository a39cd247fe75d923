"""Text to the phoneme alphabet that Kokoro was trained on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
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
# espeak puts a schwa between r and the next consonant ("sɛɾətʊ"). The voice learned it so and says it well inside a
# longer sentence, but makes it a whole syllable of a single word.
_SCHWA_AFTER_R = "ɾə"
_SINGLE_WORD_AT_MOST = 12
"""Phonemes, stress marks and punctuation counted."""
_ALONE: Mapping[str, str] = MappingProxyType(
    {
        "é": "E",
        "ê": "eh",
        "à": "A",
        "â": "A",
        "ã": "an",
        "í": "I",
        "ô": "oh",
        "õ": "on",
        "ú": "U",
        "e": "I",
        "o": "U",
    }
)
"""A clause of one letter is a word, not a letter's name: "É, sou eu" is not "é agudo". By what espeak says as meant."""
_DASH = re.compile(r"(?:^|(?<=\s))[-–](?=\s)")
RESPELLINGS: Mapping[str, str] = MappingProxyType({})
"""Words that espeak's Portuguese gets wrong for this voice, by how to spell them instead."""

_SPACES = re.compile(r"\s+")


def kokoro_phonemes(text: str, phonemiser: Phonemiser, respellings: Mapping[str, str] | None = None) -> str:
    """Give the phonemes of a sentence with its punctuation kept, since the pauses and the tune hang on it.

    `respellings` maps a lower-case word or word group to letters that sound right.
    """
    # A dash between spaces is a pause; joined to its neighbours it is part of a word.
    pairs = clauses(_DASH.sub("—", text))
    spoken = phonemiser.phonemes([_alone(respell(words, respellings or {})) for words, _ in pairs])
    joined = " ".join(f"{untie(heard)}{marks}" for heard, (_, marks) in zip(spoken, pairs, strict=True))
    sentence = _SPACES.sub(" ", joined).strip()
    return sentence.replace(_SCHWA_AFTER_R, "ɾ") if len(sentence) <= _SINGLE_WORD_AT_MOST else sentence


def respell(text: str, respellings: Mapping[str, str]) -> str:
    """Replace whole words or word groups, whatever their case, by how they are to be read; the keys are lower-case."""
    if not respellings:
        return text
    return _written(tuple(respellings)).sub(lambda found: respellings[found.group().lower()], text)


def untie(phonemes: str) -> str:
    """Turn espeak's tied IPA into single letters, dropping ties and hyphens that stand alone."""
    return _TIES.sub(lambda found: _TIED[found.group()], phonemes).replace("^", "").replace("-", "")


def _alone(words: str) -> str:
    return _ALONE.get(words.lower(), words)


@lru_cache(maxsize=8)
def _written(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{longest_first})(?![\w-])", re.IGNORECASE)
