"""A person at the desk takes a live call over: the caller is told, then moved, and the sheet is there to read."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.voicebot.web.handover_stage import DESK, Agent, waiting_caller
from tests.voicebot.web.stage import Operate, eventually
from voicebot.application.handover_sheet import SHOWN_FOR
from voicebot.application.ports import MarkOutcome
from voicebot.application.qa.people import Role
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.console_live import PostgresLive
from voicebot.persistence.console_people import PostgresPeople

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]


@pytest.mark.parametrize("handover", ["cold", "warm"])
async def test_the_caller_is_told_then_moved_and_whoever_asked_reads_the_sheet(operate: Operate, handover: str) -> None:
    async with waiting_caller(operate, Agent(), "sou eu sim", handover=handover) as scene:
        operation, call_id = scene.operation, await scene.call_id()
        base, now = operation.store.database, operation.clock.now()
        people = PostgresPeople(base)
        them, other = [
            await people.add(login=login, name=login, role=Role.AGENT, password_hash="x", creditors=None, at=now)
            for login in ("them", "other")
        ]

        async def greeted() -> bool | None:
            return len(await operation.lines(call_id)) >= 2 or None

        await eventually(greeted)
        live = PostgresLive(base)
        assert await live.ask(UUID(call_id), creditors=None, by=them, at=now)
        # What the gateway does each second beside its calls.
        assert operation.app is not None
        assert await operation.app.state.gateway.hold.takeovers.answer(live, operation.clock) == 1

        outcome = await operation.closed(call_id)
        assert outcome.disposition is Disposition.HANDED_OVER
        lines = await operation.lines(call_id)
        (told,) = [each for each in lines if "Escalate" in each.line.acts]
        assert told.heard is MarkOutcome.PLAYED
        assert "pessoa" in told.line.text
        assert lines[-1].line.text == told.line.text
        assert scene.call.transferred_to == DESK
        assert await operation.rows("SELECT accepted FROM call_takeovers") == [{"accepted": True}]
        sheets, since = PostgresHandovers(base), now - SHOWN_FOR
        assert await sheets.was_taken(UUID(call_id), by=them, since=since)
        assert not await sheets.was_taken(UUID(call_id), by=other, since=since)
        assert not await sheets.was_taken(UUID(call_id), by=them, since=now + timedelta(seconds=1))
        assert [each[0] for each in await sheets.taken(by=them, creditors=None, since=since)] == [UUID(call_id)]
        assert await sheets.taken(by=them, creditors=("Outra",), since=since) == ()
        sheet = await sheets.sheet(UUID(call_id), creditors=None)
        assert sheet is not None
        assert sheet.facts["reason"] == "request"
