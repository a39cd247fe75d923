from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from evaluation.console_scorer import TranscriptScorer, offer_scorer
from tests.voicebot.console.stage import TALK, Stage, card
from voicebot.application.qa.scorecard import ScorecardInvalid, read_scorecard
from voicebot.bootstrap import console_scores
from voicebot.bootstrap.console_scores import Scoring, offer
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.portfolio import Creditor
from voicebot.persistence.console_quality import PostgresQuality
from voicebot.persistence.records import PostgresRecords


class OneScore:
    def score(self, transcript: Mapping[str, Any], creditor: Creditor | None) -> Mapping[str, Any]:
        del creditor
        return card("empathy") | {"call_id": transcript["call_id"]}


class Refusing:
    def score(self, transcript: Mapping[str, Any], creditor: Creditor | None) -> Mapping[str, Any]:
        raise ScorecardInvalid("cannot be judged")


@pytest.fixture(autouse=True)
def nothing_offered() -> Iterator[None]:
    before = dict(console_scores._OFFERED)
    console_scores._OFFERED.clear()
    yield
    console_scores._OFFERED.clear()
    console_scores._OFFERED.update(before)


def scoring(stage: Stage) -> Scoring:
    return Scoring(PostgresRecords(stage.database), PostgresQuality(stage.database), stage.database, stage.clock)


async def scores(stage: Stage) -> list[tuple[int | None, str | None]]:
    return [(row["score"], row["scorer"]) for row in await stage.rows("SELECT score, scorer FROM call_quality")]


async def test_a_closed_call_is_scored_once_and_its_review_stays(stage: Stage) -> None:
    await stage.call()
    offer("one", OneScore)
    assert await scoring(stage).waiting() == 1
    assert await scores(stage) == [(75, "one")]
    assert await scoring(stage).waiting() == 0


async def test_without_a_scorer_calls_wait(stage: Stage) -> None:
    await stage.call()
    assert await scoring(stage).waiting() == 0
    assert await scores(stage) == [(None, None)]


async def test_what_cannot_be_judged_does_not_stop_the_rest_and_is_not_tried_again(stage: Stage) -> None:
    await stage.call()
    await stage.call(TALK[:1], disposition=Disposition.VOICEMAIL)
    offer("refusing", Refusing)
    assert await scoring(stage).waiting() == 2
    assert await scores(stage) == [(None, "refusing")] * 2
    assert await scoring(stage).waiting() == 0


async def test_the_products_own_scorer_fits_the_port(stage: Stage) -> None:
    call = await stage.call()
    offer_scorer()
    assert await scoring(stage).waiting() == 1
    transcript = await PostgresRecords(stage.database).transcript(call)
    read = read_scorecard(TranscriptScorer().score(transcript, None))
    ((score, scorer),) = await scores(stage)
    assert (score, scorer) == (read.score, "scorecard")
    assert {each.id for each in read.criteria} >= {"greeting", "verification", "record"}


async def test_a_score_for_no_call_is_said_to_be_so(stage: Stage) -> None:
    quality = PostgresQuality(stage.database)
    assert not await quality.scored(uuid.uuid4(), card(), scorer="x", at=stage.clock.now())


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"score": "good", "criteria": []}, id="a score in words"),
        pytest.param({"score": 1, "criteria": [{"id": "x", "result": "maybe", "weight": 1}]}, id="an unknown result"),
        pytest.param({"score": 1, "criteria": [{"result": "pass", "weight": 1}]}, id="a criterion without an id"),
        pytest.param({"score": 1, "criteria": 5}, id="criteria that are none"),
    ],
)
def test_what_is_no_scorecard_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ScorecardInvalid, match="no scorecard"):
        read_scorecard(broken)
