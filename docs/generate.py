"""Bring the generated blocks of the documents up to date: `python docs/generate.py`; `--check` only compares.

A block stands between `<!-- NAME:start -->` and `<!-- NAME:end -->`; what is outside is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.cli import add_commands  # noqa: E402  the path must come first: this is a script
from voicebot.__main__ import app  # noqa: E402
from voicebot.domain.dialogue.diagram import mermaid  # noqa: E402


class BlockMissing(Exception):
    """A document has lost the markers of a generated block."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(f"{path.name}: put <!-- {name}:start --> and <!-- {name}:end --> back around the block")


def command_line() -> TyperGroup:
    """Give the whole command line, with the commands that evaluation adds."""
    if not any(each.name == "demo" for each in app.registered_commands):
        add_commands(app)
    command = typer.main.get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError("the command line is no group of commands any more: see voicebot/__main__.py")
    return command


def commands(group: TyperGroup | None = None, before: str = "") -> dict[str, TyperCommand]:
    """Give every command by what is typed, those of sub-groups included."""
    found: dict[str, TyperCommand] = {}
    for name, command in (group or command_line()).commands.items():
        if isinstance(command, TyperGroup):
            found |= commands(command, f"{before}{name} ")
        elif isinstance(command, TyperCommand):
            found[before + name] = command
    return found


def command_table() -> str:
    """Give the commands as a table; the words are those of `--help`."""
    rows = ["| `python -m voicebot …` | what it does |", "|---|---|"]
    for name, command in commands().items():
        typed = " ".join(
            [name, *(_typed(each) for each in command.params if isinstance(each, TyperArgument | TyperOption))]
        )
        said = " ".join((command.help or "").split())
        rows.append(f"| `{typed}` | {said} |".replace("  ", " "))
    return "\n".join(rows)


def _typed(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperOption):
        flag = parameter.opts[0]
        typed = flag if parameter.is_flag else f"{flag} {(parameter.name or '').upper()}"
        return typed if parameter.required else f"[{typed}]"
    name = (parameter.name or "").upper() + ("..." if parameter.nargs != 1 else "")
    return name if parameter.required else f"[{name}]"


def documents() -> dict[Path, str]:
    """Give each document with generated blocks as it should be."""
    readme, architecture = ROOT / "README.md", ROOT / "docs" / "architecture.md"
    return {
        readme: _filled(readme, "commands", command_table()),
        architecture: _filled(architecture, "dialogue", f"```mermaid\n{mermaid()}\n```"),
    }


def _filled(path: Path, name: str, block: str) -> str:
    text = path.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {name}:start -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    if not marked.search(text):
        raise BlockMissing(path, name)
    return marked.sub(lambda found: f"{found[1]}{block}\n{found[2]}", text)


def main() -> int:
    """Write what is out of date, or with `--check` only name it."""
    stale = {path: text for path, text in documents().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
