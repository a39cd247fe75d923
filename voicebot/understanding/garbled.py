"""What a recogniser makes of digits on a telephone line: "cinco dois navios" is 529, where digits were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from voicebot.understanding.letters import one_apart
from voicebot.understanding.normalise import Token
from voicebot.understanding.numbers import is_numeral

_HEARD_AS: Final = {
    "zero": "zeru zerro cero zelo zerou serio",
    "um": "hum hun un uno umm",
    "dois": "doisa doissa dos doi doiz dous doys dose doices",
    "tres": "treis trez treiz tre trese traz tras",
    "quatro": "quatru quato cuatro quadro quarto quatros quatto",
    "cinco": "cincu sinco cinko sinko cincos cinca cinquo cingo cinto sincu",
    "seis": "seiz seix sais sei cese ceis seys says sex",
    "sete": "setti seti cete sety set setchi settie seta sede",
    "oito": "oitu oit oitos oitto hoito oyto",
    "meia": "minhas meias mea meya",
    "nove": "novi navio navios novo novos noves nov novie nova novas nava navi",
}
_MONTHS: Final = {
    "janeiro": "janero janeru janeira", "fevereiro": "feverero ferveiro fevereira fevereru",
    "marco": "macho marcho marso masso marcos marca", "abril": "abriu abrio abriw", "maio": "maior mayo mailo",
    "junho": "junio junhu", "julho": "julio julhu", "agosto": "agostu agosta gosto", "setembro": "setembru setiembro",
    "outubro": "outubru otubro utubro", "novembro": "novembru nuvembro", "dezembro": "dezembru desembro disembro",
}  # fmt: skip
_MONTH: Final = {heard: month for month, several in _MONTHS.items() for heard in several.split()}
_PAIRS: Final = {("na", "vi"): "nove", ("no", "ve"): "nove", ("no", "vi"): "nove", ("oi", "to"): "oito",
    ("se", "te"): "sete", ("qua", "tro"): "quatro", ("cin", "co"): "cinco"}  # fmt: skip
_DIGIT: Final = {heard: digit for digit, several in _HEARD_AS.items() for heard in several.split()}
_PAUSES: Final = frozenset({"e", ".", "…", "eh", "entao", "que"})
_HUMS: Final = frozenset({"hum", "hm", "ahn"})
_ONE_OF: Final = frozenset({"mil", "real", "reau", "centavo", "mes", "dia", "ano", "bilhao", "milhao"})
"""Before one of these "hum" is a one, as on a cheque; what it could only count in the plural makes it a hesitation."""
_COMPLETE: Final = frozenset({3, 11})
"""So many digits answer a question for the CPF's first three, or for the whole."""
_AFTER_NUMBER: Final = frozenset({"de", "do", "da", "reais", "real", "vezes", "vez", "veiz", "x", "parcelas", "por"})
_OF: Final = frozenset({"de", "do", "da"})
_THAT_COMES: Final = frozenset({"mes", "ano", "semana"})
_ABOVE_THE_CLOCK: Final = frozenset("trinta quarenta cinquenta sessenta setenta oitenta noventa".split())
_JOINTS: Final = frozenset({"e", ",", ".", "-", ";", ":", "…", "!", "?", "/"})


def mend(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Put the digits that were meant; a look-alike counts only in one row with a digit said plainly."""
    paired = _paired(tokens)
    mended: list[Token] = []
    for in_row, group in groupby(paired, key=_row_member):
        row = list(group)
        plain = any(_plain(token) for token in row)
        # "oi, é o cinco" and "não sei": what is no digit for sure keeps its own meaning at the edge of a row.
        mended += [_digit(token) for token in row] if in_row and plain else row
    return tuple(mended)


def hushed(tokens: Sequence[Token], *, dictation: bool) -> tuple[Token, ...]:
    """Leave out a "hum", "hm" or "ahn" that can be no "um": "duzentos hum reais", "hum, dia doze".

    In `dictation` a "hum" may be a digit as long as digits are missing.
    """
    complete = sum(_digits_of(token) for token in tokens) in _COMPLETE
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        one = token.word == "hum" and (not complete if dictation else _is_one(kept, tokens[at + 1 :]))
        if token.word not in _HUMS or one or len(tokens) == 1:
            kept.append(token)
    return tuple(kept)


def _digits_of(token: Token) -> int:
    return len(token.word) if token.word.isdigit() else int(_plain(token) or token.word == "meia")


def _is_one(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether "hum" is the number: "hum mil", "trinta e hum", and not the pause of "três hum mil"."""
    last = before[-1].word if before else ""
    if last == "e" and len(before) > 1 and is_numeral(before[-2].word):
        return not (after and (is_numeral(after[0].word) or after[0].word == "meia"))
    return bool(after) and after[0].word in _ONE_OF and not (is_numeral(last) or last == "meia" or last.isdigit())


def unhesitant(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Take the pauses out of a number ("duzentos é... e setenta"); "cinquenta e meia" is fifty-six, no time of day."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        stop = at
        while stop < len(tokens) and tokens[stop].word in _PAUSES:
            stop += 1
        run = tokens[at:stop]
        inside = bool(kept) and stop < len(tokens) and _goes_on(kept[-1], tokens[stop])
        if run and kept and stop < len(tokens) and _is_pause(run) and _of_one_phrase(kept, tokens[stop]):
            kept += [token for token in run if token.word == "que"][:1] if tokens[stop].word == "vem" else []
            at = stop
            continue
        if run and inside and _is_pause(run):
            ands = [token for token in run if token.word == "e"]
            if tokens[stop].word != "mil" and kept[-1].word != "dia":  # "três é que mil", "dia é que 12": no "e" there
                kept += ands[1:2] if _dotted(run) else ands[:1]
            at = stop
            continue
        six = tokens[at].word == "meia" and [token.word for token in kept[-1:]] == ["e"] and _is_ten(kept[-2:-1])
        kept.append(replace(tokens[at], word="seis") if six else tokens[at])
        at += 1
    return tuple(kept)


def _goes_on(last: Token, following: Token) -> bool:
    """Whether a number may go on, or its day begin, after `last` over a pause; "meia hum mil" is six thousand."""
    before = _counts(last) or last.word == "dia" or (last.word == "meia" and following.word == "mil")
    return (before and _counts(following)) or (following.word == "meia" and _is_ten([last]))


def _of_one_phrase(before: Sequence[Token], following: Token) -> bool:
    """Whether a pause stands inside "três de cem", "doze vezes", "dez de dezembro", "mês que vem"."""
    last = before[-1]
    if following.word == "vem":
        return last.word in _THAT_COMES
    if last.word in _OF and len(before) > 1 and _ordered(before[-2].word):
        return _counts(following) or following.word in _MONTHS or following.word == "mes"
    return _ordered(last.word) and following.word in _AFTER_NUMBER


def _ordered(word: str) -> bool:
    return is_numeral(word) or word == "primeiro"


def _counts(token: Token) -> bool:
    return token.word == "mil" or is_numeral(token.word)


def _dotted(run: Sequence[Token]) -> bool:
    """Whether the first "e" is the "é..." of somebody who thinks."""
    return sum(token.word == "." for token in run) > 1 or any(token.word == "…" for token in run)


def _is_pause(run: Sequence[Token]) -> bool:
    spoken = any(token.word not in {"e", ".", "…"} for token in run)
    return spoken or (_dotted(run) and any(token.word == "e" for token in run))


def _is_ten(before: Sequence[Token]) -> bool:
    return any(token.word in _ABOVE_THE_CLOCK for token in before)


def mend_months(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Put the months that were meant ("dois de macho") where a day was asked for: only between a number and its end."""
    mended = list(tokens)
    for at in range(2, len(mended)):
        month = _month(mended[at].word)
        if month and mended[at - 1].word in {"de", "do"} and is_numeral(mended[at - 2].word):
            mended[at] = replace(mended[at], word=month)
    return tuple(mended)


def _month(word: str) -> str | None:
    """Give the month that a word stands for: one known to be heard so, or one a letter away ("maco")."""
    if word in _MONTHS:
        return None
    return _MONTH.get(word) or next((month for month in _MONTHS if one_apart(word, month)), None)


def _row_member(token: Token) -> bool:
    return token.word in _JOINTS or token.word in _DIGIT or is_numeral(token.word) or token.word == "meia"


def _plain(token: Token) -> bool:
    return is_numeral(token.word) and token.word not in _DIGIT and token.word not in {"um", "uma", "hum"}


def _digit(token: Token) -> Token:
    return replace(token, word=_DIGIT.get(token.word, token.word))


def _paired(tokens: Sequence[Token]) -> list[Token]:
    """Join the halves of a digit that was heard as two words ("na vi")."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        whole = _PAIRS.get((tokens[at].word, following.word)) if following else None
        if whole and following:
            joined.append(Token(whole, tokens[at].start, following.end))
            at += 2
        else:
            joined.append(tokens[at])
            at += 1
    return joined
