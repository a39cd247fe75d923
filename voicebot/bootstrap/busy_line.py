"""The words for the caller beyond the rated number: read from the prompts, and spoken before anybody needs them."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Final

import numpy as np
import structlog
import yaml

from voicebot.pipeline.ports import Phrases
from voicebot.settings import Settings, SettingsError
from voicebot.speech.ports import Pcm
from voicebot.speech.resample import PHONE_RATE, resample_pcm
from voicebot.web.busy_line import KINDS, BusyLine

log = structlog.get_logger(__name__)

FILE: Final = "busy.yaml"


def busy_words(folder: Path) -> dict[str, str]:
    """Give the words by kind.

    Raises:
        SettingsError: the file is missing, or lacks a kind.
    """
    path = folder / FILE
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} cannot be read ({type(error).__name__}): it says what callers hear") from None
    words = {kind: found.get(kind) for kind in KINDS} if isinstance(found, dict) else {}
    if not words or not all(isinstance(each, str) and each.strip() for each in words.values()):
        raise SettingsError(f"{path} needs words under {' and '.join(KINDS)}")
    return {kind: str(each) for kind, each in words.items()}


async def make_busy_line(settings: Settings, phrases: Phrases, line: BusyLine) -> None:
    """Speak the words and put them at their URLs; without a voice the busy tone stays."""
    try:
        for kind, text in busy_words(settings.prompts_dir).items():
            pieces = [pcm async for pcm in phrases.stream(text, keep=True)]
            pcm = resample_pcm(np.concatenate(pieces), phrases.sample_rate, PHONE_RATE)
            line.made({kind: _wav(pcm)})
    except Exception as error:  # noqa: BLE001 - the edge of a chore: calls are taken all the same
        log.warning("busy_line_not_made", error=type(error).__name__)


def _wav(pcm: Pcm) -> bytes:
    with io.BytesIO() as made:
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(PHONE_RATE)
            file.writeframes(pcm.astype("<i2").tobytes())
        return made.getvalue()
