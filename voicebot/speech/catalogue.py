"""Which speech models exist, and whether the files in a models folder are theirs. Fetching is in `fetch`."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

import yaml

from voicebot.speech.errors import ModelDamaged, ModelMissing, UnknownModel

_DATA = Path(__file__).with_name("models.yaml")
_TRUSTED = "trusted.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; None where the catalogue could not know."""

    path: str
    bytes: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class HubSource:
    """Files by web address."""

    files: dict[str, str]
    kind: Literal["hub"] = "hub"


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files joined from the parts inside Python packages."""

    packages: tuple[str, ...]
    files: dict[str, list[str]]
    kind: Literal["wheels"] = "wheels"


@dataclass(frozen=True, slots=True)
class NpmSource:
    """Files inside an npm package."""

    package: str
    files: dict[str, str]
    kind: Literal["npm"] = "npm"


Source: TypeAlias = HubSource | WheelSource | NpmSource


class Fetched(StrEnum):
    DEFAULT = "default"
    TESTS = "tests"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    about: str
    licence: str
    fetched: Fetched
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]

    @property
    def bytes(self) -> int | None:
        """The size of all files, None where one is not known."""
        sizes = [file.bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size)


class State(StrEnum):
    OK = "ok"
    MISSING = "missing"
    DAMAGED = "damaged"


def default_folder() -> Path:
    """Give `VOICEBOT_MODELS_DIR`, or the user's cache."""
    chosen = os.environ.get("VOICEBOT_MODELS_DIR")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "voicebot" / "models"


def catalogue(path: Path = _DATA) -> dict[str, Model]:
    """Read the catalogue, by name in its order."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _model(name, entry) for name, entry in data.items()}


def find(name: str) -> Model:
    """Give the model of that name. Raises `UnknownModel`."""
    models = catalogue()
    if name not in models:
        raise UnknownModel(name, list(models))
    return models[name]


def verify(model: Model, folder: Path) -> Path:
    """Check every file's size and sha256 and give the model's own folder.

    Raises `ModelMissing` or `ModelDamaged`, whose messages say how to mend it. Takes about 0.1 s per 200 MB.
    """
    home = folder / model.name
    trusted = recorded(folder, model)
    for file in model.files:
        check(model, file, home / file.path, trusted)
    return home


def check(model: Model, file: ModelFile, path: Path, trusted: dict[str, str]) -> None:
    """Check one file at `path`. Raises `ModelMissing` or `ModelDamaged`."""
    if not path.is_file():
        raise ModelMissing(model.name, path)
    size = path.stat().st_size
    if file.bytes is not None and size != file.bytes:
        raise ModelDamaged(model.name, path, f"{size} bytes instead of {file.bytes}")
    expected = file.sha256 or trusted.get(file.path)
    if expected is not None and (actual := sha256(path)) != expected:
        raise ModelDamaged(model.name, path, f"sha256 {actual[:12]}… instead of {expected[:12]}…")


def state(model: Model, folder: Path) -> State:
    """Say how the model stands in the folder."""
    try:
        verify(model, folder)
    except ModelMissing:
        return State.MISSING
    except ModelDamaged:
        return State.DAMAGED
    return State.OK


def sha256(path: Path) -> str:
    """Give the file's sha256 in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def recorded(folder: Path, model: Model) -> dict[str, str]:
    """Give the sha256s trusted at the first download, for files whose own the catalogue does not know."""
    path = folder / model.name / _TRUSTED
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as failure:
        raise ModelDamaged(model.name, path, "it is not JSON") from failure
    return {str(name): str(digest) for name, digest in entries.items()}


def record(folder: Path, model: Model, digests: dict[str, str]) -> None:
    """Remember what a first download was."""
    path = folder / model.name / _TRUSTED
    path.write_text(json.dumps(recorded(folder, model) | digests, indent=1), encoding="utf-8")


def _model(name: str, entry: dict[str, object]) -> Model:
    files = entry["files"]
    sources = entry["sources"]
    if not isinstance(files, dict) or not isinstance(sources, list):
        raise TypeError(f"models.yaml: {name}: files must be a mapping and sources a list")
    return Model(
        name=name,
        about=str(entry["about"]),
        licence=str(entry["licence"]),
        fetched=Fetched(str(entry["fetched"])),
        files=tuple(ModelFile(path, facts["bytes"], facts["sha256"]) for path, facts in files.items()),
        sources=tuple(_source(name, source) for source in sources),
    )


def _source(name: str, entry: dict[str, object]) -> Source:
    match entry:
        case {"kind": "hub", "files": dict(files)}:
            return HubSource(files)
        case {"kind": "wheels", "packages": list(packages), "files": dict(files)}:
            return WheelSource(tuple(packages), files)
        case {"kind": "npm", "package": str(package), "files": dict(files)}:
            return NpmSource(package, files)
        case _:
            raise ValueError(f"models.yaml: {name}: a source is hub, wheels or npm with its files, not {entry!r}")
