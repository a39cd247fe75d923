"""A payment that the creditor's system reports, read strictly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from voicebot.application.portfolio_files import ReceivedPayment
from voicebot.domain.money import ZERO, Money

_KNOWN: Final = frozenset({"txid", "contract", "paid_on", "amount", "method", "creditor_cnpj"})
_LONGEST: Final = 200


class PaymentInvalid(ValueError):
    """The report cannot be read; the text names the field and what it wants, never its value."""


class Taken(StrEnum):
    """What became of a report."""

    REDUCED = "reduced"
    CLOSED = "closed"
    REPEATED = "repeated"
    UNKNOWN_CONTRACT = "unknown_contract"
    AMBIGUOUS_CONTRACT = "ambiguous_contract"
    TXID_REUSED = "txid_reused"


@dataclass(frozen=True, slots=True)
class ReportedPayment:
    payment: ReceivedPayment
    creditor_cnpj: str | None


def read_report(body: bytes, today: date) -> ReportedPayment:
    """Read a report; `today` is the creditor's, and nothing is paid after it.

    Raises:
        PaymentInvalid: it is not what is expected.
    """
    try:
        data = json.loads(body)
    except ValueError:
        raise PaymentInvalid("the body is not JSON") from None
    if not isinstance(data, dict):
        raise PaymentInvalid("the body must be one JSON object")
    unknown = sorted(set(data) - _KNOWN)
    if unknown:
        raise PaymentInvalid(f"unknown field; known are {', '.join(sorted(_KNOWN))}")
    cnpj = _text(data, "creditor_cnpj") if data.get("creditor_cnpj") is not None else None
    payment = ReceivedPayment(
        contract=_text(data, "contract"),
        paid_on=_day(data, today),
        amount=_amount(data),
        method=_text(data, "method"),
        txid=_text(data, "txid"),
    )
    return ReportedPayment(payment, cnpj)


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise PaymentInvalid(f"{name}: write a text of at most {_LONGEST} characters")
    return value.strip()


def _day(data: dict[str, Any], today: date) -> date:
    try:
        day = date.fromisoformat(_text(data, "paid_on"))
    except ValueError:
        raise PaymentInvalid("paid_on: write a date, 2026-11-23") from None
    if day > today:
        raise PaymentInvalid("paid_on: lies in the future")
    return day


def _amount(data: dict[str, Any]) -> Money:
    try:
        amount = Money.of(_text(data, "amount"))
    except ValueError:
        raise PaymentInvalid('amount: write a text with two decimals, "1331.67"') from None
    if amount <= ZERO:
        raise PaymentInvalid("amount: must be more than 0")
    return amount
