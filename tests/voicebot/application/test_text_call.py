"""What `chat` promises: one line out for each line in, and nothing a bad line says changes the call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.voicebot.application.desk import World
from voicebot.application.text_call import blocked, hold
from voicebot.domain.compliance.rules import Refused

FIELDS = {
    *("turn", "at", "say", "acts", "phase", "asks", "heard", "verified", "offers"),
    *("ended", "disposition", "agreement", "escalation", "callback_at", "incident"),
}
WRONG_NUMBER = '{"text": "não, é engano, não conheço ninguém com esse nome"}'


async def held(*lines: str) -> list[dict[str, Any]]:
    conversation = await World().conversation()
    return [line async for line in hold(conversation, lines)]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("alô", id="no JSON"),
        pytest.param("", id="empty"),
        pytest.param("null", id="null"),
        pytest.param('"alô"', id="a string"),
        pytest.param('["alô"]', id="a list"),
        pytest.param("{}", id="an empty object"),
        pytest.param('{"text": 1}', id="text that is none"),
        pytest.param('{"text": null}', id="no text"),
        pytest.param('{"text": "alô", "silence": true}', id="two forms"),
        pytest.param('{"silence": false}', id="no silence"),
        pytest.param('{"silence": 1}', id="a number for true"),
        pytest.param('{"dtmf": ""}', id="no keys"),
        pytest.param('{"dtmf": "12A"}', id="a key that is none"),
        pytest.param('{"dtmf": 529}', id="keys as a number"),
        pytest.param('{"dtmf": "５２９"}', id="digits of another script"),
        pytest.param('{"say": "alô"}', id="another form"),
        pytest.param("[" * 5_000, id="deep nesting"),
    ],
)
async def test_a_bad_line_gives_an_error_and_changes_nothing(bad: str) -> None:
    with_bad, without = await held(bad, '{"text": "sou eu"}'), await held('{"text": "sou eu"}')
    assert list(with_bad[1]) == ["error"]
    assert with_bad[1]["error"]
    assert [with_bad[0], *with_bad[2:]] == without


async def test_each_line_in_gives_one_line_out_and_the_end_of_input_hangs_up() -> None:
    inputs = ['{"text": "sou eu"}', '{"dtmf": "529"}', '{"silence": true}']
    lines = await held(*inputs)
    assert len(lines) == 1 + len(inputs) + 1
    assert [line["turn"] for line in lines] == list(range(5))
    assert all(set(line) == FIELDS for line in lines)
    assert [line["ended"] for line in lines] == [False, False, False, False, True]
    assert lines[-1]["disposition"] == "hung_up"
    assert all(line["disposition"] is None for line in lines[:-1])
    assert json.loads(json.dumps(lines, ensure_ascii=False)) == lines


async def test_input_after_the_end_is_ignored() -> None:
    lines = await held(WRONG_NUMBER, '{"text": "alô?"}', "not JSON", '{"silence": true}')
    assert len(lines) == 2
    assert (lines[-1]["ended"], lines[-1]["disposition"]) == (True, "wrong_number")


async def test_no_input_at_all_is_a_greeting_and_a_hang_up() -> None:
    lines = await held()
    assert [line["disposition"] for line in lines] == [None, "hung_up"]
    assert lines[0]["acts"][0] == "Greet"


async def test_a_refused_call_is_one_line_that_says_which_rule() -> None:
    at = World().at
    line = blocked(Refused("BR-PRESC", "a dívida prescreveu"), at)
    assert set(line) == {*FIELDS, "blocked_by"}
    assert (line["ended"], line["disposition"], line["say"], line["offers"]) == (True, "blocked", "", [])
    assert line["blocked_by"] == {"rule": "BR-PRESC", "reason": "a dívida prescreveu", "possible_from": None}
