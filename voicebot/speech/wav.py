"""Reading and writing wav files with the standard library."""

from __future__ import annotations

import wave
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from voicebot.speech.errors import BadAudio
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, Pcm, Samples
from voicebot.speech.resample import resample


def write_wav(path: Path, pcm: Pcm, rate_hz: int) -> None:
    """Write mono 16-bit audio, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm.astype("<i2").tobytes())


def read_speech(path: Path) -> Samples:
    """Read a file as mono 16 kHz samples, channels averaged.

    Any PCM wav of 8, 16, 24 or 32 bits; where soundfile is installed, whatever that reads. Raises `BadAudio`.
    """
    samples, rate = _read_any(path) if find_spec("soundfile") else read_pcm(path)
    return np.ascontiguousarray(resample(samples.mean(axis=1, dtype=np.float32), rate, STT_RATE))


def _read_any(path: Path) -> tuple[Samples, int]:
    soundfile = import_module("soundfile")
    try:
        samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError) as failure:
        raise BadAudio(f"{path}: not readable as audio: {failure}") from failure
    return samples, rate


def read_pcm(path: Path) -> tuple[Samples, int]:
    """Read a PCM wav file as (frames, channels) samples and its rate in hertz. Raises `BadAudio`."""
    try:
        with wave.open(str(path)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as failure:
        raise BadAudio(f"{path}: not readable as a PCM wav file: {failure}") from failure
    return decode_pcm(data, width).reshape(-1, channels), rate


def decode_pcm(data: bytes, width: int) -> Samples:
    """Turn little-endian PCM of `width` bytes a sample (8 bits unsigned, the rest signed) into -1..1."""
    match width:
        case 1:
            return np.asarray((np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128, np.float32)
        case 2:
            return to_samples(np.frombuffer(data, "<i2").astype(np.int16))
        case 3:
            wide = np.zeros((len(data) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
            return np.asarray(wide.view("<i4").reshape(-1) / 2**31, np.float32)
        case 4:
            return np.asarray(np.frombuffer(data, "<i4") / 2**31, np.float32)
        case _:
            raise BadAudio(f"{width * 8}-bit samples: convert the file to 16-bit PCM")
