"""What of a transcript is covered until somebody asks, with a reason, to see it.

Covered: the debtor's names, documents, phone numbers, e-mails, long digit runs, numbers dictated digit by digit, and
in the caller's lines of the identity check every number and month, since those are the factors. Amounts of the debt
stay: judging them is what the desk is for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

_DIGIT_WORD: Final = r"(?:zero|um|uma|dois|duas|tr[eê]s|quatro|cinco|seis|meia|sete|oito|nove)"
_ANY_NUMBER: Final = (
    r"(?:zero|uma?|dois|duas|tr[eê]s|quatro|cinco|seis|meia|sete|oito|nove|dez|onze|doze|treze|quatorze|catorze|quinze"
    r"|dezesseis|dezessete|dezoito|dezenove|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa"
    r"|cem|cento|duzentos|trezentos|quatrocentos|quinhentos|seiscentos|setecentos|oitocentos|novecentos|mil|primeiro"
    r"|janeiro|fevereiro|mar[cç]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)"
)
_PATTERNS: Final = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"[\w.+-]+ arroba [\w-]+(?: ponto [\w-]+)+", re.IGNORECASE),
    re.compile(r"\+?\d[\d .()/-]{7,}\d"),
    re.compile(r"\b\d{3}[. ]\d{3}(?:[. ]\d{3})?(?:[-. ]\d{2})?\b"),
    # Not after "R$": an amount may have five digits.
    re.compile(r"(?<![\d.,$])(?<!R\$ )\d{5,}(?![\d.,])"),
    re.compile(rf"\b{_DIGIT_WORD}(?:[ ,.]+{_DIGIT_WORD}){{2,}}\b", re.IGNORECASE),
)
_FACTORS: Final = (
    re.compile(r"\d+(?:[ ./,-]+\d+)*"),
    re.compile(rf"\b{_ANY_NUMBER}(?:[ ,.]+(?:e |de )?{_ANY_NUMBER})*\b", re.IGNORECASE),
)
_CHECKS_IDENTITY: Final = frozenset({"verification"})
_PARTICLES: Final = frozenset({"da", "de", "do", "das", "dos", "e"})
_LEAST_NAME: Final = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line, shown or covered."""

    text: str = field(repr=False)
    """Empty where it is covered: what is not to be seen does not leave the server."""
    covered: bool = False


def redact(text: str, *, names: Iterable[str] = (), speaker: str = "caller", phase: str | None = None) -> list[Piece]:
    """Cut a line into pieces, the personal ones without their text."""
    spans = sorted(_spans(text, names, factors=speaker == "caller" and phase in _CHECKS_IDENTITY))
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        if not (pieces and pieces[-1].covered and start <= at):
            pieces.append(Piece("", covered=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def covered_text(text: str, *, names: Iterable[str] = (), speaker: str = "caller", phase: str | None = None) -> str:
    """Give the line with a bar for each covered piece; for summaries and exports."""
    return "".join(
        "■■■" if piece.covered else piece.text for piece in redact(text, names=names, speaker=speaker, phase=phase)
    )


def _spans(text: str, names: Iterable[str], *, factors: bool) -> Iterator[tuple[int, int]]:
    for pattern in (*_PATTERNS, *(_FACTORS if factors else ())):
        for match in pattern.finditer(text):
            yield match.span()
    wanted = {_fold(word) for name in names for word in re.findall(r"\w+", name)} - _PARTICLES
    for match in re.finditer(r"\w+", text):
        if len(match.group()) > _LEAST_NAME - 1 and _fold(match.group()) in wanted:
            yield match.span()


def _fold(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char))
