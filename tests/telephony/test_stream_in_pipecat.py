"""The serializer inside pipecat's own websocket transport, with the simulated phone at the other end of the socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from fastapi import FastAPI, WebSocket
from pipecat.frames.frames import (
    EndWorkerFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.frames import MarkEchoFrame, mark_request
from telephony.providers.simulator.phone import EndedBy, Phone
from telephony.providers.simulator.serving import serving
from telephony.providers.simulator.wire import Line
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.serializer import MediaStreamSerializer
from tests.telephony.piped import run_on

pytestmark = pytest.mark.timeout(30)


def tone(ms: int) -> bytes:
    return (6_000 * np.sin(2 * np.pi * 400 * np.arange(ms * 8) / 8_000)).astype(np.int16).tobytes()


class Talker(FrameProcessor):
    """Says a tone with a mark at once; key 1 interrupts a long one, key 9 ends the call."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: asyncio.Queue[MarkEchoFrame] = asyncio.Queue()
        self.heard = bytearray()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        match frame:
            case StartFrame():
                await self._say(300, "greeting")
            case InputAudioRawFrame():
                self.heard += frame.audio
            case MarkEchoFrame():
                self.marks.put_nowait(frame)
            case InputDTMFFrame() if frame.button.value == "1":
                await self._say(3_000, "long")
            case InputDTMFFrame() if frame.button.value == "2":
                await self.broadcast_frame(InterruptionFrame)
            case InputDTMFFrame():
                await self.push_frame(EndWorkerFrame())
            case _:
                pass

    async def _say(self, ms: int, mark: str) -> None:
        await self.push_frame(TTSAudioRawFrame(audio=tone(ms), sample_rate=8_000, num_channels=1))
        await self.push_frame(TTSStoppedFrame())
        await self.push_frame(mark_request(mark))


@asynccontextmanager
async def bot(talker: Talker, serializers: list[MediaStreamSerializer]) -> AsyncIterator[str]:
    app = FastAPI()

    @app.websocket("/media")
    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        start = await read_start(lambda: receive_message(websocket), token_parameter="token")
        serializer = MediaStreamSerializer(start)
        serializers.append(serializer)
        await run_on(websocket, serializer, talker)

    async with serving(app) as url:
        yield url.replace("http", "ws") + "/media"


async def test_speech_marks_keys_and_the_end_pass_through_a_real_transport() -> None:
    talker = Talker()
    async with bot(talker, []) as url, Phone(Line(parameters={"token": "t"})).attached(url) as phone:
        greeting = await phone.listen(silence_ms=100, timeout_s=10)
        echo = await talker.marks.get()
        assert greeting is not None
        assert greeting.audio.size / 8 == pytest.approx(300, abs=60)
        assert (echo.mark, echo.played) == ("greeting", True)
        await phone.say(np.frombuffer(tone(200), dtype=np.int16))
        await phone.press("9")
        await phone.over()
        assert (phone.ended_by, phone.errors) == (EndedBy.BOT, [])
    heard = np.frombuffer(bytes(talker.heard), dtype=np.int16)
    assert np.count_nonzero(np.abs(heard) > 1_000) / 16 == pytest.approx(200, abs=60)  # ms, near the tone's length


async def test_an_interruption_empties_the_phone_and_its_mark_is_not_taken_for_heard() -> None:
    talker, serializers = Talker(), list[MediaStreamSerializer]()
    async with bot(talker, serializers) as url, Phone(Line(parameters={"token": "t"})).attached(url) as phone:
        await phone.listen(silence_ms=100, timeout_s=10)
        await phone.press("12")
        rest = await phone.listen(silence_ms=200, timeout_s=10)
        assert "clear" in [event.kind for event in phone.tape.events]
        assert serializers[0].stats.clears_sent == 1
        assert rest is None or rest.audio.size / 8 < 1_500
        # The transport drops the request for a mark behind interrupted audio: no echo can come.
        assert talker.marks.qsize() == 1
