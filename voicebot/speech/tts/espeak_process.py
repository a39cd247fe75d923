"""Portuguese phonemes from espeak-ng, kept in a process of its own: its licence is GPL, ours is not.

Run as a module, this file is that process: one JSON list of clauses a line in, one JSON list of phonemes a line out.
Imported, it gives `EspeakProcess`, the client, which starts the process when needed and restarts it if it dies.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import structlog

from voicebot.speech.errors import EngineUnavailable

_MODULE = "voicebot.speech.tts.espeak_process"
_MEND = "run `make install` (package espeakng-loader)"
_SYNCHRONOUS = 2
_UTF8 = 1
_IPA_TIED = 0x02 | 0x80 | ord("^") << 8

log = structlog.get_logger(__name__)


class EspeakProcess:
    """A `Phonemiser` over one espeak-ng process. Thread-safe: calls take turns, each well under a millisecond."""

    def __init__(self, voice: str = "pt-br") -> None:
        self._voice = voice
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    def phonemes(self, clauses: list[str]) -> list[str]:
        """Give each clause's IPA. Raises `EngineUnavailable` when a fresh process fails too."""
        if not clauses:
            return []
        with self._lock:
            try:
                return self._ask(clauses)
            except (OSError, ValueError):
                log.warning("espeak_process_restarted")
                self._stop()
            try:
                return self._ask(clauses)
            except (OSError, ValueError) as failure:
                self._stop()
                raise EngineUnavailable("espeak-ng", type(failure).__name__, _MEND) from failure

    def close(self) -> None:
        """End the process; a later call is an error."""
        with self._lock:
            self._closed = True
            self._stop()

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process else None

    def _ask(self, clauses: list[str]) -> list[str]:
        stdin, stdout = self._pipes()
        stdin.write(json.dumps(clauses) + "\n")
        stdin.flush()
        answer = json.loads(stdout.readline())
        if not isinstance(answer, list) or len(answer) != len(clauses):
            raise ValueError("the answer does not fit the question")
        return [str(item) for item in answer]

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._closed:
            raise EngineUnavailable("espeak-ng", "it was closed", "open a new one")
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", _MODULE, self._voice],
                # `-m` looks in the working directory first: ours may be anywhere.
                cwd=Path(__file__).parents[_MODULE.count(".")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("no pipes")
        return self._process.stdin, self._process.stdout

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    log.debug("espeak_pipe_already_broken")


def _load(voice: str) -> ctypes.CDLL:
    # Imported in the child alone: our own process never loads the GPL library.
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    if library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0) <= 0:
        raise OSError("espeak_Initialize failed")
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise OSError(f"espeak-ng has no voice {voice}")
    return library


def _phonemes(library: ctypes.CDLL, clause: str) -> str:
    buffer = ctypes.create_string_buffer(clause.encode())
    position = ctypes.c_void_p(ctypes.addressof(buffer))
    parts = []
    while position.value:
        part = library.espeak_TextToPhonemes(ctypes.byref(position), _UTF8, _IPA_TIED)
        parts.append(part.decode())
    return " ".join(part for part in parts if part)


def _serve(voice: str) -> None:
    library = _load(voice)
    for line in sys.stdin:
        answer = [_phonemes(library, clause) for clause in json.loads(line)]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
