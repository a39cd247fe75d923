from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.voicebot.console.stage import NOW, Stage
from voicebot.application.ports import Speaker
from voicebot.application.qa.live import Mood, Takeover, mood_of
from voicebot.application.qa.people import Role
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.persistence.console_live import PostgresLive
from voicebot.persistence.records import PostgresRecords


async def test_what_is_said_now_is_shown_covered(stage: Stage) -> None:
    await stage.live_call()
    closed = await stage.call()
    page = (await (await stage.signed_in(Role.AGENT)).get("live")).text
    assert "1 em curso" in page
    assert "1:30" in page
    assert "R$ 1.331,67" in page
    assert "Negociação" in page
    assert closed not in page
    # Ids and tokens are drawn: three figures may stand in one, outside what people read.
    seen = re.sub(r"<[^>]*>", " ", page)
    assert [each for each in ("Ana", "Souza", "98888", "529") if each in seen] == []


async def test_the_most_troubled_call_comes_first(stage: Stage) -> None:
    calm = await stage.live_call(ago=200)
    troubled = await stage.live_call(((Speaker.CALLER, "Não aguento mais.", Phase.DISTRESS, ()),), ago=20)
    found = await PostgresLive(stage.database).in_progress(creditors=None)
    assert [(str(each.call_id), each.mood) for each in found] == [(troubled, Mood.DISTRESS), (calm, Mood.CALM)]
    assert await PostgresLive(stage.database).in_progress(creditors=("Outra",)) == ()


@pytest.mark.parametrize(
    ("phase", "intents", "escalated", "mood"),
    [
        pytest.param("negotiation", ["affirm", None], False, Mood.CALM, id="nothing said against"),
        pytest.param("negotiation", ["abusive", "affirm"], False, Mood.TENSE, id="an insult"),
        pytest.param("negotiation", ["abusive", "self_harm"], False, Mood.DISTRESS, id="worse than an insult"),
        pytest.param("negotiation", ["affirm"], True, Mood.DISTRESS, id="escalated before"),
        pytest.param(None, [], False, Mood.CALM, id="nothing yet"),
    ],
)
def test_the_mood_is_read_from_what_was_understood(
    phase: str | None, intents: list[str | None], escalated: bool, mood: Mood
) -> None:
    assert mood_of(phase, intents, escalated=escalated) is mood


async def test_a_wish_to_take_over_waits_for_its_answer(stage: Stage) -> None:
    call = await stage.live_call()
    desired = PostgresLive(stage.database)
    visitor = await stage.signed_in(Role.AGENT)
    await visitor.post(f"live/{call}/take", {}, seen_at="live")
    await visitor.post(f"live/{call}/take", {}, seen_at="handovers")
    assert "à espera do robô" in (await visitor.get("live/now")).text
    assert len(await stage.rows("SELECT id FROM console_audit WHERE action = 'takeover_asked'")) == 1
    assert await desired.asked([UUID(int=1)]) == ()
    assert await desired.asked([UUID(call)]) == (UUID(call),)

    await desired.answered(UUID(call), accepted=False, at=NOW)
    assert await desired.asked([UUID(call)]) == ()
    assert "Não foi possível passar" in (await visitor.get("live/now")).text
    await visitor.post(f"live/{call}/take", {}, seen_at="live")
    await desired.answered(UUID(call), accepted=True, at=NOW)
    (entry,) = await desired.in_progress(creditors=None)
    assert entry.takeover is Takeover.ACCEPTED


async def test_a_call_that_is_over_or_anothers_cannot_be_taken(stage: Stage) -> None:
    closed, others = await stage.call(), await stage.live_call(creditor="Outra")
    visitor = await stage.signed_in(Role.SUPERVISOR, creditors=("Lojas Aurora S.A.",))
    for call in (closed, others):
        await visitor.post(f"live/{call}/take", {}, seen_at="live")
    assert await stage.rows("SELECT call_id FROM call_takeovers") == []


async def test_a_call_leaves_the_view_when_it_ends(stage: Stage) -> None:
    call = await stage.live_call()
    await PostgresRecords(stage.database).close(call, Disposition.REFUSED, NOW)
    assert "Nenhuma ligação em curso" in (await (await stage.signed_in()).get("live/now")).text
