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
from evaluation.finetuning.command import Plan, differences, finetune
from evaluation.finetuning.items import Line
from evaluation.finetuning.teacher import Kind, Teacher
from evaluation.finetuning.torch_whisper import as_torch
from tests.voicebot.speech import real
from voicebot.speech.ct2_weights import openai_names, read_variables
from voicebot.speech.errors import EngineUnavailable
from voicebot.speech.features import log_mel

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="openai-whisper is not installed, and torch with it: `make finetune-stt`"
)


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
def test_a_few_steps_bring_the_short_window_nearer_to_the_full_one() -> None:
    home = real.models_folder() / "whisper-base"
    original = openai_names(read_variables(home / "model.bin"))
    model = as_torch(original)
    lesson = Teacher(home).lesson(Kind.SAME, 0, real.spoken("Eu já paguei essa conta."))
    assert lesson is not None
    pupils = [student.Pupil(lesson, lesson.audio)]
    before = student.monitor(model, pupils)
    material = student.Material([lesson], lambda _: np.zeros(0, np.int16), Line([]))
    progress = student.train(model, material, steps=4, seed=0)
    assert progress.steps == 4
    assert student.monitor(model, pupils) < 0.8 * before
    changed = differences(model, original)
    assert len(changed) == 78
    assert all(np.abs(values).max() > 0 for name, values in changed.items() if name.endswith("weight"))
