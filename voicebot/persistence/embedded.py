"""The embedded PostgreSQL: one server for all our processes on this machine, gone when the last one leaves."""

from __future__ import annotations

import atexit
import hashlib
import os
import shlex
import shutil
import tempfile
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final

import psycopg
import structlog
from sqlalchemy import URL

from voicebot.persistence.embedded_binaries import (
    Programs,
    RunAs,
    install_for,
    service_user,
    unreachable_parent,
)
from voicebot.persistence.errors import EmbeddedUnavailable
from voicebot.persistence.locks import exclusive, join, leave

DATABASE: Final = "voicebot"
ROOT_FOLDER: Final = Path("/var/lib/voicebot/postgres")
_MAJOR: Final = "18"
_PORT: Final = 5432
_SOCKET_PATH_BYTES: Final = 100
"""A Unix socket's path has 108 bytes on Linux, its closing zero and the server's lock suffix among them."""
_CONTROLS_TIMEOUT_S: Final = 90.0
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "48MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's log would otherwise repeat rows and statements, and with them personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_log = structlog.get_logger(__name__)


class Cleanup(StrEnum):
    """What the last process to leave does with the server."""

    STOP = "stop"
    DELETE = "delete"
    """Stop and remove the data: for tests."""
    LEAVE_RUNNING = "leave_running"


def default_folder(data_dir: Path, pg_dir: Path | None = None) -> Path:
    """Choose where the data lies: `pg_dir` where it is set, as root a folder of its own, else under `data_dir`."""
    if pg_dir is not None:
        return pg_dir
    return ROOT_FOLDER if os.geteuid() == 0 else data_dir / "postgres"


class EmbeddedPostgres:
    """One process's hold on the embedded server of `folder`.

    `start` joins the server that another process runs there, or starts it; `stop` (or the end of the process, by
    whatever cause) leaves it. A server that nobody held on to, after a kill, is joined by the next to come.
    """

    def __init__(self, folder: Path, *, cleanup: Cleanup = Cleanup.STOP, durable: bool = True) -> None:
        """`durable=False` skips the waits for the disk; for tests only, since a power cut then loses data."""
        self._folder = folder.expanduser().absolute()
        self._cleanup = cleanup
        self._durable = durable
        self._held: int | None = None
        self._programs: Programs | None = None

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def log(self) -> Path:
        return self._folder / "log" / "postgres.log"

    def start(self) -> str:
        """Give the URL of a running server's database `voicebot`; blocks for about 2 s the first time.

        Raises:
            EmbeddedUnavailable: it cannot run here; the message says what to do.
        """
        user = service_user()
        self._prepare(user)
        try:
            with exclusive(self._folder / "control.lock", timeout_s=_CONTROLS_TIMEOUT_S):
                if self._held is None:
                    self._held = join(self._folder / "users.lock")
                    atexit.register(self.stop)
                try:
                    self._programs = Programs(install_for(user, self._folder), user, self._folder)
                    self._ensure_running(self._programs)
                    self._ensure_database()
                except EmbeddedUnavailable:
                    self._release()
                    raise
        except TimeoutError as error:
            raise EmbeddedUnavailable(f"{error}. Is another start stuck? End that process and try again") from error
        return self.url

    @property
    def url(self) -> str:
        """SQLAlchemy URL over the socket; no port is open."""
        return self._url(DATABASE)

    def stop(self) -> None:
        """Leave the server; the last to leave does what `cleanup` says. Does nothing where `start` did not succeed."""
        if self._held is None or self._programs is None:
            return
        with exclusive(self._folder / "control.lock", timeout_s=_CONTROLS_TIMEOUT_S):
            last = self._release()
            if not last or self._cleanup is Cleanup.LEAVE_RUNNING:
                return
            if self._answers():
                self._programs.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop")
                _log.info("the embedded database was stopped", folder=str(self._folder))
            if self._cleanup is Cleanup.DELETE:
                shutil.rmtree(self._socket_folder(), ignore_errors=True)
                shutil.rmtree(self._folder)

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _release(self) -> bool:
        atexit.unregister(self.stop)
        held, self._held = self._held, None
        return held is None or leave(self._folder / "users.lock", held)

    def _prepare(self, user: RunAs) -> None:
        try:
            _make_with_parents(self._folder)
            self._folder.chmod(0o711 if user.name else 0o700)
            self.log.parent.mkdir(mode=0o700, exist_ok=True)
            user.own(self.log.parent)
        except OSError as error:
            raise EmbeddedUnavailable(
                f"no folder for the embedded database at {self._folder}: {error.strerror}. "
                "Set VOICEBOT_PG_DIR to a folder you may write, or VOICEBOT_DATABASE_URL"
            ) from error
        closed = unreachable_parent(self._folder, user)
        if closed is not None:
            raise EmbeddedUnavailable(
                f"{closed} is closed to other users, and as root the embedded database runs as {user.name!r}: "
                f"set VOICEBOT_PG_DIR to a folder outside it, such as {ROOT_FOLDER}, or VOICEBOT_DATABASE_URL"
            )
        version = self.data / "PG_VERSION"
        if version.exists() and (found := version.read_text().strip()) != _MAJOR:
            raise EmbeddedUnavailable(
                f"the data in {self.data} is PostgreSQL {found}, the program is {_MAJOR}: "
                "dump and restore it, or move the folder away to begin anew"
            )

    def _socket_folder(self) -> Path:
        """Give the folder of the socket: beside the data, or a short path of our own where that one is too long."""
        near = self._folder / "run"
        if len(os.fsencode(near / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_BYTES:
            return near
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"voicebot-pg-{name}"

    def _make_socket_folder(self, user: RunAs) -> Path:
        folder = self._socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (user.uid, os.geteuid()):
            raise EmbeddedUnavailable(f"{folder} belongs to somebody else: remove it, or set VOICEBOT_PG_DIR")
        folder.chmod(0o700)
        user.own(folder)
        return folder

    def _ensure_running(self, programs: Programs) -> None:
        if self._answers():
            return
        sockets = self._make_socket_folder(programs.user)
        if not self.data.exists():
            self._initialise(programs)
        options = f"-p {_PORT} -k {shlex.quote(str(sockets))}"
        programs.run("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-o", options, "-w", "-t", "45", "start")
        _log.info("the embedded database was started", folder=str(self._folder))

    def _initialise(self, programs: Programs) -> None:
        """Make the data folder under another name first: an interrupted start leaves nothing half made."""
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        programs.user.own(fresh)
        settings = dict(_SETTINGS)
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        programs.run(
            "initdb",
            *("-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *options),
            *(() if self._durable else ("--no-sync",)),
        )
        fresh.rename(self.data)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._conninfo("postgres"), connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def _ensure_database(self) -> None:
        with psycopg.connect(self._conninfo("postgres"), connect_timeout=5, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if found is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _conninfo(self, database: str) -> str:
        return psycopg.conninfo.make_conninfo(
            host=str(self._socket_folder()), port=_PORT, user="postgres", dbname=database
        )

    def _url(self, database: str) -> str:
        query = {"host": str(self._socket_folder()), "port": str(_PORT)}
        url = URL.create("postgresql+psycopg", username="postgres", database=database, query=query)
        return url.render_as_string(hide_password=False)


def _make_with_parents(folder: Path) -> None:
    """Make what is missing, passable whatever the umask; the modes of what exists are left alone."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)
