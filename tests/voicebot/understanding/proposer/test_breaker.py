"""The breaker opens after failures close together, and one probe at a time finds out whether the server is back."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from voicebot.understanding.proposer.breaker import Breaker, Verdict


@dataclass
class Time:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def broken(time: Time) -> Breaker:
    breaker = Breaker(time, failures=3, window_s=30, pause_s=15, longest_pause_s=40)
    for _ in range(3):
        assert breaker.permit()
        breaker.settle(Verdict.FAILED)
    return breaker


def test_it_opens_at_the_last_failure_allowed_and_not_before() -> None:
    breaker = Breaker(Time(), failures=3)
    for verdict in (Verdict.FAILED, Verdict.FAILED):
        assert breaker.permit()
        breaker.settle(verdict)
    assert breaker.is_closed and breaker.permit()
    breaker.settle(Verdict.FAILED)
    assert not breaker.is_closed and not breaker.permit()


def test_failures_far_apart_do_not_open_it() -> None:
    time = Time()
    breaker = Breaker(time, failures=2, window_s=30)
    for _ in range(6):
        assert breaker.permit()
        breaker.settle(Verdict.FAILED)
        time.now += 30.1
    assert breaker.is_closed


def test_a_good_answer_forgives_what_went_before() -> None:
    breaker = Breaker(Time(), failures=2)
    for verdict in (Verdict.FAILED, Verdict.GOOD, Verdict.FAILED):
        assert breaker.permit()
        breaker.settle(verdict)
    assert breaker.is_closed


def test_after_the_pause_a_single_question_probes() -> None:
    time = Time()
    breaker = broken(time)
    time.now += 14.9
    assert not breaker.permit()
    time.now += 0.1
    assert breaker.permit()
    assert not breaker.permit(), "a second caller must not wait for a server that is probably down"
    breaker.settle(Verdict.GOOD)
    assert breaker.is_closed and breaker.permit() and breaker.permit()


def test_probes_that_fail_lengthen_the_pause_up_to_its_bound() -> None:
    time = Time()
    breaker = broken(time)
    pauses = []
    wait = 15.0
    for _ in range(4):
        time.now += wait
        assert breaker.permit()
        breaker.settle(Verdict.FAILED)
        started = time.now
        while not breaker.permit():
            time.now += 1.0
        breaker.settle(Verdict.UNKNOWN)
        pauses.append(time.now - started)
        wait = 0.0
    assert pauses == [30, 40, 40, 40]


def test_a_probe_whose_call_ended_says_nothing_and_gives_its_place_back() -> None:
    time = Time()
    breaker = broken(time)
    time.now += 15
    assert breaker.permit()
    breaker.settle(Verdict.UNKNOWN)
    assert not breaker.is_closed
    assert breaker.permit()


def test_failures_of_questions_asked_before_it_opened_do_not_lengthen_the_pause() -> None:
    time = Time()
    breaker = Breaker(time, failures=2, pause_s=15)
    assert all(breaker.permit() for _ in range(4))
    for _ in range(4):
        breaker.settle(Verdict.FAILED)
    time.now += 15
    assert breaker.permit()


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from(Verdict)), max_size=60))
def test_while_it_is_open_nobody_is_let_through_before_the_pause_is_over(steps: list[tuple[float, Verdict]]) -> None:
    time = Time()
    breaker = Breaker(time, failures=3, window_s=30, pause_s=15, longest_pause_s=40)
    opened_at: float | None = None
    for wait, verdict in steps:
        time.now += wait
        permitted = breaker.permit()
        if opened_at is not None and time.now < opened_at + 15:
            assert not permitted
        if not permitted:
            continue
        breaker.settle(verdict)
        opened_at = None if breaker.is_closed else (time.now if verdict is Verdict.FAILED else opened_at)
    assert breaker.is_closed == (opened_at is None)
