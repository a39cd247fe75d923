"""`speak`, `transcribe` and `voices warm`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from voicebot.settings import load_settings

voices = typer.Typer(help="The voice's audio that is made once.", no_args_is_help=True)


@voices.callback()
def _group() -> None:
    """Keep the sub-command's name."""


@voices.command("warm")
def warm() -> None:
    """Speak every line that is the same for everybody, once: twelve minutes of a core. A gateway does it when idle."""
    from voicebot.bootstrap import fixed_phrases

    count = fixed_phrases.warm(load_settings(), lambda said: typer.echo(said, err=True))
    typer.echo(f"{count} fixed lines are ready")


def speak(
    text: Annotated[str, typer.Argument(help="What to say; amounts, dates and numbers may be written.")],
    out: Annotated[Path, typer.Option(help="The wav file to write.")],
) -> None:
    """Say a text into a 16-bit wav file, numbers read aloud."""
    from voicebot.script.pronunciation import Pronunciation
    from voicebot.speech import cli

    settings = load_settings()
    spelled = Pronunciation.load(settings.prompts_dir / "pronunciation.yaml")
    seconds = cli.speak(spelled(text), out, folder=settings.models_dir)
    typer.echo(f"{out}: {seconds:.1f} s", err=True)


def transcribe(files: Annotated[list[Path], typer.Argument(help="wav files.")]) -> None:
    """Transcribe wav files, one JSON a line."""
    from voicebot.speech import cli

    for line in cli.transcribe(files, folder=load_settings().models_dir):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
