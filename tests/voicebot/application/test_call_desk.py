from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from tests.voicebot.application.desk import CALL_ID, MONDAY, World
from voicebot.application.call_desk import LEASE, CallDesk
from voicebot.application.ports import CallTokens, Histories, RecordsUnavailable
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.dialogue.phases import Direction, Disposition

ANA = "+5511988880001"


@dataclass
class Desk:
    world: World = field(default_factory=World)
    tokens: CallTokens | None = None
    is_real: bool = False
    histories: Histories | None = None

    def __post_init__(self) -> None:
        self.tokens = self.tokens or self.world.tokens

    @property
    def desk(self) -> CallDesk:
        if self.tokens is None:
            raise LookupError
        world = self.world
        return CallDesk(
            cases=world.cases,
            calls=world.records,
            tokens=self.tokens,
            with_=world.collaborators(),
            provider="simulator",
            is_real=self.is_real,
            owner="me",
            token_ttl_s=60.0,
            histories=self.histories,
        )

    async def placed(self) -> None:
        await self.world.records.begin(
            CALL_ID, direction=Direction.OUTBOUND, provider="simulator", at=MONDAY, debtor_ref="D001"
        )


@pytest.mark.parametrize("call_id", ["", "1", str(uuid.UUID(int=7)), CALL_ID.upper(), CALL_ID.replace("-", "")])
async def test_a_call_we_did_not_place_gets_no_token(call_id: str) -> None:
    desk = Desk()
    await desk.placed()
    assert await desk.desk.answer_outbound(call_id, "CA1") is None
    assert await desk.desk.foresee_greeting(call_id) == []
    await desk.desk.close_as(call_id, Disposition.BUSY)
    assert desk.world.records.calls[CALL_ID].closed_at is None


async def test_an_answered_call_attaches_once_to_its_own_case() -> None:
    desk = Desk()
    await desk.placed()
    token = await desk.desk.answer_outbound(CALL_ID, "CA1")
    assert token is not None
    assert await desk.desk.attach(token, "CA2") is None, "another provider call"
    attached = await desk.desk.attach(token, "CA1")
    assert attached is not None
    assert (attached.call_id, attached.case.debtor.ref) == (CALL_ID, "D001")
    call = desk.world.records.calls[CALL_ID]
    assert (call.owner, call.lease_until) == ("me", MONDAY + LEASE)
    assert await desk.desk.attach(token, "CA1") is None, "used"


async def test_an_inbound_caller_on_file_gets_a_call_of_their_own() -> None:
    desk = Desk()
    token = await desk.desk.answer_inbound("CA1", ANA)
    assert token is not None
    attached = await desk.desk.attach(token, "CA1")
    assert attached is not None
    turn = await attached.conversation.start()
    assert type(turn.lines[0].act).__name__ == "GreetInbound"


@pytest.mark.parametrize("number", ["+5511911112222", "anonymous", "", "\x00", "sip:ana@evil.example", ANA + "\n"])
async def test_an_unknown_number_begins_nothing_and_only_numbers_reach_the_portfolio(number: str) -> None:
    desk = Desk()
    assert await desk.desk.answer_inbound("CA1", number) is None
    assert desk.world.records.calls == {}
    assert desk.world.cases.asked in ([], ["+5511911112222"])


async def test_what_is_foreseen_while_it_rings_is_what_is_said() -> None:
    desk = Desk()
    await desk.placed()
    foreseen = await desk.desk.foresee_greeting(CALL_ID)
    token = await desk.desk.answer_outbound(CALL_ID, "CA1")
    attached = await desk.desk.attach(token or "", "CA1")
    assert attached is not None
    turn = await attached.conversation.start()
    assert [line.text for line in turn.lines] == foreseen
    assert foreseen


async def test_renewal_moves_the_lease_of_our_own_open_call() -> None:
    desk = Desk()
    await desk.placed()
    token = await desk.desk.answer_outbound(CALL_ID, "CA1")
    await desk.desk.attach(token or "", "CA1")
    desk.world.at = MONDAY + timedelta(seconds=15)
    assert await desk.desk.renew(CALL_ID)
    assert desk.world.records.calls[CALL_ID].lease_until == MONDAY + timedelta(seconds=15) + LEASE
    await desk.desk.close_as(CALL_ID, Disposition.HUNG_UP)
    assert not await desk.desk.renew(CALL_ID)


async def test_a_sample_portfolio_is_not_answered_on_a_real_line() -> None:
    desk = Desk(is_real=True)
    assert await desk.desk.answer_inbound("CA1", ANA) is None


@dataclass
class Remembered:
    """A history with one broken promise, or a database that is away."""

    missed: date | None
    away: bool = False

    async def history(self, ref: str, at: datetime) -> ContactHistory:
        return ContactHistory()

    async def broken_promise(self, ref: str, at: datetime) -> date | None:
        if self.away:
            raise RecordsUnavailable("as the test wants it")
        return self.missed


@pytest.mark.parametrize(
    ("histories", "told"),
    [
        pytest.param(Remembered(date(2026, 11, 16)), date(2026, 11, 16), id="a promise was broken"),
        pytest.param(Remembered(None), None, id="none was"),
        pytest.param(Remembered(date(2026, 11, 16), away=True), None, id="the database is away"),
        pytest.param(None, None, id="nothing is known"),
    ],
)
async def test_a_call_knows_of_the_promise_that_was_broken(histories: Histories | None, told: date | None) -> None:
    desk = Desk(histories=histories).desk
    token = await desk.answer_inbound("CA1", ANA)
    assert token is not None
    attached = await desk.attach(token, "CA1")
    assert attached is not None
    assert attached.case.broken_promise == told
