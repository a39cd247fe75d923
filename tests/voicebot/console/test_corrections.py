"""People's word in the figures, beside the machine's."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.voicebot.console.stage import NOW, Stage, card
from voicebot.application.qa.kappa import cohen_kappa, counted_kappa
from voicebot.application.qa.overlaps import Span, began_over
from voicebot.application.qa.people import Role
from voicebot.application.qa.reports import Group
from voicebot.console.agreed import agreed
from voicebot.console.words import CRITERIA
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_reports import PostgresReports

_MARKED = ("greeting", "verification", "empathy", "negotiation")
ALIKE = {f"result_{name}": "pass" if name in _MARKED else "na" for name in CRITERIA}
FATAL = {"fatal_false_claim": "on"}


async def test_reports_show_what_people_corrected_and_how_far_they_agree(stage: Stage) -> None:
    wrong = await stage.call(card=card(fatal={"false_claim": [4]}))
    right = await stage.call(card=card(fatal={"false_claim": [4]}), at=NOW - timedelta(days=7))
    missed = await stage.call(card=card())
    await stage.call(card=card())
    visitor = await stage.signed_in(Role.SUPERVISOR)
    for call, form in ((wrong, ALIKE), (right, ALIKE | FATAL), (missed, ALIKE | FATAL)):
        await visitor.post(f"calls/{call}/review", form, seen_at=f"calls/{call}")
    await PostgresFigures(stage.database).refresh()
    reports = PostgresReports(stage.database)
    period = {"since": date(2026, 11, 1), "until": NOW.date()}
    total = (await reports.report(**period, creditors=None, creditor=None, by=Group.CREDITOR)).total
    assert (total.scored, total.fatal, total.score) == (4, 2, 50.0)
    assert (total.reviewed, total.judged, total.corrected_fatal, total.corrected_score) == (3, 4, 2, 50.0)

    whole, *weeks = await reports.agreement(**period, creditors=None, creditor=None)
    assert (whole.calls, whole.both_fatal, whole.machine_fatal, whole.human_fatal) == (3, 1, 1, 1)
    assert (whole.answers, whole.same) == (33, 33)
    assert whole.fatal_kappa == pytest.approx(-0.5)
    assert [(week.since.isoformat(), week.calls) for week in weeks] == [("2026-11-16", 1), ("2026-11-23", 2)]
    assert await reports.agreement(**period, creditors=("Banco Ipê S.A.",), creditor=None) == ()

    page = (await visitor.get("reports")).text
    told = page[page.index("Nota: máquina e pessoas") :]
    assert "Todo o período" in told
    assert "16/11/2026" in told
    assert "\u22120,50" in told or "-0,50" in told
    assert "Pessoa certa" in page
    assert "corrected_fatal" in (await visitor.get("reports.csv")).text


async def test_a_machine_corrected_downwards_is_worse_by_just_that(stage: Stage) -> None:
    call = await stage.call(card=card())
    visitor = await stage.signed_in(Role.SUPERVISOR)
    await visitor.post(f"calls/{call}/review", ALIKE | FATAL, seen_at=f"calls/{call}")
    await PostgresFigures(stage.database).refresh()
    total = (
        await PostgresReports(stage.database).report(
            since=NOW.date(), until=NOW.date(), creditors=None, creditor=None, by=Group.HOUR
        )
    ).total
    assert (total.fatal, total.corrected_fatal, total.score, total.corrected_score) == (0, 1, 100.0, 0.0)


async def test_a_bad_day_is_drawn_where_it_is(stage: Stage) -> None:
    await stage.call(card=card(fatal={"false_claim": [4]}))
    await stage.call(card=card("empathy"), at=NOW - timedelta(days=1))
    await PostgresFigures(stage.database).refresh()
    visitor = await stage.signed_in()
    assert "Nota média por dia, de 0 a 100" in (await visitor.get("dashboard")).text
    assert "Nota média por dia, de 50 a 100" in (await visitor.get("dashboard?until=2026-11-22")).text


def test_kappa_of_counts_is_that_of_the_answers() -> None:
    pairs = [("pass", "pass")] * 5 + [("pass", "fail")] * 2 + [("fail", "fail")] * 3
    assert counted_kappa(Counter(pairs)) == pytest.approx(cohen_kappa(pairs))
    assert counted_kappa({}) is None


@pytest.mark.parametrize(
    ("spans", "by", "found"),
    [
        pytest.param([("agent", 0.0, 4.0), ("caller", 3.0, 5.0)], "caller", [1], id="a second over"),
        pytest.param([("agent", 0.0, 4.0), ("caller", 3.8, 5.0)], "caller", [], id="how people take turns"),
        pytest.param([("agent", 0.0, 4.0), ("caller", 3.0, 5.0)], "agent", [], id="the other's"),
        pytest.param([("agent", 0.0, 4.0), ("agent", 3.0, 5.0)], "agent", [], id="nobody interrupts themselves"),
        pytest.param([("agent", 0.0, None), ("caller", 3.0, 5.0)], "caller", [], id="without times"),
        pytest.param([("agent", 0, 4.0), ("system", 3.5, 3.6), ("caller", 3, 5)], "caller", [2], id="a note between"),
    ],
)
def test_an_interruption_is_one_thing_everywhere(
    spans: list[tuple[str, float | None, float | None]], by: str, found: list[int]
) -> None:
    assert began_over([Span(at, *each) for at, each in enumerate(spans)], by=by) == found


async def test_the_call_page_counts_interruptions_once(stage: Stage) -> None:
    counted = {"interruptions": {"by_agent": 3, "by_caller": 1}}
    with_measures = await stage.call(card=card() | {"measures": counted})
    without = await stage.call(card=card())
    visitor = await stage.signed_in()
    for call, told in ((with_measures, "3"), (without, "0")):
        page = (await visitor.get(f"calls/{call}")).text
        assert page.count("Agente interrompeu") == 1
        assert f"<dt>Agente interrompeu</dt><dd>{told}</dd>" in page
        assert "falou por cima" not in page


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        pytest.param(None, {}, id="nothing agreed"),
        pytest.param({"total": "oi", "entry": 3, "instalments": [None]}, {}, id="of another kind"),
        pytest.param(
            {"total": "90.00", "instalments": [{"due": "2026-12-05", "amount": "90.00"}]},
            {"Total": "R$ 90,00", "Parcelas": "R$ 90,00 em 05/12/2026"},
            id="one payment",
        ),
        pytest.param(
            {"instalments": [{"due": f"2026-{m}-05", "amount": f"3.3{c}"} for m, c in ((10, 3), (11, 3), (12, 4))]},
            {"Parcelas": "3 × R$ 3,33, a última de R$ 3,34, de 05/10/2026 a 05/12/2026"},
            id="odd cents last",
        ),
    ],
)
def test_an_agreement_is_told_in_words(terms: dict[str, object] | None, told: dict[str, str]) -> None:
    assert dict(agreed(terms)) == told
