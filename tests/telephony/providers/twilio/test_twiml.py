from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import InvalidTwiml
from telephony.providers.twilio.twiml import connect_stream, reject


def parsed(twiml: str) -> ElementTree.Element:
    return ElementTree.fromstring(twiml)  # noqa: S314 - our own answer


URL = "wss://bot.example/telephony/twilio/media"
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=100)


def test_the_line_is_hung_up_right_after_the_stream() -> None:
    root = parsed(connect_stream(URL, {"token": "t1"}))
    assert [child.tag for child in root] == ["Connect", "Hangup"]
    stream = root.find("Connect/Stream")
    assert stream is not None
    assert stream.attrib == {"url": URL}


@given(name=XML_TEXT.filter(bool), value=XML_TEXT)
def test_attack_10_no_value_can_leave_its_attribute(name: str, value: str) -> None:
    root = parsed(connect_stream(URL, {name: value}))
    assert [element.tag for element in root.iter()] == ["Response", "Connect", "Stream", "Parameter", "Hangup"]
    parameter = root.find("Connect/Stream/Parameter")
    assert parameter is not None
    assert parameter.attrib == {"name": name, "value": value}


def test_attack_10_an_injected_verb_stays_text() -> None:
    attack = '"/></Stream></Connect><Dial>+19005551234</Dial><Connect><Stream url="'
    root = parsed(connect_stream(URL, {"token": attack}))
    assert root.find("Dial") is None


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        pytest.param("https://bot.example/media", {}, id="not a websocket"),
        pytest.param("wss://", {}, id="no host"),
        pytest.param(f"{URL}?token=1", {}, id="a query, which the provider drops"),
        pytest.param(URL, {"token": "a\x00b"}, id="NUL"),
        pytest.param(URL, {"token": "\ud800"}, id="half a surrogate pair"),
        pytest.param(URL, {"token": "x" * 495}, id="500 characters with the name"),
    ],
)
def test_what_cannot_be_carried_is_refused(url: str, parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidTwiml):
        connect_stream(url, parameters)


@pytest.mark.parametrize(("busy", "reason"), [(True, "busy"), (False, "rejected")])
def test_reject_says_why(busy: bool, reason: str) -> None:
    root = parsed(reject(busy=busy))
    assert [(child.tag, child.get("reason")) for child in root] == [("Reject", reason)]
