"""The bot's doors with tones in place of words, a real Asterisk, a debtor's softphone and the desk's."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs

import numpy as np
from fastapi import FastAPI, Request, Response, WebSocket
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

from telephony.codecs import Int16
from telephony.frames import MarkEchoFrame, mark_request
from telephony.providers.asterisk.audiosocket import AudioSocketLine, read_uuid
from telephony.providers.asterisk.door import DoorSecret, read_media_start
from telephony.providers.asterisk.serializer import AsteriskSerializer
from telephony.providers.simulator.serving import serving
from telephony.transfer import AfterDial
from tests.telephony.piped import run_on
from tests.telephony.providers.asterisk.pbx import (
    CALLEE,
    DESK,
    SECRET,
    Pbx,
    Secured,
    Softphone,
    pbx,
    seconds_of,
    silence,
    softphone,
    tone,
    wav_bytes,
)

AFTER = AfterDial("https://bot.example/ended", "https://bot.example/answered", ring_s=5)
# As long as the gateway makes them: what the dialplan can carry has an end.
WORDS = "0d3c5f0e-8a57-4f3a-9d0b-6f3f5b1c2a77_words-of_the-bot-0123456789abcdef"
KEY, ROOM = "0d3c5f0e-8a57-4f3a-9d0b-6f3f5b1c2a77_key-of_the-handover-0123456789ab", "a" * 32
URL = f"https://bot.example/telephony/twilio/handover/x?handover={KEY}"
GREETING_HZ, LONG_HZ, CALLER_HZ, HUMAN_HZ, WORDS_HZ = 1_000.0, 700.0, 440.0, 600.0, 1_300.0


class Talker(FrameProcessor):
    """Says a tone with a mark at once; key 1 begins a long one, key 2 breaks it off, key 9 ends the call."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[str, bool]] = []
        self.heard = bytearray()
        self.keys = ""
        self.began_at = 0.0
        self.greeted_after_s = 0.0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        match frame:
            case StartFrame():
                self.began_at = time.monotonic()
                await self._say(0.6, GREETING_HZ, "greeting")
            case InputAudioRawFrame():
                self.heard += frame.audio
            case MarkEchoFrame():
                self.marks.append((frame.mark, frame.played))
                self.greeted_after_s = self.greeted_after_s or time.monotonic() - self.began_at
            case InputDTMFFrame():
                self.keys += frame.button.value
                await self._press(frame.button.value)
            case _:
                pass

    async def _press(self, key: str) -> None:
        if key == "1":
            await self._say(6.0, LONG_HZ, "long")
        elif key == "2":
            await self.broadcast_frame(InterruptionFrame)
        elif key == "9":
            await self.push_frame(EndWorkerFrame())

    async def _say(self, seconds: float, hz: float, mark: str) -> None:
        await self.push_frame(TTSAudioRawFrame(tone(seconds, hz).tobytes(), sample_rate=8_000, num_channels=1))
        await self.push_frame(TTSStoppedFrame())
        await self.push_frame(mark_request(mark))


@dataclass
class Bot:
    """The bot's doors as the product has them, with tones in place of words."""

    talkers: list[Talker] = field(default_factory=list)
    over: list[Talker] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    reports: list[dict[str, str]] = field(default_factory=list)
    handovers: list[dict[str, str]] = field(default_factory=list)
    """What came of a human's phone."""
    course: list[str] = field(default_factory=list)
    """What was told of calls and asked, and each stream's end, in order."""
    person: list[str] = field(default_factory=list)
    """What a person did who was called beside the call."""
    answer: str = "ok:{token}"
    takes_reports: bool = True
    refused: int = 0
    tokens: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app, secret = FastAPI(), DoorSecret(SECRET)

        @app.post("/telephony/asterisk/voice")
        async def voice(request: Request) -> Response:
            if not secret.opens(request.headers.get("authorization")):
                self.refused += 1
                return Response(status_code=403)
            self.asked.append(_form(await request.body()))
            self.course.append("asked")
            token = str(uuid.uuid4())
            self.tokens.add(token)
            return Response(self.answer.format(token=token))

        @app.post("/telephony/asterisk/status")
        async def status(request: Request) -> Response:
            self.reports.append(_form(await request.body()))
            self.course.append(self.reports[-1]["status"])
            return Response("taken" if self.takes_reports else "")

        @app.post("/telephony/asterisk/handover")
        async def handover(request: Request) -> Response:
            self.handovers.append(_form(await request.body()))
            return Response(f"play:{WORDS}" if self.handovers[-1]["status"] != "ANSWER" else "over")

        @app.post("/telephony/asterisk/person")
        async def person(request: Request) -> Response:
            form = _form(await request.body())
            assert form["handover"] == KEY
            self.person.append(form["event"])
            takes_it = form["event"] == "REPLY" and form.get("digits") == "1"
            asks = form["event"] == "PICKED_UP"
            return Response(f"join:{ROOM}" if takes_it else f"play:{WORDS}" if asks else "over")

        @app.get(f"/telephony/handover/{WORDS}.wav")
        @app.get("/telephony/busy/unknown.wav")
        async def words() -> Response:
            return Response(wav_bytes(tone(1.5, WORDS_HZ)), media_type="audio/wav")

        @app.websocket("/telephony/asterisk/media")
        async def media(websocket: WebSocket) -> None:
            token = websocket.query_params.get("token", "")
            if not secret.opens(websocket.headers.get("authorization")) or token not in self.tokens:
                self.refused += 1
                await websocket.close(1008)
                return
            self.tokens.discard(token)
            await websocket.accept("media")

            async def receive() -> str | bytes:
                message = await websocket.receive()
                return str(message["text"]) if message.get("text") else bytes(message["bytes"])

            await self.hold(websocket, AsteriskSerializer(await read_media_start(receive)))

        return app

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = str(await read_uuid(reader, timeout_s=5))
        assert token in self.tokens
        self.tokens.discard(token)
        line = AudioSocketLine(reader, writer, call="call")
        try:
            await self.hold(await line.open(), AsteriskSerializer(line.started))
        finally:
            await line.aclose()

    async def hold(self, websocket: WebSocket, serializer: AsteriskSerializer) -> None:
        talker = Talker()
        self.talkers.append(talker)
        await run_on(websocket, serializer, talker)
        self.over.append(talker)
        self.course.append("over")
        assert serializer.stats.bad_messages == 0
        assert serializer.stats.complaints == 0


def _form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


@dataclass
class Office:
    """Everything on its feet."""

    bot: Bot
    pbx: Pbx
    phone: Softphone
    desk: Softphone


@asynccontextmanager
async def office(
    folder: Path,
    media: str,
    says: Int16,
    *,
    answers: bool = True,
    desk_answers: bool = True,
    secured: Secured | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
    **more: str,
) -> AsyncIterator[Office]:
    """Put it on its feet; `values` and what is named besides are the renderer's."""
    bot = Bot()
    server = await asyncio.start_server(bot.connected, "127.0.0.1", 0)
    audiosocket = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with (
            serving(bot.app()) as url,
            softphone(folder / "phone", CALLEE, says, answers=answers, secured=secured) as phone,
            softphone(folder / "desk", DESK, tone(30, HUMAN_HZ), answers=desk_answers) as desk,
            pbx(
                folder / "pbx",
                gateway=url,
                trunk=phone.port + (secured is not None),
                desk=desk.port,
                MEDIA=media,
                AUDIOSOCKET=audiosocket,
                **values,
                **more,
            ) as asterisk,
        ):
            yield Office(bot, asterisk, phone, desk)
    finally:
        server.close()


def heard_by(talker: Talker, hz: float) -> float:
    """Seconds of a tone in what the bot heard."""
    return seconds_of(np.frombuffer(bytes(talker.heard), dtype=np.int16)[::2], hz)


CALLER_SPEAKS = np.concatenate([silence(1.5), tone(1.0, CALLER_HZ), silence(60)])
