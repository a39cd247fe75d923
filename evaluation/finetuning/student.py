"""Training the encoder to give the decoder, from a short window, what the full one gave.

Loss: mean square of the decoder's states, scaled by the teacher's, plus the divergence of the next token's
distribution. The decoder and the positions' embedding stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from evaluation.finetuning.items import SNRS_DB, Line
from evaluation.finetuning.teacher import Kind, Lesson
from evaluation.finetuning.torch_whisper import Tensor, TorchWhisper
from telephony.codecs import Int16
from voicebot.speech.features import log_mel
from voicebot.speech.ports import STT_RATE, Samples

PAD_S: Final = (0.2, 1.3)
"""The window beyond the utterance is drawn anew for each batch, so that no length of it is learnt by heart."""
MONITOR_PAD_S: Final = 0.7
LONGEST_S: Final = 8.5
_RATE: Final = 3e-5
_DECAY: Final = 0.01
_LEAST_RATE: Final = 0.02
_WARM_STEPS: Final = 15
_CLIP: Final = 1.0
_BATCH: Final = 8
_LONG_BATCH: Final = 4
_LONG_S: Final = 5.0
_POSITIONS_PER_S: Final = 50
_TAUGHT: Final = "encoder."
_KEPT: Final = "encoder.positional_embedding"


@dataclass(frozen=True, slots=True)
class Pupil:
    """One lesson as the student hears it this time."""

    lesson: Lesson
    audio: Samples

    @property
    def seconds(self) -> float:
        return len(self.audio) / STT_RATE


@dataclass(frozen=True, slots=True)
class Material:
    """The lessons, and what is needed to hear their sayings on other lines."""

    lessons: Sequence[Lesson]
    speech: Callable[[int], Int16]
    line: Line

    def heard(self, random: np.random.Generator) -> list[Pupil]:
        """Give every lesson once, the quiet ones on a line drawn anew."""
        return [pupil for lesson in self.lessons if (pupil := self._heard(lesson, random)).seconds <= LONGEST_S]

    def _heard(self, lesson: Lesson, random: np.random.Generator) -> Pupil:
        if lesson.kind is not Kind.QUIET:
            return Pupil(lesson, lesson.audio)
        snr_db = SNRS_DB[int(random.integers(len(SNRS_DB)))]
        return Pupil(lesson, self.line.heard(self.speech(lesson.saying), snr_db, random))


@dataclass(slots=True)
class Progress:
    """How training went."""

    steps: int = 0
    epochs: float = 0.0
    losses: list[float] = field(default_factory=list)


def batches(pupils: Sequence[Pupil], random: np.random.Generator) -> list[list[Pupil]]:
    """Put clips of like length together, in random order."""
    rising = sorted(pupils, key=lambda pupil: pupil.seconds + float(random.uniform(0, 0.3)))
    found: list[list[Pupil]] = []
    while rising:
        size = _LONG_BATCH if rising[-1].seconds > _LONG_S else _BATCH
        found.append([rising.pop() for _ in range(min(size, len(rising)))])
    return [found[int(place)] for place in random.permutation(len(found))]


def train(
    model: TorchWhisper,
    material: Material,
    *,
    steps: int,
    seed: int,
    spent: Callable[[], float] = lambda: 0.0,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Train in place for at most `steps`, or until `spent` gives 1."""
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng((seed, 7))
    taught = [model.weights[name].requires_grad_() for name in taught_names(model)]
    optimiser = torch.optim.AdamW(taught, lr=_RATE, betas=(0.9, 0.98), weight_decay=_DECAY)
    progress = Progress()
    for batch, share in _epochs(material, random):
        done = max(progress.steps / steps, spent())
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = _RATE * _schedule(progress.steps, done)
        loss = batch_loss(model, batch, float(random.uniform(*PAD_S)))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(taught, _CLIP)
        optimiser.step()
        progress.steps += 1
        progress.epochs += share
        progress.losses.append(float(loss.detach()))
        tell(progress)
    for weights in taught:
        weights.requires_grad_(False)
    return progress


def taught_names(model: TorchWhisper) -> list[str]:
    """Give the names of the weights that are trained."""
    return sorted(name for name in model.weights if name.startswith(_TAUGHT) and name != _KEPT)


def batch_loss(model: TorchWhisper, batch: Sequence[Pupil], pad_s: float) -> Tensor:
    """Give the mean loss over all predicted positions of a batch."""
    import torch
    from torch.nn import functional as fn

    seconds = math.ceil((max(pupil.seconds for pupil in batch) + pad_s) * _POSITIONS_PER_S) / _POSITIONS_PER_S
    mel = torch.from_numpy(np.stack([log_mel(pupil.audio, seconds=seconds) for pupil in batch]))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        encoded = model.encode(mel)
    tokens, wanted, mask = _targets([pupil.lesson for pupil in batch])
    hidden = model.decode(tokens, encoded.float())[mask]
    with torch.no_grad():
        goal = fn.log_softmax(model.logits(wanted), dim=-1)
    divergence = fn.kl_div(fn.log_softmax(model.logits(hidden), dim=-1), goal, log_target=True, reduction="batchmean")
    return fn.mse_loss(hidden, wanted) / wanted.square().mean() + divergence


def monitor(model: TorchWhisper, pupils: Sequence[Pupil]) -> float:
    """Give the mean loss of these clips, each alone in its window as in a call."""
    import torch

    with torch.inference_mode():
        return float(np.mean([float(batch_loss(model, [pupil], MONITOR_PAD_S)) for pupil in pupils]))


def _targets(lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor, Tensor]:
    """Give tokens padded to one length, the wanted states of the true places in a row, and where those are."""
    import torch

    longest = max(len(lesson.tokens) for lesson in lessons)
    tokens = torch.zeros((len(lessons), longest), dtype=torch.long)
    mask = torch.zeros((len(lessons), longest), dtype=torch.bool)
    for row, lesson in enumerate(lessons):
        tokens[row, : len(lesson.tokens)] = torch.tensor(lesson.tokens)
        mask[row, : len(lesson.tokens)] = True
    return tokens, torch.from_numpy(np.concatenate([lesson.hidden for lesson in lessons]).astype(np.float32)), mask


def _epochs(material: Material, random: np.random.Generator) -> Iterator[tuple[list[Pupil], float]]:
    while True:
        made = batches(material.heard(random), random)
        for batch in made:
            yield batch, 1 / len(made)


def _schedule(step: int, done: float) -> float:
    warm = min(1.0, (step + 1) / _WARM_STEPS)
    return warm * (_LEAST_RATE + (1 - _LEAST_RATE) * (1 + math.cos(math.pi * done)) / 2)
