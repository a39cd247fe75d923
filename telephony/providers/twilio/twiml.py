"""The answers to a voice webhook: attach the media stream, say a few words and hang up, or decline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from twilio.twiml.voice_response import (  # type: ignore[import-untyped]  # twilio ships no types
    Connect,
    VoiceResponse,
)

from telephony.errors import InvalidTwiml

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARAMETER_MAX = 500
"""Characters of a parameter's name and value together that the provider accepts."""


def connect_stream(ws_url: str, parameters: Mapping[str, str], *, status_url: str | None = None) -> str:
    """Give TwiML that attaches a two-way stream and hangs up once our side closes it.

    `status_url` is told when the stream starts, stops and fails.

    Raises `InvalidTwiml` for a URL that is no plain ws(s) URL, or a parameter that XML or the provider cannot carry.
    """
    parts = urlsplit(ws_url)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc:
        raise InvalidTwiml("the stream's URL must be ws:// or wss:// with a host")
    if parts.query or parts.fragment:
        raise InvalidTwiml("a stream's URL loses its query on the way: pass values as parameters")
    connect = Connect()
    told = {"status_callback": status_url, "status_callback_method": "POST"} if status_url is not None else {}
    stream = connect.stream(url=ws_url, **told)
    for name, value in parameters.items():
        if _NOT_XML.search(name + value):
            raise InvalidTwiml("a stream parameter holds a character that XML cannot carry")
        if len(name) + len(value) >= _PARAMETER_MAX:
            raise InvalidTwiml(f"a stream parameter's name and value must stay under {_PARAMETER_MAX} characters")
        stream.parameter(name=name, value=value)
    response = VoiceResponse()
    response.append(connect)
    response.hangup()
    return str(response)


def play(url: str) -> str:
    """Give TwiML that plays one file and hangs up. Raises `InvalidTwiml` for a URL that is not http(s)."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidTwiml("what is played needs a URL, http:// or https://, with a host")
    response = VoiceResponse()
    response.play(url)
    response.hangup()
    return str(response)


def reject(*, busy: bool = False) -> str:
    """Give TwiML that declines an incoming call unanswered, as busy or as not in service."""
    response = VoiceResponse()
    response.reject(reason="busy" if busy else "rejected")
    return str(response)
