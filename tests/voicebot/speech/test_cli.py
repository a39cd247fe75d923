import json
import wave
from pathlib import Path

import pytest

from tests.voicebot.speech import real
from voicebot.speech import cli
from voicebot.speech.catalogue import State
from voicebot.speech.errors import ModelMissing, SpeechError


def test_an_empty_folder_lists_every_model_as_missing(tmp_path: Path) -> None:
    listed = {line.name: line for line in cli.list_models(tmp_path)}
    assert set(listed) >= {"whisper-base", "kokoro-82m", "piper-en_US-joe-medium", "piper-pt_BR-faber-medium"}
    assert {line.state for line in listed.values()} == {State.MISSING}
    assert listed["piper-pt_BR-faber-medium"].bytes is None


def test_without_models_commands_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make install"):
        cli.speak("Oi.", tmp_path / "o.wav", folder=tmp_path)
    with pytest.raises(ModelMissing, match="make install"):
        list(cli.transcribe([tmp_path / "o.wav"], folder=tmp_path))


@pytest.mark.models
def test_what_is_spoken_is_transcribed(tmp_path: Path) -> None:
    out = tmp_path / "new" / "o.wav"
    seconds = cli.speak("Quero falar com um atendente.", out, folder=real.models_folder())
    with wave.open(str(out)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.getnframes() / 24_000 == pytest.approx(seconds)
    (line,) = cli.transcribe([out], folder=real.models_folder())
    assert set(json.loads(json.dumps(line))) == {"file", "text", "audio_s", "stt_ms"}
    assert "atendente" in line["text"].lower()
    assert line["audio_s"] == pytest.approx(seconds, abs=0.01)
    assert line["stt_ms"] > 0


@pytest.mark.models
def test_nothing_to_say_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="nothing to speak"):
        cli.speak("…", tmp_path / "o.wav", folder=real.models_folder())
