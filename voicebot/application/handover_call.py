"""A warm hand-over: the human is called, hears the summary, takes it, and only then the caller is put through.

The bot stays with the caller all the while. Webhooks come twice, late or never: whatever does not fit the step that
the hand-over is at changes nothing, and every step has an end in time.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias, assert_never

import structlog

log = structlog.get_logger(__name__)

BRIEFING_S: Final = 45.0
"""From picking up to taking the call or not; the summary and one more question fit well into it."""
ENTERING_S: Final = 10.0
"""From taking the call to being in the room where the caller will come."""
BRIDGING_S: Final = 10.0
"""From the provider's word that the caller is moved to their being there."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Human and caller talk; the bot is gone."""


@dataclass(frozen=True, slots=True)
class NobodyAnswered:
    """It rang out, was busy, or whoever picked up did not say that they take it."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody picked up and would not take the call."""


@dataclass(frozen=True, slots=True)
class ProviderFailed:
    """The provider would not call the human or not move the caller; the caller is with the bot still."""

    why: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The caller hung up before they could be put through; the human was let go."""


@dataclass(frozen=True, slots=True)
class LostHuman:
    """The human left in the very moment in which the caller was moved: the caller is in the room alone."""


HandOverResult: TypeAlias = Joined | NobodyAnswered | Refused | ProviderFailed | CallerLeft | LostHuman


class Bridge(StrEnum):
    """What came of moving the caller to the human."""

    DONE = "done"
    CALLER_GONE = "caller_gone"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The provider gave no answer: it may have been done."""


class News(StrEnum):
    """What the provider tells of the human's call and of the room."""

    PICKED_UP = "picked_up"
    TOOK_IT = "took_it"
    WILL_NOT = "will_not"
    UNDECIDED = "undecided"
    """Picked up and said nothing that could be understood, twice."""
    ENTERED = "entered"
    """The human is in the room."""
    CALLER_ENTERED = "caller_entered"
    BUSY = "busy"
    RANG_OUT = "rang_out"
    NOT_REACHED = "not_reached"
    HUNG_UP = "hung_up"
    CALLER_GONE = "caller_gone"


class Lines(Protocol):
    """The two telephone lines of a hand-over."""

    async def call_human(self) -> str | None:
        """Ring the human; None where the provider takes the order, else why not."""
        ...

    async def bridge(self) -> Bridge:
        """Move the caller from the bot to the room where the human is."""
        ...

    async def let_human_go(self) -> None:
        """End the human's call, ringing or answered; nothing happens where there is none. Never raises."""
        ...


class Step(StrEnum):
    CALLING = "calling"
    BRIEFING = "briefing"
    TAKEN = "taken"
    BRIDGING = "bridging"
    OVER = "over"


_UNREACHED: Final = {
    News.BUSY: NobodyAnswered("busy"),
    News.RANG_OUT: NobodyAnswered("rang out"),
    News.NOT_REACHED: NobodyAnswered("not reached"),
    News.HUNG_UP: NobodyAnswered("hung up"),
}
MOVES: Final[dict[tuple[Step, News], Step | HandOverResult]] = {
    **{(Step.CALLING, news): result for news, result in _UNREACHED.items()},
    (Step.CALLING, News.PICKED_UP): Step.BRIEFING,
    (Step.CALLING, News.CALLER_GONE): CallerLeft(),
    (Step.BRIEFING, News.TOOK_IT): Step.TAKEN,
    (Step.BRIEFING, News.WILL_NOT): Refused(),
    (Step.BRIEFING, News.UNDECIDED): NobodyAnswered("undecided"),
    (Step.BRIEFING, News.HUNG_UP): Refused(),
    (Step.BRIEFING, News.NOT_REACHED): NobodyAnswered("not reached"),
    (Step.BRIEFING, News.CALLER_GONE): CallerLeft(),
    (Step.TAKEN, News.ENTERED): Step.BRIDGING,
    (Step.TAKEN, News.HUNG_UP): NobodyAnswered("hung up"),
    (Step.TAKEN, News.NOT_REACHED): NobodyAnswered("not reached"),
    (Step.TAKEN, News.CALLER_GONE): CallerLeft(),
    (Step.BRIDGING, News.CALLER_ENTERED): Joined(),
    (Step.BRIDGING, News.HUNG_UP): LostHuman(),
    (Step.BRIDGING, News.NOT_REACHED): LostHuman(),
}
"""Everything else changes nothing: a repeated or late callback has no place in the table."""


class WarmHandOver:
    """One attempt. `run` makes it; `note` is told the provider's news, from any webhook, any number of times."""

    def __init__(self, lines: Lines, *, answer_within_s: float) -> None:
        self._lines = lines
        self._answer_within_s = answer_within_s
        self._moves: asyncio.Queue[Step | HandOverResult] = asyncio.Queue()
        self._ahead = Step.CALLING
        """Where the hand-over will be once the moves that wait are made."""
        self.step = Step.CALLING
        self.asked_again = False
        """The human was asked a second time whether they take it."""

    def note(self, news: News) -> bool:
        """Take news in; tells whether they fit the step that the hand-over is at, with what waits counted in."""
        after = MOVES.get((self._ahead, news))
        if after is None:
            return False
        self._ahead = after if isinstance(after, Step) else Step.OVER
        self._moves.put_nowait(after)
        return True

    async def run(self) -> HandOverResult:
        """Make the attempt; whatever happens, nobody is left ringing or waiting in a room."""
        try:
            result = await self._attempt()
        except asyncio.CancelledError:
            self.step = self._ahead = Step.OVER
            await asyncio.shield(self._lines.let_human_go())
            raise
        self.step = self._ahead = Step.OVER
        if not isinstance(result, Joined):
            await self._lines.let_human_go()
        return result

    async def _attempt(self) -> HandOverResult:
        why = await self._lines.call_human()
        if why is not None:
            return ProviderFailed(why)
        limits = {
            Step.CALLING: (self._answer_within_s, NobodyAnswered("rang out")),
            Step.BRIEFING: (BRIEFING_S, NobodyAnswered("undecided")),
            Step.TAKEN: (ENTERING_S, NobodyAnswered("never entered")),
        }
        while self.step is not Step.BRIDGING:
            limit_s, too_late = limits[self.step]
            after = await self._next(limit_s)
            if after is None:
                return too_late
            if not isinstance(after, Step):
                return after
            self.step = after
        return await self._bridge()

    async def _next(self, limit_s: float) -> Step | HandOverResult | None:
        """Wait for the next move; None when the time is up."""
        try:
            async with asyncio.timeout(limit_s):
                return await self._moves.get()
        except TimeoutError:
            return None

    async def _bridge(self) -> HandOverResult:
        match bridged := await self._lines.bridge():
            case Bridge.CALLER_GONE:
                return CallerLeft()
            case Bridge.FAILED:
                return ProviderFailed("the caller could not be moved")
            case Bridge.DONE | Bridge.UNKNOWN:
                after = await self._next(BRIDGING_S)
            case _:
                assert_never(bridged)
        if isinstance(after, Joined | LostHuman):
            return after
        # Nobody said that the caller is there. Where the provider took the order they are: a callback may be lost.
        return Joined() if bridged is Bridge.DONE else ProviderFailed("the provider did not say whether it moved them")


_YES: Final = re.compile(r"\b(sim|aceito|atendo|assumo|pode (passar|ligar|conectar|transferir|mandar)|pront[oa])\b")
_NO: Final = re.compile(r"\b(n[ãa]o|recuso|depois|agora n[ãa]o|ocupad[oa])\b")
_WORDS_MAX: Final = 8
"""More words than this are a greeting on an answering machine, not an answer."""


def answer_of(digits: str, speech: str) -> News | None:
    """Read whether the human takes the call: key 1 or a plain yes does, another key or a no does not; None is neither.

    A voicemail talks too, so that words alone are taken only where they are few and plainly an answer.
    """
    if digits:
        return News.TOOK_IT if digits == "1" else News.WILL_NOT
    said = speech.lower()
    if not said.strip() or len(said.split()) > _WORDS_MAX:
        return None
    if _NO.search(said):
        return News.WILL_NOT
    return News.TOOK_IT if _YES.search(said) else None
