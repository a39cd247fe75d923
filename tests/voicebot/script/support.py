"""A book, and voices to render it with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from voicebot.application.ports import Voice
from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.limits import Charges, Limits
from voicebot.domain.portfolio import Case, Channel, Creditor, Debtor, OpenHours, Treatment
from voicebot.script.render import ScriptBook

LOCALE = Path(__file__).resolve().parents[3] / "prompts" / "pt-BR"
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))


@cache
def book() -> ScriptBook:
    return ScriptBook.load(LOCALE)


def voice(
    treatment: Treatment = Treatment.VOCE,
    *,
    female: bool | None = True,
    name: str | None = "Ana",
    seed: int = 7,
    said: tuple[str, ...] = (),
    at: datetime = MORNING,
    previous: str | None = None,
) -> Voice:
    return Voice(
        assistant="Clara",
        treatment=treatment,
        caller_name=name,
        caller_is_female=female,
        local_time=at,
        seed=seed,
        said=said,
        previous=previous,
    )


LIMITS = Limits(
    charges=Charges(Decimal(2), Decimal(1)),
    settlement=(),
    plan=(),
    plan_discount_of_settlement=Decimal("0.5"),
    entry_within_business_days=3,
    promise_within_days=15,
    max_concessions=3,
    offer_valid_days=5,
    agreement_broken_after_days=7,
    due_days=(10,),
    methods=("pix", "boleto"),
)
CREDITOR = Creditor(
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
    recording_keep_days=1825,
    conversations_per_day=1,
    attempts_per_day=3,
    attempts_per_week=7,
    pix_expires_hours=24,
    handoff_phone=None,
    handoff_hours=OpenHours(()),
    limits=LIMITS,
)
DEBTOR = Debtor(
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
CASE = Case(CREDITOR, DEBTOR, (), BusinessCalendar(), "America/Sao_Paulo")

VOICES = {
    "você": voice(),
    "você, sem nome": voice(name=None, female=None),
    "senhor": voice(Treatment.SENHOR, female=False, name="Osvaldo"),
    "senhora": voice(Treatment.SENHOR, female=True, name="Maria"),
    "senhor ou senhora, não se sabe": voice(Treatment.SENHOR, female=None, name="Darci"),
}
