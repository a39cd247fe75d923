"""The provider against a real Asterisk and a real softphone: both media, both directions, marks, keys, both ends."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
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
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner

from telephony.call import CallStatus
from telephony.codecs import Int16
from telephony.errors import CallGone, ProviderRefused
from telephony.frames import MarkEchoFrame, mark_request
from telephony.providers.asterisk.audiosocket import AudioSocketLine, read_uuid
from telephony.providers.asterisk.door import DoorSecret, read_media_start
from telephony.providers.asterisk.serializer import AsteriskSerializer
from telephony.providers.simulator.serving import serving
from telephony.transfer import AfterDial
from tests.telephony.providers.asterisk.pbx import (
    CALLEE,
    DESK,
    SECRET,
    Pbx,
    Softphone,
    needs_asterisk,
    pbx,
    seconds_of,
    silence,
    softphone,
    tone,
    until,
    wav_bytes,
)

pytestmark = [pytest.mark.asterisk, needs_asterisk, pytest.mark.timeout(240)]

AFTER = AfterDial("https://bot.example/ended", "https://bot.example/answered", ring_s=5)
WORDS = "words-of_the-bot"
KEY, ROOM = "key-of_the-handover", "a" * 32
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
            token = str(uuid.uuid4())
            self.tokens.add(token)
            return Response(self.answer.format(token=token))

        @app.post("/telephony/asterisk/status")
        async def status(request: Request) -> Response:
            self.reports.append(_form(await request.body()))
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
        transport = FastAPIWebsocketTransport(
            websocket,
            FastAPIWebsocketParams(
                serializer=serializer,
                audio_in_enabled=True,
                audio_out_enabled=True,
                audio_out_10ms_chunks=2,
                audio_out_end_silence_secs=0,
            ),
        )
        worker = PipelineWorker(
            Pipeline([transport.input(), talker, transport.output()]),
            params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=8_000),
            enable_rtvi=False,
        )

        @transport.event_handler("on_client_disconnected")  # type: ignore[untyped-decorator]  # pipecat's
        async def gone(_transport: FastAPIWebsocketTransport, _client: WebSocket) -> None:
            await worker.cancel(reason="hung up")

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        await runner.run()
        self.over.append(talker)
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
    folder: Path, media: str, says: Int16, *, answers: bool = True, desk_answers: bool = True, **more: str
) -> AsyncIterator[Office]:
    bot = Bot()
    server = await asyncio.start_server(bot.connected, "127.0.0.1", 0)
    audiosocket = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with (
            serving(bot.app()) as url,
            softphone(folder / "phone", CALLEE, says, answers=answers) as phone,
            softphone(folder / "desk", DESK, tone(30, HUMAN_HZ), answers=desk_answers) as desk,
            pbx(
                folder / "pbx",
                gateway=url,
                trunk=phone.port,
                desk=desk.port,
                MEDIA=media,
                AUDIOSOCKET=audiosocket,
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
each_media = pytest.mark.parametrize("media", ["websocket", "audiosocket"])


@each_media
async def test_a_whole_call_that_the_bot_ends(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, CALLER_SPEAKS) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        talker = at.bot.talkers[0]
        # Asked a second time, as after a lost answer: it is the same call.
        assert await dialler.place(to=CALLEE, call_ref="ref-1") == call
        assert [(each.provider_call_id, each.status) for each in await dialler.recent(to=CALLEE)] == [
            (call, CallStatus.IN_PROGRESS)
        ]
        assert await dialler.recent(to=DESK) == []
        await until(lambda: talker.marks == [("greeting", True)], "the greeting's mark")
        assert 0.5 < talker.greeted_after_s < 5.0, "the mark comes when 0.6 s of tone have been played, not before"
        await until(lambda: heard_by(talker, CALLER_HZ) > 0.7, "the bot hears the caller")
        assert seconds_of(at.phone.heard(), GREETING_HZ) == pytest.approx(0.6, abs=0.25)
        await at.phone.press("1")
        await until(lambda: seconds_of(at.phone.heard(), LONG_HZ) > 0.5, "the long line")
        await at.phone.press("2")
        await until(lambda: talker.keys == "12", "the second key")
        await at.phone.press("9")
        await at.pbx.empty()
        assert talker.keys == "129"
        # What was broken off in the pipeline's own queue gives no mark back.
        assert talker.marks == [("greeting", True)]
        assert seconds_of(at.phone.heard(), LONG_HZ) < 5.0
        assert heard_by(talker, CALLER_HZ) == pytest.approx(1.0, abs=0.3)
        await until(lambda: at.bot.over == [talker], "the bot has let go")
        assert await dialler.recent(to=CALLEE) == []
        with pytest.raises(CallGone):
            await dialler.transfer(call, to=DESK, after=AFTER)
        await dialler.hang_up(call)
        await dialler.aclose()
    assert [(each["channel"], each["call_ref"]) for each in at.bot.asked] == [(call, "ref-1")]
    assert [each["status"] for each in at.bot.reports] == ["RINGING"]


@each_media
async def test_the_caller_hangs_up(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, CALLER_SPEAKS) as at:
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await at.phone.hang_up()
        await until(lambda: len(at.bot.over) == 1, "the bot knows")
        await at.pbx.empty()
        await dialler.aclose()
    assert len(at.bot.over) == 1, "told once"


@each_media
async def test_a_transfer_by_the_dialplan_takes_the_bot_off_the_line(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, np.concatenate([silence(3), tone(60, CALLER_HZ)])) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        await until(lambda: len(at.bot.over) == 1, "the bot is off the line")
        await until(lambda: seconds_of(at.phone.heard(), HUMAN_HZ) > 1, "the caller hears the human")
        await until(lambda: seconds_of(at.desk.heard(), CALLER_HZ) > 1, "the human hears the caller")
        assert not any(name.startswith(("WebSocket/", "AudioSocket/")) for name in await at.pbx.channels())
        assert at.bot.handovers == [{"channel": call, "status": "ANSWER"}]
        await at.desk.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
    assert len(at.bot.handovers) == 1


@pytest.mark.parametrize(
    ("desk_turns_down", "status"),
    [pytest.param(False, "NOANSWER", id="rings out"), pytest.param(True, "BUSY", id="turned down")],
)
async def test_where_no_human_answers_the_caller_hears_the_bots_words(
    tmp_path: Path, desk_turns_down: bool, status: str
) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        if desk_turns_down:
            await at.desk.rings()
            await at.desk.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.handovers == [{"channel": call, "status": status}]
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)


async def test_who_hangs_up_while_a_humans_phone_rings_is_known_to_have_left(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        await at.desk.rings()
        await at.phone.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.handovers == [{"channel": call, "status": "CANCEL"}]


@pytest.mark.parametrize("who_leaves", ["desk", "phone"])
async def test_the_caller_keeps_the_bot_until_a_person_has_heard_who_waits_and_takes_the_call(
    tmp_path: Path, who_leaves: str
) -> None:
    async with office(tmp_path, "websocket", tone(90, CALLER_HZ)) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=10)
        await until(lambda: seconds_of(at.desk.heard(), WORDS_HZ) > 0.5, "the person hears who waits")
        assert seconds_of(at.phone.heard(), HUMAN_HZ) == 0, "the caller is with the bot still"
        assert at.bot.over == []
        await at.desk.press("1")
        await until(lambda: at.bot.person == ["PICKED_UP", "REPLY", "ENTERED"], "the person is in the room")
        assert at.bot.over == []
        await dialler.move_to_room(call, ROOM, events_url=URL)
        await until(lambda: len(at.bot.over) == 1, "the bot has left")
        await until(lambda: seconds_of(at.phone.heard(), HUMAN_HZ) > 1, "the caller hears the person")
        await until(lambda: seconds_of(at.desk.heard(), CALLER_HZ) > 1, "the person hears the caller")
        assert at.bot.person[3:] == ["CALLER_ENTERED"]
        await (at.desk if who_leaves == "desk" else at.phone).hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.person[4:] == ["LEFT"]


async def test_a_person_who_does_not_come_leaves_the_caller_with_the_bot_and_its_last_words(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        given_up = await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=30)
        await at.desk.rings()
        await dialler.hang_up(given_up)
        await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=4)
        await until(lambda: "NOANSWER" in at.bot.person, "it rang out")
        assert at.bot.over == [], "the bot is there still"
        await dialler.play_last_words(call, f"https://bot.example/telephony/handover/{WORDS}.wav")
        await at.pbx.empty()
        await dialler.aclose()
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)


async def test_who_calls_in_reaches_the_bot_or_is_turned_away(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS) as at:
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        assert seconds_of(at.phone.heard(), GREETING_HZ) == pytest.approx(0.6, abs=0.25)
        await at.phone.hang_up()
        await at.pbx.empty()
        at.bot.answer = "no"
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: len(at.bot.asked) == 2, "the bot was asked")
        await at.pbx.empty()
        assert len(at.bot.talkers) == 1
        assert [(each["from"], each.get("call_ref")) for each in at.bot.asked] == [(CALLEE, None)] * 2


async def test_who_calls_from_an_unknown_number_hears_so(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS) as at:
        at.bot.answer = "unknown"
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: len(at.bot.asked) == 1, "the bot was asked")
        await at.pbx.empty()
        assert at.bot.talkers == []
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)


async def test_a_call_nobody_takes_stays_listed_until_its_report_is_taken(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, answers=False) as at:
        at.bot.takes_reports = False
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: len(at.bot.reports) == 1, "it rings")
        await at.phone.rings()
        await at.phone.hang_up()
        await until(lambda: len(at.bot.reports) >= 2, "a report that is not taken")
        assert [each.provider_call_id for each in await dialler.recent(to=CALLEE)] == [call]
        at.bot.takes_reports = True
        await at.pbx.empty()
        assert [each["status"] for each in at.bot.reports] == ["RINGING", "BUSY", "BUSY"]
        assert at.bot.asked == []
        await dialler.aclose()


async def test_taken_back_while_it_rings(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await at.phone.rings()
        await until(lambda: len(at.bot.reports) == 1, "it is told that it rings")
        assert [each.status for each in await dialler.recent(to=CALLEE)] == [CallStatus.RINGING]
        await dialler.hang_up(call)
        await at.pbx.empty()
        assert [each["status"] for each in at.bot.reports] == ["RINGING", "CANCEL"]
        await dialler.aclose()


async def test_wrong_secrets_open_nothing_in_either_direction(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, SECRET="another-secret-of-16") as at:
        stranger = at.pbx.dialler("not-the-password")
        with pytest.raises(ProviderRefused) as refusal:
            await stranger.place(to=CALLEE, call_ref="ref-1")
        assert refusal.value.status == 401
        with pytest.raises(ProviderRefused):
            await stranger.transfer("vb-ref-1", to=DESK, after=AFTER)
        await stranger.aclose()
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-2")
        await until(lambda: at.bot.refused > 0, "the door was tried")
        await at.pbx.empty()
        assert (at.bot.talkers, at.bot.asked) == ([], [])
        await dialler.aclose()


async def test_who_is_not_the_operator_gets_no_further_than_the_door(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, TRUNK_MATCH="192.0.2.1") as at:
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: b"401 Unauthorized" in (at.phone.folder / "baresip.log").read_bytes(), "turned away")
        assert await at.pbx.channels() == []
        assert at.bot.asked == []
