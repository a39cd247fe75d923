"""The whole way from texts to an adapter, each step resumed where an earlier run left it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console

from evaluation.corpora.voices import people
from evaluation.finetuning import lessons, student
from evaluation.finetuning.items import Line
from evaluation.finetuning.recordings import Saying, cast_sayings, murmurs, record, speech_of
from evaluation.finetuning.replies import never_taught
from evaluation.finetuning.script import sayings
from evaluation.finetuning.speakers import TAUGHT, with_all_speakers
from evaluation.finetuning.student import Material, Progress
from evaluation.finetuning.teacher import Teacher
from evaluation.finetuning.torch_whisper import TorchWhisper, as_torch
from telephony.codecs import Int16
from voicebot.speech import catalogue
from voicebot.speech.ct2_weights import Weights, encoder_variables, openai_names, read_variables
from voicebot.speech.encoder_adapter import Adapter, write
from voicebot.speech.errors import EngineUnavailable
from voicebot.speech.stt import whisper_ct2

MONITORS: Final = 24
_MONITOR_SEED: Final = 5
_TELL_EVERY: Final = 10

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. The same plan and files give the same lessons; how far training comes hangs on time."""

    sayings: int = 320
    steps: int = 420
    minutes: float = 27.0
    """Training ends here at the latest; its learning rate falls with whichever of steps and time is further on."""
    seed: int = 0
    threads: int = 1


def finetune(plan: Plan, models: Path, folder: Path, console: Console) -> Adapter:
    """Make an adapter under `folder`, with a card of what it was made of.

    Raises `EngineUnavailable` without torch, `ModelMissing`, `ModelDamaged` or `DownloadFailed`.
    """
    _needs_torch(plan.threads)
    said = _recorded(plan, models, folder, console)
    home = catalogue.verify(catalogue.find(whisper_ct2.MODEL), models)
    speech, kept = folder / "speech", folder / "lessons"
    line = Line([clip.astype(np.float64) for each in murmurs(TAUGHT) if (clip := speech_of(each, speech)) is not None])
    console.print(f"{len(said)} sayings; the teacher listens")
    lessons.make(said, speech, line, Teacher(home), kept, seed=plan.seed)
    original = openai_names(read_variables(home / "model.bin"))
    model = as_torch(original)
    progress, watched = _trained(plan, model, said, folder, line, console)
    adapter = write(differences(model, original), folder / "adapter.npz")
    _write_card(plan, progress, watched, kept, adapter)
    console.print(f"{adapter.path}: sha256 {adapter.sha256}")
    return adapter


def differences(model: TorchWhisper, original: Weights) -> Weights:
    """Give what training changed, by CTranslate2's names."""
    names = [name for name in original if name.startswith("encoder.")]
    before = encoder_variables({name: original[name] for name in names})
    after = encoder_variables({name: model.weights[name].detach().numpy() for name in names})
    return {name: after[name] - values for name, values in before.items()}


def _needs_torch(threads: int) -> None:
    try:
        import torch
    except ImportError as failure:
        mend = "install it with `uv sync --group finetune`, or run `make finetune-stt`"
        raise EngineUnavailable("fine-tuning", "torch is not installed", mend) from failure
    torch.set_num_threads(threads)


def _recorded(plan: Plan, models: Path, folder: Path, console: Console) -> list[Saying]:
    """Let the voices say everything that is not there yet."""
    (folder / "models").mkdir(parents=True, exist_ok=True)
    speakers = with_all_speakers(models, folder / "models", console)
    said = cast_sayings(sayings(plan.sayings, plan.seed, never=set(never_taught())), TAUGHT, plan.seed)
    with people(TAUGHT, speakers, {}) as mouth:
        record([*murmurs(TAUGHT), *said], mouth, folder / "speech")
    return said


def _trained(
    plan: Plan, model: TorchWhisper, said: list[Saying], folder: Path, line: Line, console: Console
) -> tuple[Progress, tuple[float, float]]:
    """Train in place; gives how it went, and the watched loss before and after."""

    def speech(number: int) -> Int16:
        found = speech_of(said[number], folder / "speech")
        return np.zeros(0, np.int16) if found is None else found

    def tell(progress: Progress) -> None:
        if progress.steps % _TELL_EVERY == 0:
            recent = float(np.mean(progress.losses[-_TELL_EVERY:]))
            console.print(f"step {progress.steps}, epoch {progress.epochs:.2f}: loss {recent:.3f}")

    taught = Material(lessons.read(folder / "lessons"), speech, line)
    watching = Material(lessons.read(folder / "lessons", monitored=True), speech, line)
    watched = watching.heard(np.random.default_rng(_MONITOR_SEED))[:MONITORS]
    before, began = student.monitor(model, watched), time.monotonic()
    console.print(f"{len(taught.lessons)} lessons; watched loss {before:.3f}")
    progress = student.train(
        model,
        taught,
        steps=plan.steps,
        seed=plan.seed,
        spent=lambda: (time.monotonic() - began) / 60 / plan.minutes,
        tell=tell,
    )
    after = student.monitor(model, watched)
    console.print(f"{progress.steps} steps; watched loss {after:.3f}")
    return progress, (before, after)


def _write_card(
    plan: Plan, progress: Progress, watched: tuple[float, float], kept: Path, adapter: Adapter
) -> dict[str, Any]:
    card: dict[str, Any] = {
        "plan": asdict(plan),
        "lessons": len(list(lessons.stored(kept, monitored=False))),
        "steps": progress.steps,
        "epochs": round(progress.epochs, 2),
        "watched_loss": [round(loss, 4) if math.isfinite(loss) else None for loss in watched],
        "sha256": adapter.sha256,
        "bytes": adapter.path.stat().st_size,
    }
    adapter.path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card
