"""`outbox deliver`: send on what calls promised, where no gateway runs."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from voicebot.application.outbox import Delivered
from voicebot.settings import Settings, load_settings

outbox = typer.Typer(help="The messages that calls promised.", no_args_is_help=True)


@outbox.callback()
def _group() -> None:
    """Keep the sub-command's name."""


@outbox.command("deliver")
def deliver(
    limit: Annotated[int, typer.Option(min=1, help="At most so many messages.")] = 100,
) -> None:
    """Deliver what is due into the outbox folder, each message once; `serve` does the same by itself."""
    settings = load_settings()
    typer.echo(f"outbox: {asyncio.run(_deliver(settings, limit))}", err=True)


async def _deliver(settings: Settings, limit: int) -> Delivered:
    from voicebot.bootstrap.delivery import deliverer
    from voicebot.bootstrap.store import clock_for, opened

    clock = clock_for(settings)
    async with opened(settings, clock) as store:
        return await deliverer(settings, store, clock)(limit=limit)
