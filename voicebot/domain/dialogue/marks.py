"""A mark from zero to ten, in the caller's words or keys. What is no such mark is none: nobody is asked to explain."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORDS: Final = (
    *("zero", "um", "dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"),
    *("uma", "duas"),
)
_VALUES: Final = {word: place for place, word in enumerate(_WORDS[:11])} | {"uma": 1, "duas": 2}
_LARGER: Final = re.compile(
    r"\b(?:onze|doze|treze|(?:qua|ca)torze|quinze|dez(?:esseis|essete|oito|enove)|vinte|trinta|quarenta|cinquenta|"
    r"sessenta|setenta|oitenta|noventa|cem|cento|\w+entos|mil|milhao|menos)\b"
)
_SCALE: Final = re.compile(r"\b(?:de |entre )?(?:zero|0) (?:a|e|ate) (?:dez|10)\b")
"""The question said back: "de zero a dez, dou nove"."""
_OUT_OF_TEN: Final = re.compile(r"\b(\d+|[a-z]+) (?:de|sobre|barra|em) (?:dez|10)\b|\b(\d+) ?/ ?10\b")
_COUNTED: Final = frozenset(
    {
        *("real", "reais", "dia", "dias", "mes", "meses", "ano", "anos", "hora", "horas", "minuto", "minutos"),
        *("vez", "vezes", "parcela", "parcelas", "pessoa", "pessoas", "amigo", "amiga", "pergunta", "por", "segundos"),
    }
)
"""A number before one of these counts something else."""
_OTHERWISE: Final = frozenset({"dia", "as", "nem"})
"""A number after one of these is a day, an hour, or refused."""
_LEADS: Final = frozenset(
    {
        *("nota", "notinha", "dou", "daria", "dar", "uns", "umas", "um", "uma", "e", "eh", "seria", "fica", "coloca"),
        *(
            "entre",
            "poe",
            "bota",
            "marca",
            "merece",
            "numero",
            "leva",
            "acho",
            "que",
            "pode",
            "ser",
            "ou",
            "com",
            "certeza",
        ),
    }
)
_FILLERS: Final = _LEADS | frozenset(
    {
        *("a", "ah", "ai", "aqui", "bem", "bom", "claro", "de", "deixa", "eu", "hum", "mesmo", "moca", "moco", "o"),
        *("oh", "olha", "para", "pra", "pro", "sim", "ta", "talvez", "ue", "voce", "voces", "vou", "entao", "nossa"),
        *("meio", "quase", "redondo", "certo", "senhora", "senhor", "minha", "filha", "assim", "opa"),
    }
)


def mark_in(text: str) -> int | None:
    """Give the mark that words name: the lower of two ("sete ou oito"), None where there is none."""
    words = _levelled(text)
    found = [_value(word) for place, word in enumerate(words) if _is_said_as_mark(words, place)]
    return min((value for value in found if value is not None), default=None)


def is_only_mark(text: str) -> bool:
    """True for "dez", "uns sete", "eu daria nota oito": a mark, and nothing said beside it."""
    return mark_in(text) is not None and all(word in _FILLERS or _value(word) is not None for word in _levelled(text))


def names_number(text: str) -> bool:
    """True where any number is named: "quinze" answers the question, if with no mark."""
    folded = _folded(text)
    return bool(_LARGER.search(folded) or re.search(r"\d", folded) or mark_in(text) is not None)


def mark_pressed(digits: str) -> int | None:
    """Give the mark of keys: "8", "10", "8#"."""
    keys = digits.strip("*#")
    return _value(keys) if keys.isascii() and keys.isdigit() else None


def _is_said_as_mark(words: list[str], place: int) -> bool:
    """A number at the start, or after "nota", "dou", "uns"; "um" counts after "nota" or with no telling word beside."""
    if _value(words[place]) is None:
        return False
    before, after = words[:place], words[place + 1] if place + 1 < len(words) else ""
    previous = before[-1] if before else ""
    if after in _COUNTED or previous in _OTHERWISE:
        return False
    if words[place] in {"um", "uma"}:
        others = [*before, *words[place + 1 :]]
        return previous in {"nota", "numero"} or all(word in _FILLERS for word in others)
    return previous in _LEADS or all(word in _FILLERS or _value(word) is not None for word in before)


def _value(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= len("10") and int(word) < len(_WORDS[:11]) else None
    return _VALUES.get(word)


def _levelled(text: str) -> list[str]:
    """The words without accents and the scale said back; none where a number above ten is among them."""
    folded = _folded(text)
    out_of = _OUT_OF_TEN.search(folded)
    if out_of is not None and _value(out_of[1] or out_of[2]) is not None and not _SCALE.search(folded):
        return [out_of[1] or out_of[2]]
    rest = _SCALE.sub(" ", folded)
    words = re.findall(r"\d+|[a-z]+", re.sub(r"(\d+)[.,]\d+\b", r"\1", rest))
    above = any(word.isdigit() and _value(word) is None for word in words)
    return [] if above or _LARGER.search(rest) else words


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
