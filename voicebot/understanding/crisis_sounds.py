"""A wish to die as it sounds, whatever letters a recogniser made of it: "Vo me matá", "Que romorrer", "minha vita".

Lines and phrases are brought to the letters that are heard (o as u, e as i, no final r, no spaces) and compared with at
most one letter of difference, at the end of a word and with the telling syllables whole: "quero morar" and "tirar
minha dúvida" are one sound away and mean nothing of the kind. What is found is a doubtful sign, to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from voicebot.understanding.letters import one_apart
from voicebot.understanding.normalise import fold

_SOUNDS: Final = tuple(
    (re.compile(letters), sound)
    for letters, sound in (
        ("ch", "x"), ("lh", "li"), ("nh", "ni"), ("sc(?=[eiy])", "s"), ("qu(?=[eiy])", "k"), ("gu(?=[eiy])", "g"),
        ("c(?=[eiy])", "s"), ("[cq]", "k"), ("z", "s"), ("w", "v"), ("y", "i"), ("h", ""), ("ou|o", "u"), ("ei|e", "i"),
        ("m(?=[bp]|$)", "n"), ("[rl]$", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_LONGEST: Final = 90
"""Letters: in longer turns the written patterns and the statistics have enough to go by."""
_EXACT: Final = (
    "me matar",
    "me suicidar",
    "vou me enforcar",
    "minha vida acabou",
    "acabar com a minha vida",
    "acabar com minha vida",
)
_NEARLY: Final = (
    ("vou me matar", 3),
    ("quero me matar", 3),
    ("quero morrer", 3),
    ("queria morrer", 3),
    ("prefiro morrer", 3),
    ("melhor morrer", 3),
    ("melhor eu morrer", 3),
    ("vontade de morrer", 3),
    ("tirar minha vida", 4),
    ("tirar a minha vida", 4),
    ("acabar com minha vida", 4),
    ("acabar com a minha vida", 4),
    ("dar um fim na minha vida", 4),
    ("tirar minha vita", 4),
    ("tirar a minha vita", 4),
    ("acabar com minha vita", 4),
    ("acabar com a minha vita", 4),
    ("um fim na minha vita", 4),
    ("não quero mais viver", 3),
    ("num quero mais viver", 3),
    ("não aguento mais viver", 3),
    ("num aguento mais viver", 3),
    ("não vale a pena viver", 3),
    ("vale mais a pena viver", 3),
    ("desisti de viver", 3),
    ("vou acabar com tudo", 3),
    ("quero acabar com tudo", 3),
)
"""A phrase, and how many of its last letters must be heard as they are."""
_TELLING: Final = ("mata", "muri", "vida", "vita", "vivi", "suisid", "infurk", "tudu")
_WRITTEN: Final = re.compile(r"\bm[ei] mat")
"""Plainly heard, it is the written patterns that tell who kills whom ("meu chefe me mata"): not the first phrase."""
_FIGURE: Final = re.compile(
    r"(?:tantu)?(?:di|du|na|nu|pra|kun)?(?:tantu)?(?:trab|ri(?:$|r|s)|istud|serv|akad|vergun|saud|faz|fas|pag|pri|vun|"
    r"kur|fomi|sonu|isu|es[ai]|divid|kont|lig)"
)
"""How a figure of speech goes on: "de trabalhar", "de rir", "isso aí"."""


def sounds_like_a_wish_to_die(text: str) -> bool:
    """Tell whether a line may be a badly heard wish to die; figures of speech are not."""
    heard, ends = _heard(text)
    if len(heard) > _LONGEST or not any(syllables in heard for syllables in _TELLING):
        return False
    phrases = _phrases()[_WRITTEN.search(fold(text)) is not None :]
    return any(
        _ends_with(heard[:end], phrase, tail, near=near) and not _FIGURE.match(heard[end:])
        for end in ends
        for phrase, tail, near in phrases
    )


@cache
def _phrases() -> tuple[tuple[str, int, bool], ...]:
    exact = [(_heard(phrase)[0], 0, False) for phrase in _EXACT]
    return (*exact, *((_heard(phrase)[0], tail, True) for phrase, tail in _NEARLY))


def _heard(text: str) -> tuple[str, Sequence[int]]:
    """Give a line's sounds without gaps, and where its words end."""
    joined, ends = "", []
    for word in re.findall(r"[a-z]+", fold(text.lower().replace("ç", "ss"))):
        sound = _sound(word)
        if sound and joined.endswith(sound[0]):
            sound = sound[1:]
        joined += sound
        ends.append(len(joined))
    return joined, ends


def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def _ends_with(heard: str, phrase: str, tail: int, *, near: bool) -> bool:
    """Whether sounds end in a phrase, with a letter more, less or other before its tail where `near`."""
    if heard.endswith(phrase):
        return True
    if not near or not heard.endswith(phrase[-tail:]):
        return False
    body = phrase[:-tail]
    before = heard[: len(heard) - tail]
    return any(len(before) >= size and one_apart(before[len(before) - size :], body) for size in _sizes(len(body)))


def _sizes(length: int) -> range:
    return range(length - 1, length + 2)
