"""The demo's caller knows what to answer, whichever of its wordings the script chooses."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from evaluation.simulation.persona import Mind, PersonaError, find, fold, load
from voicebot.application.ports import Voice
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.portfolio import Treatment
from voicebot.script.render import ScriptBook
from voicebot.script.specimens import specimens
from voicebot.settings import ROOT

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
VOICE = Voice("Clara", Treatment.VOCE, "Ana", True, MONDAY, 0)
ANSWERS = {
    "cpf_first3": "cinco",
    "birth_day_month": "doze",
    "AskSituation": "embora",
    "AskCapacity": "cento e vinte",
    "ConfirmAgreement": "fechar",
    "AskTeachBack": "entrada",
}


def asked(act: Act) -> str:
    return str(getattr(act, "factor", None) or type(act).__name__)


@pytest.fixture(scope="module")
def book() -> ScriptBook:
    return ScriptBook.load(ROOT / "prompts" / "pt-BR")


@pytest.mark.parametrize("act", [act for act in specimens() if asked(act) in ANSWERS], ids=asked)
def test_the_caller_who_agrees_answers_every_wording(book: ScriptBook, act: Act) -> None:
    persona = find("agreement")
    lost = [
        line.text
        for line in book.variants(act, VOICE)
        if ANSWERS[asked(act)] not in fold(Mind(persona).reply(line.text).text or "")
    ]
    assert lost == []


def test_the_callers_that_the_contract_names_are_there() -> None:
    known = load()
    assert {"agreement", "wrong_number", "third_party", "distressed", "stop_calling", "voicemail"} <= set(known)
    assert all(persona.voice != "pf_dora" for persona in known.values()), "another voice than the bot's"


def test_an_unknown_caller_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(PersonaError, match="no persona nobody: there are agreement"):
        find("nobody")
