"""The doors of a hand-over: the human's own call, the room in which they meet the caller, what either hears.

A hand-over's key is in the query of every webhook and is known to the provider alone; the audio's name is another
secret, since whoever fetches a file signs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request, Response

from telephony.call import CallStatus
from telephony.providers.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER, SignatureChecker
from telephony.transfer import brief_human, end_call, enter_room, play_and_end, say_and_end
from voicebot.application.handover import NOBODY_CAME
from voicebot.application.handover_call import CallerLeft, HandOverResult, Joined, News, NobodyAnswered
from voicebot.web.handover_board import AUDIO, AUDIO_WITHIN_S, HandoverBoard, Then, Waiting
from voicebot.web.handover_doors import Door, HandoverDoors

log = structlog.get_logger(__name__)

PICKED_UP: Final = "/telephony/twilio/handover/picked-up"
REPLY: Final = "/telephony/twilio/handover/reply"
ROOM: Final = "/telephony/twilio/handover/room"
STATUS: Final = "/telephony/twilio/handover/status"
ENDED: Final = "/telephony/twilio/handover/ended"
"""Where the provider asks how a call goes on that was handed over cold."""
ANSWERED: Final = "/telephony/twilio/handover/answered"
_ENDED: Final = {
    "busy": News.BUSY,
    "no-answer": News.RANG_OUT,
    "failed": News.NOT_REACHED,
    "canceled": News.NOT_REACHED,
    "completed": News.HUNG_UP,
}


_UNANSWERED: Final = {"busy": "busy", "no-answer": "rang out"}
_TAKEN: Final = frozenset({"answered", "completed"})


def handover_routes(doors: HandoverDoors, signatures: SignatureChecker) -> APIRouter:
    """Give the doors; everything that changes something is signed by the provider."""
    router = APIRouter()

    async def signed(request: Request) -> dict[str, str]:
        form = {name: str(value) for name, value in (await request.form()).items()}
        is_signed = signatures.is_webhook_signed(
            request.url.path,
            form,
            request.headers.get(SIGNATURE_HEADER),
            query=request.url.query,
            settings=request.headers.get(SETTINGS_HEADER),
        )
        if not is_signed:
            log.warning("webhook_refused", path=request.url.path, why="signature")
            raise HTTPException(status_code=403)
        return form

    form_of = Depends(signed)

    @router.post(PICKED_UP)
    async def picked_up(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(PICKED_UP, handover, form)

    @router.post(REPLY)
    async def reply(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(REPLY, handover, form)

    @router.post(ROOM)
    async def room(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(ROOM, handover, form)

    @router.post(STATUS)
    async def status(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(STATUS, handover, form)

    @router.post(ENDED)
    async def ended(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(ENDED, handover, form)

    @router.post(ANSWERED)
    async def answered(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return await doors.take(ANSWERED, handover, form)

    @router.get(AUDIO + "/{name}.wav")
    async def audio(name: str) -> Response:
        return await doors.take(AUDIO, name)

    return router


async def _audio(board: HandoverBoard, name: str, _form: Mapping[str, str]) -> Response:
    coming = board.audio.get(name)
    if coming is None:
        return Response(status_code=404)
    done, _ = await asyncio.wait({coming}, timeout=AUDIO_WITHIN_S)
    if not done or coming.cancelled() or coming.exception() is not None:
        return Response(status_code=503)
    return Response(coming.result(), media_type="audio/wav", headers={"Cache-Control": "no-store"})


def _noted(board: HandoverBoard, key: str, news: News | None) -> Response:
    waiting = board.waiting.get(key)
    if waiting is not None and news is not None:
        waiting.handover.note(news)
    return Response(status_code=204)


async def _told_of_room(board: HandoverBoard, key: str, form: Mapping[str, str]) -> Response:
    return _noted(board, key, _of_room(form))


async def _told_of_phone(board: HandoverBoard, key: str, form: Mapping[str, str]) -> Response:
    return _noted(board, key, _ENDED.get(form.get("CallStatus", "")))


def _twiml(text: str) -> Response:
    return Response(text, media_type="text/xml")


async def _brief(board: HandoverBoard, key: str, _form: Mapping[str, str]) -> Response:
    """Somebody has picked up: the summary, or nothing where the caller has gone by now."""
    waiting = board.waiting.get(key)
    if waiting is None:
        return _twiml(end_call())
    waiting.handover.note(News.PICKED_UP)
    return _twiml(_asked(board, waiting, key))


def _asked(board: HandoverBoard, waiting: Waiting, key: str) -> str:
    return brief_human(board.audio_url(waiting.briefing), reply_url=board.url(REPLY, key))


async def _take(board: HandoverBoard, key: str, form: Mapping[str, str]) -> Response:
    waiting = board.waiting.get(key)
    if waiting is None:
        return _twiml(end_call())
    match waiting.replied(form.get("Digits", ""), form.get("SpeechResult", "")):
        case Then.ASK_AGAIN:
            return _twiml(_asked(board, waiting, key))
        case Then.JOIN:
            place, limit_s = board.url(ROOM, key), waiting.time_limit_s
            return _twiml(enter_room(waiting.room, events_url=place, is_human=True, time_limit_s=limit_s))
        case Then.END:
            return _twiml(end_call())


async def _taken(board: HandoverBoard, key: str, _form: Mapping[str, str]) -> Response:
    dialled = board.dialled.get(key)
    if dialled is not None:
        dialled.note(Joined())
    return Response(status_code=204)


async def _after_dial(board: HandoverBoard, key: str, form: Mapping[str, str]) -> Response:
    """Say how a call goes on that was handed over cold.

    It ends after a talk, and nobody who waited in vain is left in silence, not even where nothing is known of the call.
    """
    dialled, how = board.dialled.get(key), form.get("DialCallStatus", "")
    if how in _TAKEN or (dialled is not None and dialled.is_taken):
        result: HandOverResult = Joined()
    elif form.get("CallStatus") == CallStatus.COMPLETED:
        result = CallerLeft()
    else:
        result = NobodyAnswered(_UNANSWERED.get(how, "not reached"))
    if dialled is not None:
        dialled.note(result)
    if not isinstance(result, NobodyAnswered):
        return _twiml(end_call())
    if dialled is None or not board.is_made(dialled.last_words):
        return _twiml(say_and_end(NOBODY_CAME if dialled is None else dialled.words))
    return _twiml(play_and_end(board.audio_url(dialled.last_words)))


def _of_room(form: Mapping[str, str]) -> News | None:
    is_human = form.get("ParticipantLabel") == "human"
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            return News.ENTERED if is_human else News.CALLER_ENTERED
        case "participant-leave" if is_human:
            return News.HUNG_UP
        case _:
            return None


HERE: Final[Mapping[str, Door]] = MappingProxyType(
    {
        PICKED_UP: _brief,
        REPLY: _take,
        ROOM: _told_of_room,
        STATUS: _told_of_phone,
        ENDED: _after_dial,
        ANSWERED: _taken,
        AUDIO: _audio,
    }
)
"""What each door does where the call is held."""
