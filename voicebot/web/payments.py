"""`POST /api/v1/payments`: the creditor's system reports a payment, signed, as often as it likes.

Every answer that is not 200 has one shape: `{"error": {"code": "...", "message": "..."}}`; `code` is for programs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from voicebot.application.ports import RecordsUnavailable
from voicebot.application.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, why_refused
from voicebot.application.take_payment import PaymentInvalid, ReportedPayment, Taken, read_report

log = structlog.get_logger(__name__)
PAYMENTS: Final = "/api/v1/payments"
MAX_BYTES: Final = 16_384
_ZONE: Final = ZoneInfo("America/Sao_Paulo")


_REFUSED: Final = {
    Taken.UNKNOWN_CONTRACT: (404, "no such contract is loaded: load it first, or check contract and creditor_cnpj"),
    Taken.AMBIGUOUS_CONTRACT: (409, "more than one creditor has this contract: send creditor_cnpj"),
    Taken.TXID_REUSED: (409, "this txid was reported with another contract, day or amount"),
}


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """What the route needs."""

    take: Callable[[ReportedPayment], Awaitable[Taken]]
    """Count it, once for its txid. Raises `RecordsUnavailable`."""
    now: Callable[[], datetime]
    key: str | None = field(repr=False)
    """None where no key is set: nobody can be told from anybody then, and nothing is taken."""


def payment_routes(desk: PaymentDesk) -> APIRouter:
    router = APIRouter()

    @router.post(PAYMENTS)
    async def payments(request: Request) -> JSONResponse:
        if desk.key is None:
            return _error(503, "not_configured", "VOICEBOT_SECRET_KEY is not set on this server")
        body = await _body(request)
        if body is None:
            return _error(413, "too_large", f"a report has at most {MAX_BYTES} bytes")
        headers, now = request.headers, desk.now()
        refused = why_refused(desk.key, headers.get(TIMESTAMP_HEADER), headers.get(SIGNATURE_HEADER), body, now)
        if refused is not None:
            log.warning("payment_refused", why="signature")
            return _error(401, "bad_signature", refused)
        return await _take(desk, body, now.astimezone(_ZONE).date())

    return router


async def _take(desk: PaymentDesk, body: bytes, today: date) -> JSONResponse:
    try:
        report = read_report(body, today)
        taken = await desk.take(report)
    except PaymentInvalid as error:
        return _error(422, "invalid", str(error))
    except RecordsUnavailable:
        log.warning("payment_not_taken", why="database away")
        return _error(503, "unavailable", "the database is away; send the same report again")
    if taken in _REFUSED:
        status, message = _REFUSED[taken]
        return _error(status, taken.value, message)
    return JSONResponse({"txid": report.payment.txid, "outcome": taken.value})


async def _body(request: Request) -> bytes | None:
    """Read the body; None where it is too large, without reading it all."""
    pieces = bytearray()
    async for piece in request.stream():
        pieces += piece
        if len(pieces) > MAX_BYTES:
            return None
    return bytes(pieces)


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
