"""Pages from templates: every value is escaped, every instant is Brasília's, every code has its word in pt-BR."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from voicebot.application.qa.people import Permission
from voicebot.application.qa.queues import Queue
from voicebot.console import talk_words, words
from voicebot.console.guard import PATH, Visit

ZONE: Final = ZoneInfo("America/Sao_Paulo")
_HOUR_S: Final = 3600


def clock_time(seconds: float | None) -> str:
    """Write a place in a call: 1:05, 1:02:03."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def local(at: datetime | None, form: str = "%d/%m/%Y %H:%M") -> str:
    """Write an instant as Brasília's clock shows it."""
    return at.astimezone(ZONE).strftime(form) if at is not None else ""


def percent(part: int, whole: int) -> str:
    """Write a rate with a comma; a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.1f} %".replace(".", ",") if whole else "–"


def number(value: float, decimals: int = 0) -> str:
    """Write a number as Brazil does: 1.234,5."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def reais(cents: int) -> str:
    """Write money: R$ 1.234,56."""
    return f"R$ {number(cents / 100, 2)}"


def points(share: float | None, decimals: int = 1) -> str:
    """Write a difference of two shares in points, with its sign; a dash for nothing."""
    if share is None:
        return "–"
    # Adding zero takes the sign from a rounded nothing.
    return f"{round(100 * share, decimals) + 0.0:+.{decimals}f}".replace(".", ",").replace("-", "\u2212")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"clock": clock_time, "local": local, "number": number, "word": words.word}
    environment.filters |= {"reais": reais, "points": points, "act": talk_words.act, "intent": talk_words.intent}
    environment.globals |= {"percent": percent, "path": PATH, "Permission": Permission, "Queue": Queue, "words": words}
    return environment


_ENVIRONMENT: Final = _environment()
for _name in _ENVIRONMENT.list_templates():
    # Compiled now, and not under the first visitor.
    _ENVIRONMENT.get_template(_name)


def page(
    request: Request, template: str, visit: Visit | None, *, status: int = 200, here: str = "", **values: Any
) -> HTMLResponse:
    """Render a page; `here` names its entry in the menu."""
    del request
    text = _ENVIRONMENT.get_template(template).render(visit=visit, here=here, **values)
    return HTMLResponse(text, status_code=status)


def bars(
    values: Sequence[float | None], *, width: float, height: float, top: float
) -> list[tuple[float, float, float, float]]:
    """Lay bars side by side: x, y, width, height of each in a box of `width` by `height`; `top` fills it."""
    step = width / max(len(values), 1)
    shown = [min((value or 0.0) / top, 1.0) * height if top else 0.0 for value in values]
    return [
        (round(i * step, 2), round(height - tall, 2), round(step * 0.72, 2), round(tall, 2))
        for i, tall in enumerate(shown)
    ]


def line(values: Sequence[float | None], *, width: float, height: float, low: float, high: float) -> str:
    """Give the points of a polyline; a missing value is stepped over."""
    step = width / max(len(values) - 1, 1)
    span = (high - low) or 1.0
    return " ".join(
        f"{i * step:.1f},{height - min(max((value - low) / span, 0.0), 1.0) * height:.1f}"
        for i, value in enumerate(values)
        if value is not None
    )
