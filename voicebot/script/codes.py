"""Strings of digits and addresses as dictated on the phone: six is "meia", a comma is a short pause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from voicebot.script.numerals import cardinal

_DIGITS: Final = dict(
    zip("0123456789", "zero um dois três quatro cinco meia sete oito nove".split(), strict=True),
)
_SIGNS: Final = {"@": "arroba", ".": "ponto", "_": "underline", "-": "hífen", "/": "barra", "+": "mais"}
_SMALL: Final = 4
"""Up to so many digits are dictated one by one; more are easier in groups."""
_AREA_CODES_FROM: Final = 11


def digits(text: str) -> str:
    """Dictate digits one by one: "cinco, dois, nove".

    Raises:
        ValueError: anything but digits.
    """
    return ", ".join(_each(text))


def in_groups(text: str, sizes: Iterable[int]) -> str:
    """Dictate digits in groups of `sizes`, with a pause between groups; what is left over is one more group."""
    groups, start = [], 0
    for size in sizes:
        groups.append(text[start : start + size])
        start += size
    groups.append(text[start:])
    return ", ".join(" ".join(_each(group)) for group in groups if group)


def cpf(text: str) -> str:
    """Dictate a CPF, with or without its points: groups of 3, 3, 3 and 2."""
    return in_groups(_only_digits(text), (3, 3, 3, 2))


def cnpj(text: str) -> str:
    """Dictate a CNPJ: groups of 2, 3, 3, 4 and 2; "zero zero zero um" stays as it is."""
    return in_groups(_only_digits(text), (2, 3, 3, 4, 2))


def protocol(text: str) -> str:
    """Dictate a protocol number: one by one up to four digits, else in threes."""
    plain = _only_digits(text)
    if len(plain) <= _SMALL:
        return digits(plain)
    sizes = [3] * (len(plain) // 3)
    if len(plain) % 3 == 1:
        sizes[-1:] = [2, 2]
    return in_groups(plain, sizes)


def phone(text: str) -> str:
    """Dictate a Brazilian number, E.164 or as written: "onze, nove oito oito oito oito, zero zero zero um".

    0800 numbers start with "zero oitocentos"; three-digit services are read digit by digit.
    """
    plain = _only_digits(text)
    if text.strip().startswith("+55"):
        plain = plain[2:]
    if plain.startswith("0800"):
        rest = plain[4:]
        return f"zero oitocentos, {in_groups(rest, (3,))}"
    if len(plain) in (10, 11):
        area = int(plain[:2])
        said = cardinal(area) if area >= _AREA_CODES_FROM else " ".join(_each(plain[:2]))
        return f"{said}, {in_groups(plain[2:], (len(plain) - 6,))}"
    if len(plain) in (8, 9):
        return in_groups(plain, (len(plain) - 4,))
    return service_number(plain) if len(plain) <= _SMALL else protocol(plain)


def service_number(text: str) -> str:
    """Dictate a short public number: "um oito oito", "um nove dois"."""
    return " ".join(_each(text))


def address_spoken(text: str) -> str:
    """Read an e-mail address or a site: "arroba", "ponto", "underline", "hífen"; digits one by one."""
    said = []
    for piece in re.findall(r"[^\W\d_]+|\d|[@._\-/+]", text.removeprefix("https://").removeprefix("http://")):
        said.append(_SIGNS.get(piece) or _DIGITS.get(piece) or ("dáblio dáblio dáblio" if piece == "www" else piece))
    return " ".join(said)


def _each(text: str) -> list[str]:
    try:
        return [_DIGITS[digit] for digit in text]
    except KeyError:
        raise ValueError("only digits can be dictated one by one: strip points and spaces first") from None


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)
