"""From sound to turns and back: the one processor that knows both the floor and the conversation.

Turn control and text live in one processor because system frames overtake data frames between two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

import structlog
from pipecat.frames.frames import (
    EndWorkerFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    StartFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.frames import MarkEchoFrame
from voicebot.application.conversation import HeardSpan, Turn
from voicebot.application.ports import MarkOutcome
from voicebot.application.questions import is_question
from voicebot.domain.callee import Finding, answer_to
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.dialogue.state import CallState
from voicebot.pipeline.answering import CalleeFrame
from voicebot.pipeline.floor import FallSilent, Floor, GoneQuiet, Patience, Resume, TakeTurn
from voicebot.pipeline.frames import GuessFrame, PausedFrame, ResumedFrame, SayFrame, SegmentFrame, TurnTakenFrame
from voicebot.pipeline.judging import Verdicts, WholeTurn
from voicebot.pipeline.live_call import LiveCall
from voicebot.pipeline.onset import OnsetEar
from voicebot.pipeline.resuming import Cut, Said
from voicebot.pipeline.words import Stretch, TurnWords

log = structlog.get_logger(__name__)

BYTES_PER_S: Final = 16_000 * 2
KEYPAD_PAUSE_S: Final = 1.5
BOOKS_PATIENCE_S: Final = 1.0
"""Longest wait, at the end of a call, for the marks that are still to be entered."""
WAITING_S: Final = 20.0
"""Quiet after which who asked for a moment, or went to get somebody, is asked whether they are there."""
_DICTATED: Final = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2, Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})
_DICTATION: Final = Patience(complete_s=1.1, incomplete_s=1.8, silence_s=8.0)
"""Digits come in groups with pauses; a complete number is taken at once all the same."""

Event = Callable[[], Awaitable[Turn]]
Chore = Callable[[], Awaitable[None]]


class TurnTaker(FrameProcessor):
    """Translate frames into events of the conversation, and its turns into lines to say."""

    def __init__(self, call: LiveCall, judge: WholeTurn, patience: Patience, *, ear: OnsetEar | None = None) -> None:
        """`ear` tells within 300 ms who asks for the floor; without it the length of speech does."""
        super().__init__()
        self._call = call
        self._verdicts = Verdicts(judge)
        self._usual = patience
        self._words = TurnWords()
        self._floor = Floor(
            patience,
            enough=lambda text: call.conversation.answers_in_full(self._words.settle(text)[0]),
            asks=lambda text: is_question(call.conversation.understand(self._words.settle(text)[0])),
            answered=lambda text: call.conversation.is_answering(self._words.settle(text)[0], self._over),
            ear=ear,
            resumes=True,
        )
        self._bytes = 0
        self._speaking = False
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._pending: dict[int, Said] = {}
        """Lines said whose mark has not come back yet."""
        self._over: frozenset[int] = frozenset()
        """Those of them that the caller's turn began over, unless it stopped them."""
        self._line_since = 0.0
        """When the first of them began to be heard."""
        self._cut = Cut()
        self._mark_deadline: float | None = None
        self._keys = ""
        self._key_at = 0.0
        self._hushed = False
        """A machine is on the line: nothing more is said to it."""
        self._chores: asyncio.Queue[Chore] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._clerk: asyncio.Task[None] | None = None
        self._judging: asyncio.Task[None] | None = None

    @property
    def media_s(self) -> float:
        """Seconds of caller audio so far: the clock of this call."""
        return self._bytes / BYTES_PER_S

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        match frame:
            case StartFrame():
                self._worker = self.create_task(self._work())
                self._clerk = self.create_task(self._keep_books())
                await self._events.put(self._call.conversation.start)
                self._call.listens(self._events.put)
            case InputAudioRawFrame():
                await self._audio(frame.audio)
            case MarkEchoFrame():
                await self._heard(frame)
            case InputDTMFFrame():
                self._keys, self._key_at = self._keys + frame.button.value, self.media_s
            case CalleeFrame() if frame.finding is not None:
                await self._callee(frame.finding)
            case _:
                await self._speech(frame)

    async def _speech(self, frame: Frame) -> None:
        """What the detector and the recogniser tell of the caller's voice."""
        match frame:
            case VADUserStartedSpeakingFrame():
                self._speaking = True
                self._verdicts.withdraw()
                self._over |= self._pending.keys()
                self._floor.speech_started(self.media_s, self.media_s - frame.start_secs)
            case PausedFrame():
                self._call.stages.paused(self.media_s)
                self._call.hold_preparing()
                self._verdicts.begin()
            case ResumedFrame():
                self._resumed()
            case VADUserStoppedSpeakingFrame():
                self._speaking = False
                self._call.stages.stopped(self.media_s)
                self._floor.speech_stopped(self.media_s, self.media_s - frame.stop_secs)
                self._judging = self.create_task(self._judge_turn())
            case GuessFrame():
                self._guessed(frame.text)
            case SegmentFrame():
                self._call.stages.recognised(frame.stt_ms, self.media_s)
                self._words.add(Stretch(frame.text, frame.sureness, joined=frame.joined))
                self._floor.segment(frame.text, frame.sureness)
                await self._tick()
            case _:
                pass

    async def cleanup(self) -> None:
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
        self._call.stop_preparing()
        with suppress(TimeoutError):
            async with asyncio.timeout(BOOKS_PATIENCE_S):
                await self._chores.join()
        self._verdicts.close()
        for task in (self._worker, self._clerk, self._judging):
            if task is not None and not task.done():
                await self.cancel_task(task)

    async def _audio(self, audio: bytes) -> None:
        self._bytes += len(audio)
        self._verdicts.append(audio, is_speech=self._speaking)
        self._floor.audio(audio, self.media_s)
        now = self.media_s
        if self._mark_deadline is not None and now > self._mark_deadline:
            await self._forget_lines("marks_never_came")
        if self._keys and now - self._key_at >= KEYPAD_PAUSE_S:
            digits, self._keys = self._keys, ""
            await self._events.put(lambda: self._call.conversation.pressed(digits))
        await self._tick()

    async def _tick(self) -> None:
        now = self.media_s
        match self._floor.tick(now):
            case FallSilent():
                await self._fall_silent()
            case TakeTurn() as taken:
                await self._take(taken, now)
            case GoneQuiet():
                await self._events.put(self._call.conversation.silence)
            case Resume():
                await self._say_on()
            case None:
                pass

    async def _take(self, taken: TakeTurn, now: float) -> None:
        text, sureness = self._words.settle(taken.text)
        span = HeardSpan(taken.start_s, taken.end_s, sureness, self._over, self._cut.unheard())
        self._over = frozenset()
        self._words.forget()
        self._verdicts.forget()
        self._call.stages.turn_over(taken.end_s, now)
        await self._events.put(lambda: self._call.hear(text, span))
        await self.push_frame(TurnTakenFrame(), FrameDirection.UPSTREAM)

    async def _callee(self, finding: Finding) -> None:
        """A machine hears not even the end of the line that is being said; whoever was told goodbye hears all of it."""
        state = self._call.conversation.state
        self._hushed = not state.ended and answer_to(state, finding).state.ended
        if self._hushed and self._pending:
            await self._fall_silent()
        await self._events.put(lambda: self._found(finding))

    async def _found(self, finding: Finding) -> Turn:
        conversation = self._call.conversation
        try:
            return await conversation.machine_answered(finding)
        finally:
            # What was queued before may have shown a person after all.
            self._hushed = self._hushed and conversation.state.ended

    def _guessed(self, text: str) -> None:
        """Make the answer ready in what is left of the pause; once that is over, the words themselves come at once."""
        if self._speaking:
            self._call.stages.guessed(self.media_s)
            self._call.prepare_answer(text)

    def _resumed(self) -> None:
        """Speech went on after a pause too short to count; after the end of a stretch it says nothing new."""
        if self._speaking:
            self._verdicts.withdraw()
            self._call.go_on_preparing()

    async def _judge_turn(self) -> None:
        """Where the judging began in the pause, the verdict is mostly there already; nobody waits for a next frame."""
        verdict = await self._verdicts.current()
        if verdict is not None:
            self._call.stages.judged(self.media_s)
            self._floor.verdict(complete=verdict.complete, probability=verdict.probability)
            if not self._floor.bot_speaking:
                # An interruption comes from the frames' own task alone.
                await self._tick()

    async def _fall_silent(self) -> None:
        """The caller took the floor: stop at once; what was not played is on record as not heard."""
        self._cut = Cut(list(self._pending.values()), self.media_s - self._line_since)
        await self.broadcast_interruption()  # type: ignore[no-untyped-call]  # pipecat annotates no return
        await self._forget_lines("interrupted")

    async def _say_on(self) -> None:
        """Nobody wanted the floor: say what was cut short, from its last sentence."""
        self._words.forget()
        self._verdicts.forget()
        await self._say_rest()

    async def _say_rest(self) -> None:
        lines, self._cut = self._cut.rest(), Cut()
        log.info("line_resumed", call_id=self._call.call_id, count=len(lines))
        if lines:
            await self._push(lines)
        elif not self._pending:
            self._floor.bot_stopped(self.media_s)

    async def _push(self, lines: list[Said]) -> None:
        """Have the lines spoken; their marks tell what became of them."""
        self._floor.bot_started()
        self._line_since = self.media_s
        for said in lines:
            self._pending[said.frame.line] = said
            await self.push_frame(said.frame)
        self._floor.yields = next(iter(self._pending.values())).yields
        self._mark_deadline = self.media_s + self._call.longest_line_s

    async def _forget_lines(self, why: str) -> None:
        lost, self._pending, self._mark_deadline = list(self._pending), {}, None
        self._over = frozenset()
        log.info("lines_not_heard", call_id=self._call.call_id, count=len(lost), why=why)
        for line in lost:
            self._note(line, MarkOutcome.CLEARED)
        self._floor.bot_stopped(self.media_s)
        if self._call.leaving:
            await self._leave()

    async def _heard(self, mark: MarkEchoFrame) -> None:
        line = int(mark.mark) if mark.mark.isdigit() else -1
        if self._pending.pop(line, None) is None:
            return
        self._note(line, MarkOutcome.PLAYED if mark.played else MarkOutcome.CLEARED)
        self._mark_deadline = self.media_s + self._call.longest_line_s if self._pending else None
        self._line_since = self.media_s
        self._floor.yields = next((said.yields for said in self._pending.values()), True)
        if not self._pending:
            self._floor.bot_stopped(self.media_s)
            if self._call.leaving:
                await self._leave()

    def line_began(self, waited_ms: float) -> None:
        """A line is on its way to the phone; with the last one of a turn its figures go on record."""
        if self._call.stages.line_began(waited_ms):
            self._chores.put_nowait(self._call.note_stages)

    def _note(self, line: int, outcome: MarkOutcome) -> None:
        """Put the mark on record without holding up the audio."""
        self._chores.put_nowait(lambda: self._call.conversation.played(line, outcome))

    async def _keep_books(self) -> None:
        while True:
            chore = await self._chores.get()
            try:
                await chore()
            except Exception as error:  # noqa: BLE001 - the edge of one mark: the others are still entered
                log.warning("mark_not_entered", call_id=self._call.call_id, error=type(error).__name__)
            finally:
                self._chores.task_done()

    async def _leave(self) -> None:
        """The last word has been played: hand the line over, or hang up by ending the pipeline."""
        if await self._call.transfer():
            self._call.leaving = False
            return
        if self._call.conversation.state.ended:
            await self._chores.join()
            await self.push_frame(EndWorkerFrame())

    async def _work(self) -> None:
        """One event at a time, in order."""
        while (event := await self._events.get()) is not None:
            try:
                turn = await event()
            except Exception as error:  # noqa: BLE001 - the edge of one turn: the call goes on, the caller is asked again
                log.warning("turn_failed", call_id=self._call.call_id, error=type(error).__name__)
                if not self._pending:
                    self._floor.bot_stopped(self.media_s)
                continue
            await self._say(turn)

    def _patience_for(self, state: CallState) -> Patience:
        patience = _DICTATION if state.asks in _DICTATED else self._usual
        return replace(patience, silence_s=max(patience.silence_s, WAITING_S)) if state.waits else patience

    async def _say(self, turn: Turn) -> None:
        if turn.says_on:
            await self._say_rest()
            self._call.prepare_next()
            return
        self._call.stages.decided(self.media_s, len(turn.lines))
        self._floor.patience = self._patience_for(turn.state)
        self._call.leaving = self._call.leaving or turn.state.ended or self._call.wants_transfer(turn)
        if self._hushed:
            for index in turn.indexes:
                self._note(index, MarkOutcome.CLEARED)
        if not turn.lines or self._hushed:
            if self._call.leaving and not self._pending:
                await self._leave()
            return
        said = []
        for place, (index, line) in enumerate(zip(turn.indexes, turn.lines, strict=True)):
            # The last words are short and are heard to their end; what stands before a notice may not take it along.
            yields = all(later.act.interruptible for later in turn.lines[place:])
            frame = SayFrame(line=index, text=line.text, fixed=self._call.is_fixed(line))
            said.append(Said(frame, yields and not turn.state.ended))
        self._cut = Cut()
        await self._push(said)
        self._call.prepare_next()
