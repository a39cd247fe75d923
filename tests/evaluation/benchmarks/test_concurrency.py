"""The pieces of `bench concurrency` and `bench soak` that need no call."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import pytest
import typer
from stdnum.br import cpf

from evaluation.benchmarks import soak
from evaluation.benchmarks.concurrency import Level, figures, rated, summary
from evaluation.benchmarks.concurrency_beyond import told
from evaluation.benchmarks.concurrency_load import Meter, Taken, Usage, usage
from evaluation.benchmarks.concurrency_people import crowd
from evaluation.benchmarks.concurrency_table import beyond_table, concurrency_table
from evaluation.benchmarks.latency import Answer
from evaluation.benchmarks.latency_commands import _levels
from evaluation.benchmarks.soak_table import soak_table
from evaluation.stage import SAMPLES
from telephony.call import CallStatus
from telephony.codecs import Int16
from telephony.providers.simulator.calls import CarriedCall
from voicebot.application.portfolio_files import read_portfolio

PEOPLE = 300
MACHINE = {"cpu": "a processor", "cores": 2}


def test_the_crowd_is_of_people_who_can_all_be_called_and_verified() -> None:
    found = crowd(read_portfolio(SAMPLES), PEOPLE)
    people = list(found.debtors.values())
    assert len({each.cpf for each in people}) == len({each.phone for each in people}) == PEOPLE
    assert all(cpf.is_valid(each.cpf) and each.cpf[:3] == "529" and each.cpf[-2:] == "25" for each in people)
    assert {(each.birth_date.day, each.birth_date.month) for each in people} == {(12, 3)}
    assert len({debts[0].contract for debts in found.debts.values()}) == PEOPLE
    assert len({each.name for each in people}) > PEOPLE / 2, "their greetings are not each other's"
    assert found == crowd(read_portfolio(SAMPLES), PEOPLE)


def _row(calls: int, p95: float) -> dict[str, Any]:
    level = Level(calls, 10.0, 20.0, Taken(0.5, 0.1, 0.2), 900.0)
    return figures(level, [(at, Answer(at, p95, p95)) for at in (12.0, 15.0)])


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([(1, 500), (2, 900), (4, 1200)], 4, id="all hold, the limit included"),
        pytest.param([(1, 500), (2, 1300), (4, 900)], 1, id="a lucky run beyond a failure does not count"),
        pytest.param([(4, 700), (1, 1500)], 0, id="in any order"),
        pytest.param([], 0, id="nothing measured"),
    ],
)
def test_the_rated_number_holds_with_all_below_it(times: list[tuple[int, float]], expected: int) -> None:
    assert rated([_row(calls, p95) for calls, p95 in times]) == expected


def test_a_level_counts_the_answers_of_its_own_time() -> None:
    level = Level(2, 10.0, 20.0, Taken(0.5, 0.1, 0.2), 900.0)
    answered = [
        (9.9, Answer(1, 1, 9000)),
        (10.0, Answer(1, 300, 400)),
        (19.9, Answer(1, 300, 600)),
        (20.0, Answer(1, 1, 9000)),
    ]
    found = figures(level, answered)
    assert (found["content_ms"]["n"], found["content_ms"]["max"], found["holds"]) == (2, 600, True)
    assert "median 500, p95 600" in summary(found)


def test_a_level_without_answers_does_not_hold() -> None:
    found = figures(Level(2, 10.0, 20.0, Taken(0, 0, 0), 900.0), [])
    assert (found["holds"], summary(found)) == (False, "no answers")


def test_the_table_says_the_rated_number_and_how_much_callers_talked() -> None:
    result = {
        "machine": MACHINE,
        "load": 0.1,
        "seconds": 60.0,
        "limit_ms": 1200.0,
        "calls": 3,
        "talking_share": {"median": 0.31},
        "levels": [_row(1, 500), figures(Level(2, 0, 1, Taken(0, 0, 0), 1.0), [])],
        "rated": 1,
    }
    caption = str(concurrency_table(result).caption)
    assert "rated: 1 calls" in caption
    assert "31% of the time" in caption


def test_the_callers_beyond_are_counted_by_what_they_heard() -> None:
    def call(status: CallStatus, *announced: Int16) -> CarriedCall:
        found = CarriedCall("+551130000000", "+5511988880001", "inbound", "https://bot.example")
        found.status, found.announced = status, list(announced)
        return found

    words = np.zeros(16_000, np.int16)
    beyond = told([call(CallStatus.COMPLETED, words), call(CallStatus.BUSY), call(CallStatus.COMPLETED, words)])
    assert beyond == {"calls": 3, "heard_the_line": 2, "line_s": 2.0, "busy_tone": 1, "got_through": 0}
    result = {"rated": 2, "alone": _row(2, 500), "with_callers_beyond": _row(2, 600), "beyond": beyond}
    assert "of 3 callers beyond 2 heard the line (2.0 s)" in str(beyond_table(result).caption)
    assert told([])["line_s"] is None


def test_a_process_is_seen_at_work() -> None:
    meter = Meter(os.getpid(), os.getpid())
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    assert meter.read(1.0).bot >= 0.15
    seen = usage(os.getpid())
    assert seen.rss_mb > 10
    assert seen.files > 2
    assert seen.threads >= 1


def test_a_process_that_has_gone_is_named() -> None:
    with pytest.raises(ProcessLookupError, match="has ended"):
        usage(2**22 + 1)


@pytest.mark.parametrize("given", ["", "1,x", "0", "2,-1"])
def test_numbers_of_calls_that_are_none_are_refused(given: str) -> None:
    with pytest.raises(typer.BadParameter):
        _levels(given)


def _sample(minute: float, rss: float, *, live: int = 2, tasks: int = 30) -> soak.Sample:
    used = Usage(cpu_s=0.0, rss_mb=rss, files=20, threads=9)
    return soak.Sample(at_s=minute * 60, live=live, tasks=tasks, used=used)


def test_a_slope_is_of_the_time_after_the_caches_filled() -> None:
    rising = [_sample(minute, 900 + minute) for minute in range(60)]
    assert soak.slope(rising, "rss_mb") == pytest.approx(60)
    warming = [_sample(minute, 500 if minute < 6 else 900) for minute in range(60)]
    assert soak.slope(warming, "rss_mb") == 0
    assert soak.slope(rising, "files") == 0
    assert soak.slope(rising[:1], "rss_mb") is None


def test_tasks_of_a_call_are_those_beyond_the_idle_ones() -> None:
    idle = _sample(0, 900, live=0, tasks=10)
    assert soak.per_call([_sample(1, 900, live=2, tasks=50)] * 20, idle) == 20
    assert soak.per_call([idle] * 20, idle) is None


def test_plain_gauges_are_read() -> None:
    text = '# HELP x y\nvoicebot_calls_live 3.0\nvoicebot_calls_total{direction="inbound"} 7.0\n'
    assert soak.gauges(text) == {"voicebot_calls_live": 3.0}


def test_the_soaks_table_has_a_row_for_each_thing_that_may_leak() -> None:
    samples = [_sample(minute, 900) for minute in range(10)]
    row = {"rss_mb": 900.0, "files": 20.0, "threads": 9.0, "tasks": 30.0}
    result = {
        "machine": MACHINE,
        "load": 0.1,
        "minutes": 10.0,
        "at_once": 2,
        "calls": 9,
        "content_ms": None,
        "bot_cores": 0.5,
        "idle_before": row,
        "idle_after": row,
        "tasks_per_call": 12.0,
        "slope_per_hour": {column: soak.slope(samples, column) for column in soak.COLUMNS},
        "samples": [row],
    }
    assert soak_table(result).row_count == len(soak.COLUMNS)
