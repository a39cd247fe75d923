"""Made-up creditors, debtors, debts and payments, and what made-up calls tell by events of their own."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from voicebot.application.qa.experiments import EXPERIMENT, arm_of
from voicebot.application.qa.reports import OFFER, PROTOCOL, SATISFACTION, SCRIPT
from voicebot.domain.limits import Charges, Limits, PlanBand, SettlementBand
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Creditor, OpenHours, Treatment
from voicebot.persistence import creditor_json
from voicebot.persistence.console_seed_calls import CREDITORS

DEBTORS: Final = 5000
_LONG: Final = 3650
"""Days past due to which the made-up limits reach."""
_ZONE: Final = ZoneInfo("America/Sao_Paulo")
NAME: Final = "abertura-curta"
_SHARE: Final = 50
_CHANGED: Final = timedelta(days=25)
"""So long before the last call the newer script and the experiment began."""
_OF_ELEVEN: Final = (0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3)
_ANSWERS: Final = ((10, 30), (9, 20), (8, 18), (7, 10), (6, 6), (5, 6), (3, 5), (0, 5))
"""Satisfaction and how often, of a hundred."""
_OPENINGS: Final = (0, 5, 10, 10, 15)
_STEPS: Final = (0, 5, 5, 10)
"""Percent that a made-up offer begins at, and that the next one goes further."""


def ref_of(number: int) -> str:
    return f"S{number % DEBTORS:05d}"


def creditor_of(number: int) -> str:
    """Give the one creditor of a made-up debtor."""
    return CREDITORS[_OF_ELEVEN[number % DEBTORS % len(_OF_ELEVEN)]]


def write_portfolio(connection: psycopg.Connection, today: date, rng: random.Random) -> None:
    """Write it once; a second time changes nothing."""
    for place, name in enumerate(CREDITORS):
        connection.execute(
            "INSERT INTO creditors (cnpj, name, sample, settings) VALUES (%s, %s, true, %s) ON CONFLICT DO NOTHING",
            (_cnpj(place), name, json.dumps(creditor_json.to_json(_creditor(place, name)))),
        )
    ids = {str(cnpj): int(id_) for cnpj, id_ in connection.execute("SELECT cnpj, id FROM creditors").fetchall()}
    if connection.execute("SELECT 1 FROM debtors WHERE ref = %s", (ref_of(0),)).fetchone():
        return
    debtors, debts, payments = [], [], []
    for number in range(DEBTORS):
        creditor = ids[_cnpj(_OF_ELEVEN[number % len(_OF_ELEVEN)])]
        due = today - timedelta(days=rng.randrange(20, 400))
        cents, fate = rng.randrange(15_000, 400_000), rng.random()
        since = due - timedelta(days=rng.randrange(60, 2500))
        debtors.append(
            (ref_of(number), creditor, "Pessoa de exemplo", f"{number:011d}", date(1985, 1, 1), f"+5511900{number:06d}",
             "São Paulo", "SP", "whatsapp", since, rng.choices((0, 1, 2, 4), weights=(5, 3, 2, 1))[0])
        )  # fmt: skip
        debts.append(
            (creditor, f"S{number}", ref_of(number), "cartão", due, cents, "BRL", "paid" if fate < 0.2 else "open")
        )
        if fate < 0.32:
            paid = cents if fate < 0.2 else cents // rng.randrange(2, 6)
            day = today - timedelta(days=rng.randrange(45))
            payments.append((f"seed-{number}", creditor, f"S{number}", day, paid, "BRL", "pix"))
    _copy(connection, "debtors", "ref, creditor_id, name, cpf, birth_date, phone, city, state, preferred_channel,"
          " customer_since, previous_defaults", debtors)  # fmt: skip
    _copy(connection, "debts", "creditor_id, contract, debtor_ref, product, due_date, principal_cents, currency,"
          " status", debts)  # fmt: skip
    _copy(connection, "payments", "txid, creditor_id, contract, paid_on, amount_cents, currency, method", payments)
    connection.execute(
        "INSERT INTO experiments (name, challenger_percent, opened_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (NAME, _SHARE, datetime.combine(today, datetime.min.time(), tzinfo=_ZONE) - _CHANGED),
    )


def events_of(
    call_id: str, number: int, started_at: datetime, until: datetime, *, answers: bool, offers: int, rng: random.Random
) -> list[tuple[Any, ...]]:
    """Give the rows of events of one call."""
    is_new = started_at > until - _CHANGED
    told = [(PROTOCOL, {"number": f"{rng.randrange(10**8):08d}"})] if offers or answers else []
    told += [(SCRIPT, {"version": "2026.11" if is_new else "2026.10"})]
    if is_new:
        told.append((EXPERIMENT, {"experiment": NAME, "arm": arm_of(NAME, ref_of(number), _SHARE).value}))
    if answers and rng.random() < 0.3:
        scores, weights = zip(*_ANSWERS, strict=True)
        told.append((SATISFACTION, {"score": str(rng.choices(scores, weights)[0])}))
    discount = rng.choice(_OPENINGS)
    for _ in range(offers):
        told.append((OFFER, {"kind": "settlement", "discount_percent": f"{discount}.00"}))
        discount += rng.choice(_STEPS)
    return [
        (call_id, str(uuid.UUID(int=rng.getrandbits(128), version=4)), kind, json.dumps(data), started_at)
        for kind, data in told
    ]


def _copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _cnpj(place: int) -> str:
    return f"0000000000000{place}"


def _creditor(place: int, name: str) -> Creditor:
    nothing = Decimal(0)
    limits = Limits(
        charges=Charges(Decimal(2), Decimal(1)),
        settlement=(SettlementBand(1, _LONG, Decimal(20), Decimal(35)),),
        plan=(PlanBand(1, _LONG, Decimal(10), 12, Money(5000)),),
        plan_discount_of_settlement=nothing,
        entry_within_business_days=3,
        promise_within_days=5,
        max_concessions=3,
        offer_valid_days=5,
        agreement_broken_after_days=5,
        due_days=(5,),
        methods=("pix",),
    )
    return Creditor(
        name=name, spoken_name=name, cnpj=_cnpj(place), address="-", official_phone="-", website="-", pix_key="-",
        jurisdiction="BR", sample=True, name_reveals_debt=False, collector=None, official_whatsapp=None,
        on_call_phone=None, default_treatment=Treatment.VOCE, senhor_from_age=60, recording_keep_days=90,
        conversations_per_day=1, attempts_per_day=3, attempts_per_week=7, pix_expires_hours=24, handoff_phone=None,
        handoff_hours=OpenHours(()), limits=limits,
    )  # fmt: skip
