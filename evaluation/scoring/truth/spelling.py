"""Amounts in words, spelled by a speller of the generator's own."""

from __future__ import annotations

from typing import Final

_ONES: Final = (
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
    "dezesseis dezessete dezoito dezenove"
).split()
_TENS: Final = "- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_HUNDREDS: Final = (
    "- cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos".split()
)  # fmt: skip


def reais(cents: int) -> str:
    """Spell an amount below a million reais."""
    whole, rest = divmod(cents, 100)
    said = f"{_whole(whole)} {'real' if whole == 1 else 'reais'}" if whole else ""
    small = f"{_whole(rest)} {'centavo' if rest == 1 else 'centavos'}" if rest else ""
    return " e ".join(part for part in (said, small) if part)


def _whole(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    head = "mil" if thousands == 1 else f"{_below_thousand(thousands)} mil"
    if not rest:
        return head
    joint = " e " if rest < 100 or rest % 100 == 0 else " "
    return f"{head}{joint}{_below_thousand(rest)}"


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cem"
    hundreds, rest = divmod(number, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        parts.append(_TENS[rest // 10])
        rest %= 10
    if rest:
        parts.append(_ONES[rest])
    return " e ".join(parts)
