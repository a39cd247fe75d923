"""What every `bench` command does around its measurement: say how far it is, end plainly on an error, print it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same audio.")]
Found = dict[str, Any]
Say = Callable[..., None]


def report(
    measure: Callable[[Say], Found],
    table: Callable[[Found], RenderableType],
    *,
    as_json: bool,
    expected: tuple[type[Exception], ...] = (),
) -> Found:
    """Measure, then print the figures on stdout: a table, or one JSON object. What is said meanwhile goes to stderr.

    Raises:
        typer.Exit: with status 1 after one of the `expected` errors, which is told in a line.
    """
    try:
        found = measure(Console(stderr=True).print)
    except expected as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found))
    else:
        Console().print(table(found))
    return found
