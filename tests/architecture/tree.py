"""The files of this repository, as a reader would see them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("voicebot", "telephony", "evaluation", "tests")
_NOT_OURS: Final = frozenset({".git", ".venv", "var", "node_modules", "__pycache__"})


def files() -> list[Path]:
    """Every file that git tracks or would track; without git, every file outside the folders of tools."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        found = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
        return [path for path in found if path.is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not _NOT_OURS & set(path.parts)]


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def texts() -> Iterator[tuple[str, str]]:
    """Give each text file by its path from the root, with what it holds; binary files are passed over."""
    for path in files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
