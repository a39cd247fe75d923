"""What is counted besides the score."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluation.scoring.calls import DEAL, DEBT, GOOD, OPENING, scored


def turn(speaker: str, text: str, start: float | None, end: float | None) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "start_s": start, "end_s": end}


def test_times_are_counted_both_ways() -> None:
    turns = [
        turn("agent", "Bom dia, tudo bem com você?", 0.0, 4.0),
        turn("caller", "Tudo.", 3.0, 5.0),
        turn("agent", "Que bom ouvir isso de você.", 4.5, 6.5),
        turn("caller", "Pode falar.", 11.0, 13.0),
    ]
    found = scored(turns=turns).measures
    assert found["interruptions"] == {"by_agent": 1, "by_caller": 1}
    assert found["talk_ratio"] == pytest.approx(0.6)
    assert found["silences"] == {"over_3_s": 1, "longest_s": 4.5, "empty_turns": 0}
    assert found["words_per_minute"]["agent"] == pytest.approx(120.0)


def test_without_times_what_needs_them_is_unknown() -> None:
    found = scored(turns=[turn("agent", "Bom dia.", None, None), turn("caller", "Oi.", None, None)]).measures
    assert found["response_s"] == {"agent": None, "caller": None}
    assert found["words_per_minute"] == {"agent": None, "caller": None}
    assert found["talk_ratio"] == pytest.approx(8 / 11, abs=0.001)


def test_reasons_and_objections_name_their_turns() -> None:
    found = scored(*OPENING, *DEBT, "c: Fui demitida e não tenho como pagar, está caro.", "a: Sinto muito.").measures
    assert {"kind": "job_loss", "turns": [5]} in found["reasons_for_default"]
    assert {each["kind"] for each in found["objections"]} >= {"no_money", "too_expensive"}


def test_a_promise_is_as_good_as_what_binds_it() -> None:
    terms: dict[str, Any] = {"total": "1198.50", "entry": None, "instalments": []}
    whole = scored(*GOOD, disposition="agreement", agreement=terms).measures["promise"]
    loose = scored(*OPENING, *DEBT, *DEAL[:3], "a: Feito.", disposition="agreement", agreement=terms).measures[
        "promise"
    ]
    assert whole["quality"] == 0.8
    assert whole["own_words"] is False
    assert loose["quality"] < whole["quality"]
    assert scored(*GOOD).measures["promise"] is None


def test_lines_said_again_word_for_word_are_counted() -> None:
    again = "a: Preciso que a senhora me diga uma data."
    assert scored(*OPENING, again, "c: Hum.", again, "c: Hum.", again).measures["repeated_lines"] == 2


def test_feeling_goes_from_the_first_third_to_the_last() -> None:
    found = scored("c: Que absurdo, que raiva!", "a: Entendo.", "c: Hum.", "a: Vamos ver.", "c: Obrigada, foi ótimo.")
    assert found.measures["sentiment"]["change"] == 2.0
