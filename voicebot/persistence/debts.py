"""What is still owed on stored debts: the loaded contract, less its payments, by the domain's own arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.portfolio_files import ReceivedPayment
from voicebot.domain.charges import after_payment
from voicebot.domain.limits import Charges
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Debt
from voicebot.persistence.promises import settle_promises
from voicebot.persistence.tables import DebtRow, PaymentRow


def payment_row(creditor_id: int, payment: ReceivedPayment) -> dict[str, Any]:
    """Give a payment as its table has it."""
    return {
        "txid": payment.txid,
        "creditor_id": creditor_id,
        "contract": payment.contract,
        "paid_on": payment.paid_on,
        "amount_cents": payment.amount.cents,
        "currency": payment.amount.currency,
        "method": payment.method,
    }


def left_of(debt: Debt, payments: Iterable[tuple[date, str, Money]], charges: Charges) -> Debt | None:
    """Count payments (day, txid, amount) against a debt in their order; None where they close it."""
    left: Debt | None = debt
    for paid_on, _, amount in sorted(payments, key=lambda each: each[:2]):
        if left is None:
            return None
        left = after_payment(left, charges, paid_on, amount)
    return left


async def settle(
    connection: AsyncConnection, creditor_id: int, charges: Charges, *, refs: list[str] | None = None
) -> int:
    """Bring `status` of debts with payments in line: paid where these close it, open where not. Give how many changed.

    `refs` limits it to some debtors, with all their contracts: one agreement may be on several.

    A kept agreement closes its contracts, whatever discount it gave. A withdrawn debt stays so.
    """
    mine: list[ColumnElement[bool]] = [DebtRow.creditor_id == creditor_id, DebtRow.status != "withdrawn"]
    if refs is not None:
        mine.append(DebtRow.debtor_ref.in_(refs))
    # Locked by a statement of its own: the next one then sees the payments of whoever held the lock before us.
    locked = select(DebtRow.contract).where(*mine).order_by(DebtRow.contract).with_for_update(key_share=True)
    await connection.execute(locked)
    rows = await connection.execute(
        select(DebtRow, PaymentRow.paid_on, PaymentRow.txid, PaymentRow.amount_cents)
        .join(
            PaymentRow,
            (PaymentRow.creditor_id == DebtRow.creditor_id) & (PaymentRow.contract == DebtRow.contract),
        )
        .where(*mine)
    )
    owing: dict[str, tuple[Debt, str]] = {}
    received: dict[str, list[tuple[date, str, Money]]] = defaultdict(list)
    for row in rows:
        debt = Debt(row.contract, row.product, row.due_date, Money(row.principal_cents, row.currency))
        owing[row.contract] = (debt, row.status)
        received[row.contract].append((row.paid_on, row.txid, Money(row.amount_cents, row.currency)))
    settled = await settle_promises(connection, creditor_id, refs)
    changed = await _close(connection, mine, settled)
    for key, (debt, status) in owing.items():
        if key in settled:
            continue
        now = "open" if left_of(debt, received[key], charges) is not None else "paid"
        if now != status:
            changed += 1
            await connection.execute(
                update(DebtRow).where(DebtRow.creditor_id == creditor_id, DebtRow.contract == key).values(status=now)
            )
    return changed


async def _close(connection: AsyncConnection, mine: list[ColumnElement[bool]], contracts: set[str]) -> int:
    closed = await connection.scalars(
        update(DebtRow)
        .where(DebtRow.contract.in_(contracts), DebtRow.status == "open", *mine)
        .values(status="paid")
        .returning(DebtRow.contract)
    )
    return len(list(closed))
