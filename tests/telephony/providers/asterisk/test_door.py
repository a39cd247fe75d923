from __future__ import annotations

import asyncio
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import ProtocolError, StreamTimeout
from telephony.providers.asterisk.door import DoorSecret, read_media_start
from telephony.providers.asterisk.media import Started
from telephony.providers.asterisk.numbers import e164

SECRET = "a-secret-of-24-letters.."


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_the_right_secret_opens() -> None:
    assert DoorSecret(SECRET).opens(basic(f"asterisk:{SECRET}"))
    assert DoorSecret(SECRET).opens(basic(f"asterisk:{SECRET}").replace("Basic", "basic"))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("Basic", id="no credentials"),
        pytest.param(basic(f"asterisk:{SECRET[:-1]}"), id="a letter short"),
        pytest.param(basic(f"asterisk:{SECRET}x"), id="a letter more"),
        pytest.param(basic(f"root:{SECRET}"), id="another user"),
        pytest.param(basic("asterisk:"), id="no password"),
        pytest.param(basic(f"asterisk:{SECRET}").replace("Basic", "Bearer"), id="another scheme"),
        pytest.param(f"Basic asterisk:{SECRET}", id="not encoded"),
    ],
)
def test_anything_else_does_not(header: str | None) -> None:
    assert not DoorSecret(SECRET).opens(header)


@given(st.text(max_size=80))
def test_no_header_breaks_the_door(header: str) -> None:
    assert not DoorSecret(SECRET).opens(header)
    assert not DoorSecret(SECRET).opens("Basic " + header)


def test_the_secret_does_not_show() -> None:
    assert SECRET not in repr(DoorSecret(SECRET))


async def test_the_first_message_must_be_the_start_and_come_in_time() -> None:
    async def start() -> str:
        return '{"event":"MEDIA_START","channel_id":"1","format":"slin"}'

    async def key() -> str:
        return '{"event":"DTMF_END","channel_id":"1","digit":"1"}'

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    assert await read_media_start(start) == Started("1", "slin")
    with pytest.raises(ProtocolError):
        await read_media_start(key)
    with pytest.raises(StreamTimeout):
        await read_media_start(never, timeout_s=0.01)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("+5511988880001", "+5511988880001", id="E.164"),
        pytest.param("5511988880001", "+5511988880001", id="without its plus"),
        pytest.param("11988880001", "+5511988880001", id="national mobile"),
        pytest.param("1130009999", "+551130009999", id="national landline"),
        pytest.param("011988880001", "+5511988880001", id="with the trunk's zero"),
        pytest.param("(11) 98888-0001", "+5511988880001", id="written for people"),
        pytest.param("5533334444", "+555533334444", id="area code 55: Santa Maria, not the country"),
        pytest.param("555533334444", "+555533334444", id="the same with its country"),
        pytest.param("+351912345678", "+351912345678", id="Portugal stays abroad"),
        pytest.param("+12125550100", "+12125550100", id="New York stays abroad"),
        pytest.param("anonymous", "anonymous", id="a word"),
        pytest.param("4004", "4004", id="a service"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_callers_number_as_trunks_write_it(number: str, expected: str) -> None:
    assert e164(number) == expected


@given(st.text(max_size=30))
def test_no_caller_id_breaks_it(number: str) -> None:
    assert e164(e164(number)) == e164(number)
