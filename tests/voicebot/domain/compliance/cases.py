"""One debtor, one creditor and the acts of one call, as the compliance tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.acts import DebtView, Verified
from voicebot.domain.limits import Charges, Limits
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case, Channel, Creditor, Debt, Debtor, Hold, OpenHours, Treatment

SAO_PAULO: Final = timezone(timedelta(hours=-3))
MONDAY: Final = date(2026, 11, 23)
MORNING: Final = datetime(2026, 11, 23, 10, 0, tzinfo=SAO_PAULO)

LIMITS: Final = Limits(
    charges=Charges(Decimal(2), Decimal(1)),
    settlement=(),
    plan=(),
    plan_discount_of_settlement=Decimal("0.5"),
    entry_within_business_days=3,
    promise_within_days=15,
    max_concessions=3,
    offer_valid_days=5,
    agreement_broken_after_days=7,
    due_days=(5, 10, 15, 20),
    methods=("pix", "boleto"),
)
CREDITOR: Final = Creditor(
    name="Lojas Aurora S.A.",
    spoken_name="Lojas Aurora",
    cnpj="11222333000181",
    address="Rua das Acácias, 100, São Paulo, SP",
    official_phone="+551130000000",
    website="aurora.example.com",
    pix_key="pix@aurora.example.com",
    jurisdiction="BR",
    sample=True,
    name_reveals_debt=False,
    collector=None,
    official_whatsapp="+5511930000000",
    on_call_phone="+551130009998",
    default_treatment=Treatment.VOCE,
    senhor_from_age=60,
    recording_keep_days=1825,
    conversations_per_day=1,
    attempts_per_day=3,
    attempts_per_week=7,
    pix_expires_hours=24,
    handoff_phone="+551130009999",
    handoff_hours=OpenHours(tuple((day, time(8), time(20)) for day in range(5))),
    limits=LIMITS,
)
ANA: Final = Debtor(
    ref="D001",
    name="Ana Beatriz Souza",
    cpf="52998224725",
    birth_date=date(1984, 3, 12),
    phone="+5511988880001",
    email="ana.souza@example.com",
    city="São Paulo",
    state="SP",
    preferred_channel=Channel.WHATSAPP,
    customer_since=date(2019, 5, 2),
    previous_defaults=0,
)
DEBT: Final = Debt("C-1001", "Cartão Aurora", date(2026, 7, 10), Money.of("1250.00"))
CASE: Final = Case(CREDITOR, ANA, (DEBT,), BusinessCalendar(), "America/Sao_Paulo")
TOKEN: Final = Verified("D001", MORNING)

VIEW: Final = DebtView(
    contract="C-1001",
    product="Cartão Aurora",
    due_date=date(2026, 7, 10),
    original=Money.of("1250.00"),
    fine=Money.of("25.00"),
    interest=Money.of("56.67"),
    correction=Money(0),
    total=Money.of("1331.67"),
)
SETTLEMENT: Final = Offer(
    id="s1",
    kind=OfferKind.SETTLEMENT,
    contracts=("C-1001",),
    debt_total=Money.of("1331.67"),
    total=Money.of("1065.34"),
    discount_percent=Decimal("20.00"),
    entry=None,
    instalments=(Payment(date(2026, 11, 26), Money.of("1065.34")),),
)


def _tenths(amount: str, last: str | None = None) -> tuple[Payment, ...]:
    """Ten instalments on the tenth of each month from December 2026."""
    dues = [date(2026 + (11 + step) // 12, (11 + step) % 12 + 1, 10) for step in range(10)]
    amounts = [Money.of(amount)] * 9 + [Money.of(last or amount)]
    return tuple(Payment(due, each) for due, each in zip(dues, amounts, strict=True))


PLAN: Final = Offer(
    id="p1",
    kind=OfferKind.PLAN,
    contracts=("C-1001",),
    debt_total=Money.of("1331.67"),
    total=Money.of("1198.50"),
    discount_percent=Decimal("10.00"),
    entry=Payment(date(2026, 11, 26), Money.of("120.00")),
    instalments=_tenths("107.85"),
)
ODD_PLAN: Final = replace(PLAN, id="p2", instalments=_tenths("107.85", "107.88"), total=Money.of("1198.53"))


def case_in(state: str, *, closed: frozenset[date] = frozenset(), holds: tuple[Hold, ...] = ()) -> Case:
    return replace(CASE, debtor=replace(ANA, state=state), calendar=BusinessCalendar(closed), holds=holds)


def at(text: str) -> datetime:
    """Read a local instant, "2026-11-23 07:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)
