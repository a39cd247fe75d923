"""Agreements and the payments on them, from rows: what is kept, what is broken, what is settled by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.places import calendar_of, timezone_of
from voicebot.domain.money import Money
from voicebot.domain.promises import Promise, Received, broken_on, promise_of, settled_contracts, standing, unpaid
from voicebot.persistence.database import Database
from voicebot.persistence.tables import AgreementRow, CreditorRow, DebtorRow, DebtRow, PaymentRow

_YEARS_AROUND: Final = 1
_BATCH: Final = 500
"""Debtors a statement: each must stay short."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One debtor's promises in the order they were made, and the payments on their contracts."""

    made: tuple[tuple[str, str, Promise], ...] = ()
    """Call id, state and promise."""
    received: tuple[Received, ...] = ()

    @property
    def promises(self) -> tuple[Promise, ...]:
        return tuple(promise for _, _, promise in self.made)

    def settled(self, on: date | None = None) -> frozenset[str]:
        """Give the contracts that kept promises have settled by `on`."""
        return settled_contracts(self.promises, [each for each in self.received if on is None or each.paid_on <= on])


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """For the dialler: whose promise, made in which call, missed on which day."""

    debtor_ref: str
    call_id: str
    missed_on: date


async def ledgers(connection: AsyncConnection, refs: Sequence[str]) -> dict[str, Ledger]:
    """Give the ledger of each debtor; one without promises and payments has none."""
    made: dict[str, list[tuple[str, str, Promise]]] = defaultdict(list)
    agreed = (
        select(AgreementRow, DebtorRow.state.label("uf"), DebtorRow.city)
        .join(DebtorRow, DebtorRow.ref == AgreementRow.debtor_ref)
        .where(AgreementRow.debtor_ref == func.any(list(refs)), AgreementRow.state != "withdrawn")
        .order_by(AgreementRow.agreed_at)
    )
    for row in await connection.execute(agreed):
        zone = ZoneInfo(timezone_of(row.uf, row.city))
        promise = promise_of(row.agreement, row.agreed_at.astimezone(zone).date())
        if promise is not None:
            made[row.debtor_ref].append((str(row.call_id), row.state, promise))
    received: dict[str, list[Received]] = defaultdict(list)
    paid = (
        select(PaymentRow, DebtRow.debtor_ref)
        .join(DebtRow, and_(DebtRow.creditor_id == PaymentRow.creditor_id, DebtRow.contract == PaymentRow.contract))
        .where(DebtRow.debtor_ref == func.any(list(refs)))
    )
    for each in await connection.execute(paid):
        money = Received(each.contract, each.paid_on, Money(each.amount_cents, each.currency))
        received[each.debtor_ref].append(money)
    return {ref: Ledger(tuple(made[ref]), tuple(received[ref])) for ref in {*made, *received}}


async def payments_known_until(connection: AsyncConnection, creditor_id: int) -> date | None:
    """Give the last day of which this creditor's payments are known: as said with the file, else the newest payment."""
    newest = select(func.max(PaymentRow.paid_on)).where(PaymentRow.creditor_id == creditor_id).scalar_subquery()
    said = select(func.greatest(CreditorRow.payments_until, newest)).where(CreditorRow.id == creditor_id)
    return await connection.scalar(said)


async def settle_promises(connection: AsyncConnection, creditor_id: int, refs: Sequence[str] | None = None) -> set[str]:
    """Mark as kept what is paid to its last payment, and give the contracts that are settled by it.

    Args:
        connection: in the transaction that the payments came in by.
        creditor_id: whose debtors.
        refs: only these; None is all of the creditor's that have an agreement.
    """
    if refs is None:
        own = (
            select(AgreementRow.debtor_ref)
            .join(DebtorRow, DebtorRow.ref == AgreementRow.debtor_ref)
            .where(DebtorRow.creditor_id == creditor_id)
            .distinct()
        )
        refs = [ref for ref in await connection.scalars(own) if ref is not None]
    settled: set[str] = set()
    for some in _batches(refs):
        for ledger in (await ledgers(connection, some)).values():
            settled |= ledger.settled()
            kept = [each for each, state, promise in ledger.made if state != "kept" and not _missing(ledger, promise)]
            if kept:
                paid = update(AgreementRow).where(AgreementRow.call_id.in_(kept))
                await connection.execute(paid.values(state="kept"))
    return settled


def _batches(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    return (refs[start : start + _BATCH] for start in range(0, len(refs), _BATCH))


def _missing(ledger: Ledger, promise: Promise) -> bool:
    return bool(unpaid(promise, ledger.received))


class PostgresPromises:
    """What the dialler asks of promises; raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def broken(self, at: datetime) -> list[BrokenPromise]:
        """Give the promises that are broken as of `at`, earliest first, and note them as such.

        Nobody is in it whose date, grace and payment data do not all say so; a payment that comes later makes a
        promise kept, and it is given no more.
        """
        found: list[BrokenPromise] = []
        async with self._database.transaction() as connection:
            rows = await connection.execute(
                select(DebtorRow.ref, DebtorRow.state, DebtorRow.city, DebtorRow.creditor_id)
                .where(
                    DebtorRow.ref.in_(select(AgreementRow.debtor_ref).where(AgreementRow.state.in_(("open", "broken"))))
                )
                .order_by(DebtorRow.ref)
            )
            people = {row.ref: row for row in rows}
            known: dict[int, date | None] = {}
            for creditor_id in {who.creditor_id for who in people.values()}:
                known[creditor_id] = await payments_known_until(connection, creditor_id)
            for some in _batches(list(people)):
                for ref, ledger in (await ledgers(connection, some)).items():
                    found += _broken_of(ref, ledger, people[ref], at, known[people[ref].creditor_id])
            calls = [each.call_id for each in found]
            await connection.execute(
                update(AgreementRow)
                .where(AgreementRow.call_id.in_(calls), AgreementRow.state == "open")
                .values(state="broken")
            )
        return sorted(found, key=lambda each: (each.missed_on, each.debtor_ref))


def _broken_of(ref: str, ledger: Ledger, who: Any, at: datetime, known_until: date | None) -> list[BrokenPromise]:
    today = at.astimezone(ZoneInfo(timezone_of(who.state, who.city))).date()
    calendar = calendar_of(who.state, today.year - _YEARS_AROUND, today.year + _YEARS_AROUND)
    stand = standing(ledger.promises)
    found = []
    for call_id, _, promise in ledger.made:
        missed = broken_on(promise, ledger.received, calendar=calendar, today=today, known_until=known_until)
        if missed is not None and promise in stand:
            found.append(BrokenPromise(ref, call_id, missed))
    return found
