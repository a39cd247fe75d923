"""Money as integer cents: no float ever holds an amount."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the smallest unit of its currency; may be negative in a difference."""

    cents: int
    currency: str = "BRL"

    @classmethod
    def of(cls, amount: str | Decimal | int, currency: str = "BRL") -> Money:
        """Read an amount in whole units, `"1331.67"`.

        Raises:
            ValueError: more than two decimals, or not a number.
        """
        try:
            value = Decimal(amount)
            exact = value.quantize(CENT)
        except ArithmeticError as error:
            raise ValueError(f"not an amount of money: {amount!r}") from error
        if exact != value:
            raise ValueError(f"more than two decimals in an amount of money: {amount!r}")
        return cls(int(exact * 100), currency)

    @classmethod
    def round(cls, amount: Decimal, currency: str = "BRL") -> Money:
        """Round an amount in whole units half-up to the cent."""
        return cls(int(amount.quantize(CENT, rounding=ROUND_HALF_UP) * 100), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents) / 100

    def percent(self, rate: Decimal) -> Money:
        """Give `rate` percent of this amount, rounded half-up to the cent."""
        return Money.round(self.amount * rate / 100, self.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.cents + other.cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.cents - other.cents, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.cents * times, self.currency)

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100}.{abs(self.cents) % 100:02d}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")


ZERO: Final = Money(0)


def total(amounts: list[Money] | tuple[Money, ...]) -> Money:
    """Sum amounts of one currency; an empty sum is zero reais."""
    result = Money(0, amounts[0].currency) if amounts else ZERO
    for each in amounts:
        result = result + each
    return result
