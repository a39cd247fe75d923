"""What came of the money and of people's patience, by creditor, segment, script version and hour."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from voicebot.application.export import cell
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.application.qa.reports import Group, Named, Report, Results, What
from voicebot.console.desk import Desk
from voicebot.console.figures import Period, period
from voicebot.console.guard import Visit, allowed, desk_of
from voicebot.console.insight import Insight, insight_of
from voicebot.console.pages import page
from voicebot.console.spreadsheet import BOM, attachment, csv_lines

router = APIRouter()
DeskNow = Annotated[Desk, Depends(desk_of)]
InsightNow = Annotated[Insight, Depends(insight_of)]
Asked = Annotated[Period, Depends(period)]
Creditor = Annotated[str, Query(max_length=200)]
COUNTS: Final = tuple(Results.__dataclass_fields__)


@router.get("/reports")
async def reports(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_FIGURES))],
    desk: DeskNow,
    insight: InsightNow,
    asked: Asked,
    creditor: Creditor = "",
    by: Group = Group.CREDITOR,
) -> Response:
    mine = found.person.creditors
    report, agreement = await asyncio.gather(
        _report(insight, found, asked, creditor, by),
        insight.reports.agreement(since=asked.since, until=asked.until, creditors=mine, creditor=creditor or None),
    )
    return page(
        request,
        "reports.html",
        found,
        here="reports",
        report=report,
        agreement=agreement,
        asked=asked,
        creditor=creditor,
        creditors=mine if mine is not None else await desk.queues.creditors(),
        by=by,
        Group=Group,
        What=What,
    )


@router.get("/reports.csv")
async def exported(
    found: Annotated[Visit, Depends(allowed(Permission.EXPORT))],
    desk: DeskNow,
    insight: InsightNow,
    asked: Asked,
    creditor: Creditor = "",
) -> Response:
    """Give every group's counts, for whoever wants to divide them otherwise; cents are whole numbers."""
    await desk.audit.note(
        Action.EXPORTED, at=desk.clock.now(), who=found.person.id, detail=f"relatório, {asked.since} a {asked.until}"
    )
    report = await _report(insight, found, asked, creditor)
    rows = [
        ("", "", report.total),
        *((g.value, name, each) for g, rest in report.groups.items() for name, each in rest),
    ]
    table = [[cell(group), cell(name), *(cell(getattr(each, of)) for of in COUNTS)] for group, name, each in rows]
    table += [
        [cell(group), cell(name), *(cell(getattr(each, of, "")) for of in COUNTS)]
        for group, name, each in _named(report)
    ]
    return Response(
        BOM + csv_lines([["group", "name", *COUNTS], *table]),
        media_type="text/csv; charset=utf-8",
        headers=attachment(f"relatorio-{asked.since}-{asked.until}.csv"),
    )


def _named(report: Report) -> list[tuple[str, str, Named]]:
    """Give what callers named, over all and then in each group: `segment/reason`, `frequent/job_loss`."""
    whole = [(what.value, each.name, each) for what, rest in report.named.items() for each in rest]
    inside = [
        (f"{group.value}/{what.value}", f"{of}/{each.name}", each)
        for group, rest in report.named_in.items()
        for (of, what, _), each in rest.items()
    ]
    return whole + inside


async def _report(insight: Insight, found: Visit, asked: Period, creditor: str, by: Group | None = None) -> Report:
    return await insight.reports.report(
        since=asked.since, until=asked.until, creditors=found.person.creditors, creditor=creditor or None, by=by
    )
