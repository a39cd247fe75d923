"""Each criterion passes, fails and stands aside where it should, with the turns that show it."""

from __future__ import annotations

import pytest

from evaluation.scoring.score import as_json
from tests.evaluation.scoring.calls import DEAL, DEBT, GOOD, OPENING, result_of, scored

ASKED = OPENING[2]


@pytest.mark.parametrize(
    ("criterion", "lines"),
    [
        pytest.param("greeting", ("a: Ana?", *GOOD[1:]), id="no greeting"),
        pytest.param(
            "recording_notice",
            (
                OPENING[0],
                "c: Sou eu.",
                "a: Quais os números do CPF?",
                "c: 529.",
                *DEBT,
                "c: Sei.",
                "a: É gravada, viu?",
            ),
            id="notice after the debt",
        ),
        pytest.param(
            "verification",
            (*OPENING[:2], "a: A ligação é gravada. Seu CPF começa com 529, certo?", "c: Sim.", *DEBT, *DEAL),
            id="reads the datum out",
        ),
        pytest.param(
            "purpose_itemised",
            (*OPENING, "a: Obrigada. Seu cartão está em aberto, são R$ 1.331,67.", *DEAL),
            id="a lump sum",
        ),
        pytest.param(
            "empathy",
            (*OPENING, *DEBT, "c: Perdi o emprego.", "a: Certo. Qual a data do pagamento?", *DEAL[2:]),
            id="passes over a lost job",
        ),
        pytest.param(
            "listening",
            (*OPENING, *DEBT, "c: É que...", "a: Deixa eu terminar, não me interrompa.", *DEAL),
            id="does not let them speak",
        ),
        pytest.param(
            "negotiation",
            (*OPENING, *DEBT, "c: Não consigo.", "a: Tem que pagar tudo, não tem conversa.", "c: Vou ver."),
            id="no way but one",
        ),
        pytest.param(
            "commitment",
            (*OPENING, *DEBT, *DEAL[:3], "a: Então está feito, obrigada. Bom dia!"),
            id="no day and no read-back",
        ),
        pytest.param(
            "plain_language",
            (*GOOD[:-1], "a: Os encargos moratórios incidem sobre o saldo devedor. Bom dia!"),
            id="jargon",
        ),
        pytest.param("closing", (*GOOD[:-1], "a: Então é isso."), id="no goodbye"),
    ],
)
def test_a_fault_fails_its_criterion(criterion: str, lines: tuple[str, ...]) -> None:
    found = scored(*lines)
    assert result_of(found, criterion) == "fail"
    assert result_of(scored(*GOOD), criterion) != "fail"


def test_a_record_that_says_another_amount_fails() -> None:
    terms = {"total": "999.00", "entry": None, "instalments": [{"due": "2026-11-26", "amount": "999.00"}]}
    assert result_of(scored(*GOOD, disposition="agreement", agreement=terms), "record") == "fail"
    right = {**terms, "total": "1198.50", "instalments": [{"due": "2026-11-26", "amount": "1198.50"}]}
    assert result_of(scored(*GOOD, disposition="agreement", agreement=right), "record") == "pass"


def test_what_was_not_reached_stands_aside() -> None:
    found = scored(OPENING[0], "c: Ela não está, sou a irmã.", "a: Qual o melhor horário? Obrigada, bom dia.")
    for criterion in ("recording_notice", "verification", "purpose_itemised", "negotiation", "commitment"):
        assert result_of(found, criterion) == "na", criterion
    assert found.score == 100


def test_evidence_has_the_turns_and_their_times() -> None:
    found = as_json(scored(*GOOD))
    notice = next(each for each in found["criteria"] if each["id"] == "recording_notice")
    assert notice["evidence"] == [2]
    assert notice["times"] == [{"turn": 2, "start_s": 5.0, "end_s": 7.0}]
    assert sum(each["weight"] for each in found["criteria"]) == 100
    assert all(0 <= each["confidence"] <= 1 and each["reason"] for each in found["criteria"])


def test_a_line_that_was_never_heard_was_not_said() -> None:
    found = scored(*GOOD)
    assert result_of(found, "recording_notice") == "pass"
    turns = [{"speaker": "agent", "text": "A ligação é gravada.", "heard": "cleared"}]
    assert result_of(scored(turns=turns), "greeting") == "na"


@pytest.mark.parametrize(
    "said",
    [
        "Obrigada. Liguei só pra lembrar: a parcela do seguro, de R$ 99,00, vence amanhã.",
        "Obrigada. É um lembrete. A fatura do cartão vence no dia vinte, e é de R$ 99,00.",
    ],
)
def test_a_reminder_is_known_by_its_words(said: str) -> None:
    found = scored(*OPENING, f"a: {said} Tenha um bom dia.", "c: Tá bom, obrigada.")
    assert result_of(found, "purpose_itemised") == "pass"
    assert result_of(found, "negotiation") == "na"


def test_what_is_late_is_no_reminder() -> None:
    said = "Obrigada. É um lembrete: a sua fatura venceu em julho e está em aberto, são R$ 1.331,67."
    found = scored(*OPENING, f"a: {said}", "c: Sei.", "a: Tenha um bom dia.")
    assert result_of(found, "purpose_itemised") == "fail"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("Vamos deixar isso quieto. A gente só volta a falar depois.", id="a pause"),
        pytest.param("Está bem, eu respeito a sua escolha.", id="a refusal taken"),
        pytest.param("Não precisa resolver nada hoje.", id="nothing to settle"),
        pytest.param("Primeiro, a saúde.", id="health first"),
        pytest.param("Uma pessoa da equipe resolve isso melhor.", id="a person"),
    ],
)
def test_care_is_known_by_its_words(said: str) -> None:
    found = scored(*OPENING, *DEBT, "c: Perdi o emprego.", f"a: {said}", "c: Tá.", "a: Tenha um bom dia.")
    assert result_of(found, "empathy") == "pass"


def test_a_question_for_day_and_month_is_no_greeting() -> None:
    lines = ("a: Fal com Ana Beetriz?", "c: Sou eu.", "a: Cofirme o dia e mês do nascimmento.", "c: Dez de maio.")
    assert result_of(scored(*lines, *DEBT, *DEAL), "greeting") == "fail"
