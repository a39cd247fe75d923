"""The whole way from texts to an adapter, each step resumed where an earlier run left it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console

from evaluation.corpora.casting import Cast
from evaluation.corpora.voices import people
from evaluation.finetuning import student
from evaluation.finetuning.items import Line
from evaluation.finetuning.lessons import Material, Pupil, Writer, clips
from evaluation.finetuning.recordings import Saying, cast_sayings, murmurs, record, speech_of
from evaluation.finetuning.replies import never_taught
from evaluation.finetuning.script import sayings
from evaluation.finetuning.speakers import TAUGHT, WATCHING, with_all_speakers
from evaluation.finetuning.student import Progress
from evaluation.finetuning.torch_whisper import TorchWhisper, as_torch
from voicebot.speech import catalogue
from voicebot.speech.ct2_weights import Weights, encoder_variables, openai_names, read_variables
from voicebot.speech.encoder_adapter import Adapter, write
from voicebot.speech.errors import EngineUnavailable
from voicebot.speech.stt import whisper_ct2

WATCHED: Final = 96
"""Sayings that watch the training."""
WATCHED_SNRS_DB: Final[tuple[float | None, ...]] = (None, 20.0, 10.0, 5.0)
SHARE: Final = 0.8
"""Of what training changed is shipped: between it and the original, voices that it never heard are heard best.

Of 0.6, 0.7, 0.8 and 1.0 on the clips that watch: 16.3, 15.3, 14.6 and 16.2 % of the words wrong.
"""
_TELL_EVERY: Final = 10

Keep = Callable[[TorchWhisper], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. The same plan and files give the same clips; how far training comes hangs on time."""

    sayings: int = 1400
    steps: int = 1500
    minutes: float = 45.0
    """Training ends here at the latest; its learning rate falls with whichever of steps and time is further on."""
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Room:
    """Where everything lies."""

    models: Path
    folder: Path

    @property
    def speech(self) -> Path:
        return self.folder / "speech"


def finetune(plan: Plan, models: Path, folder: Path, console: Console) -> Adapter:
    """Make an adapter under `folder`, with a card of what it was made of.

    Raises `EngineUnavailable` without torch, `ModelMissing`, `ModelDamaged` or `DownloadFailed`.
    """
    _needs_torch(plan.threads)
    room = Room(models, folder)
    home = catalogue.verify(catalogue.find(whisper_ct2.MODEL), models)
    taught, watching = recorded(plan, room, console)
    return trained(plan, taught, watching, home, room, console)


def trained(
    plan: Plan, taught: list[Saying], watching: list[Saying], home: Path, room: Room, console: Console
) -> Adapter:
    """Train on what was recorded, and write the adapter with its card."""
    writer = Writer(home)
    material = Material(clips(taught, room.speech), _line(TAUGHT, room), writer)
    watched = Material(clips(watching, room.speech), _line(WATCHING, room), writer)
    original = openai_names(read_variables(home / "model.bin"))
    model = as_torch(original)
    found = room.folder / "adapter.npz"

    def keep(better: TorchWhisper) -> None:
        write(differences(better, original), found)

    progress = _taught(plan, model, material, watched.steady(plan.seed, WATCHED_SNRS_DB), keep, console)
    adapter = write(differences(model, original), found)
    _write_card(plan, progress, len(material.clips), adapter)
    console.print(f"{adapter.path}: sha256 {adapter.sha256}")
    return adapter


def differences(model: TorchWhisper, original: Weights) -> Weights:
    """Give the share of what training changed that is shipped, by CTranslate2's names."""
    names = [name for name in original if name.startswith("encoder.")]
    before = encoder_variables({name: original[name] for name in names})
    after = encoder_variables({name: model.weights[name].detach().numpy() for name in names})
    return {name: np.float32(SHARE) * (after[name] - values) for name, values in before.items()}


def recorded(plan: Plan, room: Room, console: Console) -> tuple[list[Saying], list[Saying]]:
    """Let the voices say everything that is not there yet: what is taught, and what watches."""
    (room.folder / "models").mkdir(parents=True, exist_ok=True)
    speakers = with_all_speakers(room.models, room.folder / "models", console)
    never = set(never_taught())
    texts = sayings(plan.sayings, plan.seed, never=never)
    watched = sayings(WATCHED, plan.seed + 1, never={*never, *texts})
    found = []
    for cast, said, seed in ((TAUGHT, texts, plan.seed), (WATCHING, watched, plan.seed + 1)):
        found.append(cast_sayings(said, cast, seed))
        with people(cast, speakers, {}) as mouth:
            record([*murmurs(cast), *found[-1]], mouth, room.speech)
    return found[0], found[1]


def _needs_torch(threads: int) -> None:
    try:
        import torch
    except ImportError as failure:
        mend = "install it with `uv sync --group finetune`, or run `make finetune-stt`"
        raise EngineUnavailable("fine-tuning", "torch is not installed", mend) from failure
    torch.set_num_threads(threads)


def _line(cast: Cast, room: Room) -> Line:
    said = [speech_of(each, room.speech) for each in murmurs(cast)]
    return Line([each.astype(np.float64) for each in said if each is not None])


def _taught(
    plan: Plan, model: TorchWhisper, material: Material, watched: list[Pupil], keep: Keep, console: Console
) -> Progress:
    """Train in place; gives how it went."""

    def tell(progress: Progress) -> None:
        if progress.steps % _TELL_EVERY == 0:
            recent, (seen, loss) = float(np.mean(progress.losses[-_TELL_EVERY:])), progress.watched[-1]
            watching = f"watched {loss:.3f} at {seen}"
            console.print(f"step {progress.steps}, epoch {progress.epochs:.2f}: loss {recent:.3f}; {watching}")

    began = time.monotonic()
    console.print(f"{len(material.clips)} sayings are taught; {len(watched)} watch")
    return student.train(
        model,
        material,
        watched,
        steps=plan.steps,
        seed=plan.seed,
        spent=lambda: (time.monotonic() - began) / 60 / plan.minutes,
        tell=tell,
        keep=keep,
    )


def _write_card(plan: Plan, progress: Progress, taught: int, adapter: Adapter) -> None:
    card = {
        "plan": asdict(plan),
        "sayings": taught,
        "steps": progress.steps,
        "epochs": round(progress.epochs, 2),
        "watched_loss": {step: round(loss, 4) for step, loss in progress.watched if math.isfinite(loss)},
        "sha256": adapter.sha256,
        "bytes": adapter.path.stat().st_size,
    }
    adapter.path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
