"""`export`: what calls left behind, as files for the creditor's system."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn
from zoneinfo import ZoneInfo

import typer
from stdnum.br import cnpj as cnpj_number

from voicebot.application import export as exporting
from voicebot.application.export import Exported, ExportError
from voicebot.bootstrap.store import database_url
from voicebot.persistence.database import Database
from voicebot.persistence.exporting import PATIENCE_S, PostgresExport
from voicebot.persistence.schema import upgrade
from voicebot.settings import load_settings

BRASILIA: Final = ZoneInfo("America/Sao_Paulo")
_BAD_USAGE: Final = 2


def export(
    since: Annotated[str, typer.Option(help="ISO 8601; without an offset it is Brasília's time.")],
    out: Annotated[Path, typer.Option(help="Folder for outcomes.csv, agreements.csv and suppressions.csv.")],
    creditor: Annotated[str | None, typer.Option(help="Only this creditor's, by CNPJ.")] = None,
) -> None:
    """Write what calls closed, agreed and suppressed since an instant; the same again gives the same files."""
    begins, cnpj = instant(since), _cnpj(creditor)
    try:
        _check_folder(out)
        url = database_url(load_settings())
        upgrade(url)
        exported = asyncio.run(_export(url, begins, out, cnpj))
    except ExportError as error:
        _fail(str(error), 1)
    typer.echo(f"exported: {exported}", err=True)


async def _export(url: str, since: datetime, out: Path, cnpj: str | None) -> Exported:
    database = Database(url, patience_s=PATIENCE_S, pool_size=1)
    try:
        return await exporting.export(PostgresExport(database, creditor_cnpj=cnpj), since, out)
    finally:
        await database.dispose()


def _check_folder(out: Path) -> None:
    """Try the folder before the database is started for nothing."""
    with exporting.replacing(out):
        pass


def instant(text: str) -> datetime:
    """Read `--since`; a date is its midnight, and without an offset it is Brasília's time."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        _fail("--since is no instant: write it as 2026-11-23T10:00-03:00", _BAD_USAGE)
    return found if found.utcoffset() is not None else found.replace(tzinfo=BRASILIA)


def _cnpj(text: str | None) -> str | None:
    if text is None:
        return None
    if not cnpj_number.is_valid(text):
        _fail("--creditor is no CNPJ: its length or check digits are wrong", _BAD_USAGE)
    return str(cnpj_number.format(text))


def _fail(line: str, code: int) -> NoReturn:
    typer.echo(f"error: {line}", err=True)
    raise typer.Exit(code)
