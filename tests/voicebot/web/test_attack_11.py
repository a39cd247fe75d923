"""Attack 11: a webhook that names a recording to fetch makes the gateway fetch nothing; it records by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from telephony.providers.simulator.wire import new_sid
from tests.voicebot.web.stage import ANA_PHONE, STATUS, VOICE, Operation
from voicebot.web.twilio_routes import AMD

pytestmark = pytest.mark.postgres


@asynccontextmanager
async def bait() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An address on this machine that keeps what it is asked for."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/recording.wav", asked


@pytest.mark.parametrize(
    "aimed_at",
    ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", None],
    ids=["cloud metadata", "a file", "this machine"],
)
async def test_attack_11_no_webhook_makes_the_gateway_fetch_a_recording(
    operation: Operation, aimed_at: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    loop = asyncio.get_running_loop()
    resolve = loop.getaddrinfo

    async def noted(host: object, *args: object, **options: object) -> object:
        looked_up.append(host)
        return await resolve(host, *args, **options)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(loop, "getaddrinfo", noted)
    async with bait() as (own_address, asked):
        url = aimed_at or own_address
        call_id, call_sid = await operation.outbound(), new_sid("CA")
        more = {"RecordingUrl": url, "RecordingSid": new_sid("RE"), "RecordingStatus": "completed", "MediaUrl0": url}
        form = {"CallSid": call_sid, "To": ANA_PHONE, "From": ANA_PHONE, **more}
        for path, facts in (
            (VOICE, {}),
            (AMD, {"AnsweredBy": "human"}),
            (STATUS, {"CallStatus": "completed", "CallDuration": "9"}),
        ):
            answer = await operation.post(f"{path}?call_ref={call_id}", form | facts)
            # A signed form is taken for what it is; the fields that name a recording are read by nobody.
            assert answer.status_code in {200, 204}, path
            assert url not in answer.text
        assert asked == []
    assert {str(host) for host in looked_up} <= {"127.0.0.1", "localhost"}
    assert await operation.rows("SELECT path FROM recordings") == []
    assert not await asyncio.to_thread((operation.data_dir / "recordings").exists)
