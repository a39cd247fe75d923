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


def test_who_calls_is_told_before_the_debt_not_with_it() -> None:
    late = "a: Falo em nome da Lojas Aurora. " + DEBT[0].removeprefix("a: ")
    found = scored("a: Bom dia. Eu falo com a Ana?", *OPENING[1:], late, *DEAL)
    assert result_of(found, "greeting") == "fail"


def test_a_greeting_lost_to_the_ear_is_no_rude_opening() -> None:
    heard = "a: na aqui é a Renata, da Lojsa Aurora. Eu flao com a Ana?"
    assert result_of(scored(heard, *OPENING[1:], *DEBT, *DEAL), "greeting") == "pass"


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        pytest.param("Não ouvi, fala de novo.", "pass", id="the caller asked for it"),
        pytest.param("Vou ver com a minha esposa.", "fail", id="nobody asked for it"),
    ],
)
def test_a_line_said_again_is_a_fault_where_nobody_asked_for_it(asked: str, result: str) -> None:
    again = ("a: Consigo fazer à vista por R$ 1.198,50, no Pix. Fica bom?", f"c: {asked}")
    assert result_of(scored(*OPENING, *DEBT, "c: Sei.", *again * 3, "a: Tenha um bom dia."), "listening") == result


def test_who_asks_for_time_has_not_refused() -> None:
    lines = ("c: Sei.", DEAL[1], "c: Hoje não consigo decidir nada.", "a: Sem problema. Tenha um bom dia.")
    assert result_of(scored(*OPENING, *DEBT, *lines), "negotiation") == "pass"


def test_the_parts_of_an_agreement_are_not_taken_from_what_is_owed() -> None:
    lines = ("c: Sei.", "a: À vista fica R$ 1.198,50. Pode ser?", "c: Pode fechar.", "a: Ótimo. Tenha um bom dia.")
    found = scored(*OPENING, *DEBT, *lines)
    assert result_of(found, "commitment") == "fail"


def test_a_yes_to_what_was_read_back_confirms_it() -> None:
    read_back = "a: Fica R$ 1.198,50, no Pix, dia 26 de novembro."
    assert result_of(scored(*OPENING, *DEBT, *DEAL[:3], read_back, "c: Isso.", DEAL[-1]), "commitment") == "pass"


@pytest.mark.parametrize(
    ("disposition", "result"),
    [
        pytest.param("privacy_request", "na", id="another request came first"),
        pytest.param("no_agreement", "fail", id="there was time for one"),
    ],
)
def test_a_way_to_pay_is_due_where_nothing_else_ended_the_call(disposition: str, result: str) -> None:
    lines = ("c: Quero que apaguem os meus dados.", "a: Anotei o seu pedido. Tenha um bom dia.")
    told = DEBT[0].removesuffix(" O que houve?")
    assert result_of(scored(*OPENING, told, *lines, disposition=disposition), "negotiation") == result
