"""`chat` and `understand`: the conversation, and one utterance, as JSON lines."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from voicebot.application.ports import Clock
from voicebot.application.text_call import blocked, hold
from voicebot.bootstrap import text
from voicebot.clock import SystemClock
from voicebot.domain.dialogue.phases import Asks, Direction, Phase
from voicebot.domain.portfolio import Case
from voicebot.settings import Settings, load_settings
from voicebot.understanding.contract import to_contract


def chat(
    debtor: Annotated[str, typer.Option(help="Whom to talk to: a debtor_ref of the portfolio.")],
    direction: Annotated[Direction, typer.Option(help="Who calls whom.")] = Direction.OUTBOUND,
    at: Annotated[str | None, typer.Option(help="ISO 8601; the clock stands still there.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same words.")] = 0,
    portfolio: Annotated[Path | None, typer.Option(help="Folder of load files; needs no database.")] = None,
) -> None:
    """Hold the same conversation as text: JSON lines in, exactly one JSON line out for each."""
    settings = load_settings()
    case = _case(settings, debtor, portfolio, text.day_of(at))
    try:
        clock, start = text.chat_clock(case, at)
    except ValueError as error:
        raise typer.BadParameter("write an instant as in 2026-11-23T10:00", param_hint="--at") from error
    if direction is Direction.OUTBOUND:
        refused = text.refusal(case, start)
        if refused is not None:
            _print(blocked(refused, start))
            return
    asyncio.run(_hold(settings, case, direction, clock, seed))


async def _hold(settings: Settings, case: Case, direction: Direction, clock: Clock, seed: int) -> None:
    conversation = text.text_conversation(settings, case, direction, clock, seed)
    async for line in hold(conversation, sys.stdin):
        _print(line)


def _case(settings: Settings, ref: str, folder: Path | None, on: date) -> Case:
    if folder is not None:
        return text.portfolio_case(folder, ref, None)

    from voicebot.bootstrap.store import opened

    async def stored() -> Case | None:
        async with opened(settings, SystemClock()) as store:
            return await store.portfolio.case_by_ref(ref, on=on)

    case = asyncio.run(stored())
    if case is None:
        raise typer.BadParameter(f"nobody in the database has the reference {ref}", param_hint="--debtor")
    return case


def understand(
    at: Annotated[str | None, typer.Option(help="ISO 8601 instant with offset, for words such as amanhã.")] = None,
    expecting: Annotated[
        str | None, typer.Option(help="What the bot has just asked: a phase or an asks value.")
    ] = None,
) -> None:
    """Read one utterance a line and print what it means, one JSON a line."""
    settings = load_settings()
    engine = text.understander(settings)
    expected = _expected(expecting)
    try:
        instant = SystemClock().now() if at is None else text.parse_at(at, ZoneInfo("America/Sao_Paulo"))
    except ValueError as error:
        raise typer.BadParameter("write an instant as in 2026-11-23T10:00-03:00", param_hint="--at") from error
    local = instant if at is not None else instant.astimezone(ZoneInfo("America/Sao_Paulo"))
    for line in sys.stdin:
        meaning = engine.understand(line.rstrip("\n"), expecting=expected, at=local)
        _print(to_contract(meaning))


def _expected(name: str | None) -> Asks | Phase | None:
    if name is None:
        return None
    for known in (Asks, Phase):
        if name in {each.value for each in known}:
            return known(name)
    names = ", ".join([*(each.value for each in Asks), *(each.value for each in Phase)])
    raise typer.BadParameter(f"{name} is none of {names}", param_hint="--expecting")


def _print(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
