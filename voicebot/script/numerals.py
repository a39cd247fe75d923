"""Numbers as said in Brazilian Portuguese: cardinals, ordinals, percentages."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_UNITS: Final = (
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove"
).split()
_TENS: Final = "_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_HUNDREDS: Final = (
    "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos".split()
)
_SCALES: Final = (
    ("", ""),
    ("mil", "mil"),
    ("milhão", "milhões"),
    ("bilhão", "bilhões"),
    ("trilhão", "trilhões"),
)
_ORDINAL_UNITS: Final = "_ primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono".split()
_ORDINAL_TENS: Final = (
    "_ décimo vigésimo trigésimo quadragésimo quinquagésimo sexagésimo septuagésimo octogésimo nonagésimo".split()
)
LARGEST: Final = 10**15 - 1
_MILLION: Final = 10**6


def cardinal(n: int, *, feminine: bool = False) -> str:
    """Say `n`: "mil e duzentos", "mil duzentos e trinta"; `feminine` agrees one, two and the hundreds ("duas mil").

    The "e" between groups stands before the last one when it is under a hundred or a round hundred.

    Raises:
        ValueError: beyond 999 trillion.
    """
    if n < 0:
        return f"menos {cardinal(-n, feminine=feminine)}"
    if n > LARGEST:
        raise ValueError("too large to be said as a number: read it digit by digit instead")
    if n == 0:
        return "zero"
    said: list[tuple[int, str]] = []
    rest, scale = n, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            said.append((group, _scaled(group, scale, feminine)))
        scale += 1
    last_group, text = said[0]
    for index, (_, words) in enumerate(said[1:]):
        joined = index == 0 and (last_group < 100 or last_group % 100 == 0)
        text = f"{words} e {text}" if joined else f"{words} {text}"
    return text


def ordinal(n: int, *, feminine: bool = False) -> str:
    """Say the rank `n`, 1 to 99: "primeiro", "vigésima primeira".

    Raises:
        ValueError: outside 1 to 99; larger ranks are said as cardinals ("número cento e dois").
    """
    if not 1 <= n <= 99:
        raise ValueError("ordinals are said from 1 to 99")
    tens, units = divmod(n, 10)
    words = ([_ORDINAL_TENS[tens]] if tens else []) + ([_ORDINAL_UNITS[units]] if units else [])
    return " ".join(word[:-1] + "a" if feminine else word for word in words)


def decimal_number(value: Decimal) -> str:
    """Say a decimal: "um vírgula cinco", "dois vírgula zero cinco"; trailing zeros are not said."""
    text = format(value.normalize(), "f")
    whole, _, fraction = text.partition(".")
    sign = "menos " if whole.startswith("-") else ""
    said = f"{sign}{cardinal(abs(int(whole)))}"
    if not fraction:
        return said
    leading = len(fraction) - len(fraction.lstrip("0"))
    return f"{said} vírgula {' '.join(['zero'] * leading + [cardinal(int(fraction))])}"


def percent(rate: Decimal) -> str:
    """Say a rate in percent: "vinte por cento", "um vírgula cinco por cento"."""
    return f"{decimal_number(rate)} por cento"


def of_scale(n: int) -> bool:
    """Say whether a counted noun needs "de": "um milhão de reais", but "um milhão e cem mil reais"."""
    return n != 0 and n % _MILLION == 0


def _scaled(group: int, scale: int, feminine: bool) -> str:
    singular, plural = _SCALES[scale]
    if scale == 1:
        return "mil" if group == 1 else f"{_below_thousand(group, feminine)} mil"
    words = _below_thousand(group, feminine and scale == 0)
    if not scale:
        return words
    return f"{words} {singular if group == 1 else plural}"


def _below_thousand(n: int, feminine: bool) -> str:
    if n == 100:
        return "cem"
    hundreds, rest = divmod(n, 100)
    parts = []
    if hundreds:
        word = _HUNDREDS[hundreds]
        parts.append(f"{word[:-2]}as" if feminine and hundreds > 1 else word)
    if rest:
        parts.append(_below_hundred(rest, feminine))
    return " e ".join(parts)


def _below_hundred(n: int, feminine: bool) -> str:
    if n < 20:
        return {1: "uma", 2: "duas"}.get(n, _UNITS[n]) if feminine else _UNITS[n]
    tens, units = divmod(n, 10)
    return f"{_TENS[tens]} e {_below_hundred(units, feminine)}" if units else _TENS[tens]
