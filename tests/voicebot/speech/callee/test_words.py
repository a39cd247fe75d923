"""What was said, also as a recogniser garbles it, weighed; and the opinion that comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.speech.callee.test_tones import played, quiet
from voicebot.domain.callee import TREATMENTS, Callee, Evidence, treatment
from voicebot.domain.dialogue.phases import Disposition
from voicebot.speech.callee.ear import CalleeEar
from voicebot.speech.callee.words import is_greeting, weigh, words_of


@pytest.mark.parametrize(
    ("text", "callee"),
    [
        ("Sua chamada está sendo encaminhada para a caixa postal.", Callee.VOICEMAIL),
        ("sua chamada está sendo encaminhada para caixa pulsal", Callee.VOICEMAIL),
        ("Deixe seu recado após o sinal.", Callee.VOICEMAIL),
        ("deixe seu recado após o final", Callee.VOICEMAIL),
        ("Deixe a sua mensagem depois do Bipe.", Callee.VOICEMAIL),
        ("No momento não posso atender, deixe um recado.", Callee.VOICEMAIL),
        ("O número que você ligou não existe.", Callee.INTERCEPT_INVALID),
        ("O telefone chamado está desligado ou fora da área de cobertura.", Callee.INTERCEPT_UNAVAILABLE),
        ("Não foi possível completar a sua ligação.", Callee.INTERCEPT_UNAVAILABLE),
        ("Para falar sobre pagamentos, digite um.", Callee.IVR),
        ("Esse número de telefone não está em uso.", Callee.INTERCEPT_INVALID),
        ("O terminal chamado está sem cobertura da rede.", Callee.INTERCEPT_UNAVAILABLE),
        ("Ligação a cobrar, após o sinal diga o seu nome.", Callee.IVR),
        ("Chamada em triagem.", Callee.SCREENING),
        ("Quem está ligando? Qual o assunto?", Callee.SCREENING),
        ("Por favor, diga seu nome e o motivo da ligação.", Callee.SCREENING),
    ],
)
def test_a_recordings_words_decide(text: str, callee: Callee) -> None:
    found = CalleeEar().heard(text, 2.0)
    assert found is not None
    assert (found.callee, found.evidence) == (callee, Evidence.WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "Alô?",
        "Alô, quem fala?",
        "Ela não está, quer deixar recado?",
        "Aqui é a esposa dele, ele não pode atender agora.",
        "O celular dela tá desligado, por isso caiu aqui em casa.",
        "Alô, pode deixar a mensagem comigo que eu passo pra ela.",
        "Tô no trabalho, não posso falar agora, me liga depois.",
        "Quem está ligando? É sobre o quê?",
        "Oi, qual é o assunto?",
        "Acho que você ligou errado.",
        "O senhor deve ter discado errado, aqui é uma residência.",
        "Pode mandar mensagem que eu não tô podendo atender, tô na aula.",
        "Eu te liguei de volta e caiu na caixa postal.",
    ],
)
def test_a_person_is_no_machine(text: str) -> None:
    ear = CalleeEar()
    found = [ear.heard(text, 1.5), *played(quiet(3.0), speech=(0.1, 1.5), ear=ear)]
    assert [each.callee for each in found if each is not None] == [Callee.HUMAN]


def test_a_greeting_that_turns_out_recorded_is_mended() -> None:
    ear = CalleeEar()
    first = ear.heard("Oi!", 0.6)
    second = ear.heard("Oi! Aqui é a Ju. Deixe seu recado após o sinal.", 4.0)
    assert first is not None
    assert second is not None
    assert (first.callee, second.callee) == (Callee.HUMAN, Callee.VOICEMAIL)


def test_a_machine_once_found_does_not_become_a_person() -> None:
    ear = CalleeEar()
    assert ear.heard("Deixe seu recado após o sinal.", 2.0) is not None
    assert ear.heard("Alô? Pode falar.", 3.0, joined=False) is None
    assert ear.finding is not None
    assert ear.finding.callee is Callee.VOICEMAIL


def test_a_finding_names_our_phrase_and_not_their_words() -> None:
    found = CalleeEar().heard("Maria da Silva não atende, deixe seu recado", 2.0)
    assert found is not None
    assert "maria" not in found.detail


def test_the_carriers_machine_makes_an_unknown_callee_a_machine() -> None:
    found = CalleeEar().carrier(Callee.VOICEMAIL)
    assert found is not None
    assert (found.callee, found.evidence) == (Callee.VOICEMAIL, Evidence.CARRIER)


def test_the_carriers_machine_against_a_persons_words_only_makes_careful() -> None:
    ear = CalleeEar()
    assert ear.heard("Alô?", 0.8) is not None
    found = ear.carrier(Callee.VOICEMAIL)
    assert found is not None
    assert treatment(found.callee).disposition is None
    assert treatment(found.callee).only_who_for_whom


@pytest.mark.parametrize("text", ["", "Deixe seu recado após o sinal."])
def test_the_carriers_person_changes_nothing(text: str) -> None:
    ear = CalleeEar()
    ear.heard(text, 2.0)
    before = ear.finding
    assert ear.carrier(None) is None
    assert ear.finding == before


def test_long_speech_is_wanted_before_its_end() -> None:
    ear = CalleeEar()
    played(np.zeros(8_000 * 2, np.int16), speech=(0.0, 9.0), ear=ear)
    assert not ear.wants_words
    played(np.zeros(8_000, np.int16), speech=(0.0, 9.0), ear=ear)
    assert ear.wants_words
    ear.heard("alguma coisa", 3.0)
    assert not ear.wants_words


def test_every_callee_has_a_treatment_and_no_machine_is_told_anything() -> None:
    assert set(TREATMENTS) == set(Callee)
    talked_to = {callee for callee in Callee if treatment(callee).disposition is None}
    assert talked_to == {Callee.HUMAN, Callee.SILENCE, Callee.SCREENING}
    assert treatment(Callee.SCREENING).only_who_for_whom
    assert treatment(Callee.VOICEMAIL).disposition is Disposition.VOICEMAIL


@given(st.text(max_size=60))
def test_any_text_is_weighed(text: str) -> None:
    told = weigh(text)
    assert told.machine >= 0
    assert (told.callee is None) == (told.machine == 0)
    assert not is_greeting(text) or words_of(text)
