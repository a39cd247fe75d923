"""The chain of causes, in the caller's own telling."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluation.scoring.calls import DEBT, OPENING, scored


def chain_of(*callers: str) -> list[tuple[str, list[int]]]:
    lines = [each for text in callers for each in (f"c: {text}", "a: Entendo. O que houve?")]
    found: dict[str, Any] | None = scored(*OPENING, *DEBT, *lines).measures["root_cause"]
    return [(each["kind"], each["turns"]) for each in found["chain"]] if found else []


@pytest.mark.parametrize(
    ("callers", "wanted"),
    [
        pytest.param(
            ("Perdi o emprego.", "A firma fechou."), [("job_loss", [5]), ("company_closed", [7])], id="asked on"
        ),
        pytest.param(
            ("A firma fechou, aí eu perdi o emprego.",), [("job_loss", [5]), ("company_closed", [5])], id="told first"
        ),
        pytest.param(
            ("Estou endividada.", "Meu salário caiu.", "Fui demitida e faço bico.", "A empresa faliu."),
            [("over_indebted", [5]), ("lower_income", [7, 9]), ("job_loss", [9]), ("company_closed", [11])],
            id="four deep",
        ),
        pytest.param(
            ("Eu me separei, porque eu fiquei doente.",), [("separation", [5]), ("illness", [5])], id="linked by porque"
        ),
        pytest.param(("Eu esqueci.", "E o carro quebrou."), [("forgot", [5])], id="no link between them"),
        pytest.param(("Sim, confirmo.",), [], id="nothing told"),
    ],
)
def test_the_main_cause_and_what_lies_behind_it(callers: tuple[str, ...], wanted: list[tuple[str, list[int]]]) -> None:
    assert chain_of(*callers) == wanted


def test_the_agents_own_words_are_no_cause() -> None:
    found = scored(*OPENING, "a: A senhora perdeu o emprego?", "c: Não, não.").measures
    assert found["root_cause"] is None
    assert found["reasons_for_default"] == []
