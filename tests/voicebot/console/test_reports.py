from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Final

import pytest

from tests.voicebot.console.stage import NOW, TALK, Stage, card
from voicebot.application.ports import Speaker, SpokenLine
from voicebot.application.qa.people import Role
from voicebot.application.qa.reports import OFFER, SATISFACTION, SCRIPT, Group, Report, What
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.segments import FREQUENT_FROM, NEW_WITHIN
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_reports import PostgresReports
from voicebot.persistence.records import PostgresRecords

DUE: Final = date(2026, 10, 1)


async def reported(stage: Stage, creditors: tuple[str, ...] | None = None, by: Group | None = None) -> Report:
    """Count anew and report on November up to today."""
    await PostgresFigures(stage.database).refresh()
    since, until = date(2026, 11, 1), date(2026, 11, 23)
    book = PostgresReports(stage.database)
    return await book.report(since=since, until=until, creditors=creditors, creditor=None, by=by)


async def portfolio(
    stage: Stage,
    *debts: tuple[str, int, str],
    payments: tuple[tuple[str, date, int], ...] = (),
    defaults: int = 0,
    customer_since: date = DUE - NEW_WITHIN,
) -> None:
    """Have debtor D001 with these contracts (name, cents, status) and payments (contract, day, cents)."""
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO creditors (cnpj, name, sample, settings) VALUES ('1', 'Lojas Aurora S.A.', true, '{}')"
        )
        await connection.exec_driver_sql(
            "INSERT INTO debtors (ref, creditor_id, name, cpf, birth_date, phone, city, state, preferred_channel,"
            " customer_since, previous_defaults) SELECT 'D001', id, 'x', '1', '1990-01-01', '1', 'x', 'SP', 'sms',"
            " %s, %s FROM creditors",
            (customer_since, defaults),
        )
        for contract, cents, status in debts:
            await connection.exec_driver_sql(
                "INSERT INTO debts (creditor_id, contract, debtor_ref, product, due_date, principal_cents, currency,"
                " status) SELECT id, %s, 'D001', 'x', %s, %s, 'BRL', %s FROM creditors",
                (contract, DUE, cents, status),
            )
        for number, (contract, day, cents) in enumerate(payments):
            await connection.exec_driver_sql(
                "INSERT INTO payments (txid, creditor_id, contract, paid_on, amount_cents, currency, method)"
                " SELECT %s, id, %s, %s, %s, 'BRL', 'pix' FROM creditors",
                (f"t{number}", contract, day, cents),
            )


async def test_money_counts_once_and_for_the_call_before_it(stage: Stage) -> None:
    """Two contacts, then a payment, then a third contact: the second one is credited, with both accounts at most."""
    await portfolio(
        stage,
        ("paid", 10_000, "paid"),
        ("open", 20_000, "open"),
        ("gone", 50_000, "withdrawn"),
        payments=(
            ("paid", date(2026, 10, 5), 2_000),
            ("paid", date(2026, 11, 14), 3_000),
            ("paid", date(2026, 11, 20), 6_000),
        ),
    )
    for day, hour in ((10, 9), (13, 10), (18, 11)):
        await stage.call(at=NOW.replace(day=day, hour=hour), card=card())
    await stage.call((), disposition=Disposition.NO_ANSWER, at=NOW.replace(day=12))
    report = await reported(stage)
    total = report.total
    assert (total.calls, total.contacts, total.accounts) == (4, 3, 2)
    # 2,000 were paid before anybody called, so 8,000 were left; 9,000 came, of which no more than was left counts.
    assert (total.placed_cents, total.received_cents) == (8_000 + 20_000, 8_000)
    assert (total.cured, total.paid, total.days_to_collect) == (1, 1, 4.0)
    by_hour = {name: (each.accounts, each.paid) for name, each in report.groups[Group.HOUR]}
    # What is unpaid belongs to the last contact.
    assert by_hour == {"9": (0, 0), "10": (1, 1), "11": (1, 0), "14": (0, 0)}


async def test_groups_add_up_to_the_whole(stage: Stage) -> None:
    await portfolio(stage, ("c", 100, "open"))
    for number in range(5):
        await stage.call(at=NOW - timedelta(days=number, hours=number), creditor=f"Loja {number % 2}")
    report = await reported(stage)
    for group in Group:
        assert sum(each.calls for _, each in report.groups[group]) == report.total.calls == 5
        assert sum(each.accounts for _, each in report.groups[group]) == 1
    mine = await reported(stage, creditors=("Loja 1",))
    assert [name for name, _ in mine.groups[Group.CREDITOR]] == ["Loja 1"]
    assert mine.total.calls == 2


@pytest.mark.parametrize(
    ("defaults", "customer_for", "segment"),
    [
        pytest.param(FREQUENT_FROM, NEW_WITHIN / 2, "frequent", id="often late, however new"),
        pytest.param(1, NEW_WITHIN * 2, "regular", id="late once before"),
        pytest.param(0, NEW_WITHIN - timedelta(days=1), "new_customer", id="a day short of a year"),
        pytest.param(0, NEW_WITHIN, "first_time", id="a year"),
    ],
)
async def test_the_segment_is_that_of_the_dialogue(
    stage: Stage, defaults: int, customer_for: timedelta, segment: str
) -> None:
    await portfolio(stage, ("c", 100, "open"), defaults=defaults, customer_since=DUE - customer_for)
    await stage.call()
    assert await stage.rows("SELECT segment FROM call_quality") == [{"segment": segment}]


async def test_script_and_satisfaction_come_from_the_calls_own_events(stage: Stage) -> None:
    records = PostgresRecords(stage.database)
    for score in ("10", "9", "8", "3", "muito", "11"):
        call = await records.begin(
            stage.new_id(), direction=stage.outbound, provider="simulator", at=NOW, creditor_name="Loja"
        )
        await records.record_event(call, SCRIPT, {"version": "v7"}, NOW)
        await records.record_event(call, SATISFACTION, {"score": score}, NOW)
        await records.close(call, Disposition.REFUSED, NOW)
        await stage.entered(call, None)
    report = await reported(stage)
    assert [(name, each.calls) for name, each in report.groups[Group.SCRIPT]] == [("v7", 6)]
    nps = report.total.nps
    assert (nps.asked, nps.value) == (4, 25.0)
    page = (await (await stage.signed_in()).get("reports")).text
    assert "4 respostas ao fim da ligação" in page


async def offered(stage: Stage, *discounts: str, intents: tuple[str, ...] = (), disposition: Disposition) -> str:
    """Have a call in which these discounts were offered and the caller's lines were understood so."""
    records = PostgresRecords(stage.database)
    call = await records.begin(
        stage.new_id(), direction=stage.outbound, provider="simulator", at=NOW, creditor_name="Loja"
    )
    for percent in discounts:
        await records.add_line(call, spoken(Speaker.AGENT, acts=("MakeOffer",)))
        await records.record_event(call, OFFER, {"kind": "settlement", "discount_percent": percent}, NOW)
    for intent in intents:
        await records.add_line(call, spoken(Speaker.CALLER, intent=intent))
    if disposition is Disposition.AGREEMENT:
        await records.agree(call, {"debt_total": "200.00", "total": "150.00", "confirmed": True}, NOW)
    await records.close(call, disposition, NOW)
    return call


def spoken(speaker: Speaker, *, acts: tuple[str, ...] = (), intent: str | None = None) -> SpokenLine:
    return SpokenLine(speaker, "x", NOW, 0.0, 1.0, acts, Phase.NEGOTIATION, intent=intent, confidence=0.9)


async def test_offers_and_what_was_given_way(stage: Stage) -> None:
    await offered(stage, "5.00", "15.00", disposition=Disposition.AGREEMENT)
    await offered(stage, "10.00", "10.00", disposition=Disposition.REFUSED)
    await offered(stage, disposition=Disposition.HUNG_UP)
    await offered(stage, "9e9", disposition=Disposition.REFUSED)
    await stage.entered("", None)
    total = (await reported(stage)).total
    assert (total.negotiated, total.offers, total.conceded, total.priced) == (3, 5, 1, 2)
    # 5 and 10 at first, 15 and 10 in the end; what is no percentage counts as an offer and prices nothing.
    assert (total.first_discount, total.best_discount) == (7.5, 12.5)
    assert (total.agreed_debt_cents, total.agreed_cents) == (20_000, 15_000)


async def test_what_callers_name_is_counted_once_a_call_and_in_every_group(stage: Stage) -> None:
    refused = Disposition.REFUSED
    await offered(stage, intents=("job_loss", "job_loss", "illness"), disposition=refused)
    await offered(stage, intents=("job_loss", "stop_calling"), disposition=Disposition.STOP_CALLING)
    await offered(stage, intents=("other",), disposition=refused)
    await stage.entered("", None)
    report = await reported(stage)
    assert report.total.complaints == 1
    named = {what: [(each.name, each.calls) for each in rest] for what, rest in report.named.items()}
    assert named == {
        What.REASON: [("job_loss", 2), ("illness", 1)],
        What.COMPLAINT: [("stop_calling", 1)],
        What.OBJECTION: [],
    }
    for group, of in ((Group.CREDITOR, "Loja"), (Group.HOUR, "14"), (Group.SEGMENT, ""), (Group.SCRIPT, "")):
        found = {name: each.calls for (name, what, _), each in report.named_in[group].items() if what is What.REASON}
        assert set(found) == {of}
        assert report.named_in[group][of, What.REASON, "job_loss"].calls == 2
    alone = await reported(stage, by=Group.HOUR)
    assert (alone.named, alone.total) == (report.named, report.total)
    assert (set(alone.groups), set(alone.named_in)) == ({Group.HOUR}, {Group.HOUR})
    assert alone.groups[Group.HOUR] == report.groups[Group.HOUR]


async def test_reasons_are_the_intents_and_what_this_scorer_heard(stage: Stage) -> None:
    call = await offered(stage, intents=("illness",), disposition=Disposition.REFUSED)
    for kinds in (("separation", "illness"), ("forgot",)):
        heard = [{"kind": kind, "turns": [0]} for kind in kinds]
        await stage.entered(call, card() | {"measures": {"reasons_for_default": heard, "objections": heard[:1]}})
    assert await stage.rows("SELECT reasons, objections, failed, cardinality(passed) AS passed FROM call_quality") == [
        {"reasons": ["forgot", "illness"], "objections": ["forgot"], "failed": [], "passed": 4}
    ]


async def test_the_page_shows_them_by_what_is_asked(stage: Stage) -> None:
    await offered(stage, "5.00", "15.00", intents=("job_loss",), disposition=Disposition.AGREEMENT)
    await stage.entered("", None)
    await PostgresFigures(stage.database).refresh()
    visitor = await stage.signed_in()
    for by, title in (("creditor", "Por credor"), ("hour", "Por hora da ligação")):
        page = (await visitor.get(f"reports?by={by}")).text
        assert f'aria-current="page">{title}</a>' in page
        assert page.count("Perdeu o emprego") >= 1
        assert "15,0 %" in page
    assert (await visitor.get("reports?by=debtor_name")).status_code == 404
    rows = list(csv.DictReader(io.StringIO((await visitor.get("reports.csv")).text.removeprefix("\ufeff"))))
    assert {(row["group"], row["name"], row["calls"]) for row in rows} >= {
        ("reason", "job_loss", "1"),
        ("hour/reason", "14/job_loss", "1"),
    }


async def test_a_report_without_calls_shows_dashes(stage: Stage) -> None:
    await PostgresFigures(stage.database).refresh()
    answer = await (await stage.signed_in()).get("reports")
    assert answer.status_code == 200
    assert "nenhuma resposta no período" in answer.text


async def test_attack_13_the_reports_csv_runs_no_formula_and_is_on_the_trail(stage: Stage) -> None:
    await stage.call(TALK, creditor="=cmd|' /C calc'!A0", card=card())
    await PostgresFigures(stage.database).refresh()
    visitor = await stage.signed_in(Role.SUPERVISOR)
    text = (await visitor.get("reports.csv")).text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows if row["group"] == "creditor"] == ["'=cmd|' /C calc'!A0"]
    assert rows[0]["calls"] == "1"
    (entry,) = await stage.rows("SELECT detail FROM console_audit WHERE action = 'exported'")
    assert entry["detail"].startswith("relatório")
