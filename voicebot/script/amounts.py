"""Amounts of money as said aloud."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from voicebot.domain.money import Money
from voicebot.script.numerals import cardinal, of_scale

_NAMES: Final = MappingProxyType({"BRL": ("real", "reais"), "USD": ("dólar", "dólares"), "EUR": ("euro", "euros")})


def money(amount: Money) -> str:
    """Say an amount in full: "mil trezentos e trinta e um reais e sessenta e sete centavos".

    Raises:
        ValueError: a currency this locale has no name for.
    """
    if amount.cents < 0:
        return f"menos {money(Money(-amount.cents, amount.currency))}"
    singular, plural = _unit(amount.currency)
    whole, cents = divmod(amount.cents, 100)
    parts = []
    if whole or not cents:
        link = " de " if of_scale(whole) else " "
        parts.append(f"{cardinal(whole)}{link}{singular if whole == 1 else plural}")
    if cents:
        parts.append(f"{cardinal(cents)} {'centavo' if cents == 1 else 'centavos'}")
    return " e ".join(parts)


def money_short(amount: Money) -> str:
    """Say an amount as a second figure in a sentence: "mil trezentos e trinta e um e sessenta e sete".

    Under one real, and for round amounts, where the short form could be taken for a count, it is the full form.
    """
    whole, cents = divmod(abs(amount.cents), 100)
    if not whole or not cents:
        return money(amount)
    sign = "menos " if amount.cents < 0 else ""
    return f"{sign}{cardinal(whole)} e {cardinal(cents)}"


def _unit(currency: str) -> tuple[str, str]:
    try:
        return _NAMES[currency]
    except KeyError:
        known = ", ".join(sorted(_NAMES))
        raise ValueError(f"no spoken name for the currency {currency}: known are {known}") from None
