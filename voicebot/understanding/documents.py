"""CPF, CNPJ and telephone digits, written or dictated in any grouping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Final

from stdnum.br import cnpj as cnpj_check
from stdnum.br import cpf as cpf_check

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import MONTH
from voicebot.understanding.normalise import PLACEHOLDER
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_CPF: Final = re.compile(r"(?<![\d.])\d{3}[. ]\d{3}[. ]\d{3}[-. /]?\d{2}(?!\d)")
_CNPJ: Final = re.compile(r"(?<![\d.])\d{2}\.?\d{3}\.?\d{3}/\d{4}[- ]?\d{2}(?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?55[ -]?)?\(?[1-9]{2}\)?[ -]?(?:9[ ]?\d{4}|[2-5]\d{3})[ -]\d{4}(?!\d)")
_MONTH_NEXT: Final = rf"(?! de (?:{MONTH})| do §| / §(?! §))"
_RUN: Final = words(rf"§(?:(?: ,| \.| -| /| e| ponto| traco| barra| , e)? §{_MONTH_NEXT})*")
_ASKED_RUN: Final = words(
    rf"(?<!/ )§{_MONTH_NEXT}(?:(?: (?:[,.;:!?/…-]|e|eh|ah|hum|ai|dai|depois|ponto|traco|barra))* §{_MONTH_NEXT})*"
)
_COUNTED: Final = re.compile(
    r" (?:minut\w*|segund\w*|moment\w*|instant\w*|hor\w+|dias?|mes|meses|anos?|semanas?|vez|vezes|parcelas?|reais|"
    r"real|conto|filh\w+|pessoas?|coisa|pouco|pouquinho|tempinho|duvida|pergunta|por cento)\b"
)
_ARTICLE_ALONE: Final = re.compile(r"(?:(?:e|eh|o|ah|ai|so|primeiro|[,.!?…]) )*§(?: [,.!?…])*")
_CORRECTION: Final = re.compile(r"\b(?:nao|quer dizer|digo|alias|perdao|desculpa|opa|errei|corrigindo)\b")
_DOCUMENT_WORD: Final = re.compile(
    r"\b(?:cpf|c p f|ce pe efe|cepeefe|documento|final|finais|comeca|primeiros|(?<!entre )primeiro e|"
    r"tres primeiros|ultimos)\b"
)
_CNPJ_WORD: Final = re.compile(r"\b(?:cnpj|ce ene pe jota)\b")
_PHONE_WORD: Final = re.compile(r"\b(?:telefone|celular|numero e|zap|whatsapp|ddd|contato|liga no|fixo)\b")
_LONG: Final = 7
"""Digits one by one."""
_CPF_LENGTH: Final = 11
_WANTED: Final = {Asks.CPF_FIRST3: 3, Asks.CPF_LAST2: 2, Asks.CPF: _CPF_LENGTH}


def written(folded: str, raw: str) -> Iterator[Found]:
    """Documents and phones with their usual marks."""
    for kind, pattern in ((EntityType.CNPJ, _CNPJ), (EntityType.CPF, _CPF), (EntityType.PHONE, _PHONE)):
        for match in pattern.finditer(folded):
            yield found(kind, raw, match.span(), re.sub(r"\D", "", match.group()))


def dictated(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Rows of numbers said as digits; after a correction ("não, nove") only the last full row counts."""
    pattern = _ASKED_RUN if context.document else _RUN
    runs = [(match, _digits(sketch, match)) for match in sketch.find(pattern) if _dictates(sketch, match)]
    wanted = _WANTED.get(context.expecting) if isinstance(context.expecting, Asks) else None
    if wanted is not None and len(runs) > 1:
        whole = _whole(sketch, runs, wanted)
        if whole:
            span = (sketch.span(runs[0][0])[0], sketch.span(runs[-1][0])[1])
            yield found(EntityType.CPF, sketch.raw, span, whole)
            return
    for match, digits in runs:
        kind = _kind(sketch, match, digits, context)
        if kind is not None:
            yield found(kind, sketch.raw, sketch.span(match), digits)


def dictates_at_length(sketch: Sketch) -> bool:
    """Whether a row is too long for anything but a document or a telephone, whatever was asked."""
    return any(
        match.group().count(PLACEHOLDER) >= _LONG and all(len(digit) == 1 for digit in _each(sketch, match))
        for match in sketch.find(_RUN)
    )


def _each(sketch: Sketch, match: re.Match[str]) -> list[str]:
    marks = [match.start() + at for at, char in enumerate(match.group()) if char == PLACEHOLDER]
    return [sketch.numbers[mark].digits for mark in marks]


def _whole(sketch: Sketch, runs: list[tuple[re.Match[str], str]], wanted: int) -> str | None:
    """Put rows together: what follows a correction ("não, zero nove") stands in the place of as many digits before it.

    Rows that only pauses part are joined where they come to the digits that were asked for.
    """
    whole = runs[0][1]
    corrected = False
    for (before, _), (match, digits) in pairwise(runs):
        if _CORRECTION.search(sketch.text[before.end() : match.start()]):
            corrected = True
            surplus = len(whole) + len(digits) - wanted
            dropped = surplus if surplus > 0 else len(digits) if wanted != _CPF_LENGTH or surplus < 0 else 0
            whole = whole[: max(0, len(whole) - dropped)]
        whole += digits
    return whole if len(whole) == wanted or (corrected and len(whole) < wanted) else None


def _digits(sketch: Sketch, match: re.Match[str]) -> str:
    return "".join(_each(sketch, match))


def _dictates(sketch: Sketch, match: re.Match[str]) -> bool:
    """Whether a row may be digits: not the "um" of "um pouquinho", nor the "dois" of "dois minutos"."""
    number = sketch.numbers[match.start()]
    marks = [match.start() + at for at, char in enumerate(match.group()) if char == PLACEHOLDER]
    if not all(sketch.numbers[mark].digits for mark in marks):
        return False
    if match.group() != PLACEHOLDER:
        return True
    if _COUNTED.match(sketch.text, match.end()):
        return False
    return not number.article or bool(_ARTICLE_ALONE.fullmatch(sketch.text))


def _kind(sketch: Sketch, match: re.Match[str], digits: str, context: Context) -> EntityType | None:
    length = len(digits)
    before = sketch.text[: match.start()]
    if context.document and length <= 11:
        return EntityType.CPF
    if _CNPJ_WORD.search(before):
        return EntityType.CNPJ
    if _PHONE_WORD.search(before) and 4 <= length <= 13:
        return EntityType.PHONE
    if _DOCUMENT_WORD.search(before) and length <= 11 and not context.birth:
        return EntityType.CPF
    if match.group() == PLACEHOLDER and not _in_digits(sketch, match):
        return None
    if length == 14 and cnpj_check.is_valid(digits):
        return EntityType.CNPJ
    if length == 11:
        return EntityType.CPF if cpf_check.is_valid(digits) or digits[2] != "9" else EntityType.PHONE
    if length == 10 and "," not in match.group() and digits[0] != "0":
        return EntityType.PHONE if match.group().count("§") > 1 or match.group() == "§" else None
    return EntityType.CPF if _spelled(sketch, match, digits) and not (context.amount or context.birth) else None


def _in_digits(sketch: Sketch, match: re.Match[str]) -> bool:
    """Whether one number stands in figures; in words ("dois bilhões") its length makes it no document."""
    number = sketch.numbers[match.start()]
    return sum(char.isdigit() for char in sketch.raw[number.start : number.end]) == len(number.digits)


def _spelled(sketch: Sketch, match: re.Match[str], digits: str) -> bool:
    """Three or more digits one by one are a document: nothing else is spelled so in these calls."""
    marks = match.group().count("§")
    longest = max((len(list(same)) for _, same in groupby(digits)), default=0)
    return marks >= 3 and len(digits) == marks and longest <= 9
