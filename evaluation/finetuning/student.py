"""Training the encoder so that the frozen decoder writes, from a short and noisy window, what was said.

Loss: cross entropy of every token, with a little smoothing. The decoder and the positions' embedding stay as they are.
What is kept is the running mean of the weights, at the moment at which clips that are not trained on were written best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from evaluation.finetuning.lessons import Draft, Material, Pupil
from evaluation.finetuning.torch_whisper import Tensor, TorchWhisper, halved
from voicebot.speech.features import log_mel

PAD_S: Final = (0.2, 1.3)
"""The window beyond the utterance is drawn anew for each batch, so that no length of it is learnt by heart."""
MONITOR_PAD_S: Final = 0.7
_RATE: Final = 8e-5
_DECAY: Final = 0.01
_LEAST_RATE: Final = 0.02
_WARM_STEPS: Final = 40
_CLIP: Final = 1.0
_SMOOTHING: Final = 0.03
_BATCH: Final = 8
_LONG_BATCH: Final = 4
_LONG_S: Final = 4.5
_POSITIONS_PER_S: Final = 50
_MEAN_OF: Final = 50
"""Steps over which the weights are averaged, about."""
_TAUGHT: Final = "encoder."
_KEPT: Final = "encoder.positional_embedding"


@dataclass(slots=True)
class Progress:
    """How training went."""

    steps: int = 0
    epochs: float = 0.0
    losses: list[float] = field(default_factory=list)
    watched: list[tuple[int, float]] = field(default_factory=list)
    """Step, and the loss of the clips that watch."""


def batches(drafts: Sequence[Draft], random: np.random.Generator) -> list[list[Draft]]:
    """Put clips of like length together, in random order."""
    rising = sorted(drafts, key=lambda draft: draft.seconds + float(random.uniform(0, 0.3)))
    found: list[list[Draft]] = []
    while rising:
        size = _LONG_BATCH if rising[-1].seconds > _LONG_S else _BATCH
        found.append([rising.pop() for _ in range(min(size, len(rising)))])
    return [found[int(place)] for place in random.permutation(len(found))]


def train(
    model: TorchWhisper,
    material: Material,
    watching: Sequence[Pupil],
    *,
    steps: int,
    seed: int,
    watch_every: int = 200,
    spent: Callable[[], float] = lambda: 0.0,
    tell: Callable[[Progress], None] = lambda _: None,
    keep: Callable[[TorchWhisper], None] = lambda _: None,
) -> Progress:
    """Train in place for at most `steps`, or until `spent` gives 1; the model then has the best running mean.

    `keep` is given each mean that is better than all before it.
    """
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng((seed, 7))
    taught = [model.weights[name].requires_grad_() for name in taught_names(model)]
    optimiser = torch.optim.AdamW(taught, lr=_RATE, betas=(0.9, 0.98), weight_decay=_DECAY, foreach=True)
    learner = halved(model)
    progress, keeper = Progress(), Keeper(learner, taught, keep)
    keeper.watch(progress, watching)
    for batch, share in _epochs(material, random):
        done = max(progress.steps / steps, spent())
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = _RATE * _schedule(progress.steps, done)
        loss = batch_loss(learner, [draft.heard() for draft in batch], float(random.uniform(*PAD_S)))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(taught, _CLIP)
        optimiser.step()
        progress.steps += 1
        progress.epochs += share
        progress.losses.append(float(loss.detach()))
        keeper.follow(progress.steps)
        if progress.steps % watch_every == 0:
            keeper.watch(progress, watching)
        tell(progress)
    keeper.watch(progress, watching)
    keeper.give()
    return progress


class Keeper:
    """Follows the weights with their running mean, and keeps that mean where it was best."""

    def __init__(self, model: TorchWhisper, taught: Sequence[Tensor], keep: Callable[[TorchWhisper], None]) -> None:
        self._model, self._taught, self._keep = model, list(taught), keep
        self._mean = [weights.detach().clone() for weights in taught]
        self._best = [weights.clone() for weights in self._mean]
        self._least = math.inf

    def follow(self, steps: int) -> None:
        """Move the mean towards the weights; early it is the mean of few steps."""
        import torch

        with torch.no_grad():
            torch._foreach_lerp_(self._mean, [each.detach() for each in self._taught], 1 / min(_MEAN_OF, steps + 1))

    def watch(self, progress: Progress, watching: Sequence[Pupil]) -> None:
        """Hear the clips that watch with the mean."""
        names = taught_names(self._model)
        averaged = TorchWhisper({**self._model.weights, **dict(zip(names, self._mean, strict=True))})
        loss = monitor(averaged, watching)
        progress.watched.append((progress.steps, loss))
        if not loss >= self._least:
            self._least, self._best = loss, [weights.clone() for weights in self._mean]
            self._keep(averaged)

    def give(self) -> None:
        """Put the best mean into the model, which is trained no further."""
        import torch

        with torch.no_grad():
            for weights, best in zip(self._taught, self._best, strict=True):
                weights.requires_grad_(False).copy_(best)


def taught_names(model: TorchWhisper) -> list[str]:
    """Give the names of the weights that are trained."""
    return sorted(name for name in model.weights if name.startswith(_TAUGHT) and name != _KEPT)


def batch_loss(model: TorchWhisper, batch: Sequence[Pupil], pad_s: float) -> Tensor:
    """Give the mean loss over all wanted tokens of a batch."""
    import torch
    from torch.nn import functional as fn

    seconds = math.ceil((max(pupil.seconds for pupil in batch) + pad_s) * _POSITIONS_PER_S) / _POSITIONS_PER_S
    mel = torch.from_numpy(np.stack([log_mel(pupil.audio, seconds=seconds) for pupil in batch]))
    tokens, wanted = (_padded([getattr(pupil, kind) for pupil in batch]) for kind in ("tokens", "wanted"))
    counts = wanted >= 0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        encoded = model.encode(mel)
        logits = model.logits(model.decode(tokens.clamp(min=0), encoded)[counts])
    return fn.cross_entropy(logits.float(), wanted[counts], label_smoothing=_SMOOTHING)


def monitor(model: TorchWhisper, pupils: Sequence[Pupil]) -> float:
    """Give the mean loss of these clips, each alone in its window as in a call."""
    import torch

    with torch.inference_mode():
        losses = [float(batch_loss(model, [pupil], MONITOR_PAD_S)) for pupil in pupils]
    return float(np.mean(losses)) if losses else math.nan


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """Give whole numbers of one length, filled up with -1."""
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[-1] * (longest - len(row))] for row in rows])


def _epochs(material: Material, random: np.random.Generator) -> Iterator[tuple[list[Draft], float]]:
    while True:
        made = batches(material.drafts(random), random)
        for batch in made:
            yield batch, 1 / len(made)


def _schedule(step: int, done: float) -> float:
    warm = min(1.0, (step + 1) / _WARM_STEPS)
    return warm * (_LEAST_RATE + (1 - _LEAST_RATE) * (1 + math.cos(math.pi * done)) / 2)
