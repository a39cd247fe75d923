"""How much of what callers say is understood, and how soon, by how much the recogniser's encoder looks at.

Rule of shipping: the fastest setting within two points of the full window's share of replies understood.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from evaluation.benchmarks.answer_audio import stage
from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.benchmarks.speech import expectation, word_errors, words
from evaluation.benchmarks.window_audio import Clip, real, synthetic
from evaluation.finetuning.speakers import HELD, with_all_speakers
from voicebot.application.ports import Understanding
from voicebot.bootstrap import text
from voicebot.domain.dialogue.phases import Asks
from voicebot.script.readings import read_aloud
from voicebot.settings import Settings, load_settings
from voicebot.speech import catalogue
from voicebot.speech.encoder_adapter import SHIPPED, Adapter
from voicebot.speech.stt import whisper_ct2
from voicebot.speech.stt.whisper_ct2 import FULL, SHORT, TAIL, WhisperCt2, Window

FULL_NAME: Final = "full"
SETTINGS: Final[Mapping[str, Window]] = {
    FULL_NAME: FULL,
    "tail": TAIL,
    "short 0.4": replace(SHORT, taught_margin_s=0.4),
    "short 0.7": replace(SHORT, taught_margin_s=0.7),
    "short 1.0": replace(SHORT, taught_margin_s=1.0),
}
WITHIN: Final = 0.02
"""Of the full window's share; the fastest setting that loses no more is the one to ship."""
SURE_LOGPROB: Final = -0.5
"""From here on calls do not doubt what was heard."""
GROUPS: Final = ("replies", "real words", "real sentences")
THREADS: Final = 1

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip in one window."""

    text: str = field(repr=False)
    ms: float
    """Of the last stretch, for which the caller waits."""
    cpu_ms: float
    sure: bool
    guarded: bool


def measure(*, adapter: Adapter = SHIPPED, seed: int = 0, say: Say = lambda _: None) -> dict[str, Any]:
    """Say, send and hear in each window. Raises `ModelMissing`, `ModelDamaged` or `DownloadFailed`."""
    settings = load_settings()
    before = load()
    clips = prepared(settings, seed, say)
    ears = WhisperCt2(
        catalogue.verify(catalogue.find(whisper_ct2.MODEL), settings.models_dir),
        cpu_threads=THREADS,
        window=SHORT,
        adapter=adapter,
    )
    heard = {}
    for name, window in SETTINGS.items():
        heard[name] = hear(ears.with_window(window), clips)
        say(f"{name}: {len(clips)} clips heard")
    return result(clips, heard, text.understander(settings), before)


def prepared(settings: Settings, seed: int, say: Say = lambda _: None) -> list[Clip]:
    """Make the audio; people's speech only where the test data lie."""
    models = settings.data_dir / "finetune" / "models"
    models.mkdir(parents=True, exist_ok=True)
    with_all_speakers(settings.models_dir, models, Console(stderr=True))
    with stage(HELD, models, seed) as room:
        clips = list(synthetic(room, HELD, seed))
        say(f"{len(clips)} replies of {len(HELD.voices)} voices")
        folder = real_speech(settings)
        if folder is not None:
            clips += [clip for group in GROUPS[1:] for clip in real(folder, room, seed, group)]
            say(f"{len(clips)} clips with real speech")
    return clips


def real_speech(settings: Settings) -> Path | None:
    """Give the folder of people's speech, None where the test data are not here."""
    folder = None if settings.test_data is None else settings.test_data / "speech"
    return folder if folder is not None and (folder / "manifest.tsv").is_file() else None


def hear(ears: WhisperCt2, clips: Sequence[Clip]) -> list[Heard]:
    """Transcribe every clip as a call would, stretch by stretch."""
    ears.warm_up()
    return [_heard(ears, clip) for clip in clips]


def _heard(ears: WhisperCt2, clip: Clip) -> Heard:
    began, ms, found = time.process_time(), 0.0, []
    for stretch in clip.stretches:
        transcript = ears.transcribe(stretch)
        ms = transcript.elapsed_ms
        found.append(transcript)
    return Heard(
        " ".join(each.text for each in found if each.text),
        ms,
        (time.process_time() - began) * 1000,
        bool(found) and min(each.avg_logprob for each in found) >= SURE_LOGPROB,
        any(each.guarded for each in found),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one hearing came to."""

    understood: bool
    wrong: bool
    """A value other than the true one was found."""
    sure: bool


def judge(clip: Clip, heard: Heard, reader: Understanding) -> Verdict:
    """Compare with what was said: by the value that understanding finds, or by the words where there is none."""
    if clip.value is not None:
        value = expectation(reader, clip.asks).read(heard.text).value
        return Verdict(value == clip.value, value not in {None, clip.value}, heard.sure)
    said, found = words(read_aloud(clip.said or "")), words(read_aloud(heard.text))
    inside = any(found[at : at + len(said)] == said for at in range(len(found) - len(said) + 1))
    return Verdict(inside, False, heard.sure)


def result(
    clips: Sequence[Clip], heard: Mapping[str, Sequence[Heard]], reader: Understanding, before: float
) -> dict[str, Any]:
    """Put the figures into one object."""
    settings = {name: _setting(clips, each, heard[FULL_NAME], reader) for name, each in heard.items()}
    return {
        "machine": machine(),
        "load": before,
        "voices": sorted({clip.voice for clip in clips if clip.group == GROUPS[0]}),
        "clips": {group: sum(clip.group == group for clip in clips) for group in GROUPS},
        "settings": settings,
        "to_ship": to_ship(settings),
    }


def to_ship(settings: Mapping[str, Mapping[str, Any]]) -> str:
    """Give the fastest setting whose share of replies understood is within two points of the full window's."""
    least = settings[FULL_NAME]["understood"]["value"] - WITHIN
    good = [name for name, found in settings.items() if found["understood"]["value"] >= least]
    return min(good, key=lambda name: settings[name]["cpu_ms"]["median"])


def _setting(
    clips: Sequence[Clip], heard: Sequence[Heard], full: Sequence[Heard], reader: Understanding
) -> dict[str, Any]:
    pairs = list(zip(clips, heard, strict=True))
    judged = [(clip, judge(clip, found, reader)) for clip, found in pairs if clip.said is not None]
    replies = [(clip, verdict) for clip, verdict in judged if clip.group == GROUPS[0]]
    own = [found for clip, found in pairs if clip.group == GROUPS[0] and clip.stretches]
    return {
        "understood": _share(verdict.understood for _, verdict in replies),
        "by_line": _by(replies, lambda clip: clip.snr),
        "by_voice": _by(replies, lambda clip: clip.voice),
        "wrong_value": _share(verdict.wrong for clip, verdict in replies if clip.asks is not Asks.OPEN),
        "sure_but_not_understood": _share(verdict.sure and not verdict.understood for _, verdict in replies),
        "real_words": _by([each for each in judged if each[0].group == GROUPS[1]], lambda clip: clip.snr),
        "real_sentences_in_draft": _in_draft(clips, heard),
        "real_sentences_unlike_full": _unlike(clips, heard, full),
        "guarded": sum(found.guarded for found in heard),
        "ms": distribution([found.ms for found in own]),
        "cpu_ms": distribution([found.cpu_ms for found in own]),
    }


def _in_draft(clips: Sequence[Clip], heard: Sequence[Heard]) -> dict[str, Any]:
    """Give, by line, the share of the words heard that the recording's draft transcript has in that order, and n."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for clip, one in zip(clips, heard, strict=True):
        if clip.draft is not None:
            found = words(one.text)
            counted[clip.snr][0] += common_words(found, words(clip.draft))
            counted[clip.snr][1] += len(found)
    return {snr: rate(hits, count) for snr, (hits, count) in sorted(counted.items())}


def common_words(one: Sequence[str], other: Sequence[str]) -> int:
    """Give the length of the longest series of words that both have in this order."""
    row = [0] * (len(other) + 1)
    for word in one:
        above, row = row, [0]
        for at, theirs in enumerate(other):
            row.append(above[at] + 1 if word == theirs else max(above[at + 1], row[-1]))
    return row[-1]


def _unlike(clips: Sequence[Clip], heard: Sequence[Heard], full: Sequence[Heard]) -> dict[str, float]:
    """Give the word error rate against the full window's text by line: no true text of these is known."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for clip, one, other in zip(clips, heard, full, strict=True):
        if clip.said is None:
            counted[clip.snr][0] += word_errors(words(other.text), words(one.text))
            counted[clip.snr][1] += len(words(other.text))
    return {snr: round(wrong / count, 4) for snr, (wrong, count) in counted.items() if count}


def _by(judged: Sequence[tuple[Clip, Verdict]], key: Callable[[Clip], str]) -> dict[str, Any]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for clip, verdict in judged:
        groups[key(clip)].append(verdict.understood)
    return {name: _share(found) for name, found in sorted(groups.items())}


def _share(found: Iterable[bool]) -> dict[str, float] | None:
    hits = list(found)
    return rate(sum(hits), len(hits))


def window_table(found: Mapping[str, Any]) -> Table:
    """Lay the curve out, one setting a row."""
    box, counts = found["machine"], found["clips"]
    title = (
        f"{counts[GROUPS[0]]} replies of {len(found['voices'])} voices, {counts[GROUPS[1]]} real words, "
        f"{counts[GROUPS[2]]} pieces of real sentences on {box['cpu']}, load {found['load']} at the start"
    )
    lines = list(found["settings"][FULL_NAME]["by_line"])
    columns = [
        "window",
        "understood",
        *lines,
        "wrong value",
        "sure, not understood",
        "real words",
        "in draft",
        "unlike full",
    ]
    table = Table(*columns, "median ms", "median cpu ms", title=title)
    for name, row in found["settings"].items():
        real_words = " ".join(f"{line} {_percent(share)}" for line, share in row["real_words"].items())
        unlike = " ".join(f"{line} {100 * share:.0f}%" for line, share in row["real_sentences_unlike_full"].items())
        drafted = " ".join(
            f"{line} {share['value'] * share['n']:.0f}/{share['n']}"
            for line, share in row["real_sentences_in_draft"].items()
            if share
        )
        low, high = (100 * row["understood"][end] for end in ("low", "high"))
        table.add_row(
            name,
            f"{_percent(row['understood'])} [{low:.0f}, {high:.0f}]",
            *(_percent(row["by_line"][line]) for line in lines),
            _percent(row["wrong_value"]),
            _percent(row["sure_but_not_understood"]),
            real_words,
            drafted,
            unlike,
            f"{row['ms']['median']:.0f}",
            f"{row['cpu_ms']['median']:.0f}",
        )
    table.caption = f"fastest within {100 * WITHIN:.0f} points of the full window: {found['to_ship']}"
    return table


def _percent(share: Mapping[str, float] | None) -> str:
    return "" if share is None else f"{100 * share['value']:.1f}%"
