"""What the person at the phone says and presses, one frame a tick."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

import numpy as np

from telephony.codecs import Int16
from telephony.errors import CallOver
from telephony.providers.simulator.playout import FRAME_BYTES, FRAME_MS

_SILENCE = np.zeros(FRAME_BYTES, dtype=np.int16)
KEY_EVERY_TICKS = 100 // FRAME_MS
"""A person presses a key every 100 ms at the fastest."""


@dataclass(frozen=True, slots=True)
class Said:
    """When an utterance was sent: its first and its last frame, seconds on the phone's clock."""

    started_at_s: float
    ended_at_s: float


@dataclass(slots=True, eq=False)
class Utterance:
    frames: deque[Int16]
    done: asyncio.Future[Said]
    started_at_s: float | None = None


@dataclass(slots=True, eq=False)
class Keys:
    digits: deque[str]
    done: asyncio.Future[None]


class Mouth:
    """Utterances and keys wait here in order; every future is settled once the call is over."""

    def __init__(self) -> None:
        self._utterances: deque[Utterance] = deque()
        self._keys: deque[Keys] = deque()
        self._ticks_to_key = 0
        self._speaking: Utterance | None = None

    def say(self, pcm: Int16) -> Utterance:
        """Queue 8 kHz audio; the last frame is padded with silence, and nothing at all is one frame of it."""
        padding = -pcm.size % FRAME_BYTES if pcm.size else FRAME_BYTES
        padded = np.concatenate((pcm, np.zeros(padding, dtype=np.int16)))
        utterance = Utterance(deque(padded.reshape(-1, FRAME_BYTES)), asyncio.get_running_loop().create_future())
        self._utterances.append(utterance)
        return utterance

    def stop_saying(self, utterance: Utterance) -> None:
        """Drop what is left of an utterance."""
        if utterance in self._utterances:
            self._utterances.remove(utterance)

    def press(self, digits: str) -> asyncio.Future[None]:
        keys = Keys(deque(digits), asyncio.get_running_loop().create_future())
        self._keys.append(keys)
        return keys.done

    def next_frame(self) -> Int16:
        """Give what is said at this tick, silence where nothing is."""
        self._speaking = self._utterances[0] if self._utterances else None
        return self._speaking.frames.popleft() if self._speaking else _SILENCE

    def next_key(self) -> str | None:
        """Give the key pressed at this tick, if one is."""
        self._ticks_to_key = max(0, self._ticks_to_key - 1)
        if self._ticks_to_key or not self._keys:
            return None
        keys = self._keys[0]
        digit = keys.digits.popleft()
        if not keys.digits:
            self._keys.popleft()
            if not keys.done.done():
                keys.done.set_result(None)
        self._ticks_to_key = KEY_EVERY_TICKS
        return digit

    def frame_was_sent(self, at_s: float) -> None:
        """Note the instant of the frame given last; the utterance it ended is done."""
        utterance, self._speaking = self._speaking, None
        if utterance is None:
            return
        if utterance.started_at_s is None:
            utterance.started_at_s = at_s
        if not utterance.frames:
            self.stop_saying(utterance)
            if not utterance.done.done():
                utterance.done.set_result(Said(utterance.started_at_s, at_s))

    def fall_silent(self) -> None:
        """The call is over: whoever waits for an utterance or a key gets `CallOver`."""
        waiting: list[asyncio.Future[Said] | asyncio.Future[None]] = [one.done for one in self._utterances]
        waiting += [keys.done for keys in self._keys]
        for done in waiting:
            if not done.done():
                done.set_exception(CallOver("the call ended before everything was said"))
        self._utterances.clear()
        self._keys.clear()
