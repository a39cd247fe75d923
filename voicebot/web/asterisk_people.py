"""What the dialplan tells of people's phones, and the word that it gets: `play:` and `join:` with a name, or `over`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fastapi import Response
from fastapi.responses import PlainTextResponse

from voicebot.application.handover_call import CallerLeft, Joined, News, NobodyAnswered
from voicebot.web.handover_board import HandoverBoard, Then
from voicebot.web.handover_doors import Door

HANDOVER: Final = "/telephony/asterisk/handover"
"""Where the dialplan tells of a human's phone, and asks what the caller hears."""
PERSON: Final = "/telephony/asterisk/person"
"""Where it tells of a human who is called beside the call, and asks what they hear."""
PLAY: Final = "play:"
"""The name of the audio follows."""
JOIN: Final = "join:"
"""The room follows."""
WAIT: Final = "wait"
"""The words are still being made: ask again in a moment."""
OVER: Final = "over"
_UNANSWERED: Final[Mapping[str, str]] = MappingProxyType({"BUSY": "busy", "NOANSWER": "rang out"})
_NEWS: Final[Mapping[str, News]] = MappingProxyType(
    {
        "ENTERED": News.ENTERED,
        "CALLER_ENTERED": News.CALLER_ENTERED,
        "LEFT": News.HUNG_UP,
        "BUSY": News.BUSY,
        "NOANSWER": News.RANG_OUT,
        "CHANUNAVAIL": News.NOT_REACHED,
        "CONGESTION": News.NOT_REACHED,
        "DONTCALL": News.NOT_REACHED,
        "TORTURE": News.NOT_REACHED,
        "INVALIDARGS": News.NOT_REACHED,
    }
)
"""Of a human who is called beside the call: what they do, or Asterisk's DIALSTATUS where they do not answer."""


def after_dial(board: HandoverBoard, form: Mapping[str, str]) -> str:
    """Take what became of a human's phone to which the line was given, once; gives what the caller hears."""
    dialled = board.dialled_from(form.get("channel", ""))
    if dialled is None:
        return OVER
    is_made = board.is_made(dialled.last_words)
    match form.get("status", ""):
        case "ANSWER":
            dialled.note(Joined())
        case "CANCEL":
            dialled.note(CallerLeft())
        case _ if not is_made and board.is_coming(dialled.last_words):
            # Not a word of it yet: once it is noted the hand-over is over, and nobody asks after the words any more.
            return WAIT
        case status:
            dialled.is_silent = not is_made
            dialled.note(NobodyAnswered(_UNANSWERED.get(status, "not reached")))
    return OVER if dialled.is_taken or dialled.is_silent else _play(board, dialled.last_words)


def person_word(board: HandoverBoard, form: Mapping[str, str]) -> str:
    """Take news of a human who is called beside the call; gives what they hear, or where they go."""
    waiting = board.waiting.get(form.get("handover", ""))
    if waiting is None:
        return OVER
    match form.get("event", ""):
        case "PICKED_UP":
            waiting.handover.note(News.PICKED_UP)
            return _play(board, waiting.briefing)
        case "REPLY":
            follows = waiting.replied(form.get("digits", ""), "")
            return {
                Then.ASK_AGAIN: _play(board, waiting.briefing),
                Then.JOIN: f"{JOIN}{waiting.room}",
                Then.END: OVER,
            }[follows]
        case event if event in _NEWS:
            waiting.handover.note(_NEWS[event])
    return OVER


def _play(board: HandoverBoard, name: str) -> str:
    return f"{PLAY}{name}" if board.is_made(name) else WAIT


async def _of_line(board: HandoverBoard, _channel: str, form: Mapping[str, str]) -> Response:
    return PlainTextResponse(after_dial(board, form))


async def _of_person(board: HandoverBoard, _key: str, form: Mapping[str, str]) -> Response:
    return PlainTextResponse(person_word(board, form))


HERE: Final[Mapping[str, Door]] = MappingProxyType({HANDOVER: _of_line, PERSON: _of_person})
"""What each door does where the call is held."""
