"""How many syllables a Portuguese word has, from its spelling alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SPELLED: Final = dict.fromkeys("bcdgptqvkz", 1) | dict.fromkeys("fhjlmnrsx", 2) | {"w": 2, "y": 3}
"""Syllables in the name of each consonant: "cê", "éfe"."""
_AS_SAID: Final = {"whatsapp": 3, "pix": 2, "site": 2, "link": 2, "e-mail": 3, "e-mails": 3, "app": 2, "online": 3}
"""Words said otherwise than Portuguese spelling has it."""
_VOWELS: Final = "aeiouáàâãéêíóôõúüy"
_HIGH: Final = "iuy"
_SILENT_U: Final = re.compile(r"([qg])u(?=[eiéêí])")
_GLIDE_U: Final = re.compile(r"([qg])u(?=[aoáâãóôõ])")
_FALLING: Final = re.compile(r"[aeoáâéêóô][iuy]|ui|iu|úi|ã[eo]|õe|éu|ói")
_RUN: Final = re.compile(f"[{_VOWELS}]+")
_WEAK_END: Final = re.compile(r"[iueo][aeo]s?$")
_STRESS: Final = re.compile("[áâéêíóôú]")


@lru_cache(maxsize=16384)
def count_syllables(word: str) -> int:
    """Count the syllables of one word; at least one. An acronym without vowels counts its letters' names.

    Two vowels are one syllable where the second is a weak i or u ("mais", "conseguiu"), in "ão, ãe, õe", after q and
    g ("quanto"), and at the end of a word stressed before ("história", "água"); else each is its own ("dia", "voo",
    "saúde"). Nasal endings and nh part them too ("ruim", "rainha", "sair").
    """
    plain = unicodedata.normalize("NFC", word.lower())
    if plain in _AS_SAID:
        return _AS_SAID[plain]
    if "-" in plain:
        return sum(count_syllables(part) for part in plain.split("-") if part)
    if not _RUN.search(plain):
        return max(1, sum(_SPELLED.get(letter, 0) for letter in plain))
    if plain in ("ao", "aos"):
        return 1
    plain = _GLIDE_U.sub(r"\1w", _SILENT_U.sub(r"\1", plain))
    return sum(_in_run(plain, found) for found in _RUN.finditer(plain))


def _in_run(word: str, found: re.Match[str]) -> int:
    """Count the syllables in a run of vowels: all its vowels, less the weak ones that lean on a neighbour."""
    run, after = found[0], word[found.end() :]
    ends = bool(re.fullmatch("s?", after))
    stressed_before = bool(_STRESS.search(word[: found.start()])) or bool(_STRESS.search(run[:-2]))
    count, index = 0, 0
    while index < len(run):
        count += 1
        pair = run[index : index + 2]
        last_pair = index + 2 >= len(run)
        rising = ends and last_pair and stressed_before and _WEAK_END.fullmatch(pair)
        if rising or (_FALLING.fullmatch(pair) and not (last_pair and _parted(pair, after))):
            index += 2
        else:
            index += 1
    return count


def _parted(pair: str, after: str) -> bool:
    """A weak vowel stands alone before nh, and where a consonant that is not s closes its syllable."""
    if pair[1] not in _HIGH or pair[0] in "ãõ":
        return False
    if after.startswith("nh"):
        return True
    closes = re.match(r"([lmnrz])(?:[^aeiouáàâãéêíóôõúhy]|$)", after)
    return closes is not None and not (closes[1] == "n" and pair[0] in "ãõ")
