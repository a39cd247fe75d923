"""Two creditors' worth of everything the console shows, and a walk through each of its doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final
from uuid import UUID

from fastapi.routing import APIRoute
from starlette.routing import Mount

from tests.voicebot.console.stage import NOW, Stage, card
from voicebot.application.handover_sheet import LINK, LINK_LIVES
from voicebot.application.qa.calls import Judgement, NoteKind
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Role
from voicebot.console.app import create_console
from voicebot.persistence.console_calls import PostgresCalls
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_people import PostgresAudit
from voicebot.persistence.console_rounds import PostgresRounds
from voicebot.persistence.tokens import PostgresCallTokens

OURS: Final = "Lojas Aurora S.A."
THEIRS: Final = "Banco Ipê S.A."
EXPERIMENT: Final = "abertura-curta"
DOORS_OF_NOBODY: Final = frozenset({"/sign-in", "/sign-out", "/oidc/start", "/oidc/callback"})
"""They know nobody yet, or end the visit."""
TABLES: Final = (
    "call_notes",
    "call_reviews",
    "calibration_rounds",
    "calibration_calls",
    "call_takeovers",
    "call_tokens",
    "escalations",
    "experiments",
    "console_users",
    "call_quality",
)
JUDGEMENT: Final = Judgement(50, (), {"greeting": "fail"}, "comentário do Ipê")


@dataclass(frozen=True, slots=True)
class World:
    """What belongs to one creditor."""

    call: str
    live: str
    open_round: int
    closed_round: int
    person: int
    note: int
    handover: int
    token: str
    name: str

    @property
    def ids(self) -> Mapping[str, tuple[object, ...]]:
        """What may stand in each place of a door's path; a new place has to be given something here."""
        return {
            "call_id": (self.call, self.live),
            "round_id": (self.open_round, self.closed_round),
            "person_id": (self.person,),
            "note_id": (self.note,),
            "handover_id": (self.handover,),
            "token": (self.token,),
        }

    @property
    def marks(self) -> frozenset[str]:
        """What must not be read by anybody who may not see this creditor."""
        return frozenset({self.call, self.live, *(f"{what} {self.name}" for what in ("rodada", "trecho", "pessoa"))})


async def _nobody(_ref: str) -> None:
    return None


async def world(stage: Stage, creditor: str, name: str) -> World:
    """Have a call, a live one, rounds, a hand-over, notes and a colleague of this creditor."""
    base, only = stage.database, (creditor,)
    call = await stage.call(creditor=creditor, card=card("empathy", fatal={"false_claim": [4]}), recorded=True)
    live = await stage.live_call(creditor=creditor)
    person = await stage.person(Role.QA, login=f"pessoa {name}", creditors=only)
    rounds = PostgresRounds(base)
    opened = [await rounds.open(f"rodada {name}", calls=1, by=person, creditors=only, at=NOW) or 0 for _ in range(2)]
    for each in opened:
        await rounds.rate(each, UUID(call), by=person, creditors=only, judgement=JUDGEMENT, at=NOW)
    await rounds.close(opened[1], creditors=only, at=NOW)
    calls = PostgresCalls(base)
    for kind in (NoteKind.CLIP, NoteKind.DISPUTE):
        words, until = f"trecho {name}", 4.0 if kind is NoteKind.CLIP else None
        await calls.note(UUID(call), creditors=only, by=person, kind=kind, text=words, at_s=1.0, at=NOW, until_s=until)
    await calls.review(UUID(call), creditors=only, by=person, judgement=JUDGEMENT, at=NOW)
    await PostgresAudit(base).note(Action.HEARD, at=NOW, who=person, call_id=UUID(call))
    handover = await stage.escalated(call, f"trecho {name}")
    token = await PostgresCallTokens(base, stage.clock, _nobody).mint(call, LINK, ttl_s=LINK_LIVES.total_seconds())
    (note,) = await stage.rows(f"SELECT id FROM call_notes WHERE call_id = '{call}' AND kind = 'dispute'")  # noqa: S608 - our own id
    return World(call, live, opened[0], opened[1], person, note["id"], handover, token, name)


async def two_worlds(stage: Stage) -> tuple[World, World]:
    """Give ours and theirs; one experiment runs for both."""
    await PostgresExperiments(stage.database).open(EXPERIMENT, challenger_percent=50, by=None, at=NOW)
    ours, theirs = await world(stage, OURS, "da aurora"), await world(stage, THEIRS, "do ipê")
    await PostgresFigures(stage.database).refresh()
    return ours, theirs


def doors(stage: Stage) -> Iterator[tuple[str, APIRoute]]:
    """Give every method and route of the application as it is served, and refuse what is no route of ours."""
    for router in create_console(stage.desk(), stage.insight()).routes:
        if isinstance(router, Mount) and router.name == "static":
            continue
        for route in getattr(router, "original_router").routes:  # noqa: B009 - not in the base class
            if not isinstance(route, APIRoute):
                raise TypeError(route)
            if route.path not in DOORS_OF_NOBODY:
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield method, route


def places(route: APIRoute, ids: Mapping[str, tuple[object, ...]]) -> Iterator[str]:
    """Fill the places of a path; one that nothing is given for is a `KeyError`, so that no new door is forgotten."""
    names = list(route.param_convertors)
    for values in product(*(ids[name] for name in names)):
        yield route.path_format.format(**dict(zip(names, values, strict=True))).removeprefix("/")
