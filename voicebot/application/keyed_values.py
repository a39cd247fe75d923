"""Typed access to nested keys of a settings file, collecting every fault with the path of its key."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import phonenumbers
from stdnum.br import cnpj as cnpj_number

from voicebot.domain.money import Money

T = TypeVar("T")

Parse = Callable[[object], T]


class KeyedValues:
    """A mapping at `path` whose getters note a fault and go on, so that one reading finds them all.

    A getter that noted a fault gives its fallback: the values are of use only while `problems` is empty. Sections
    share the lists of the mapping they came from.
    """

    def __init__(self, data: object, path: str = "", parent: KeyedValues | None = None) -> None:
        self._data: dict[object, object] = data if isinstance(data, dict) else {}
        self._path = path
        self._taken: set[str] = set()
        self._children: list[KeyedValues] = []
        self.problems: list[str] = [] if parent is None else parent.problems
        """One line for each fault, the path of the key first."""
        if parent is not None:
            parent._children.append(self)

    def keys(self) -> tuple[str, ...]:
        return tuple(str(key) for key in self._data)

    def has(self, key: str) -> bool:
        """Tell whether the key is there with a value; a missing or empty key is fine then."""
        self._taken.add(key)
        return self._data.get(key) is not None

    def fault(self, key: str, reason: str) -> None:
        self.problems.append(f"{self._path}{key}: {reason}")

    def take(self, key: str, parse: Parse[T], fallback: T, *, required: bool = True) -> T:
        """Give the parsed value of a key; `parse` raises ValueError with what to write instead."""
        if not self.has(key):
            if required:
                self.fault(key, "missing")
            return fallback
        try:
            return parse(self._data[key])
        except ValueError as error:
            self.fault(key, str(error))
            return fallback

    def optional(self, key: str, parse: Parse[T]) -> T | None:
        return self.take(key, parse, None, required=False)

    def section(self, key: str) -> KeyedValues:
        """Give a nested mapping; where it is missing its own required keys are told."""
        value = self._data.get(key)
        if self.has(key) and not isinstance(value, dict):
            self.fault(key, "write keys with values below it")
        return KeyedValues(value, f"{self._path}{key}.", self)

    def sections(self, key: str) -> list[KeyedValues]:
        """Give a list of mappings, `key[0]` the first."""
        value: list[object] = self.take(key, _mappings, [])
        return [KeyedValues(item, f"{self._path}{key}[{index}].", self) for index, item in enumerate(value)]

    def whole_numbers(self, key: str, *, least: int | None) -> tuple[int, ...]:
        """Give a list of whole numbers, none below `least`; empty after a fault."""

        def parse(value: object) -> tuple[int, ...]:
            items = value if isinstance(value, list) else []
            numbers = tuple(item for item in items if type(item) is int and (least is None or item >= least))
            if not numbers or len(numbers) < len(items):
                raise ValueError("write a list of whole numbers" + ("" if least is None else f", each from {least}"))
            return numbers

        return self.take(key, parse, ())

    def unknown(self) -> list[str]:
        """Give the paths of keys that nothing asked for, here and below."""
        here = [f"{self._path}{key}" for key in self.keys() if key not in self._taken]
        return here + [path for child in self._children for path in child.unknown()]


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write a text")
    return value.strip()


def boolean(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError("write true or false")
    return value


def whole(value: object) -> int:
    return whole_from(0)(value)


def whole_from(least: int) -> Parse[int]:
    def parse(value: object) -> int:
        if type(value) is not int or value < least:
            raise ValueError(f"write a whole number from {least}")
        return value

    return parse


def percent(value: object) -> Decimal:
    return _number(value, 100)


def share(value: object) -> Decimal:
    return _number(value, 1)


def money(value: object) -> Money:
    """Read an amount above zero; YAML's shortest float form of a number with two decimals is exact."""
    try:
        amount = Money.of(str(value)) if type(value) in (int, float, str) else Money(0)
    except ValueError:
        amount = Money(0)
    if amount.cents <= 0:
        raise ValueError("write an amount above zero, as 50.00")
    return amount


def one_of(*allowed: str) -> Parse[str]:
    def parse(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"write one of {', '.join(allowed)}")
        return str(value)

    return parse


def cnpj(value: object) -> str:
    if not isinstance(value, str) or not cnpj_number.is_valid(value):
        raise ValueError("not a valid CNPJ (length or check digits)")
    return str(cnpj_number.format(value))


def phone(value: object) -> str:
    """Read a phone number in international form into E.164."""
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError('not a phone number: write it as "+551130000000"')
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _number(value: object, most: int) -> Decimal:
    number = Decimal(str(value)) if type(value) in (int, float) else Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= most:
        raise ValueError(f"write a number from 0 to {most}")
    return number


def _mappings(value: object) -> list[object]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("write a list of bands, each with its keys")
    return value
