"""Attacks by the order of a stream's messages, and by whose account it says it is of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from telephony.providers.simulator.phone import Phone
from tests.voicebot.web.stage import Operation, socket, socket_headers
from tests.voicebot.web.test_media_socket import (
    POLICY_VIOLATION,
    SILENT_FRAME,
    in_progress,
    no_call_took_place,
    refused,
)
from voicebot.domain.dialogue.phases import Disposition

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(60)]


async def test_5_another_account_is_refused_and_the_token_stays_good(operation: Operation) -> None:
    call_id, line = await operation.line()
    with capture_logs() as logs:
        async with socket(operation, replace(line, account_sid="AC" + "9" * 32)) as stranger:
            await stranger.start()
            assert await stranger.closing() == POLICY_VIOLATION
    assert refused(logs) == ["another account"]
    async with Phone(line).attached(operation.media_url, headers=socket_headers()):
        assert await operation.until(lambda lines: bool(lines), call_id)


async def test_8_media_before_its_start_opens_nothing_and_uses_nothing_up(operation: Operation) -> None:
    call_id, line = await operation.line()
    async with socket(operation, line) as early:
        await early.connection.send(early.sender.connected())
        await early.connection.send(early.sender.media(SILENT_FRAME, 0))
        assert await early.closing() == POLICY_VIOLATION
    assert await no_call_took_place(operation)
    async with Phone(line).attached(operation.media_url, headers=socket_headers()):
        assert await operation.until(lambda lines: bool(lines), call_id)


async def test_8_what_comes_after_the_stop_is_heard_by_nobody(operation: Operation) -> None:
    async with in_progress(operation) as (call_id, peer, _):
        said = len(await operation.lines(call_id))
        await peer.connection.send(peer.sender.stop())
        await peer.connection.send(peer.sender.dtmf("5"))
        for frame in range(90):  # 1.8 s, in which a key would have been taken up
            await peer.connection.send(peer.sender.media(SILENT_FRAME, frame * 20))
        await peer.connection.close()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        assert len(await operation.lines(call_id)) == said
