"""Fetching models: what is right already stays, sources are tried in order, only verified files are let in."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from voicebot.speech import catalogue, sources
from voicebot.speech.catalogue import Fetched, Model, ModelFile
from voicebot.speech.errors import DownloadFailed, ModelDamaged, ModelMissing

log = structlog.get_logger(__name__)


def wanted(names: Iterable[str] = (), *, tests: bool = False) -> list[Model]:
    """Give the models of these names; with none, those that every install has and, if asked, what tests need."""
    named = [catalogue.find(name) for name in names]
    groups = {Fetched.DEFAULT, Fetched.TESTS} if tests else {Fetched.DEFAULT}
    return named or [model for model in catalogue.catalogue().values() if model.fetched in groups]


def ensure(models: Iterable[Model], folder: Path, console: Console) -> None:
    """Fetch what is missing or damaged, so that every model in the list is right in `folder`.

    Two processes take turns; an interrupted run leaves only whole, verified files. Raises `DownloadFailed`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(".fetching-*"):
        log.debug("models_leftover", name=leftover.name)
    with _locked(folder), _bars(console) as bars:
        for model in models:
            _fetch(model, folder, bars)
            console.print(f"{model.name}: ok")


def lacking(model: Model, folder: Path) -> list[ModelFile]:
    """Give the files that are missing or not what they should be."""
    trusted = catalogue.recorded(folder, model)
    found = []
    for file in model.files:
        try:
            catalogue.check(model, file, folder / model.name / file.path, trusted)
        except (ModelMissing, ModelDamaged):
            found.append(file)
    return found


def _fetch(model: Model, folder: Path, bars: _Bars) -> None:
    missing = lacking(model, folder)
    reasons: list[str] = []
    for source in model.sources:
        if not any(file.path in source.files for file in missing):
            continue
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as name:
            temp = Path(name)
            try:
                names = [file.path for file in missing]
                sources.get(source, model, names, temp, folder / ".tools", bars.report)
            except (sources.SourceFailed, OSError) as failure:
                log.info("model_source_failed", model=model.name, source=source.kind, reason=str(failure))
                reasons.append(str(failure))
            reasons += _let_in(model, missing, temp, folder)
        missing = lacking(model, folder)
        if not missing:
            return
    if missing:
        raise DownloadFailed(model.name, reasons)


def _let_in(model: Model, missing: list[ModelFile], temp: Path, folder: Path) -> list[str]:
    """Move the right files to their place, each in one step; give why the others were refused."""
    refused, trusted = [], catalogue.recorded(folder, model)
    for file in missing:
        arrived, place = temp / file.path, folder / model.name / file.path
        if not arrived.is_file():
            continue
        try:
            catalogue.check(model, file, arrived, trusted)
        except ModelDamaged as damage:
            refused.append(f"{file.path}: {damage.args[0].partition(': ')[2].partition(';')[0]}")
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(arrived, place)
        if file.sha256 is None:
            catalogue.record(folder, model, {file.path: catalogue.sha256(place)})
    return refused


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Whoever holds the lock may sweep what a killed run left behind.
        for leftover in folder.glob(".fetching-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


class _Bars:
    """One progress bar for each thing that is downloaded."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def report(self, what: str, done: int, total: int | None) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)


@contextmanager
def _bars(console: Console) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress)
