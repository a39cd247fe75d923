"""Words as a recogniser spells them: "dia dês" is the tenth, "6ª feira" a Friday, "sem reais" a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from voicebot.understanding.normalise import Token
from voicebot.understanding.numbers import is_numeral

_SOUNDS: Final = {
    "dois": "doiz doiss", "tres": "trez treiz", "cinco": "sinco cinquo sincu", "seis": "seiz", "sete": "seti setti",
    "oito": "oitu hoito", "nove": "novi", "dez": "deis", "onze": "onse onzi", "doze": "dozi dosi",
    "treze": "trese trezi tresi", "quatorze": "quatorse quatorzi catorse catorzi", "quinze": "quinse quinzi quinsi",
    "dezesseis": "dezeseis desesseis dizesseis dezecseis dezaseis",
    "dezessete": "dezesete desessete dizessete dezasete dezesseti",
    "dezoito": "desoito dizoito dezoitu", "dezenove": "desenove dizenove dezenovi", "vinte": "vinti",
    "trinta": "trinti", "quarenta": "corenta quarenti", "cinquenta": "sinquenta cinquenti",
    "duzentos": "dusentos duzentus duzento", "trezentos": "tresentos trezentus trezento",
    "quatrocentos": "quatrossentos quatrocentus quatrocento", "quinhentos": "quinhetos quiento quientos quinhento",
    "seiscentos": "seissentos seicentos seiscento", "setecentos": "setessentos setecento",
    "oitocentos": "oitossentos oitoscentos oitocento", "novecentos": "novessentos novecento",
    "depois": "despois dispois adispois adepois", "amanha": "amanhan amanham", "manha": "manhan manham",
    "anteontem": "antonte antonti antontem", "ontem": "onte onti",
    "carnaval": "carnava", "sabado": "sabo sabadu", "domingo": "dumingo domingu", "segunda": "sigunda",
    "janeiro": "janero janeru", "fevereiro": "feverero ferveiro fevereru", "agosto": "agostu",
    "setembro": "setembru setiembro", "outubro": "outubru otubro utubro", "novembro": "novembru nuvembro",
    "dezembro": "dezembru desembro disembro",
}  # fmt: skip
_SOUND: Final = {heard: number for number, several in _SOUNDS.items() for heard in several.split()}
"""No words of their own, wherever they stand."""
_AFTER_DAY: Final = {"des": "dez", "dose": "doze", "cete": "sete", "ceis": "seis", "sais": "seis", "treis": "tres"}
"""What is a number only after "dia", as an hour or before a month."""
_DAY_LEADS: Final = frozenset({"dia", "dias", "as", "das", "pras", "pelas", "umas"})
_ONWARD: Final = frozenset({"horas", "hora", "hrs", "h", "da"})
_MONEY: Final = frozenset("reais conto contos pila pilas paus mangos pratas".split())
"""After "sem", a hundred of them: who has none says "sem um real"."""
_WITHOUT: Final = frozenset("to tou estou ta fiquei fico ficar fica".split())
_FEIRAS: Final = {"2": "segunda", "3": "terca", "4": "quarta", "5": "quinta", "6": "sexta"}
_ORDINAL: Final = frozenset({"a", "ª", "º", "°", "o"})
_LEADS: Final = frozenset({"na", "essa", "nessa", "esta", "nesta", "ate", "pra", "proxima", "outra", "so", "toda"})
_ENDS: Final = frozenset(
    {"", ",", ".", "!", "?", ";", "que", "agora", "eu", "cedo", "sem", "ja", "passada", "mesmo", "e"}
)


def heard_words(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Put the numbers, months and weekdays that were meant."""
    mended: list[Token] = []
    at = 0
    while at < len(tokens):
        weekday = _feira(tokens, at)
        if weekday:
            token, at = weekday
            mended.append(token)
            continue
        mended.append(_number(tokens, at))
        at += 1
    return tuple(mended)


def _number(tokens: Sequence[Token], at: int) -> Token:
    token = tokens[at]
    if token.word == "q" and _word(tokens, at + 1) == "vem":
        return replace(token, word="que")
    if token.word == "sento" and _word(tokens, at + 1) == "e":
        return replace(token, word="cento")
    if token.word == "sem" and _word(tokens, at + 1) in _MONEY and _word(tokens, at - 1) not in _WITHOUT:
        return replace(token, word="cem")
    if token.word == "i" and _counts(_word(tokens, at - 1)) and is_numeral(_word(tokens, at + 1)):
        return replace(token, word="e")
    if token.word in _SOUND:
        return replace(token, word=_SOUND[token.word])
    if token.word in _AFTER_DAY and _dated(_word(tokens, at - 1), _word(tokens, at + 1), _word(tokens, at + 2)):
        return replace(token, word=_AFTER_DAY[token.word])
    return token


def _counts(word: str) -> bool:
    return word == "mil" or is_numeral(word)


def _dated(before: str, after: str, last: str) -> bool:
    return before in _DAY_LEADS or (after in _ONWARD and last in {"manha", "tarde", "noite", ""})


def _feira(tokens: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """Read "6ª feira", "6a-feira" and, where nothing follows that is counted, "na 6ª"."""
    name = _FEIRAS.get(tokens[at].word)
    if name is None:
        return None
    if _word(tokens, at + 1) == "feira":
        return Token(f"{name}-feira", tokens[at].start, tokens[at + 1].end), at + 2
    if _word(tokens, at + 1) == "a-feira":
        return Token(f"{name}-feira", tokens[at].start, tokens[at + 1].end), at + 2
    if _word(tokens, at + 1) not in _ORDINAL:
        return None
    stop = at + 2 + (_word(tokens, at + 2) == "-")
    if _word(tokens, stop) == "feira":
        return Token(f"{name}-feira", tokens[at].start, tokens[stop].end), stop + 1
    close = tokens[at + 1].start == tokens[at].end and tokens[at + 1].word in {"a", "ª"}
    if close and _word(tokens, at - 1) in _LEADS and _word(tokens, at + 2) in _ENDS:
        return Token(f"{name}-feira", tokens[at].start, tokens[at + 1].end), at + 2
    return None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""
