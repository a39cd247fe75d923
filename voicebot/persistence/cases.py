"""Rows to a `Case`: what one call may know of one debtor."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from voicebot.application.places import calendar_of, timezone_of
from voicebot.domain.limits import Charges
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Channel, Debt, Debtor, Hold
from voicebot.persistence import creditor_json
from voicebot.persistence.debts import left_of
from voicebot.persistence.tables import CreditorRow, DebtorRow, DebtRow, HoldRow, PaymentRow, SuppressionRow

ABOUT_THE_NUMBER: Final = frozenset({"wrong_number"})
"""Suppressions of a phone number, not of a person: with a new number the person may be called again."""
_YEARS_BACK: Final = 1
_YEARS_AHEAD: Final = 3
_UNDATED: Final = (2020, 2040)
"""Years of holidays where nobody says which day it is."""


async def case_of(session: AsyncSession, row: DebtorRow, on: date | None) -> Case:
    creditor_row = await session.get_one(CreditorRow, row.creditor_id)
    creditor = creditor_json.from_json(creditor_row.settings)
    timezone = timezone_of(row.state, row.city)
    first, last = _UNDATED if on is None else (on.year - _YEARS_BACK, on.year + _YEARS_AHEAD)
    return Case(
        creditor=creditor,
        debtor=_debtor(row),
        debts=await _debts(session, row.ref, creditor.limits.charges, on),
        calendar=calendar_of(row.state, first, last),
        timezone=timezone,
        holds=await _holds(session, row, ZoneInfo(timezone)),
    )


async def _debts(session: AsyncSession, ref: str, charges: Charges, on: date | None) -> tuple[Debt, ...]:
    rows = (
        await session.scalars(
            select(DebtRow)
            .where(DebtRow.debtor_ref == ref, DebtRow.status != "withdrawn")
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
    """Give the file's holds, then what calls suppressed for this person or for the number on file now."""
    loaded = await session.scalars(select(HoldRow).where(HoldRow.debtor_ref == row.ref).order_by(HoldRow.kind))
    said = await session.scalars(
        select(SuppressionRow)
        .where(
            or_(
                and_(SuppressionRow.phone == row.phone, SuppressionRow.kind.in_(ABOUT_THE_NUMBER)),
                and_(SuppressionRow.debtor_ref == row.ref, SuppressionRow.kind.not_in(ABOUT_THE_NUMBER)),
            )
        )
        .order_by(SuppressionRow.id)
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
