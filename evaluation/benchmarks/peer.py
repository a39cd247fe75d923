"""The same caller audio through a stock pipecat bot, measured as ours is: what our own work on the time is worth.

Twice: with its voice live, and with audio of ours, made before, in its voice's place. It answers every turn with one
line, at once, so it understands, decides and gates nothing; all of that is in our figures and not in its own.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from evaluation.benchmarks.intervals import spread
from evaluation.benchmarks.latency_callers import THINKING_MS
from evaluation.stage import StageError, free_port, until_ready
from telephony.codecs import RATE_HZ, Int16
from telephony.errors import CallOver
from telephony.providers.simulator.impairments import Network
from telephony.providers.simulator.phone import Phone
from voicebot.settings import ROOT, Settings
from voicebot.speech import catalogue
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.resample import resample_pcm
from voicebot.speech.stt import whisper_ct2
from voicebot.speech.tts import kokoro
from voicebot.speech.wav import write_wav

ENVIRONMENT: Final = ROOT / ".venv-peer" / "bin" / "python"
"""Where `make peer` puts the peer's packages; some are under the GPL and never come into our own process."""
ANSWER: Final = "Posso dividir em dez vezes de cento e vinte reais, fica bom assim?"
"""As long as the first sentence of an ordinary answer of ours."""
PACKAGES: Final = ("faster_whisper", "kokoro_onnx")
ANSWER_WITHIN_S: Final = 15.0
_VOICE: Final = "pf_dora"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Peer:
    """Where the peer's Python is and what it works with."""

    python: Path
    whisper: Path
    kokoro: Path
    voices: Path
    made: Path
    log: Path

    def command(self, port: int, *, is_live: bool) -> list[str]:
        own_voice = ["--made", str(self.made)] if not is_live else []
        return [
            str(self.python),
            *("-m", "evaluation.benchmarks.peer_server"),
            *("--port", str(port), "--answer", ANSWER, "--voice", _VOICE),
            *("--whisper", str(self.whisper), "--kokoro", str(self.kokoro), "--voices", str(self.voices)),
            *own_voice,
        ]


def interpreter(chosen: Path | None) -> Path:
    """Give the Python to run the peer with: the chosen one, the one `make peer` made, else our own."""
    if chosen is not None:
        return chosen
    return ENVIRONMENT if ENVIRONMENT.is_file() else Path(sys.executable)


def _has_packages(python: Path) -> None:
    asked = "import importlib.util as u, sys; sys.exit(any(u.find_spec(n) is None for n in sys.argv[1:]))"
    try:
        found = subprocess.run([str(python), "-c", asked, *PACKAGES], check=False).returncode == 0  # noqa: S603 - ours
    except OSError:
        found = False
    if not found:
        raise StageError(
            f"the peer needs {' and '.join(PACKAGES)}, which {python} has not: `make peer` installs them beside ours, "
            "or name an interpreter that has them with --peer-python"
        )


def prepare(settings: Settings, voice: PhraseCache, python: Path) -> Peer:
    """Put what the peer reads into files of the forms that it reads; blocks.

    Raises:
        StageError: the interpreter lacks the peer's packages.
    """
    home = catalogue.verify(catalogue.find(kokoro.MODEL), settings.models_dir)
    folder = settings.data_dir / "bench" / "peer"
    folder.mkdir(parents=True, exist_ok=True)
    _has_packages(python)
    style = np.fromfile(home / "voices" / f"{_VOICE}.bin", np.float32).reshape(-1, 1, 256)
    # An archive by hand: numpy's own function takes the voice's name only as a keyword of its own.
    with zipfile.ZipFile(folder / "voices.npz", "w") as archive, archive.open(f"{_VOICE}.npy", "w") as entry:
        np.save(entry, style)
    write_wav(folder / "answer.wav", resample_pcm(voice.synthesise(ANSWER), voice.sample_rate, RATE_HZ), RATE_HZ)
    return Peer(
        python=python,
        whisper=catalogue.verify(catalogue.find(whisper_ct2.MODEL), settings.models_dir),
        kokoro=home / "kokoro-v1.0.int8.onnx",
        voices=folder / "voices.npz",
        made=folder / "answer.wav",
        log=folder / "server.log",
    )


async def measure(peer: Peer, said: Sequence[Int16], network: Network, say: Say = lambda _: None) -> dict[str, Any]:
    """Say all of it to the peer with its live voice, then with made audio; gives both distributions.

    Raises:
        StageError: the peer does not come up.
    """
    found: dict[str, Any] = {"answer": ANSWER, "turns": len(said)}
    for name, is_live in (("live", True), ("cached", False)):
        async with _served(peer, is_live=is_live) as url:
            times, unanswered = await _call(url, said, network)
        found[name] = {"content_ms": spread(times), "unanswered": unanswered}
        say(f"peer, {name} voice: {len(times)} responses to {len(said)} turns")
    return found


def ratios(ours: Sequence[float], peer: dict[str, Any]) -> dict[str, dict[str, float] | None]:
    """Give ours divided by the peer's, of medians and of p95; below 1 we are sooner."""
    own = spread(ours)
    found: dict[str, dict[str, float] | None] = {}
    for name in ("live", "cached"):
        theirs = peer[name]["content_ms"]
        both = own is not None and theirs is not None
        found[name] = {key: round(own[key] / theirs[key], 3) for key in ("median", "p95")} if own and both else None
    return found


async def _call(url: str, said: Sequence[Int16], network: Network) -> tuple[list[float], int]:
    """Hold one call; gives the response times, ms, and how many turns got no answer in time."""
    phone = Phone(network=network)
    chance = random.Random(7)
    unanswered = 0
    with suppress(CallOver):
        async with phone.attached(url):
            for pcm in said:
                await phone.say(pcm)
                heard = await phone.listen(silence_ms=chance.randint(*THINKING_MS), timeout_s=ANSWER_WITHIN_S)
                unanswered += heard is None
    return phone.metrics().response_ms, unanswered


@asynccontextmanager
async def _served(peer: Peer, *, is_live: bool) -> AsyncIterator[str]:
    port = free_port()
    with peer.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *peer.command(port, is_live=is_live), cwd=ROOT, env={**os.environ}, stdout=log, stderr=log
        )
        try:
            await until_ready(f"http://127.0.0.1:{port}/ready", process, "the peer", peer.log)
            yield f"ws://127.0.0.1:{port}/media"
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
