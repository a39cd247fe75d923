from __future__ import annotations

from typing import Any

import pytest

from tests.voicebot.console.stage import Stage, card
from voicebot.console.measured import measured

MEASURES: dict[str, Any] = {
    "interruptions": {"by_agent": 1, "by_caller": 0},
    "silences": {"over_3_s": 2, "longest_s": 4.25},
    "words_per_minute": {"agent": 151.4, "caller": None},
    "repeated_lines": 0,
    "sentiment": {
        "by_turn": [{"turn": 1, "value": -1.0}, {"turn": 3, "value": 0.0}, {"turn": 5, "value": 1.0}],
        "first": -1.0,
        "last": 1.0,
    },
    "reasons_for_default": [{"kind": "job_loss", "turns": [3]}, {"kind": "company_closed", "turns": [5]}],
    "root_cause": {"chain": [{"kind": "job_loss", "turns": [3]}, {"kind": "company_closed", "turns": [5]}]},
    "objections": [{"kind": "no_money", "turns": [5, 99]}],
    "promise": {"amount": True, "date": True, "method": False, "read_back": True, "own_words": False, "quality": 0.6},
    "readability": {"ease": 68.3, "long_sentences": 1},
}


def test_measures_are_written_as_people_read_them() -> None:
    found = measured(MEASURES)
    assert dict(found.numbers) == {
        "Agente interrompeu": "1",
        "Cliente interrompeu": "0",
        "Silêncios de 3 s ou mais": "2",
        "Maior silêncio": "4,2 s",
        "Ritmo do agente": "151 palavras/min",
        "Falas repetidas": "0",
        "Facilidade de leitura": "68 de 100",
        "Frases longas": "1",
    }
    assert found.promise == (60, ("forma de pagar", "nas palavras da pessoa"))
    assert found.feelings is not None
    assert found.feelings.points == "0.0,36.0 120.0,18.0 240.0,0.0"
    assert found.feelings.words.startswith("melhorou")


@pytest.mark.parametrize(
    ("last", "words"),
    [(-0.9, "ficou igual"), (-0.8, "melhorou"), (-1.0, "ficou igual")],
    ids=["little", "more", "none"],
)
def test_a_small_change_of_feeling_is_none(last: float, words: str) -> None:
    found = measured({"sentiment": {**MEASURES["sentiment"], "last": last}})
    assert found.feelings is not None
    assert found.feelings.words.startswith(words)


@pytest.mark.parametrize(
    "measures",
    [
        pytest.param({}, id="none"),
        pytest.param({name: None for name in MEASURES}, id="nothing counted"),
        pytest.param({name: "x" for name in MEASURES}, id="of another kind"),
        pytest.param({"sentiment": {"by_turn": [{"value": 1.0}], "first": 1.0, "last": 1.0}}, id="one turn"),
        pytest.param({"promise": {"quality": True}}, id="no number"),
    ],
)
def test_what_was_not_counted_is_left_out(measures: dict[str, Any]) -> None:
    found = measured(measures)
    assert (found.numbers, found.reasons, found.objections, found.feelings, found.promise) == ((), (), (), None, None)


async def test_the_page_says_why_the_person_fell_behind_and_where_they_said_so(stage: Stage) -> None:
    call = await stage.call(card=card() | {"measures": MEASURES})
    page = (await (await stage.signed_in()).get(f"calls/{call}")).text
    told = page[page.index("O que a pessoa trouxe") :]
    chain = told[told.index("Causa, e o que há por trás") :]
    assert chain.index("Perdeu o emprego") < chain.index("A empresa fechou") < chain.index("Objeções")
    assert 'href="#t3"' in told
    # A turn that the record does not have is not linked to.
    assert 'href="#t99"' not in page
    assert "faltou: forma de pagar" in told
