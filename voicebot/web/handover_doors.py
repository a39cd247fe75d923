"""Whichever gateway a hand-over's door is knocked at: answered here, or by the gateway that holds the call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from fastapi import Response

from voicebot.application.handover_letters import Answer, Letter, Letters, kept
from voicebot.application.ports import RecordsUnavailable
from voicebot.web.handover_board import AUDIO, AUDIO_WITHIN_S, HandoverBoard

log = structlog.get_logger(__name__)

WITHIN_S: Final = 3.5
"""Asterisk's dialplan waits 5 s for an answer, Twilio 15."""
Door = Callable[[HandoverBoard, str, Mapping[str, str]], Awaitable[Response]]
"""What a door does with a name and a form, where the name is on the board."""


@dataclass(frozen=True, slots=True)
class HandoverDoors:
    """The doors of one gateway, by their paths."""

    board: HandoverBoard
    doors: Mapping[str, Door] = field(repr=False)
    letters: Letters | None = None
    """How other gateways are asked; None where there is only this one."""

    async def take(self, door: str, name: str, form: Mapping[str, str] | None = None) -> Response:
        """Answer; what nobody answers for is answered as what nobody knows."""
        told = kept(form or {})
        if self.letters is not None and name and not self.board.knows(name):
            within_s = AUDIO_WITHIN_S + 1.0 if door == AUDIO else WITHIN_S
            try:
                answer = await self.letters.ask(Letter(door, name, told), within_s=within_s)
            except RecordsUnavailable:
                log.warning("handover_not_relayed", door=door, why="database away")
                answer = None
            if answer is not None:
                return Response(answer.body, answer.status, media_type=answer.media_type)
        return await self.doors[door](self.board, name, told)

    async def answer(self, letter: Letter) -> Answer:
        """Answer another gateway that was asked in our place; a door that we have not is not there."""
        door = self.doors.get(letter.door)
        if door is None:
            return Answer(404, None, b"")
        said = await door(self.board, letter.name, letter.form)
        return Answer(said.status_code, said.media_type, bytes(said.body))
