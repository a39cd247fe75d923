"""`bench answering`: people, recordings and tones told apart at pick-up, on audio that came through a telephone line.

Each scene runs through the detector that calls use and the recogniser that calls use. Words arrive when the recogniser
would have them: after a stretch of speech, or ahead of its end where it runs on, and later by the processor time that
recognising took on one core. What was spoken and heard is kept on disk, so that a second run takes seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADState
from rich.console import Console

from evaluation.benchmarks import distribution
from evaluation.benchmarks.answering_frozen import SETS, checksums, frozen
from evaluation.benchmarks.answering_recorded import recorded
from evaluation.benchmarks.answering_scenes import TUNED, Cutting, Material, Scene, fill_background, plans, spoken
from evaluation.benchmarks.answering_tones import other_tones, tones
from evaluation.corpora.voices import people
from evaluation.finetuning.speakers import with_all_speakers
from telephony.codecs import Int16
from voicebot.bootstrap.speech import pronunciation
from voicebot.domain.callee import Callee, Finding, treatment
from voicebot.pipeline.detector import VAD
from voicebot.settings import Settings
from voicebot.speech import engines
from voicebot.speech.callee.ear import CalleeEar
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, SpeechToText

BAR_S: Final = 1.5
_FRAME: Final = STT_RATE // 50
_LEAD_S: Final = 0.5
_TAIL: Final = np.zeros(int(0.2 * STT_RATE), np.int16)
_JOINED_S: Final = 9.0
_TALKING: Final = frozenset({VADState.SPEAKING, VADState.STOPPING})
_KINDS: Final = {
    Callee.INTERCEPT_INVALID: "intercept",
    Callee.INTERCEPT_UNAVAILABLE: "intercept",
    Callee.FAX: "fax_or_tone",
    Callee.TONE: "fax_or_tone",
}


@dataclass(slots=True)
class KeptWords:
    """A recogniser that remembers on disk what it heard; without one only what is kept can be had."""

    folder: Path
    stt: SpeechToText | None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def hear(self, audio: Int16) -> tuple[str, float] | None:
        """Give the words and the processor seconds they took."""
        path = self.folder / f"{hashlib.sha256(audio.tobytes()).hexdigest()[:24]}.json"
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            return found["text"], found["cpu_s"]
        if self.stt is None:
            return None
        began = time.process_time()
        text = self.stt.transcribe(to_samples(audio)).text
        cpu_s = time.process_time() - began
        path.write_text(json.dumps({"text": text, "cpu_s": round(cpu_s, 3)}), encoding="utf-8")
        return text, cpu_s


@dataclass(slots=True)
class Heard:
    """What became of one scene."""

    scene: Scene
    findings: list[Finding] = field(default_factory=list)
    stt_s: list[float] = field(default_factory=list)

    @property
    def last(self) -> Callee | None:
        return self.findings[-1].callee if self.findings else None

    @property
    def is_over(self) -> bool:
        """The bot has left the line."""
        return self.last is not None and treatment(self.last).disposition is not None

    @property
    def is_right(self) -> bool:
        return self.last is not None and kind(self.last) == kind(self.scene.truth)

    @property
    def delay_s(self) -> float | None:
        """From the evidence to the finding that stood at the end; None where it was wrong."""
        return self.findings[-1].at_s - self.scene.evidence_s if self.is_right else None


def kind(callee: Callee) -> str:
    """Give the class that is scored: two intercepts are one, a fax is a tone."""
    return _KINDS.get(callee, callee.value)


async def listen(scene: Scene, words: KeptWords) -> Heard:
    """Play one scene to a fresh ear."""
    detector = SileroVADAnalyzer(sample_rate=STT_RATE, params=VAD)
    detector.set_sample_rate(STT_RATE)
    heard, ear = Heard(scene), CalleeEar()
    arriving: list[tuple[float, float, str, bool]] = []
    turn: _Turn | None = None
    talked = False
    try:
        for start in range(0, scene.audio.size - _FRAME, _FRAME):
            if heard.is_over:
                break
            frame = scene.audio[start : start + _FRAME]
            talking = (await detector.analyze_audio(frame.tobytes())) in _TALKING
            _keep(heard, ear.feed(frame[::2], speech=talking))
            now = ear.at_s
            if talking and turn is None:
                turn = _Turn(max(0.0, now - _LEAD_S))
            if turn is not None and ((talked and not talking) or (talking and ear.wants_words and not arriving)):
                _transcribe(scene, words, heard, turn, now, arriving)
                if talked and not talking and now - turn.start_s > _JOINED_S:
                    turn = None
            talked = talking
            while arriving and arriving[0][0] <= now:
                _, end_s, text, joined = arriving.pop(0)
                _keep(heard, ear.heard(text, end_s, joined=joined))
    finally:
        await detector.cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
    return heard


@dataclass(slots=True)
class _Turn:
    start_s: float
    joined: bool = True


def _transcribe(
    scene: Scene,
    words: KeptWords,
    heard: Heard,
    turn: _Turn,
    now: float,
    arriving: list[tuple[float, float, str, bool]],
) -> None:
    whole = scene.audio[int(turn.start_s * STT_RATE) : int(now * STT_RATE)]
    found = words.hear(np.concatenate([whole, _TAIL]))
    if found is None:
        return
    text, cpu_s = found
    heard.stt_s.append(cpu_s)
    arriving.append((now + cpu_s, now, text, True))


def _keep(heard: Heard, finding: Finding | None) -> None:
    if finding is not None:
        heard.findings.append(finding)


def run(scenes: Iterable[Scene], words: KeptWords, say: Callable[[str], object]) -> list[Heard]:
    """Play them all, one after the other."""
    done = []
    for number, scene in enumerate(scenes, 1):
        done.append(asyncio.run(listen(scene, words)))
        if number % 50 == 0:
            say(f"{number} scenes heard")
    return done


def figures(done: Sequence[Heard]) -> dict[str, Any]:
    """Give the rates with their intervals, delays, and what was taken for what."""
    people = [each for each in done if each.scene.truth is Callee.HUMAN]
    machines = [each for each in done if each.scene.truth.is_machine]
    by_kind: defaultdict[str, list[Heard]] = defaultdict(list)
    for each in done:
        by_kind[kind(each.scene.truth)].append(each)
    delays = [each.delay_s for each in done if each.delay_s is not None]
    wrong = Counter(f"{each.scene.truth} as {each.last}" for each in done if not each.is_right)
    return {
        "right": distribution.rate(sum(each.is_right for each in done), len(done)),
        "machine_or_not": distribution.rate(sum(_side(each) for each in done), len(done)),
        "people_taken_for_machines": distribution.rate(sum(_was_machine(each) for each in people), len(people)),
        "machines_taken_for_people": distribution.rate(sum(not _was_machine(each) for each in machines), len(machines)),
        "first_taken_for_people": distribution.rate(
            sum(any(one.callee is Callee.HUMAN for one in each.findings) for each in machines), len(machines)
        ),
        "within_1500_ms": distribution.rate(sum(delay <= BAR_S for delay in delays), len(delays)),
        "delay_ms": distribution.distribution([delay * 1000 for delay in delays]),
        "stt_ms": distribution.distribution([1000 * one for each in done for one in each.stt_s]),
        "by_kind": {
            name: {
                "right": distribution.rate(sum(each.is_right for each in found), len(found)),
                "delay_ms": distribution.distribution(
                    [each.delay_s * 1000 for each in found if each.delay_s is not None]
                ),
            }
            for name, found in sorted(by_kind.items())
        },
        "wrong": dict(wrong.most_common()),
    }


def misjudged(done: Sequence[Heard]) -> list[dict[str, Any]]:
    """Give each scene that was wrong or late, with every finding on it: what to tune on."""
    return [
        {
            "name": each.scene.name,
            "truth": each.scene.truth,
            "delay_s": each.delay_s,
            "findings": [f"{one.callee} by {one.evidence} {one.detail} at {one.at_s:.2f}" for one in each.findings],
        }
        for each in done
        if not each.is_right or (each.delay_s is not None and each.delay_s > BAR_S)
    ]


def _side(heard: Heard) -> bool:
    return heard.last is not None and heard.last.is_machine == heard.scene.truth.is_machine


def _was_machine(heard: Heard) -> bool:
    """True where it was ever taken for a machine: a call would be over by then."""
    return any(each.callee.is_machine for each in heard.findings)


def measure(
    *, takes: int, seed: int, settings: Settings, say: Callable[[str], object], material: str = TUNED.name
) -> dict[str, Any]:
    """Speak, send and hear `takes` of every saying, the tones, and recorded speech where it is at hand.

    `material` is the set that the ear was tuned on, or the name of a frozen one.

    Raises:
        SpeechError: a model is missing or damaged.
        FrozenSetChanged: the lines are not those that were frozen.
    """
    kept = settings.data_dir / "bench" / "answering"
    load = distribution.load()
    is_frozen = material in SETS
    of = frozen(material) if is_frozen else TUNED
    voices = with_all_speakers(settings.models_dir, kept / "models", Console(stderr=True)) if is_frozen else None
    scenes = _spoken(of, takes, seed, settings, voices or settings.models_dir)
    scenes += other_tones(seed) if is_frozen else tones(seed)
    say(f"{len(scenes)} scenes made")
    words = KeptWords(kept / "heard", engines.whisper(settings.models_dir, cpu_threads=1))
    done = run(scenes, words, say)
    folder = settings.test_data / "speech" if settings.test_data is not None else None
    has_recorded = folder is not None and folder.is_dir()
    return {
        "machine": distribution.machine(),
        "load": load,
        "material": of.name,
        "sha256": checksums()[material] if is_frozen else None,
        "scenes": len(scenes),
        **figures(done),
        "misjudged": misjudged(done),
        "recorded": figures(run(recorded(folder), words, say)) if folder is not None and has_recorded else None,
    }


def _spoken(of: Material, takes: int, seed: int, settings: Settings, models: Path) -> list[Scene]:
    with people(of.cast, models, pronunciation(settings).respellings) as mouth:
        cutting = Cutting(settings.data_dir / "bench" / "answering" / "spoken", mouth)
        fill_background(cutting, of.cast)
        return [scene for plan in plans(takes, seed, of) if (scene := spoken(plan, cutting, of)) is not None]
