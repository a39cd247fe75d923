"""A convolution with signed input gives what it gave with unsigned input, to the bit."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.speech.signed_convolutions import (
    NotAModel,
    message,
    node,
    number_field,
    signed_convolutions,
    sums_are_exact,
)

CHANNELS, WIDTH, KERNEL = 3, 12, 3
_FLOAT, _UINT8, _INT32 = 1, 2, 6


def _tensor(name: str, values: np.ndarray, kind: int) -> bytes:
    dims = b"".join(number_field(1, size) for size in values.shape)
    return message(5, dims + number_field(2, kind) + message(8, name.encode()) + message(9, values.tobytes()))


def _value(field: int, name: str, kind: int) -> bytes:
    """A ValueInfoProto whose shape is not given."""
    return message(field, message(1, name.encode()) + message(2, message(1, number_field(1, kind))))


def model(weights: np.ndarray, zero: int, *, fed: str = "quantised") -> bytes:
    """Quantise "x" and convolve it with the weights, and once more with the same input."""
    quantising = node("DynamicQuantizeLinear", ["x"], ["quantised", "scale", "zero"])
    convolving = [node("ConvInteger", [fed, "weights", "zero", "weights_zero"], [name]) for name in ("y", "again")]
    graph = b"".join(message(1, each) for each in (quantising, *convolving))
    graph += _tensor("weights", weights, _UINT8) + _tensor("weights_zero", np.array(zero, np.uint8), _UINT8)
    graph += _value(11, "x", _FLOAT) + _value(12, "y", _INT32) + _value(12, "again", _INT32)
    graph += message(2, b"a graph")
    return number_field(1, 9) + message(7, graph) + message(8, number_field(2, 17))


def run(made: bytes, x: np.ndarray) -> list[np.ndarray]:
    return list(onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"]).run(None, {"x": x}))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**16), zero=st.integers(0, 255), scale=st.floats(1e-3, 1e3), shift=st.floats(-5, 5))
def test_the_sums_are_the_same_to_the_bit(seed: int, zero: int, scale: float, shift: float) -> None:
    random = np.random.default_rng(seed)
    weights = random.integers(0, 256, (4, CHANNELS, KERNEL), np.uint8)
    x = (scale * (random.normal(size=(1, CHANNELS, WIDTH)) + shift)).astype(np.float32)
    plain = model(weights, zero)
    changed = signed_convolutions(plain)
    assert changed != plain
    before, after = run(plain, x), run(changed, x)
    if sums_are_exact():
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, other)
    assert np.abs(before[0]).max() > 0


def test_what_is_no_quantised_convolution_stays_as_it_is() -> None:
    other = model(np.zeros((1, 1, 1), np.uint8), 0, fed="x")
    assert signed_convolutions(other) == other


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"no model at all", id="text"),
        pytest.param(b"\x3a\x7f", id="cut"),
        pytest.param(b"\xff", id="varint"),
    ],
)
def test_what_is_no_model_is_refused(damage: bytes) -> None:
    with pytest.raises(NotAModel):
        signed_convolutions(damage)


def test_nothing_stays_nothing() -> None:
    assert signed_convolutions(b"") == b""
