"""What an answer means under a question, and the safety rules that no statistics may break."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.understanding.conftest import Understand, reader
from voicebot.application.ports import Understanding
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import EntityType, Intent
from voicebot.understanding.contract import to_contract
from voicebot.understanding.understander import Understander

ROWS = [
    ("sim", Asks.YES_NO, Intent.AFFIRM),
    ("Isso.", Asks.YES_NO, Intent.AFFIRM),
    ("pode ser", Asks.YES_NO, Intent.AFFIRM),
    ("aham", Asks.YES_NO, Intent.AFFIRM),
    ("fecha", Asks.YES_NO, Intent.AFFIRM),
    ("beleza", Asks.YES_NO, Intent.AFFIRM),
    ("tá bom", Asks.YES_NO, Intent.AFFIRM),
    ("não", Asks.YES_NO, Intent.DENY),
    ("Não, senhora.", Asks.YES_NO, Intent.DENY),
    ("é, sou eu", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("sou eu", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("é ela", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("ela mesma", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("Falando.", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("pois não", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("É ele que tá falando.", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("É, sou eu. Quem é?", Asks.YES_NO, Intent.IDENTITY_CONFIRM),
    ("aqui é a esposa dele", Asks.YES_NO, Intent.THIRD_PARTY),
    ("sim, sou a mãe dela", Asks.YES_NO, Intent.THIRD_PARTY),
    ("não, é a mãe dela", Asks.YES_NO, Intent.THIRD_PARTY),
    ("sim, mas já paguei", Asks.YES_NO, Intent.ALREADY_PAID),
    ("não, só consigo duzentos", Asks.YES_NO, Intent.PROPOSE_AMOUNT),
    ("Hoje não dá, só sexta.", Asks.YES_NO, Intent.PROPOSE_DATE),
    ("Cinco, dois, nove.", Asks.CPF_FIRST3, Intent.PROVIDE_DOCUMENT),
    ("noventa e três", Asks.CPF_LAST2, Intent.PROVIDE_DOCUMENT),
    ("meu CPF não vou passar", Asks.CPF_FIRST3, Intent.REFUSE_VERIFICATION),
    ("Doze de março.", Asks.BIRTH_DAY_MONTH, Intent.PROVIDE_BIRTH_DATE),
    ("doze do três de oitenta e quatro", Asks.BIRTH_DATE, Intent.PROVIDE_BIRTH_DATE),
    ("cento e vinte", Asks.AMOUNT, Intent.PROPOSE_AMOUNT),
    ("Ah, uns cento e vinte, no máximo.", Asks.AMOUNT, Intent.PROPOSE_AMOUNT),
    ("quinze", Asks.DATE, Intent.PROPOSE_DATE),
    ("não, pode ser sexta", Asks.DATE, Intent.PROPOSE_DATE),
    ("Depois das sete.", Asks.DATE, Intent.PROPOSE_DATE),
    ("manda no zap", Asks.CHANNEL, Intent.CHOOSE_CHANNEL),
    ("cento e vinte na quinta e depois dez de cento e sete", Asks.TEACH_BACK, Intent.AFFIRM),
    ("Alô?", None, Intent.GREETING),
    ("Isso é golpe, né?", None, Intent.SUSPECTS_FRAUD),
]


@pytest.mark.parametrize(
    ("text", "expecting", "intent"), [pytest.param(*row, id=f"{row[1]}: {row[0]}") for row in ROWS]
)
def test_main_intent(understand: Understand, text: str, expecting: Asks | None, intent: Intent) -> None:
    assert understand(text, expecting).intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "não aceito",
        "não, não aceito isso",
        "eu não fecho assim",
        "sim, não aceito",
        "aceito não",
        "assim não dá, pode ser menos?",
        "não pode ser",
        "nem fechado",
        "isso não",
        "assinei nada não",
    ],
)
@pytest.mark.parametrize("expecting", [None, Asks.YES_NO, Phase.CONFIRMATION, Asks.TEACH_BACK])
def test_a_no_is_never_a_yes(understand: Understand, text: str, expecting: Asks | Phase | None) -> None:
    assert not understand(text, expecting).has(Intent.AFFIRM, Intent.ACCEPT_OFFER)


@pytest.mark.parametrize(
    "text",
    [
        "aqui é a esposa dele",
        "não sou eu",
        "é ele que mexe com isso",
        "não é ela",
        "sou a filha da Ana",
        "eu não sou ele",
        "ele é meu marido",
        "quem disse que sou eu?",
        "assim",
        "simone",
    ],
)
def test_identity_is_never_taken_from_someone_else(understand: Understand, text: str) -> None:
    assert not understand(text, Asks.YES_NO).has(Intent.IDENTITY_CONFIRM)


def test_several_intents_in_one_breath(understand: Understand) -> None:
    meaning = understand("sou eu, mas tô dirigindo", Asks.YES_NO)
    assert (meaning.intent, meaning.also) == (Intent.IDENTITY_CONFIRM, (Intent.REQUEST_CALLBACK,))


def test_a_problem_denied_is_still_a_yes(understand: Understand) -> None:
    assert understand("não tem problema, pode fechar", Asks.YES_NO).has(Intent.AFFIRM, Intent.ACCEPT_OFFER)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_an_empty_line_is_other_at_zero(understand: Understand, text: str) -> None:
    meaning = understand(text)
    assert (meaning.intent, meaning.confidence, meaning.entities) == (Intent.OTHER, 0.0, ())


def test_abstains_below_a_half(understand: Understand) -> None:
    meaning = understand("xpto blablu quaxi")
    assert meaning.intent is Intent.OTHER
    assert meaning.confidence < 0.5


def test_contract_shape(understand: Understand) -> None:
    line = to_contract(understand("sim, cento e vinte", Asks.AMOUNT))
    assert isinstance(sure := line.pop("confidence"), float)
    assert 0.9 <= sure <= 1.0
    assert line == {
        "text": "sim, cento e vinte",
        "intent": "propose_amount",
        "also": [],
        "entities": [
            {"type": "boolean", "text": "sim", "value": "true", "low": None, "high": None, "approx": False},
            {"type": "money", "text": "cento e vinte", "value": "120.00", "low": None, "high": None, "approx": False},
        ],
    }


def test_implements_the_port(understander: Understander) -> None:
    port: Understanding = understander
    assert port.understand("alô", expecting=None, at=datetime(2026, 11, 23, 13, tzinfo=UTC)).text == "alô"


WORDS = st.sampled_from(
    "sim não mil e cem duzentos meia dia doze de março do três às sete reais 12 3.5 1,2,3 / - : , . vezes por cento "
    "segunda que vem fim mês arroba ponto com r$ % uns entre 99999999999999999999 quinto útil 0 § ½ ² ٣ depois".split(
        " "
    )
)


@pytest.mark.parametrize("expecting", [None, Asks.AMOUNT, Asks.CPF, Asks.BIRTH_DATE, Asks.DATE])
@pytest.mark.parametrize(
    "text",
    ["7" * 42 + " reais", "1." * 900, "sim " * 3000, "mil e " * 500, "9" * 1900 + "%", "dia " + "3" * 40, "\x00\ud800"],
)
def test_absurd_lines_are_survived(understand: Understand, text: str, expecting: Asks | None) -> None:
    assert understand(text, expecting).text == text


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)),
    expecting=st.sampled_from([None, *Asks, *Phase]),
    at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zone given apart
)
def test_any_text_has_one_meaning(text: str, expecting: Asks | Phase | None, at: datetime) -> None:
    understander = reader()
    first = understander.understand(text, expecting=expecting, at=at)
    assert first == understander.understand(text, expecting=expecting, at=at)
    assert 0.0 <= first.confidence <= 1.0
    assert first.intent not in first.also
    assert all(entity.type in EntityType and entity.text for entity in first.entities)
