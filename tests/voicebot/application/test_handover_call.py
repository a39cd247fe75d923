"""One warm hand-over as a history of news: however late or often they come, nobody is dropped and nobody is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application import handover_call
from voicebot.application.handover_call import (
    Bridge,
    CallerLeft,
    HandOverResult,
    Joined,
    LostHuman,
    News,
    NobodyAnswered,
    ProviderFailed,
    Refused,
    WarmHandOver,
    answer_of,
)

UP_TO_ROOM = (News.PICKED_UP, News.TOOK_IT, News.ENTERED)


@dataclass
class FakeLines:
    """Lines that do as told; `does` counts what was done."""

    bridge_gives: Bridge = Bridge.DONE
    refuses: str | None = None
    after_bridge: tuple[News, ...] = ()
    does: Counter[str] = field(default_factory=Counter)
    handover: WarmHandOver | None = None

    async def call_human(self) -> str | None:
        self.does["call"] += 1
        return self.refuses

    async def bridge(self) -> Bridge:
        self.does["bridge"] += 1
        for news in self.after_bridge:
            if self.handover is not None:
                self.handover.note(news)
        return self.bridge_gives

    async def let_human_go(self) -> None:
        self.does["let go"] += 1


async def made(
    *news: News, lines: FakeLines | None = None, answer_within_s: float = 5.0
) -> tuple[HandOverResult, FakeLines]:
    lines = lines or FakeLines()
    handover = lines.handover = WarmHandOver(lines, answer_within_s=answer_within_s)
    for each in news:
        handover.note(each)
    return await handover.run(), lines


@pytest.mark.parametrize(
    ("news", "result"),
    [
        pytest.param((News.BUSY,), NobodyAnswered("busy"), id="busy"),
        pytest.param((News.RANG_OUT,), NobodyAnswered("rang out"), id="rings out"),
        pytest.param((News.NOT_REACHED,), NobodyAnswered("not reached"), id="fails"),
        pytest.param((News.PICKED_UP, News.WILL_NOT), Refused(), id="says no"),
        pytest.param((News.PICKED_UP, News.HUNG_UP), Refused(), id="hangs up on the summary"),
        pytest.param((News.PICKED_UP, News.UNDECIDED), NobodyAnswered("undecided"), id="an answering machine"),
        pytest.param((News.PICKED_UP, News.TOOK_IT, News.HUNG_UP), NobodyAnswered("hung up"), id="takes it and goes"),
        pytest.param((News.CALLER_GONE,), CallerLeft(), id="the caller goes while it rings"),
        pytest.param((News.PICKED_UP, News.CALLER_GONE), CallerLeft(), id="the caller goes during the summary"),
        pytest.param((News.PICKED_UP, News.TOOK_IT, News.CALLER_GONE), CallerLeft(), id="the caller goes at the end"),
        pytest.param((News.PICKED_UP, News.PICKED_UP, News.WILL_NOT, News.TOOK_IT), Refused(), id="a no stays a no"),
        pytest.param(
            (News.TOOK_IT, News.ENTERED, News.BUSY), NobodyAnswered("busy"), id="nobody takes what is unheard"
        ),
    ],
)
async def test_without_a_human_in_the_room_the_caller_is_never_moved(
    news: tuple[News, ...], result: HandOverResult
) -> None:
    outcome, lines = await made(*news)
    assert outcome == result
    assert lines.does == {"call": 1, "let go": 1}


async def test_the_caller_is_moved_once_the_human_is_in_the_room() -> None:
    outcome, lines = await made(*UP_TO_ROOM, lines=FakeLines(after_bridge=(News.CALLER_ENTERED,)))
    assert outcome == Joined()
    assert lines.does == {"call": 1, "bridge": 1}


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        pytest.param(FakeLines(Bridge.CALLER_GONE), CallerLeft(), id="the caller has gone"),
        pytest.param(FakeLines(Bridge.FAILED), ProviderFailed("the caller could not be moved"), id="refused"),
        pytest.param(FakeLines(after_bridge=(News.HUNG_UP,)), LostHuman(), id="the human leaves in that moment"),
    ],
)
async def test_a_bridge_that_fails_lets_the_human_go(lines: FakeLines, result: HandOverResult) -> None:
    outcome, lines = await made(*UP_TO_ROOM, lines=lines)
    assert outcome == result
    assert lines.does == {"call": 1, "bridge": 1, "let go": 1}


@pytest.mark.parametrize(
    ("bridge", "result"),
    [
        pytest.param(Bridge.DONE, Joined, id="an order that was taken counts, though its callback is lost"),
        pytest.param(Bridge.UNKNOWN, ProviderFailed, id="an order in doubt does not"),
    ],
)
async def test_a_bridge_of_which_nothing_is_heard(
    bridge: Bridge, result: type[HandOverResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_call, "BRIDGING_S", 0.01)
    outcome, _ = await made(*UP_TO_ROOM, lines=FakeLines(bridge))
    assert isinstance(outcome, result)


async def test_a_provider_that_refuses_is_no_hand_over() -> None:
    outcome, lines = await made(lines=FakeLines(refuses="RateLimited"))
    assert outcome == ProviderFailed("RateLimited")
    assert lines.does["bridge"] == 0


async def test_a_phone_that_rings_for_ever_is_given_up() -> None:
    outcome, lines = await made(answer_within_s=0.01)
    assert outcome == NobodyAnswered("rang out")
    assert lines.does["let go"] == 1


async def test_a_hand_over_that_is_called_off_lets_the_human_go() -> None:
    lines = FakeLines()
    handover = WarmHandOver(lines, answer_within_s=60)
    running = asyncio.create_task(handover.run())
    while not lines.does["call"]:  # noqa: ASYNC110 - the task has to get as far as that
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert lines.does["let go"] == 1
    assert not handover.note(News.PICKED_UP)


@given(st.lists(st.sampled_from(News), max_size=12))
def test_whatever_comes_in_whatever_order_the_caller_is_moved_only_to_a_human_who_took_the_call(
    news: list[News],
) -> None:
    async def tried() -> tuple[HandOverResult, FakeLines]:
        return await made(*news, answer_within_s=0.0)

    with pytest.MonkeyPatch.context() as patch:
        for limit in ("BRIEFING_S", "ENTERING_S", "BRIDGING_S"):
            patch.setattr(handover_call, limit, 0.0)
        outcome, lines = asyncio.run(tried())
    moved = lines.does["bridge"] == 1
    taken = [each for each in news if each in UP_TO_ROOM]
    if moved:
        places = [news.index(News.PICKED_UP), len(news) - 1 - news[::-1].index(News.TOOK_IT)]
        assert places == sorted(places)
        assert set(taken) == set(UP_TO_ROOM)
    assert lines.does["let go"] == (not isinstance(outcome, Joined))


@pytest.mark.parametrize(
    ("digits", "speech", "answer"),
    [
        pytest.param("1", "", News.TOOK_IT, id="key one"),
        pytest.param("2", "", News.WILL_NOT, id="another key"),
        pytest.param("", "Sim.", News.TOOK_IT, id="yes"),
        pytest.param("", "pode passar", News.TOOK_IT, id="go ahead"),
        pytest.param("", "Não, agora não", News.WILL_NOT, id="no"),
        pytest.param("", "não, sim", News.WILL_NOT, id="both is no"),
        pytest.param("", "", None, id="nothing"),
        pytest.param("", "alô?", None, id="hello is no answer"),
        pytest.param(
            "", "sim, você ligou para o ramal da central, deixe o seu recado após o sinal", None, id="a voicemail"
        ),
        pytest.param("1", "não", News.TOOK_IT, id="a key counts more than words"),
    ],
)
def test_an_answer_is_read(digits: str, speech: str, answer: News | None) -> None:
    assert answer_of(digits, speech) is answer
