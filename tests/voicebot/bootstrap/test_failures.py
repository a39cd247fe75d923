from __future__ import annotations

import pytest

from voicebot.application.export import ExportError
from voicebot.application.outbox import DeliveryFailed
from voicebot.bootstrap.failures import clear_line
from voicebot.domain.payments.errors import PaymentCodeError, PixKeyInvalid


@pytest.mark.parametrize(
    "error",
    [
        ExportError("cannot write to /x: no space left on device"),
        PaymentCodeError("the code has no amount"),
        PixKeyInvalid("the Pix key is no e-mail address"),
        DeliveryFailed("the outbox folder cannot be written", retryable=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_expected_failure_is_one_line(error: Exception) -> None:
    assert clear_line(error) == f"error: {error}"


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), OSError("x")])
def test_a_fault_of_ours_keeps_its_trace(error: Exception) -> None:
    assert clear_line(error) is None
