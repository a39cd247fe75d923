"""`load`, `call`, `serve`, `doctor`, `db upgrade`: what an operation runs."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from voicebot import logs
from voicebot.clock import SystemClock
from voicebot.domain.compliance.rules import Refused
from voicebot.settings import Settings, load_settings

db = typer.Typer(help="The database.", no_args_is_help=True)
CSV = Annotated[Path | None, typer.Option(help="CSV file.")]


def load(
    creditor: Annotated[Path, typer.Option(help="What the creditor allows, YAML.")],
    debtors: Annotated[Path, typer.Option(help="CSV of debtors.")],
    debts: Annotated[Path, typer.Option(help="CSV of debts.")],
    payments: CSV = None,
    holds: CSV = None,
    payments_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of which all payments are in the file.")
    ] = None,
    replace: Annotated[bool, typer.Option(help="Close contracts that the files no longer name.")] = False,
) -> None:
    """Load a portfolio: good rows load, each bad row is reported with its line; loading twice changes nothing."""
    from voicebot.application.portfolio_files import read_files
    from voicebot.bootstrap.store import opened

    portfolio = read_files(
        creditor=creditor,
        debtors=debtors,
        debts=debts,
        payments=payments,
        holds=holds,
        payments_until=payments_until.date() if payments_until is not None else None,
    )

    async def save() -> object:
        async with opened(load_settings(), SystemClock()) as store:
            return await store.portfolio.save(portfolio, replace=replace)

    saved = asyncio.run(save())
    typer.echo(f"loaded: {saved}", err=True)
    for problem in portfolio.problems:
        typer.echo(f"error: {problem}", err=True)
    if portfolio.problems:
        raise typer.Exit(1)


def call(ref: Annotated[str, typer.Argument(help="A debtor_ref of the portfolio.")]) -> None:
    """Place one call now, if every rule permits it."""
    settings = load_settings()
    outcome = asyncio.run(_place(settings, ref))
    if outcome is not None:
        when = f"; possible from {outcome.possible_from.isoformat()}" if outcome.possible_from else ""
        typer.echo(f"error: not called: {outcome.rule}, {outcome.reason}{when}", err=True)
        raise typer.Exit(1)


async def _place(settings: Settings, ref: str) -> Refused | None:
    from voicebot.application.dialler.earlier_calls import NoneMayRing
    from voicebot.application.place_call import PlaceCall
    from voicebot.bootstrap.dial_line import ProviderLine
    from voicebot.bootstrap.dialling import dialler, guard, settle
    from voicebot.bootstrap.store import clock_for, opened
    from voicebot.persistence.earlier_calls import PostgresEarlierCalls

    clock = clock_for(settings)
    async with opened(settings, clock) as store:
        guarded = guard(settings, store, clock)
        provider = dialler(settings, guarded)
        line = ProviderLine(provider)
        place = PlaceCall(
            cases=store.portfolio,
            calls=store.calls,
            records=store.records,
            dialler=provider,
            clock=clock,
            owner="call-command",
            listing=line,
            earlier=NoneMayRing(PostgresEarlierCalls(store.database), store.records, line, clock),
        )
        try:
            outcome = await place(ref, str(uuid.uuid4()))
        finally:
            await provider.aclose()
            await settle(guarded)
        if isinstance(outcome, Refused):
            return outcome
        typer.echo(f"placed: call {outcome.call_id}", err=True)
        return None


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Run the gateway: the telephone's doors and the calls behind them; SIGTERM ends it after the last call."""
    settings = load_settings()
    logs.set_up(level="INFO", as_json=settings.log_format == "json")
    asyncio.run(_serve(settings, host, port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    from voicebot.bootstrap import gateway, speech
    from voicebot.bootstrap.serving import DrainingServer
    from voicebot.bootstrap.store import clock_for, opened
    from voicebot.bootstrap.tracing import tracing

    clock = clock_for(settings)
    async with opened(settings, clock) as store:
        engines, tts = await asyncio.to_thread(speech.load, settings)
        try:
            with tracing(settings) as tracer:
                app = gateway.build(settings, store, engines, clock, tracer=tracer)
                await DrainingServer(app, host=host, port=port, drain_s=settings.drain_s).serve_until_drained()
        finally:
            engines.close()
            tts.close()


def doctor() -> None:
    """Say what is missing, what went stale, and what to do about each."""
    from voicebot.bootstrap import checks

    findings = asyncio.run(checks.findings(load_settings()))
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.is_failure for finding in findings):
        raise typer.Exit(1)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest revision."""
    from voicebot.bootstrap.store import database_url
    from voicebot.persistence.schema import upgrade

    url = database_url(load_settings())
    upgrade(url)
    typer.echo("the database is up to date", err=True)
