"""The phone as the carrier takes it from the bot and gives it to a human."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from telephony.errors import CallOver
from telephony.providers.simulator.human import HumanLine
from telephony.providers.simulator.impairments import PERFECT, Network
from telephony.providers.simulator.phone import EndedBy, Phone
from tests.telephony.providers.simulator.bot import Bot, StepClock, listening, tone, until

pytestmark = pytest.mark.timeout(20)


@asynccontextmanager
async def calling(network: Network = PERFECT) -> AsyncIterator[tuple[Phone, Bot, StepClock]]:
    """Give a phone, the bot it has reached, and the clock that moves the phone."""
    clock = StepClock()
    async with listening() as (url, bots):
        async with Phone(clock=clock, network=network).attached(url) as phone:
            bot = await bots.get()
            await until(lambda: clock.sleeping_until is not None)
            yield phone, bot, clock


async def test_the_bot_gets_stop_then_the_close_and_nothing_more() -> None:
    async with calling() as (phone, bot, clock):
        await bot.play(tone(400))
        await bot.mark("cut")
        await until(lambda: phone.playout.buffered_ms == 400)
        await clock.run(2)
        await phone.hand_over()
        await clock.run(30)
        await bot.closed.wait()
        assert (bot.received[-1]["event"], bot.close_code) == ("stop", 1000)
        assert (len(bot.events("stop")), bot.events("mark")) == (1, [])
        assert not phone.is_over


async def test_what_the_network_had_held_back_does_not_follow_the_stop() -> None:
    async with calling(Network(stall_every_s=0.02, stall_ms=1_000)) as (phone, bot, clock):
        await clock.run(10)
        await phone.hand_over()
        await clock.run(100)
        await bot.closed.wait()
        assert bot.received[-1]["event"] == "stop"


async def test_the_persons_words_and_ears_go_on_across_the_hand_over() -> None:
    async with calling() as (phone, bot, clock):
        saying = asyncio.ensure_future(phone.say(tone(200)))
        hearing = asyncio.ensure_future(phone.listen(silence_ms=100))
        await asyncio.sleep(0)
        await clock.run(5)
        line = HumanLine(phone, await phone.hand_over())
        speaking = asyncio.ensure_future(line.say(tone(100)))
        await asyncio.sleep(0)
        await clock.run(20)
        assert (await saying).ended_at_s == pytest.approx(0.2)
        heard = await hearing
        await speaking
        assert bot.closed.is_set()
    assert heard is not None
    assert heard.started_at_s == pytest.approx(0.12)
    assert heard.audio.size == 800


async def test_what_the_bot_says_behind_its_stop_is_not_heard() -> None:
    async with calling() as (phone, bot, clock):
        sending = asyncio.gather(bot.play(tone(400)), phone.hand_over())
        await sending
        await clock.run(30)
        _, far = phone.recording()
        assert np.abs(far).max() == 0
        assert phone.errors == []


async def test_only_the_bots_answers_are_measured() -> None:
    async with calling() as (phone, bot, clock):
        for wait in (9, 19):
            saying = asyncio.ensure_future(phone.say(tone(200)))
            await asyncio.sleep(0)
            await clock.run(10)
            await saying
            await clock.run(wait)
            if wait == 9:
                await bot.play(tone(200))
                await until(lambda: phone.playout.buffered_ms == 200)
                await clock.run(20)
                line = HumanLine(phone, await phone.hand_over())
        speaking = asyncio.ensure_future(line.say(tone(200)))
        await asyncio.sleep(0)
        await clock.run(20)
        await speaking
        assert phone.metrics().response_ms == [200.0]
        assert phone.metrics().underruns_ms == []
        caller, far = phone.recording()
        assert caller.size == far.size == round(phone.at_s * 8_000)


async def test_hanging_up_on_the_human_says_nothing_to_the_bot() -> None:
    async with calling() as (phone, bot, clock):
        line = HumanLine(phone, await phone.hand_over())
        speaking = asyncio.ensure_future(line.say(tone(5_000)))
        await asyncio.sleep(0)
        await clock.run(3)
        await phone.hang_up()
        with pytest.raises(CallOver):
            await speaking
        assert (phone.ended_by, len(bot.events("stop"))) == (EndedBy.PHONE, 1)


async def test_a_human_stays_as_long_as_told_by_the_phones_clock() -> None:
    async with calling() as (phone, _, clock):
        line = HumanLine(phone, await phone.hand_over())
        staying = asyncio.ensure_future(line.stay(0.2))
        await asyncio.sleep(0)
        await clock.run(9)
        assert not staying.done()
        await clock.run(2)
        await staying


async def test_a_phone_is_handed_over_once_while_it_is_on_the_line() -> None:
    with pytest.raises(ValueError, match="attached"):
        await Phone().hand_over()
    async with calling() as (phone, _, _):
        await phone.hand_over()
        with pytest.raises(ValueError, match="once"):
            await phone.hand_over()
        phone.drop(EndedBy.HUMAN)
        with pytest.raises(CallOver):
            await phone.hand_over()
        with pytest.raises(CallOver):
            await phone.listen()
        assert phone.ended_by is EndedBy.HUMAN
