"""A robotic Brazilian voice from espeak-ng, in a process of its own: its licence is GPL, ours is not.

Run as a module, this file is that process: a text on standard input, 16-bit audio at `RATE_HZ` on standard output, the
words a minute as argument. Imported, it gives `say`, which runs it once.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np

from voicebot.speech.ports import Pcm

RATE_HZ: Final = 22_050
_WORDS_A_MINUTE: Final = 165
_MODULE: Final = "evaluation.corpora.odd_voice"
_TIMEOUT_S: Final = 60
_SYNCHRONOUS: Final = 2
_UTF8: Final = 1
_RATE_PARAMETER: Final = 1


def say(text: str, speed: float) -> Pcm:
    """Speak a text; `speed` 1.2 is a fifth faster. Raises `OddVoiceFailed`."""
    # Not at the top: the child imports this file and needs none of it.
    from evaluation.corpora.errors import OddVoiceFailed

    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", _MODULE, str(round(_WORDS_A_MINUTE * speed))],
            cwd=Path(__file__).parents[_MODULE.count(".")],
            input=text.encode(),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as failure:
        raise OddVoiceFailed(type(failure).__name__) from failure
    said = np.frombuffer(done.stdout, "<i2").astype(np.int16)
    if not said.any():
        raise OddVoiceFailed("only silence came back")
    return said


def _speak(words_a_minute: int) -> None:
    # Imported in the child alone: our own process never loads the GPL library.
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    said = bytearray()

    def take(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            said.extend(ctypes.string_at(samples, count * 2))
        return 0

    keep = handler(take)
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate != RATE_HZ or library.espeak_SetVoiceByName(b"pt-br") != 0:
        raise OSError(f"espeak-ng did not start as expected: rate {rate}")
    library.espeak_SetSynthCallback(keep)
    library.espeak_SetParameter(_RATE_PARAMETER, words_a_minute, 0)
    text = sys.stdin.buffer.read()
    library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    _speak(int(sys.argv[1]))
