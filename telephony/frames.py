"""Frames of our own that a media serializer gives to the pipeline, and requests it takes from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pipecat.frames.frames import OutputTransportMessageFrame, SystemFrame
from pipecat.serializers.base_serializer import FrameSerializer

MediaSerializer: TypeAlias = FrameSerializer
"""Any provider's translator between its media socket and the pipeline, for those who only pass it on."""


@dataclass
class MarkEchoFrame(SystemFrame):
    """The phone gave a mark back: the audio before it was played, or was thrown away by a clear."""

    mark: str
    played: bool
    """False where a clear was sent while the mark was pending: what came before it may not have been heard."""


def mark_request(mark: str) -> OutputTransportMessageFrame:
    """Ask for a mark behind the audio queued so far.

    An output transport keeps the last part of a chunk back until `TTSStoppedFrame`: send the mark after that frame.
    An interruption drops a request still in the queue, and then no echo ever comes.
    """
    return OutputTransportMessageFrame(message={"event": "mark", "mark": {"name": mark}})
