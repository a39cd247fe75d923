"""Everything that is logged during a text call and a gateway call is searched for the person and for what was said."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from functools import partial

import pytest
import structlog
from loguru import logger as pipecat_log

from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import ANA, MORNING, Fakes, Operate, samples, words
from voicebot import logs
from voicebot.application.call_record import RecordedLine
from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.ports import Speaker
from voicebot.application.unrecorded import Undelivered, Unrecorded
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.pipeline.floor import Patience
from voicebot.script.names import is_female
from voicebot.testing.engines import NoiseVoice, ScriptedHearing

pytestmark = pytest.mark.timeout(90)
TALK = (
    "sim, sou eu, a Ana Beatriz",
    "cinco dois nove",
    "doze de março",
    "meu e-mail é ana.souza@exemplo.com.br e meu telefone é 11 98888 0001",
    "eu perdi o emprego e não tenho como pagar isso tudo",
    "não me liga mais nunca",
)
CALL_ID = "11111111-2222-4333-8444-555555555555"
WORDS_LONG = 5
"""A word of the talk so long is looked for by itself."""
OURS = frozenset({"disposition", "verification", "telefone"})


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that structlog (from DEBUG on), the standard library and pipecat write, as `serve` sets them up."""
    written = io.StringIO()
    before, level = structlog.get_config(), logging.getLogger().level
    monkeypatch.setattr(sys, "stderr", written)
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    logs.set_up(level="DEBUG", as_json=True)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)
    structlog.configure(**before)
    pipecat_log.remove()


def found_in(text: str, said: tuple[str, ...]) -> set[str]:
    """What the text has of a person of the samples, or of what was said."""
    people = samples().debtors.values()
    secrets = {part for person in people for part in (person.name, *person.name.split()) if len(part) > 3}
    secrets |= {value for person in people for value in (person.cpf, person.phone[1:], person.email or person.cpf)}
    secrets |= {line for line in said if len(line) > 3}
    secrets |= {word for line in said for word in re.findall(r"\w+", line.lower()) if len(word) >= WORDS_LONG}
    lowered = text.lower()
    return {each for each in secrets - OURS if re.search(rf"(?<!\w){re.escape(each.lower())}(?!\w)", lowered)}


async def text_call() -> tuple[str, ...]:
    """Hold a conversation in text; gives everything that was said on both sides."""
    portfolio = samples()
    script, understanding = words()
    with_ = Collaborators(script, understanding, Unrecorded(), Undelivered(), StandingClock(MORNING), is_female)
    facts = CallFacts(CALL_ID, Direction.OUTBOUND, portfolio.case(ANA, on=MORNING.date()), "123456", seed=1)
    conversation = Conversation(facts, with_)
    turns = [await conversation.start(), *[await conversation.hear(each) for each in TALK]]
    return (*TALK, *(turn.text for turn in turns))


async def test_attack_17_a_text_call_logs_nothing_of_the_person(logged: io.StringIO) -> None:
    said = await text_call()
    structlog.get_logger("probe").info("probe", call_id=CALL_ID)
    assert CALL_ID in logged.getvalue(), "what is logged is seen here"
    assert found_in(logged.getvalue(), said) == set()


def all_heard(lines: list[RecordedLine], *, least: int) -> bool:
    bot = [each for each in lines if each.line.speaker is Speaker.AGENT]
    return len(lines) >= least and all(each.heard is not None for each in bot)


async def test_attack_17_a_gateway_call_logs_nothing_of_the_person(operate: Operate, logged: io.StringIO) -> None:
    fakes = Fakes(
        ScriptedHearing([TALK[0], None]),
        NoiseVoice(ms_per_character=3.0, failing=("gravada",)),
        Patience(incomplete_s=0.5),
    )
    async with operate(fakes=fakes) as operation:
        async with operation.call() as (call_id, phone):
            await operation.until(partial(all_heard, least=2), call_id)
            await phone.say(yes())
            await operation.until(partial(all_heard, least=4), call_id)
            await phone.say(yes())
            lines = await operation.until(
                lambda found: any("NotUnderstood" in each.line.acts for each in found), call_id
            )
        await operation.closed(call_id)
    events = [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith("{")]
    assert {"call_over", "transcription_failed", "synthesis_failed"} <= {event["event"] for event in events}
    assert found_in(logged.getvalue(), tuple(each.line.text for each in lines)) == set()


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param("heard: sim, sou eu, a Ana Beatriz", id="transcript"),
        pytest.param('{"name": "Beatriz"}', id="part of a name"),
        pytest.param("to=5511988880001", id="telephone"),
        pytest.param("perdi o emprego", id="one word that was said"),
    ],
)
def test_the_search_would_find_a_leak(leak: str) -> None:
    assert found_in(leak, TALK)


def test_tracebacks_show_no_values(logged: io.StringIO) -> None:
    secret = "Ana " + "Beatriz"
    try:
        int(secret and "x")
    except ValueError:
        structlog.get_logger("probe").exception("probe_failed")
    assert "ValueError" in logged.getvalue()
    assert secret not in logged.getvalue()
