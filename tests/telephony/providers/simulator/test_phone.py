from __future__ import annotations

import asyncio
import base64
import json
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from telephony.codecs import mulaw_decode
from telephony.errors import CallOver, MediaRefused
from telephony.providers.simulator.clock import MonotonicClock
from telephony.providers.simulator.impairments import Network
from telephony.providers.simulator.phone import EndedBy, HangUp, Phone
from telephony.providers.simulator.wire import CODE_CONNECT, CODE_MESSAGE, CODE_PAYLOAD, Line
from tests.telephony.providers.simulator.bot import Bot, StepClock, listening, tone, until

pytestmark = pytest.mark.timeout(20)


@asynccontextmanager
async def calling(**options: Any) -> AsyncIterator[tuple[Phone, Bot, StepClock]]:
    """Give a phone, the bot it has reached, and the clock that moves the phone."""
    clock = options.pop("clock", None) or StepClock()
    async with listening() as (url, bots):
        async with Phone(clock=clock, **options).attached(url) as phone:
            bot = await bots.get()
            await until(lambda: clock.sleeping_until is not None)
            yield phone, bot, clock


async def test_the_stream_opens_as_the_provider_opens_it() -> None:
    line = Line(parameters={"token": "t1"})
    async with calling(line=line) as (_, bot, clock):
        await clock.run(1)
        await until(lambda: len(bot.received) >= 3)
    connected, start, media = bot.received[:3]
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start["start"]["callSid"] == line.call_sid
    assert start["start"]["customParameters"] == {"token": "t1"}
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert (media["media"]["chunk"], media["media"]["timestamp"]) == ("1", "0")
    assert base64.b64decode(media["media"]["payload"]) == b"\xff" * 160


async def test_frames_go_out_at_absolute_deadlines_however_late_each_sleep_is() -> None:
    async with calling(clock=StepClock(overshoot_s=0.0013)) as (_, bot, clock):
        first = clock.woken_at[0]
        await clock.run(99)
        await until(lambda: len(bot.events("media")) == 100)
        # A relative sleep would be 99 x 1.3 ms late by now.
        assert clock.woken_at[-1] - first == pytest.approx(99 * 0.02, abs=0.002)


async def test_a_hundred_frames_take_two_seconds_of_real_time() -> None:
    async with listening() as (url, bots):
        async with Phone(clock=MonotonicClock()).attached(url) as phone:
            bot = await bots.get()
            await until(lambda: phone.at_s >= 0.02)
            started = time.monotonic()
            assert await phone.listen(timeout_s=2.0) is None
            took = time.monotonic() - started
        await bot.closed.wait()
    # A busy machine can delay the last frame, never bring it forward; drift would add 100 ms and more.
    assert 1.96 <= took <= 2.09


async def test_speech_is_sent_frame_by_frame_and_say_returns_with_the_last() -> None:
    async with calling() as (phone, bot, clock):
        saying = asyncio.ensure_future(phone.say(tone(50)))
        await asyncio.sleep(0)
        await clock.run(5)
        said = await saying
        await until(lambda: len(bot.events("media")) >= 6)
    # 50 ms are three frames, sent at ticks 1, 2 and 3; tick 0 had passed in silence.
    assert (said.started_at_s, said.ended_at_s) == pytest.approx((0.02, 0.06))
    loud = [np.abs(mulaw_decode(base64.b64decode(m["media"]["payload"]))).max() > 1_000 for m in bot.events("media")]
    assert loud[:6] == [False, True, True, True, False, False]


async def test_two_utterances_do_not_mix() -> None:
    async with calling() as (phone, _, clock):
        first = asyncio.ensure_future(phone.say(tone(40)))
        second = asyncio.ensure_future(phone.say(tone(40)))
        await asyncio.sleep(0)
        await clock.run(6)
        assert (await first).ended_at_s < (await second).started_at_s


async def test_a_cancelled_utterance_stops_in_mid_word() -> None:
    async with calling() as (phone, _, clock):
        saying = asyncio.ensure_future(phone.say(tone(1_000)))
        await asyncio.sleep(0)
        await clock.run(3)
        saying.cancel()
        await asyncio.sleep(0)
        await clock.run(3)
        caller, _ = phone.recording()
    assert np.abs(caller[:480]).max() > 1_000
    assert np.abs(caller[480:]).max() == 0


async def test_keys_are_pressed_in_order_and_apart() -> None:
    async with calling() as (phone, bot, clock):
        pressing = asyncio.ensure_future(phone.press("52*"))
        await asyncio.sleep(0)
        await clock.run(12)
        await pressing
        await until(lambda: len(bot.events("media")) >= 13)
        order = [m["dtmf"]["digit"] if m["event"] == "dtmf" else "." for m in bot.events("media", "dtmf")]
    assert "".join(order).strip(".") == "5.....2.....*"


@pytest.mark.parametrize("digits", ["", "5A", "1 2"])
async def test_a_phone_has_twelve_keys(digits: str) -> None:
    async with calling() as (phone, _, _):
        with pytest.raises(ValueError, match="keys"):
            await phone.press(digits)


async def test_marks_come_back_as_played_and_at_once_when_idle() -> None:
    async with calling() as (phone, bot, clock):
        await bot.mark("idle")
        await until(lambda: len(bot.events("mark")) == 1)
        await bot.play(tone(40))
        await bot.mark("end")
        await until(lambda: len(phone.tape.events) >= 4 and phone.playout.buffered_ms == 40)
        await clock.run(2)
        assert len(bot.events("mark")) == 1
        await clock.run(1)
        await until(lambda: len(bot.events("mark")) == 2)
    assert [m["mark"]["name"] for m in bot.events("mark")] == ["idle", "end"]


async def test_clear_returns_the_marks_and_what_comes_after_is_heard() -> None:
    async with calling() as (phone, bot, clock):
        await bot.play(tone(200))
        await bot.mark("m1")
        await bot.play(tone(200))
        await bot.mark("m2")
        await until(lambda: phone.playout.buffered_ms == 400)
        await clock.run(2)
        await bot.send("clear")
        await until(lambda: len(bot.events("mark")) == 2)
        assert [m["mark"]["name"] for m in bot.events("mark")] == ["m1", "m2"]
        assert phone.playout.buffered_ms == 0
        await bot.play(tone(60))
        await until(lambda: phone.playout.buffered_ms == 60)
        await clock.run(5)
        _, heard = phone.recording()
    loud = np.abs(heard.reshape(-1, 160)).max(axis=1) > 1_000
    assert loud.tolist() == [False, True, True, True, True, True, False, False]


async def test_listening_gives_the_utterance_as_played_once_it_is_quiet() -> None:
    async with calling() as (phone, bot, clock):
        listening_ = asyncio.ensure_future(phone.listen(silence_ms=100))
        await clock.run(4)
        await bot.play(np.concatenate((tone(200), np.zeros(640, dtype=np.int16), tone(100))))
        await until(lambda: phone.playout.buffered_ms == 380)
        await clock.run(19 + 4)
        assert not listening_.done()
        await clock.run(1)
        heard = await listening_
    assert heard is not None
    assert (heard.started_at_s, heard.ended_at_s) == pytest.approx((0.1, 0.48))
    assert heard.is_complete
    assert heard.audio.size == 3_040


async def test_listening_goes_on_where_it_stopped_and_misses_nothing() -> None:
    async with calling() as (phone, bot, clock):
        quiet = np.zeros(1_600, dtype=np.int16)
        await bot.play(np.concatenate((tone(100), quiet, tone(200), quiet)))
        await until(lambda: phone.playout.buffered_ms == 700)
        await clock.run(40)
        heard = [await phone.listen(silence_ms=100) for _ in range(2)]
        waiting = asyncio.ensure_future(phone.listen(silence_ms=100, timeout_s=0.1))
        await asyncio.sleep(0)
        await clock.run(6)
        assert await waiting is None
    assert [one.audio.size for one in heard if one] == [800, 1_600]


async def test_a_bot_still_speaking_at_the_end_of_the_wait_is_given_as_unfinished() -> None:
    async with calling() as (phone, bot, clock):
        await bot.play(tone(2_000))
        await until(lambda: phone.playout.buffered_ms == 2_000)
        waiting = asyncio.ensure_future(phone.listen(timeout_s=0.2))
        await asyncio.sleep(0)
        await clock.run(12)
        heard = await waiting
    assert heard is not None
    assert not heard.is_complete


async def test_hanging_up_says_stop_and_closes_in_order() -> None:
    async with calling() as (phone, bot, clock):
        await clock.run(2)
        await phone.hang_up()
        await bot.closed.wait()
        assert (bot.received[-1]["event"], bot.close_code) == ("stop", 1000)
        assert phone.ended_by is EndedBy.PHONE


async def test_a_reset_says_nothing() -> None:
    async with calling() as (phone, bot, clock):
        await clock.run(2)
        await phone.hang_up(HangUp.RESET)
        await bot.closed.wait()
        assert (bot.events("stop"), bot.close_code) == ([], 1006)


async def test_a_half_open_phone_sends_nothing_until_the_bot_closes() -> None:
    async with calling() as (phone, bot, _):
        await until(lambda: len(bot.events("media")) == 1)
        await phone.hang_up(HangUp.HALF_OPEN)
        await bot.play(tone(40))
        await bot.mark("m")
        await bot.socket.ping()
        assert not bot.closed.is_set()
        await bot.socket.close()
        await phone.closed()
        assert len(bot.received) == 3


async def test_the_bot_closing_ends_the_call() -> None:
    async with calling() as (phone, bot, _):
        saying = asyncio.ensure_future(phone.say(tone(5_000)))
        pressing = asyncio.ensure_future(phone.press("1"))
        await asyncio.sleep(0)
        await bot.socket.close()
        await phone.over()
        assert phone.ended_by is EndedBy.BOT
        for waiting in (saying, pressing, phone.listen(), phone.say(tone(20))):
            with pytest.raises(CallOver):
                await waiting


async def test_utterances_end_with_the_call() -> None:
    async with calling() as (phone, bot, clock):
        await bot.play(tone(100))
        await until(lambda: phone.playout.buffered_ms == 100)
        await clock.run(10)
        await bot.socket.close()
        heard = [one async for one in phone.utterances(silence_ms=60)]
    assert [one.audio.size for one in heard] == [800]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(json.dumps({"event": "clear", "streamSid": "MZ0"}), CODE_MESSAGE, id="wrong streamSid"),
        pytest.param("{", CODE_MESSAGE, id="not JSON"),
        pytest.param('{"event":"media","streamSid":"%s","media":{"payload":"?"}}', CODE_PAYLOAD, id="bad base64"),
        pytest.param('{"event":"media","streamSid":"%s","media":{"payload":"UklGRgAA"}}', CODE_PAYLOAD, id="WAV"),
    ],
)
async def test_a_strict_phone_ends_the_call_at_a_bad_message(text: str, code: int) -> None:
    async with calling() as (phone, bot, _):
        await bot.socket.send(text.replace("%s", phone.line.stream_sid))
        await bot.closed.wait()
        assert [error.code for error in phone.errors] == [code]
        assert phone.ended_by is EndedBy.ERROR


async def test_a_lenient_phone_notes_it_and_goes_on() -> None:
    async with calling(is_strict=False) as (phone, bot, clock):
        await bot.socket.send(b"\x00")
        await until(lambda: len(phone.errors) == 1)
        await clock.run(2)
        assert not phone.is_over


async def test_a_phone_nobody_answers_says_so() -> None:
    async with listening() as (url, _):
        closed_port = url
    phone = Phone()
    with pytest.raises(MediaRefused):
        async with phone.attached(closed_port):
            pytest.fail("the socket cannot have opened")
    assert [error.code for error in phone.errors] == [CODE_CONNECT]


async def test_a_stalled_network_delivers_late_in_one_burst_and_loses_nothing() -> None:
    async with calling(network=Network(stall_every_s=0.2, stall_ms=100, seed=1)) as (phone, bot, clock):
        await clock.run(100)
        await until(lambda: len(bot.events("media")) >= 90)
        chunks = [int(m["media"]["chunk"]) for m in bot.events("media")]
    assert chunks == list(range(1, len(chunks) + 1))
    assert phone.at_s > 2.0


async def test_the_recording_is_aligned_on_the_instant_of_sending(tmp_path: Path) -> None:
    async with calling() as (phone, bot, clock):
        saying = asyncio.ensure_future(phone.say(tone(200)))
        await asyncio.sleep(0)
        await clock.run(10)
        said = await saying
        await clock.run(9)
        await bot.play(tone(200))
        await until(lambda: phone.playout.buffered_ms == 200)
        await clock.run(20)
        measured, (caller, answer) = phone.metrics(), phone.recording()
        phone.write(tmp_path)
    # Sent at 200 ms, answered by the frame that starts at 400 ms: exactly 200 ms later.
    assert said.ended_at_s == pytest.approx(0.2)
    assert measured.response_ms == [200.0]
    assert measured.greeting_ms == 400.0
    assert (measured.underruns_ms, measured.talk_over_ms) == ([], 0.0)
    with wave.open(str(tmp_path / "call.wav")) as wav:
        assert (wav.getnchannels(), wav.getframerate(), wav.getsampwidth()) == (2, 8_000, 2)
        stereo = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2").reshape(-1, 2)
    assert np.array_equal(stereo[:, 0], caller)
    assert np.array_equal(stereo[:, 1], answer)
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "phone.jsonl").read_text().splitlines()]
    assert kinds == ["start"]


async def test_no_key_stands_in_the_events() -> None:
    async with calling() as (phone, _, clock):
        pressing = asyncio.ensure_future(phone.press("529"))
        await asyncio.sleep(0)
        await clock.run(12)
        await pressing
        assert [(e.kind, e.data) for e in phone.tape.events if e.kind == "key"] == [("key", {})] * 3


async def test_the_callers_own_error_comes_through_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        async with calling():
            raise ZeroDivisionError
