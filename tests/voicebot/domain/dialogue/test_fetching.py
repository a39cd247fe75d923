"""Somebody else fetches the person asked for: who is waited for, and what counts for whoever comes."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, means, play, said
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import Identity
from voicebot.domain.dialogue.words import asks_payee, asks_rates, fetches_person
from voicebot.domain.meaning import Entity, EntityType, Intent

FETCHES = means(Intent.THIRD_PARTY, text="não, é a filha dela, vou chamar")


@pytest.mark.parametrize(
    "text",
    [
        "só um minutinho que eu vou chamar",
        "peraí que eu vou passar pra ela",
        "ela tá aqui, vou passar o telefone",
        "um momento, ela já vem",
        "tô indo chamar, espera aí",
        "ela tá do meu lado, vou passar pra ela",
        "vou ali chamar ela",
        "é a filha dela, já passo pra ela",
        "aqui é o irmão, aguarda que ele vai atender",
        "deixa eu ver se ela pode atender",
    ],
)
def test_whoever_fetches_the_person_says_so(text: str) -> None:
    assert fetches_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "ela não está aqui",
        "vou passar o recado pra ela",
        "eu passo o seu número pra ela",
        "vou chamar a polícia",
        "vou chamar meu advogado",
        "ela tá no trabalho, chamo depois",
        "vou passar pro meu marido que ele resolve",
        "não vou chamar ninguém",
        "ela tá aqui mas não quer falar com você",
        "ele tá aqui do lado",
        "vou te passar o celular dela",
        "pode falar que eu passo pra ela",
        "tô ocupado, eu te chamo no zap",
        "já vem vocês de novo com isso",
        "vou chamar o Procon",
        "só um minutinho",
    ],
)
def test_nobody_is_fetched_by_other_words(text: str) -> None:
    assert not fetches_person(text)


def test_all_begins_anew_for_whoever_comes() -> None:
    waiting = play(means(Intent.THIRD_PARTY), FETCHES)[-1]
    assert said(waiting) == ["AwaitPerson"]
    state = waiting.state
    assert (state.phase, state.identity, state.disposition) == (Phase.OPENING, Identity(), None)
    assert not state.noticed and not state.introduced

    came = play(means(Intent.THIRD_PARTY), FETCHES, means(Intent.IDENTITY_CONFIRM))[-1]
    assert said(came) == ["IdentifySelf", "NoticeRecording", "ExplainWhyVerify", "AskIdentityFactor"]


@pytest.mark.parametrize("first", [Intent.GREETING, Intent.AFFIRM, Intent.OTHER])
def test_a_voice_that_does_not_say_whose_it_is_is_greeted_and_asked(first: Intent) -> None:
    assert said(play(FETCHES, means(first))[-1]) == ["Greet", "AskForPerson"]


def test_the_third_time_a_better_moment_is_asked_for() -> None:
    back = means(Intent.THIRD_PARTY)
    last = play(FETCHES, back, FETCHES, back, FETCHES)[-1]
    assert "AwaitPerson" not in said(last)


def test_who_names_another_time_is_not_waited_for() -> None:
    later = means(
        Intent.THIRD_PARTY, text="vou chamar ela às três", entities=(Entity(EntityType.TIME, "às três", "15:00"),)
    )
    assert "AwaitPerson" not in said(play(later)[-1])


@pytest.mark.parametrize("intent", [Intent.IDENTITY_CONFIRM, Intent.DOMESTIC_VIOLENCE, Intent.REQUEST_CALLBACK])
def test_what_weighs_more_comes_first(intent: Intent) -> None:
    assert "AwaitPerson" not in said(play(means(intent, Intent.THIRD_PARTY, text="vou chamar ela"))[-1])


def test_a_minute_is_waited_for() -> None:
    minute = Entity(EntityType.TIME, "um minutinho", "10:01")
    assert said(play(means(Intent.HOLD_ON, text="me dá um minutinho que eu vou chamar", entities=(minute,)))[-1]) == [
        "AwaitPerson"
    ]


def test_who_gave_what_is_anothers_fetches_nobody() -> None:
    """Fails where a husband who knows her factors hears the debt, owns up, and is verified once more."""
    owned_up = play(SOU_EU, CPF, BIRTH, means(Intent.THIRD_PARTY, text="na verdade sou o marido"), FETCHES)[-1]
    assert "AwaitPerson" not in said(owned_up)


def test_who_failed_a_factor_fetches_nobody() -> None:
    wrong = means(Intent.REFUSE_VERIFICATION)
    last = play(means(Intent.IDENTITY_CONFIRM), wrong, means(Intent.THIRD_PARTY), FETCHES)[-1]
    assert "AwaitPerson" not in said(last)


@pytest.mark.parametrize(
    "text",
    ["esse pix é no nome de quem?", "qual o nome que aparece no pix?", "quem vai receber?", "pra quem vai o dinheiro?"],
)
def test_the_payee_is_asked_for(text: str) -> None:
    assert asks_payee(text)
    assert not asks_rates(text)


@pytest.mark.parametrize("text", ["qual a taxa de juros?", "quanto vocês cobram de juros?", "os juros são de quanto?"])
def test_the_rates_are_asked_for(text: str) -> None:
    assert asks_rates(text)
    assert not asks_payee(text)


@pytest.mark.parametrize(
    "text",
    [
        "cem reais por mês",
        "meu nome é Ana",
        "quanto de juros deu?",
        "eu recebo dia cinco",
        "vocês dão quantos por cento de desconto?",
        "pago cento e vinte sem juros por mês",
        "sou beneficiária do bolsa família",
        "meu nome aparece no Serasa?",
        "essa dívida tá no nome de quem?",
        "quem recebe um salário mínimo não paga isso",
    ],
)
def test_neither_is(text: str) -> None:
    assert not asks_rates(text)
    assert not asks_payee(text)
