from __future__ import annotations

import pytest

from telephony.call import CallStatus, StreamStart, check_destination
from telephony.errors import DestinationRefused


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("+5511987654321", id="mobile, Sao Paulo"),
        pytest.param("+556132145678", id="landline, Brasilia"),
        pytest.param("+558525551234", id="landline starting with 2"),
    ],
)
def test_brazilian_numbers_may_be_dialled(number: str) -> None:
    assert check_destination(number) == number


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("+19005551234", id="foreign premium"),
        pytest.param("+351912345678", id="foreign"),
        pytest.param("+55190", id="emergency"),
        pytest.param("+553003001234", id="0300-like, area code 30"),
        pytest.param("+5509001234567", id="0900"),
        pytest.param("+5511887654321", id="mobile without the ninth digit's 9"),
        pytest.param("+551169876543", id="old mobile, eight digits"),
        pytest.param("+881612345678", id="satellite"),
        pytest.param("5511987654321", id="no plus"),
        pytest.param("+5511987654321\n", id="trailing newline"),
        pytest.param("+55119876543210", id="a digit too many"),
        pytest.param("+5511987654321;ext=9", id="injected parameter"),
        pytest.param("+5511٩87654321", id="a digit of another script"),
        pytest.param("", id="empty"),
    ],
)
def test_everything_else_is_refused_and_not_repeated_in_the_error(number: str) -> None:
    with pytest.raises(DestinationRefused) as refusal:
        check_destination(number)
    assert not number or number not in str(refusal.value)
    assert not refusal.value.retryable


def test_a_stream_start_hides_its_token() -> None:
    start = StreamStart("MZ1", "CA1", "AC1", {"token": "open-sesame"})
    assert "open-sesame" not in repr(start)


def test_final_states_are_those_no_call_leaves() -> None:
    assert {status for status in CallStatus if status.is_final} == {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.NO_ANSWER,
        CallStatus.FAILED,
        CallStatus.CANCELED,
    }
