"""Random creditors, random debts and random callers, as Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import LIMITS, case, random_limits
from tests.voicebot.domain.dialogue.exploration import Edge, Node
from voicebot.domain.dialogue.phases import Asks, Direction, Phase
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import CallState, Context, Event, Heard, HungUp, Pressed, Silence, Started
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Collector, Debt, OpenHours

TEXTS: Final = (
    "...",
    "no pix",
    "prefiro boleto",
    "no whatsapp",
    "por e-mail",
    "pago agora no pix",
    "quero pagar tudo de uma vez",
    "cento e vinte por mês",
    "aqui é o Rafael",
    "sorry I don't speak what is this",
)
MOST_EVENTS: Final = 45
_LIKELY: Final = (
    Intent.AFFIRM,
    Intent.ACCEPT_OFFER,
    Intent.REJECT_OFFER,
    Intent.DENY,
    Intent.ASK_DISCOUNT,
    Intent.ASK_INSTALLMENTS,
    Intent.PROPOSE_AMOUNT,
    Intent.PROPOSE_DATE,
    Intent.CANNOT_PAY,
    Intent.CHOOSE_CHANNEL,
)
"""What keeps a call in the negotiation: drawn as often as all other intents together."""


@st.composite
def calls(draw: st.DrawFn) -> tuple[Context, Direction]:
    """A random creditor's file, one to four debts of any age, any hour of the day, either direction."""
    now = datetime.combine(
        draw(st.dates(date(2026, 1, 1), date(2028, 12, 31))),
        time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))),
        ZoneInfo("America/Sao_Paulo"),
    )
    ages = draw(st.lists(st.one_of(st.integers(1, 400), st.integers(-20, 2600)), min_size=1, max_size=4))
    debts = tuple(
        Debt(f"C-{index}", "Crediário", now.date() - timedelta(days=age), Money(draw(st.integers(100, 2_000_000))))
        for index, age in enumerate(ages)
    )
    closed = frozenset(draw(st.sets(st.dates(now.date(), now.date() + timedelta(days=20)), max_size=3)))
    limits = draw(st.just(LIMITS) | random_limits())
    methods = draw(st.sampled_from([("pix", "boleto"), ("boleto",), ("pix",)]))
    drawn = case(*debts, limits=replace(limits, methods=methods), closed=closed)
    return _context(draw, drawn, now), draw(st.sampled_from(Direction))


def _context(draw: st.DrawFn, drawn: Case, now: datetime) -> Context:
    opens, closes = sorted((draw(st.integers(0, 23)), draw(st.integers(0, 23))))
    hours = OpenHours(tuple((day, time(opens), time(closes)) for day in draw(st.sets(st.integers(0, 6)))))
    creditor = replace(
        drawn.creditor,
        name_reveals_debt=draw(st.booleans()),
        collector=draw(st.none() | st.just(Collector("Cobra S.A.", "Cobra", "11.222.333/0001-81"))),
        credit_bureau=draw(st.booleans()),
        on_call_phone=draw(st.none() | st.just("+551130009998")),
        handoff_phone=draw(st.none() | st.just("+551130009999")),
        handoff_hours=hours,
    )
    debtor = replace(drawn.debtor, email=draw(st.none() | st.just("ana@example.com")))
    staffed = creditor.handoff_phone is not None and hours.open_at(now.weekday(), now.time())
    return Context(replace(drawn, creditor=creditor, debtor=debtor), now, handoff_open=staffed, protocol="23110071")


def hold_call(draw: Callable[[st.SearchStrategy[Any]], Any], ctx: Context, direction: Direction) -> list[Edge]:
    """A call with somebody who mostly answers what is asked, and now and then does anything at all."""
    first = decide(CallState(direction), Started(), ctx)
    node, edges, anything = Node(first.state, first.acts), list[Edge](), _events(ctx)
    wild = draw(st.integers(1, 6))
    for _turn in range(draw(st.integers(1, MOST_EVENTS))):
        if node.state.ended:
            break
        answers = draw(st.integers(0, 6)) >= wild
        event = _answer(draw, node.state, ctx) if answers else draw(anything)
        edges.append(Edge(node, node.state, event, decide(node.state, event, ctx)))
        node = Node(edges[-1].after.state, edges[-1].after.acts, (node, event))
    return edges


def _answer(draw: Callable[[st.SearchStrategy[Any]], Any], state: CallState, ctx: Context) -> Event:
    """What somebody who goes along would say."""
    debtor, chosen = ctx.case.debtor, state.bargain.chosen
    match state.asks:
        case Asks.CPF_FIRST3 | Asks.CPF_LAST2 | Asks.CPF:
            return Pressed(debtor.cpf)
        case Asks.BIRTH_DAY_MONTH | Asks.BIRTH_DATE:
            return Pressed(f"{debtor.birth_date:%d%m%Y}")
        case Asks.TEACH_BACK if chosen is not None:
            first = chosen.entry or chosen.instalments[0]
            return _said(Intent.AFFIRM, Entity(EntityType.MONEY, "...", str(first.amount)))
        case Asks.AMOUNT:
            cents = draw(st.integers(1_000, 400_000))
            return _said(Intent.PROPOSE_AMOUNT, Entity(EntityType.MONEY, "...", f"{cents / 100:.2f}"))
        case Asks.NAME:
            return _said(Intent.IDENTITY_CONFIRM)
        case Asks.YES_NO if state.phase in {Phase.NEGOTIATION, Phase.OPENING}:
            yes = (Intent.AFFIRM, Intent.REJECT_OFFER, Intent.ASK_DISCOUNT) if state.verified else (Intent.AFFIRM,)
            return _said(draw(st.sampled_from(yes)))
        case _:
            return _said(Intent.AFFIRM)


def _said(intent: Intent, *entities: Entity) -> Heard:
    return Heard(Meaning("...", intent, 0.9, (), entities))


def _events(ctx: Context) -> st.SearchStrategy[Event]:
    debtor = ctx.case.debtor
    keys = st.sampled_from([debtor.cpf[:3], debtor.cpf[-2:], debtor.cpf, f"{debtor.birth_date:%d%m}"])
    heard = meanings(ctx).map(Heard)
    pressed = (keys | st.text("0123456789*#", min_size=1, max_size=11)).map(Pressed)
    return st.one_of(heard, heard, heard, heard, heard, st.just(Silence()), pressed, _rarely(HungUp()))


def _rarely(event: Event) -> st.SearchStrategy[Event]:
    return st.integers(0, 9).map(lambda number: event if number == 0 else Silence())


@st.composite
def meanings(draw: st.DrawFn, ctx: Context) -> Meaning:
    """One intent or two or three in a breath, with any entities that may come with it."""
    intents = st.sampled_from(_LIKELY) | st.sampled_from(Intent)
    also = tuple(draw(st.lists(intents, max_size=2))) if draw(st.integers(0, 3)) == 0 else ()
    entities = tuple(draw(st.lists(_entities(ctx), max_size=2)))
    confidence = draw(st.sampled_from([0.2, 0.6, 0.95]))
    return Meaning(draw(st.sampled_from(TEXTS)), draw(intents), confidence, also, entities)


def _entities(ctx: Context) -> st.SearchStrategy[Entity]:
    debtor, today = ctx.case.debtor, ctx.today
    cents = st.integers(0, 3_000_000).map(lambda value: f"{value / 100:.2f}")
    days = st.integers(-3, 60).map(lambda days: (today + timedelta(days=days)).isoformat())
    cpf = st.sampled_from([debtor.cpf[:3], debtor.cpf[-2:], debtor.cpf, "111"])
    hours = st.times().map(lambda at: f"{at:%H:%M}")
    named = st.one_of(
        st.tuples(st.just(EntityType.MONEY), cents),
        st.tuples(st.just(EntityType.DATE), days | st.just(f"{debtor.birth_date:--%m-%d}") | st.just("--01-01")),
        st.tuples(st.just(EntityType.TIME), hours),
        st.tuples(st.just(EntityType.CPF), cpf),
        st.tuples(st.just(EntityType.INSTALMENTS), st.integers(0, 30).map(str)),
        st.tuples(st.just(EntityType.NUMBER), st.integers(0, 999).map(str)),
    )
    ranges = st.just(Entity(EntityType.MONEY, "entre cem e duzentos", None, low="100.00", high="200.00", approx=True))
    return named.map(lambda pair: Entity(pair[0], "...", pair[1])) | ranges
