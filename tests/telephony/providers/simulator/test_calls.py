from __future__ import annotations

import pytest

from telephony.call import CallStatus
from telephony.providers.simulator.calls import TRANSITIONS, CarriedCall, PickUp
from telephony.providers.simulator.twiml import DialNumber


def new_call() -> CarriedCall:
    return CarriedCall(to="+5511987654321", from_="+551130000000", direction="outbound-api", voice_url="http://x")


def test_every_state_stands_in_the_table_and_final_states_lead_nowhere() -> None:
    assert set(TRANSITIONS) == set(CallStatus)
    assert {status for status, after in TRANSITIONS.items() if not after} == {s for s in CallStatus if s.is_final}


def test_every_state_is_reached_from_the_queue_and_every_open_one_can_end() -> None:
    def reach(status: CallStatus) -> set[CallStatus]:
        return {status}.union(*(reach(after) for after in TRANSITIONS[status]))

    assert reach(CallStatus.QUEUED) == set(CallStatus)
    assert all(any(after.is_final for after in reach(status)) for status in CallStatus)


@pytest.mark.parametrize("status", [CallStatus.IN_PROGRESS, CallStatus.COMPLETED, CallStatus.BUSY])
def test_an_illegal_step_is_refused_and_changes_nothing(status: CallStatus) -> None:
    call = new_call()
    with pytest.raises(ValueError, match="from queued"):
        call.advance(status)
    assert (call.status, call.history) == (CallStatus.QUEUED, [CallStatus.QUEUED])


def test_a_call_without_a_stream_is_not_redirected() -> None:
    call = new_call()
    with pytest.raises(ValueError, match="in progress"):
        call.redirect(DialNumber("+551130009999", "+551130000000"))
    assert (call.transferred_to, call.redirects.qsize()) == (None, 0)


def test_numbers_are_not_in_the_repr() -> None:
    assert "987654321" not in repr(new_call())


@pytest.mark.parametrize(
    ("outcome", "rings"), [(CallStatus.COMPLETED, 1), (CallStatus.CANCELED, 1), (CallStatus.BUSY, -1)]
)
def test_a_ringing_phone_can_only_be_answered_busy_or_left(outcome: CallStatus, rings: int) -> None:
    with pytest.raises(ValueError, match="ringing call"):
        PickUp(outcome, rings)
