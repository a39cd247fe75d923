from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    TextFrame,
    TTSAudioRawFrame,
)

from telephony.call import StreamStart
from telephony.codecs import mulaw_decode, mulaw_encode
from telephony.errors import ProtocolFlood, UnsupportedRate
from telephony.frames import MarkEchoFrame, mark_request
from telephony.line_serializer import AHEAD_MAX_S, BAD_MESSAGES_MAX
from telephony.providers.simulator.wire import Line, Sender
from telephony.providers.twilio.serializer import MediaStreamSerializer

LINE = Line()
START = StreamStart(LINE.stream_sid, LINE.call_sid, LINE.account_sid)
VOICE = (8_000 * np.sin(2 * np.pi * 450 * np.arange(160) / 8_000)).astype(np.int16)  # 20 ms, nine whole periods


class Watch:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def phone() -> Sender:
    return Sender(LINE)


@pytest.fixture
def serializer(watch: Watch) -> MediaStreamSerializer:
    return MediaStreamSerializer(START, now=watch)


async def sent(serializer: MediaStreamSerializer, frame: Frame) -> dict[str, Any] | None:
    text = await serializer.serialize(frame)
    return None if text is None else dict(json.loads(text))


def speech(pcm: np.ndarray[Any, np.dtype[np.int16]], rate_hz: int = 8_000) -> OutputAudioRawFrame:
    return TTSAudioRawFrame(audio=pcm.tobytes(), sample_rate=rate_hz, num_channels=1)


async def test_speech_leaves_as_mulaw_for_this_stream(serializer: MediaStreamSerializer) -> None:
    message = await sent(serializer, speech(VOICE))
    assert message is not None
    assert (message["event"], message["streamSid"]) == ("media", LINE.stream_sid)
    assert base64.b64decode(message["media"]["payload"]) == mulaw_encode(VOICE)
    assert serializer.stats.bytes_out == 160


async def test_another_rate_is_resampled_across_frames_without_clicks(serializer: MediaStreamSerializer) -> None:
    at = np.arange(24_000) / 24_000
    tone = (8_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    heard = b""
    for start in range(0, tone.size, 480):
        message = await sent(serializer, speech(tone[start : start + 480], 24_000))
        heard += base64.b64decode(message["media"]["payload"]) if message else b""
    pcm = mulaw_decode(heard).astype(int)
    # A dropped filter state would jump by thousands at each 20 ms boundary; 440 Hz moves 2,800 a sample at most.
    assert len(heard) == 8_000
    assert int(np.abs(np.diff(pcm)).max()) < 3_200


async def test_a_rate_that_cannot_be_played_is_an_error(serializer: MediaStreamSerializer) -> None:
    with pytest.raises(UnsupportedRate):
        await serializer.serialize(speech(VOICE, 22_050))


async def test_an_interruption_clears_the_phone(serializer: MediaStreamSerializer) -> None:
    assert await sent(serializer, InterruptionFrame()) == {"event": "clear", "streamSid": LINE.stream_sid}
    assert serializer.stats.clears_sent == 1


async def test_a_protected_notice_is_not_cleared(serializer: MediaStreamSerializer) -> None:
    serializer.protect(True)
    assert await serializer.serialize(InterruptionFrame()) is None
    serializer.protect(False)
    assert await serializer.serialize(InterruptionFrame()) is not None
    assert (serializer.stats.clears_withheld, serializer.stats.clears_sent) == (1, 1)


async def test_a_mark_carries_the_stream_and_comes_back_played(
    serializer: MediaStreamSerializer, phone: Sender
) -> None:
    assert await sent(serializer, mark_request("u1")) == {
        "event": "mark",
        "mark": {"name": "u1"},
        "streamSid": LINE.stream_sid,
    }
    echo = await serializer.deserialize(phone.mark("u1"))
    assert isinstance(echo, MarkEchoFrame)
    assert (echo.mark, echo.played) == ("u1", True)


async def test_a_mark_returned_by_a_clear_does_not_prove_it_was_heard(
    serializer: MediaStreamSerializer, phone: Sender
) -> None:
    for name in ("u1", "u2"):
        await serializer.serialize(mark_request(name))
    first = await serializer.deserialize(phone.mark("u1"))
    await serializer.serialize(InterruptionFrame())
    await serializer.serialize(mark_request("u3"))
    echoes = [first] + [await serializer.deserialize(phone.mark(name)) for name in ("u2", "u3")]
    assert [(e.mark, e.played) for e in echoes if isinstance(e, MarkEchoFrame)] == [
        ("u1", True),
        ("u2", False),
        ("u3", True),
    ]


async def test_a_mark_nobody_asked_for_is_a_bad_message(serializer: MediaStreamSerializer, phone: Sender) -> None:
    assert await serializer.deserialize(phone.mark("forged")) is None
    assert serializer.stats.bad_messages == 1


async def test_another_stream_cannot_be_named_by_a_message(serializer: MediaStreamSerializer) -> None:
    frame = OutputTransportMessageUrgentFrame(message={"event": "mark", "streamSid": "MZ0", "mark": {"name": "m"}})
    message = await sent(serializer, frame)
    assert message is not None
    assert message["streamSid"] == LINE.stream_sid


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(TextFrame("oi"), id="text"),
        pytest.param(EndFrame(), id="end: hanging up is not the serializer's"),
        pytest.param(OutputTransportMessageFrame(message={"label": "rtvi-ai", "type": "x"}), id="RTVI"),
        pytest.param(OutputTransportMessageFrame(message="words"), id="no dict"),
        pytest.param(speech(VOICE[:0]), id="no audio"),
    ],
)
async def test_what_a_phone_has_no_use_for_is_not_sent(serializer: MediaStreamSerializer, frame: Frame) -> None:
    assert await serializer.serialize(frame) is None


async def test_caller_audio_arrives_at_16_khz_with_each_message(
    serializer: MediaStreamSerializer, phone: Sender
) -> None:
    frames = [await serializer.deserialize(phone.media(mulaw_encode(VOICE), 20 * n)) for n in range(10)]
    audio = [frame for frame in frames if isinstance(frame, InputAudioRawFrame)]
    assert [(frame.sample_rate, frame.num_channels, len(frame.audio)) for frame in audio] == [(16_000, 1, 640)] * 10
    heard = np.frombuffer(b"".join(frame.audio for frame in audio), dtype=np.int16)
    assert 7_000 < int(np.abs(heard[640:].astype(int)).max()) < 8_600


async def test_keys_arrive(serializer: MediaStreamSerializer, phone: Sender) -> None:
    frames = [await serializer.deserialize(phone.dtmf(digit)) for digit in "09*#"]
    keys = [frame.button for frame in frames if isinstance(frame, InputDTMFFrame)]
    assert keys == [KeypadEntry.ZERO, KeypadEntry.NINE, KeypadEntry.STAR, KeypadEntry.POUND]


async def test_stop_asks_nothing_of_the_pipeline_and_ends_the_stream(
    serializer: MediaStreamSerializer, phone: Sender
) -> None:
    assert await serializer.deserialize(phone.stop()) is None
    assert serializer.stats.bad_messages == 0
    assert await serializer.deserialize(phone.media(b"\xff" * 160, 0)) is None
    assert serializer.stats.bad_messages == 1


async def test_bad_messages_are_ignored_until_there_are_too_many(
    serializer: MediaStreamSerializer, phone: Sender
) -> None:
    for _ in range(BAD_MESSAGES_MAX):
        assert await serializer.deserialize("{") is None
    assert isinstance(await serializer.deserialize(phone.media(b"\xff" * 160, 0)), InputAudioRawFrame)
    with pytest.raises(ProtocolFlood, match="the stream is closed"):
        await serializer.deserialize(b"\x00")


async def test_a_peer_faster_than_speech_is_no_phone(
    serializer: MediaStreamSerializer, phone: Sender, watch: Watch
) -> None:
    second = phone.media(b"\xff" * 8_000, 0)
    for _ in range(int(AHEAD_MAX_S) + 1):
        assert await serializer.deserialize(second) is not None
    assert await serializer.deserialize(second) is None
    watch.at += 5.0
    assert await serializer.deserialize(second) is not None
    assert serializer.stats.bad_messages == 1
