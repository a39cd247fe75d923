"""The forward pass against CTranslate2's, and that training changes the encoder for the better, with torch."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from rich.console import Console

from evaluation.finetuning import student
from evaluation.finetuning.command import SHARE, Plan, differences, finetune
from evaluation.finetuning.items import Line
from evaluation.finetuning.lessons import Clip, Material, Writer
from evaluation.finetuning.torch_whisper import TorchWhisper, as_torch
from telephony.codecs import RATE_HZ, Int16
from tests.voicebot.speech import real
from voicebot.speech.ct2_weights import encoder_variables, openai_names, read_variables
from voicebot.speech.encoder_adapter import adapted, write
from voicebot.speech.errors import EngineUnavailable
from voicebot.speech.features import log_mel

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="openai-whisper is not installed, and torch with it: `make finetune-stt`"
)


def tone(seconds: float) -> Int16:
    return np.asarray(8000 * np.sin(np.arange(round(seconds * RATE_HZ)) / 4), np.int16)


def test_without_torch_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineUnavailable, match="make finetune-stt"):
        finetune(Plan(), tmp_path, tmp_path, Console(quiet=True))


@pytest.mark.torch
@pytest.mark.models
@needs_torch
def test_the_encoder_computes_what_ctranslate2_computes() -> None:
    import torch

    home = real.models_folder() / "whisper-base"
    model = as_torch(openai_names(read_variables(home / "model.bin")))
    mel = log_mel(real.spoken("Minha mãe ficou doente."), seconds=3.0)[None]
    engine = ctranslate2.models.Whisper(str(home), device="cpu", compute_type="float32", intra_threads=1)
    with torch.inference_mode():
        found = model.encode(torch.from_numpy(mel)).numpy()
    assert np.allclose(found, engine.encode(ctranslate2.StorageView.from_array(mel)), atol=5e-3)


@pytest.mark.torch
@pytest.mark.models
@needs_torch
def test_a_few_steps_teach_what_was_said_and_the_best_is_kept() -> None:
    home = real.models_folder() / "whisper-base"
    original = openai_names(read_variables(home / "model.bin"))
    model, writer = as_torch(original), Writer(home)
    clip = Clip("Eu já paguei essa conta.", "dora", tone(1.5))
    material = Material([clip], Line([tone(1.0).astype(np.float64)]), writer)
    watching = [writer.pupil(real.spoken("Eu já paguei essa conta."), clip.text)]
    better: list[TorchWhisper] = []
    progress = student.train(model, material, watching, steps=6, seed=0, watch_every=3, keep=better.append)
    assert progress.steps == 6
    assert [step for step, _ in progress.watched] == [0, 3, 6, 6]
    least = min(loss for _, loss in progress.watched)
    # Training hears the decoder's matrices in half precision, and one sound alone here.
    assert student.monitor(model, watching) == pytest.approx(least, rel=0.05)
    assert better
    changed = differences(model, original)
    assert len(changed) == 78


@pytest.mark.torch
@pytest.mark.models
@needs_torch
def test_what_is_exported_computes_what_torch_computes(tmp_path: Path) -> None:
    home = real.models_folder() / "whisper-base"
    original = openai_names(read_variables(home / "model.bin"))
    random = np.random.default_rng(0)
    deltas = {
        name: np.asarray(random.normal(size=values.shape) * 0.1 * values.std(), np.float32)
        for name, values in encoder_variables(original).items()
        # A key has no bias in Whisper.
        if not name.endswith("linear_0/bias") or "ffn" in name
    }
    adapter = write(deltas, tmp_path / "adapter.npz")
    (tmp_path / "model.bin").write_bytes(adapted(home / "model.bin", adapter))
    for file in ("config.json", "vocabulary.json"):
        (tmp_path / file).write_bytes((home / file).read_bytes())
    import torch

    mel = log_mel(real.spoken("Minha mãe ficou doente."), seconds=3.0)[None]
    engine = ctranslate2.models.Whisper(str(tmp_path), device="cpu", compute_type="float32", intra_threads=1)
    merged = as_torch(openai_names(read_variables(tmp_path / "model.bin")))
    with torch.inference_mode():
        found = merged.encode(torch.from_numpy(mel)).numpy()
        before = as_torch(original).encode(torch.from_numpy(mel)).numpy()
    assert np.allclose(found, engine.encode(ctranslate2.StorageView.from_array(mel)), atol=5e-3)
    assert np.abs(found - before).max() > 0.1
    back = differences(merged, original)
    for name, delta in deltas.items():
        np.testing.assert_allclose(back[name], SHARE * delta, atol=0.05 * float(np.abs(delta).max()) + 1e-3)
