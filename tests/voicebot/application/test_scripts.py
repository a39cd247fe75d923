from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.voicebot.application.desk import CALL_ID, MONDAY, World, script
from voicebot.application.call_desk import PROTOCOL_DIGITS, CallDesk
from voicebot.application.ports import Script, Voice
from voicebot.application.qa.experiments import Arm, Experiment, arm_of
from voicebot.application.scripts import Chosen, Edition, Scripts
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.dialogue.utterance import Utterance

NAME = "abertura-curta"


@dataclass
class Loud:
    """A script that says everything as the other one does, with a mark before it."""

    inner: Script

    def render(self, act: Act, voice: Voice) -> Utterance:
        said = self.inner.render(act, voice)
        return Utterance(said.act, f"> {said.text}", said.variant)


@dataclass
class Two:
    """`Editions` of two scripts: the challenger is for the experiments named."""

    asked: list[frozenset[str]] = field(default_factory=list)

    def edition(self, experiments: frozenset[str]) -> Edition:
        self.asked.append(experiments)
        return Edition(Loud(script()), "challenger") if experiments else Edition(script(), "house")


@dataclass
class These:
    experiments: tuple[Experiment, ...]

    async def running(self) -> tuple[Experiment, ...]:
        return self.experiments


def experiment(name: str = NAME, percent: int = 50, at: datetime = MONDAY) -> Experiment:
    return Experiment(name, percent, at, None)


def named_for(arm: Arm) -> str:
    """Give the name of an experiment in which debtor D001 falls into this arm."""
    return next(f"e{n}" for n in range(100) if arm_of(f"e{n}", "D001", 50) is arm)


async def test_the_draw_decides_and_goes_on_record_in_both_arms() -> None:
    one, other = named_for(Arm.CHALLENGER), named_for(Arm.CHAMPION)
    editions = Two()
    chosen = await Scripts(editions, These((experiment(other), experiment(one)))).chosen("D001")
    assert editions.asked == [frozenset({one})]
    assert chosen.events() == (
        ("script", {"version": "challenger"}),
        *(
            ("experiment", {"experiment": name, "arm": arm})
            for name, arm in sorted({one: "challenger", other: "champion"}.items())
        ),
    )


async def test_without_an_experiment_the_version_alone_is_noted() -> None:
    chosen = await Scripts(Two(), These(())).chosen("D001")
    assert chosen == Chosen(Edition(script(), "house"), {})
    assert chosen.events() == (("script", {"version": "house"}),)


async def test_a_call_begins_with_the_words_of_its_arm_and_says_so() -> None:
    world = World()
    desk = CallDesk(
        cases=world.cases,
        calls=world.records,
        tokens=world.tokens,
        with_=world.collaborators(),
        provider="simulator",
        is_real=False,
        owner="me",
        token_ttl_s=60.0,
        scripts=Scripts(Two(), These((experiment(named_for(Arm.CHALLENGER)),))),
    )
    await world.records.begin(CALL_ID, direction=Direction.OUTBOUND, provider="simulator", at=MONDAY, debtor_ref="D001")
    foreseen = await desk.foresee_greeting(CALL_ID)
    assert world.records.calls[CALL_ID].events == [], "a call that rings is held with nothing yet"
    attached = await desk.attach(await desk.answer_outbound(CALL_ID, "CA1") or "", "CA1")
    assert attached is not None
    turn = await attached.conversation.start()
    assert [line.text for line in turn.lines] == foreseen
    assert foreseen[0].startswith("> ")
    kinds = [(kind, data) for kind, data, _ in world.records.calls[CALL_ID].events]
    assert [kind for kind, _ in kinds] == ["script", "experiment", "protocol"]
    assert len(kinds[2][1]["number"]) == PROTOCOL_DIGITS
    assert kinds[0][1] == {"version": "challenger"}
