"""What calls left behind, as CSV files for the creditor's own system.

Three files, UTF-8, comma-separated, one header line, rows ordered by instant and call; a file without rows has its
header. Columns are stable: new ones are added at the end. Instants are ISO 8601 in UTC, cut to the second; dates ISO
8601; money in units of the currency with two decimals; truth values `true` and `false`; nothing known is an empty cell.

`outcomes.csv`, one row for each call closed at or after the instant asked for:
    call_id, creditor_cnpj, debtor_ref, direction (outbound | inbound), started_at, closed_at, disposition,
    closed_by (owner | lease: the process died), notice_given_at (the recording notice was heard), callback_at,
    escalation (immediate | today | normal: a person was asked for)

`agreements.csv`, one row for each agreement made since:
    call_id, creditor_cnpj, debtor_ref, contracts (";" between), agreed_at, state (now: open | kept | broken |
    withdrawn), kind (full | settlement | plan), debt_total, total, discount_percent, method (pix | boleto), channel,
    confirmed, teach_back, first_due, first_amount, entry (true where the first payment is an entry), payments (how
    many, with the entry), schedule ("2026-11-26=120.00;2026-12-10=107.85;..."), txid (of the first payment's Pix code)

`suppressions.csv`, one row for each suppression since:
    call_id, creditor_cnpj, debtor_ref, phone (E.164, only where the number itself is suppressed), kind, until (empty:
    for ever), recorded_at

No name, document or word of a conversation is in them. What would tell of somebody's health (kinds `crisis` and
`illness`) is written `vulnerable_hold`, and why a person was asked for stays here. Rows that were waiting on disk for a
database that was away arrive late: ask from an instant before the last export, and take rows by `call_id`.
"""

from __future__ import annotations

import csv
import os
import re
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from voicebot.application.histories import ABOUT_THE_NUMBER
from voicebot.application.messages import payment_txid

OUTCOMES: Final = (
    "call_id",
    "creditor_cnpj",
    "debtor_ref",
    "direction",
    "started_at",
    "closed_at",
    "disposition",
    "closed_by",
    "notice_given_at",
    "callback_at",
    "escalation",
)
AGREEMENTS: Final = (
    "call_id",
    "creditor_cnpj",
    "debtor_ref",
    "contracts",
    "agreed_at",
    "state",
    "kind",
    "debt_total",
    "total",
    "discount_percent",
    "method",
    "channel",
    "confirmed",
    "teach_back",
    "first_due",
    "first_amount",
    "entry",
    "payments",
    "schedule",
    "txid",
)
SUPPRESSIONS: Final = ("call_id", "creditor_cnpj", "debtor_ref", "phone", "kind", "until", "recorded_at")
_HEALTH: Final = frozenset({"crisis", "illness"})
"""LGPD art. 5 II: data about health is sensitive; the creditor needs the hold, not its reason."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

Cell = str | int | bool | datetime | None


class ExportError(Exception):
    """The files could not be written; none of them was replaced."""

    retryable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCall:
    call_id: str
    creditor_cnpj: str | None
    debtor_ref: str | None
    direction: str
    started_at: datetime
    closed_at: datetime
    disposition: str | None
    closed_by: str | None
    notice_given_at: datetime | None
    callback_at: datetime | None
    escalation: str | None
    """The highest urgency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAgreement:
    call_id: str
    creditor_cnpj: str | None
    debtor_ref: str | None
    terms: Mapping[str, Any]
    """The agreement in the contract's JSON."""
    state: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    call_id: str
    creditor_cnpj: str | None
    debtor_ref: str | None
    phone: str | None = field(repr=False)
    kind: str
    until: datetime | None
    recorded_at: datetime


class Snapshot(Protocol):
    """The record at one instant."""

    def closed_calls(self, since: datetime) -> AsyncIterator[ClosedCall]: ...

    def agreements(self, since: datetime) -> AsyncIterator[MadeAgreement]: ...

    def suppressions(self, since: datetime) -> AsyncIterator[Suppression]: ...


class Source(Protocol):
    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Open a view that does not change while it is read."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """Rows written to each file."""

    outcomes: int
    agreements: int
    suppressions: int

    def __str__(self) -> str:
        return f"{self.outcomes} outcomes, {self.agreements} agreements, {self.suppressions} suppressions"


async def export(source: Source, since: datetime, out: Path) -> Exported:
    """Write the three files into `out`, made where it is missing; an earlier export there is replaced whole.

    Args:
        source: The record.
        since: Aware; this instant and later.
        out: A folder.

    Raises:
        ExportError: the folder cannot be written to; the files that were there are untouched.
        ValueError: `since` is naive.
    """
    if since.utcoffset() is None:
        raise ValueError("since has no offset: give an aware datetime")
    with replacing(out) as files:
        outcomes, agreements, suppressions = (
            files.add("outcomes.csv", OUTCOMES),
            files.add("agreements.csv", AGREEMENTS),
            files.add("suppressions.csv", SUPPRESSIONS),
        )
        async with source.snapshot() as snapshot:
            async for call in snapshot.closed_calls(since):
                outcomes.write(_outcome(call))
            async for agreement in snapshot.agreements(since):
                agreements.write(_agreement(agreement))
            async for suppression in snapshot.suppressions(since):
                suppressions.write(_suppression(suppression))
    return Exported(outcomes.rows, agreements.rows, suppressions.rows)


def cell(value: Cell) -> str:
    """Write one value; text that a spreadsheet would run as a formula gets a leading apostrophe, a number does not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


class CsvFile:
    """One file on its way: written beside its place, and moved there by `replacing`."""

    def __init__(self, file: TextIO, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(columns)
        self.rows = 0

    def write(self, values: Mapping[str, Cell]) -> None:
        """Add a row.

        Raises:
            KeyError: a column has no value.
        """
        self._writer.writerow([cell(values[column]) for column in self._columns])
        self.rows += 1


class ReplacedFiles:
    """The files of one export."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._files: list[tuple[TextIO, Path, Path]] = []

    def add(self, name: str, columns: tuple[str, ...]) -> CsvFile:
        """Begin a file; it appears under `name` when all are complete."""
        temporary = self._folder / f".{name}.{uuid.uuid4().hex}.part"
        file = self._stack.enter_context(temporary.open("x", encoding="utf-8", newline=""))
        self._stack.callback(temporary.unlink, missing_ok=True)
        self._files.append((file, temporary, self._folder / name))
        return CsvFile(file, columns)

    def finish(self) -> None:
        """Move every file to its place, once all of them are on the disk."""
        for file, _, _ in self._files:
            file.flush()
            os.fsync(file.fileno())
        for _, temporary, place in self._files:
            temporary.replace(place)


@contextmanager
def replacing(folder: Path) -> Iterator[ReplacedFiles]:
    """Let files be written and take their places together at the end; after an error none does.

    Raises:
        ExportError: the folder or a file in it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = ReplacedFiles(folder, stack)
            yield files
            files.finish()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ExportError(f"cannot write to {folder}: {reason}; give --out a folder you may write to") from error


def _outcome(call: ClosedCall) -> dict[str, Cell]:
    return {
        "call_id": call.call_id,
        "creditor_cnpj": call.creditor_cnpj,
        "debtor_ref": call.debtor_ref,
        "direction": call.direction,
        "started_at": call.started_at,
        "closed_at": call.closed_at,
        "disposition": call.disposition,
        "closed_by": call.closed_by,
        "notice_given_at": call.notice_given_at,
        "callback_at": call.callback_at,
        "escalation": call.escalation,
    }


def _agreement(made: MadeAgreement) -> dict[str, Cell]:
    terms = made.terms
    entry: Mapping[str, str] | None = terms.get("entry")
    payments: list[Mapping[str, str]] = [*([entry] if entry else []), *terms.get("instalments", [])]
    first = payments[0] if payments else {}
    by_pix = terms.get("method") == "pix" and made.debtor_ref is not None
    return {
        "call_id": made.call_id,
        "creditor_cnpj": made.creditor_cnpj,
        "debtor_ref": made.debtor_ref,
        "contracts": ";".join(terms.get("contracts", [])),
        "agreed_at": made.agreed_at,
        "state": made.state,
        "kind": terms.get("kind"),
        "debt_total": _money(terms.get("debt_total")),
        "total": _money(terms.get("total")),
        "discount_percent": _money(terms.get("discount_percent")),
        "method": terms.get("method"),
        "channel": terms.get("channel"),
        "confirmed": terms.get("confirmed") is True,
        "teach_back": terms.get("teach_back") is True,
        "first_due": first.get("due"),
        "first_amount": _money(first.get("amount")),
        "entry": entry is not None,
        "payments": len(payments),
        "schedule": ";".join(f"{each['due']}={_money(each['amount'])}" for each in payments),
        "txid": payment_txid(made.debtor_ref or "", terms) if by_pix else None,
    }


def _suppression(said: Suppression) -> dict[str, Cell]:
    return {
        "call_id": said.call_id,
        "creditor_cnpj": said.creditor_cnpj,
        "debtor_ref": said.debtor_ref,
        "phone": said.phone if said.kind in ABOUT_THE_NUMBER else None,
        "kind": "vulnerable_hold" if said.kind in _HEALTH else said.kind,
        "until": said.until,
        "recorded_at": said.recorded_at,
    }


def _money(amount: str | None) -> str | None:
    return None if amount is None else f"{Decimal(amount):.2f}"
