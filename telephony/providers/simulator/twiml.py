"""Reads the bot's TwiML, as far as this carrier can act on it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree

from telephony.errors import InvalidTwiml


@dataclass(frozen=True, slots=True)
class ConnectStream:
    url: str
    parameters: Mapping[str, str] = field(repr=False)
    status_url: str | None = None
    """Where the stream's errors are told."""


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """End the call."""


@dataclass(frozen=True, slots=True)
class RejectCall:
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class DialNumber:
    """Ring a number and bridge it with the person on the line."""

    number: str = field(repr=False)
    caller_id: str = field(repr=False)
    time_limit_s: int = 14_400
    timeout_s: int = 30
    """How long it rings."""
    ended_url: str | None = field(default=None, repr=False)
    """Asked how the call goes on; without it an unanswered call ends in silence, as at the vendor."""
    answered_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Play:
    """Play a file."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gather:
    """Play, and wait for a key or a few words."""

    action: str
    prompts: tuple[Play, ...]
    num_digits: int
    takes_speech: bool
    timeout_s: int = 5
    asks_on_silence: bool = False
    """Whether `action` is asked where nothing was said or pressed; else the next verb follows."""


@dataclass(frozen=True, slots=True)
class EnterRoom:
    """Be in a conference until it ends."""

    name: str
    label: str = ""
    starts: bool = True
    ends_on_exit: bool = False
    events_url: str | None = None
    events: frozenset[str] = frozenset()
    time_limit_s: int = 14_400


_DIAL_KNOWN: Final = frozenset({"action", "answerOnBridge", "callerId", "method", "timeLimit", "timeout"})
_NUMBER_KNOWN: Final = frozenset({"statusCallback", "statusCallbackEvent", "statusCallbackMethod"})
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
Verb = ConnectStream | HangUpCall | RejectCall | Pause | Play
DeskVerb = Play | Gather | EnterRoom | Pause | HangUpCall
"""What a human's own call, or a call that was taken from the bot, may be told."""
_ROOM_KNOWN: Final = frozenset(
    {
        "beep",
        "endConferenceOnExit",
        "maxParticipants",
        "participantLabel",
        "startConferenceOnEnter",
        "statusCallback",
        "statusCallbackEvent",
        "statusCallbackMethod",
        "waitUrl",
    }
)


def read_twiml(text: str) -> list[Verb]:
    """Give the verbs in order. Raises `InvalidTwiml` for what is no TwiML, or asks what this carrier cannot do."""
    return [_verb(element) for element in _response(text)]


def read_dial(text: str) -> DialNumber:
    """Give the one `<Dial><Number>` that a live call can be redirected to. Raises `InvalidTwiml` for all else."""
    match list(_response(text)):
        case [ElementTree.Element(tag="Dial") as dial] if set(dial.keys()) <= _DIAL_KNOWN:
            pass
        case _:
            raise InvalidTwiml("this carrier redirects a call only to one <Dial>, by the attributes it knows")
    match list(dial):
        case [ElementTree.Element(tag="Number") as number] if set(number.keys()) <= _NUMBER_KNOWN and not len(number):
            pass
        case _:
            raise InvalidTwiml("this carrier dials exactly one <Number>, by the attributes it knows")
    is_told = number.get("statusCallbackEvent", "").split() == ["answered"]
    to = (number.text or "").strip()
    if _E164.fullmatch(to) is None:
        raise InvalidTwiml("<Number> holds no E.164 number")
    return DialNumber(
        number=to,
        caller_id=dial.get("callerId", ""),
        time_limit_s=_whole(dial, "timeLimit", 14_400),
        timeout_s=_whole(dial, "timeout", 30),
        ended_url=dial.get("action"),
        answered_url=number.get("statusCallback") if is_told else None,
    )


def read_redirect(text: str) -> DialNumber | list[DeskVerb]:
    """Give what a live call is redirected to: one number to dial, or verbs. Raises `InvalidTwiml`."""
    root = _response(text)
    children = list(root)
    if [each.tag for each in children] == ["Dial"] and children[0].find("Conference") is None:
        return read_dial(text)
    return [_desk_verb(element) for element in children]


def read_desk(text: str) -> list[DeskVerb]:
    """Give the verbs of a human's call. Raises `InvalidTwiml` for what is no TwiML, or asks for anything else."""
    return [_desk_verb(element) for element in _response(text)]


def _desk_verb(element: ElementTree.Element) -> DeskVerb:
    match element.tag:
        case "Play":
            return _play(element)
        case "Gather":
            return _gather(element)
        case "Dial":
            return _room(element)
        case "Pause":
            return Pause(float(element.get("length", "1")))
        case "Hangup":
            return HangUpCall()
        case _:
            raise InvalidTwiml("a human's call knows Play, Gather, Dial/Conference, Pause and Hangup only")


def _play(element: ElementTree.Element) -> Play:
    url = (element.text or "").strip()
    if not url.startswith(("http://", "https://")):
        raise InvalidTwiml("<Play> needs the URL of a file")
    return Play(url)


def _gather(element: ElementTree.Element) -> Gather:
    action = element.get("action", "")
    if not action or any(child.tag != "Play" for child in element):
        raise InvalidTwiml("this carrier's <Gather> needs an action and holds nothing but <Play>")
    return Gather(
        action=action,
        prompts=tuple(_play(child) for child in element),
        num_digits=_whole(element, "numDigits", 0),
        takes_speech="speech" in element.get("input", "dtmf").split(),
        timeout_s=_whole(element, "timeout", 5),
        asks_on_silence=element.get("actionOnEmptyResult") == "true",
    )


def _room(dial: ElementTree.Element) -> EnterRoom:
    match list(dial):
        case [ElementTree.Element(tag="Conference") as room] if set(room.keys()) <= _ROOM_KNOWN and (room.text or ""):
            pass
        case _:
            raise InvalidTwiml("this carrier dials one <Conference> here, by the attributes it knows")
    return EnterRoom(
        name=(room.text or "").strip(),
        label=room.get("participantLabel", ""),
        starts=room.get("startConferenceOnEnter", "true") == "true",
        ends_on_exit=room.get("endConferenceOnExit", "false") == "true",
        events_url=room.get("statusCallback"),
        events=frozenset(room.get("statusCallbackEvent", "").split()),
        time_limit_s=_whole(dial, "timeLimit", 14_400),
    )


def _response(text: str) -> ElementTree.Element:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - the bot under test wrote it, on this machine
    except ElementTree.ParseError:
        raise InvalidTwiml("the webhook's answer is not XML") from None
    if root.tag != "Response":
        raise InvalidTwiml("the root of TwiML is <Response>")
    return root


def _whole(element: ElementTree.Element, name: str, default: int) -> int:
    value = element.get(name)
    if value is None:
        return default
    if not value.isdecimal():
        raise InvalidTwiml(f"{name} must be a whole number of seconds")
    return int(value)


def _verb(element: ElementTree.Element) -> Verb:
    match element.tag:
        case "Connect":
            return _stream(element)
        case "Hangup":
            return HangUpCall()
        case "Reject":
            return RejectCall(element.get("reason", "rejected"))
        case "Pause":
            return Pause(float(element.get("length", "1")))
        case "Play":
            return _play(element)
        case _:
            raise InvalidTwiml("this carrier knows Connect/Stream, Play, Hangup, Reject and Pause only")


def _stream(connect: ElementTree.Element) -> ConnectStream:
    stream = connect.find("Stream")
    if stream is None or not stream.get("url"):
        raise InvalidTwiml("<Connect> needs a <Stream> with a url")
    parameters = {item.get("name", ""): item.get("value", "") for item in stream.findall("Parameter")}
    # The query of a stream's URL is lost on the way, as it is with the real carrier.
    return ConnectStream(stream.get("url", "").split("?")[0], parameters, stream.get("statusCallback"))
