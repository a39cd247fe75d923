"""Rows as CSV that a spreadsheet opens and does not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

BOM: Final = "\ufeff"
"""A spreadsheet takes UTF-8 for what it is only after a byte order mark."""


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    """Give the rows as text; cells are to be neutralised by `cell` before."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def attachment(name: str) -> dict[str, str]:
    """Give the header that makes a browser save what it gets."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
