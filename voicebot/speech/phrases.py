"""Synthesised speech that is made once: fixed lines kept on disk, the rest in a bounded memory.

The unit is the sentence, so lines that share one share its audio, and the first can be played while the next is made;
a sentence that has to be made while somebody waits is made clause by clause. What is asked for now goes
before what is being prepared. Only lines without personal data may be kept on disk.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import cycle, zip_longest
from pathlib import Path

import numpy as np

from voicebot.speech.phrase_store import PhraseStore, phrase_key
from voicebot.speech.ports import Pcm, TextToSpeech
from voicebot.speech.resample import resample_pcm
from voicebot.speech.sentences import has_words, opening, sentences

_PAUSE_S = 0.15
_ENDS = ".!?…"
_AUDIBLE = 184
"""-45 dBFS: what lies below it before a line's first sound is only waiting."""
_ATTACK_S = 0.01
_IDLE = 10
"""Niceness of the threads that prepare: they take what nobody else wants of the processor."""
_PREPARERS = 2
"""One may still be busy with a sentence that is not wanted any more."""
_AT_ONCE = 2
"""Pieces of a line made side by side once its first is on its way: a core alone is no faster than speech."""


class PhraseCache:
    """Thread-safe in `synthesise`; `speak`, `stream` and `prepare` are its asyncio side, on threads of its own."""

    def __init__(
        self,
        tts: TextToSpeech,
        folder: Path,
        *,
        speed: float = 1.0,
        memory_bytes: int = 32 << 20,
        workers: int = 2,
        rate: int | None = None,
    ) -> None:
        """Keep fixed lines in `folder` (made when first needed) and at most `memory_bytes` of all lines in memory.

        `rate` is the telephone's in Hz, the engine's by default: each sentence is resampled once, not at each playing.
        """
        self._tts = tts
        self._store = PhraseStore(folder)
        self._speed = speed
        self._rate = rate or tts.sample_rate
        self._most = memory_bytes
        self._memory: OrderedDict[str, Pcm] = OrderedDict()
        self._bytes = 0
        self._running: dict[str, Future[Pcm]] = {}
        """Sentences being made because somebody waits for them; for one that is only prepared nobody waits."""
        self._urgent = 0
        self._gate = threading.Condition()
        self._speaking = ThreadPoolExecutor(workers, thread_name_prefix="speak")
        # Every second piece of a line has threads of its own, so that no line holds the first words of another call.
        self._following = ThreadPoolExecutor(workers, thread_name_prefix="follow")
        # Preparing has threads of its own, so that it never holds one that speaks.
        self._preparing = ThreadPoolExecutor(_PREPARERS, thread_name_prefix="prepare", initializer=_step_back)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return self._rate

    def synthesise(self, text: str, *, keep: bool = False) -> Pcm:
        """Give the line's audio, from the cache or made now, before anything that is being prepared.

        `keep` stores it on disk: only for fixed lines without personal data.
        """
        with self._first():
            return self._joined([self._sentence(sentence, keep) for sentence in _spoken(text)])

    async def speak(self, text: str, *, keep: bool = False) -> Pcm:
        """`synthesise` without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(
            self._speaking, lambda: self.synthesise(text, keep=keep)
        )

    async def stream(self, text: str, *, keep: bool = False) -> AsyncIterator[Pcm]:
        """Give the line piece by piece, each as soon as it is made, with the pause that follows it.

        The first begins with sound, not with quiet.
        """
        loop = asyncio.get_running_loop()
        left = deque(_spoken(text))
        making: deque[tuple[str, asyncio.Future[Pcm]]] = deque()
        lanes = cycle((self._speaking, self._following))
        at_once, is_first = 1, True
        try:
            while left or making:
                while left and len(making) < at_once:
                    piece = left.popleft() if keep else self._next_piece(left)
                    making.append((piece, self._soon(loop, piece, keep, next(lanes))))
                piece, made = making.popleft()
                pcm = await made
                pcm = self._prompt(pcm) if is_first else pcm
                at_once, is_first = _AT_ONCE, False
                ends = piece[-1] in _ENDS and (left or making)
                yield np.concatenate([pcm, self._pause()]) if ends else pcm
        finally:
            for _, unwanted in making:
                unwanted.cancel()

    def _next_piece(self, left: deque[str]) -> str:
        """Take the next sentence where it is there already, or its first clause, so that what follows is not late."""
        piece = left.popleft()
        if not self._has(self._key(piece)):
            piece, *rest = opening(piece)
            left.extendleft(reversed(rest))
        return piece

    def _soon(
        self, loop: asyncio.AbstractEventLoop, piece: str, keep: bool, on: ThreadPoolExecutor
    ) -> asyncio.Future[Pcm]:
        known = None if keep else self._remembered(self._key(piece))
        if known is None:
            return loop.run_in_executor(on, self._now, piece, keep)
        there: asyncio.Future[Pcm] = loop.create_future()
        there.set_result(known)
        return there

    async def prepare(self, texts: Sequence[str], *, keep: bool = False) -> None:
        """Make these lines while nobody needs one now: all their first sentences, then all the second ones.

        Several calls that prepare take turns sentence by sentence, so that the likeliest lines of each come before the
        unlikely ones of any. Cancelling stops before the next sentence.
        """
        wish = _Wish(_in_rounds(texts), keep)
        self._go_on(wish)
        try:
            await asyncio.wrap_future(wish.fulfilled)
        finally:
            wish.cancelled.set()
            with self._gate:
                self._gate.notify_all()

    def ready(self, text: str) -> bool:
        """Say whether the line would need no synthesis."""
        return all(self._has(self._key(sentence)) for sentence in _spoken(text))

    def close(self) -> None:
        """Let the running sentence finish and drop those that wait. The engine stays its owner's."""
        self._preparing.shutdown(cancel_futures=True)
        self._speaking.shutdown(cancel_futures=True)
        self._following.shutdown(cancel_futures=True)

    def _go_on(self, wish: _Wish) -> None:
        """Put the wish's next sentence behind those of the others."""
        try:
            self._preparing.submit(self._prepare_one, wish).add_done_callback(wish.was_dropped)
        except RuntimeError:
            # Closed meanwhile.
            wish.end()

    def _prepare_one(self, wish: _Wish) -> None:
        try:
            if self._made_next(wish):
                self._go_on(wish)
            else:
                wish.end()
        except BaseException as failure:
            wish.end(failure)
            raise

    def _made_next(self, wish: _Wish) -> bool:
        """Make the next sentence that is not there yet; False where the wish is at its end."""
        while wish.left:
            sentence = wish.left.popleft()
            with self._gate:
                self._gate.wait_for(lambda: self._urgent == 0 or wish.cancelled.is_set())
                key = self._key(sentence)
                is_there = self._store.has(key) if wish.keep else key in self._memory
                needed = key not in self._running and not is_there
            if wish.cancelled.is_set():
                return False
            if needed:
                self._prepared(sentence, wish.keep)
                return bool(wish.left)
        return False

    def _prepared(self, sentence: str, keep: bool) -> None:
        """Make a sentence for later. Whoever needs it meanwhile makes it too: this thread may be waiting its turn."""
        key = self._key(sentence)
        known = self._remembered(key)
        if known is None:
            known = self._make(key, sentence)
        if keep and not self._store.has(key):
            self._store.save(key, known)

    @contextmanager
    def _first(self) -> Iterator[None]:
        with self._gate:
            self._urgent += 1
        try:
            yield
        finally:
            with self._gate:
                self._urgent -= 1
                self._gate.notify_all()

    def _now(self, sentence: str, keep: bool) -> Pcm:
        with self._first():
            return self._sentence(sentence, keep)

    def _sentence(self, sentence: str, keep: bool) -> Pcm:
        """Give a sentence that somebody waits for."""
        key = self._key(sentence)
        known = self._remembered(key)
        if known is None:
            with self._gate:
                running = self._running.get(key)
                mine = self._running[key] = running or Future[Pcm]()
            known = running.result() if running is not None else self._made(key, sentence, mine)
        if keep and not self._store.has(key):
            self._store.save(key, known)
        return known

    def _made(self, key: str, sentence: str, mine: Future[Pcm]) -> Pcm:
        try:
            pcm = self._make(key, sentence)
        except BaseException as failure:
            mine.set_exception(failure)
            raise
        else:
            mine.set_result(pcm)
            return pcm
        finally:
            with self._gate:
                del self._running[key]

    def _make(self, key: str, sentence: str) -> Pcm:
        pcm = self._store.load(key)
        if pcm is None:
            made = self._tts.synthesise(sentence, speed=self._speed)
            pcm = resample_pcm(made, self._tts.sample_rate, self._rate)
        pcm.setflags(write=False)
        self._remember(key, pcm)
        return pcm

    def _remembered(self, key: str) -> Pcm | None:
        with self._gate:
            known = self._memory.get(key)
            if known is not None:
                self._memory.move_to_end(key)
            return known

    def _remember(self, key: str, pcm: Pcm) -> None:
        with self._gate:
            if pcm.nbytes > self._most or key in self._memory:
                return
            self._memory[key] = pcm
            self._bytes += pcm.nbytes
            while self._bytes > self._most:
                _, oldest = self._memory.popitem(last=False)
                self._bytes -= oldest.nbytes

    def _key(self, sentence: str) -> str:
        name = self._tts.name if self._rate == self._tts.sample_rate else f"{self._tts.name}@{self._rate}"
        return phrase_key(name, self._speed, sentence)

    def _has(self, key: str) -> bool:
        with self._gate:
            return key in self._memory or self._store.has(key)

    def _prompt(self, pcm: Pcm) -> Pcm:
        """Drop the quiet before the first sound, up to its attack."""
        loud = np.flatnonzero(np.abs(pcm) > _AUDIBLE)
        return pcm[max(0, int(loud[0]) - int(self.sample_rate * _ATTACK_S)) :] if loud.size else pcm

    def _joined(self, pieces: list[Pcm]) -> Pcm:
        parts = [part for piece in pieces for part in (piece, self._pause())][:-1]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def _pause(self) -> Pcm:
        return np.zeros(int(self.sample_rate * _PAUSE_S), np.int16)


class _Wish:
    """What one caller of `prepare` wants made: sentences in order, fewer each time."""

    def __init__(self, sentences: Iterable[str], keep: bool) -> None:
        self.left = deque(sentences)
        self.keep = keep
        self.cancelled = threading.Event()
        self.fulfilled: Future[None] = Future()

    def end(self, failure: BaseException | None = None) -> None:
        """Tell who waits; who has gone is not told."""
        if not self.fulfilled.set_running_or_notify_cancel():
            return
        if failure is None:
            self.fulfilled.set_result(None)
        else:
            self.fulfilled.set_exception(failure)

    def was_dropped(self, sentence: Future[None]) -> None:
        """The cache was closed before the sentence's turn."""
        if sentence.cancelled():
            self.fulfilled.cancel()


def _in_rounds(texts: Iterable[str]) -> list[str]:
    """Give all first sentences, then all second ones, each once."""
    rounds = zip_longest(*(_spoken(text) for text in texts))
    return list(dict.fromkeys(piece for round_ in rounds for piece in round_ if piece is not None))


def _spoken(text: str) -> list[str]:
    return [sentence for sentence in sentences(text) if has_words(sentence)]


def _step_back() -> None:
    """Let every other thread go first. Only Linux gives a thread a niceness of its own."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _IDLE)
