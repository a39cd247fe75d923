"""The doors of a hand-over: the human's own call, the room in which they meet the caller, what either hears.

A hand-over's key is in the query of every webhook and is known to the provider alone; the audio's name is another
secret, since whoever fetches a file signs nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request, Response

from telephony.call import CallStatus
from telephony.providers.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER, SignatureChecker
from telephony.transfer import brief_human, end_call, enter_room, play_and_end, say_and_end
from voicebot.application.handover import NOBODY_CAME
from voicebot.application.handover_call import (
    CallerLeft,
    HandOverResult,
    Joined,
    News,
    NobodyAnswered,
    Step,
    WarmHandOver,
    answer_of,
)

log = structlog.get_logger(__name__)

PICKED_UP: Final = "/telephony/twilio/handover/picked-up"
REPLY: Final = "/telephony/twilio/handover/reply"
ROOM: Final = "/telephony/twilio/handover/room"
STATUS: Final = "/telephony/twilio/handover/status"
ENDED: Final = "/telephony/twilio/handover/ended"
"""Where the provider asks how a call goes on that was handed over cold."""
ANSWERED: Final = "/telephony/twilio/handover/answered"
AUDIO: Final = "/telephony/handover"
KEY: Final = "handover"
"""Name of the webhooks' parameter."""
AUDIO_KEPT: Final = 200
AUDIO_WITHIN_S: Final = 8.0
"""Longest wait for speech that is still being made: it began when the human's phone did."""
_ENDED: Final = {
    "busy": News.BUSY,
    "no-answer": News.RANG_OUT,
    "failed": News.NOT_REACHED,
    "canceled": News.NOT_REACHED,
    "completed": News.HUNG_UP,
}


class Then(Enum):
    """What follows a human's answer."""

    ASK_AGAIN = auto()
    JOIN = auto()
    END = auto()


@dataclass(eq=False, slots=True)
class Waiting:
    """A hand-over in progress, as the webhooks see it."""

    handover: WarmHandOver
    briefing: str = field(repr=False)
    """Name of the audio that the human hears."""
    time_limit_s: int
    room: str = field(default_factory=lambda: secrets.token_hex(16))
    asked: int = 0
    """Times the human was asked a second time whether they take the call."""

    def replied(self, digits: str, speech: str) -> Then:
        """Take the human's answer, or their silence, and say what follows."""
        answer = answer_of(digits, speech)
        if answer is None and self.asked == 0:
            self.asked += 1
            return Then.ASK_AGAIN
        took = self.handover.note(answer or News.UNDECIDED) and answer is News.TOOK_IT
        # A repeated webhook gets the answer that the first one got.
        return Then.JOIN if took or self.handover.step in {Step.TAKEN, Step.BRIDGING} else Then.END


_UNANSWERED: Final = {"busy": "busy", "no-answer": "rang out"}
_TAKEN: Final = frozenset({"answered", "completed"})


def _unknown() -> asyncio.Future[HandOverResult]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False, slots=True)
class Dialled:
    """A line that has left the bot and rings at a human's, as the webhooks see it."""

    provider_call_id: str
    last_words: str = field(repr=False)
    """Name of the audio that the caller hears if nobody answers."""
    words: str = field(default=NOBODY_CAME, repr=False)
    """What it says, for the provider's own voice where ours is not ready."""
    outcome: asyncio.Future[HandOverResult] = field(default_factory=_unknown, repr=False)
    is_silent: bool = False
    """The words could not be made, and the provider has no voice of its own: the caller hears a tone."""

    def note(self, result: HandOverResult) -> None:
        """Take the first word of what came of it; a late or repeated one changes nothing."""
        if not self.outcome.done():
            self.outcome.set_result(result)

    @property
    def is_taken(self) -> bool:
        return self.outcome.done() and isinstance(self.outcome.result(), Joined)


@dataclass(slots=True)
class HandoverBoard:
    """The hand-overs of this process; the holder of the call puts them up and takes them down."""

    public_url: str
    waiting: dict[str, Waiting] = field(default_factory=dict, repr=False)
    dialled: dict[str, Dialled] = field(default_factory=dict, repr=False)
    audio: dict[str, asyncio.Future[bytes]] = field(default_factory=dict, repr=False)

    def put_up(self, waiting: Waiting) -> str:
        """Take a hand-over in and give its key."""
        key = secrets.token_urlsafe(24)
        self.waiting[key] = waiting
        return key

    def take_down(self, key: str) -> None:
        gone = self.waiting.pop(key, None)
        if gone is not None:
            self.audio.pop(gone.briefing, None)

    def put_up_dialled(self, dialled: Dialled) -> str:
        """Take in a line that is about to leave the bot and give its key."""
        key = secrets.token_urlsafe(24)
        self.dialled[key] = dialled
        return key

    def take_down_dialled(self, key: str) -> None:
        self.dialled.pop(key, None)

    def dialled_from(self, provider_call_id: str) -> Dialled | None:
        """Find a line by its call, for a provider that tells no key."""
        return next((each for each in self.dialled.values() if each.provider_call_id == provider_call_id), None)

    def offer_audio(self, wav: asyncio.Future[bytes]) -> str:
        """Keep a file for whoever knows its name, which this gives; the oldest of many go."""
        name = secrets.token_urlsafe(24)
        self.audio[name] = wav
        while len(self.audio) > AUDIO_KEPT:
            del self.audio[next(iter(self.audio))]
        return name

    def is_made(self, name: str) -> bool:
        """Tell whether a file is there to be played."""
        wav = self.audio.get(name)
        return wav is not None and wav.done() and not wav.cancelled() and wav.exception() is None

    def is_coming(self, name: str) -> bool:
        """Tell whether a file is being made still."""
        wav = self.audio.get(name)
        return wav is not None and not wav.done()

    def audio_url(self, name: str) -> str:
        return f"{self.public_url}{AUDIO}/{name}.wav"

    def url(self, path: str, key: str) -> str:
        return f"{self.public_url}{path}?{urlencode({KEY: key})}"


def handover_routes(board: HandoverBoard, signatures: SignatureChecker) -> APIRouter:
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

    @router.post(PICKED_UP, dependencies=[form_of])
    async def picked_up(handover: str = "") -> Response:
        return _twiml(_brief(board, handover))

    @router.post(REPLY)
    async def reply(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return _twiml(_take(board, handover, form))

    @router.post(ROOM)
    async def room(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return _noted(board, handover, _of_room(form))

    @router.post(STATUS)
    async def status(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return _noted(board, handover, _ENDED.get(form.get("CallStatus", "")))

    @router.post(ENDED)
    async def ended(handover: str = "", form: dict[str, str] = form_of) -> Response:
        return _twiml(_after_dial(board, handover, form))

    @router.post(ANSWERED, dependencies=[form_of])
    async def answered(handover: str = "") -> Response:
        return _taken(board, handover)

    @router.get(AUDIO + "/{name}.wav")
    async def audio(name: str) -> Response:
        return await _audio(board, name)

    return router


async def _audio(board: HandoverBoard, name: str) -> Response:
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


def _twiml(text: str) -> Response:
    return Response(text, media_type="text/xml")


def _brief(board: HandoverBoard, key: str) -> str:
    """Somebody has picked up: the summary, or nothing where the caller has gone by now."""
    waiting = board.waiting.get(key)
    if waiting is None:
        return end_call()
    waiting.handover.note(News.PICKED_UP)
    return brief_human(board.audio_url(waiting.briefing), reply_url=board.url(REPLY, key))


def _take(board: HandoverBoard, key: str, form: dict[str, str]) -> str:
    waiting = board.waiting.get(key)
    if waiting is None:
        return end_call()
    match waiting.replied(form.get("Digits", ""), form.get("SpeechResult", "")):
        case Then.ASK_AGAIN:
            return brief_human(board.audio_url(waiting.briefing), reply_url=board.url(REPLY, key))
        case Then.JOIN:
            return enter_room(
                waiting.room, events_url=board.url(ROOM, key), is_human=True, time_limit_s=waiting.time_limit_s
            )
        case Then.END:
            return end_call()


def _taken(board: HandoverBoard, key: str) -> Response:
    dialled = board.dialled.get(key)
    if dialled is not None:
        dialled.note(Joined())
    return Response(status_code=204)


def _after_dial(board: HandoverBoard, key: str, form: dict[str, str]) -> str:
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
        return end_call()
    if dialled is None or not board.is_made(dialled.last_words):
        return say_and_end(NOBODY_CAME if dialled is None else dialled.words)
    return play_and_end(board.audio_url(dialled.last_words))


def _of_room(form: dict[str, str]) -> News | None:
    is_human = form.get("ParticipantLabel") == "human"
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            return News.ENTERED if is_human else News.CALLER_ENTERED
        case "participant-leave" if is_human:
            return News.HUNG_UP
        case _:
            return None
