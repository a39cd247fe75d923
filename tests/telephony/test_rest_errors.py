"""Every documented error leads somewhere, and none leads to a second call by mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import (
    CapReached,
    DestinationRefused,
    NextStep,
    NotListed,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
)
from telephony.rest_errors import KNOWN_ERRORS, after_call, is_dead_by_cause, next_step, typed_error

NAMED_BY_THE_RESEARCH = {
    *(20003, 20404, 20429, 21210, 21212, 21211, 21217, 21215, 21216, 21219, 21220, 13224, 13225, 13227),
    *(11200, 12100, 12200, 31901, 31902, 31920, 31921, 31922, 31923, 31924, 31930, 31931, 31941, *range(31942, 31952)),
}


def test_every_documented_code_is_in_the_table_with_its_page() -> None:
    assert set(KNOWN_ERRORS) >= NAMED_BY_THE_RESEARCH
    assert KNOWN_ERRORS[21211].source == "https://www.twilio.com/docs/api/errors/21211"
    assert all(each.meaning and code == each.code for code, each in KNOWN_ERRORS.items())


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        pytest.param(400, 21211, NextStep.SUPPRESS_NUMBER, id="an invalid number concerns that number alone"),
        pytest.param(400, 21217, NextStep.SUPPRESS_NUMBER, id="so does one that does not look valid"),
        pytest.param(400, 13225, NextStep.SUPPRESS_NUMBER, id="and one the provider forbids"),
        pytest.param(400, 21215, NextStep.STOP_CAMPAIGN, id="no Brazil for this account: every call would fail"),
        pytest.param(400, 21210, NextStep.STOP_CAMPAIGN, id="our caller id is wrong"),
        pytest.param(401, 20003, NextStep.STOP_CAMPAIGN, id="our credentials are wrong"),
        pytest.param(400, 99999, NextStep.STOP_CAMPAIGN, id="nobody knows this code"),
        pytest.param(403, None, NextStep.STOP_CAMPAIGN, id="no code at all"),
        pytest.param(400, 10004, NextStep.RETRY_LATER, id="too many calls at once"),
        pytest.param(429, None, NextStep.RETRY_LATER, id="too fast, by HTTP alone"),
        pytest.param(429, 21211, NextStep.RETRY_LATER, id="HTTP says that nothing was done"),
        pytest.param(500, 20500, NextStep.RECONCILE, id="failed inside"),
        pytest.param(502, 21211, NextStep.RECONCILE, id="HTTP says that nobody knows"),
        pytest.param(408, None, NextStep.RECONCILE, id="timed out on the way"),
        pytest.param(404, 20404, NextStep.CALL_OVER, id="no such call"),
        pytest.param(400, 11200, NextStep.ALERT, id="our webhook failed"),
    ],
)
def test_what_follows_an_error(status: int, code: int | None, expected: NextStep) -> None:
    assert next_step(status, code) is expected
    assert typed_error(status, code, "calling").next_step is expected


@given(status=st.integers(300, 599), code=st.none() | st.integers(0, 99_999) | st.sampled_from(sorted(KNOWN_ERRORS)))
def test_only_what_was_certainly_not_done_may_be_repeated(status: int, code: int | None) -> None:
    error = typed_error(status, code, "calling")
    assert isinstance(error, RateLimited | ProviderRefused | OutcomeUnknown)
    assert error.retryable is (error.next_step is NextStep.RETRY_LATER)
    assert not (error.retryable and status >= 500)
    assert (error.next_step is NextStep.RECONCILE) is isinstance(error, OutcomeUnknown)


def test_a_new_call_is_never_over() -> None:
    """An unknown address for a new call is a wrong account, and no reason to go on with the next number."""
    assert typed_error(404, 20404, "calling", is_about_a_call=False).next_step is NextStep.STOP_CAMPAIGN


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(ProviderUnreachable("x"), NextStep.RETRY_LATER, id="unreachable"),
        pytest.param(CapReached("x"), NextStep.RETRY_LATER, id="our own cap"),
        pytest.param(OutcomeUnknown("x"), NextStep.RECONCILE, id="unknown"),
        pytest.param(ProviderRefused("x", status=400, code=None), NextStep.STOP_CAMPAIGN, id="refused"),
    ],
)
def test_each_error_says_what_follows(error: ProviderError, expected: NextStep) -> None:
    assert error.next_step is expected


def test_a_number_of_nobody_is_refused_as_any_other() -> None:
    assert issubclass(NotListed, DestinationRefused)


@pytest.mark.parametrize(
    ("error", "sip", "expected"),
    [
        pytest.param("13224", None, NextStep.SUPPRESS_NUMBER, id="the provider's own code"),
        pytest.param(None, "410", NextStep.SUPPRESS_NUMBER, id="gone"),
        pytest.param("", "404", NextStep.SUPPRESS_NUMBER, id="no such user"),
        pytest.param("11200", "404", NextStep.ALERT, id="the provider's code weighs more"),
        pytest.param("21210", None, NextStep.STOP_CAMPAIGN, id="the caller id"),
        pytest.param("77777", None, NextStep.ALERT, id="an unknown code stops nobody"),
        pytest.param("0", "486", None, id="busy"),
        pytest.param("²", "9" * 5_000, None, id="no numbers"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_what_follows_the_report_of_an_end(error: str | None, sip: str | None, expected: NextStep | None) -> None:
    assert after_call(error, sip).next_step is expected


@pytest.mark.parametrize(("cause", "dead"), [("1", True), ("22", True), ("28", True), ("17", False), ("", False)])
def test_an_exchanges_cause_tells_a_dead_number(cause: str, *, dead: bool) -> None:
    assert is_dead_by_cause(cause) is dead
