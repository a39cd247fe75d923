"""Boletos: the 44-digit barcode and the line that people type, for bank slips (47) and utility bills (48 digits).

Layouts and check digits are FEBRABAN's. The due factor counts days in a cycle of 9000 that began anew on 2025-02-22,
so a factor alone names several dates: reading one needs a date to read it near.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from typing import Final

from voicebot.domain.money import Money
from voicebot.domain.payments.errors import BoletoDigitWrong, BoletoFieldInvalid, BoletoLengthWrong

_Rule = Callable[[str], str]
BARCODE: Final = 44
SLIP_LINE: Final = 47
UTILITY_LINE: Final = 48
_FREE: Final = 25
_FIRST_DUE: Final = date(2000, 7, 3)
"""Factor 1000; no slip is older."""
_FIRST_FACTOR: Final = 1000
_CYCLE: Final = 9000
_PAST: Final = 3000
"""Days before the reference that a due date is still looked for; the rest of the cycle lies ahead of it."""
_MOST_CENTS: Final = 10**10 - 1
_SEPARATORS: Final = re.compile(r"[ .\-\t]")


@dataclass(frozen=True, slots=True)
class BankSlip:
    bank: str
    """Three digits."""
    due: date | None
    """None is payable at any time."""
    amount: Money | None
    """None leaves it to the payer."""
    free: str
    """The bank's own 25 digits: branch, account, slip number."""


@dataclass(frozen=True, slots=True)
class UtilityBill:
    segment: str
    """One digit: 1 city, 2 water, 3 energy and gas, 4 telecoms, 5 government, 6 and 7 others, 9 the bank's own."""
    amount: Money | None
    """None where the bill states a quantity to be priced on payment."""
    free: str
    """The 29 digits that name the company and its bill."""


def build(slip: BankSlip) -> str:
    """Give the 44 digits of a bank slip.

    Raises:
        BoletoFieldInvalid: a field that a slip cannot hold.
    """
    if not re.fullmatch(r"[0-79][0-9]{2}", slip.bank):
        raise BoletoFieldInvalid("the bank is three digits, and the first is not 8 (that is a utility bill)")
    if not re.fullmatch(f"[0-9]{{{_FREE}}}", slip.free):
        raise BoletoFieldInvalid(f"the free field is {_FREE} digits")
    head, tail = f"{slip.bank}9", f"{due_factor(slip.due)}{_cents(slip.amount):010d}{slip.free}"
    return head + _slip_digit(head + tail) + tail


def read(code: str, near: date) -> BankSlip:
    """Read a bank slip from its barcode or line, spaces and dots allowed; `near` is the day it was issued or is read.

    Raises:
        BoletoError: one of its leaves says what is wrong.
    """
    barcode = as_barcode(code)
    if barcode[0] == "8":
        raise BoletoFieldInvalid("this is a utility bill, not a bank slip: read it with read_utility")
    amount = int(barcode[9:19])
    return BankSlip(barcode[:3], due_date(barcode[5:9], near), Money(amount) if amount else None, barcode[19:])


def read_utility(code: str) -> UtilityBill:
    """Read a utility bill from its barcode or line.

    Raises:
        BoletoError: one of its leaves says what is wrong.
    """
    barcode = as_barcode(code)
    if barcode[0] != "8":
        raise BoletoFieldInvalid("this is a bank slip, not a utility bill: read it with read")
    in_reais = barcode[2] in "68"
    return UtilityBill(barcode[1], Money(int(barcode[4:15])) if in_reais else None, barcode[15:])


def as_barcode(code: str) -> str:
    """Give the 44 digits of a barcode, or of the line of 47 or 48, every check digit verified.

    Raises:
        BoletoLengthWrong: not that many digits.
        BoletoDigitWrong: a check digit does not fit.
        BoletoFieldInvalid: digits where no slip has them.
    """
    digits = _digits(code)
    if len(digits) == SLIP_LINE:
        blocks = (digits[:10], digits[10:21], digits[21:32])
        _verify_blocks(blocks, _mod10)
        first, second, third = (block[:-1] for block in blocks)
        digits = first[:4] + digits[32:] + first[4:] + second + third
        if digits[0] == "8":
            raise BoletoFieldInvalid("a line of 47 digits is a bank slip, and no bank's number begins with 8")
    elif len(digits) == UTILITY_LINE:
        utility_blocks = tuple(digits[start : start + 12] for start in range(0, UTILITY_LINE, 12))
        if digits[0] != "8":
            raise BoletoFieldInvalid("a line of 48 digits is a utility bill and begins with 8")
        _verify_blocks(utility_blocks, _utility_rule(digits))
        digits = "".join(block[:-1] for block in utility_blocks)
    return _verified(digits)


def as_line(barcode: str) -> str:
    """Give the line that people type for a barcode: 47 digits, or 48 of a utility bill.

    Raises:
        BoletoError: it is no valid barcode.
    """
    digits = _digits(barcode)
    if len(digits) != BARCODE:
        raise BoletoLengthWrong(f"a barcode has {BARCODE} digits, this has {len(digits)}")
    digits = _verified(digits)
    if digits[0] == "8":
        rule = _utility_rule(digits)
        blocks = (digits[start : start + 11] for start in range(0, BARCODE, 11))
        return "".join(block + rule(block) for block in blocks)
    free = digits[19:]
    fields = (digits[:4] + free[:5], free[5:15], free[15:])
    return "".join(block + _mod10(block) for block in fields) + digits[4:19]


def spaced(line: str) -> str:
    """Write a bank slip's line in the groups that are printed on paper, a utility bill's in its four blocks."""
    if len(line) == UTILITY_LINE:
        return " ".join(f"{line[start : start + 11]}-{line[start + 11]}" for start in range(0, UTILITY_LINE, 12))
    return (
        f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:26]}.{line[26:32]} {line[32:33]} {line[33:47]}"
    )


def due_factor(due: date | None) -> str:
    """Give the four digits of a due date; 0000 is none.

    Raises:
        BoletoFieldInvalid: before 2000-07-03.
    """
    if due is None:
        return "0000"
    if due < _FIRST_DUE:
        raise BoletoFieldInvalid(f"a slip is due on {_FIRST_DUE.isoformat()} at the earliest")
    return f"{(due - _FIRST_DUE).days % _CYCLE + _FIRST_FACTOR:04d}"


def due_date(factor: str, near: date) -> date | None:
    """Give the date of a factor: of those 9000 days apart, the one from 3000 days before `near` to 5999 after it.

    Raises:
        BoletoFieldInvalid: a factor below 1000, other than 0000.
    """
    if factor == "0000":
        return None
    days = int(factor) - _FIRST_FACTOR
    if days < 0:
        raise BoletoFieldInvalid("the due factor is 0000, or 1000 and above")
    first = _FIRST_DUE + timedelta(days)
    earliest = near - timedelta(_PAST)
    cycles = max(0, -((first - earliest).days // _CYCLE))
    return first + timedelta(cycles * _CYCLE)


def _cents(amount: Money | None) -> int:
    if amount is None:
        return 0
    if amount.currency != "BRL" or not 0 < amount.cents <= _MOST_CENTS:
        raise BoletoFieldInvalid("the amount of a slip is in reais, above zero and below R$ 100 million")
    return amount.cents


def _digits(code: str) -> str:
    digits = _SEPARATORS.sub("", code.strip())
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {BARCODE, SLIP_LINE, UTILITY_LINE}:
        raise BoletoLengthWrong(
            f"a barcode has {BARCODE} digits, a slip's line {SLIP_LINE}, a utility bill's {UTILITY_LINE}: "
            f"this has {len(digits)} characters"
        )
    return digits


def _verified(barcode: str) -> str:
    if barcode[0] == "8":
        right = _utility_rule(barcode)(barcode[:3] + barcode[4:])
        if barcode[3] != right:
            raise BoletoDigitWrong("the general check digit (4th) of the utility bill does not fit")
        return barcode
    if barcode[3] != "9":
        raise BoletoFieldInvalid("the slip is not in reais (4th digit is not 9)")
    if barcode[4] != _slip_digit(barcode[:4] + barcode[5:]):
        raise BoletoDigitWrong("the general check digit (5th of the barcode) does not fit")
    return barcode


def _verify_blocks(blocks: tuple[str, ...], rule: _Rule) -> None:
    for number, block in enumerate(blocks, 1):
        if rule(block[:-1]) != block[-1]:
            raise BoletoDigitWrong(f"the check digit of field {number} does not fit: type that field again")


def _utility_rule(digits: str) -> _Rule:
    """Say which modulus a bill uses: by its third digit, 6 and 7 mod 10, 8 and 9 mod 11."""
    if digits[2] in "67":
        return _mod10
    if digits[2] in "89":
        return _utility_mod11
    raise BoletoFieldInvalid("the third digit of a utility bill is 6, 7, 8 or 9")


def _mod10(digits: str) -> str:
    products = (int(digit) * weight for digit, weight in zip(reversed(digits), cycle((2, 1)), strict=False))
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


def _mod11(digits: str) -> int:
    weights = cycle(range(2, 10))
    return 11 - sum(int(digit) * weight for digit, weight in zip(reversed(digits), weights, strict=False)) % 11


def _slip_digit(digits: str) -> str:
    """Give the fifth digit of the barcode, never 0: over the other 43."""
    digit = _mod11(digits)
    return str(digit) if digit < 10 else "1"


def _utility_mod11(digits: str) -> str:
    digit = _mod11(digits)
    return str(digit) if digit < 10 else "0"
