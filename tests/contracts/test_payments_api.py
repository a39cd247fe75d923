"""`POST /api/v1/payments` as the creditor's system meets it: signed, idempotent, one shape of error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from tests.voicebot.persistence.dialling import MONDAY, Clock, samples
from voicebot.application.ports import RecordsUnavailable
from voicebot.application.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from voicebot.application.take_payment import ReportedPayment, Taken
from voicebot.persistence.database import Database
from voicebot.persistence.payments import PostgresPayments
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.web.payments import MAX_BYTES, PAYMENTS, PaymentDesk, payment_routes

KEY = "a-key-for-tests"
REPORT = {"txid": "E1", "contract": "C-1001", "paid_on": "2026-11-23", "amount": "100.00", "method": "pix"}


class Client:
    def __init__(self, http: httpx.AsyncClient, clock: Clock) -> None:
        self.http, self.clock = http, clock

    async def send(
        self, body: bytes, *, key: str = KEY, late: timedelta = timedelta(), headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Give the status and the outcome, or the error's code."""
        timestamp = str(int((self.clock.at - late).timestamp()))
        signed = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(key, timestamp, body)}
        answer = await self.http.post(PAYMENTS, content=body, headers=signed if headers is None else headers)
        told = answer.json()
        if answer.status_code != 200:
            assert set(told) == {"error"} and set(told["error"]) == {"code", "message"}
            return answer.status_code, told["error"]["code"]
        return 200, told["outcome"]

    async def report(self, **changes: object) -> tuple[int, str]:
        return await self.send(json.dumps({**REPORT, **changes}).encode())


def app(desk: PaymentDesk) -> httpx.AsyncClient:
    api = FastAPI()
    api.include_router(payment_routes(desk))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://bot")


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    store, clock = PortfolioStore(database), Clock()
    await store.save(samples())
    debt = replace(samples().debts["D001"][0], contract="C-1004")
    await store.save(
        replace(
            samples(),
            creditor=replace(samples().creditor, cnpj="99.888.777/0001-66", name="Outra S.A."),
            debtors={"X1": replace(samples().debtors["D001"], ref="X1")},
            debts={"X1": (debt,)},
        )
    )
    async with app(PaymentDesk(PostgresPayments(database).take, clock.now, KEY)) as http:
        yield Client(http, clock)


async def test_a_payment_counts_once_for_its_txid(client: Client) -> None:
    assert await client.report() == (200, "reduced")
    assert await client.report() == (200, "repeated")
    assert await client.report(txid="E2", amount="9000.00") == (200, "closed")


@pytest.mark.parametrize(
    "change", [{"amount": "100.01"}, {"contract": "C-1002"}, {"paid_on": "2026-11-22"}], ids=["sum", "contract", "day"]
)
async def test_a_txid_with_other_facts_is_refused(client: Client, change: dict[str, str]) -> None:
    assert await client.report() == (200, "reduced")
    assert await client.report(**change) == (409, "txid_reused")
    assert await client.report() == (200, "repeated")


async def test_a_contract_of_two_creditors_needs_the_creditor(client: Client) -> None:
    assert await client.report(contract="C-1004") == (409, "ambiguous_contract")
    assert await client.report(contract="C-1004", creditor_cnpj="11.222.333/0001-81") == (200, "reduced")
    assert await client.report(contract="nobody's", txid="E9") == (404, "unknown_contract")


@pytest.mark.parametrize(
    ("minutes", "status"),
    [pytest.param(4.9, 200, id="in time"), pytest.param(5.1, 401, id="old"), pytest.param(-5.1, 401, id="early")],
)
async def test_a_request_is_good_for_five_minutes(client: Client, minutes: float, status: int) -> None:
    found, _ = await client.send(json.dumps(REPORT).encode(), late=timedelta(minutes=minutes))
    assert found == status


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({TIMESTAMP_HEADER: "1795348800"}, id="no signature"),
        pytest.param({SIGNATURE_HEADER: "sha256=00"}, id="no timestamp"),
        pytest.param({TIMESTAMP_HEADER: "now", SIGNATURE_HEADER: "sha256=00"}, id="no time"),
        pytest.param({TIMESTAMP_HEADER: "9" * 400, SIGNATURE_HEADER: "sha256=00"}, id="a huge time"),
        pytest.param({TIMESTAMP_HEADER: "1795348800", SIGNATURE_HEADER: "sha256=00"}, id="a wrong signature"),
    ],
)
async def test_who_cannot_sign_changes_nothing(client: Client, headers: dict[str, str]) -> None:
    assert await client.send(json.dumps(REPORT).encode(), headers=headers) == (401, "bad_signature")
    assert await client.send(json.dumps(REPORT).encode(), key="another") == (401, "bad_signature")
    assert await client.report() == (200, "reduced")


async def test_a_changed_body_is_refused(client: Client) -> None:
    timestamp = str(int(MONDAY.timestamp()))
    headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(KEY, timestamp, json.dumps(REPORT).encode())}
    other = json.dumps({**REPORT, "amount": "900.00"}).encode()
    assert await client.send(other, headers=headers) == (401, "bad_signature")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="no json"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[]", id="a list"),
        *(pytest.param(json.dumps({**REPORT, **change}).encode(), id=str(change)) for change in (
            {"amount": 100}, {"amount": "1.234"}, {"amount": "-1.00"}, {"amount": "0.00"}, {"amount": "NaN"},
            {"paid_on": "23/11/2026"}, {"paid_on": "2026-11-24"}, {"txid": ""}, {"txid": "a\u0000b"},
            {"txid": "x" * 201}, {"contract": None}, {"method": 3}, {"extra": 1}, {"creditor_cnpj": 5},
        )),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused(client: Client, body: bytes) -> None:
    assert await client.send(body) == (422, "invalid")


async def test_a_body_too_large_is_not_read_to_its_end(client: Client) -> None:
    assert await client.send(b"x" * (MAX_BYTES + 1)) == (413, "too_large")


async def test_without_a_key_nothing_is_taken() -> None:
    async def never(report: ReportedPayment) -> Taken:
        raise AssertionError(report)

    clock = Clock()
    async with app(PaymentDesk(never, clock.now, None)) as http:
        assert await Client(http, clock).report() == (503, "not_configured")


async def test_a_database_that_is_away_is_told_and_the_same_report_may_come_again() -> None:
    async def away(report: ReportedPayment) -> Taken:
        raise RecordsUnavailable("away")

    clock = Clock()
    async with app(PaymentDesk(away, clock.now, KEY)) as http:
        assert await Client(http, clock).report() == (503, "unavailable")
