"""How long a caller waits, measured on the stereo recording of whole calls with everything local.

The callers' lines carry line noise at 25 dB, and three in ten a hesitation of 400 to 900 ms inside the turn. The stages
come from the bot's own events: milliseconds after the caller's last speech, as its detector places it, but for
`stt_work` (the recogniser's time), `voice` and `longest_wait` (from the decision, or from a line's turn, to
its first audio), and `transport` (from that audio to the phone: what response and stages leave).
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from sqlalchemy import text

from evaluation.benchmarks import peer
from evaluation.benchmarks.distribution import load, machine, rate
from evaluation.benchmarks.intervals import spread
from evaluation.benchmarks.latency_callers import ReadingCaller, Said, callers
from evaluation.simulation.persona import Persona
from evaluation.stage import Say, Stage, StageError, staged
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator import metrics
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.impairments import Network
from telephony.providers.simulator.phone import Phone
from voicebot.application.ports import Speaker
from voicebot.bootstrap import speech
from voicebot.settings import load_settings
from voicebot.speech.phrases import PhraseCache

LINE: Final = Network(noise_snr_db=25.0, seed=7)
TURNS: Final = 20
MOST_CALLS: Final = 20
OPENERS: Final = frozenset({"Acknowledge", "SayAgain", "NotUnderstood", "SpeakDifferently"})
"""Lines that carry no answer yet: `content_ms` waits for the line after them."""
COUNTS: Final = frozenset({"lines", "lines_unready"})
"""Figures of a turn that are no times."""
READY_MS: Final = 30.0


@dataclass(slots=True)
class Figures:
    """What the calls gave so far; milliseconds."""

    response_ms: list[float] = field(default_factory=list)
    content_ms: list[float] = field(default_factory=list)
    greeting_ms: list[float] = field(default_factory=list)
    barge_in_ms: list[float] = field(default_factory=list)
    pause_ms: list[float] = field(default_factory=list)
    """How long the bot fell silent in the midst of its turns, where it was long enough to be noticed."""
    stages: dict[str, list[float]] = field(default_factory=dict)
    hesitations: int = 0
    cut_off: int = 0
    calls: int = 0
    said: list[Int16] = field(default_factory=list)
    """What the callers said, for a peer to answer."""


async def measure(*, turns: int = TURNS, peer_python: Path | None = None, say: Say = lambda _: None) -> dict[str, Any]:
    """Hold calls on one gateway until at least `turns` responses were measured; gives the contract's object.

    A minute gives about seven responses. The callers take turns: brief, long, and full of questions. With `peer_python`
    a stock bot, run by that interpreter, is then told the same.
    """
    settings = load_settings()
    personas = callers()
    stt = await asyncio.to_thread(speech.hearing, settings)
    tts = await asyncio.to_thread(partial(speech.voice, settings, name=personas[0].voice, threads=2))
    voice = PhraseCache(tts, settings.data_dir / "phrases")
    switch = Switch()
    figures = Figures()
    before = load()
    # Its packages are looked for before an hour of calls, not after.
    other = None if peer_python is None else await asyncio.to_thread(peer.prepare, settings, voice, peer_python)
    cast = [ReadingCaller(persona, stt, voice) for persona in personas]
    for caller in cast:
        await caller.rehearse()
    try:
        async with staged(switch, personas[0].debtor, network=LINE) as stage:
            while len(figures.response_ms) < turns and figures.calls < MOST_CALLS:
                persona: Persona = personas[figures.calls % len(personas)]
                switch.caller = ReadingCaller(persona, stt, voice, chance=random.Random(figures.calls))
                await _one_call(stage, switch.caller, figures)
                say(f"call {figures.calls}, {persona.name}: {len(figures.response_ms)} responses so far")
        result = _result(figures, before)
        if other is not None:
            try:
                heard = await peer.measure(other, figures.said, LINE, say)
            except StageError as error:
                # What was measured of ours is not lost with it.
                say(f"no peer: {error}")
            else:
                result["peer"] = {**heard, "ratio": peer.ratios(figures.content_ms, heard)}
    finally:
        voice.close()
        tts.close()
    return result


@dataclass(slots=True)
class Switch:
    """Whoever is set takes the next call, so that one gateway serves them all."""

    caller: ReadingCaller | None = None

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        if self.caller is not None:
            await self.caller.talk(phone)


@dataclass(slots=True)
class Reader:
    """Reads what the bot said of one call from its record."""

    stage: Stage
    call_id: asyncio.Future[str]
    seen: int = 0

    async def __call__(self, phone: Phone) -> Said:
        lines = await self.stage.store.calls.lines_since(await self.call_id, 0)
        bot = [each for each in lines if each.line.speaker is Speaker.AGENT]
        new, self.seen = bot[self.seen :], len(bot)
        played = {str(event.data["name"]) for event in phone.tape.events if event.kind == "mark returned"}
        return Said(" ".join(each.line.text for each in new), all(str(each.index) in played for each in bot))


async def _fresh(stage: Stage) -> None:
    """Forget earlier calls with this debtor: the rules would not let them be called again today."""
    async with stage.store.database.transaction() as connection:
        await connection.execute(text("TRUNCATE calls, suppressions CASCADE"))


async def _one_call(stage: Stage, caller: ReadingCaller, figures: Figures) -> None:
    await _fresh(stage)
    known: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    caller.read = Reader(stage, known)
    call_id, carried = await stage.call(caller.persona.debtor)
    known.set_result(call_id)
    await carried.ended.wait()
    figures.calls += 1
    phone = caller.phone
    if phone is None:
        return
    measured = phone.metrics()
    figures.response_ms += measured.response_ms
    figures.barge_in_ms += measured.barge_in_ms
    figures.pause_ms += measured.pauses_ms
    if measured.greeting_ms is not None:
        figures.greeting_ms.append(measured.greeting_ms)
    figures.content_ms += [each.content_ms for each in await contents(stage, call_id, phone)]
    for turn in await stage.store.calls.events(call_id, "stages"):
        for name, value in turn.items():
            figures.stages.setdefault(name.removesuffix("_ms"), []).append(float(value))
    figures.said += caller.audio
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
    content_ms: float
    """Up to the clause that carries the answer: an opening line is not yet one."""


def answers(caller: Int16, bot: Int16) -> list[Answer]:
    """Give each response with its place in the recording; the same rule as `metrics.response_times`.

    Their `content_ms` is not known from sound alone and is that of the response.
    """
    found = []
    heard, spoken = (metrics.activity(track, RATE_HZ) for track in (caller, bot))
    previous_end = 0
    for run in metrics.runs(spoken):
        last = np.flatnonzero(heard[previous_end : run.start])
        overlaps = run.start < heard.size and bool(heard[run.start])
        if last.size and not overlaps:
            waited = float((run.start - (previous_end + int(last[-1]) + 1)) * metrics.FRAME_MS)
            found.append(Answer(run.start * metrics.FRAME_MS / 1000, waited, waited))
        previous_end = run.end
    return found


async def contents(stage: Stage, call_id: str, phone: Phone) -> list[Answer]:
    """Give each response of a call with its `content_ms`, by the lines on record and the marks that came back."""
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
        found.append(replace(answer, content_ms=answer.response_ms + (began - answer.at_s) * 1000))
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
    stages = dict(figures.stages)
    lines, unready = stages.pop("lines", []), stages.pop("lines_unready", [])
    voice = stages.get("voice", [])
    if voice and figures.response_ms:
        # The recording and the events are not paired turn by turn: what is left is that of the medians.
        made = median(a + b for a, b in zip(stages["decided"], voice, strict=False))
        stages["transport"] = [median(figures.response_ms) - made]
    return {
        "machine": machine(),
        "load": load_before,
        "load_after": load(),
        "calls": figures.calls,
        "response_ms": spread(figures.response_ms),
        "content_ms": spread(figures.content_ms),
        "greeting_ms": spread(figures.greeting_ms),
        "barge_in_ms": spread(figures.barge_in_ms),
        "pause_ms": spread(figures.pause_ms),
        "stages_ms": {name: spread(values) for name, values in sorted(stages.items())},
        "false_cutoff": rate(figures.cut_off, figures.hesitations),
        "prepared": rate(int(sum(lines) - sum(unready)), int(sum(lines))),
        "first_prepared": rate(sum(value <= READY_MS for value in voice), len(voice)),
    }
