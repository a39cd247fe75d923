"""The page of a call that is handed over: one link, one opening, and only for whoever took it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.voicebot.console.stage import DEBTOR, NOW, Stage, Visitor
from voicebot.application.handover_sheet import LINK, LINK_LIVES
from voicebot.application.qa.people import Role
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tokens import PostgresCallTokens

FACTS = {
    "reason": "request",
    "speaking": "debtor",
    "mood": "tense",
    "balance": "1331.67",
    "agreed": "False",
    "offers": '[{"kind": "plan", "total": "1200.00", "discount_percent": "5.00", "entry": "120.00",'
    ' "instalments": 9, "first_due": "2026-12-05"}]',
}


async def handed(stage: Stage, *, creditor: str = "Lojas Aurora S.A.", **facts: str) -> tuple[str, str]:
    """Have a call that is being handed over: its id and its link's token."""
    call_id = await stage.call(creditor=creditor)
    await PostgresRecords(stage.database).record_event(call_id, "handover_sheet", {**FACTS, **facts}, NOW)
    tokens = PostgresCallTokens(stage.database, stage.clock, _nobody)
    return call_id, await tokens.mint(call_id, LINK, ttl_s=LINK_LIVES.total_seconds())


async def _nobody(_ref: str) -> None:
    return None


@pytest.fixture
def stage_with_sheets(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage's desk as the gateway puts it together: with the pages of calls that are taken over."""
    desk = stage.desk()
    monkeypatch.setattr(Stage, "desk", lambda _self: replace(desk, sheets=PostgresHandovers(stage.database)))
    return stage


async def _opened(visitor: Visitor, token: str) -> str | None:
    answer = await visitor.get(f"handovers/open/{token}")
    return answer.headers.get("location") if answer.status_code == 303 else None


async def test_a_link_opens_once_and_its_page_stays_with_whoever_opened_it(stage_with_sheets: Stage) -> None:
    stage = stage_with_sheets
    call_id, token = await handed(stage)
    first = await stage.signed_in(Role.AGENT)
    second = await stage.signed_in(Role.AGENT, login="other")
    place = f"handovers/calls/{call_id}"
    assert (await first.get(place)).status_code == 404
    assert await _opened(first, token) == f"/console/{place}"
    assert await _opened(second, token) is None
    assert await _opened(first, token) is None
    page = await first.get(place)
    assert page.status_code == 200
    for shown in (DEBTOR, "R$ 1.331,67", "Tensa", "Identidade confirmada"):
        assert shown in page.text
    assert "R$ 1.200,00, entrada de R$ 120,00 e 9 parcelas, desconto de 5,00 %" in page.text
    assert "529.982.247-25" not in page.text
    assert (await second.get(place)).status_code == 404
    stage.clock.forward(hours=3)
    again = await first.sign_in("agent")
    assert again.status_code == 303
    assert (await first.get(place)).status_code == 404
    [noted] = await stage.rows("SELECT call_id FROM console_audit WHERE action = 'handover_taken'")
    assert str(noted["call_id"]) == call_id


@pytest.mark.parametrize("speaking", ["unverified", "third_party"])
async def test_where_nobody_was_verified_the_page_tells_nothing_of_the_debt(
    stage_with_sheets: Stage, speaking: str
) -> None:
    stage = stage_with_sheets
    call_id, token = await handed(stage, speaking=speaking)
    visitor = await stage.signed_in(Role.AGENT)
    await _opened(visitor, token)
    page = await visitor.get(f"handovers/calls/{call_id}")
    summary = page.text.split('aria-label="Resumo"')[1].split('aria-label="Conversa')[0]
    assert "não fale da dívida" in summary
    assert "R$" not in summary
    assert DEBTOR not in summary


async def test_a_link_is_of_no_use_to_strangers_late_comers_and_other_creditors(stage_with_sheets: Stage) -> None:
    stage = stage_with_sheets
    _, token = await handed(stage)
    stranger = stage.visitor()
    assert await _opened(stranger, token) == "/console/sign-in"
    qa = await stage.signed_in(Role.QA)
    assert (await qa.get(f"handovers/open/{token}")).status_code == 403
    elsewhere = await stage.signed_in(Role.AGENT, login="elsewhere", creditors=("Outra S.A.",))
    assert await _opened(elsewhere, token) is None
    stage.clock.at += LINK_LIVES + timedelta(seconds=1)
    late = await stage.signed_in(Role.AGENT)
    assert await _opened(late, token) is None
    assert await _opened(late, "guessed") is None
    assert (await late.get(f"handovers/calls/{uuid.uuid4()}")).status_code == 404


async def test_taking_a_call_from_the_list_opens_its_page(stage_with_sheets: Stage) -> None:
    stage = stage_with_sheets
    call_id, _ = await handed(stage)
    data = {"reason": "request", "urgency": "normal", "summary": "Pediu uma pessoa.", "to_line": "True"}
    await PostgresRecords(stage.database).record_event(call_id, "escalation", data, NOW)
    visitor = await stage.signed_in(Role.AGENT)
    [row] = await stage.rows("SELECT id FROM escalations")
    answer = await visitor.post(f"handovers/{row['id']}/take", {}, seen_at="handovers")
    assert answer.headers["location"] == f"/console/handovers/calls/{call_id}"
    assert (await visitor.get(f"handovers/calls/{call_id}")).status_code == 200


@dataclass
class Switch:
    """The provider's recording, as somebody else keeps it."""

    told: list[tuple[str, bool]] = field(default_factory=list)
    works: bool = True

    async def record(self, call_id: uuid.UUID, *, on: bool) -> bool:
        self.told.append((str(call_id), on))
        return self.works


@pytest.mark.parametrize(
    ("want", "works", "says", "noted"),
    [
        ("paused", True, "A gravação está pausada", ["recording_paused"]),
        ("on", True, "A gravação continua", ["recording_resumed"]),
        ("paused", False, "Não peça dados de cartão", []),
    ],
)
async def test_whoever_has_the_call_pauses_the_providers_recording(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, want: str, works: bool, says: str, noted: list[str]
) -> None:
    switch, desk = Switch(works=works), stage.desk()
    with_switch = replace(desk, sheets=PostgresHandovers(stage.database), recording=switch)
    monkeypatch.setattr(Stage, "desk", lambda _self: with_switch)
    call_id, token = await handed(stage)
    other = await stage.signed_in(Role.AGENT, login="other")
    visitor = await stage.signed_in(Role.AGENT)
    await _opened(visitor, token)
    place = f"handovers/calls/{call_id}"
    assert "Pausar gravação" in (await visitor.get(place)).text
    refused = await other.post(f"{place}/recording", {"want": want}, seen_at="handovers")
    assert (refused.status_code, switch.told) == (404, [])
    answer = await visitor.post(f"{place}/recording", {"want": want}, seen_at=place)
    assert switch.told == [(call_id, want == "on")]
    page = await visitor.get(answer.headers["location"].removeprefix("/console/"))
    assert says in page.text
    rows = await stage.rows("SELECT action FROM console_audit WHERE action LIKE 'recording%'")
    assert [row["action"] for row in rows] == noted


async def test_where_the_provider_records_nothing_there_is_nothing_to_pause(stage_with_sheets: Stage) -> None:
    stage = stage_with_sheets
    call_id, token = await handed(stage)
    visitor = await stage.signed_in(Role.AGENT)
    await _opened(visitor, token)
    place = f"handovers/calls/{call_id}"
    assert "Pausar gravação" not in (await visitor.get(place)).text
    answer = await visitor.post(f"{place}/recording", {"want": "paused"}, seen_at="handovers")
    assert answer.status_code == 404
