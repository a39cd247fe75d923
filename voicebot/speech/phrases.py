"""Synthesised speech that is made once: fixed lines kept on disk, the rest in a bounded memory.

The unit is the sentence, so lines that share one share its audio, and the first can be played while the next is made.
What is asked for now goes before what is being prepared. Only lines without personal data may be kept on disk.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from voicebot.speech.phrase_store import PhraseStore, phrase_key
from voicebot.speech.ports import Pcm, TextToSpeech
from voicebot.speech.sentences import has_words, sentences

_PAUSE_S = 0.15


class PhraseCache:
    """Thread-safe in `synthesise`; `speak`, `stream` and `prepare` are its asyncio side, on threads of its own."""

    def __init__(
        self, tts: TextToSpeech, folder: Path, *, speed: float = 1.0, memory_bytes: int = 32 << 20, workers: int = 2
    ) -> None:
        """Keep fixed lines in `folder` (made when first needed) and at most `memory_bytes` of all lines in memory."""
        self._tts = tts
        self._store = PhraseStore(folder)
        self._speed = speed
        self._most = memory_bytes
        self._memory: OrderedDict[str, Pcm] = OrderedDict()
        self._bytes = 0
        self._running: dict[str, Future[Pcm]] = {}
        self._urgent = 0
        self._gate = threading.Condition()
        self._speaking = ThreadPoolExecutor(workers, thread_name_prefix="speak")
        # Preparing has a thread of its own, so that it never holds one that speaks.
        self._preparing = ThreadPoolExecutor(1, thread_name_prefix="prepare")

    @property
    def sample_rate(self) -> int:
        """Hertz, the engine's."""
        return self._tts.sample_rate

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
        """Give the line sentence by sentence, each as soon as it is made, with the pause that follows it."""
        loop = asyncio.get_running_loop()
        pieces = _spoken(text)
        for index, sentence in enumerate(pieces):
            pcm = await loop.run_in_executor(self._speaking, self._now, sentence, keep)
            yield pcm if index == len(pieces) - 1 else np.concatenate([pcm, self._pause()])

    async def prepare(self, texts: Sequence[str], *, keep: bool = False) -> None:
        """Make these lines one by one while nobody needs one now. Cancelling stops before the next sentence."""
        cancelled = threading.Event()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._preparing, self._prepare, tuple(texts), keep, cancelled)
        finally:
            cancelled.set()
            with self._gate:
                self._gate.notify_all()

    def ready(self, text: str) -> bool:
        """Say whether the line would need no synthesis."""
        keys = [self._key(sentence) for sentence in _spoken(text)]
        with self._gate:
            return all(key in self._memory or self._store.has(key) for key in keys)

    def close(self) -> None:
        """Let the running sentence finish and drop those that wait. The engine stays its owner's."""
        self._preparing.shutdown(cancel_futures=True)
        self._speaking.shutdown(cancel_futures=True)

    def _prepare(self, texts: Iterable[str], keep: bool, cancelled: threading.Event) -> None:
        for sentence in (piece for text in texts for piece in _spoken(text)):
            with self._gate:
                self._gate.wait_for(lambda: self._urgent == 0 or cancelled.is_set())
            if cancelled.is_set():
                return
            self._sentence(sentence, keep)

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
        key = self._key(sentence)
        with self._gate:
            known = self._memory.get(key)
            if known is not None:
                self._memory.move_to_end(key)
            running = self._running.get(key)
            if known is None and running is None:
                mine = self._running[key] = Future[Pcm]()
        if known is None:
            known = running.result() if running is not None else self._make(key, sentence, mine)
        if keep and not self._store.has(key):
            self._store.save(key, known)
        return known

    def _make(self, key: str, sentence: str, mine: Future[Pcm]) -> Pcm:
        try:
            pcm = self._store.load(key)
            if pcm is None:
                pcm = self._tts.synthesise(sentence, speed=self._speed)
            pcm.setflags(write=False)
            self._remember(key, pcm)
        except BaseException as failure:
            mine.set_exception(failure)
            raise
        else:
            mine.set_result(pcm)
            return pcm
        finally:
            with self._gate:
                del self._running[key]

    def _remember(self, key: str, pcm: Pcm) -> None:
        with self._gate:
            if pcm.nbytes > self._most:
                return
            self._memory[key] = pcm
            self._bytes += pcm.nbytes
            while self._bytes > self._most:
                _, oldest = self._memory.popitem(last=False)
                self._bytes -= oldest.nbytes

    def _key(self, sentence: str) -> str:
        return phrase_key(self._tts.name, self._speed, sentence)

    def _joined(self, pieces: list[Pcm]) -> Pcm:
        parts = [part for piece in pieces for part in (piece, self._pause())][:-1]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def _pause(self) -> Pcm:
        return np.zeros(int(self.sample_rate * _PAUSE_S), np.int16)


def _spoken(text: str) -> list[str]:
    return [sentence for sentence in sentences(text) if has_words(sentence)]
