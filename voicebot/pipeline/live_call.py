"""One call in progress: its conversation, the audio made ready for it, and the way to a human."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import fields
from enum import Enum
from typing import Final, Protocol

import structlog

from voicebot.application.answers import CLOSED, Expected, answer_in
from voicebot.application.conversation import Conversation, HeardSpan, Turn
from voicebot.application.foreseen import in_rounds
from voicebot.application.ports import Records
from voicebot.domain.dialogue.acts import Act, DebtAct, Escalate
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.meaning import EntityType
from voicebot.pipeline.ports import Phrases
from voicebot.pipeline.stages import Stages

log = structlog.get_logger(__name__)


TOLD_WITHIN_S: Final = 20.0
"""Longer than what is being said takes, and the sentence after it."""
PutEvent = Callable[[Callable[[], Awaitable[Turn]]], Awaitable[None]]


class HandOff(Protocol):
    """Moves the live call to a person, and closes its record once they have it; True where the provider took it."""

    async def transfer(self) -> bool: ...


class KeepsCardsOut(Protocol):
    """Keeps the number of a payment card out of what is recorded."""

    async def heard(self, start_s: float | None, end_s: float | None, *, card: bool) -> None:
        """Take note of one turn of the caller, in seconds since the media started; never raises."""
        ...


class LiveCall:
    """What the processors of one call share."""

    longest_line_s = 45.0
    """Longer than any line: a mark that has not come back by then never will."""

    def __init__(
        self,
        call_id: str,
        conversation: Conversation,
        *,
        phrases: Phrases,
        records: Records,
        handoff: HandOff | None,
    ) -> None:
        self.call_id = call_id
        self.conversation = conversation
        self.stages = Stages()
        self.leaving = False
        self._phrases = phrases
        self._records = records
        self._handoff = handoff
        self._transferred = False
        self._preparing: asyncio.Task[None] | None = None
        self._wanted: list[str] | None = None
        """Lines that may come next, for the question that is open."""
        self._handing: asyncio.Task[bool] | None = None
        self._at_once: HandOff | None = None
        """The way that a person at the desk asked for, rather than the call's own."""
        self._tried = asyncio.Event()
        """They were moved, or could not be, or are gone."""
        self._put: PutEvent | None = None
        self.cards: KeepsCardsOut | None = None

    def listens(self, put: PutEvent) -> None:
        """Take where events go that come from neither side of the line."""
        self._put = put

    async def hear(self, text: str, span: HeardSpan) -> Turn:
        """Take a turn of the caller; what must not be recorded is gone before the answer says so."""
        turn = await self.conversation.hear(text, span)
        if self.cards is not None and turn.heard is not None:
            await self.cards.heard(span.start_s, span.end_s, card=bool(turn.heard.values(EntityType.CARD)))
        return turn

    def expected(self) -> Expected | None:
        """What the caller has just been asked, where the possible answers are a known set."""
        asks = self.conversation.state.asks
        if asks is None or asks not in CLOSED:
            return None
        return Expected(asks, lambda text: answer_in(self.conversation.understand(text), asks))

    def prepare_next(self) -> None:
        """Make the audio of the likely next lines while the caller listens, thinks and speaks."""
        self._wanted = None
        self._prepare()

    def prepare_answer(self, text: str) -> None:
        """Make the answer to these words ready before anything else: the caller may have said all."""
        self.stop_preparing()
        self._preparing = asyncio.create_task(self._make_answer(text), name="prepare-answer")

    def hold_preparing(self) -> None:
        """The caller has fallen quiet: the processor is for hearing now."""
        self.stop_preparing()

    def go_on_preparing(self) -> None:
        """The caller speaks on: there is time again."""
        if self._preparing is None:
            self._prepare()

    def stop_preparing(self) -> None:
        if self._preparing is not None and not self._preparing.done():
            self._preparing.cancel()
        self._preparing = None

    def _prepare(self) -> None:
        self.stop_preparing()
        if not self.conversation.state.ended:
            self._preparing = asyncio.create_task(self._make_ready(), name="prepare-next-lines")

    async def _make_ready(self) -> None:
        """Foresee, a few milliseconds at a time so that audio goes on, and synthesise what was foreseen."""
        if self._wanted is None:
            answers = []
            for answer in self.conversation.foreseen():
                answers.append(answer)
                await asyncio.sleep(0)
            self._wanted = in_rounds(answers)
        await self._phrases.prepare(self._wanted)

    async def _make_answer(self, text: str) -> None:
        # Read away from the event loop; the turn itself finds the reading done.
        await asyncio.to_thread(self.conversation.understand, text)
        await self._phrases.prepare(self.conversation.foresee_answer(text))

    def is_fixed(self, line: Utterance) -> bool:
        """True for a line that is the same for everybody: no name, amount, date or number."""
        return is_plain(line.act) and self.conversation.first_name not in line.text

    def wants_transfer(self, turn: Turn) -> bool:
        """True once the caller was told that a person is coming; the line is handed over after those words."""
        told = any(isinstance(line.act, Escalate) and line.act.now for line in turn.lines)
        return told and self._handoff is not None and not self._transferred

    async def transfer(self) -> bool:
        """Hand the line to a person if that is what is due; True when it has left the bot."""
        handoff = self._at_once or self._handoff
        if handoff is None or self._transferred or not self.conversation.state.human_called:
            return False
        self._transferred = True
        # The carrier may close the socket before it answers: what runs on it must not take the hand-over down with it.
        self._handing = asyncio.create_task(self._hand_over(handoff), name="hand-over")
        return await asyncio.shield(self._handing)

    async def take_over(self, at_once: HandOff) -> bool:
        """Have the caller told that a person comes in, then move them by `at_once`; True only when that was done.

        Who waits for a person already, or cannot be told in time, is moved without a word more. Where it was not done
        all is as before: the call's own way to a person is open again, and so is this one.
        """
        waited, transferred = self.conversation.state.human_called, self._transferred
        if await self._take_over(at_once):
            return True
        self._at_once, self._handing, self._transferred = None, None, transferred
        self._tried.clear()
        if not waited:
            await self._take_back()
        return False

    async def _take_back(self) -> None:
        """Nobody is on the way: what was promised holds no later hand-over up."""
        state = self.conversation.state
        self.leaving = state.ended
        if self._put is not None and state.human_called and not state.ended:
            await self._put(self.conversation.not_taken)

    async def _take_over(self, at_once: HandOff) -> bool:
        conversation = self.conversation
        if self._put is not None and not conversation.state.ended and not conversation.state.human_called:
            self._at_once = at_once
            await self._put(conversation.taken_over)
            with suppress(TimeoutError):
                async with asyncio.timeout(TOLD_WITHIN_S):
                    await self._tried.wait()
            if self._handing is not None:
                return await asyncio.shield(self._handing)
        if conversation.state.ended:
            return False
        self._transferred = True
        self._handing = asyncio.create_task(self._hand_over(at_once), name="hand-over")
        return await asyncio.shield(self._handing)

    async def settled(self) -> None:
        """Wait for a hand-over that is under way, after the socket has gone."""
        self._tried.set()
        if self._handing is not None:
            await self._handing

    async def _hand_over(self, handoff: HandOff) -> bool:
        """Give the line away. Only that somebody answered makes it a call that a person took, and that comes later."""
        try:
            is_moved = await handoff.transfer()
            log.info("hand_over_begun", call_id=self.call_id, line_has_left=is_moved)
            return is_moved
        finally:
            self._tried.set()

    async def note_stages(self) -> None:
        figures = self.stages.take()
        if figures is not None:
            await self._records.record_event(self.call_id, "stages", figures, self.conversation.now())


def is_plain(act: Act) -> bool:
    """True for an act without values: whoever hears it, it means the same."""
    values = (getattr(act, each.name) for each in fields(act))
    return not isinstance(act, DebtAct) and all(value is None or isinstance(value, bool | Enum) for value in values)
