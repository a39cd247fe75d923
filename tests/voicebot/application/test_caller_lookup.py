"""Somebody calls from a number that nobody has: few tries, and no answer from which anything can be learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from voicebot.application.caller_lookup import TRIES, CallerLookup, Found, NotFound, is_named
from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.portfolio import Case
from voicebot.settings import ROOT

ANA = read_portfolio(ROOT / "samples").case("D001", on=date(2026, 11, 23))
NAME, CPF = ANA.debtor.name, ANA.debtor.cpf


@dataclass
class Search:
    cases: Sequence[Case] = (ANA,)
    asked: list[str] = field(default_factory=list)

    async def cases_by_cpf(self, cpf: str) -> Sequence[Case]:
        self.asked.append(cpf)
        return [case for case in self.cases if case.debtor.cpf == cpf]


def lookup(*cases: Case, serves: bool = True) -> tuple[CallerLookup, Search]:
    search = Search(cases or (ANA,))
    return CallerLookup(search, may_serve=lambda _case: serves), search


async def test_name_and_cpf_together_find_the_case() -> None:
    looking, _ = lookup()
    assert await looking.look(NAME, f"{CPF[:3]}.{CPF[3:6]}.{CPF[6:9]}-{CPF[9:]}") == Found(ANA)


@pytest.mark.parametrize(
    ("name", "cpf", "cases", "serves"),
    [
        pytest.param(NAME, "39053344705", (ANA,), True, id="a CPF of nobody's"),
        pytest.param("Carlos Nogueira", CPF, (ANA,), True, id="a known CPF, another's name"),
        pytest.param(NAME.split()[0], CPF, (ANA,), True, id="the first name alone"),
        pytest.param(NAME, CPF[:3], (ANA,), True, id="some of the digits"),
        pytest.param(NAME, "", (ANA,), True, id="no digits"),
        pytest.param(NAME, CPF, (ANA, replace(ANA, timezone="UTC")), True, id="two creditors"),
        pytest.param(NAME, CPF, (ANA,), False, id="a sample where real calls are answered"),
    ],
)
async def test_every_failure_is_the_same_answer_and_costs_a_try(
    name: str, cpf: str, cases: tuple[Case, ...], serves: bool
) -> None:
    looking, search = lookup(*cases, serves=serves)
    assert [await looking.look(name, cpf) for _ in range(TRIES)] == [NotFound(2), NotFound(1), NotFound(0)]
    assert len(search.asked) == TRIES


async def test_after_the_last_try_even_the_truth_finds_nothing_and_nobody_is_asked() -> None:
    looking, search = lookup()
    for _ in range(TRIES):
        await looking.look("x", "1")
    assert await looking.look(NAME, CPF) == NotFound(0)
    assert len(search.asked) == TRIES


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("ana beatriz souza", True, id="in full"),
        pytest.param("aqui é a Ana Souza", True, id="in a sentence, one name left out"),
        pytest.param("ÁNA SOUZÁ", True, id="accents and capitals"),
        pytest.param("Beatriz Souza", False, id="without the first name"),
        pytest.param("Ana", False, id="the first name alone"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_name_is_recognised(said: str, expected: bool) -> None:
    assert is_named("Ana Beatriz de Souza", said) is expected


def test_a_single_name_on_record_finds_nobody() -> None:
    assert not is_named("Ana", "Ana")


def test_what_is_found_is_hidden_from_reprs() -> None:
    assert "Ana" not in repr(Found(ANA))
