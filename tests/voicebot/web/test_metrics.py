"""`/metrics`: a call leaves its figures, and nothing of the person it was with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest
from opentelemetry.trace import NoOpTracer
from prometheus_client.parser import text_string_to_metric_families

from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import (
    ANA,
    ANA_PHONE,
    MORNING,
    STATUS,
    VOICE,
    Fakes,
    Operate,
    Operation,
    eventually,
    samples,
)
from voicebot.application.outbox import Backlog
from voicebot.application.ports import RecordsUnavailable
from voicebot.application.unrecorded import Unrecorded
from voicebot.bootstrap.watching import Watch, WatchedRecords, count_errors, refresher
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.pipeline.floor import Patience
from voicebot.testing.engines import NoiseVoice, ScriptedHearing
from voicebot.web.metrics import Metrics

pytestmark = pytest.mark.timeout(90)
CLOCK = StandingClock(MORNING)
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
"""Port 1: nothing listens."""


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values."""
    return {
        (sample.name, *(sample.labels[key] for key in sorted(sample.labels) if key != "le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


async def scraped(operation: Operation) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(operation.url + "/metrics", timeout=20)
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def until(operation: Operation, claim: Callable[[dict[tuple[str, ...], float]], bool]) -> str:
    async def found() -> str | None:
        text = await scraped(operation)
        return text if claim(figures(text)) else None

    return await eventually(found)


def watch() -> Watch:
    return Watch(Metrics(), NoOpTracer(), CLOCK)


async def test_a_call_leaves_its_figures_and_nothing_of_the_person(operate: Operate) -> None:
    fakes = Fakes(ScriptedHearing(["sim, sou eu"]), NoiseVoice(ms_per_character=4.0), Patience(incomplete_s=0.5))
    async with operate(fakes=fakes, max_calls=3) as operation:
        async with operation.call() as (call_id, phone):
            now = figures(await until(operation, lambda found: found[("voicebot_calls_live",)] == 1))
            assert now[("voicebot_calls_capacity",)] == 3
            await phone.say(yes())
            await until(operation, lambda found: found.get(("voicebot_response_seconds_count",), 0) == 1)
        ended = (await operation.closed(call_id)).disposition
        assert ended is not None
        text = await until(operation, lambda found: found[("voicebot_calls_live",)] == 0)
    found = figures(text)
    assert found[("voicebot_calls_total", "outbound", ended.value)] == 1
    assert 0 < found[("voicebot_response_seconds_sum",)] < 20
    assert found[("voicebot_stt_seconds_count",)] >= 1
    assert found[("voicebot_tts_first_audio_seconds_count",)] >= 3
    for stage in ("stt_done", "stt_work", "turn_over", "decided"):
        assert found[("voicebot_stage_seconds_count", stage)] >= 1, stage
    assert found[("voicebot_database_up",)] == 1
    assert found[("voicebot_outbox_messages", "late")] == 0
    assert list(personal(text)) == []


def personal(text: str) -> Iterator[str]:
    """What the text has of the sample portfolio's people."""
    for debtor in samples().debtors.values():
        for secret in (*debtor.name.split(), debtor.cpf, debtor.phone, debtor.phone[1:], debtor.ref):
            if len(secret) > 3 and secret in text:
                yield secret


@pytest.mark.parametrize("name", ["name", "cpf", "phone"])
def test_the_search_for_personal_data_would_find_it(name: str) -> None:
    assert list(personal(f"voicebot_calls_total{{who={getattr(samples().debtors[ANA], name)}}} 1"))


async def test_who_is_turned_away_is_counted_by_door_and_reason(operate: Operate) -> None:
    async with operate() as operation:
        await operation.post(VOICE, {"CallSid": "CA1"}, headers={"X-Twilio-Signature": "bm8="})
        await operation.post(VOICE, {"CallSid": "CA1", "From": "+5511900000000", "To": ANA_PHONE})
        found = figures(await scraped(operation))
    assert found[("voicebot_admission_refusals_total", "webhook", "signature")] == 1
    assert found[("voicebot_admission_refusals_total", "call", "unknown call or number")] == 1


async def test_a_call_that_nobody_answered_counts_once_however_often_it_is_told(operate: Operate) -> None:
    async with operate() as operation:
        call_id = await operation.outbound()
        for _ in range(3):
            await operation.post(f"{STATUS}?call_ref={call_id}", {"CallSid": "CA1", "CallStatus": "no-answer"})
        found = figures(await scraped(operation))
    assert found[("voicebot_calls_total", "outbound", Disposition.NO_ANSWER.value)] == 1


async def test_a_refusal_of_the_gate_counts_by_its_rule() -> None:
    watched = watch()
    await WatchedRecords(Unrecorded(), watched).refuse("c", "variant", "GATE-DEBT", MORNING)
    assert figures(watched.metrics.text().decode())[("voicebot_gate_refusals_total", "GATE-DEBT")] == 1


async def test_errors_of_the_database_count_by_their_class() -> None:
    metrics, database = Metrics(), Database(NOWHERE)
    count_errors(database, metrics)
    try:
        with pytest.raises(RecordsUnavailable):
            async with database.transaction():
                pass
    finally:
        await database.dispose()
    errors = {key[1]: value for key, value in figures(metrics.text().decode()).items() if "database_errors_t" in key[0]}
    assert sum(errors.values()) >= 1
    assert all(name.isidentifier() for name in errors)


async def test_a_database_that_is_away_is_a_figure_and_no_failed_scrape() -> None:
    asked: list[datetime] = []

    async def backlog(now: datetime) -> Backlog:
        asked.append(now)
        if len(asked) > 1:
            raise RecordsUnavailable("away")
        return Backlog(stuck=4, failed=2)

    metrics = Metrics()
    refresh = refresher(metrics, backlog=backlog, waiting=lambda: 7, clock=CLOCK)
    await refresh()
    first = figures(metrics.text().decode())
    await refresh()
    second = figures(metrics.text().decode())
    assert (first[("voicebot_outbox_messages", "late")], first[("voicebot_outbox_messages", "given_up")]) == (4, 2)
    assert (first[("voicebot_database_up",)], second[("voicebot_database_up",)]) == (1, 0)
    assert second[("voicebot_records_waiting",)] == 7
    assert asked == [MORNING, MORNING]


def test_two_gateways_in_one_process_do_not_share_figures() -> None:
    one, other = Metrics(), Metrics()
    one.stt_failures.inc()
    assert figures(one.text().decode())[("voicebot_stt_failures_total",)] == 1
    assert figures(other.text().decode())[("voicebot_stt_failures_total",)] == 0
