"""Bookmarks and stretches of calls that are worth hearing again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from voicebot.application.qa.people import Permission
from voicebot.console.guard import Visit, allowed
from voicebot.console.insight import Insight, insight_of
from voicebot.console.pages import page

router = APIRouter()
_FULL: Final = 30
"""A page with this many may have another after it."""


@router.get("/clips")
async def listed(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.HEAR))],
    insight: Annotated[Insight, Depends(insight_of)],
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    clips = await insight.clips.clips(creditors=found.person.creditors, before=before)
    following = clips[-1].note.id if len(clips) >= _FULL else None
    return page(request, "clips.html", found, here="clips", clips=clips, following=following, later=before is not None)
