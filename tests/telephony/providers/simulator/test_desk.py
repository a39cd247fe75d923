"""The human's side of the simulated carrier: what it reads of the product's TwiML, and what it refuses."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from telephony.errors import InvalidTwiml
from telephony.providers.simulator.desk import read_wav
from telephony.providers.simulator.twiml import (
    DialNumber,
    EnterRoom,
    Gather,
    HangUpCall,
    Play,
    read_desk,
    read_redirect,
)
from telephony.providers.simulator.webhooks import WebhookFailed
from telephony.transfer import AfterDial, brief_human, dial_human, end_call, enter_room, play_and_end

AUDIO, REPLY, EVENTS = "https://bot.example/a.wav", "https://bot.example/r?h=1", "https://bot.example/e?h=1"


def test_what_the_product_says_to_a_human_is_read() -> None:
    [gather] = read_desk(brief_human(AUDIO, reply_url=REPLY))
    assert gather == Gather(REPLY, (Play(AUDIO),), 1, takes_speech=True, timeout_s=8, asks_on_silence=True)


@pytest.mark.parametrize("is_human", [True, False])
def test_what_puts_a_call_into_a_room_is_read(is_human: bool) -> None:
    room, after = read_redirect_verbs(enter_room("room-0001", events_url=EVENTS, is_human=is_human, time_limit_s=600))
    label = "human" if is_human else "caller"
    assert room == EnterRoom("room-0001", label, True, is_human, EVENTS, frozenset({"join", "leave"}), 600)
    assert after == HangUpCall()


def read_redirect_verbs(text: str) -> list[object]:
    read = read_redirect(text)
    if isinstance(read, DialNumber):
        raise TypeError(text)
    return list(read)


def test_last_words_and_the_end_are_read() -> None:
    assert read_redirect(play_and_end(AUDIO)) == [Play(AUDIO), HangUpCall()]
    assert read_desk(end_call()) == [HangUpCall()]


def test_a_number_is_still_dialled() -> None:
    dial = dial_human("+551130009999", caller_id="+551130001000", time_limit_s=600, after=AfterDial(REPLY, EVENTS))
    assert isinstance(read_redirect(dial), DialNumber)


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<Dance/>", id="an unknown verb"),
        pytest.param("<Play>file.wav</Play>", id="a file without a host"),
        pytest.param(f"<Gather><Play>{AUDIO}</Play></Gather>", id="a question without an action"),
        pytest.param('<Gather action="/x"><Say>oi</Say></Gather>', id="a voice of the provider's own"),
        pytest.param("<Dial><Conference/></Dial>", id="a room without a name"),
        pytest.param('<Dial><Conference coach="CA1">room-0001</Conference></Dial>', id="an unknown attribute"),
        pytest.param("<Dial/><Hangup/>", id="a dial of nobody"),
    ],
)
def test_what_this_carrier_cannot_do_is_refused(inside: str) -> None:
    with pytest.raises(InvalidTwiml):
        read_redirect(f"<Response>{inside}</Response>")


@pytest.mark.parametrize(
    ("room", "limit_s"),
    [
        pytest.param("short", 600, id="a short name"),
        pytest.param("room</Conference>", 600, id="markup"),
        pytest.param("room-0001", 0, id="no time"),
        pytest.param("room-0001", 14_401, id="too long"),
    ],
)
def test_a_room_that_the_verb_does_not_take_is_refused(room: str, limit_s: int) -> None:
    with pytest.raises(InvalidTwiml):
        enter_room(room, events_url=EVENTS, is_human=True, time_limit_s=limit_s)


def _wav(rate_hz: int, channels: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(np.arange(100, dtype="<i2").tobytes())
    return file.getvalue()


def test_a_file_to_play_is_telephone_audio() -> None:
    assert read_wav(_wav(8_000, 1)).tolist() == list(range(100))
    for wrong in (_wav(16_000, 1), _wav(8_000, 2), b"RIFF", b""):
        with pytest.raises(WebhookFailed):
            read_wav(wrong)
