"""The end-of-turn model put to work in the first pause, so that its verdict is there when the pause is long enough."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pipecat.audio.turn.base_turn_analyzer import EndOfTurnState

from voicebot.pipeline.end_of_turn import EndOfTurn


class WholeTurn(EndOfTurn):
    """Judges each pause by the turn from its beginning: a verdict that speech overtook takes no audio with it."""

    def _clear(self, turn_state: EndOfTurnState) -> None:
        """Keep the audio; `forget` drops it."""

    def forget(self) -> None:
        """The turn is over, or nobody's: the next begins with the next sound."""
        super()._clear(EndOfTurnState.COMPLETE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the turn sounds complete, and how likely that is."""

    complete: bool
    probability: float | None


class Verdicts:
    """One judgement at a time, of the newest pause; older ones are not asked for any more."""

    def __init__(self, judge: WholeTurn) -> None:
        self._judge = judge
        self._running: asyncio.Task[Verdict] | None = None

    def append(self, audio: bytes, *, is_speech: bool) -> None:
        self._judge.append_audio(audio, is_speech)

    def begin(self) -> None:
        """The caller has fallen quiet: judge what was said so far."""
        self._running = asyncio.create_task(self._judged(), name="judge-turn")

    def withdraw(self) -> None:
        """The caller went on: what was judged is not the turn."""
        self._running = None

    async def current(self) -> Verdict | None:
        """Give the verdict on the pause that lasts now; None where speech or a newer pause has overtaken it."""
        if self._running is None:
            self.begin()
        running = self._running
        verdict = await asyncio.shield(running) if running is not None else None
        return verdict if running is self._running else None

    def forget(self) -> None:
        self._running = None
        self._judge.forget()

    def close(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _judged(self) -> Verdict:
        complete = await self._judge.is_complete()
        return Verdict(complete, self._judge.probability)
