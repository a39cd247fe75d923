"""`console ...`: the QA console's people, made-up calls to try it with, and the console alone without telephony."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from voicebot import logs
from voicebot.application.qa.scorecard import ScorecardInvalid
from voicebot.bootstrap.commands import console_bench, console_users
from voicebot.bootstrap.console_scores import EVER
from voicebot.clock import SystemClock
from voicebot.settings import Settings, SettingsError, load_settings

console = typer.Typer(help="The QA console.", no_args_is_help=True)
console.add_typer(console_users.user, name="user")
console.command("bench", epilog=console_bench.EPILOG)(console_bench.bench)
_PATIENCE_S: Final = 600.0


@console.command("seed")
def seed(
    calls: Annotated[int, typer.Option(min=1, help="Made-up calls to write.")] = 2000,
    recordings: Annotated[int, typer.Option(min=0, help="Made-up recordings, for the newest calls with words.")] = 60,
    seed_number: Annotated[int, typer.Option("--seed", help="The same seed gives the same calls, once.")] = 1,
) -> None:
    """Fill the database with made-up calls, only with the simulator: made-up and real calls do not mix."""
    from voicebot.bootstrap.store import database_url, recording_key
    from voicebot.persistence.schema import upgrade

    settings = load_settings()
    if settings.provider != "simulator":
        raise SettingsError("`console seed` needs VOICEBOT_PROVIDER=simulator: made-up and real calls do not mix")
    url = database_url(settings)
    upgrade(url)
    wrote = seed_database(
        url, calls, recordings, settings.data_dir / "recordings", recording_key(settings), seed_number
    )
    typer.echo(f"seeded: {wrote[0]} calls, {wrote[1]} recordings", err=True)


def seed_database(
    url: str, calls: int, recordings: int, folder: Path, key: bytes, seed_number: int = 1
) -> tuple[int, int]:
    """Write calls, their rows of quality, their scores and some recordings; gives how many of the first and last."""
    from voicebot.persistence.console_seed import score
    from voicebot.persistence.console_seed import seed as write

    now = SystemClock().now()
    made = list(write(url, calls, until=now, seed_number=seed_number))
    asyncio.run(_enter(url))
    score(url, made, at=now, seed_number=seed_number)
    asyncio.run(_count(url))
    # The gravest first: those are the ones that will be heard.
    spoken = [call for call in made if call.spoken]
    spoken.sort(key=lambda call: (not call.story.fatal, call.story.escalation is None, -call.started_at.timestamp()))
    asyncio.run(_record(url, spoken[:recordings], folder, key))
    return len(made), min(recordings, len(spoken))


async def _enter(url: str) -> None:
    from voicebot.persistence.console_quality import PostgresQuality
    from voicebot.persistence.database import Database

    database = Database(url, patience_s=_PATIENCE_S, pool_size=1)
    try:
        await PostgresQuality(database).enter_closed(EVER)
    finally:
        await database.dispose()


async def _count(url: str) -> None:
    from voicebot.persistence.console_figures import PostgresFigures
    from voicebot.persistence.database import Database

    database = Database(url, patience_s=_PATIENCE_S, pool_size=1)
    try:
        await PostgresFigures(database).refresh()
    finally:
        await database.dispose()


async def _record(url: str, made: list[Any], folder: Path, key: bytes) -> None:
    from voicebot.persistence.console_seed_audio import record
    from voicebot.persistence.database import Database
    from voicebot.persistence.recording_store import PostgresRecordings

    database = Database(url, pool_size=1)
    store = PostgresRecordings(database)
    try:
        for call in made:
            summary = await asyncio.to_thread(record, call, folder, key)
            await store.opened(call.call_id, summary.path, summary.key_id, call.started_at)
            await store.completed(call.call_id, summary)
    finally:
        await database.dispose()


@console.command("score")
def score() -> None:
    """Score every closed call that has no score; `serve` does the same as calls close."""
    typer.echo(f"scored: {asyncio.run(_score())} calls", err=True)


async def _score() -> int:
    from voicebot.bootstrap.console_scores import Scoring
    from voicebot.bootstrap.store import opened
    from voicebot.persistence.console_quality import PostgresQuality

    clock = SystemClock()
    async with opened(load_settings(), clock) as store:
        quality = PostgresQuality(store.database)
        await _enter(store.url)
        scoring = Scoring(store.calls, quality, store.database, clock)
        total = 0
        while found := await scoring.waiting():
            total += found
    await _count(store.url)
    return total


@console.command("transcripts")
def transcripts(
    out: Annotated[Path, typer.Option(help="Folder for one Transcript JSON a call.")],
    limit: Annotated[int, typer.Option(min=1, help="Calls at most.")] = 1000,
    again: Annotated[str | None, typer.Option(help="Also calls scored by another scorer than this.")] = None,
) -> None:
    """Write the calls that wait for a score, for `score`; its output goes into `console scores`."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    typer.echo(f"written: {asyncio.run(_transcripts(out, limit, again))} transcripts", err=True)


async def _transcripts(out: Path, limit: int, again: str | None) -> int:
    from voicebot.bootstrap.store import opened
    from voicebot.persistence.console_quality import PostgresQuality

    async with opened(load_settings(), SystemClock()) as store:
        quality = PostgresQuality(store.database)
        await _enter(store.url)
        waiting = await quality.unscored(limit=limit, scorer=again)
        for call_id in waiting:
            text = json.dumps(await store.calls.transcript(str(call_id)), ensure_ascii=False)
            (out / f"{call_id}.json").write_text(text, encoding="utf-8")
    return len(waiting)


@console.command("scores")
def scores(
    files: Annotated[list[Path], typer.Argument(help="JSON lines as `score` prints them.")],
    scorer: Annotated[str, typer.Option(help="Name and version of the scorecard.")] = "scorecard",
) -> None:
    """Enter scores that `score` printed; a line that is none is reported and the rest entered."""
    entered, problems = asyncio.run(_scores(files, scorer))
    typer.echo(f"entered: {entered} scores", err=True)
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


async def _scores(files: list[Path], scorer: str) -> tuple[int, list[str]]:
    from voicebot.bootstrap.store import opened
    from voicebot.persistence.console_quality import PostgresQuality

    clock = SystemClock()
    entered, problems = 0, []
    async with opened(load_settings(), clock) as store:
        quality = PostgresQuality(store.database)
        for place, line in _lines(files):
            try:
                card = json.loads(line)
                call_id = uuid.UUID(str(card["call_id"]))
                if await quality.scored(call_id, card, scorer=scorer, at=clock.now()):
                    entered += 1
                else:
                    problems.append(f"{place}: no such call is closed here")
            except (ScorecardInvalid, ValueError, KeyError, TypeError):
                problems.append(f"{place}: no scorecard; give the lines that `score` prints")
    return entered, problems


def _lines(files: list[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield f"{file}:{number}", line


@console.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
) -> None:
    """Run the console alone: no telephone, no speech models."""
    logs.set_up(level="INFO")
    asyncio.run(_serve(load_settings(), host, port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn
    from fastapi import FastAPI

    from voicebot.bootstrap.console import mount
    from voicebot.bootstrap.console_scores import keep_entering
    from voicebot.bootstrap.store import clock_for, opened

    clock = clock_for(settings)
    async with opened(settings, clock) as store:
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        mount(app, settings, store, clock)
        config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
        async with asyncio.TaskGroup() as group:
            entering = group.create_task(keep_entering(store, clock))
            await uvicorn.Server(config).serve()
            entering.cancel()
