"""The grammar of Brazilian numbers: "mil duzentos e trinta", "2 mil e 500", "duzentão", "dois vírgula cinco"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from voicebot.understanding.normalise import Token

_UNITS: Final = {
    "zero": 0, "um": 1, "uma": 1, "hum": 1, "dois": 2, "duas": 2, "dous": 2, "tres": 3, "treis": 3, "quatro": 4,
    "quatru": 4, "cinco": 5, "cincu": 5, "seis": 6, "sete": 7, "oito": 8, "nove": 9,
}  # fmt: skip
_TEENS: Final = {
    "dez": 10, "deiz": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15,
    "dezesseis": 16, "dezasseis": 16, "dezessete": 17, "dezassete": 17, "dezoito": 18, "dezenove": 19, "dezanove": 19,
}  # fmt: skip
_NICK_TENS: Final = {
    "cinquentao": 50, "cinquentinha": 50, "cinquentinho": 50, "trintao": 30, "trintinha": 30, "vintao": 20,
    "vintinha": 20, "vintinho": 20, "vintinhos": 20, "quarentao": 40, "quarentinha": 40, "sessentinha": 60,
    "sessentao": 60, "setentao": 70, "oitentao": 80, "noventao": 90,
    "setentinha": 70, "oitentinha": 80, "noventinha": 90, "trintinhas": 30, "dezinho": 10, "dezinha": 10, "dezao": 10,
}  # fmt: skip
_TENS: Final = _NICK_TENS | {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cincoenta": 50, "sessenta": 60, "setenta": 70,
    "oitenta": 80, "noventa": 90,
}  # fmt: skip
_STEMS: Final = {
    "duzent": 200, "trezent": 300, "quatrocent": 400, "quinhent": 500, "seiscent": 600, "setecent": 700,
    "oitocent": 800, "novecent": 900,
}  # fmt: skip
_NICK_HUNDREDS: Final = {"centao": 100, "cenzinho": 100, "cemzinho": 100, "cenzao": 100} | {
    stem + end: value for stem, value in _STEMS.items() for end in ("ao", "inho", "inhos", "inha", "inhas")
}
_NICK_THOUSANDS: Final = {"milao": 1000, "milzinho": 1000, "milhinho": 1000, "miltao": 1000}
_HUNDREDS: Final = (
    {"cem": 100, "cento": 100}
    | _NICK_HUNDREDS
    | {stem + end: value for stem, value in _STEMS.items() for end in ("os", "as")}
)
_SCALES: Final = _NICK_THOUSANDS | {
    "mil": 1000, "milhao": 10**6, "milhoes": 10**6, "bilhao": 10**9, "bilhoes": 10**9, "trilhao": 10**12,
    "trilhoes": 10**12,
}  # fmt: skip
SLANG: Final = frozenset(_NICK_TENS | _NICK_HUNDREDS | _NICK_THOUSANDS)
"""Amounts as they are nicknamed; said of money only."""

_SMALL: Final = _UNITS | _TEENS
_POINTS: Final = frozenset({"virgula", "ponto"})
_SIX: Final = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number as said. `digits` keeps leading zeros; `slang` marks a nickname of money; `article` a lone "um"."""

    value: Decimal
    start: int
    end: int
    digits: str
    slang: bool = False
    article: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    value: Decimal
    stop: int


def read_number(tokens: Sequence[Token], at: int) -> tuple[Number, int] | None:
    """Read the longest number that starts at token `at`; give it with the index after it."""
    first = tokens[at]
    part = _scaled(tokens, at)
    if part is None:
        return None
    part = _decimals(tokens, part)
    kilo = _word(tokens, part.stop) == "k"
    if kilo:
        part = _Part(part.value * 1000, part.stop + 1)
    last = tokens[part.stop - 1]
    single = part.stop == at + 1
    written = single and first.word[0].isdigit()
    digits = "".join(c for c in first.word if c.isdigit()) if written else plain(part.value)
    article = single and first.word in {"um", "uma", "hum"}
    slang = kilo or any(token.word in SLANG for token in tokens[at : part.stop])
    return Number(part.value, first.start, last.end, digits, slang=slang, article=article), part.stop


def plain(value: Decimal) -> str:
    """Write a decimal without exponent or trailing zeros: `1200`, `2.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def written_value(word: str) -> Decimal:
    """Read digits as Brazilians write them: "1.234,56", "1.200" thousands, "2,5" and "2.50" decimals, "1,1^23"."""
    if "^" in word:
        base, exponent = word.split("^")
        root = written_value(base)
        return Decimal(0) if root == 0 else root ** int(exponent)
    if "e" in word:
        base, exponent = word.split("e")
        return written_value(base).scaleb(int(exponent))
    if "." in word and "," in word:
        mark = max(word.rfind("."), word.rfind(","))
        whole = word[:mark].replace(".", "").replace(",", "")
        return Decimal(f"{whole}.{word[mark + 1 :]}")
    if "." in word:
        head, *groups = word.split(".")
        thousands = all(len(group) == 3 for group in groups) and head != "0"
        return Decimal(head + "".join(groups)) if thousands else Decimal(word)
    return Decimal(word.replace(",", "."))


def is_numeral(word: str) -> bool:
    return bool(word) and (word[0].isdigit() or word in _SMALL or word in _TENS or word in _HUNDREDS)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _scaled(tokens: Sequence[Token], at: int) -> _Part | None:
    """Groups with their scales, largest first: "dois milhões e quinhentos mil e vinte"."""
    total = Decimal(0)
    ceiling = 10**15
    stop = at
    while True:
        step = _scaled_step(tokens, stop, ceiling, first=stop == at)
        if step is None:
            break
        value, scale, stop = step
        total += value
        ceiling = scale
        if scale == 1:
            break
    return _Part(total, stop) if stop > at else None


def _scaled_step(tokens: Sequence[Token], at: int, ceiling: int, *, first: bool) -> tuple[Decimal, int, int] | None:
    start = at if first else _past_joint(tokens, at, ceiling)
    if start is None:
        return None
    if not first and ceiling > 1000 and _word(tokens, start) == "meio":
        return Decimal(ceiling) / 2, 1, start + 1
    group = _opening(tokens, start, first=first)
    if group is None:
        return None
    scale = _SCALES.get(_word(tokens, group.stop), 1)
    if scale >= ceiling:
        return _smaller_end(tokens, start, first=first)
    if scale > 1:
        return group.value * scale, scale, group.stop + 1
    return group.value, 1, group.stop


def _past_joint(tokens: Sequence[Token], at: int, ceiling: int) -> int | None:
    """Skip the "e" between groups; without it a hundred, a ten or thousands may follow ("mil dez", not "mil um")."""
    word = _word(tokens, at)
    if word == "e":
        return at + 1
    if word in _HUNDREDS or word in _TENS or word in _TEENS or (word.isdigit() and len(word) == 3):
        return at
    if ceiling <= _SCALES["mil"]:
        return None
    stops = [at + 1] if word.isdigit() else [part.stop for part in _group(tokens, at)]
    return at if any(_SCALES.get(_word(tokens, stop), ceiling) < ceiling for stop in stops) else None


def _opening(tokens: Sequence[Token], at: int, *, first: bool) -> _Part | None:
    word = _word(tokens, at)
    if not word:
        return None
    if word[0].isdigit():
        value = written_value(word)
        # After "mil e" only a written group of up to three digits continues the number.
        return _Part(value, at + 1) if first or (value < 1000 and word.isdigit()) else None
    if word == "meio" and _SCALES.get(_word(tokens, at + 1), 0) > 1000:
        return _Part(Decimal("0.5"), at + 1)
    if word == "meia" and first and _word(tokens, at + 1) == "mil":
        return _Part(Decimal(_SIX), at + 1)  # nobody counts half thousands, but six is spelt so
    if (word == "mil" or word in _NICK_THOUSANDS) and first:
        return _Part(Decimal(1), at)
    partials = _group(tokens, at)
    if not partials:
        return None
    # "entre quinhentos e dois mil" is a range, not five hundred and two thousand.
    if _word(tokens, at - 1) == "entre" and _word(tokens, partials[-1].stop) in _SCALES:
        return partials[0]
    return partials[-1]


def _smaller_end(tokens: Sequence[Token], at: int, *, first: bool) -> tuple[Decimal, int, int] | None:
    """The group's tail belongs to a following "mil" ("mil e quinhentos e dois mil"): keep what comes before."""
    if first:
        return None
    for part in reversed(_group(tokens, at)[:-1]):
        if _word(tokens, part.stop) not in _SCALES:
            return part.value, 1, part.stop
    return None


def _group(tokens: Sequence[Token], at: int) -> list[_Part]:
    """A number below a thousand in words, with its shorter readings first."""
    word = _word(tokens, at)
    if word in _HUNDREDS:
        parts = [_Part(Decimal(_HUNDREDS[word]), at + 1)]
        joined = _word(tokens, at + 1) == "e"
        tail = _tens(tokens, at + 1 + joined)
        if tail and (joined or _follows_bare(word, _word(tokens, at + 1))):
            parts += [_Part(parts[0].value + each.value, each.stop) for each in tail]
        return parts
    return _tens(tokens, at)


def _follows_bare(hundred: str, word: str) -> bool:
    """Whether an "e" may have been dropped: "novecentos dez", "cento cinco"; "duzentos dois" is two numbers."""
    return word in _TENS or word in _TEENS or hundred == "cento"


def _tens(tokens: Sequence[Token], at: int) -> list[_Part]:
    word = _word(tokens, at)
    if word in _SMALL:
        return [_Part(Decimal(_SMALL[word]), at + 1)]
    if word not in _TENS:
        return []
    parts = [_Part(Decimal(_TENS[word]), at + 1)]
    unit_at = at + 1 + (_word(tokens, at + 1) == "e")
    # "Quarenta meia" is forty-six; "vinte e meia" is an hour.
    unit = 6 if unit_at == at + 1 and _dictated_six(tokens, unit_at) else _UNITS.get(_word(tokens, unit_at), 0)
    if unit:
        parts.append(_Part(parts[0].value + unit, unit_at + 1))
    return parts


def _dictated_six(tokens: Sequence[Token], at: int) -> bool:
    return _word(tokens, at) == "meia" and _word(tokens, at + 1) not in {"hora", "horas", "duzia", "noite"}


def _decimals(tokens: Sequence[Token], part: _Part) -> _Part:
    if _word(tokens, part.stop) not in _POINTS:
        return part
    stop = part.stop + 1
    digits = ""
    while piece := _group(tokens, stop):
        digits += plain(piece[-1].value)
        stop = piece[-1].stop
    if not digits:
        return part
    return _Part(part.value + Decimal(f"0.{digits}"), stop)
