"""A caller's number as Brazilian trunks write it, in E.164. Pure."""

from __future__ import annotations

import re
from typing import Final

_NATIONAL: Final = re.compile(r"[1-9][1-9][2-9]\d{7,8}", re.ASCII)
_SIGNS: Final = re.compile(r"[\s().\-]")


def e164(number: str) -> str:
    """Give +55... for what a trunk sends (11988880001, 011988880001, 5511988880001, +5511...); else what was given."""
    bare = _SIGNS.sub("", number)
    plain = bare.removeprefix("+")
    for national in (plain, plain.removeprefix("55"), plain.removeprefix("0")):
        if _NATIONAL.fullmatch(national) and (not bare.startswith("+") or plain.startswith("55")):
            return f"+55{national}"
    return bare
