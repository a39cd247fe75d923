import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech import engines
from voicebot.speech.errors import EngineUnavailable, ModelMissing
from voicebot.speech.stt.openai_whisper import OpenAiWhisper
from voicebot.speech.stt.whisper_ct2 import FULL

# Whisper leaves its vocabulary file for the garbage collector to close.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
needs_torch = pytest.mark.skipif(
    find_spec("torch") is None or find_spec("whisper") is None,
    reason="openai-whisper is not installed: `uv sync --extra openai-whisper`",
)


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)
    with pytest.raises(EngineUnavailable, match="uv sync --extra openai-whisper"):
        OpenAiWhisper(tmp_path)


@pytest.mark.torch
@needs_torch
def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        OpenAiWhisper(tmp_path / "none")


@pytest.mark.torch
@pytest.mark.models
@needs_torch
def test_the_converted_weights_hear_what_the_originals_hear() -> None:
    second = engines.openai_whisper(real.models_folder())
    second.warm_up()
    for said in ("Quero falar com um atendente.", "Minha mãe ficou doente."):
        clip = real.spoken(said)
        heard = second.transcribe(clip)
        assert heard.text.lower().strip(" .") == real.whisper().transcribe(clip).text.lower().strip(" .")
        assert heard.avg_logprob == pytest.approx(
            real.whisper().with_window(FULL).transcribe(clip).avg_logprob, abs=0.1
        )
    assert second.transcribe(np.zeros(16_000, np.float32)).text == ""
