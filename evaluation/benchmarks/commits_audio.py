"""What the caller's line does to a sentence, and what the real recogniser makes of it; nothing is said or heard twice.

Speech and what Whisper made of a clip are kept on disk beside the other benchmarks' voices, under the sound's own
fingerprint and that of the weights; deciding what was answered is done anew each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from evaluation.benchmarks.answer_audio import cache_folder
from evaluation.corpora.casting import NOISES, Cast, Take
from evaluation.corpora.ear import segments_of
from evaluation.corpora.line import over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.production import Mouth, background
from evaluation.corpora.voices import as_said, people
from telephony.codecs import RATE_HZ, Int16
from voicebot.application.answers import Expected
from voicebot.domain.heard import Sureness
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, Reading, Samples, Transcript
from voicebot.speech.stt.closed_set import ClosedSet
from voicebot.speech.stt.whisper_ct2 import WhisperCt2

_LEVELS_DBFS: Final = (-30.0, -18.0)
_LEAD_S: Final = (0.5, 0.9)
_LONGEST_S: Final = 28.0


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence by one voice; "" is nobody speaking."""

    text: str
    voice: str
    speed: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A clip and what was first heard in it."""

    transcript: Transcript
    audio: Samples = field(repr=False)
    key: str


class Remembering:
    """A decoder for `ClosedSet` that asks Whisper about each sound once."""

    def __init__(self, engine: WhisperCt2, store: Path) -> None:
        """`store` is a file of JSON lines; lines that cannot be read are passed over."""
        self._engine = engine
        self._store = store
        self._known: dict[str, Any] = {}
        self.asked = 0
        """Sounds that were new."""
        store.parent.mkdir(parents=True, exist_ok=True)
        if store.is_file():
            for line in store.read_text(encoding="utf-8").splitlines():
                key, _, found = line.partition(" ")
                self._known[key] = json.loads(found)

    def warm_up(self) -> None:
        self._engine.warm_up()

    def transcribe(self, audio: Samples) -> Transcript:
        return self.listen(audio).transcript

    def listen(self, audio: Samples) -> Kept:
        key = hashlib.sha256(audio.tobytes()).hexdigest()[:24]
        if key not in self._known:
            self.asked += 1
            heard = self._engine.listen(audio).transcript
            self._keep(key, [heard.text, heard.avg_logprob, heard.no_speech_prob, heard.weakest])
        text, logprob, no_speech, weakest = self._known[key]
        found = Transcript(text, logprob, no_speech, len(audio) / STT_RATE, 0.0, guarded=False, weakest=weakest)
        return Kept(found, audio, key)

    def readings(self, heard: Kept, count: int) -> tuple[Reading, ...]:
        key = f"{heard.key}/{count}"
        if key not in self._known:
            found = self._engine.readings(self._engine.listen(heard.audio), count)
            self._keep(key, [[each.text, each.logprob, each.tokens] for each in found])
        return tuple(Reading(*each) for each in self._known[key])

    def _keep(self, key: str, found: list[Any]) -> None:
        self._known[key] = found
        with self._store.open("a", encoding="utf-8") as file:
            file.write(f"{key} {json.dumps(found)}\n")


class Line:
    """Says sentences over a noisy line and gives what a call would make of them."""

    def __init__(self, cast: Cast, mouth: Mouth, decoder: Remembering, folder: Path) -> None:
        self._mouth = mouth
        self._ears = ClosedSet(decoder)
        self._decoder = decoder
        self._folder = folder / cast.name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._cut: dict[tuple[Saying, float | None, int], Int16] = {}
        voices = sorted(cast.voices)
        self._murmurs: Sequence[Signal] = [
            self._spoken(Saying(text, voices[place % len(voices)], 1.0)).astype(np.float64)
            for place, text in enumerate(cast.murmurs)
        ]

    @property
    def heard_anew(self) -> int:
        return self._decoder.asked

    @property
    def clips(self) -> int:
        """Different sounds that calls were held with."""
        return len(self._cut)

    def hear(
        self, saying: Saying, snr_db: float | None, take: int, expected: Expected | None
    ) -> tuple[str, Sureness | None]:
        """Give the words of one turn and how sure they are; ("", None) where no speech was noticed."""
        key = (saying, snr_db, take)
        if key not in self._cut:
            self._cut[key] = self._once(f"cut-{_number(*key):016x}", lambda: self._noticed(*key))
        audio = to_samples(self._cut[key])
        if not audio.size:
            return "", None
        found = self._ears.transcribe(audio) if expected is None else self._ears.answer(audio, expected)
        return found.text, Sureness(found.avg_logprob, found.weakest, found.answer) if found.text else None

    def _noticed(self, saying: Saying, snr_db: float | None, take: int) -> Int16:
        """Give what the voice detector cuts out, a turn's stretches in one piece as calls hear them; 16 kHz."""
        random = np.random.default_rng(_number(saying, snr_db, take))
        sent = Take(
            voice=saying.voice,
            speed=saying.speed,
            snr_db=snr_db,
            noise=NOISES[int(random.integers(len(NOISES)))],
            level_dbfs=float(random.uniform(*_LEVELS_DBFS)),
            lead_s=float(random.uniform(*_LEAD_S)),
            seed=take,
        )
        speech = self._spoken(saying) if saying.text else np.zeros(RATE_HZ, np.int16)
        behind = background(sent, round(seconds_on_line(speech, sent) * RATE_HZ), self._murmurs, random)
        parts = segments_of(over_the_line(speech, sent, behind, random))
        return np.concatenate([*parts, np.zeros(0, np.int16)])[: int(_LONGEST_S * STT_RATE)]

    def _spoken(self, saying: Saying) -> Int16:
        def say() -> Int16:
            return self._mouth.say(as_said(saying.text, ""), voice=saying.voice, speed=saying.speed)

        key = hashlib.sha256(f"{saying.text}\t{saying.voice}\t{saying.speed}".encode()).hexdigest()[:24]
        return self._once(key, say)

    def _once(self, name: str, make: Callable[[], Int16]) -> Int16:
        path = self._folder / f"{name}.npy"
        if path.is_file():
            return np.asarray(np.load(path), np.int16)
        made = make()
        np.save(path, made)
        return made


@contextmanager
def line(cast: Cast, engine: WhisperCt2, models: Path, fingerprint: str) -> Iterator[Line]:
    """Load the voices of a cast. Raises `ModelMissing` or `ModelDamaged`."""
    home = cache_folder()
    with people(cast, models, {}) as speakers:
        yield Line(cast, speakers, Remembering(engine, home / "heard" / f"{fingerprint}.jsonl"), home)


def _number(saying: Saying, snr_db: float | None, take: int) -> int:
    text = f"{saying.text}\t{saying.voice}\t{saying.speed}\t{snr_db}\t{take}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
