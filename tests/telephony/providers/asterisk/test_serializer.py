from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
)

from telephony.codecs import Int16, alaw_encode, mulaw_encode
from telephony.errors import ProtocolFlood
from telephony.frames import MarkEchoFrame, mark_request
from telephony.line_serializer import AHEAD_MAX_S, BAD_MESSAGES_MAX
from telephony.providers.asterisk.media import FRAME_BYTES, ORDER_MAX_BYTES, Started
from telephony.providers.asterisk.serializer import AsteriskSerializer

VOICE: Int16 = (8_000 * np.sin(2 * np.pi * 400 * np.arange(1_600) / 8_000)).astype(np.int16)


class Watch:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def serializer(form: str = "slin", watch: Watch | None = None) -> AsteriskSerializer:
    return AsteriskSerializer(Started("17.1", form), now=watch or Watch())


def speech(pcm: Int16, rate: int = 8_000) -> OutputAudioRawFrame:
    return OutputAudioRawFrame(audio=pcm.tobytes(), sample_rate=rate, num_channels=1)


def returned(mark: str) -> str:
    return json.dumps({"event": "MEDIA_MARK_PROCESSED", "channel_id": "17.1", "correlation_id": mark})


async def asked(made: AsteriskSerializer, mark: str) -> str:
    """Ask for a mark; gives its name on the wire."""
    sent = await made.serialize(mark_request(mark))
    assert isinstance(sent, str)
    return str(json.loads(sent)["correlation_id"])


@pytest.mark.parametrize("form", sorted(FRAME_BYTES))
@given(cuts=st.lists(st.integers(0, 700), max_size=12))
async def test_only_whole_frames_are_sent_and_every_sample_in_order(form: str, cuts: list[int]) -> None:
    made, sent = serializer(form), b""
    pieces = np.split(VOICE, sorted(min(cut, VOICE.size) for cut in cuts))
    for piece in pieces:
        payload = await made.serialize(speech(piece))
        assert payload is None or (isinstance(payload, bytes) and len(payload) % FRAME_BYTES[form] == 0)
        sent += payload if isinstance(payload, bytes) else b""
    encoded = {"slin": VOICE.tobytes(), "ulaw": mulaw_encode(VOICE), "alaw": alaw_encode(VOICE)}[form]
    assert sent == encoded


@pytest.mark.parametrize("form", sorted(FRAME_BYTES))
@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
async def test_what_goes_in_by_one_side_comes_out_by_the_other(form: str, rate: int) -> None:
    factor = rate // 8_000
    tone = (8_000 * np.sin(2 * np.pi * 400 * np.arange(1_600 * factor) / rate)).astype(np.int16)
    payload = await serializer(form).serialize(speech(tone, rate))
    assert isinstance(payload, bytes)
    made = serializer(form)
    heard = b""
    for at in range(0, len(payload), FRAME_BYTES[form]):
        frame = await made.deserialize(payload[at : at + FRAME_BYTES[form]])
        assert isinstance(frame, InputAudioRawFrame)
        assert (frame.sample_rate, len(frame.audio)) == (16_000, 640)
        heard += frame.audio
    pcm = np.frombuffer(heard, dtype=np.int16)[1_280:-320].astype(float)
    assert np.sqrt((pcm**2).mean()) == pytest.approx(8_000 / np.sqrt(2), rel=0.03)


async def test_a_mark_comes_back_as_played() -> None:
    made = serializer()
    wire = await asked(made, "greeting")
    echo = await made.deserialize(returned(wire))
    assert isinstance(echo, MarkEchoFrame)
    assert (echo.mark, echo.played) == ("greeting", True)


@given(st.lists(st.text(max_size=300), min_size=1, max_size=30))
async def test_marks_of_any_name_fit_asterisks_orders(names: list[str]) -> None:
    made = serializer()
    for name in names:
        sent = await made.serialize(mark_request(name))
        assert isinstance(sent, str)
        assert len(sent.encode()) <= ORDER_MAX_BYTES
        echo = await made.deserialize(returned(json.loads(sent)["correlation_id"]))
        assert isinstance(echo, MarkEchoFrame)
        assert echo.mark == name


@pytest.mark.parametrize(
    "clear",
    [
        pytest.param(InterruptionFrame(), id="interruption"),
        pytest.param(OutputTransportMessageUrgentFrame(message={"event": "clear"}), id="by a message"),
    ],
)
async def test_a_flush_gives_the_marks_it_swallowed_back_and_loses_no_audio(clear: Frame) -> None:
    made = serializer()
    wires = [await asked(made, name) for name in ("one", "two")]
    assert await made.serialize(clear) == '{"command":"FLUSH_MEDIA"}'
    frames = [await made.deserialize(VOICE[at : at + 160].tobytes()) for at in range(0, 800, 160)]
    echoes = [frame for frame in frames if isinstance(frame, MarkEchoFrame)]
    assert [(echo.mark, echo.played) for echo in echoes] == [("one", False), ("two", False)]
    audio = b"".join(frame.audio for frame in frames if isinstance(frame, InputAudioRawFrame))
    assert len(audio) == 5 * 640
    # One had been played after all, and its echo crossed the flush: it is not told twice, and is no fault.
    assert [await made.deserialize(returned(wire)) for wire in wires] == [None, None]
    assert made.stats.bad_messages == 0


async def test_after_a_flush_the_next_line_begins_clean() -> None:
    made = serializer()
    assert await made.serialize(speech(VOICE[:100])) is None
    await made.serialize(InterruptionFrame())
    assert await made.serialize(speech(VOICE[160:320])) == VOICE[160:320].tobytes()


@pytest.mark.parametrize("wire", ["forged", "0", "2", "-1", ""])
async def test_a_mark_nobody_sent_is_no_mark(wire: str) -> None:
    made = serializer()
    await asked(made, "one")
    assert await made.deserialize(returned(wire)) is None
    assert made.stats.bad_messages == 1


async def test_keys_arrive() -> None:
    made = serializer()
    told = [json.dumps({"event": "DTMF_END", "channel_id": "17.1", "digit": digit}) for digit in "09*#"]
    frames = [await made.deserialize(message) for message in told]
    keys = [frame.button for frame in frames if isinstance(frame, InputDTMFFrame)]
    assert keys == [KeypadEntry.ZERO, KeypadEntry.NINE, KeypadEntry.STAR, KeypadEntry.POUND]


async def test_a_complaint_is_counted_and_the_call_goes_on() -> None:
    made = serializer()
    assert await made.deserialize('{"event":"ERROR","channel_id":"17.1","error_text":"+5511988880001"}') is None
    assert (made.stats.complaints, made.stats.bad_messages) == (1, 0)


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
async def test_what_a_phone_has_no_use_for_is_not_sent(frame: Frame) -> None:
    assert await serializer().serialize(frame) is None


async def test_bad_messages_are_ignored_until_there_are_too_many() -> None:
    made = serializer()
    for _ in range(BAD_MESSAGES_MAX):
        assert await made.deserialize("{") is None
    assert isinstance(await made.deserialize(VOICE[:160].tobytes()), InputAudioRawFrame)
    with pytest.raises(ProtocolFlood, match="the stream is closed"):
        await made.deserialize(b"\x00")


async def test_a_peer_faster_than_speech_is_no_phone() -> None:
    watch = Watch()
    made, second = serializer(watch=watch), b"\x00" * 16_000
    for _ in range(int(AHEAD_MAX_S) + 1):
        assert await made.deserialize(second) is not None
    assert await made.deserialize(second) is None
    watch.at += 5.0
    assert await made.deserialize(second) is not None
    assert made.stats.bad_messages == 1
