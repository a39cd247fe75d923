"""G.711: mu-law (Americas, Twilio) and A-law (Brazilian trunks) to and from 16-bit linear PCM.

Tables are built once from the recommendation's segment rules; every call after that is one numpy lookup.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Int16 = npt.NDArray[np.int16]

RATE_HZ: Final = 8_000
MULAW_SILENCE: Final = b"\xff"
ALAW_SILENCE: Final = b"\xd5"

_ALL_SAMPLES: Final = np.arange(-32_768, 32_768, dtype=np.int32)
_ALL_CODES: Final = np.arange(256, dtype=np.int32)
_MULAW_BIAS: Final = 33
_MULAW_CLIP: Final = 8_159
_MULAW_SEGMENT_ENDS: Final = (0x40 << np.arange(8)) - 1
_ALAW_SEGMENT_ENDS: Final = (0x20 << np.arange(8)) - 1


def _mulaw_encoding() -> npt.NDArray[np.uint8]:
    """Give the code of each sample, indexed by sample + 32768; mu-law works on 14 bits."""
    linear = _ALL_SAMPLES >> 2
    magnitude = np.minimum(np.abs(linear), _MULAW_CLIP) + _MULAW_BIAS
    segment = np.searchsorted(_MULAW_SEGMENT_ENDS, magnitude, side="left")
    code = np.where(segment >= 8, 0x7F, (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F))
    return (code ^ np.where(linear < 0, 0x7F, 0xFF)).astype(np.uint8)


def _mulaw_decoding() -> Int16:
    code = ~_ALL_CODES & 0xFF
    magnitude = ((((code & 0x0F) << 3) + (_MULAW_BIAS << 2)) << ((code & 0x70) >> 4)) - (_MULAW_BIAS << 2)
    return np.asarray(np.where(code & 0x80, -magnitude, magnitude), dtype=np.int16)


def _alaw_encoding() -> npt.NDArray[np.uint8]:
    """Give the code of each sample, indexed by sample + 32768; A-law works on 13 bits."""
    linear = _ALL_SAMPLES >> 3
    magnitude = np.where(linear < 0, -linear - 1, linear)
    segment = np.searchsorted(_ALAW_SEGMENT_ENDS, magnitude, side="left")
    code = np.where(segment >= 8, 0x7F, (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F))
    return (code ^ np.where(linear < 0, 0x55, 0xD5)).astype(np.uint8)


def _alaw_decoding() -> Int16:
    code = _ALL_CODES ^ 0x55
    segment = (code & 0x70) >> 4
    step = ((code & 0x0F) << 4) + np.where(segment == 0, 0x008, 0x108)
    magnitude = step << np.maximum(segment - 1, 0)
    return np.asarray(np.where(code & 0x80, magnitude, -magnitude), dtype=np.int16)


_MULAW_ENCODE: Final = _mulaw_encoding()
_MULAW_DECODE: Final = _mulaw_decoding()
_ALAW_ENCODE: Final = _alaw_encoding()
_ALAW_DECODE: Final = _alaw_decoding()


def mulaw_encode(pcm: Int16) -> bytes:
    """Encode linear samples, one byte each."""
    return _MULAW_ENCODE[pcm.astype(np.int32) + 32_768].tobytes()


def mulaw_decode(data: bytes) -> Int16:
    """Decode to linear samples, one for each byte; every byte value is legal."""
    return _MULAW_DECODE[np.frombuffer(data, dtype=np.uint8)]


def alaw_encode(pcm: Int16) -> bytes:
    """Encode linear samples, one byte each."""
    return _ALAW_ENCODE[pcm.astype(np.int32) + 32_768].tobytes()


def alaw_decode(data: bytes) -> Int16:
    """Decode to linear samples, one for each byte; every byte value is legal."""
    return _ALAW_DECODE[np.frombuffer(data, dtype=np.uint8)]
