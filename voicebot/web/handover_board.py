"""The hand-overs of one gateway: who waits for whom, under which name, and what either hears."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import urlencode

from voicebot.application.handover import NOBODY_CAME
from voicebot.application.handover_call import HandOverResult, Joined, News, Step, WarmHandOver, answer_of
from voicebot.application.handover_letters import name_for

AUDIO: Final = "/telephony/handover"
KEY: Final = "handover"
"""Name of the webhooks' parameter."""
AUDIO_KEPT: Final = 200
AUDIO_WITHIN_S: Final = 8.0
"""Longest wait for speech that is still being made: it began when the human's phone did."""


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
    call_id: str = ""
    """Whose it is: with it any gateway finds this one."""
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
    call_id: str = ""
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
        key = name_for(waiting.call_id, secrets.token_urlsafe(24))
        self.waiting[key] = waiting
        return key

    def take_down(self, key: str) -> None:
        gone = self.waiting.pop(key, None)
        if gone is not None:
            self.audio.pop(gone.briefing, None)

    def put_up_dialled(self, dialled: Dialled) -> str:
        """Take in a line that is about to leave the bot and give its key."""
        key = name_for(dialled.call_id, secrets.token_urlsafe(24))
        self.dialled[key] = dialled
        return key

    def take_down_dialled(self, key: str) -> None:
        self.dialled.pop(key, None)

    def dialled_from(self, provider_call_id: str) -> Dialled | None:
        """Find a line by its call, for a provider that tells no key."""
        return next((each for each in self.dialled.values() if each.provider_call_id == provider_call_id), None)

    def offer_audio(self, wav: asyncio.Future[bytes], call_id: str = "") -> str:
        """Keep a file for whoever knows its name, which this gives; the oldest of many go."""
        name = name_for(call_id, secrets.token_urlsafe(24))
        self.audio[name] = wav
        while len(self.audio) > AUDIO_KEPT:
            del self.audio[next(iter(self.audio))]
        return name

    def knows(self, name: str) -> bool:
        """Tell whether a key, an audio's name or a provider's call is ours to answer for."""
        here = name in self.waiting or name in self.dialled or name in self.audio
        return here or self.dialled_from(name) is not None

    @property
    def is_in_use(self) -> bool:
        return bool(self.waiting or self.dialled or self.audio)

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
