import wave
from pathlib import Path

import numpy as np
import pytest

from voicebot.speech.errors import BadAudio
from voicebot.speech.wav import decode_pcm, read_pcm, read_speech, write_wav

TONE = 0.5 * np.sin(2 * np.pi * 300 * np.arange(8000) / 8000)


def stored(path: Path, width: int, channels: int, rate: int) -> Path:
    scaled = (np.rint(TONE * 127) + 128).astype(np.uint8) if width == 1 else np.rint(TONE * (2 ** (8 * width - 1) - 1))
    raw = np.repeat(scaled.astype(np.int64), channels).astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(raw)
    return path


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_standard_library_reads_every_pcm_width(tmp_path: Path, width: int, channels: int) -> None:
    samples, rate = read_pcm(stored(tmp_path / "a.wav", width, channels, 8000))
    assert rate == 8000
    assert samples.shape == (8000, channels)
    np.testing.assert_allclose(samples[:, 0], TONE, atol=0.01)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 48_000])
def test_any_rate_becomes_16_khz_mono(tmp_path: Path, rate: int) -> None:
    samples = read_speech(stored(tmp_path / "a.wav", 2, 2, rate))
    assert samples.ndim == 1
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(8000 * 16_000 / rate, abs=2)


def test_written_audio_reads_back(tmp_path: Path) -> None:
    pcm = np.rint(TONE * 32767).astype(np.int16)
    write_wav(tmp_path / "new" / "a.wav", pcm, 16_000)
    assert np.allclose(read_speech(tmp_path / "new" / "a.wav"), TONE, atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"text"])
def test_what_is_no_wav_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(BadAudio, match=r"bad\.wav"):
        read_speech(path)
    with pytest.raises(BadAudio, match=r"bad\.wav"):
        read_pcm(path)


def test_other_widths_are_refused() -> None:
    with pytest.raises(BadAudio, match="64-bit"):
        decode_pcm(b"\0" * 8, 8)
