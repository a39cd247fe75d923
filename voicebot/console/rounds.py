"""Calibration: several people judge the same calls blind, then see how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.accounts import Account, may_grant
from voicebot.application.qa.calls import NoSuchCall
from voicebot.application.qa.desk import LEAST_RATERS, Action, Rating, Round
from voicebot.application.qa.kappa import cohen_kappa, krippendorff_alpha, mean_pairwise_kappa
from voicebot.application.qa.people import Permission
from voicebot.console.bounds import IntId
from voicebot.console.call_view import view_of
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.judging import JudgementIncomplete, read_judgement
from voicebot.console.pages import page
from voicebot.console.words import CRITERIA

router = APIRouter()
MACHINE = "máquina"
FATAL_ERRORS: Final = "fatal_errors"
"""One question a call beside the criteria: which fatal errors, if any."""
_PROBLEMS: Final = {
    "none": "Não há ligação com nota para sortear: a rodada não foi aberta.",
    "creditor": "Esse credor não está entre os que você vê.",
    "raters": "Alguém dos escolhidos não pode ver todas as ligações desta rodada. Escolha um credor, ou outra pessoa.",
    "one": "Escolha ao menos duas pessoas, ou nenhuma para deixar a rodada aberta a todas.",
    "few": "Menos de duas pessoas avaliaram: fechada agora, a rodada não terá kappa nem alfa. Marque que quer assim.",
}
Rater = Annotated[Visit, Depends(allowed(Permission.CALIBRATE))]
Leader = Annotated[Visit, Depends(allowed(Permission.RUN_ROUNDS))]
DeskNow = Annotated[Desk, Depends(desk_of)]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree with each other, and each with the machine; None where that cannot be reckoned."""

    kappa: float | None
    alpha: float | None
    by_criterion: tuple[tuple[str, float | None], ...]
    with_machine: tuple[tuple[str, float | None], ...]


@router.get("/rounds")
async def listed(request: Request, found: Rater, desk: DeskNow, problem: str = "") -> Response:
    mine = found.person.creditors
    leads = found.person.may(Permission.RUN_ROUNDS)
    return page(
        request,
        "rounds.html",
        found,
        here="rounds",
        rounds=await desk.rounds.all(person_id=found.person.id, creditors=mine),
        problem=_PROBLEMS.get(problem),
        people=await _raters(desk, found) if leads else (),
        creditors=(mine if mine is not None else await desk.queues.creditors()) if leads else (),
    )


@router.post("/rounds", dependencies=[Depends(own_form)])
async def opened(
    found: Leader,
    desk: DeskNow,
    name: Annotated[str, Form(max_length=100)] = "",
    calls: Annotated[int, Form(ge=1, le=50)] = 5,
    creditor: Annotated[str, Form(max_length=200)] = "",
    rater: Annotated[tuple[int, ...], Form()] = (),
) -> Response:
    """Draw the calls; who is named judges them, and nobody who may not see every one of them."""
    now, words, mine = desk.clock.now(), name.strip() or "Calibração", found.person.creditors
    creditors = (creditor,) if creditor else mine
    if not may_grant(mine, creditors):
        return _problem("creditor")
    able = {each.person.id for each in await _raters(desk, found) if may_grant(each.person.creditors, creditors)}
    if not able >= set(rater):
        return _problem("raters")
    if len(set(rater)) == 1:
        return _problem("one")
    round_id = await desk.rounds.open(words, calls=calls, by=found.person.id, creditors=creditors, at=now, raters=rater)
    if round_id is None:
        return _problem("none")
    await desk.audit.note(Action.ROUND_OPENED, at=now, who=found.person.id, detail=words)
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


@router.get("/rounds/{round_id}")
async def shown(request: Request, round_id: IntId, found: Rater, desk: DeskNow, problem: str = "") -> Response:
    """Show what is left to judge; marks and agreement only once the round is closed."""
    this = await _round(desk, round_id, found)
    closed = this.closed_at is not None
    ratings = await desk.rounds.ratings(round_id, creditors=found.person.creditors) if closed else ()
    return page(
        request,
        "round.html",
        found,
        here="rounds",
        round=this,
        few=this.raters < LEAST_RATERS,
        problem=_PROBLEMS.get(problem),
        ratings=ratings,
        agreement=agreement_of(ratings) if ratings else None,
        raters=sorted({each.rater for each in ratings}, key=lambda name: (name == MACHINE, name)),
        scores={(each.call_id, each.rater): (each.score, each.fatal) for each in ratings},
    )


@router.get("/rounds/{round_id}/calls/{call_id}")
async def judged(request: Request, round_id: IntId, call_id: UUID, found: Rater, desk: DeskNow) -> Response:
    """Show a call without anybody's marks, the machine's included."""
    return await _form(request, await _to_judge(desk, round_id, call_id, found), call_id, found, desk)


@router.post("/rounds/{round_id}/calls/{call_id}", dependencies=[Depends(own_form)])
async def rated(request: Request, round_id: IntId, call_id: UUID, found: Rater, desk: DeskNow) -> Response:
    this, person = await _to_judge(desk, round_id, call_id, found), found.person
    try:
        judgement = read_judgement(await request.form())
    except JudgementIncomplete as gaps:
        return await _form(request, this, call_id, found, desk, gaps)
    await desk.rounds.rate(
        round_id, call_id, by=person.id, creditors=person.creditors, judgement=judgement, at=desk.clock.now()
    )
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


async def _form(
    request: Request, this: Round, call_id: UUID, found: Visit, desk: Desk, gaps: JudgementIncomplete | None = None
) -> Response:
    file = await desk.calls.call(call_id, creditors=found.person.creditors)
    view, status = view_of(file, reveal=False), 200 if gaps is None else 422
    return page(request, "rate.html", found, status=status, here="rounds", round=this, call=view, gaps=gaps)


@router.post("/rounds/{round_id}/close", dependencies=[Depends(own_form)])
async def closed(
    round_id: IntId, found: Leader, desk: DeskNow, anyway: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """End a round; with nobody to agree with only if whoever ends it says that they know."""
    this = await _round(desk, round_id, found)
    if this.raters < LEAST_RATERS and anyway != "on":
        return RedirectResponse(f"{PATH}/rounds/{round_id}?problem=few", status_code=303)
    now = desk.clock.now()
    if await desk.rounds.close(round_id, creditors=found.person.creditors, at=now):
        detail = f"{round_id}, avaliadores: {this.raters}"
        await desk.audit.note(Action.ROUND_CLOSED, at=now, who=found.person.id, detail=detail)
    return RedirectResponse(f"{PATH}/rounds/{round_id}", status_code=303)


async def _round(desk: Desk, round_id: int, found: Visit) -> Round:
    this = await desk.rounds.round(round_id, person_id=found.person.id, creditors=found.person.creditors)
    if this is None:
        raise NoSuchCall(str(round_id))
    return this


async def _to_judge(desk: Desk, round_id: int, call_id: UUID, found: Visit) -> Round:
    this = await _round(desk, round_id, found)
    if call_id not in this.calls or not this.is_for(found.person.id):
        raise NoSuchCall(str(call_id))
    return this


async def _raters(desk: Desk, found: Visit) -> tuple[Account, ...]:
    """List who could be asked to judge, as far as this person may know of them."""
    everybody = await desk.accounts.everybody(within=found.person.creditors)
    return tuple(each for each in everybody if each.left_at is None and each.person.may(Permission.CALIBRATE))


def agreement_of(ratings: Sequence[Rating]) -> Agreement:
    """Reckon agreement over every criterion, and the fatal errors, of every call that was judged."""
    answers: dict[str, dict[str, str]] = {}
    for each in ratings:
        mine = answers.setdefault(each.rater, {})
        mine |= {f"{each.call_id} {name}": result for name, result in each.results.items()}
        mine[f"{each.call_id} {FATAL_ERRORS}"] = " ".join(sorted(each.fatal)) or "none"
    people = {name: given for name, given in answers.items() if name != MACHINE}
    machine = answers.get(MACHINE, {})
    return Agreement(
        kappa=mean_pairwise_kappa(people),
        alpha=_alpha(people, ""),
        by_criterion=tuple((name, _alpha(people, f" {name}")) for name in (*CRITERIA, FATAL_ERRORS)),
        with_machine=tuple(
            (name, cohen_kappa([(given[each], machine[each]) for each in given if each in machine]))
            for name, given in sorted(people.items())
        ),
    )


def _alpha(people: dict[str, dict[str, str]], ending: str) -> float | None:
    questions = sorted({each for given in people.values() for each in given if each.endswith(ending)})
    return krippendorff_alpha([given[each] for given in people.values() if each in given] for each in questions)


def _problem(code: str) -> Response:
    return RedirectResponse(f"{PATH}/rounds?problem={code}", status_code=303)
