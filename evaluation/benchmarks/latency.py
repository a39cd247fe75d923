"""How long a caller waits, measured on the stereo recording of whole calls with everything local.

The callers' lines carry line noise at 25 dB, and three in ten a hesitation of 400 to 900 ms inside the turn.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np

from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.simulation.persona import find
from evaluation.simulation.spoken_caller import SpokenCaller
from evaluation.stage import Say, Stage, staged
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator import metrics
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.impairments import Network
from telephony.providers.simulator.phone import Phone
from voicebot.bootstrap import speech
from voicebot.settings import load_settings
from voicebot.speech.phrases import PhraseCache

NOISE_DB: Final = 25.0
HESITATING: Final = 0.3
HESITATION_S: Final = (0.4, 0.9)
TURNS: Final = 20
MOST_CALLS: Final = 8
OPENERS: Final = frozenset({"Acknowledge", "SayAgain", "NotUnderstood", "SpeakDifferently"})
"""Lines that carry no answer yet: `content_ms` waits for the line after them."""
PERSONA: Final = "agreement"


@dataclass(slots=True)
class HesitatingCaller(SpokenCaller):
    """Pauses inside a turn now and then, as people do, and notes where it did."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))
    spoken: list[tuple[float, float, bool]] = field(default_factory=list)
    """Start and end of each utterance on the phone's clock, and whether it hesitated."""

    async def _say(self, phone: Phone, line: str) -> None:
        pcm = await self._audio(line)
        hesitates = len(line.split()) > 3 and self.chance.random() < HESITATING
        if hesitates:
            pcm = pause_inside(pcm, self.chance.uniform(*HESITATION_S))
        start = phone.at_s
        await phone.say(pcm)
        self.spoken.append((start, phone.at_s, hesitates))


def pause_inside(pcm: Int16, seconds: float) -> Int16:
    """Cut the audio at its quietest 20 ms in the middle third and put silence there."""
    frame = RATE_HZ // 50
    third = len(pcm) // 3
    starts = range(third, 2 * third, frame)
    quiet = min(starts, key=lambda at: float(np.mean(np.abs(pcm[at : at + frame].astype(np.float64)))))
    gap = np.zeros(int(seconds * RATE_HZ), np.int16)
    return np.concatenate([pcm[:quiet], gap, pcm[quiet:]])


@dataclass(slots=True)
class Figures:
    """What the calls gave so far; milliseconds."""

    response_ms: list[float] = field(default_factory=list)
    content_ms: list[float] = field(default_factory=list)
    greeting_ms: list[float] = field(default_factory=list)
    barge_in_ms: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)
    hesitations: int = 0
    cut_off: int = 0
    calls: int = 0


async def measure(*, turns: int = TURNS, say: Say = lambda _: None) -> dict[str, Any]:
    """Hold calls on one gateway until at least `turns` responses were measured; gives the contract's object."""
    settings = load_settings()
    persona = find(PERSONA)
    stt = await asyncio.to_thread(speech.hearing, settings)
    tts = await asyncio.to_thread(partial(speech.voice, settings, name=persona.voice, threads=2))
    voice = PhraseCache(tts, settings.data_dir / "phrases")
    switch = Switch()
    figures = Figures()
    before = load()
    try:
        async with staged(switch, persona.debtor, network=Network(noise_snr_db=NOISE_DB, seed=7)) as stage:
            while len(figures.response_ms) < turns and figures.calls < MOST_CALLS:
                switch.caller = HesitatingCaller(persona, stt, voice, chance=random.Random(figures.calls))
                await switch.caller.rehearse()
                await _one_call(stage, switch.caller, figures)
                say(f"call {figures.calls}: {len(figures.response_ms)} responses so far")
    finally:
        voice.close()
        tts.close()
    return _result(figures, before)


@dataclass(slots=True)
class Switch:
    """Whoever is set takes the next call, so that one gateway serves them all."""

    caller: HesitatingCaller | None = None

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        if self.caller is not None:
            await self.caller.talk(phone)


async def _one_call(stage: Stage, caller: HesitatingCaller, figures: Figures) -> None:
    call_id, carried = await stage.call(caller.persona.debtor)
    await carried.ended.wait()
    figures.calls += 1
    phone = caller.phone
    if phone is None:
        return
    measured = phone.metrics()
    figures.response_ms += measured.response_ms
    figures.barge_in_ms += measured.barge_in_ms
    if measured.greeting_ms is not None:
        figures.greeting_ms.append(measured.greeting_ms)
    figures.content_ms += await _content(stage, call_id, phone)
    for turn in await stage.store.calls.events(call_id, "stages"):
        for name, value in turn.items():
            figures.stages.setdefault(name.removesuffix("_ms"), []).append(float(value))
    for start, end, hesitated in caller.spoken:
        if hesitated:
            figures.hesitations += 1
            figures.cut_off += _bot_began_in(phone, start, end)


@dataclass(frozen=True, slots=True)
class Answer:
    """One turn of the caller that the bot answered."""

    at_s: float
    """When the bot's voice began, on the phone's clock."""
    response_ms: float


def answers(caller: Int16, bot: Int16) -> list[Answer]:
    """Give each response with its place in the recording; the same rule as `metrics.response_times`."""
    found = []
    heard, spoken = (metrics.activity(track, RATE_HZ) for track in (caller, bot))
    previous_end = 0
    for run in metrics.runs(spoken):
        last = np.flatnonzero(heard[previous_end : run.start])
        overlaps = run.start < heard.size and bool(heard[run.start])
        if last.size and not overlaps:
            waited = run.start - (previous_end + int(last[-1]) + 1)
            found.append(Answer(run.start * metrics.FRAME_MS / 1000, float(waited * metrics.FRAME_MS)))
        previous_end = run.end
    return found


async def _content(stage: Stage, call_id: str, phone: Phone) -> list[float]:
    """Give each response up to the clause that carries the answer: an opening line is not yet one."""
    lines = await stage.store.calls.lines_since(call_id, 0)
    openers = {str(line.index) for line in lines if line.line.acts and line.line.acts[0] in OPENERS}
    caller, bot = phone.recording()
    sound = np.flatnonzero(metrics.activity(bot, RATE_HZ)) * metrics.FRAME_MS / 1000
    ends = [(e.at_s, str(e.data["name"])) for e in phone.tape.events if e.kind == "mark returned"]
    found = []
    for answer in answers(caller, bot):
        first = next(((at, name) for at, name in ends if at > answer.at_s), None)
        began = answer.at_s
        if first is not None and first[1] in openers:
            later = sound[sound > first[0]]
            began = float(later[0]) if later.size else began
        found.append(answer.response_ms + (began - answer.at_s) * 1000)
    return found


def _bot_began_in(phone: Phone, start_s: float, end_s: float) -> bool:
    """True where the bot's voice began inside the caller's turn: the caller was cut off."""
    _, bot = phone.recording()
    quiet_before = bot[max(0, int((start_s - 0.3) * RATE_HZ)) : int(start_s * RATE_HZ)]
    inside = bot[int((start_s + 0.3) * RATE_HZ) : int((end_s - 0.1) * RATE_HZ)]
    loud = 10 ** (-45 / 20) * 32768
    was_quiet = quiet_before.size == 0 or float(np.sqrt(np.mean(quiet_before.astype(np.float64) ** 2))) < loud
    return bool(was_quiet and inside.size and np.max(np.abs(inside)) > 4 * loud)


def _result(figures: Figures, load_before: float) -> dict[str, Any]:
    return {
        "machine": machine(),
        "load": load_before,
        "calls": figures.calls,
        "response_ms": distribution(figures.response_ms),
        "content_ms": distribution(figures.content_ms),
        "greeting_ms": distribution(figures.greeting_ms),
        "barge_in_ms": distribution(figures.barge_in_ms),
        "stages_ms": {name: distribution(values) for name, values in sorted(figures.stages.items())},
        "false_cutoff": rate(figures.cut_off, figures.hesitations),
    }
