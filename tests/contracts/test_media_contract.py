"""What the pipeline may expect of any provider's media: the same frames, marks and keys, whatever is on the wire."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pytest
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
)

from telephony.call import StreamStart
from telephony.codecs import Int16, alaw_decode, alaw_encode, mulaw_decode, mulaw_encode
from telephony.errors import ProtocolFlood
from telephony.frames import MarkEchoFrame, MediaSerializer, mark_request
from telephony.providers.asterisk.media import Started
from telephony.providers.asterisk.serializer import AsteriskSerializer
from telephony.providers.simulator.wire import Clear, Line, Mark, Play, Sender, read_order
from telephony.providers.twilio.serializer import MediaStreamSerializer

Wire = str | bytes
FLOOD = 60
VOICE: Int16 = (8_000 * np.sin(2 * np.pi * 400 * np.arange(1_600) / 8_000)).astype(np.int16)


class Peer(Protocol):
    """The other side of the wire: what it hears and what it says."""

    serializer: MediaSerializer

    def take(self, data: Wire) -> list[Wire]:
        """Take a message of ours; gives what comes back for it at once."""
        ...

    def heard(self) -> Int16: ...
    def says(self, pcm: Int16) -> Wire: ...
    def presses(self, key: str) -> Wire: ...
    def plays(self) -> list[Wire]:
        """Play what waits; gives what comes back."""
        ...


@dataclass
class TwilioPeer:
    line: Line = field(default_factory=Line)
    queue: list[Play | Mark] = field(default_factory=list)
    played: bytes = b""

    def __post_init__(self) -> None:
        self._sender = Sender(self.line)
        self.serializer: MediaSerializer = MediaStreamSerializer(
            StreamStart(self.line.stream_sid, self.line.call_sid, self.line.account_sid)
        )

    def take(self, data: Wire) -> list[Wire]:
        match read_order(data, self.line.stream_sid):
            case Clear():
                marks = [each for each in self.queue if isinstance(each, Mark)]
                self.queue.clear()
                return [self._sender.mark(each.name) for each in marks]
            case Play() | Mark() as order:
                self.queue.append(order)
                return []
            case error:
                raise AssertionError(error)

    def plays(self) -> list[Wire]:
        self.played += b"".join(each.audio for each in self.queue if isinstance(each, Play))
        marks = [self._sender.mark(each.name) for each in self.queue if isinstance(each, Mark)]
        self.queue.clear()
        return list(marks)

    def heard(self) -> Int16:
        return mulaw_decode(self.played)

    def says(self, pcm: Int16) -> Wire:
        return self._sender.media(mulaw_encode(pcm), 0)

    def presses(self, key: str) -> Wire:
        return self._sender.dtmf(key)


@dataclass
class AsteriskPeer:
    form: str
    queue: list[Wire] = field(default_factory=list)
    played: bytes = b""

    def __post_init__(self) -> None:
        self.serializer: MediaSerializer = AsteriskSerializer(Started("17.1", self.form))

    def take(self, data: Wire) -> list[Wire]:
        if isinstance(data, str) and json.loads(data)["command"] == "FLUSH_MEDIA":
            self.queue.clear()
        else:
            self.queue.append(data)
        return []

    def plays(self) -> list[Wire]:
        self.played += b"".join(each for each in self.queue if isinstance(each, bytes))
        orders = [json.loads(each) for each in self.queue if isinstance(each, str)]
        self.queue.clear()
        return [self._event("MEDIA_MARK_PROCESSED", correlation_id=each["correlation_id"]) for each in orders]

    def heard(self) -> Int16:
        match self.form:
            case "ulaw":
                return mulaw_decode(self.played)
            case "alaw":
                return alaw_decode(self.played)
            case _:
                return np.frombuffer(self.played, dtype=np.int16)

    def says(self, pcm: Int16) -> Wire:
        return {"ulaw": mulaw_encode, "alaw": alaw_encode}.get(self.form, np.ndarray.tobytes)(pcm)

    def presses(self, key: str) -> Wire:
        return self._event("DTMF_END", digit=key)

    def _event(self, event: str, **values: str) -> str:
        return json.dumps({"event": event, "channel_id": "17.1"} | values)


PEERS = [
    pytest.param(TwilioPeer, id="twilio"),
    *[pytest.param(lambda form=form: AsteriskPeer(form), id=f"asterisk {form}") for form in ("slin", "ulaw", "alaw")],
]


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> Peer:
    make: Callable[[], Peer] = request.param
    return make()


async def send(peer: Peer, frame: Frame) -> list[Frame]:
    """Send a frame down the line; gives the frames that come back at once."""
    data = await peer.serializer.serialize(frame)
    return await arrive(peer, peer.take(data)) if data is not None else []


async def arrive(peer: Peer, messages: list[Wire]) -> list[Frame]:
    frames = [await peer.serializer.deserialize(message) for message in messages]
    return [frame for frame in frames if frame is not None]


def speech(pcm: Int16) -> OutputAudioRawFrame:
    return OutputAudioRawFrame(audio=pcm.tobytes(), sample_rate=8_000, num_channels=1)


def marks(frames: list[Frame]) -> list[tuple[str, bool]]:
    return [(frame.mark, frame.played) for frame in frames if isinstance(frame, MarkEchoFrame)]


def loudness(pcm: Int16) -> float:
    return float(np.sqrt((pcm.astype(float) ** 2).mean()))


async def test_what_the_bot_says_is_heard(peer: Peer) -> None:
    for at in range(0, VOICE.size, 160):
        await send(peer, speech(VOICE[at : at + 160]))
    peer.plays()
    assert peer.heard().size == VOICE.size
    assert loudness(peer.heard()) == pytest.approx(loudness(VOICE), rel=0.03)


async def test_what_the_caller_says_arrives_at_16_khz_with_each_message(peer: Peer) -> None:
    frames = await arrive(peer, [peer.says(VOICE[at : at + 160]) for at in range(0, VOICE.size, 160)])
    audio = [frame for frame in frames if isinstance(frame, InputAudioRawFrame)]
    assert [(frame.sample_rate, len(frame.audio)) for frame in audio] == [(16_000, 640)] * 10
    pcm = np.frombuffer(b"".join(frame.audio for frame in audio), dtype=np.int16)
    assert loudness(pcm[640:]) == pytest.approx(loudness(VOICE), rel=0.05)


async def test_a_mark_comes_back_once_what_stands_before_it_was_played(peer: Peer) -> None:
    await send(peer, speech(VOICE))
    assert marks(await send(peer, mark_request("0"))) == []
    await send(peer, mark_request("1"))
    assert marks(await arrive(peer, peer.plays())) == [("0", True), ("1", True)]


async def test_what_is_broken_off_is_not_played_and_its_marks_say_so(peer: Peer) -> None:
    await send(peer, speech(VOICE))
    await send(peer, mark_request("0"))
    back = await send(peer, InterruptionFrame())
    back += await arrive(peer, [*peer.plays(), peer.says(VOICE[:160]), peer.says(VOICE[160:320])])
    assert marks(back) == [("0", False)]
    assert peer.heard().size == 0
    assert sum(len(frame.audio) for frame in back if isinstance(frame, InputAudioRawFrame)) == 2 * 640
    await send(peer, speech(VOICE[:160]))
    await send(peer, mark_request("1"))
    assert marks(await arrive(peer, peer.plays())) == [("1", True)]


async def test_keys_arrive(peer: Peer) -> None:
    frames = await arrive(peer, [peer.presses(key) for key in "19*#"])
    assert [frame.button for frame in frames if isinstance(frame, InputDTMFFrame)] == [
        KeypadEntry.ONE,
        KeypadEntry.NINE,
        KeypadEntry.STAR,
        KeypadEntry.POUND,
    ]


@pytest.mark.parametrize(
    "bad", ["{", '{"event":"dance"}', "null", base64.b64encode(b"x" * 90).decode()], ids=["half", "odd", "null", "b64"]
)
async def test_bad_messages_are_passed_over_until_there_are_too_many(peer: Peer, bad: str) -> None:
    assert await arrive(peer, [bad] * 20) == []
    assert len(await arrive(peer, [peer.says(VOICE[:160])])) == 1
    with pytest.raises(ProtocolFlood):
        await arrive(peer, [bad] * FLOOD)
