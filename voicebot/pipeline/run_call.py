"""Assemble the processors of one call around its media socket, and run it to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import structlog
from fastapi import WebSocket
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.audio_buffer_processor import AudioBufferProcessor
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner

from voicebot.pipeline.answering import CalleeListener
from voicebot.pipeline.detector import VAD, PauseDetector
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.floor import Patience
from voicebot.pipeline.judging import WholeTurn
from voicebot.pipeline.live_call import LiveCall
from voicebot.pipeline.onset import OnsetEar, Shared
from voicebot.pipeline.ports import Hearing, Phrases, Recording
from voicebot.pipeline.recogniser import Recogniser
from voicebot.pipeline.speaker import Speaker
from voicebot.pipeline.turns import TurnTaker

__all__ = ["VAD", "Engines", "run_call"]

log = structlog.get_logger(__name__)

HEAR_HZ = 16_000
PHONE_HZ = 8_000
MEDIA_PATIENCE_S = 8.0
"""Without a frame for so long the call is over, whatever the socket says."""
RECORD_EVERY_BYTES = PHONE_HZ * 2 * 2
"""Two seconds a track: what a crash can lose of the recording."""


@dataclass(slots=True)
class Engines:
    """The models of this process, loaded and warmed once, shared by its calls."""

    stt: Hearing
    phrases: Phrases
    smart_turn: SharedSmartTurn
    patience: Patience
    onset: Shared | None = None
    """What hears within 300 ms who asks for the floor; without it the length of speech decides."""
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One transcription at a time: two at once on two cores are slower than one after the other."""

    def close(self) -> None:
        self.phrases.close()


async def run_call(
    websocket: WebSocket,
    serializer: FrameSerializer,
    call: LiveCall,
    engines: Engines,
    recording: Recording | None,
    listener: CalleeListener | None = None,
) -> None:
    """Hold the call until the goodbye has been played, the caller hangs up, or the socket dies.

    `listener` tells of machines that picked up; where people call us there is none.
    """
    transport = _transport(websocket, serializer)
    ear = OnsetEar(engines.onset) if engines.onset is not None else None
    turns = TurnTaker(call, WholeTurn(engines.smart_turn), engines.patience, ear=ear)
    pipeline = Pipeline(
        [
            transport.input(),
            PauseDetector(),
            Recogniser(engines.stt, engines.gate, call.expected),
            *([listener] if listener is not None else []),
            turns,
            Speaker(engines.phrases, began=turns.line_began),
            transport.output(),
            _recorder(recording),
        ]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=HEAR_HZ, audio_out_sample_rate=PHONE_HZ),
        enable_rtvi=False,
        conversation_id=call.call_id,
        # Each would look at every frame of every processor, for what the stages and the floor know already.
        enable_turn_tracking=False,
        idle_timeout_secs=None,
        cancel_on_idle_timeout=False,
    )

    async def gone(_transport: object, _websocket: object) -> None:
        await worker.cancel(reason="the caller's side closed")

    transport.add_event_handler("on_client_disconnected", gone)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    watching = asyncio.create_task(_watch(worker, turns), name="watch-media")
    try:
        await runner.run()
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def _transport(websocket: WebSocket, serializer: FrameSerializer) -> FastAPIWebsocketTransport:
    """The media socket, in packets of 20 ms."""
    return FastAPIWebsocketTransport(
        websocket,
        FastAPIWebsocketParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_out_10ms_chunks=2,
            audio_out_end_silence_secs=0,
            serializer=serializer,
            allowed_origins=[],
        ),
    )


def _recorder(recording: Recording | None) -> AudioBufferProcessor:
    """What both sides say, handed to the recording every two seconds."""
    recorder = AudioBufferProcessor(
        sample_rate=PHONE_HZ, num_channels=2, buffer_size=RECORD_EVERY_BYTES, auto_start_recording=True
    )

    async def record(_recorder: object, audio: bytes, _rate: int, _channels: int) -> None:
        if recording is not None and audio:
            stereo = np.frombuffer(audio, dtype="<i2").reshape(-1, 2)
            await asyncio.to_thread(recording.append, stereo)

    recorder.add_event_handler("on_audio_data", record)
    return recorder


async def _watch(worker: PipelineWorker, turns: TurnTaker) -> None:
    """A phone sends audio even while nobody talks: a stream that stops without a word is dead."""
    heard = -1.0
    while turns.media_s > heard:
        heard = turns.media_s
        await asyncio.sleep(MEDIA_PATIENCE_S)
    log.warning("media_stopped", after_s=round(heard))
    await worker.cancel(reason="no media")
