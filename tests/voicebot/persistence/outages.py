"""A server of one's own that can be stopped, started again and frozen."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicebot.persistence import schema
from voicebot.persistence.embedded import Cleanup, EmbeddedPostgres


class MortalServer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = EmbeddedPostgres(folder, durable=False)
        self.url = self._held.start()
        schema.upgrade(self.url)

    def stop(self) -> None:
        self._held.stop()

    def start(self) -> None:
        self._held.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all of the server's processes in their tracks: connections stay open, nothing answers."""
        processes = self._processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        parent = int((self._held.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def remove(self) -> None:
        self.stop()
        with EmbeddedPostgres(self._folder, cleanup=Cleanup.DELETE, durable=False):
            pass


@contextmanager
def mortal_server() -> Iterator[MortalServer]:
    with tempfile.TemporaryDirectory(prefix="vb-") as parent:
        Path(parent).chmod(0o755)
        server = MortalServer(Path(parent) / "pg")
        try:
            yield server
        finally:
            server.remove()
