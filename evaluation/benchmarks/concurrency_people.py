"""A crowd to call: people of the benchmark's own, each with a name, an amount and a CPF of theirs.

All live the story of `latency_callers`, so their birthday and the ends of their CPF are its; names and amounts differ,
so that no caller finds lines that were made for another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from voicebot.application.portfolio_files import Portfolio
from voicebot.domain.money import Money

MODEL: Final = "D001"
"""Whose story it is."""
BIRTHDAY: Final = date(1984, 3, 12)
_HEAD: Final = "529"
_TAIL: Final = "25"
_NAMES: Final = (
    "Adriana Alice Aline Amanda Bianca Bruna Camila Carla Carolina Cecília Cláudia Cristina Daniela Débora Denise "
    "Eduarda Elaine Elisa Fabiana Fernanda Flávia Gabriela Gisele Helena Heloísa Ingrid Isabela Jaqueline Joana "
    "Juliana Karina Larissa Letícia Lívia Luana Luciana Luísa Marcela Mariana Marina Mônica Natália Patrícia Paula "
    "Priscila Rafaela Renata Roberta Sandra Sílvia Simone Sofia Tatiana Valéria Vanessa Verônica Viviane"
).split()
_FAMILIES: Final = (
    "Almeida Barbosa Cardoso Dias Freitas Gomes Lopes Mendes Moreira Nunes Pinto Ramos Rocha Teixeira".split()
)
_LEAST_CENTS, _MOST_CENTS = 90_000, 150_000


def crowd(samples: Portfolio, count: int, *, seed: int = 0) -> Portfolio:
    """Give a portfolio of so many people; the same for the same seed."""
    chance = random.Random(seed)
    model, debts = samples.debtors[MODEL], samples.debts[MODEL]
    found, owed = {}, {}
    for number, cpf in zip(range(count), _documents(), strict=False):
        ref = f"N{number:05d}"
        found[ref] = replace(
            model,
            ref=ref,
            name=f"{chance.choice(_NAMES)} {chance.choice(_FAMILIES)} {chance.choice(_FAMILIES)}",
            cpf=cpf,
            birth_date=BIRTHDAY,
            phone=f"+55119{70_000_000 + number}",
            email=None,
        )
        principal = Money(chance.randrange(_LEAST_CENTS, _MOST_CENTS))
        owed[ref] = tuple(replace(debt, contract=f"N-{number:05d}", principal=principal) for debt in debts)
    return Portfolio(creditor=samples.creditor, debtors=found, debts=owed, payments=(), holds={}, problems=())


def _documents() -> Iterator[str]:
    """Give CPFs with the story's first three and last two digits, all different and valid."""
    for middle in range(1_000_000):
        body = f"{_HEAD}{middle:06d}"
        first = _check(body)
        if f"{first}{_check(body + str(first))}" == _TAIL:
            yield body + _TAIL


def _check(digits: str) -> int:
    """Give the next check digit (Receita Federal, modulo 11)."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True)) % 11
    return 0 if rest < 2 else 11 - rest
