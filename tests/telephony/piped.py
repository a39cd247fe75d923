"""One processor on a telephone line by pipecat's own transport, until the line is over."""

from __future__ import annotations

from fastapi import WebSocket
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner

from telephony.frames import MediaSerializer


async def run_on(websocket: WebSocket, serializer: MediaSerializer, talker: FrameProcessor) -> None:
    """Let `talker` hear 16 kHz and speak 8 kHz on an accepted socket."""
    transport = FastAPIWebsocketTransport(
        websocket,
        FastAPIWebsocketParams(
            serializer=serializer,
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_out_10ms_chunks=2,
            audio_out_end_silence_secs=0,
        ),
    )
    worker = PipelineWorker(
        Pipeline([transport.input(), talker, transport.output()]),
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=8_000),
        enable_rtvi=False,
    )

    @transport.event_handler("on_client_disconnected")  # type: ignore[untyped-decorator]  # pipecat's
    async def gone(_transport: FastAPIWebsocketTransport, _client: WebSocket) -> None:
        await worker.cancel(reason="hung up")

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()
