"""Calibration: several people judge the same calls blind, then see how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.calls import NoSuchCall
from voicebot.application.qa.desk import Action, Rating, Round
from voicebot.application.qa.kappa import cohen_kappa, krippendorff_alpha, mean_pairwise_kappa
from voicebot.application.qa.people import Permission
from voicebot.console.call_view import view_of
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.judging import read_judgement
from voicebot.console.pages import page
from voicebot.console.words import CRITERIA

router = APIRouter()
MACHINE = "máquina"
Rater = Annotated[Visit, Depends(allowed(Permission.CALIBRATE))]
Leader = Annotated[Visit, Depends(allowed(Permission.RUN_ROUNDS))]
DeskNow = Annotated[Desk, Depends(desk_of)]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree with each other, and each with the machine."""

    kappa: float | None
    alpha: float | None
    by_criterion: tuple[tuple[str, float | None], ...]
    with_machine: tuple[tuple[str, float | None], ...]


@router.get("/rounds")
async def listed(request: Request, found: Rater, desk: DeskNow) -> Response:
    rounds = await desk.rounds.all(person_id=found.person.id)
    return page(request, "rounds.html", found, here="rounds", rounds=rounds)


@router.post("/rounds", dependencies=[Depends(own_form)])
async def opened(
    found: Leader,
    desk: DeskNow,
    name: Annotated[str, Form(max_length=100)] = "",
    calls: Annotated[int, Form(ge=1, le=50)] = 5,
) -> Response:
    now = desk.clock.now()
    words = name.strip() or "Calibração"
    round_id = await desk.rounds.open(words, calls=calls, by=found.person.id, creditors=found.person.creditors, at=now)
    await desk.audit.note(Action.ROUND_OPENED, at=now, who=found.person.id, detail=words)
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


@router.get("/rounds/{round_id}")
async def shown(request: Request, round_id: int, found: Rater, desk: DeskNow) -> Response:
    """Show what is left to judge; marks and agreement only once the round is closed."""
    this = await _round(desk, round_id, found)
    ratings = await desk.rounds.ratings(round_id) if this.closed_at is not None else ()
    return page(
        request,
        "round.html",
        found,
        here="rounds",
        round=this,
        ratings=ratings,
        agreement=agreement_of(ratings) if ratings else None,
        raters=sorted({each.rater for each in ratings}, key=lambda name: (name == MACHINE, name)),
        scores={(each.call_id, each.rater): each.score for each in ratings},
    )


@router.get("/rounds/{round_id}/calls/{call_id}")
async def judged(request: Request, round_id: int, call_id: UUID, found: Rater, desk: DeskNow) -> Response:
    """Show a call without anybody's marks, the machine's included."""
    this = await _round(desk, round_id, found)
    if call_id not in this.calls:
        raise NoSuchCall(str(call_id))
    file = await desk.calls.call(call_id, creditors=found.person.creditors)
    return page(request, "rate.html", found, here="rounds", round=this, call=view_of(file, reveal=False))


@router.post("/rounds/{round_id}/calls/{call_id}", dependencies=[Depends(own_form)])
async def rated(request: Request, round_id: int, call_id: UUID, found: Rater, desk: DeskNow) -> Response:
    await desk.calls.call(call_id, creditors=found.person.creditors)
    judgement = read_judgement(await request.form())
    await desk.rounds.rate(round_id, call_id, by=found.person.id, judgement=judgement, at=desk.clock.now())
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


@router.post("/rounds/{round_id}/close", dependencies=[Depends(own_form)])
async def closed(round_id: int, found: Leader, desk: DeskNow) -> Response:
    await _round(desk, round_id, found)
    now = desk.clock.now()
    await desk.rounds.close(round_id, at=now)
    await desk.audit.note(Action.ROUND_CLOSED, at=now, who=found.person.id, detail=str(round_id))
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


async def _round(desk: Desk, round_id: int, found: Visit) -> Round:
    this = await desk.rounds.round(round_id, person_id=found.person.id)
    if this is None:
        raise NoSuchCall(str(round_id))
    return this


def agreement_of(ratings: Sequence[Rating]) -> Agreement:
    """Reckon agreement over every criterion of every call that was judged."""
    answers: dict[str, dict[str, str]] = {}
    for each in ratings:
        mine = answers.setdefault(each.rater, {})
        mine |= {f"{each.call_id} {name}": result for name, result in each.results.items()}
    people = {name: given for name, given in answers.items() if name != MACHINE}
    machine = answers.get(MACHINE, {})
    return Agreement(
        kappa=mean_pairwise_kappa(people),
        alpha=_alpha(people, ""),
        by_criterion=tuple((name, _alpha(people, name)) for name in CRITERIA),
        with_machine=tuple(
            (name, cohen_kappa([(given[each], machine[each]) for each in given if each in machine]))
            for name, given in sorted(people.items())
        ),
    )


def _alpha(people: dict[str, dict[str, str]], criterion: str) -> float | None:
    questions = sorted({each for given in people.values() for each in given if each.endswith(criterion)})
    return krippendorff_alpha([given[each] for given in people.values() if each in given] for each in questions)
