"""Portfolios drawn at random inside what a creditor's file may say, written as load files and read as those are."""

from __future__ import annotations

import copy
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.portfolio import Case

SAMPLE: Final = Path(__file__).parents[3] / "samples" / "creditor.yaml"
_FIRST: Final = (
    "Ana Marcos Fernanda Rafael Juliana Carlos Patrícia Bruno Luciana Diego Camila Thiago Sandra José Marlene Antônio"
).split()
WOMEN: Final = frozenset("Ana Fernanda Juliana Patrícia Luciana Camila Sandra Marlene".split())
_SECOND: Final = "Beatriz Eduardo Paula Henrique Cristina Augusto".split()
_FAMILY: Final = "Souza Lima Nascimento Alves Costa Ferreira Gomes Barbosa Ribeiro Teixeira Moraes".split()
_PRODUCTS: Final = ("Cartão Aurora", "Crediário Aurora", "Empréstimo pessoal", "Plano internet", "Seguro")
_PLACES: Final = (
    ("São Paulo", "SP", "11"),
    ("Belo Horizonte", "MG", "31"),
    ("Salvador", "BA", "71"),
    ("Porto Alegre", "RS", "51"),
    ("Curitiba", "PR", "41"),
    ("Recife", "PE", "81"),
    ("Manaus", "AM", "92"),
    ("Goiânia", "GO", "62"),
)
_DEBTOR_COLUMNS: Final = (
    "debtor_ref,name,cpf,birth_date,phone,email,city,state,preferred_channel,customer_since,previous_defaults"
).split(",")
_LAST_DAY: Final = 1825


@dataclass(frozen=True, slots=True)
class Drawn:
    """One debtor's file: what the bot reads, and the same rows as plain values for whoever judges it."""

    case: Case
    creditor: Mapping[str, Any]
    """The creditor's file as parsed."""
    debts: tuple[tuple[str, str, date, str], ...]
    """Contract, product, due date, principal as written in the file."""
    at: datetime
    """When the call begins, in the debtor's local time."""


def draw(rng: Random, folder: Path) -> Drawn:
    """Draw a portfolio of one debtor into `folder` and read it back."""
    creditor = _creditor(rng)
    today = date(2026, 11, 23) + timedelta(days=rng.randrange(100))
    debts = _debts(rng, today)
    city, state, area = rng.choice(_PLACES)
    born = date(rng.randrange(1946, 2005), rng.randrange(1, 13), rng.randrange(1, 28))
    name = " ".join([rng.choice(_FIRST), *rng.sample(_SECOND, rng.randrange(2)), rng.choice(_FAMILY)])
    row = {
        "debtor_ref": "S001",
        "name": name,
        "cpf": cpf(rng),
        "birth_date": born.isoformat(),
        "phone": f"+55{area}9{rng.randrange(10**7, 10**8)}",
        "email": rng.choice(("", "pessoa@example.com")),
        "city": city,
        "state": state,
        "preferred_channel": rng.choice(("whatsapp", "sms", "voice")),
        "customer_since": "2015-03-02",
        "previous_defaults": str(rng.randrange(6)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "creditor.yaml").write_text(yaml.safe_dump(creditor, allow_unicode=True), encoding="utf-8")
    _write(folder / "debtors.csv", _DEBTOR_COLUMNS, [list(row.values())])
    rows = [["S001", contract, product, due.isoformat(), principal] for contract, product, due, principal in debts]
    _write(folder / "debts.csv", ["debtor_ref", "contract", "product", "due_date", "principal"], rows)
    at = datetime.combine(today, time(rng.randrange(9, 19), rng.randrange(60)))
    portfolio = read_portfolio(folder)
    case = portfolio.case("S001", on=today)
    return Drawn(case, creditor, debts, at.replace(tzinfo=ZoneInfo(case.timezone)))


def cpf(rng: Random) -> str:
    """Draw eleven digits with right check digits."""
    digits = [rng.randrange(10) for _ in range(9)]
    if len(set(digits)) == 1:
        digits[0] = (digits[0] + 1) % 10
    for length in (9, 10):
        rest = sum(digit * (length + 1 - index) for index, digit in enumerate(digits[:length])) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _debts(rng: Random, today: date) -> tuple[tuple[str, str, date, str], ...]:
    """Draw one to three debts; a sixth of the callers owe something that is not due yet."""
    count = rng.choice((1, 1, 1, 2, 2, 3))
    early = count == 1 and rng.random() < 1 / 12
    days = [rng.choice((rng.randrange(1, 400), rng.randrange(1, 1800))) for _ in range(count)]
    if early:
        days = [-rng.randrange(0, 5)]
    return tuple(
        (
            f"C-{9000 + index}",
            rng.choice(_PRODUCTS),
            today - timedelta(days=late),
            f"{rng.randrange(3_000, 800_000) / 100:.2f}",
        )
        for index, late in enumerate(days)
    )


def _creditor(rng: Random) -> dict[str, Any]:
    """Draw limits: one in four is the sample as it is, the others move every number that may move."""
    data: dict[str, Any] = copy.deepcopy(yaml.safe_load(SAMPLE.read_text(encoding="utf-8")))
    if rng.random() < 0.25:
        return data
    data["creditor"]["name_reveals_debt"] = rng.random() < 0.4
    data["charges"]["late_fee_percent"] = rng.choice((0.0, 1.0, 2.0))
    data["charges"]["interest_percent_month"] = rng.choice((0.5, 0.99, 1.0))
    edges = sorted(rng.sample(range(20, 1500), rng.randrange(2, 6)))
    data["settlement"] = _settlement(rng, edges)
    data["plan"] = _plan(rng, edges)
    data["plan_discount_of_settlement"] = rng.choice((0.0, 0.25, 0.5, 1.0))
    data["payment"]["methods"] = rng.choice((["pix", "boleto"], ["pix"], ["boleto", "pix"], ["boleto"]))
    data["payment"]["due_days"] = sorted(rng.sample(range(1, 29), rng.randrange(1, 5)))
    data["entry_within_business_days"] = rng.randrange(1, 6)
    data["promise_within_days"] = rng.randrange(5, 31)
    data["max_concessions"] = rng.randrange(1, 5)
    data["offer_valid_days"] = rng.randrange(1, 11)
    data["agreement_broken_after_days"] = rng.randrange(3, 16)
    return data


def _spans(edges: list[int]) -> list[list[int]]:
    starts = [1, *(edge + 1 for edge in edges)]
    return [list(span) for span in zip(starts, [*edges, _LAST_DAY], strict=True)]


def _settlement(rng: Random, edges: list[int]) -> list[dict[str, Any]]:
    bands: list[dict[str, Any]] = [{"days_past_due": [-30, 0], "level_1": 0, "level_2": 0, "human": 0}]
    for span in _spans(edges):
        steps = sorted(rng.randrange(0, 91) for _ in range(3))
        bands.append({"days_past_due": span, **dict(zip(("level_1", "level_2", "human"), steps, strict=True))})
    return bands


def _plan(rng: Random, edges: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "days_past_due": span,
            "entry_percent": rng.choice((0, 5, 10, 20, 30)),
            "max_instalments": rng.choice((2, 3, 6, 12, 24)),
            "min_instalment": rng.choice((20.0, 30.0, 50.0, 100.0)),
        }
        for span in _spans(edges)
    ]
