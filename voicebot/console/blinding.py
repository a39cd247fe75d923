"""Which calls somebody is to judge blind, so that no page tells them what others made of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from voicebot.application.qa.people import Permission
from voicebot.console.desk import Desk
from voicebot.console.guard import Visit


async def blind_calls(found: Visit, desk: Desk) -> Mapping[UUID, int]:
    """Give the calls that this person is to judge in open rounds, each with its round."""
    if not found.person.may(Permission.CALIBRATE):
        return {}
    return await desk.rounds.blind(person_id=found.person.id, creditors=found.person.creditors)
