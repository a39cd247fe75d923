"""Rows to a `Case`: what one call may know of one debtor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from voicebot.application.places import calendar_of, timezone_of
from voicebot.domain.limits import Charges
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Channel, Debt, Debtor, Hold
from voicebot.domain.promises import latest_broken
from voicebot.persistence import creditor_json
from voicebot.persistence.debts import left_of
from voicebot.persistence.histories import about_person
from voicebot.persistence.promises import Ledger, ledgers, payments_known_until
from voicebot.persistence.tables import CreditorRow, DebtorRow, DebtRow, HoldRow, PaymentRow, SuppressionRow

_YEARS_BACK: Final = 1
_YEARS_AHEAD: Final = 3
_UNDATED: Final = (2020, 2040)
"""Years of holidays where nobody says which day it is."""


async def case_of(session: AsyncSession, row: DebtorRow, on: date | None) -> Case:
    creditor_row = await session.get_one(CreditorRow, row.creditor_id)
    creditor = creditor_json.from_json(creditor_row.settings)
    timezone = timezone_of(row.state, row.city)
    first, last = _UNDATED if on is None else (on.year - _YEARS_BACK, on.year + _YEARS_AHEAD)
    calendar = calendar_of(row.state, first, last)
    ledger = (await ledgers(await session.connection(), [row.ref])).get(row.ref, Ledger())
    case = Case(
        creditor=creditor,
        debtor=_debtor(row),
        debts=await _debts(session, row.ref, creditor.limits.charges, on, ledger.settled(on)),
        calendar=calendar,
        timezone=timezone,
        holds=await _holds(session, row, ZoneInfo(timezone)),
    )
    if on is None or not ledger.promises:
        return case
    known_until = await payments_known_until(await session.connection(), row.creditor_id)
    broken = latest_broken(ledger.promises, ledger.received, calendar=calendar, today=on, known_until=known_until)
    return replace(case, broken_promise=broken)


async def _debts(
    session: AsyncSession, ref: str, charges: Charges, on: date | None, settled: frozenset[str]
) -> tuple[Debt, ...]:
    """Give what is still owed; nothing on a contract that a kept agreement has settled, whatever the discount was."""
    rows = (
        await session.scalars(
            select(DebtRow)
            .where(DebtRow.debtor_ref == ref, DebtRow.status != "withdrawn", DebtRow.contract.not_in(settled))
            .order_by(DebtRow.due_date, DebtRow.contract)
        )
    ).all()
    until = [PaymentRow.paid_on <= on] if on is not None else []
    received: dict[tuple[int, str], list[tuple[date, str, Money]]] = defaultdict(list)
    paid = select(PaymentRow).join(
        DebtRow, and_(DebtRow.creditor_id == PaymentRow.creditor_id, DebtRow.contract == PaymentRow.contract)
    )
    for payment in await session.scalars(paid.where(DebtRow.debtor_ref == ref, *until)):
        amount = Money(payment.amount_cents, payment.currency)
        received[payment.creditor_id, payment.contract].append((payment.paid_on, payment.txid, amount))
    left = (
        left_of(
            Debt(row.contract, row.product, row.due_date, Money(row.principal_cents, row.currency)),
            received[row.creditor_id, row.contract],
            charges,
        )
        for row in rows
    )
    return tuple(debt for debt in left if debt is not None)


async def _holds(session: AsyncSession, row: DebtorRow, zone: ZoneInfo) -> tuple[Hold, ...]:
    """Give the file's holds, then what calls suppressed for this person or for the number on file now.

    What concerns the person and not one creditor (stop, deceased, ...) counts from every creditor's calls.
    """
    same_person = select(DebtorRow.ref).where(DebtorRow.cpf == row.cpf)
    loaded = await session.scalars(select(HoldRow).where(HoldRow.debtor_ref == row.ref).order_by(HoldRow.kind))
    said = await session.scalars(
        select(SuppressionRow).where(about_person(row.ref, same_person, row.phone)).order_by(SuppressionRow.id)
    )
    holds = [Hold(hold.kind, hold.until) for hold in loaded]
    holds += [Hold(each.kind, each.until.astimezone(zone).date() if each.until else None) for each in said]
    return tuple(dict.fromkeys(holds))


def _debtor(row: DebtorRow) -> Debtor:
    return Debtor(
        ref=row.ref,
        name=row.name,
        cpf=row.cpf,
        birth_date=row.birth_date,
        phone=row.phone,
        email=row.email,
        city=row.city,
        state=row.state,
        preferred_channel=Channel(row.preferred_channel),
        customer_since=row.customer_since,
        previous_defaults=row.previous_defaults,
    )
