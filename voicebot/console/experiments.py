"""Champion and challenger: which script keeps more promises, and whether it does harm."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.desk import Action
from voicebot.application.qa.experiments import LEAST_EACH, LEAST_HARMED
from voicebot.application.qa.people import Permission
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, everywhere, own_form
from voicebot.console.insight import Insight, insight_of
from voicebot.console.pages import page

router = APIRouter()
DeskNow = Annotated[Desk, Depends(desk_of)]
InsightNow = Annotated[Insight, Depends(insight_of)]
Leader = Annotated[Visit, Depends(everywhere(Permission.RUN_EXPERIMENTS))]
_PROBLEMS: Final = {
    "name": "O nome já foi usado, ou tem algo além de letras minúsculas, números e hífens.",
    "script": "Não há roteiro em challengers/NOME com este nome: os dois lados diriam o mesmo. Escreva o roteiro, "
    "reinicie o serviço e abra o experimento depois.",
}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@router.get("/experiments")
async def listed(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_FIGURES))],
    insight: InsightNow,
    problem: str = "",
) -> Response:
    outcomes = await insight.experiments.outcomes(creditors=found.person.creditors)
    used = {each.experiment.name for each in outcomes}
    ready = None if insight.challengers is None else sorted(set(insight.challengers()) - used)
    return page(
        request,
        "experiments.html",
        found,
        here="experiments",
        outcomes=outcomes,
        least=LEAST_EACH,
        least_harmed=LEAST_HARMED,
        ready=ready,
        problem=_PROBLEMS.get(problem),
        leads=found.person.may(Permission.RUN_EXPERIMENTS) and found.person.creditors is None,
    )


@router.post("/experiments", dependencies=[Depends(own_form)])
async def opened(
    found: Leader,
    desk: DeskNow,
    insight: InsightNow,
    name: Annotated[str, Form(max_length=60)] = "",
    percent: Annotated[int, Form(ge=1, le=50)] = 50,
) -> Response:
    """Begin an experiment; its name goes into the draw and is never used again."""
    words, now = name.strip().lower(), desk.clock.now()
    named = _NAME.fullmatch(words) is not None
    if named and insight.challengers is not None and words not in insight.challengers():
        return RedirectResponse(f"{PATH}/experiments?problem=script", status_code=303)
    begun = named and await insight.experiments.open(words, challenger_percent=percent, by=found.person.id, at=now)
    if begun:
        await desk.audit.note(Action.EXPERIMENT_OPENED, at=now, who=found.person.id, detail=f"{words}, {percent} %")
    return RedirectResponse(f"{PATH}/experiments{'' if begun else '?problem=name'}", status_code=303)


@router.post("/experiments/{name}/close", dependencies=[Depends(own_form)])
async def closed(name: str, found: Leader, desk: DeskNow, insight: InsightNow) -> Response:
    now = desk.clock.now()
    await insight.experiments.close(name, at=now)
    await desk.audit.note(Action.EXPERIMENT_CLOSED, at=now, who=found.person.id, detail=name[:60])
    return RedirectResponse(f"{PATH}/experiments", status_code=303)
