"""Finding a call by its day, id, protocol, number and result."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.voicebot.console.stage import NOW, PHONE, Stage, card
from voicebot.application.qa.people import Role
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.records import PostgresRecords

PROTOCOL = "40281936"
MONTH = timedelta(days=30)


async def found(stage: Stage, place: str, role: Role = Role.QA, creditors: tuple[str, ...] | None = None) -> set[str]:
    visitor = await stage.signed_in(role, login=f"{role.value}-{len(stage.clients)}", creditors=creditors)
    answer = await visitor.get(place)
    assert answer.status_code == 200
    return set(re.findall(r'class="open" href="/console/calls/([0-9a-f-]{36})"', answer.text))


async def with_protocol(stage: Stage, number: str) -> str:
    """Have a call whose events name a protocol before its row of quality is made."""
    records = PostgresRecords(stage.database)
    call = await stage.live_call(creditor="Banco Ipê S.A.")
    await records.record_event(call, "protocol", {"number": number}, NOW)
    await records.close(call, Disposition.DISPUTE, NOW)
    await stage.entered(call, None)
    return call


async def test_a_call_is_found_by_its_protocol_its_id_and_the_end_of_the_number(stage: Stage) -> None:
    mine = await with_protocol(stage, PROTOCOL)
    other = await stage.call()
    assert await found(stage, f"queues/all?q={PROTOCOL}") == {mine}
    assert await found(stage, f"queues/all?q=%20{PROTOCOL[:4]}-{PROTOCOL[4:]}") == {mine}
    assert await found(stage, f"queues/all?q={mine}") == {mine}
    assert await found(stage, f"queues/all?q={other[:8].upper()}") == {other}
    assert await found(stage, f"queues/all?q={PHONE[-4:]}") == {mine, other}
    assert await found(stage, "queues/all?q=0002") == set()
    assert await found(stage, "queues/all?q=ninguem") == set()


async def test_more_digits_than_everybody_sees_say_more_only_to_who_may_reveal(stage: Stage) -> None:
    """Else the covered digits could be guessed one by one."""
    call = await stage.call()
    wrong = "7" + PHONE[-4:]
    assert await found(stage, f"queues/all?q={PHONE[-6:]}", Role.SUPERVISOR) == {call}
    assert await found(stage, f"queues/all?q={wrong}", Role.SUPERVISOR) == set()


async def test_days_are_brasilias_and_both_are_in(stage: Stage) -> None:
    old = await stage.call(at=NOW - MONTH)
    late = await stage.call(at=NOW.replace(hour=23, minute=30) - MONTH)
    new = await stage.call()
    assert await found(stage, "queues/all?since=2026-10-24&until=2026-10-24") == {old, late}
    assert await found(stage, "queues/all?since=2026-10-25") == {new}
    assert await found(stage, "queues/all?since=&until=&q=") == {old, late, new}
    assert await found(stage, "queues/all?since=ontem") == {old, late, new}


async def test_a_result_narrows_a_list_as_well(stage: Stage) -> None:
    refused = await stage.call(card=card("empathy", "greeting"))
    await stage.call(card=card("empathy", "greeting"), disposition=Disposition.AGREEMENT)
    assert await found(stage, "queues/low_score?disposition=refused&since=2026-11-01") == {refused}


async def test_nobody_finds_a_call_of_a_creditor_they_may_not_see(stage: Stage) -> None:
    mine = await with_protocol(stage, PROTOCOL)
    assert await found(stage, f"queues/all?q={PROTOCOL}", creditors=("Lojas Aurora S.A.",)) == set()
    assert await found(stage, f"queues/all?q={mine}", creditors=("Lojas Aurora S.A.",)) == set()
    assert await found(stage, f"queues/all?q={PROTOCOL}", creditors=("Banco Ipê S.A.",)) == {mine}


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%25", "____", "0001'; DROP TABLE calls; --", "1" * 99])
async def test_what_is_looked_for_is_never_run(stage: Stage, words: str) -> None:
    await stage.call()
    assert await found(stage, f"queues/all?q={words}") == set()


async def test_the_next_page_keeps_what_was_asked_for(stage: Stage) -> None:
    for _ in range(3):
        await stage.call()
    visitor = await stage.signed_in(Role.QA)
    page = (await visitor.get(f"queues/all?q={PHONE[-4:]}&since=2026-11-01")).text
    assert f'name="q" value="{PHONE[-4:]}"' in page
    assert 'name="since" value="2026-11-01"' in page


async def test_the_page_says_id_protocol_notice_agreement_and_each_incident_with_its_rule(stage: Stage) -> None:
    records = PostgresRecords(stage.database)
    call = await stage.live_call()
    await records.record_event(call, "protocol", {"number": PROTOCOL}, NOW)
    await records.refuse(call, "offer.1", "GATE-THREAT", NOW)
    terms: dict[str, object] = {
        "kind": "plan",
        "debt_total": "1331.67",
        "total": "1065.34",
        "discount_percent": "20.00",
        "entry": {"due": "2026-11-26", "amount": "106.54"},
        "instalments": [{"due": "2026-12-05", "amount": "479.40"}, {"due": "2027-01-05", "amount": "479.40"}],
        "method": "pix",
        "channel": "whatsapp",
        "confirmed": True,
        "teach_back": True,
    }
    await records.agree(call, terms, NOW)
    await records.close(call, Disposition.AGREEMENT, NOW)
    await stage.entered(call, None)
    page = (await (await stage.signed_in()).get(f"calls/{call}")).text
    assert call in page[page.index("<dt>Id") : page.index("<dt>Protocolo")]
    assert PROTOCOL in page
    assert "<dt>Aviso de gravação</dt><dd>não foi dado</dd>" in page
    agreed = page[page.index('id="agreement"') : page.index('id="incidents"')]
    for told in ("R$ 1.065,34", "R$ 106,54 em 26/11/2026", "2 × R$ 479,40, de 05/12/2026 a 05/01/2027", "Pix"):
        assert told in agreed
    incident = page[page.index('id="incidents"') :]
    assert "ameaça ou menção a cobrança judicial" in incident
    assert "GATE-THREAT" in incident


async def test_evidence_is_linked_for_what_passed_as_well(stage: Stage) -> None:
    call = await stage.call(card=card("empathy"))
    page = (await (await stage.signed_in()).get(f"calls/{call}")).text
    for criterion in ("greeting", "empathy"):
        line = page[page.index(f"motivo de {criterion}") :]
        assert line[: line.index("</p>")].endswith('data-line="4">0:16</a>')
