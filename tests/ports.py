"""A port for a server that a test starts as a process of its own, which cannot bind port 0 and say what it got."""

from __future__ import annotations

import socket
from random import SystemRandom
from typing import Final

_BELOW_EPHEMERAL: Final = range(20_000, 32_000, 2)
"""From 32768 on Linux takes ports for outgoing connections: one found free there may be gone a moment later."""
_given: Final[set[int]] = set()


def free_port() -> int:
    """Give an even port that nobody has, over TCP and UDP alike: SIP listens on both."""
    while True:
        port = SystemRandom().choice(_BELOW_EPHEMERAL)
        if port not in _given and _is_free(port, socket.SOCK_STREAM) and _is_free(port, socket.SOCK_DGRAM):
            _given.add(port)
            return port


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
