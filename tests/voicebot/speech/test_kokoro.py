import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech.errors import ModelDamaged, ModelMissing
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE
from voicebot.speech.resample import resample
from voicebot.speech.stt.whisper_ct2 import FULL
from voicebot.speech.tts.espeak_process import EspeakProcess
from voicebot.speech.tts.kokoro import Kokoro

pytestmark = pytest.mark.models


def test_what_is_longer_than_the_model_takes_is_said_whole() -> None:
    words, times = "uma casa amarela ", 32
    once = real.kokoro().synthesise(words * 4, speed=2.0)
    assert len(real.kokoro().synthesise(words * times, speed=2.0)) > 0.8 * len(once) * times / 4


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Sinto muito, Ana.", "sinto muito"),
        ("A ligação é gravada, e você pode pedir uma cópia.", "ligação é gravada"),
        ("Pode me dizer os três primeiros números do seu CPF?", "números do seu cpf"),
        ("Certo.", "certo"),
        ("Perfeito.", "perfeito"),
        ("Vou chamar uma pessoa da nossa equipe, e fico aqui com você.", "uma pessoa da nossa equipe"),
    ],
)
def test_lines_of_a_call_are_intelligible(line: str, words: str) -> None:
    samples = resample(to_samples(real.kokoro().synthesise(line)), 24_000, STT_RATE)
    # The judge hears wide-band sound in the whole window; the short one was taught the telephone's band.
    assert words in real.whisper().with_window(FULL).transcribe(samples).text.lower()


def test_voices_differ_and_share_the_weights() -> None:
    first, second = (real.kokoro().with_voice(voice) for voice in ("pf_dora", "pm_santa"))
    assert first.name != second.name
    assert not np.array_equal(first.synthesise("Oi."), second.synthesise("Oi."))


def test_an_unknown_voice_is_a_missing_file() -> None:
    with pytest.raises(ModelMissing, match=r"pf_nobody\.bin.*models fetch kokoro-82m"):
        real.kokoro().with_voice("pf_nobody")


@pytest.mark.parametrize("name", ["voices/pf_dora.bin", "vocab.json", "kokoro-v1.0.int8.onnx"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    home = tmp_path / "kokoro-82m"
    shutil.copytree(real.models_folder() / "kokoro-82m", home)
    (home / name).write_bytes(b"damaged")
    with pytest.raises(ModelDamaged, match="models fetch kokoro-82m"):
        Kokoro(home, EspeakProcess())
