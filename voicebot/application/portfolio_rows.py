"""The rows of the load files: debtors, debts, payments and holds, each row judged on its own.

Errors::

    PortfolioError
    +-- PortfolioFileMissing   a file is not there or cannot be read
    +-- CreditorFileInvalid    the creditor's file has faults; without limits nothing loads
    +-- UnknownDebtor          a case was asked for a reference that is not in the portfolio

What is wrong with a row is a value, `RowProblem`; it names columns and references, never a person's data.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import phonenumbers
from stdnum.br import cpf as cpf_number

from voicebot.application.places import TIMEZONES
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Channel, Debt, Debtor, Hold

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WORD: Final = re.compile(r"[a-z][a-z_]*")
_BRAZIL: Final = 55
_PEOPLE: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)
"""Lines that a person answers; a service number is never dialled, and refused before it is stored."""


class PortfolioError(Exception):
    """The load files cannot be used as they are."""


class PortfolioFileMissing(PortfolioError):
    """A load file is not there, or may not be read."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was left out, and how to mend it."""

    file: str
    line: int
    """From 1, the header included."""
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}; {self.mend}"


@dataclass(frozen=True, slots=True)
class ReceivedPayment:
    """Money that came in for one contract."""

    contract: str
    paid_on: date
    amount: Money
    method: str
    txid: str


class _BadRow(Exception):
    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class _Cells:
    """One row with typed access; each getter raises `_BadRow`."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def optional(self, column: str) -> str | None:
        return self._values[column].strip() or None

    def text(self, column: str) -> str:
        value = self.optional(column)
        if value is None:
            raise _BadRow(f"{column} is empty", "fill it in")
        return value

    def day(self, column: str) -> date:
        text = self.text(column)
        with suppress(ValueError):
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        raise _BadRow(f"{column} is not a date", "write it as YYYY-MM-DD")

    def money(self, column: str) -> Money:
        try:
            amount = Money.of(self.text(column))
        except ValueError:
            amount = Money(0)
        if amount.cents <= 0:
            raise _BadRow(f"{column} is not an amount above zero", "write reais and cents as 1250.00")
        return amount

    def count(self, column: str) -> int:
        text = self.text(column)
        if not (text.isascii() and text.isdigit()):
            raise _BadRow(f"{column} is not a whole number", "write digits only")
        return int(text)

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        text = self.text(column)
        if text not in allowed:
            raise _BadRow(f"{column} is not known", f"use one of {', '.join(allowed)}")
        return text


DEBTOR_COLUMNS: Final = (
    "debtor_ref",
    "name",
    "cpf",
    "birth_date",
    "phone",
    "email",
    "city",
    "state",
    "preferred_channel",
    "customer_since",
    "previous_defaults",
)
DEBT_COLUMNS: Final = ("debtor_ref", "contract", "product", "due_date", "principal")
PAYMENT_COLUMNS: Final = ("contract", "paid_on", "amount", "method", "txid")
HOLD_COLUMNS: Final = ("debtor_ref", "kind", "until")


def read_debtors(path: Path, problems: list[RowProblem]) -> dict[str, Debtor]:
    """Read the debtors by reference; a reference or a CPF seen before is refused."""
    found: dict[str, Debtor] = {}
    documents: set[str] = set()

    def parse(cells: _Cells) -> Debtor:
        debtor = _debtor(cells)
        _refuse_repeated("debtor_ref", debtor.ref in found)
        _refuse_repeated("cpf", debtor.cpf in documents)
        found[debtor.ref] = debtor
        documents.add(debtor.cpf)
        return debtor

    _read(path, DEBTOR_COLUMNS, parse, problems)
    return found


def read_debts(path: Path, debtors: dict[str, Debtor], problems: list[RowProblem]) -> dict[str, tuple[Debt, ...]]:
    """Read the debts by debtor reference, in the file's order."""
    found: dict[str, tuple[Debt, ...]] = {}
    contracts: set[str] = set()

    def parse(cells: _Cells) -> None:
        ref = _known(cells, "debtor_ref", debtors, "the debtors file")
        debt = Debt(cells.text("contract"), cells.text("product"), cells.day("due_date"), cells.money("principal"))
        _refuse_repeated("contract", debt.contract in contracts)
        contracts.add(debt.contract)
        found[ref] = (*found.get(ref, ()), debt)

    _read(path, DEBT_COLUMNS, parse, problems)
    return found


def read_payments(path: Path, contracts: set[str], problems: list[RowProblem]) -> tuple[ReceivedPayment, ...]:
    """Read the payments; the same txid counts once."""
    found: dict[str, ReceivedPayment] = {}

    def parse(cells: _Cells) -> None:
        contract = _known(cells, "contract", contracts, "the debts file")
        txid = cells.text("txid")
        _refuse_repeated("txid", txid in found)
        found[txid] = ReceivedPayment(
            contract, cells.day("paid_on"), cells.money("amount"), cells.text("method").lower(), txid
        )

    _read(path, PAYMENT_COLUMNS, parse, problems)
    return tuple(found.values())


def read_holds(path: Path, debtors: dict[str, Debtor], problems: list[RowProblem]) -> dict[str, tuple[Hold, ...]]:
    """Read the holds by debtor reference; an empty `until` is for ever."""
    found: dict[str, tuple[Hold, ...]] = {}

    def parse(cells: _Cells) -> None:
        ref = _known(cells, "debtor_ref", debtors, "the debtors file")
        kind = cells.text("kind").lower()
        if not _WORD.fullmatch(kind):
            raise _BadRow("kind is not a word", "write it as dispute, illness, lawyer, stop, ...")
        hold = Hold(kind, cells.day("until") if cells.optional("until") else None)
        found[ref] = (*found.get(ref, ()), hold)

    _read(path, HOLD_COLUMNS, parse, problems)
    return found


def read_text(path: Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    Raises:
        PortfolioFileMissing: it is not there, may not be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PortfolioFileMissing(f"cannot read {path}: {error.strerror}; check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise PortfolioFileMissing(f"{path} is not UTF-8: save it with that encoding") from error


def _read(path: Path, columns: tuple[str, ...], parse: Callable[[_Cells], object], problems: list[RowProblem]) -> None:
    rows = _rows(path, columns, problems)
    try:
        for line, values in rows:
            try:
                parse(_Cells(values))
            except _BadRow as bad:
                problems.append(RowProblem(path.name, line, bad.reason, bad.mend))
    except csv.Error as error:
        problems.append(RowProblem(path.name, 1, f"not readable as CSV: {error}", "look for a quote left open"))


def _rows(path: Path, columns: tuple[str, ...], problems: list[RowProblem]) -> Iterator[tuple[int, dict[str, str]]]:
    text = read_text(path)
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header and "," not in header else ",")
    names = [name.strip() for name in next(reader, [])]
    missing = [column for column in columns if column not in names]
    if missing:
        problems.append(RowProblem(path.name, 1, f"no column {', '.join(missing)}", "name the columns in line 1"))
        return
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            reason = f"{len(cells)} cells where the header has {len(names)}"
            problems.append(RowProblem(path.name, reader.line_num, reason, "quote values that hold the separator"))
            continue
        yield reader.line_num, dict(zip(names, cells, strict=True))


def _debtor(cells: _Cells) -> Debtor:
    birth, since = cells.day("birth_date"), cells.day("customer_since")
    if birth >= since:
        raise _BadRow("customer_since is not after birth_date", "check both dates")
    email = cells.optional("email")
    if email is not None and not _EMAIL.fullmatch(email):
        raise _BadRow("email is not an address", "write it as name@domain, or leave it empty")
    channel = Channel(cells.one_of("preferred_channel", tuple(Channel)))
    if channel is Channel.EMAIL and email is None:
        raise _BadRow("preferred_channel is email but email is empty", "fill in email or prefer another channel")
    return Debtor(
        ref=cells.text("debtor_ref"),
        name=" ".join(cells.text("name").split()),
        cpf=_cpf(cells.text("cpf")),
        birth_date=birth,
        phone=_phone(cells.text("phone")),
        email=email,
        city=cells.text("city"),
        state=cells.one_of("state", tuple(TIMEZONES)),
        preferred_channel=channel,
        customer_since=since,
        previous_defaults=cells.count("previous_defaults"),
    )


def _cpf(text: str) -> str:
    digits = re.sub(r"[.\-\s]", "", text)
    if len(set(digits)) == 1 or not cpf_number.is_valid(digits):
        raise _BadRow("cpf is not valid (length or check digits)", "check it against the contract")
    return digits


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.country_code != _BRAZIL or not phonenumbers.is_valid_number(number):
        raise _BadRow("phone is not a valid Brazilian number", "write it as +55, area code and number, digits only")
    if phonenumbers.number_type(number) not in _PEOPLE:
        raise _BadRow("phone is a service number (0300, 0500, 0800, 0900)", "give the person's own line")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _known(cells: _Cells, column: str, known: Container[str], where: str) -> str:
    value = cells.text(column)
    if value not in known:
        raise _BadRow(f"{column} {value} is unknown", f"add it to {where}, or mend its row there")
    return value


def _refuse_repeated(column: str, repeated: bool) -> None:
    if repeated:
        raise _BadRow(f"{column} was given in an earlier row", "keep one of the two rows")
