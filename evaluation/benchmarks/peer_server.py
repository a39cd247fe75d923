"""A stock pipecat bot on a media socket, to be measured against: run by `peer` in a process and environment of its own.

Everything is pipecat's own: its Whisper and Kokoro services, its default turn strategies, its Twilio serializer. In
place of a language model stands one answer, which comes at once. Our own code gives only the weights and, where asked
for, the audio that takes the place of its voice.
"""

from __future__ import annotations

import argparse
import json
import wave
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import Frame, LLMContextFrame, TTSAudioRawFrame, TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.kokoro.tts import KokoroTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner

MEDIA = "/media"
READY = "/ready"
HEAR_HZ = 16_000
PHONE_HZ = 8_000


class FixedAnswer(FrameProcessor):
    """Says the same to every turn, as a language model without any delay would."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self._answer = answer

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame):
            await self.push_frame(TTSSpeakFrame(self._answer))
        else:
            await self.push_frame(frame, direction)


class MadeVoice(FrameProcessor):
    """Stands where the voice does and gives audio that was made before."""

    def __init__(self, pcm: bytes) -> None:
        super().__init__()
        self._pcm = pcm

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSSpeakFrame):
            await self.push_frame(TTSAudioRawFrame(self._pcm, PHONE_HZ, 1))
        else:
            await self.push_frame(frame, direction)


def voice(options: argparse.Namespace) -> FrameProcessor:
    """Give pipecat's Kokoro service on our weights, or the audio made before."""
    if options.made is not None:
        with wave.open(str(options.made)) as file:
            return MadeVoice(file.readframes(file.getnframes()))
    return KokoroTTSService(
        model_path=str(options.kokoro),
        voices_path=str(options.voices),
        settings=KokoroTTSService.Settings(voice=options.voice, language=Language.PT_BR),
    )


async def hold(websocket: WebSocket, stream_sid: str, options: argparse.Namespace) -> None:
    """Hold one call as pipecat's own documents put a telephone bot together."""
    serializer = TwilioFrameSerializer(stream_sid, params=TwilioFrameSerializer.InputParams(auto_hang_up=False))
    transport = FastAPIWebsocketTransport(
        websocket, FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True, serializer=serializer)
    )
    ear = WhisperSTTService(
        device="cpu",
        compute_type="int8",
        settings=WhisperSTTService.Settings(model=str(options.whisper), language=Language.PT),
        ttfs_p99_latency=1.0,
    )
    aggregators = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    pipeline = Pipeline(
        [
            transport.input(),
            ear,
            aggregators.user(),
            FixedAnswer(options.answer),
            voice(options),
            transport.output(),
            aggregators.assistant(),
        ]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=HEAR_HZ, audio_out_sample_rate=PHONE_HZ),
        enable_rtvi=False,
        cancel_on_idle_timeout=False,
    )

    async def gone(_transport: object, _websocket: object) -> None:
        await worker.cancel(reason="the caller's side closed")

    transport.add_event_handler("on_client_disconnected", gone)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


async def started(websocket: WebSocket) -> str:
    """Read up to the stream's start; gives its id."""
    while True:
        message: dict[str, Any] = json.loads(await websocket.receive_text())
        if message.get("event") == "start":
            return str(message["start"]["streamSid"])


def app(options: argparse.Namespace) -> FastAPI:
    """Give the server: one socket, and a page that says that it is there."""
    served = FastAPI()

    @served.get(READY)
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    @served.websocket(MEDIA)
    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        await hold(websocket, await started(websocket), options)

    return served


def main() -> None:
    """Serve on loopback until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--whisper", type=Path, required=True)
    parser.add_argument("--kokoro", type=Path, required=True)
    parser.add_argument("--voices", type=Path, required=True)
    parser.add_argument("--voice", default="pf_dora")
    parser.add_argument("--answer", required=True)
    parser.add_argument("--made", type=Path, default=None, help="8 kHz wav that takes the voice's place.")
    options = parser.parse_args()
    uvicorn.run(app(options), host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
