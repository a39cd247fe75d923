"""What a call needs from the engines and the recorder, as protocols: the pipeline knows no engine and no file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from voicebot.application.answers import Expected


class Heard(Protocol):
    """One utterance as the recogniser understood it."""

    @property
    def text(self) -> str: ...

    @property
    def avg_logprob(self) -> float: ...

    @property
    def elapsed_ms(self) -> float: ...

    @property
    def weakest(self) -> float | None:
        """Probability of the least sure word."""
        ...

    @property
    def answer(self) -> float | None:
        """Share of the likeliest readings that give the same answer."""
        ...


class Hearing(Protocol):
    def transcribe(self, audio: NDArray[np.float32]) -> Heard:
        """Transcribe mono 16 kHz samples in -1..1; blocking, releases the GIL."""
        ...


@runtime_checkable
class Answering(Protocol):
    """A recogniser that hears better when it knows what was asked."""

    def answer(self, audio: NDArray[np.float32], expected: Expected) -> Heard:
        """Transcribe what probably answers the open question; blocking, releases the GIL."""
        ...


class Phrases(Protocol):
    @property
    def sample_rate(self) -> int:
        """Hertz of what `stream` gives."""
        ...

    def stream(self, text: str, *, keep: bool = False) -> AsyncIterator[NDArray[np.int16]]:
        """Give the line's audio piece by piece, the first as early as possible."""
        ...

    async def prepare(self, texts: Sequence[str], *, keep: bool = False) -> None:
        """Make lines ready while none is needed now; cancelling stops it."""
        ...

    def close(self) -> None: ...


class Recording(Protocol):
    def append(self, chunk: NDArray[np.int16]) -> None:
        """Keep stereo samples of shape (n, 2), caller left, bot right; blocking."""
        ...
