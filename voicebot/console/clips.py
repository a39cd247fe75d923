"""Bookmarks and stretches of calls that are worth hearing again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from voicebot.application.qa.people import Permission
from voicebot.console.blinding import blind_calls
from voicebot.console.bounds import Before
from voicebot.console.desk import Desk
from voicebot.console.guard import Visit, allowed, desk_of
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
    desk: Annotated[Desk, Depends(desk_of)],
    before: Before = None,
) -> Response:
    """List them, but those of calls that this person is to judge in an open round: each says what somebody thought."""
    blind = await blind_calls(found, desk)
    clips = await insight.clips.clips(creditors=found.person.creditors, before=before, blind=blind.keys())
    following = clips[-1].note.id if len(clips) >= _FULL else None
    return page(request, "clips.html", found, here="clips", clips=clips, following=following, later=before is not None)
