"""What the network before the provider does to the caller's audio: noise, echo, lost frames, stalls.

The media socket itself is TCP, so nothing is lost or reordered on it; a stall delivers late frames in one burst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator.playout import FRAME_BYTES, FRAME_MS

NOMINAL_SPEECH_DBFS: Final = -26.0
"""Level of active speech on a telephone line, until the phone has heard its own caller (ITU-T P.56 practice)."""
_NOISE_S: Final = 8
_FULL_SCALE: Final = 32_768.0


@dataclass(frozen=True, slots=True)
class Network:
    """One call's line. The defaults are a perfect one."""

    noise_snr_db: float | None = None
    """Steady 300 to 3400 Hz noise, this far below the caller's active speech; 25 is an ordinary line."""
    loss: float = 0.0
    """Share of frames replaced by silence, 0 to 1."""
    loss_burst: float = 1.0
    """Mean frames in a row that a loss takes."""
    stall_every_s: float | None = None
    """Mean time between stalls, on which frames are held and then come at once."""
    stall_ms: int = 200
    echo_db: float | None = None
    """Level of the bot's own voice in the caller's audio, -30 to -20 for a loudspeaker phone."""
    echo_delay_ms: int = 120
    seed: int = 0


PERFECT: Final = Network()


def speech_level_dbfs(pcm: Int16) -> float | None:
    """Give the RMS of the frames within 20 dB of the loudest; None for silence."""
    whole = pcm[: pcm.size - pcm.size % FRAME_BYTES].astype(np.float64).reshape(-1, FRAME_BYTES)
    if not whole.size:
        return None
    power = np.mean(whole**2, axis=1)
    if power.max() < 1.0:
        return None
    active = power[power > power.max() / 100]
    return float(10 * np.log10(active.mean() / _FULL_SCALE**2))


class Impairer:
    """Applies a `Network` frame by frame, the same way for the same seed."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._random = np.random.default_rng(network.seed)
        self._noise = _narrowband_noise(self._random) if network.noise_snr_db is not None else None
        self._speech_dbfs = NOMINAL_SPEECH_DBFS
        self._at = 0
        self._lost = 0
        self._stalled = 0
        self._played = [np.zeros(FRAME_BYTES, dtype=np.int16)] * (network.echo_delay_ms // FRAME_MS)

    def hear_speech(self, pcm: Int16) -> None:
        """Learn how loud this caller speaks: the noise keeps its distance from that."""
        self._speech_dbfs = speech_level_dbfs(pcm) or self._speech_dbfs

    def shape(self, spoken: Int16, played: Int16) -> Int16:
        """Give the caller's frame as the provider gets it, from what was spoken and what the phone plays."""
        line = spoken.astype(np.float64)
        if self._noise is not None:
            line += self._next_noise()
        if self._network.echo_db is not None:
            self._played.append(played)
            line += self._played.pop(0) * 10 ** (self._network.echo_db / 20)
        if self._is_lost():
            line[:] = 0.0
        return np.clip(np.rint(line), -32_768, 32_767).astype(np.int16)

    def is_stalled(self) -> bool:
        """Say whether frames are held back at this tick; call it once a tick."""
        every_s = self._network.stall_every_s
        if every_s is None:
            return False
        if self._stalled > 0:
            self._stalled -= 1
        elif self._random.random() < FRAME_MS / 1000 / every_s:
            self._stalled = self._network.stall_ms // FRAME_MS
        return self._stalled > 0

    def _next_noise(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if self._noise is None or self._network.noise_snr_db is None:
            return np.zeros(FRAME_BYTES)
        self._at = (self._at + FRAME_BYTES) % (self._noise.size - FRAME_BYTES)
        rms = _FULL_SCALE * 10 ** ((self._speech_dbfs - self._network.noise_snr_db) / 20)
        return self._noise[self._at : self._at + FRAME_BYTES] * rms

    def _is_lost(self) -> bool:
        if self._lost == 0 and self._network.loss > 0:
            start = self._network.loss / max(1.0, self._network.loss_burst)
            if self._random.random() < start / max(1e-9, 1 - self._network.loss + start):
                self._lost = int(self._random.geometric(1 / max(1.0, self._network.loss_burst)))
        if self._lost == 0:
            return False
        self._lost -= 1
        return True


def _narrowband_noise(random: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Give noise of RMS 1 between 300 and 3400 Hz."""
    spectrum = np.fft.rfft(random.standard_normal(_NOISE_S * RATE_HZ))
    frequency = np.fft.rfftfreq(_NOISE_S * RATE_HZ, 1 / RATE_HZ)
    spectrum[(frequency < 300) | (frequency > 3400)] = 0
    noise = np.fft.irfft(spectrum)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)), dtype=np.float64)
