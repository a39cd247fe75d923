"""Piper voices through Piper's own HTTP server in a process of its own: piper-tts is GPL and is never imported here."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import time
import wave
from importlib.util import find_spec
from pathlib import Path

import httpx
import numpy as np
import structlog

from voicebot.speech.errors import EngineUnavailable, ModelMissing
from voicebot.speech.loudness import level, to_samples, trim
from voicebot.speech.ports import Pcm
from voicebot.speech.sentences import has_words

_ENGINE = "Piper"
_HOST = "127.0.0.1"
_START_S = 30.0
_POLL_S = 0.05
_MEND = "install the extra `piper` (`uv sync --extra piper`) or use `base_url` of a running server"

log = structlog.get_logger(__name__)


class PiperHttp:
    """A `TextToSpeech`. Starts the server at the first use or `start`, restarts it when it dies, ends it on `close`.

    With `base_url` it uses a server that somebody else runs, and neither starts nor ends anything.
    """

    def __init__(
        self, voice: str, folder: Path, *, base_url: str | None = None, threads: int = 1, timeout_s: float = 30.0
    ) -> None:
        """Take the voice's name ("pt_BR-faber-medium") and the folder with its two files."""
        self._voice = voice
        self._folder = folder
        self._own_server = base_url is None
        self._base_url = base_url
        self._threads = threads
        self._client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=2.0), trust_env=False)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._rate = _rate(folder / f"{voice}.onnx.json")
        if self._own_server and not (folder / f"{voice}.onnx").is_file():
            raise ModelMissing(f"piper-{voice}", folder / f"{voice}.onnx")

    @property
    def name(self) -> str:
        """The engine and the voice."""
        return f"piper/{self._voice}"

    @property
    def sample_rate(self) -> int:
        """Hertz, from the voice's own configuration."""
        return self._rate

    @property
    def url(self) -> str | None:
        """Where the server answers, once it is known."""
        return self._base_url

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs and is ours."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server, unless it runs, and wait until it answers. Raises `EngineUnavailable`."""
        with self._lock:
            self._ready()

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        """Say the text; a server that has died is started again once. Raises `EngineUnavailable`."""
        if not has_words(text):
            return np.zeros(0, np.int16)
        try:
            answer = self._post(text, speed)
        except httpx.TransportError:
            log.warning("piper_server_restarted")
            try:
                answer = self._post(text, speed)
            except httpx.TransportError as failure:
                raise EngineUnavailable(_ENGINE, type(failure).__name__, _MEND, retryable=True) from failure
        if answer.status_code != httpx.codes.OK:
            raise EngineUnavailable(_ENGINE, f"its server answered {answer.status_code}", "see its log", retryable=True)
        return self._read(answer.content)

    def close(self) -> None:
        """End the server if it is ours."""
        with self._lock:
            self._closed = True
            self._stop()
            self._client.close()

    def _post(self, text: str, speed: float) -> httpx.Response:
        with self._lock:
            url = self._ready()
        return self._client.post(f"{url}/synthesize", json={"text": text, "length_scale": 1.0 / speed})

    def _ready(self) -> str:
        if self._closed:
            raise EngineUnavailable(_ENGINE, "it was closed", "open a new one")
        if not self._own_server and self._base_url is not None:
            return self._base_url.rstrip("/")
        if self._process is None or self._process.poll() is not None or self._base_url is None:
            self._stop()
            self._base_url = self._launch()
        return self._base_url

    def _launch(self) -> str:
        if find_spec("piper") is None:
            raise EngineUnavailable(_ENGINE, "the package piper-tts is not installed", _MEND)
        port = _free_port()
        arguments = ["-m", self._voice, "--data-dir", str(self._folder), "--host", _HOST, "--port", str(port)]
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter)
            [sys.executable, "-m", "piper.http_server", *arguments],
            cwd=self._folder,
            env={"PATH": "", "OMP_NUM_THREADS": str(self._threads)},
            stdin=subprocess.DEVNULL,
            # Its log would hold what is said to a debtor.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"http://{_HOST}:{port}"
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                self._client.get(f"{url}/info").raise_for_status()
            except httpx.HTTPError:
                time.sleep(_POLL_S)
            else:
                return url
        self._stop()
        raise EngineUnavailable(_ENGINE, f"its server did not answer within {_START_S:.0f} s", _MEND, retryable=True)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _read(self, content: bytes) -> Pcm:
        with wave.open(io.BytesIO(content)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return level(trim(to_samples(pcm), self._rate), self._rate)


def _rate(config: Path) -> int:
    if not config.is_file():
        raise ModelMissing(f"piper-{config.name.removesuffix('.onnx.json')}", config)
    return int(json.loads(config.read_text(encoding="utf-8"))["audio"]["sample_rate"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
