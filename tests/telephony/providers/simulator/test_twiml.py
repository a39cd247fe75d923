from __future__ import annotations

import pytest

from telephony.errors import InvalidTwiml
from telephony.providers.simulator.twiml import (
    ConnectStream,
    DialNumber,
    HangUpCall,
    Pause,
    Play,
    RejectCall,
    Verb,
    read_dial,
    read_twiml,
)
from telephony.transfer import AfterDial, dial_human


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '<Response><Connect><Stream url="wss://h/m?q=1"><Parameter name="a" value="&lt;b&gt;"/></Stream></Connect>'
            "<Hangup/></Response>",
            [ConnectStream("wss://h/m", {"a": "<b>"}), HangUpCall()],
            id="a stream, whose query is lost, and hang up",
        ),
        pytest.param('<Response><Reject reason="busy"/></Response>', [RejectCall("busy")], id="reject"),
        pytest.param(
            "<Response><Play>https://h/a.wav</Play><Hangup/></Response>",
            [Play("https://h/a.wav"), HangUpCall()],
            id="a few words, and hang up",
        ),
        pytest.param('<Response><Pause length="2"/></Response>', [Pause(2.0)], id="pause"),
        pytest.param("<Response/>", [], id="nothing"),
    ],
)
def test_verbs_are_read(text: str, expected: list[Verb]) -> None:
    assert read_twiml(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"ok": true}', id="JSON"),
        pytest.param("<html/>", id="another document"),
        pytest.param("<Response><Connect/></Response>", id="no stream"),
        pytest.param("<Response><Dance/></Response>", id="unknown verb"),
        pytest.param("<Response><Dial><Number>+551130009999</Number></Dial></Response>", id="a dial with no stream"),
    ],
)
def test_what_is_no_twiml_is_refused(text: str) -> None:
    with pytest.raises(InvalidTwiml):
        read_twiml(text)


def test_what_the_product_sends_to_transfer_a_call_is_read() -> None:
    after = AfterDial("https://bot.example/e", "https://bot.example/a", ring_s=20)
    text = dial_human("+551130009999", caller_id="+551130001000", time_limit_s=600, after=after)
    assert read_dial(text) == DialNumber(
        "+551130009999",
        "+551130001000",
        time_limit_s=600,
        timeout_s=20,
        ended_url=after.ended_url,
        answered_url=after.answered_url,
    )


def test_a_dial_without_limits_has_the_vendors() -> None:
    read = read_dial("<Response><Dial><Number>+551130009999</Number></Dial></Response>")
    assert (read.time_limit_s, read.timeout_s) == (14_400, 30)


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("", id="nothing"),
        pytest.param("<Hangup/>", id="another verb"),
        pytest.param("<Dial/>", id="nobody"),
        pytest.param("<Dial>+551130009999</Dial>", id="a number without its noun"),
        pytest.param("<Dial><Number>1130009999</Number></Dial>", id="not E.164"),
        pytest.param("<Dial><Number>+551130009999</Number><Number>+551130008888</Number></Dial>", id="two numbers"),
        pytest.param("<Dial><Conference>room</Conference></Dial>", id="a conference"),
        pytest.param('<Dial><Number url="http://x">+551130009999</Number></Dial>', id="a whisper"),
        pytest.param('<Dial record="do-not-record"><Number>+551130009999</Number></Dial>', id="an unknown attribute"),
        pytest.param('<Dial timeLimit="-1"><Number>+551130009999</Number></Dial>', id="a limit below zero"),
        pytest.param("<Dial><Number>+551130009999</Number></Dial><Hangup/>", id="a verb behind it"),
    ],
)
def test_a_call_is_redirected_to_one_number_and_nothing_else(inside: str) -> None:
    with pytest.raises(InvalidTwiml):
        read_dial(f"<Response>{inside}</Response>")
