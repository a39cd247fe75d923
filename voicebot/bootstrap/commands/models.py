"""`models list` and `models fetch`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from voicebot.settings import load_settings

models = typer.Typer(help="The speech models: what there is, and fetching it.", no_args_is_help=True)


@models.command("list")
def list_() -> None:
    """Show every model of the catalogue and whether it is here and undamaged."""
    from voicebot.speech import cli

    table = Table("model", "what", "licence", "size", "state")
    for each in cli.list_models(load_settings().models_dir):
        size = f"{each.bytes / 1e6:.0f} MB" if each.bytes else "?"
        table.add_row(each.name, each.about, each.licence, size, each.state.value)
    Console().print(table)


@models.command("fetch")
def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models of the catalogue; none means the usual ones.")
    ] = None,
    tests: Annotated[bool, typer.Option(help="Also what the test suite needs.")] = False,
) -> None:
    """Fetch and verify models, with progress; what is here and right is not fetched again."""
    from voicebot.speech import cli

    cli.fetch_models(load_settings().models_dir, names or (), tests=tests)
