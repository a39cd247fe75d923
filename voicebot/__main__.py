"""`python -m voicebot`: every command. An error is one clear line on stderr; exit 2 for bad usage, 1 for failure."""

from __future__ import annotations

import sys

import typer

from voicebot import logs
from voicebot.bootstrap.commands import chat, console, dial, export, models, operations, outbox, speech
from voicebot.bootstrap.failures import clear_line

app = typer.Typer(
    help="A voice bot for debt-collection calls in Brazilian Portuguese.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("chat")(chat.chat)
app.command("understand")(chat.understand)
app.command("load")(operations.load)
app.command("call")(operations.call)
app.command("export")(export.export)
app.command("serve")(operations.serve)
app.command("doctor")(operations.doctor)
app.add_typer(console.console, name="console")
app.add_typer(operations.db, name="db")
app.add_typer(outbox.outbox, name="outbox")
app.add_typer(dial.dial, name="dial")
app.add_typer(models.models, name="models")
app.command("speak")(speech.speak)
app.command("transcribe")(speech.transcribe)
app.add_typer(speech.voices, name="voices")


def main() -> int:
    from evaluation.cli import add_commands  # the one edge that goes up: callers and benchmarks are evaluation's

    add_commands(app)
    logs.set_up(level="WARNING")
    try:
        app(standalone_mode=True)
    except Exception as error:
        line = clear_line(error)
        if line is None:
            raise
        typer.echo(line, err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
