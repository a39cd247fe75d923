"""What is private in a caller's words is replaced by placeholders before the words leave, and put back afterwards.

Hidden: the names on file, common and introduced names, words with a capital inside a sentence, streets, e-mails, and
every number and date, spoken or written, amounts too: the model needs to know that an amount was named, not which.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.normalise import Line, Token, fold, read_line
from voicebot.understanding.proposer.private_words import (
    INTRODUCES,
    KIN,
    KNOWN_CAPITALS,
    NAMES,
    NO_NAME,
    PARTICLES,
    SPOKEN_MAIL,
    STREET,
    SURNAMES,
    WRITTEN_MAIL,
)
from voicebot.understanding.sketch import draw

NAME: Final = "NOME"
PLACE: Final = "ENDERECO"
MAIL: Final = "EMAIL"
NUMBER: Final = "NUMERO"
_LABELS: Final = MappingProxyType(
    {
        EntityType.MONEY: "VALOR",
        EntityType.NUMBER: NUMBER,
        EntityType.PERCENT: "PERCENTUAL",
        EntityType.DATE: "DATA",
        EntityType.TIME: "HORA",
        EntityType.CPF: "CPF",
        EntityType.CNPJ: "CNPJ",
        EntityType.PHONE: "TELEFONE",
        EntityType.EMAIL: MAIL,
        EntityType.INSTALMENTS: "PARCELAS",
    }
)
_PLACEHOLDER: Final = re.compile(r"\[[A-Z]+_[A-Z]+\]")
_BRACKETS: Final = str.maketrans("[]", "()")
_DIGITS: Final = re.compile(r"\d+")
_NAME_WORDS: Final = 3

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Masked:
    """A line that may leave, and what its placeholders stand for."""

    text: str = field(repr=False)
    slots: MappingProxyType[str, str] = field(repr=False)

    @property
    def has_words(self) -> bool:
        """Whether anything but placeholders is left to understand."""
        return any(char.isalpha() for char in _PLACEHOLDER.sub("", self.text))

    def restore(self, text: str) -> str:
        """Put the caller's words back for each placeholder; one that was not given out stays as it is."""
        return _PLACEHOLDER.sub(lambda match: self.slots.get(match.group(), match.group()), text)


def mask(text: str, *, names: Collection[str] = (), entities: Collection[Entity] = ()) -> Masked:
    """Hide what is private in `text`.

    `names` are those on file that may be said in this call; `entities` is the local reading of the same text.
    """
    line = read_line(text)
    spans = _settled(
        [
            *_patterns(line, ((WRITTEN_MAIL, MAIL), (SPOKEN_MAIL, MAIL))),
            *_on_file(line, names),
            *_read(line, entities),
            *_patterns(line, ((STREET, PLACE),)),
            *_named(line),
            *_numbers(line),
        ]
    )
    return _filled(line.raw, spans)


def _filled(raw: str, spans: list[Span]) -> Masked:
    by_value: dict[tuple[str, str], str] = {}
    slots: dict[str, str] = {}
    parts: list[str] = []
    at = 0
    for start, end, label in spans:
        key = (label, fold(raw[start:end]))
        name = by_value.setdefault(key, f"[{label}_{_letters(len(by_value))}]")
        slots.setdefault(name, raw[start:end])
        parts += (_clean(raw[at:start]), name)
        at = end
    parts.append(_clean(raw[at:]))
    return Masked("".join(parts), MappingProxyType(slots))


def _letters(index: int) -> str:
    """Count with letters, so that no digit at all leaves: A, B, ... Z, BA, ..."""
    head, last = divmod(index, 26)
    return (_letters(head) if head else "") + chr(ord("A") + last)


def _clean(text: str) -> str:
    """Take away what could pass for a placeholder, and signs that are no speech."""
    kept = (char if char.isprintable() and not char.isnumeric() else " " for char in text.translate(_BRACKETS))
    return "".join(kept)


def _settled(spans: list[Span]) -> list[Span]:
    """Let earlier spans win where two overlap, keep what of the later sticks out, and give all in line order."""
    kept: list[Span] = []
    for start, end, label in spans:
        free = [(start, end)]
        for other_start, other_end, _ in kept:
            free = [piece for part in free for piece in _without(part, (other_start, other_end))]
        kept += [(one, two, label) for one, two in free if two > one]
    return sorted(kept)


def _without(part: tuple[int, int], taken: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = part
    if taken[1] <= start or taken[0] >= end:
        return [part]
    return [piece for piece in ((start, taken[0]), (taken[1], end)) if piece[1] > piece[0]]


def _patterns(line: Line, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[Span]:
    for pattern, label in patterns:
        for match in pattern.finditer(line.folded):
            yield match.start(), match.end(), label


def _read(line: Line, entities: Collection[Entity]) -> Iterator[Span]:
    """The spans of what was read locally; each text is looked for from where the last one ended."""
    at = 0
    for entity in entities:
        label = _LABELS.get(entity.type)
        start = line.raw.find(entity.text, at)
        start = start if start >= 0 else line.raw.find(entity.text)
        if label is None or start < 0 or not entity.text:
            continue
        at = start + len(entity.text)
        yield start, at, label


def _on_file(line: Line, names: Collection[str]) -> Iterator[Span]:
    known = {part for name in names for token in read_line(name).tokens for part in re.split(r"[-']", token.word)}
    known = {part for part in known if len(part) > 1} - PARTICLES - KIN
    for token in line.tokens:
        if token.word in known or known & set(re.split(r"[-']", token.word)):
            yield token.start, token.end, NAME


def _numbers(line: Line) -> Iterator[Span]:
    for dictation in (False, True):
        for number in draw(line, dictation=dictation).numbers.values():
            if not number.article:
                yield number.start, number.end, NUMBER
    for match in _DIGITS.finditer(line.raw):
        yield match.start(), match.end(), NUMBER


def _named(line: Line) -> Iterator[Span]:
    """Runs of names: one that is known, introduced or capitalised, with the names that go on from it."""
    introduced = {match.end() for match in INTRODUCES.finditer(line.folded)}
    shouted = line.raw.isupper()
    tokens = line.tokens
    index = 0
    while index < len(tokens):
        token = tokens[index]
        new = token.start in introduced and token.word not in NO_NAME and token.word[0].isalpha()
        if new or token.word in NAMES or (not shouted and _stands_out(line, token)):
            index, end = _run(line, index)
            yield token.start, end, NAME
        else:
            index += 1


def _run(line: Line, index: int) -> tuple[int, int]:
    """Follow a name to its end; give the index after it and where it ends."""
    tokens = line.tokens
    end = tokens[index].end
    index += 1
    words = 1
    while index < len(tokens) and words < _NAME_WORDS + 2:
        ahead = index + 1 if tokens[index].word in PARTICLES else index
        if ahead >= len(tokens) or not _goes_on(line, tokens[ahead]):
            break
        end, index, words = tokens[ahead].end, ahead + 1, words + 1
    return index, end


def _goes_on(line: Line, token: Token) -> bool:
    return token.word in NAMES or token.word in SURNAMES or _stands_out(line, token)


def _stands_out(line: Line, token: Token) -> bool:
    """Whether a word has a capital that no beginning of a sentence explains."""
    if not line.raw[token.start].isupper() or token.word in KNOWN_CAPITALS:
        return False
    before = line.raw[: token.start].rstrip(" \t\n\"'“”«»()-–—¿¡")
    return bool(before) and before[-1] not in ".!?…:"
