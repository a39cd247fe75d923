"""The guards of `conftest`, put to the test."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from tests.conftest import NetworkBlocked, still_running


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_no_connection_leaves_the_machine(host: str) -> None:
    with socket.socket() as outward, pytest.raises(NetworkBlocked, match=host):
        outward.connect((host, 80))


def test_no_name_is_looked_up_and_no_datagram_sent() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.com", 443)
    with socket.socket(type=socket.SOCK_DGRAM) as outward, pytest.raises(NetworkBlocked):
        outward.sendto(b"x", ("192.0.2.1", 53))


async def test_the_event_loop_is_guarded_too() -> None:
    with pytest.raises(NetworkBlocked):
        await asyncio.open_connection("192.0.2.1", 80)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            accepted, _ = server.accept()
            accepted.close()
            assert client.getpeername() == server.getsockname()
    assert socket.getaddrinfo("localhost", 80)


def test_no_setting_of_the_machine_is_seen() -> None:
    assert not {"VOICEBOT_DATABASE_URL", "VOICEBOT_PG_DIR", "TWILIO_AUTH_TOKEN", "PGHOST"} & set(os.environ)


async def test_a_task_left_behind_is_named_and_ended() -> None:
    before = asyncio.all_tasks()
    finished = asyncio.create_task(asyncio.sleep(0), name="finished")
    forgotten = asyncio.create_task(asyncio.sleep(3600), name="forgotten")

    [named] = await still_running(before)

    assert "sleep" in named
    assert finished.done()
    await asyncio.wait({forgotten})
    assert forgotten.cancelled()
