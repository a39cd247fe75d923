"""Who belongs to a campaign, and how the board tells what holds one back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.voicebot.persistence.dialling import ANA, MONDAY, Floor, floor_on, samples
from voicebot.application.dialler.campaign import Selection
from voicebot.domain.money import Money
from voicebot.domain.segments import Segment, segment_in
from voicebot.persistence.campaigns import chosen
from voicebot.persistence.database import Database


@pytest.fixture
async def floor(database: Database) -> Floor:
    return await floor_on(database)


async def refs(floor: Floor, selection: Selection) -> set[str]:
    async with floor.database.transaction() as connection:
        return set(await chosen(connection, selection, MONDAY.date()))


@pytest.mark.parametrize("segment", list(Segment))
async def test_segments_are_those_of_the_conversation(floor: Floor, segment: Segment) -> None:
    owing = [ref for ref in samples().debtors if ref in samples().debts]
    today = MONDAY.date()
    expected = {ref for ref in owing if segment_in(samples().case(ref, on=today), today) is segment}
    assert await refs(floor, Selection(segments=frozenset({segment}))) == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection(states=frozenset({"SP"}), refs=frozenset({ANA, "D002"})), {ANA}, id="state and list"),
        pytest.param(Selection(creditor_cnpj="99.888.777/0001-66"), set(), id="another creditor"),
        pytest.param(Selection(refs=frozenset({ANA}), days_past_due=(136, 136)), {ANA}, id="to the day"),
        pytest.param(Selection(refs=frozenset({ANA}), days_past_due=(137, 400)), set(), id="a day too young"),
        pytest.param(
            Selection(refs=frozenset({ANA}), principal=(Money.of("1250.00"), Money.of("1250.00"))), {ANA}, id="the sum"
        ),
        pytest.param(
            Selection(refs=frozenset({"D002"}), principal=(Money.of("961.80"), Money.of("961.80"))),
            {"D002"},
            id="the sum of two contracts",
        ),
    ],
)
async def test_a_selection(floor: Floor, selection: Selection, expected: set[str]) -> None:
    assert await refs(floor, selection) == expected


async def test_the_board_tells_what_holds_a_campaign_back(floor: Floor) -> None:
    await floor.start(ANA)

    async def waits(lines: int | None = 5) -> str:
        (standing,) = (await floor.campaigns.board(floor.clock.at, lines=lines)).campaigns
        return standing.waits_for

    assert await waits() == ""
    assert "no gateway runs" in await waits(None)
    assert await floor.campaigns.set_state("c1", "paused", MONDAY)
    assert await waits() == "paused"
    assert not await floor.campaigns.set_state("nobody", "paused", MONDAY)
    await floor.campaigns.set_state("c1", "running", MONDAY)
    await floor.queue.stop("x", MONDAY)
    assert await waits() == "the kill switch"
    await floor.queue.resume()
    floor.clock.at = MONDAY.replace(hour=21)
    await floor.worker().round()
    assert await waits() == "next at 2026-11-24 08:00"
    assert await floor.campaigns.left("c1") == 1


async def test_a_paused_campaign_is_not_dialled_and_goes_on(floor: Floor) -> None:
    await floor.start(ANA)
    await floor.campaigns.set_state("c1", "paused", MONDAY)
    assert await floor.worker().round() == {}
    await floor.campaigns.set_state("c1", "running", MONDAY)
    assert await floor.worker().round() == {"placed": 1}


async def test_capacity_that_is_taken_back_is_gone(floor: Floor) -> None:
    await floor.campaigns.announce("g1", 3, MONDAY)
    await floor.campaigns.announce("g1", 4, MONDAY)
    assert (await floor.campaigns.board(MONDAY)).lines == 4
    assert (await floor.campaigns.board(MONDAY + timedelta(seconds=21))).lines == 0
    await floor.campaigns.announce("g1", 0, MONDAY)
    assert (await floor.campaigns.board(MONDAY)).lines == 0
