"""`bench commits` with lines that hear well, badly and wrongly: the counts, not the engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import typer
from rich.console import Console

from evaluation.benchmarks import commits_doubts
from evaluation.benchmarks.commits import result, summary
from evaluation.benchmarks.commits_audio import Remembering, Saying
from evaluation.benchmarks.commits_calls import Mind, Outcome, hold, wrong_with
from evaluation.benchmarks.commits_command import _levels
from evaluation.benchmarks.commits_doubts import Sample, calibration_error, checked, fit
from evaluation.benchmarks.commits_people import BOOK, Person, Wants, gather
from evaluation.benchmarks.commits_table import commits_table
from voicebot.application.answers import Expected
from voicebot.application.conversation import Collaborators
from voicebot.application.doubts import Answered
from voicebot.bootstrap import text
from voicebot.clock import StandingClock
from voicebot.domain.agreement import Agreement
from voicebot.domain.heard import Sureness
from voicebot.settings import load_settings
from voicebot.speech.ports import Reading, Samples, Transcript

AT = datetime.fromisoformat("2026-11-23T10:00:00-03:00")
SURE = Sureness(-0.1, 0.9)


class Hearing:
    """A line on which every word is heard as said, so surely; `heard_as` puts other words in the place of some."""

    def __init__(self, sureness: Sureness = SURE, heard_as: dict[str, str] | None = None) -> None:
        self._sureness = sureness
        self._heard_as = heard_as or {}

    def hear(
        self, saying: Saying, snr_db: float | None, take: int, expected: Expected | None
    ) -> tuple[str, Sureness | None]:
        if not saying.text:
            return "", None
        return self._heard_as.get(saying.text, saying.text), self._sureness


@pytest.fixture(scope="module")
def with_() -> Collaborators:
    return text.collaborators(load_settings(), StandingClock(AT))


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return gather(10, ["um", "dois"], 0)


def held(crowd: list[Person], with_: Collaborators, line: Hearing, calls: int = 20) -> list[Outcome]:
    return [hold(crowd[number % len(crowd)], number, None, line, with_) for number in range(calls)]


def test_on_a_good_line_people_agree_and_nobody_wrongly(crowd: list[Person], with_: Collaborators) -> None:
    found = summary(held(crowd, with_, Hearing()))
    assert found["agreements"] >= 5
    assert found["wrong_commits"]["value"] == 0
    assert found["wrong_commits"]["n"] == 20
    assert found["identity_false_accepts"] == {"value": 0.0, "n": 4, "low": 0.0, "high": pytest.approx(0.49, abs=0.01)}
    assert found["verified"]["value"] == 1.0


def test_every_no_heard_as_a_yes_still_commits_nobody(crowd: list[Person], with_: Collaborators) -> None:
    """The read-back may be taken wrongly; what the caller then says in their own words is no agreement."""
    turned = dict.fromkeys((*BOOK["deny"], *BOOK["leave"]), "Sim, pode confirmar.")
    outcomes = held(crowd, with_, Hearing(heard_as=turned))
    assert [each.wrong for each in outcomes if each.agreed and each.wrong not in {None, "channel"}] == []


def test_what_is_heard_badly_is_asked_again_before_it_counts(crowd: list[Person], with_: Collaborators) -> None:
    bad = Hearing(Sureness(-2.5, 0.01, 0.2))
    weighed, unweighed = (
        [hold(crowd[number], number, None, bad, with_, doubts=doubts) for number in range(10)]
        for doubts in (True, False)
    )
    assert sum(each.asked_again for each in weighed) > sum(each.asked_again for each in unweighed)
    assert [each.wrong for each in (*weighed, *unweighed) if each.wrong not in {None, "channel"}] == []


def test_the_same_number_gives_the_same_call(crowd: list[Person], with_: Collaborators) -> None:
    one, other = (hold(crowd[0], 3, None, Hearing(), with_, trace=True) for _ in range(2))
    assert one == other
    assert one.trail


def test_people_are_drawn_from_the_seed_and_know_what_they_should(crowd: list[Person]) -> None:
    again = gather(10, ["um", "dois"], 0)
    assert [(each.cpf, each.reais, each.day) for each in again] == [(each.cpf, each.reais, each.day) for each in crowd]
    for each in crowd:
        debtor = each.drawn.case.debtor
        assert (each.cpf == debtor.cpf and each.born == debtor.birth_date) is not each.is_stranger


def agreements(crowd: list[Person], with_: Collaborators) -> Iterator[tuple[Mind, Agreement]]:
    person = next(each for each in crowd if each.wants is Wants.AT_ONCE)
    offer = text_offer(person, with_)
    from random import Random

    mind = Mind(person, Random(1), agreed_to=offer.offer.id)
    yield mind, offer


def text_offer(person: Person, with_: Collaborators) -> Agreement:
    from datetime import timedelta

    from voicebot.domain import negotiation

    today = person.drawn.at.date()
    offer = negotiation.full(person.drawn.case, today, due=today + timedelta(days=1))
    assert offer is not None
    return Agreement(offer, "pix", person.channel, confirmed=True, teach_back=True, agreed_at=person.drawn.at)


def test_what_counts_as_wrong(crowd: list[Person], with_: Collaborators) -> None:
    mind, agreement = next(agreements(crowd, with_))
    rich = replace(mind.person, reais=10**6)
    mind.person = rich
    assert wrong_with(None, mind) is None
    assert wrong_with(agreement, mind) is None
    assert wrong_with(replace(agreement, channel="email"), mind) == "channel"
    mind.person = replace(rich, reais=1)
    assert wrong_with(agreement, mind) == "figures"
    mind.person, mind.agreed_to = rich, None
    assert wrong_with(agreement, mind) == "no_yes"
    mind.person = replace(rich, wants=Wants.STRANGER)
    assert wrong_with(agreement, mind) == "stranger"


def test_the_object_fills_the_table_and_a_wrong_channel_is_no_wrong_commit() -> None:
    def outcome(wants: Wants, wrong: str | None, *, agreed: bool = True, verified: bool = True) -> Outcome:
        return Outcome(0, wants, 9, "agreement", verified, agreed, wrong)

    levels = {
        "20": [outcome(Wants.MONTHLY, None), outcome(Wants.MONTHLY, "channel")],
        "5": [outcome(Wants.NOTHING, "no_yes"), outcome(Wants.STRANGER, None, agreed=False)],
    }
    found = json.loads(json.dumps(result(levels, 0.5, 4, 100)))
    assert found["all"]["wrong_commits"] == {"value": 0.25, "n": 4, "low": 0.0456, "high": 0.6994}
    assert found["all"]["wrong_how"] == {"no_yes": 1}
    assert found["all"]["wrong_channel"] == 1
    assert found["by_noise"]["5"]["identity_false_accepts"]["value"] == 1.0
    assert found["by_wants"]["monthly"]["reached"]["value"] == 1.0
    console = Console(width=250, record=True)
    console.print(commits_table(found))
    assert "strangers let in" in console.export_text()


def test_levels_are_read() -> None:
    assert _levels("20,10,5") == [20.0, 10.0, 5.0]
    assert _levels("clean, 10") == [None, 10.0]
    with pytest.raises(typer.BadParameter):
        _levels("loud")


class Counting:
    """A recogniser that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def listen(self, audio: Samples) -> object:
        self.asked += 1

        class Found:
            transcript = Transcript("sim", -0.2, 0.1, len(audio) / 16_000, 1.0, guarded=False, weakest=0.8)

        return Found()

    def readings(self, heard: object, count: int) -> tuple[Reading, ...]:
        return (Reading("sim", -0.4, 2),)


def test_a_sound_is_heard_once_even_in_the_next_run(tmp_path: Path) -> None:
    store, sound = tmp_path / "heard.jsonl", np.zeros(1600, np.float32)
    engine = Counting()
    first = Remembering(engine, store)  # type: ignore[arg-type]  # it has what is used of a recogniser
    one = first.listen(sound)
    assert (one.transcript.text, one.transcript.avg_logprob) == ("sim", -0.2)
    assert first.readings(one, 10) == (Reading("sim", -0.4, 2),)
    asked = engine.asked
    later = Remembering(engine, store)  # type: ignore[arg-type]  # as above
    assert later.listen(sound).transcript == one.transcript
    assert later.readings(later.listen(sound), 10) == (Reading("sim", -0.4, 2),)
    assert engine.asked == asked


def samples() -> list[Sample]:
    """Answers that are right as often as they sound."""
    good = [Sample(Answered.DIGITS, Sureness(-0.2, None, 1.0), right) for right in [True] * 19 + [False]]
    bad = [Sample(Answered.AMOUNT, Sureness(-1.5, None, 0.2), right) for right in [True] * 4 + [False] * 16]
    return [each for pair in zip(good, bad, strict=True) for each in pair]


def test_doubts_are_fitted_to_what_was_right() -> None:
    found = fit(samples())
    assert found["per_logprob"] > 0
    assert found["digits"] > found["amount"]
    figures = checked(samples())
    assert figures["n"] == 40
    assert figures["wrong_of_asked_again"]["value"] > figures["wrong_of_kept"]["value"]
    assert figures["by_kind"]["amount"]["wrong"] == 16


def test_calibration_error_is_the_distance_of_said_and_found() -> None:
    assert calibration_error(np.array([0.9] * 10), np.array([1.0] * 9 + [0.0])) == pytest.approx(0.0)
    assert calibration_error(np.array([0.9] * 10), np.zeros(10)) == pytest.approx(0.9)
    assert commits_doubts.calibration_error(np.zeros(0), np.zeros(0)) == 0.0
