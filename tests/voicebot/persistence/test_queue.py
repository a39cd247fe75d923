"""The dialler on PostgreSQL: each person dialled once for each reason, whatever happens between two steps."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.voicebot.persistence.dialling import ANA, MONDAY, OPEN_PACE, Floor, floor_on
from voicebot.application.dialler.campaign import Pace, RampUp, RetryRule, Spend
from voicebot.application.dialler.intents import (
    AccountRefused,
    Answer,
    Claimed,
    NotSent,
    NumberRefused,
    Unknown,
)
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.money import Money
from voicebot.persistence.database import Database

CARLOS, MARIA, JOAO = "D002", "D003", "D004"


@pytest.fixture
async def floor(database: Database) -> Floor:
    return await floor_on(database)


async def claimed_one(floor: Floor, owner: str = "w1") -> Claimed:
    (one,) = await floor.queue.claim(floor.clock.at, owner=owner, limit=1, lines=10)
    return one


async def test_a_campaign_dials_each_once_and_follows_to_the_end(floor: Floor) -> None:
    assert await floor.start(ANA, MARIA) == 2
    assert await floor.start(ANA, MARIA) == 0, "the same file again plans nobody twice"
    worker = floor.worker()
    assert await worker.round() == {"placed": 2}
    assert await floor.states() == ["ringing", "ringing"]
    assert await worker.round() == {}

    for _, call_ref, _ in floor.provider.calls:
        await floor.end(call_ref, Disposition.NO_AGREEMENT)
        await floor.end(call_ref, Disposition.NO_ANSWER)  # a callback that comes late, or twice
    assert await worker.round() == {"concluded": 2}
    assert await floor.intents() == [("done", "campaign", "no_agreement")] * 2
    assert len(floor.provider.calls) == 2


async def test_a_busy_line_is_tried_again_within_its_budget(floor: Floor) -> None:
    retries = {Disposition.BUSY: RetryRule(1, timedelta(minutes=20))}
    await floor.start(retries=retries)
    worker = floor.worker()
    await worker.round()
    await floor.end(floor.provider.calls[0][1], Disposition.BUSY)
    assert await worker.round() == {"concluded": 1}
    assert await floor.intents() == [("planned", "campaign", "busy")]
    assert await floor.next_at() == MONDAY + timedelta(minutes=20)

    floor.later(minutes=20)
    assert await worker.round() == {"placed": 1}
    await floor.end(floor.provider.calls[1][1], Disposition.BUSY)
    await worker.round()
    assert await floor.intents() == [("done", "campaign", "busy")]
    assert [outcome for outcome, _ in await floor.attempts()] == ["busy", "busy"]


async def test_the_rules_are_asked_at_the_moment_of_dialling(floor: Floor) -> None:
    floor.clock.at = MONDAY.replace(hour=21)
    await floor.start()
    assert await floor.worker().round() == {"waits": 1}
    assert await floor.intents() == [("planned", "campaign", "BR-SP-15426")]
    assert await floor.next_at() == MONDAY.replace(day=24, hour=8)
    assert floor.provider.calls == []
    assert await floor.call_ends() == [], "nothing was begun"


@pytest.mark.parametrize(
    ("answer", "outcome", "state"),
    [
        pytest.param(NotSent("x", timedelta(seconds=15)), "not sent", "planned", id="never reached the provider"),
        pytest.param(NumberRefused("x"), "refused", "refused", id="no such number"),
        pytest.param(AccountRefused("x"), "stopped", "planned", id="the account is refused"),
    ],
)
async def test_what_was_certainly_not_placed_is_no_attempt(
    floor: Floor, answer: Answer, outcome: str, state: str
) -> None:
    floor.provider.answers = [answer]
    await floor.start()
    assert await floor.worker().round() == {outcome: 1}
    assert await floor.states() == [state]
    assert await floor.attempts() == []
    assert await floor.call_ends() == ["blocked"]


async def test_a_refused_account_stops_everybody(floor: Floor) -> None:
    floor.provider.answers = [AccountRefused("21210")]
    await floor.start(ANA)
    await floor.worker().round()
    floor.later(minutes=5)
    assert await floor.worker("w2").round() == {}
    await floor.queue.resume()
    assert await floor.worker("w2").round() == {"placed": 1}


class TestDoubt:
    """What may have been placed is asked about, never dialled again before the provider denied it."""

    @pytest.fixture(params=[Unknown("HTTP 500"), RuntimeError("died")], ids=["no answer", "died after the asking"])
    async def doubtful(self, request: pytest.FixtureRequest, floor: Floor) -> Floor:
        floor.provider.answers = [request.param]
        await floor.start()
        if isinstance(request.param, Unknown):
            assert await floor.worker().round() == {"ambiguous": 1}
        else:
            with pytest.raises(RuntimeError):
                await floor.worker().round()
            assert await floor.states() == ["asked"]
        return floor

    async def test_it_is_found_and_its_end_learnt(self, doubtful: Floor) -> None:
        doubtful.later(seconds=91)
        assert await doubtful.worker("w2").round() == {}, "it rings"
        assert await doubtful.states() == ["ringing"]

        doubtful.provider.ended["CA0"] = Disposition.NO_ANSWER
        doubtful.later(seconds=121)
        assert await doubtful.worker("w2").round() == {"reconciled": 1}
        assert await doubtful.worker("w2").round() == {"concluded": 1}
        assert len(doubtful.provider.calls) == 1
        assert [outcome for outcome, _ in await doubtful.attempts()] == ["no_answer"]

    async def test_a_callback_settles_it_before_anybody_asks(self, doubtful: Floor) -> None:
        await doubtful.end(doubtful.provider.calls[0][1], Disposition.AGREEMENT)
        assert await doubtful.worker("w2").round() == {"concluded": 1}
        assert await doubtful.intents() == [("done", "campaign", "agreement")]
        assert doubtful.provider.asked_about == 0

    async def test_only_the_providers_denial_lets_it_be_dialled_again(self, doubtful: Floor) -> None:
        doubtful.provider.calls.clear()
        doubtful.provider.reachable = False
        for _ in range(5):
            doubtful.later(minutes=2)
            await doubtful.worker("w2").round()
        assert doubtful.provider.calls == []

        doubtful.provider.reachable = True
        doubtful.later(minutes=2)
        outcome = await doubtful.worker("w2").round()
        assert outcome == {"reconciled": 1, "placed": 1}
        assert await doubtful.states() == ["ringing"]
        assert await doubtful.call_ends() == ["blocked", None]

    async def test_the_providers_list_is_not_trusted_too_early(self, doubtful: Floor) -> None:
        doubtful.provider.calls.clear()
        doubtful.later(seconds=89)
        assert await doubtful.worker("w2").round() == {}
        assert doubtful.provider.calls == []


async def test_no_other_campaign_dials_who_may_be_on_the_line(floor: Floor) -> None:
    floor.provider.answers = [Unknown("timeout")]
    floor.provider.reachable = False
    await floor.start(name="c1")
    await floor.worker().round()
    await floor.start(name="c2")
    for _ in range(3):
        floor.later(minutes=3)
        assert await floor.worker().round() == {"held back": 1}, "the first call's record has lost its lease by now"
    assert len(floor.provider.calls) == 1

    floor.provider.reachable = True
    floor.provider.ended["CA0"] = Disposition.BUSY
    floor.later(minutes=3)
    assert await floor.worker().round() == {"reconciled": 1, "placed": 1}
    assert len(floor.provider.calls) == 2


async def test_another_call_on_record_is_not_taken_for_the_doubtful_one(floor: Floor) -> None:
    retries = {Disposition.BUSY: RetryRule(3, timedelta(minutes=1))}
    await floor.start(retries=retries)
    await floor.worker().round()
    await floor.end(floor.provider.calls[0][1], Disposition.BUSY)
    floor.provider.ended["CA0"] = Disposition.BUSY
    floor.later(minutes=2)
    floor.provider.answers = [Unknown("timeout")]
    assert await floor.worker().round() == {"concluded": 1, "ambiguous": 1}
    lost = floor.provider.calls.pop()
    floor.later(minutes=3)
    assert (await floor.worker().tidy())["reconciled"] == 1, "denied, though an older call is listed"
    assert lost not in floor.provider.calls


async def test_what_a_dead_worker_claimed_is_another_ones_later(floor: Floor) -> None:
    await floor.start()
    one = await claimed_one(floor)
    assert await floor.worker("w2").round() == {}
    floor.later(seconds=61)
    assert await floor.worker("w2").round() == {"taken back": 1, "placed": 1}

    # The first one was not dead but slow: it finds that the intent is no longer its own.
    assert not await floor.queue.ask(one, floor.clock.at)
    await floor.queue.placed(one, "CA9", floor.clock.at)
    assert await floor.states() == ["ringing"]
    assert len(floor.provider.calls) == 1


async def test_a_call_begun_and_not_asked_for_counts_as_no_attempt(floor: Floor) -> None:
    await floor.start()

    async def dies(claimed: Claimed, now: datetime) -> bool:
        raise RecordsUnavailable("gone")

    worker = floor.worker()
    floor.queue.ask, ask = dies, floor.queue.ask  # type: ignore[method-assign]  # the step at which it dies
    with pytest.raises(RecordsUnavailable):
        await worker.round()
    floor.queue.ask = ask  # type: ignore[method-assign]  # alive again
    floor.later(seconds=61)
    assert await floor.worker("w2").round() == {"taken back": 1, "placed": 1}
    assert await floor.call_ends() == ["blocked", None]


async def test_who_is_too_slow_does_not_ask(floor: Floor) -> None:
    await floor.start()
    ask = floor.queue.ask

    async def slow(claimed: Claimed, now: datetime) -> bool:
        done = await ask(claimed, now)
        floor.later(seconds=11)
        return done

    floor.queue.ask = slow  # type: ignore[method-assign]  # a worker that was suspended
    assert await floor.worker().round() == {"held back": 1}
    assert floor.provider.calls == []
    assert await floor.attempts() == []


async def test_the_kill_switch_holds_what_is_claimed(floor: Floor) -> None:
    await floor.start()
    one = await claimed_one(floor)
    await floor.queue.stop("a test", floor.clock.at)
    assert not await floor.queue.ask(one, floor.clock.at)
    assert await floor.states() == ["planned"]
    assert await floor.queue.claim(floor.clock.at, owner="w1", limit=5, lines=5) == []
    assert (await floor.campaigns.board(floor.clock.at)).stopped == "a test"


async def test_workers_at_once_share_the_work(floor: Floor) -> None:
    await floor.start(ANA, MARIA, JOAO, "D008", "D009")
    planned = len(await floor.states())
    workers = [floor.worker(f"w{number}", batch=2) for number in range(4)]
    for _ in range(3):
        await asyncio.gather(*(worker.dial_due() for worker in workers))
    numbers = [number for number, _, _ in floor.provider.calls]
    assert len(numbers) == len(set(numbers)) > 0
    assert len(await floor.states()) == planned


@pytest.mark.parametrize(
    ("pace", "spend", "lines", "expected"),
    [
        pytest.param(OPEN_PACE, Spend(), 100, 4, id="no limit"),
        pytest.param(OPEN_PACE, Spend(), 2, 2, id="two bots free"),
        pytest.param(OPEN_PACE, Spend(), None, 0, id="no gateway runs"),
        pytest.param(Pace(Decimal(30), 3, 100), Spend(), 100, 3, id="an hour's cap"),
        pytest.param(Pace(Decimal(2), 100, 100), Spend(), 100, 2, id="two a second"),
        pytest.param(Pace(Decimal(30), 100, 1), Spend(), 100, 1, id="one at once"),
        pytest.param(Pace(Decimal(30), 100, 100, total=3), Spend(), 100, 3, id="three in total"),
        pytest.param(
            Pace(Decimal(30), 100, 100, ramp_up=RampUp(1, 1, timedelta(minutes=5))), Spend(), 100, 1, id="ramping up"
        ),
        pytest.param(Pace(Decimal(30), 100, 100, calls_per_agent=2), Spend(), 100, 0, id="nobody on duty"),
        pytest.param(
            OPEN_PACE, Spend(Money(10), Money(5), Money(60)), 100, 2, id="spend: two calls at 25 cents reserved each"
        ),
    ],
)
async def test_room(floor: Floor, pace: Pace, spend: Spend, lines: int | None, expected: int) -> None:
    await floor.start(ANA, MARIA, JOAO, "D008", pace=pace, spend=spend)
    claimed = await floor.queue.claim(floor.clock.at, owner="w1", limit=50, lines=lines)
    assert len(claimed) == expected
    assert await floor.queue.claim(floor.clock.at, owner="w2", limit=50, lines=lines) == [], "claims count too"


async def test_agents_and_gateways_open_the_room(floor: Floor) -> None:
    await floor.start(ANA, MARIA, JOAO, pace=Pace(Decimal(30), 100, 100, calls_per_agent=2))
    await floor.campaigns.on_duty(1, MONDAY + timedelta(hours=1), MONDAY)
    await floor.campaigns.announce("g1", 3, MONDAY)
    assert len(await floor.queue.claim(MONDAY, owner="w1", limit=50, lines=None)) == 2
    assert await floor.queue.claim(MONDAY + timedelta(seconds=21), owner="w1", limit=50, lines=None) == []


async def test_the_ramp_goes_up(floor: Floor) -> None:
    pace = Pace(Decimal(30), 100, 3, ramp_up=RampUp(1, 1, timedelta(minutes=5)))
    await floor.start(ANA, MARIA, JOAO, "D008", pace=pace)
    made = []
    for _ in range(4):
        made.append(sum((await floor.worker().dial_due()).values()))
        floor.later(minutes=5)
    assert made == [1, 1, 1, 0], "one more every five minutes, while none ends, up to three"


async def test_costs_are_reserved_and_then_known(floor: Floor) -> None:
    await floor.start(spend=Spend(Money(10), Money(5), Money(1000)))
    await floor.worker().round()
    assert await floor.attempts() == [(None, 25)]
    call = floor.provider.calls[0][1]
    lease = MONDAY + timedelta(minutes=10)
    await floor.records.attach_media(call, provider_call_id="CA0", owner="g", lease_until=lease, at=MONDAY)
    floor.later(seconds=61)
    await floor.end(call, Disposition.NO_AGREEMENT)
    await floor.worker().round()
    assert await floor.attempts() == [("no_agreement", 20)], "two minutes begun"


async def test_a_call_in_progress_is_no_doubt(floor: Floor) -> None:
    await floor.start()
    await floor.worker().round()
    call = floor.provider.calls[0][1]
    lease = MONDAY + timedelta(minutes=10)
    await floor.records.attach_media(call, provider_call_id="CA0", owner="g", lease_until=lease, at=MONDAY)
    floor.later(minutes=9)
    assert await floor.worker().round() == {}
    assert floor.provider.asked_about == 0


async def test_a_call_whose_callback_never_came_is_asked_about(floor: Floor) -> None:
    await floor.start()
    await floor.worker().round()
    floor.provider.ended["CA0"] = Disposition.BUSY
    floor.later(seconds=121)
    await floor.records.close_expired(floor.clock.at)
    assert await floor.worker().round() == {"reconciled": 1}
    assert await floor.worker().round() == {"concluded": 1}
    assert [outcome for outcome, _ in await floor.attempts()] == ["busy"], "not the `failed` of the lease"


async def test_a_dead_number_is_refused_to_every_campaign(floor: Floor) -> None:
    floor.provider.answers = [NumberRefused("provider code 13224", is_dead=True)]
    await floor.start(name="one")
    assert (await floor.worker().dial_due())["refused"] == 1
    await floor.start(name="two")
    assert (await floor.worker().dial_due())["refused"] == 1
    assert floor.provider.calls == []
    assert [state for state, _, _ in await floor.intents()] == ["refused", "refused"]
