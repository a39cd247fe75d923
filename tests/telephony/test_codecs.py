from __future__ import annotations

import audioop
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.codecs import ALAW_SILENCE, MULAW_SILENCE, Int16, alaw_decode, alaw_encode, mulaw_decode, mulaw_encode

EVERY_SAMPLE = np.arange(-32_768, 32_768, dtype=np.int16)
EVERY_CODE = bytes(range(256))
CODECS = [
    pytest.param(mulaw_encode, mulaw_decode, audioop.lin2ulaw, audioop.ulaw2lin, id="mu-law"),
    pytest.param(alaw_encode, alaw_decode, audioop.lin2alaw, audioop.alaw2lin, id="A-law"),
]
Encode = Callable[[Int16], bytes]
Decode = Callable[[bytes], Int16]
Oracle = Callable[[bytes, int], bytes]


@pytest.mark.parametrize(("encode", "decode", "oracle_encode", "oracle_decode"), CODECS)
def test_agrees_with_the_standard_library_on_every_value(
    encode: Encode, decode: Decode, oracle_encode: Oracle, oracle_decode: Oracle
) -> None:
    assert encode(EVERY_SAMPLE) == oracle_encode(EVERY_SAMPLE.tobytes(), 2)
    assert decode(EVERY_CODE).tobytes() == oracle_decode(EVERY_CODE, 2)


@pytest.mark.parametrize(
    ("encode", "decode"),
    [pytest.param(mulaw_encode, mulaw_decode, id="mu-law"), pytest.param(alaw_encode, alaw_decode, id="A-law")],
)
@given(data=st.binary(max_size=480))
def test_decoding_loses_nothing_that_encoding_cannot_give_back(encode: Encode, decode: Decode, data: bytes) -> None:
    once = decode(data)
    assert np.array_equal(decode(encode(once)), once)


@given(sample=st.integers(-32_124, 32_124))
def test_mulaw_error_stays_within_half_a_step(sample: int) -> None:
    decoded = int(mulaw_decode(mulaw_encode(np.array([sample], dtype=np.int16)))[0])
    # Half a step is 1/32 of the biased magnitude (132 is the bias), and going to 14 bits loses up to 4 before that.
    assert abs(decoded - sample) <= (abs(sample) + 132) / 32 + 4


def test_silence_is_the_byte_that_phones_send() -> None:
    assert mulaw_encode(np.zeros(1, dtype=np.int16)) == MULAW_SILENCE
    assert alaw_encode(np.zeros(1, dtype=np.int16)) == ALAW_SILENCE
    assert int(mulaw_decode(MULAW_SILENCE)[0]) == 0


def test_nothing_in_nothing_out() -> None:
    assert mulaw_encode(np.zeros(0, dtype=np.int16)) == b""
    assert mulaw_decode(b"").size == 0
