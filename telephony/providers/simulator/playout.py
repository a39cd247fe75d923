"""What the phone plays: audio and marks in arrival order, 160 bytes every 20 ms. Pure; the phone calls `tick`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from telephony.codecs import MULAW_SILENCE
from telephony.providers.simulator.wire import BUFFER_MAX_S

FRAME_BYTES: Final = 160
FRAME_MS: Final = 20
GAP_MAX_MS: Final = 300
"""A longer hole between two pieces of audio is a pause of the speaker, a shorter one a late packet."""
_BUFFER_MAX_BYTES: Final = BUFFER_MAX_S * 8_000


@dataclass(frozen=True, slots=True)
class Tick:
    """What happens at one 20 ms tick."""

    frame: bytes = field(repr=False)
    """mu-law that starts to play now; silence where nothing is queued."""
    marks: tuple[str, ...]
    """Marks whose audio has played to its end by now."""


class Playout:
    def __init__(self) -> None:
        self._queue: deque[bytes | str] = deque()
        self._passed: list[str] = []
        self._buffered = 0
        self._is_playing = False
        self._is_mid_speech = False
        self._gap_ms = 0
        self.underruns_ms: list[int] = []
        """Length of each hole in the middle of the bot's speech."""
        self.depths_ms: list[float] = []
        """Audio waiting at each tick while the bot speaks."""
        self.overflowed = False

    @property
    def buffered_ms(self) -> float:
        return self._buffered / 8

    def play(self, audio: bytes) -> bool:
        """Queue audio; False if the buffer is full and the audio was dropped."""
        if self._buffered + len(audio) > _BUFFER_MAX_BYTES:
            self.overflowed = True
            return False
        if audio:
            self._queue.append(audio)
            self._buffered += len(audio)
        return True

    def mark(self, name: str) -> tuple[str, ...]:
        """Queue a mark; it comes back at once, here, if nothing is queued or playing."""
        if not self._queue and not self._is_playing:
            self._close_utterance()
            return (name,)
        if self._queue:
            self._queue.append(name)
        else:
            self._passed.append(name)
        return ()

    def clear(self) -> tuple[str, ...]:
        """Drop what is queued and give every pending mark back in order; the frame now playing plays on."""
        pending = (*self._passed, *(item for item in self._queue if isinstance(item, str)))
        self._queue.clear()
        self._passed.clear()
        self._buffered = 0
        self._close_utterance()
        return pending

    def tick(self) -> Tick:
        """End the frame that was playing and start the next."""
        self._pass_marks()
        marks, self._passed = tuple(self._passed), []
        frame = self._pull()
        self._watch_gaps(has_audio=bool(frame), after_mark=bool(marks))
        self._is_playing = bool(frame)
        if frame:
            self.depths_ms.append(self.buffered_ms)
        return Tick(frame.ljust(FRAME_BYTES, MULAW_SILENCE), marks)

    def _pass_marks(self) -> None:
        while self._queue and isinstance(self._queue[0], str):
            self._passed.append(str(self._queue.popleft()))

    def _pull(self) -> bytes:
        frame = b""
        while len(frame) < FRAME_BYTES and self._queue:
            item = self._queue.popleft()
            if isinstance(item, str):
                self._passed.append(item)
                continue
            need = FRAME_BYTES - len(frame)
            frame += item[:need]
            if len(item) > need:
                self._queue.appendleft(item[need:])
        self._buffered -= len(frame)
        return frame

    def _watch_gaps(self, *, has_audio: bool, after_mark: bool) -> None:
        """Count a hole once audio resumes: an utterance closed by a mark or a clear, or a long pause, is no hole."""
        if has_audio:
            if self._gap_ms:
                self.underruns_ms.append(self._gap_ms)
            self._gap_ms, self._is_mid_speech = 0, True
        elif after_mark or self._gap_ms >= GAP_MAX_MS:
            self._close_utterance()
        elif self._is_mid_speech:
            self._gap_ms += FRAME_MS

    def _close_utterance(self) -> None:
        self._gap_ms, self._is_mid_speech = 0, False
