"""Cases and random limits for the tests of money: small builders and Hypothesis strategies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.limits import Charges, Limits, PlanBand, SettlementBand
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Channel, Creditor, Debt, Debtor, OpenHours, Treatment

MONDAY = date(2026, 11, 23)


def money(amount: str) -> Money:
    return Money.of(amount)


def _settlement(first: int, last: int, one: int, two: int) -> SettlementBand:
    return SettlementBand(first, last, Decimal(one), Decimal(two))


def _plan(first: int, last: int, entry: int, most: int, least: str) -> PlanBand:
    return PlanBand(first, last, Decimal(entry), most, money(least))


LIMITS = Limits(
    charges=Charges(Decimal("2.0"), Decimal("1.0")),
    settlement=(
        _settlement(-30, 0, 0, 0),
        _settlement(1, 30, 0, 2),
        _settlement(31, 60, 5, 10),
        _settlement(61, 90, 10, 20),
        _settlement(91, 180, 20, 35),
        _settlement(181, 360, 35, 50),
        _settlement(361, 1825, 50, 70),
    ),
    plan=(
        _plan(1, 30, 20, 3, "50"),
        _plan(31, 60, 20, 6, "50"),
        _plan(61, 90, 15, 10, "50"),
        _plan(91, 180, 10, 12, "50"),
        _plan(181, 360, 10, 18, "40"),
        _plan(361, 1825, 5, 24, "30"),
    ),
    plan_discount_of_settlement=Decimal("0.5"),
    entry_within_business_days=3,
    promise_within_days=15,
    max_concessions=3,
    offer_valid_days=5,
    agreement_broken_after_days=7,
    due_days=(5, 10, 15, 20),
    methods=("pix", "boleto"),
)

DEBTOR = Debtor(
    ref="D001",
    name="Ana Beatriz Souza",
    cpf="52998224725",
    birth_date=date(1984, 3, 12),
    phone="+5511988880001",
    email=None,
    city="São Paulo",
    state="SP",
    preferred_channel=Channel.WHATSAPP,
    customer_since=date(2019, 5, 2),
    previous_defaults=0,
)


def debt(contract: str, due: date, principal: str) -> Debt:
    return Debt(contract, "Cartão Aurora", due, money(principal))


ANA = debt("C-1001", date(2026, 7, 10), "1250.00")
CARLOS = (debt("C-1002", date(2026, 9, 28), "480.90"), debt("C-1003", date(2026, 10, 28), "480.90"))


def late_by(days: int, principal: str = "1000.00", contract: str = "C-1") -> Debt:
    """A debt that is `days` past due on `MONDAY`."""
    return debt(contract, MONDAY - timedelta(days=days), principal)


def never_lapsing(old: Case) -> Case:
    """The same case where no debt lapses: what the limits say of debts past every band can be seen there alone."""
    return replace(old, creditor=replace(old.creditor, jurisdiction="US"))


def case(*debts: Debt, limits: Limits = LIMITS, closed: frozenset[date] = frozenset()) -> Case:
    creditor = Creditor(
        name="Lojas Aurora S.A.",
        spoken_name="Lojas Aurora",
        cnpj="11.222.333/0001-81",
        address="Rua das Acácias, 100",
        official_phone="+551130000000",
        website="aurora.example.com",
        pix_key="pix@aurora.example.com",
        jurisdiction="BR",
        sample=True,
        name_reveals_debt=False,
        collector=None,
        official_whatsapp=None,
        on_call_phone=None,
        default_treatment=Treatment.VOCE,
        senhor_from_age=60,
        recording_keep_days=30,
        conversations_per_day=1,
        attempts_per_day=3,
        attempts_per_week=7,
        pix_expires_hours=24,
        handoff_phone=None,
        handoff_hours=OpenHours(()),
        limits=limits,
    )
    return Case(creditor, DEBTOR, debts, BusinessCalendar(closed), "America/Sao_Paulo")


def percents(low: str = "0", high: str = "100") -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=2)


@st.composite
def random_limits(draw: st.DrawFn) -> Limits:
    """Limits as a creditor might set them: bands in order, gaps allowed, level 2 never below level 1."""
    edges = sorted(draw(st.sets(st.integers(1, 400), min_size=4, max_size=8)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    settlement = []
    for first, last in spans:
        one, two = sorted((draw(percents(high="90")), draw(percents(high="90"))))
        settlement.append(SettlementBand(first, last, one, two))
    plan = tuple(
        PlanBand(first, last, draw(percents(high="60")), draw(st.integers(1, 24)), Money(draw(st.integers(1, 9000))))
        for first, last in spans
    )
    return Limits(
        charges=Charges(draw(percents(high="2")), draw(percents(high="1"))),
        settlement=tuple(settlement),
        plan=plan,
        plan_discount_of_settlement=draw(st.decimals(0, 1, places=2)),
        entry_within_business_days=draw(st.integers(0, 5)),
        promise_within_days=draw(st.integers(0, 30)),
        max_concessions=draw(st.integers(0, 4)),
        offer_valid_days=5,
        agreement_broken_after_days=7,
        due_days=tuple(draw(st.sets(st.integers(1, 28), min_size=1, max_size=4))),
        methods=("pix",),
    )


@st.composite
def random_cases(draw: st.DrawFn, *, plannable: bool = False) -> tuple[Case, date]:
    """A case with one to three debts, and the day of the call; `plannable`: late, large and in every band."""
    on = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    ages = draw(st.lists(st.integers(1 if plannable else -10, 420), min_size=1, max_size=3))
    cents = st.integers(40_000 if plannable else 1, 2_000_000)
    debts = tuple(
        Debt(f"C-{index}", "Crediário", on - timedelta(days=age), Money(draw(cents))) for index, age in enumerate(ages)
    )
    closed = frozenset(draw(st.sets(st.dates(on, on + timedelta(days=20)), max_size=4)))
    limits = LIMITS if plannable else draw(st.just(LIMITS) | random_limits())
    return case(*debts, limits=limits, closed=closed), on
