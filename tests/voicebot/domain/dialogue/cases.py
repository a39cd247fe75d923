"""The sample portfolio as values, and short names for what callers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import CallState, Context, Decision, Event, Heard, Started
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.portfolio import Case

SAMPLES = Path(__file__).parents[4] / "samples"
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))


@cache
def case(ref: str = "D001", *, reveals: bool = False) -> Case:
    found = read_portfolio(SAMPLES).case(ref, on=MONDAY.date())
    return replace(found, creditor=replace(found.creditor, name_reveals_debt=reveals))


def context(ref: str = "D001", *, staffed: bool = True, reveals: bool = False) -> Context:
    return Context(case(ref, reveals=reveals), MONDAY, handoff_open=staffed, protocol="23110071")


def means(intent: Intent, *also: Intent, text: str = "...", entities: tuple[Entity, ...] = ()) -> Heard:
    return Heard(Meaning(text, intent, 0.9, also, entities))


def unsure(intent: Intent, *also: Intent) -> Heard:
    """Perhaps this was meant; perhaps it only sounded so."""
    return Heard(Meaning("...", intent, 0.4, also))


def digits(value: str) -> Heard:
    return means(Intent.PROVIDE_DOCUMENT, entities=(Entity(EntityType.CPF, value, value),))


def born(value: str) -> Heard:
    return means(Intent.PROVIDE_BIRTH_DATE, entities=(Entity(EntityType.DATE, value, value),))


def money(value: str, intent: Intent = Intent.PROPOSE_AMOUNT, text: str = "...") -> Heard:
    return means(intent, text=text, entities=(Entity(EntityType.MONEY, value, value),))


SOU_EU = means(Intent.IDENTITY_CONFIRM)
SIM = means(Intent.AFFIRM)
NAO = means(Intent.DENY)
CPF = digits("529")
BIRTH = born("--03-12")


def play(*events: Event, ctx: Context | None = None, direction: Direction = Direction.OUTBOUND) -> list[Decision]:
    """Hold a call: the start, then these events; gives each decision."""
    ctx = ctx or context()
    decisions = [decide(CallState(direction), Started(), ctx)]
    for event in events:
        decisions.append(decide(decisions[-1].state, event, ctx))
    return decisions


def said(decision: Decision) -> list[str]:
    return [type(act).__name__ for act in decision.acts]
