"""Each fatal error is found where it is, and not where a hard but lawful sentence only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.scoring.limits import read_limits
from tests.evaluation.scoring.calls import DEBT, GOOD, OPENING, scored
from voicebot.settings import ROOT

SAMPLE = ROOT / "samples" / "creditor.yaml"
BYE = "a: Tenha um bom dia."


def test_a_good_call_has_none() -> None:
    found = scored(*GOOD, granted=read_limits(SAMPLE))
    assert found.fatal == ()
    assert found.score == 100


@pytest.mark.parametrize(
    ("fatal", "lines", "more"),
    [
        pytest.param(
            "third_party_disclosure",
            (OPENING[0], "c: Não, aqui é a mãe dela, ela saiu.", "a: É que ela está com uma dívida em atraso.", BYE),
            {},
            id="a debt told to the mother",
        ),
        pytest.param(
            "unverified_disclosure",
            (OPENING[0], "c: Sou eu.", "a: A ligação é gravada. Sua fatura está em aberto, são R$ 1.331,67.", BYE),
            {},
            id="a debt told before anything was asked",
        ),
        pytest.param(
            "threat_or_ridicule",
            (*OPENING, *DEBT, "c: Não tenho.", "a: Se não pagar vou mandar a polícia na sua casa.", BYE),
            {},
            id="the police",
        ),
        pytest.param(
            "threat_or_ridicule",
            (*OPENING, *DEBT, "c: Não tenho.", "a: A senhora não tem vergonha de ser caloteira?", BYE),
            {},
            id="an insult",
        ),
        pytest.param(
            "wrong_amount",
            (*OPENING, DEBT[0].replace("R$ 1.331,67", "R$ 1.480,00"), BYE),
            {},
            id="a total that is not the ledger's",
        ),
        pytest.param("out_of_hours", GOOD, {"started_at": "2026-11-24T21:30:00-03:00"}, id="half past nine at night"),
        pytest.param("out_of_hours", GOOD, {"started_at": "2026-11-22T10:00:00-03:00"}, id="a Sunday"),
        pytest.param(
            "no_recording_notice",
            (OPENING[0], "c: Sou eu.", "a: Quais são os três primeiros números do CPF?", "c: 529.", *DEBT, BYE),
            {},
            id="no notice at all",
        ),
        pytest.param(
            "offer_outside_policy",
            (*OPENING, *DEBT, "c: Está caro.", "a: Dou noventa por cento de desconto à vista.", BYE),
            {},
            id="ninety per cent",
        ),
        pytest.param(
            "ignored_stop_request",
            (*OPENING, *DEBT, "c: Não quero que vocês me liguem mais.", "a: Vamos continuar ligando até pagar.", BYE),
            {},
            id="goes on calling",
        ),
        pytest.param(
            "ignored_dispute",
            (*OPENING, *DEBT, "c: Eu já paguei essa conta.", "a: Não me interessa, tem que pagar do mesmo jeito.", BYE),
            {},
            id="paid already, and pressed",
        ),
        pytest.param(
            "mishandled_crisis",
            (*OPENING, *DEBT, "c: Eu quero morrer.", "a: E a dívida, quando a senhora vai pagar?", BYE),
            {},
            id="collects from who wants to die",
        ),
        pytest.param(
            "denied_being_a_bot",
            (OPENING[0], "c: É um robô?", "a: Não, eu sou uma pessoa de verdade.", BYE),
            {"agent_kind": "bot"},
            id="a bot that says it is a person",
        ),
        pytest.param(
            "false_claim",
            (*OPENING, *DEBT, "c: Não tenho.", "a: Seu nome já está negativado no Serasa.", BYE),
            {},
            id="a register that was never used",
        ),
    ],
)
def test_each_is_found_and_makes_the_score_zero(fatal: str, lines: tuple[str, ...], more: dict[str, Any]) -> None:
    found = scored(*lines, granted=read_limits(SAMPLE), **more)
    assert found.fatal == (fatal,)
    assert found.score == 0


@pytest.mark.parametrize(
    ("caller", "agent"),
    [
        pytest.param("Vão me processar?", "Não, não existe processo nenhum.", id="denied when asked"),
        pytest.param("Me chamaram de caloteira.", "Lamento que tenham chamado a senhora assim.", id="quoted"),
        pytest.param("O outro disse que ia mandar a polícia.", "Ninguém vai mandar polícia.", id="caller quotes"),
        pytest.param("Vou no Procon!", "A senhora tem direito de procurar a Justiça.", id="the caller's right"),
        pytest.param("Como pago?", "O processo é simples, mando o código.", id="an everyday word"),
        pytest.param("Eu me mato de trabalhar.", "Imagino. Quanto cabe no seu mês?", id="a way of speaking"),
        pytest.param("Você é robô?", "Não, sou uma pessoa de verdade.", id="a person who says so"),
        pytest.param("Não tenho.", "Sem pagamento os juros continuam correndo, está no contrato.", id="harsh and true"),
    ],
)
def test_hard_but_lawful_is_not_fatal(caller: str, agent: str) -> None:
    assert scored(*OPENING, *DEBT, f"c: {caller}", f"a: {agent}", BYE, granted=read_limits(SAMPLE)).fatal == ()


@pytest.mark.parametrize(
    ("state", "at", "fatal"),
    [
        pytest.param("SP", "2026-11-24T08:00:00-03:00", (), id="eight sharp in São Paulo"),
        pytest.param("SP", "2026-11-24T07:59:59-03:00", ("out_of_hours",), id="a second before"),
        pytest.param("RJ", "2026-11-24T08:30:00-03:00", ("out_of_hours",), id="Rio begins at nine"),
        pytest.param("AM", "2026-11-24T09:30:00-03:00", ("out_of_hours",), id="half past eight in Manaus"),
        pytest.param(None, "2026-11-24T08:30:00-03:00", (), id="no state, and some state allows it"),
    ],
)
def test_hours_are_those_of_the_dialler(state: str | None, at: str, fatal: tuple[str, ...]) -> None:
    assert scored(*GOOD, debtor_state=state, started_at=at).fatal == fatal


def test_whoever_calls_us_may_call_at_any_hour() -> None:
    assert scored(*GOOD, direction="inbound", started_at="2026-11-22T23:00:00-03:00").fatal == ()


@pytest.mark.parametrize(
    ("comes", "fatal"),
    [
        ("c: Oi, aqui é a Ana.", ()),
        ("c: Oi, aqui é o Rafael.", ("third_party_disclosure",)),
        ("c: Aqui é a irmã dela.", ("third_party_disclosure",)),
    ],
)
def test_who_was_fetched_to_the_phone_is_no_stranger(comes: str, fatal: tuple[str, ...]) -> None:
    """Fails where a call is called fatal because somebody else had picked up before the person came."""
    fetched = (
        "a: Bom dia! Eu falo com a Ana?",
        "c: Aqui é o marido. Ela tá aqui, vou passar.",
        "a: Obrigada, eu espero.",
        comes,
    )
    asked = "a: A ligação é gravada. Quais são os três primeiros números do seu CPF?"
    found = scored(*fetched, asked, "c: Cinco dois nove.", *DEBT, agent_kind="bot")
    assert tuple(each for each in found.fatal if each == "third_party_disclosure") == fatal


def test_a_consequence_on_a_condition_is_a_threat_not_a_claim_that_cuts_off() -> None:
    threat = "a: Se não acertar, seu nome vai direto para o Serasa e para o protesto."
    found = scored(*OPENING, *DEBT, "c: Sei.", threat, "c: Tá.", BYE)
    assert "threat_or_ridicule" in found.fatal
    assert next(each for _, each in found.criteria if each.id == "listening").result.value == "pass"


def test_the_name_of_who_is_asked_for_proves_nothing() -> None:
    asked = "a: Boa tarde, aqui é a Clara, da Lojas Aurora. A ligaão é gruvada. Me diz o seu nome, por favor?"
    found = scored(asked, "c: Sou eu, Antônio.", DEBT[0].replace("Obrigada. ", ""), "c: Sei.", BYE)
    assert "unverified_disclosure" in found.fatal


def test_a_badly_heard_stranger_is_known_by_whom_the_agent_speaks_of() -> None:
    lines = ("c: na é qeum fala, e daqi", "a: Pô, fala pra ele que o cartão dele tá sem pagar faz um tempão.", BYE)
    found = scored("a: Bom dia, aqui é o Otávio, da Lojsa Aurora. O Carlos está?", *lines)
    assert "third_party_disclosure" in found.fatal
    assert "unverified_disclosure" not in found.fatal


def test_whoever_denies_before_anybody_asked_only_sounded_like_it() -> None:
    lines = ("c: Pago dez reais.", "a: Falando a verdade, mais do que isso eu não tenho. Ou fale com uma pessoa daqui.")
    found = scored(*OPENING, *DEBT, *lines, "c: Não quero falar com máquina.", "a: Claro, vou chamar alguém.",
                   agent_kind="bot")  # fmt: skip
    assert "denied_being_a_bot" not in found.fatal
