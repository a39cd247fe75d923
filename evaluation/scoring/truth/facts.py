"""One debtor, one debt, one agent: the figures that a made-up call is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from evaluation.scoring.truth.spelling import reais

CREDITOR: Final = Path(__file__).parents[3] / "samples" / "creditor.yaml"
_NAMES: Final = "Ana Carlos Fernanda Marcos Juliana Paulo Sandra Rafael Camila Diego".split()
_FAMILY: Final = "Souza Lima Alves Costa Ferreira Gomes".split()
_AGENTS: Final = "Patrícia Bruno Renata Gustavo Larissa Otávio".split()
_PRODUCTS: Final = ("cartão", "crediário", "empréstimo", "plano de internet", "seguro")
_ZONES: Final = {"SP": "America/Sao_Paulo", "MG": "America/Sao_Paulo", "BA": "America/Bahia", "PE": "America/Recife"}
_MONTHS: Final = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    agent: str
    state: str
    product: str
    at: datetime
    due: date
    principal: int
    """Cents, like every amount here."""
    fine: int
    interest: int
    human: int
    """Percent a person may take off."""
    instalments: int
    """The most there may be."""
    spoken: bool
    """Amounts in words, not in figures."""
    discount: int
    times: int
    pay_by: date
    method: str
    protocol: str

    @property
    def total(self) -> int:
        return self.principal + self.fine + self.interest

    @property
    def at_once(self) -> int:
        return self.total * (100 - self.discount) // 100

    @property
    def entry(self) -> int:
        return self.total // 5 // 100 * 100

    @property
    def part(self) -> int:
        return (self.total - self.entry) // self.times

    def say(self, cents: int) -> str:
        if self.spoken:
            return reais(cents)
        whole = f"{cents // 100:,}".replace(",", ".")
        return f"R$ {whole},{cents % 100:02d}"

    def slots(self) -> dict[str, str]:
        """Everything a line may name."""
        return {
            "nome": self.name.split()[0],
            "agente": self.agent,
            "credor": "Lojas Aurora",
            "produto": self.product,
            "vencimento": _day(self.due),
            "principal": self.say(self.principal),
            "multa": self.say(self.fine),
            "juros": self.say(self.interest),
            "total": self.say(self.total),
            "avista": self.say(self.at_once),
            "desconto": str(self.discount),
            "entrada": self.say(self.entry),
            "vezes": str(self.times),
            "parcela": self.say(self.part),
            "metodo": self.method,
            "dia": _day(self.pay_by),
            "protocolo": self.protocol,
            "fora": str(min(99, self.human + 12)),
            "muitas": str(self.instalments + 12),
        }


def draw(rng: Random) -> Facts:
    """Draw a call's facts; the creditor's own file says what a person may grant."""
    book: dict[str, Any] = yaml.safe_load(CREDITOR.read_text(encoding="utf-8"))
    late = rng.choice((20, 45, 75, 130, 250, 500))
    band = next(row for row in book["settlement"] if row["days_past_due"][0] <= late <= row["days_past_due"][1])
    plan = next(row for row in book["plan"] if row["days_past_due"][0] <= late <= row["days_past_due"][1])
    state = rng.choice(list(_ZONES))
    start = datetime(2026, 11, 24, rng.randrange(10, 18), rng.randrange(60), tzinfo=ZoneInfo(_ZONES[state]))
    at = start + timedelta(days=rng.choice((0, 1, 2)))
    principal = rng.randrange(20_000, 500_000)
    return Facts(
        name=f"{rng.choice(_NAMES)} {rng.choice(_FAMILY)}",
        agent=rng.choice(_AGENTS),
        state=state,
        product=rng.choice(_PRODUCTS),
        at=at,
        due=at.date() - timedelta(days=late),
        principal=principal,
        fine=principal * 2 // 100,
        interest=principal * late // 3000,
        human=int(band["human"]),
        instalments=int(plan["max_instalments"]),
        spoken=rng.random() < 0.6,
        discount=rng.randrange(0, int(band["human"]) + 1) or 1,
        times=rng.randrange(2, int(plan["max_instalments"]) + 1),
        pay_by=at.date() + timedelta(days=rng.randrange(1, 10)),
        method=rng.choice(("Pix", "boleto")),
        protocol=str(rng.randrange(10**7, 10**8)),
    )


def _day(day: date) -> str:
    return f"{day.day} de {_MONTHS[day.month - 1]}"
