"""`console user ...`: the console's people, from the machine it runs on; each change is on the audit trail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

import typer

from voicebot.application.qa.accounts import Account
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import PeopleError, Role
from voicebot.clock import SystemClock
from voicebot.persistence.console_accounts import PostgresAccounts
from voicebot.persistence.console_people import PostgresAudit, PostgresPeople
from voicebot.persistence.database import Database
from voicebot.settings import load_settings

user = typer.Typer(help="The console's people.", no_args_is_help=True)
_HERE: Final = "na linha de comando"
Login = Annotated[str, typer.Argument(help="What they sign in with.")]
Creditors = Annotated[list[str] | None, typer.Option("--creditor", help="Only this creditor's calls; may be repeated.")]
Done = TypeVar("Done")


@user.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Name shown to colleagues.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    creditor: Creditors = None,
    sign_on: Annotated[
        bool, typer.Option("--sign-on", help="No password: they come through the OpenID Connect provider alone.")
    ] = False,
) -> None:
    """Add somebody; the password is asked for, or read from stdin where that is no terminal."""
    password = None if sign_on else _password()
    creditors = tuple(creditor) if creditor else None

    async def work(database: Database) -> None:
        from voicebot.console.passwords import hash_password, no_password

        hashed = no_password() if password is None else hash_password(password)
        await PostgresPeople(database).add(
            login=login, name=name, role=role, password_hash=hashed, creditors=creditors, at=SystemClock().now()
        )
        await _note(database, Action.PERSON_ADDED, f"{login.lower()}: {role.value}")

    _run(work)
    typer.echo(f"added: {login}, {role.value}", err=True)


@user.command("list")
def everybody() -> None:
    """Print everybody: login, role, creditors, and whether they still have access."""

    async def work(database: Database) -> tuple[Account, ...]:
        return await PostgresAccounts(database).everybody(within=None)

    for each in _run(work):
        person = each.person
        seen = "every creditor" if person.creditors is None else "; ".join(person.creditors)
        ended = f"no access since {each.left_at:%Y-%m-%d}" if each.left_at else "has access"
        typer.echo(f"{person.login}\t{person.role.value}\t{seen}\t{ended}")


@user.command("deactivate")
def deactivate(login: Login) -> None:
    """End somebody's access, and every session of theirs at once."""

    async def work(database: Database) -> None:
        accounts = PostgresAccounts(database)
        them = await accounts.account_of(login)
        await accounts.deactivate(them.person.id, within=None, at=SystemClock().now())
        await _note(database, Action.PERSON_DEACTIVATED, them.person.login)

    _run(work)
    typer.echo(f"deactivated: {login}", err=True)


@user.command("reactivate")
def reactivate(login: Login) -> None:
    """Give access back to somebody whose access was ended; they sign in anew."""

    async def work(database: Database) -> None:
        accounts = PostgresAccounts(database)
        them = await accounts.account_of(login)
        await accounts.reactivate(them.person.id, within=None)
        await _note(database, Action.PERSON_REACTIVATED, them.person.login)

    _run(work)
    typer.echo(f"reactivated: {login}", err=True)


@user.command("password")
def password(login: Login) -> None:
    """Set a new password, asked for or read from stdin; sessions that the old one opened end."""
    new = _password()

    async def work(database: Database) -> None:
        from voicebot.console.passwords import hash_password

        accounts = PostgresAccounts(database)
        them = await accounts.account_of(login)
        await accounts.set_password(them.person.id, hash_password(new), within=None)
        await _note(database, Action.PASSWORD_RESET, them.person.login)

    _run(work)
    typer.echo(f"new password: {login}", err=True)


@user.command("change")
def change(
    login: Login,
    role: Annotated[Role | None, typer.Option(help="What they may do from now on.")] = None,
    creditor: Creditors = None,
    every_creditor: Annotated[bool, typer.Option("--every-creditor", help="The calls of all creditors.")] = False,
) -> None:
    """Change somebody's role or creditors; it holds from their next request on."""
    if creditor and every_creditor:
        raise typer.BadParameter("give --creditor or --every-creditor, not both")

    async def work(database: Database) -> Role:
        accounts = PostgresAccounts(database)
        them = (await accounts.account_of(login)).person
        creditors = None if every_creditor else tuple(creditor) if creditor else them.creditors
        await accounts.change(them.id, within=None, role=role or them.role, creditors=creditors)
        seen = "todos os credores" if creditors is None else ", ".join(creditors)
        await _note(database, Action.PERSON_CHANGED, f"{them.login}: {(role or them.role).value}, {seen}")
        return role or them.role

    typer.echo(f"changed: {login}, {_run(work).value}", err=True)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True))
    return sys.stdin.readline().rstrip("\n")


async def _note(database: Database, action: Action, detail: str) -> None:
    await PostgresAudit(database).note(action, at=SystemClock().now(), detail=f"{detail} ({_HERE})")


def _run(work: Callable[[Database], Awaitable[Done]]) -> Done:
    """Do the work on the database of the settings; what cannot be done is one line on stderr."""
    from voicebot.bootstrap.store import opened

    async def in_store() -> Done:
        async with opened(load_settings(), SystemClock()) as store:
            return await work(store.database)

    try:
        return asyncio.run(in_store())
    except PeopleError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
