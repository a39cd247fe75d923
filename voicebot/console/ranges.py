"""Byte ranges, so that a player can jump (RFC 9110, section 14): one range, or the whole."""

from __future__ import annotations

import re
from typing import Final

from fastapi import Response

_ONE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PARTIAL: Final = 206
_UNSATISFIABLE: Final = 416


def ranged(body: bytes, wanted: str, media_type: str) -> Response:
    """Answer a request for `wanted`, a Range header or an empty text."""
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    span = _span(wanted, len(body))
    if span is None:
        return Response(body, media_type=media_type, headers=headers)
    first, last = span
    if first > last:
        headers["Content-Range"] = f"bytes */{len(body)}"
        return Response(status_code=_UNSATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], status_code=_PARTIAL, media_type=media_type, headers=headers)


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """Give first and last byte; None where the header is to be ignored, an empty span where it cannot be met."""
    match = _ONE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
