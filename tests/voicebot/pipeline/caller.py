"""What the caller of these tests says: synthesised with the embedded voice pm_alex, 8 kHz mu-law, peak at 12000.

The recogniser is scripted, so the words only matter to the voice detector and to the judge of finished turns.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from telephony.codecs import Int16, mulaw_decode

_FOLDER = Path(__file__).parents[2] / "data" / "speech"


@cache
def speech(name: str) -> Int16:
    return mulaw_decode((_FOLDER / f"{name}.ulaw").read_bytes())


def hello() -> Int16:
    """ "Alô?", 0.6 s."""
    return speech("hello")


def yes() -> Int16:
    """ "Sim, sou eu.", 1.0 s."""
    return speech("yes")


def aham() -> Int16:
    """ "Aham.", 0.8 s with its edges."""
    return speech("aham")


def wait() -> Int16:
    """ "Espera aí, moça, eu quero falar uma coisa antes.", 3.0 s."""
    return speech("wait")
