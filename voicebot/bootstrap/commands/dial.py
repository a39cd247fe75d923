"""`dial`: campaigns, the worker that dials them, the kill switch, and how everything stands."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from voicebot import logs
from voicebot.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from voicebot.application.ports import Clock
    from voicebot.bootstrap.campaigns import Dialling
    from voicebot.bootstrap.store import Store
    from voicebot.persistence.campaigns import Board, PostgresCampaigns
    from voicebot.persistence.queue import PostgresDialQueue
    from voicebot.web.dial_metrics import DialMetrics

dial = typer.Typer(help="Campaigns: dial them, stop them, see how they stand.", invoke_without_command=True)
ROUND_S = 1.0
LINES = Annotated[
    int | None, typer.Option(min=1, help="Calls the bots can hold; without it, what running gateways announce.")
]


@dial.callback()
def work(
    context: typer.Context,
    campaign: Annotated[Path | None, typer.Option(help="Campaign YAML: save it, plan its calls, dial them.")] = None,
    once: Annotated[bool, typer.Option(help="One round: what is due and has room now, then stop.")] = False,
    keep: Annotated[bool, typer.Option(help="Go on when nothing is left, for what comes later.")] = False,
    lines: LINES = None,
    per_second: Annotated[float, typer.Option(min=0.01, max=30, help="Calls a second the provider takes.")] = 1.0,
    batch: Annotated[int, typer.Option(min=1, max=50, help="Calls that this worker begins together.")] = 4,
) -> None:
    """Dial what is planned: one campaign's file, or every campaign that runs. Ctrl-C ends it; no call is dropped."""
    if context.invoked_subcommand is not None:
        return
    if campaign is None and not once and not keep:
        raise typer.BadParameter("say --campaign FILE, --once or --keep; `dial status` shows how everything stands")
    logs.set_up(level="WARNING")
    asyncio.run(_work(load_settings(), campaign, once=once, keep=keep, lines=lines, per_second=per_second, batch=batch))


@dial.command("status")
def status(lines: LINES = None) -> None:
    """Show every campaign: intents by state, attempts by outcome, and what holds it back."""

    async def show(store: Store, clock: Clock) -> None:
        Console().print(_table(await _campaigns(store).board(clock.now(), lines=lines)))

    _with_store(show)


@dial.command("stop")
def stop(
    reason: Annotated[str, typer.Option(help="For whoever asks later; no personal data.")] = "an operator",
) -> None:
    """Throw the kill switch: from now on no call begins anywhere; calls in progress go on."""

    async def throw(store: Store, clock: Clock) -> None:
        await _queue(store).stop(reason, clock.now())
        typer.echo("stopped: no call begins until `python -m voicebot dial resume`", err=True)

    _with_store(throw)


@dial.command("resume")
def resume() -> None:
    """Take the kill switch back."""

    async def take_back(store: Store, _: Clock) -> None:
        await _queue(store).resume()
        typer.echo("dialling goes on", err=True)

    _with_store(take_back)


@dial.command("pause")
def pause(name: Annotated[str, typer.Argument(help="The campaign's name.")]) -> None:
    """Hold one campaign back; its calls in progress go on."""
    _set_state(name, "paused")


@dial.command("start")
def start(name: Annotated[str, typer.Argument(help="The campaign's name.")]) -> None:
    """Let a paused campaign go on; it ramps up anew."""
    _set_state(name, "running")


@dial.command("duty")
def duty(
    agents: Annotated[int, typer.Argument(min=0, help="Human agents who take calls now.")],
    hours: Annotated[float, typer.Option(min=0.1, max=24, help="For how long that holds.")] = 8.0,
) -> None:
    """Say how many human agents are on duty; campaigns with `calls_per_agent` dial no faster than they can take."""

    async def note(store: Store, clock: Clock) -> None:
        now = clock.now()
        await _campaigns(store).on_duty(agents, now + timedelta(hours=hours), now)
        typer.echo(f"{agents} agent(s) on duty for {hours:g} h", err=True)

    _with_store(note)


def _set_state(name: str, state: str) -> None:
    async def change(store: Store, clock: Clock) -> None:
        if not await _campaigns(store).set_state(name, state, clock.now()):
            typer.echo(f"error: no campaign {name}: `python -m voicebot dial status` lists them", err=True)
            raise typer.Exit(1)
        typer.echo(f"{name}: {state}", err=True)

    _with_store(change)


def _with_store(do: Callable[[Store, Clock], Awaitable[None]]) -> None:
    from voicebot.bootstrap.store import clock_for, opened

    settings = load_settings()

    async def run() -> None:
        clock = clock_for(settings)
        async with opened(settings, clock) as store:
            await do(store, clock)

    asyncio.run(run())


def _campaigns(store: Store) -> PostgresCampaigns:
    from voicebot.persistence.campaigns import PostgresCampaigns

    return PostgresCampaigns(store.database)


def _queue(store: Store) -> PostgresDialQueue:
    from voicebot.persistence.queue import PostgresDialQueue

    return PostgresDialQueue(store.database)


async def _work(
    settings: Settings,
    file: Path | None,
    *,
    once: bool,
    keep: bool,
    lines: int | None,
    per_second: float,
    batch: int,
) -> None:
    from voicebot.application.dialler.campaign_file import read_campaign
    from voicebot.bootstrap.campaigns import dialling
    from voicebot.bootstrap.dial_metrics import counted_round, metrics_served
    from voicebot.bootstrap.store import clock_for, opened
    from voicebot.web.dial_metrics import DialMetrics

    metrics = DialMetrics()
    campaign = read_campaign(file) if file is not None else None
    only = frozenset({campaign.name}) if campaign is not None else None
    clock, ending = clock_for(settings), _ending()
    async with (
        opened(settings, clock) as store,
        dialling(
            settings,
            store,
            clock,
            lines=lines,
            per_second=per_second,
            only=only,
            batch=batch,
            is_ending=ending.is_set,
        ) as parts,
        metrics_served(
            settings, metrics, lambda: parts.campaigns.board(clock.now(), per_second=per_second, lines=lines)
        ),
    ):
        if campaign is not None:
            planned = await parts.campaigns.start(campaign, clock.now())
            typer.echo(f"{campaign.name}: {planned} call(s) planned", err=True)
        if once:
            await parts.follow_ups.plan(clock.now())
            await parts.reminders()
            _say(await counted_round(parts.worker, metrics))
        else:
            name = campaign.name if campaign is not None else None
            await _until_done(parts, store, clock, metrics, name, keep=keep, ending=ending)
        Console().print(_table(await parts.campaigns.board(clock.now(), per_second=per_second, lines=lines)))


def _ending() -> asyncio.Event:
    """Give what SIGINT and SIGTERM set: from then on nothing is claimed, and what is claimed is seen to its end."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, ending.set)
    return ending


async def _until_done(
    parts: Dialling,
    store: Store,
    clock: Clock,
    metrics: DialMetrics,
    name: str | None,
    *,
    keep: bool,
    ending: asyncio.Event,
) -> None:
    """Dial round after round until nothing is left, or for ever; once it is `ending` the round is finished."""
    from voicebot.application.ports import RecordsUnavailable
    from voicebot.bootstrap.dial_metrics import counted_round
    from voicebot.jobs.periodic import keep_house

    conninfo = store.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    chores: dict[str, Callable[[], Awaitable[object]]] = {
        "plan_follow_ups": lambda: parts.follow_ups.plan(clock.now()),
        "remind": parts.reminders,
        "erase_what_is_past_its_time": parts.retention,
        "close_lost_calls": lambda: store.leases.close_expired(clock.now()),
    }
    house = asyncio.create_task(keep_house(conninfo, chores), name="periodic-chores")
    try:
        while not ending.is_set():
            try:
                _say(await counted_round(parts.worker, metrics))
                if not keep and await parts.campaigns.left(name) == 0:
                    return
            except RecordsUnavailable as error:
                typer.echo(f"waiting: {error}", err=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), ROUND_S)
    finally:
        house.cancel()
        with suppress(asyncio.CancelledError):
            await house


def _say(counts: Counter[str]) -> None:
    if counts:
        typer.echo(", ".join(f"{count} {name}" for name, count in sorted(counts.items())), err=True)


def _table(board: Board) -> Table:
    held = f"stopped: {board.stopped}" if board.stopped is not None else "dialling"
    table = Table("campaign", "state", "intents", "attempts", "waits for")
    table.title = f"{held}; {board.lines} line(s), {board.agents} agent(s) on duty"
    for each in board.campaigns:
        table.add_row(each.name, each.state, _counted(each.intents), _counted(each.outcomes), each.waits_for)
    return table


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
