"""What each of the provider's errors means for the dialler."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from telephony.call import CallStatus, CallSummary
from telephony.errors import (
    DestinationRefused,
    NextStep,
    OutcomeUnknown,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
)
from tests.voicebot.persistence.dialling import MONDAY
from voicebot.application.dialler.intents import (
    Accepted,
    AccountRefused,
    FoundCall,
    NotSent,
    NumberRefused,
    Unknown,
)
from voicebot.bootstrap.dial_line import ProviderLine
from voicebot.domain.dialogue.phases import Disposition


class Dialler:
    """Raises or gives what it is told."""

    name = "twilio"

    def __init__(self, told: object, *, real: bool = True) -> None:
        self.told, self.real = told, real

    async def place(self, *, to: str, call_ref: str) -> str:
        return str(self._tell())

    async def recent(self, *, to: str) -> Sequence[CallSummary]:
        found: Any = self._tell()
        return list(found)

    def _tell(self) -> object:
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


def line(told: object, *, real: bool = True) -> ProviderLine:
    dialler: Any = Dialler(told, real=real)
    return ProviderLine(dialler)


def refused(step: NextStep) -> ProviderRefused:
    return ProviderRefused("placing a call", status=400, code=21211, next_step=step)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        pytest.param("CA1", Accepted, id="taken"),
        pytest.param(DestinationRefused("x"), NumberRefused, id="outside the allow-list"),
        pytest.param(ProviderUnreachable("x"), NotSent, id="no connection"),
        pytest.param(RateLimited("x"), NotSent, id="too fast"),
        pytest.param(refused(NextStep.SUPPRESS_NUMBER), NumberRefused, id="a bad number"),
        pytest.param(refused(NextStep.RETRY_LATER), NotSent, id="later"),
        pytest.param(refused(NextStep.STOP_CAMPAIGN), AccountRefused, id="a bad account"),
        pytest.param(refused(NextStep.ALERT), NotSent, id="our own server"),
        pytest.param(refused(NextStep.RECONCILE), Unknown, id="a doubtful refusal"),
        pytest.param(OutcomeUnknown("x"), Unknown, id="no answer"),
        pytest.param(RuntimeError("x"), Unknown, id="anything else may have been sent"),
    ],
)
async def test_what_an_error_means(told: object, kind: type[object]) -> None:
    assert isinstance(await line(told).place(to="+5511988880001", call_ref="c1"), kind)


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        (CallStatus.QUEUED, None),
        (CallStatus.RINGING, None),
        (CallStatus.IN_PROGRESS, None),
        (CallStatus.BUSY, Disposition.BUSY),
        (CallStatus.NO_ANSWER, Disposition.NO_ANSWER),
        (CallStatus.CANCELED, Disposition.NO_ANSWER),
        (CallStatus.FAILED, Disposition.FAILED),
        (CallStatus.COMPLETED, Disposition.FAILED),
    ],
)
async def test_every_state_of_a_call_is_told(status: CallStatus, ended: Disposition | None) -> None:
    found = await line([CallSummary("CA1", status, MONDAY)]).calls_to("+5511988880001")
    assert found == [FoundCall("CA1", ended, MONDAY, is_queued=status is CallStatus.QUEUED)]


async def test_the_simulators_clock_is_not_ours() -> None:
    early = CallSummary("CA1", CallStatus.RINGING, MONDAY - timedelta(days=400))
    assert await line([early], real=False).calls_to("+5511988880001") == [FoundCall("CA1", None, None)]


@pytest.mark.parametrize("error", [OutcomeUnknown("x"), ProviderUnreachable("x"), ValueError("a new state")])
async def test_no_answer_is_no_denial(error: Exception) -> None:
    assert await line(error).calls_to("+5511988880001") is None
