"""One call's warm hand-over: the provider's two lines, the summary in the call's voice, and what the record says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, assert_never, runtime_checkable

import structlog

from telephony.errors import CallGone, OutcomeUnknown, TelephonyError
from voicebot.application.handover import CRISES, HandoverFacts, handover_summary
from voicebot.application.handover_call import (
    Bridge,
    CallerLeft,
    HandOverResult,
    Joined,
    LostHuman,
    News,
    NobodyAnswered,
    ProviderFailed,
    Refused,
    WarmHandOver,
)
from voicebot.bootstrap.handing import Handing, spoken
from voicebot.script.numerals import cardinal
from voicebot.web.handover_board import HandoverBoard, Waiting
from voicebot.web.handover_routes import PICKED_UP, ROOM, STATUS

log = structlog.get_logger(__name__)

QUESTION: Final = "Tecle um, ou diga sim, pra atender."
KEY_QUESTION: Final = "Tecle um pra atender."
"""Either follows the summary, and is no part of its ten seconds."""
CRISIS_TRIES: Final = 3
"""Times that a human is called in a crisis before it is left at the bot and those on call."""
TALK_S: Final = 3_600


@runtime_checkable
class MovesCalls(Protocol):
    """A provider that can call a human beside a call, and move the call to them."""

    hears_words: bool
    """Whether the human may answer by voice as well as by key."""

    async def call_human(self, to: str, *, url: str, status_url: str, ring_s: int) -> str: ...

    async def move_to_room(self, provider_call_id: str, room: str, *, events_url: str) -> None: ...

    async def play_last_words(self, provider_call_id: str, audio_url: str) -> None: ...

    async def hang_up(self, provider_call_id: str) -> None: ...


NobodyCame = Callable[[HandOverResult], Awaitable[bool]]
"""Tell the caller in the conversation that nobody came; True when the conversation will."""


@dataclass(slots=True)
class WarmHandOff:
    """`transfer` begins the hand-over and comes back at once: the bot stays with the caller until a human is there."""

    provider: MovesCalls
    provider_call_id: str
    to: str = field(repr=False)
    board: HandoverBoard
    handing: Handing
    ring_s: int
    nobody_came: NobodyCame | None = None
    """Set where the conversation itself can tell the caller; else the provider plays the words and ends the call."""
    result: HandOverResult | None = None
    _running: asyncio.Task[None] | None = None
    _now: WarmHandOver | None = None
    _gone: bool = False
    _announcing: asyncio.Task[None] | None = None

    async def transfer(self) -> bool:
        """Begin; False, since the line is still the bot's."""
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="warm-handover")
        return False

    @property
    def is_under_way(self) -> bool:
        return self._running is not None and not self._running.done()

    async def caller_gone(self) -> None:
        """The caller's stream is over, by their hanging up or by the bridge: see the hand-over to its end."""
        self._gone = True
        if self._running is None:
            return
        if self._now is not None:
            self._now.note(News.CALLER_GONE)
        await asyncio.wait({self._running})
        if isinstance(self.result, Joined) and not self.handing.conversation.state.ended:
            await self.handing.conversation.human_joined()

    async def aclose(self) -> None:
        for task in (self._running, self._announcing):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def _run(self) -> None:
        try:
            facts = await self.handing.begun()
            self._announcing = self.handing.announcing()
            tries = CRISIS_TRIES if facts.reason in CRISES else 1
            for _ in range(tries):
                self.result = await self._attempt(facts)
                if self._gone or not isinstance(self.result, NobodyAnswered | Refused):
                    break
            await self._concluded(facts)
        except Exception:
            # The edge of one hand-over: the caller is with the bot still, or with the human already.
            log.exception("handover_broke", call_id=self.handing.call_id)

    async def _attempt(self, facts: HandoverFacts) -> HandOverResult:
        question = QUESTION if self.provider.hears_words else KEY_QUESTION
        text = f"{handover_summary(facts, cardinal)} {question}"
        speech = asyncio.create_task(spoken(self.handing.phrases, text), name="handover-summary")
        lines = _Lines(self)
        call_id = self.handing.call_id
        handover = self._now = WarmHandOver(lines, answer_within_s=self.ring_s + 5.0)
        waiting = Waiting(handover, self.board.offer_audio(speech, call_id), TALK_S, call_id=call_id)
        lines.key, lines.room = self.board.put_up(waiting), waiting.room
        if self._gone:
            handover.note(News.CALLER_GONE)
        try:
            return await handover.run()
        finally:
            speech.cancel()
            self.board.take_down(lines.key)

    async def _concluded(self, facts: HandoverFacts) -> None:
        result, call_id = self.result, self.handing.call_id
        log.info("handover_over", call_id=call_id, result=type(result).__name__)
        await self.handing.note_result(result)
        match result:
            case Joined() | CallerLeft() | None:
                return
            case NobodyAnswered() | Refused() | ProviderFailed() | LostHuman():
                await self._tell(facts, result)
            case _:
                assert_never(result)

    async def _tell(self, facts: HandoverFacts, result: HandOverResult) -> None:
        """Nobody came: the truth, and a call that the dialler makes; in a crisis the bot stays instead."""
        lost = isinstance(result, LostHuman)
        if self._gone and not lost:
            return
        if not lost and self.nobody_came is not None and await self.nobody_came(result):
            return
        if facts.reason in CRISES and not lost:
            # Nobody in need is sent away: the bot listens on, and the list of those who wait says how urgent it is.
            log.error("nobody_came_in_a_crisis", call_id=self.handing.call_id)
            return
        apology = self.handing.apology(facts)
        await self.handing.note_callback(apology)
        speech = asyncio.create_task(spoken(self.handing.phrases, apology.words), name="last-words")
        # Made before the bot lets go: nobody is moved into silence.
        await asyncio.wait({speech})
        try:
            await self.provider.play_last_words(
                self.provider_call_id, self.board.audio_url(self.board.offer_audio(speech, self.handing.call_id))
            )
        except TelephonyError as error:
            log.warning("last_words_not_played", call_id=self.handing.call_id, why=type(error).__name__)
            return
        await self.handing.note_said(apology)


class _Lines:
    """`Lines` at the provider: its errors as what they mean for the hand-over."""

    def __init__(self, of: WarmHandOff) -> None:
        self._of = of
        self._human: str | None = None
        self.key = ""
        self.room = ""

    async def call_human(self) -> str | None:
        board, of = self._of.board, self._of
        try:
            self._human = await of.provider.call_human(
                of.to,
                url=board.url(PICKED_UP, self.key),
                status_url=board.url(STATUS, self.key),
                ring_s=of.ring_s,
            )
        except TelephonyError as error:
            return type(error).__name__
        return None

    async def bridge(self) -> Bridge:
        of = self._of
        try:
            await of.provider.move_to_room(of.provider_call_id, self.room, events_url=of.board.url(ROOM, self.key))
        except CallGone:
            return Bridge.CALLER_GONE
        except OutcomeUnknown:
            return Bridge.UNKNOWN
        except TelephonyError as error:
            log.warning("transfer_refused", why=type(error).__name__)
            return Bridge.FAILED
        return Bridge.DONE

    async def let_human_go(self) -> None:
        if self._human is None:
            return
        try:
            await self._of.provider.hang_up(self._human)
        except TelephonyError as error:
            log.warning("human_not_let_go", why=type(error).__name__)
