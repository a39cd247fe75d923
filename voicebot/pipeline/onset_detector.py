"""Silero's voice detector as the ear for beginnings uses it: one session for all calls, a state for each."""

from __future__ import annotations

from importlib.resources import files

from pipecat.audio.vad.silero import SileroOnnxModel

from voicebot.pipeline.onset import Detector


def shared_detector() -> Detector:
    """Load the model that pipecat carries; an ear takes a shallow copy, which shares the session."""
    path = str(files("pipecat.audio.vad.data").joinpath("silero_vad.onnx"))
    model: Detector = SileroOnnxModel(path)  # type: ignore[no-untyped-call]  # pipecat annotates no arguments
    return model
