from __future__ import annotations

import pytest

from telephony.errors import InvalidTwiml
from telephony.providers.simulator.twiml import ConnectStream, HangUpCall, Pause, RejectCall, Verb, read_twiml


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
    ],
)
def test_what_is_no_twiml_is_refused(text: str) -> None:
    with pytest.raises(InvalidTwiml):
        read_twiml(text)
