"""The outbox in PostgreSQL with its worker: at least once, under one key, and never to whom it may not go."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.voicebot.persistence.calls import begun
from voicebot.application.messages import ON_CALL, official_contact_message, on_call_alert, payment_message
from voicebot.application.outbox import (
    CLAIM,
    MAX_ATTEMPTS,
    STUCK_AFTER,
    Backlog,
    Deliverer,
    DeliverMessages,
    DeliveryFailed,
    Envelope,
    Purpose,
    State,
    pause_after,
)
from voicebot.application.portfolio_files import Portfolio, ReceivedPayment, read_portfolio
from voicebot.domain.agreement import Agreement
from voicebot.domain.dialogue.phases import EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case
from voicebot.persistence.database import Database
from voicebot.persistence.histories import PostgresHistories
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.outbox import PostgresOutbox
from voicebot.persistence.outbox_files import FileOutbox
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CallbackRow, MessageRow
from voicebot.settings import ROOT

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
ANA, ANA_PHONE = "D001", "+5511988880001"


@dataclass
class Clock:
    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class Channel_:
    """A channel that notes what it was given; `fails` is raised instead."""

    fails: Exception | None = None
    tried: list[str] = field(default_factory=list)
    given: list[Envelope] = field(default_factory=list)

    async def deliver(self, envelope: Envelope) -> None:
        self.tried.append(envelope.key)
        if self.fails is not None:
            raise self.fails
        self.given.append(envelope)


@dataclass
class Post:
    database: Database
    clock: Clock
    channel: Channel_
    store: PortfolioStore
    records: PostgresRecords
    outbox: PostgresOutbox
    messenger: OutboxMessenger
    call: str

    def worker(self, deliverer: Deliverer | None = None) -> DeliverMessages:
        histories = PostgresHistories(self.database)
        return DeliverMessages(self.outbox, self.store, histories, deliverer or self.channel, self.clock)

    async def rows(self) -> list[tuple[str, str, str | None]]:
        async with self.database.transaction() as connection:
            found = await connection.execute(
                select(MessageRow.purpose, MessageRow.state, MessageRow.reason).order_by(MessageRow.id)
            )
            return [(row.purpose, row.state, row.reason) for row in found]

    async def case(self) -> Case:
        case = await self.store.case_by_ref(ANA, on=self.clock.at.date())
        assert case is not None
        return case


@pytest.fixture
def portfolio() -> Portfolio:
    return replace(read_portfolio(ROOT / "samples"), payments=(), holds={})


@pytest.fixture
async def post(database: Database, portfolio: Portfolio) -> Post:
    clock, records, store = Clock(), PostgresRecords(database), PortfolioStore(database)
    await store.save(portfolio)
    call = await begun(records, debtor_ref=ANA, phone=ANA_PHONE)
    return Post(
        database, clock, Channel_(), store, records, PostgresOutbox(database), OutboxMessenger(database, clock), call
    )


def agreement(case: Case, channel: str = "sms") -> Agreement:
    total = Money.of("1065.34")
    first = Payment(MONDAY.date() + timedelta(days=2), total)
    offer = Offer("o1", OfferKind.SETTLEMENT, ("C-1001",), Money.of("1331.67"), total, Decimal("20.00"), None, (first,))
    return Agreement(offer, "pix", channel, confirmed=True, teach_back=True, agreed_at=MONDAY)


async def how_to_pay(post: Post, channel: str = "sms") -> str:
    case = await post.case()
    return payment_message(case, agreement(case, channel))


@pytest.mark.parametrize(
    ("channel", "to"), [("sms", ANA_PHONE), ("whatsapp", ANA_PHONE), ("email", "ana.souza@example.com")]
)
async def test_what_was_accepted_is_delivered_once(post: Post, channel: str, to: str) -> None:
    assert await post.messenger.send(post.call, channel, await how_to_pay(post, channel))
    assert str(await post.worker()()) == "1 sent"
    assert str(await post.worker()()) == "nothing to deliver"

    (envelope,) = post.channel.given
    assert (envelope.to, envelope.channel, envelope.sender) == (to, channel, "Lojas Aurora")
    assert any(part.startswith("000201") for part in envelope.content.parts) or channel == "email"
    assert await post.rows() == [("payment", "sent", None)]


async def test_two_workers_share_no_message(post: Post) -> None:
    for _ in range(10):
        await post.messenger.send(post.call, "sms", "olá")
    await asyncio.gather(*(post.worker()(limit=5) for _ in range(4)))
    assert len(post.channel.tried) == len(set(post.channel.tried)) == 10


async def test_a_worker_that_dies_leaves_the_message_to_the_next_under_the_same_key(post: Post) -> None:
    await post.messenger.send(post.call, "sms", "olá")
    (claimed,) = await post.outbox.claim(MONDAY, limit=5)
    assert (await post.worker()()).total == 0, "it is still claimed"

    post.clock.at += CLAIM
    assert str(await post.worker()()) == "1 sent"
    assert [each.key for each in post.channel.given] == [claimed.key]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(DeliveryFailed("the channel is away", retryable=True), id="the channel says try again"),
        pytest.param(LookupError("+5511988880001"), id="a fault nobody foresaw"),
    ],
)
async def test_a_channel_that_is_away_is_tried_again_later_and_later_and_then_never(
    post: Post, error: Exception
) -> None:
    await post.messenger.send(post.call, "sms", "olá, Ana")
    post.channel.fails = error
    with capture_logs() as logs:
        for attempt in range(1, MAX_ATTEMPTS):
            assert str(await post.worker()()) == "1 retried"
            assert (await post.worker()()).total == 0, "not before its time"
            pause = pause_after(attempt)
            assert pause is not None
            post.clock.at += pause
        assert str(await post.worker()()) == "1 failed"
    assert len(set(post.channel.tried)) == 1
    assert len(post.channel.tried) == MAX_ATTEMPTS
    assert (await post.rows())[0][:2] == ("contact", "failed")
    assert await post.outbox.backlog(post.clock.at) == Backlog(stuck=0, failed=1)
    assert not any(word in str(logs) for word in ("Ana", ANA_PHONE)), "no personal data in the logs"


async def test_what_no_try_would_mend_is_given_up_at_once(post: Post) -> None:
    await post.messenger.send(post.call, "sms", "olá")
    post.channel.fails = DeliveryFailed("no such number", retryable=False)
    assert str(await post.worker()()) == "1 failed"
    assert await post.rows() == [("contact", "failed", "no such number")]


def test_pauses_double_up_to_half_an_hour() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, MAX_ATTEMPTS + 1)]
    assert [each and each.total_seconds() for each in pauses] == [30, 60, 120, 240, 480, 960, 1800, None]


@pytest.mark.parametrize(
    ("kind", "channel", "accepted"),
    [
        pytest.param("stop", "sms", False, id="stop closes every channel"),
        pytest.param("stop_sms", "sms", False, id="this channel"),
        pytest.param("stop_sms", "whatsapp", True, id="another channel"),
        pytest.param("deceased", "sms", False, id="deceased"),
        pytest.param("wrong_number", "sms", False, id="the number is not theirs"),
        pytest.param("crisis", "sms", False, id="crisis"),
        pytest.param("illness", "sms", True, id="ill, and asked for it"),
    ],
)
async def test_a_suppressed_channel_gets_nothing(post: Post, kind: str, channel: str, accepted: bool) -> None:
    await post.messenger.send(post.call, channel, "antes")
    await post.records.suppress(post.call, kind, None, MONDAY)

    assert await post.messenger.send(post.call, channel, "depois") is accepted
    await post.worker()()
    assert len(post.channel.given) == (2 if accepted else 0), "what was accepted before is asked about again"


async def test_an_expired_payment_is_not_sent(post: Post) -> None:
    await post.messenger.send(post.call, "whatsapp", await how_to_pay(post, "whatsapp"))
    post.clock.at = MONDAY + timedelta(days=2, hours=13, minutes=59)
    assert [each.purpose for each in await post.outbox.claim(post.clock.at, limit=1)] == [Purpose.PAYMENT]

    post.clock.at += timedelta(minutes=2)
    assert str(await post.worker()()) == "1 refused"
    assert await post.rows() == [("payment", "refused", "its payment has expired")]


async def test_a_payment_is_sent_until_the_end_of_its_day_there(post: Post) -> None:
    await post.messenger.send(post.call, "whatsapp", await how_to_pay(post, "whatsapp"))
    post.clock.at = MONDAY + timedelta(days=2, hours=13, minutes=59)
    assert str(await post.worker()()) == "1 sent"


async def test_who_has_no_address_is_told_at_once(post: Post, portfolio: Portfolio) -> None:
    silent = replace(portfolio.debtors[ANA], email=None)
    await post.store.save(replace(portfolio, debtors={**portfolio.debtors, ANA: silent}))
    assert not await post.messenger.send(post.call, "email", "Assunto: oi\n\noi")
    assert await post.rows() == []


async def test_a_message_about_nobody_we_know_is_refused(post: Post) -> None:
    unknown = await begun(post.records)
    await post.messenger.send(unknown, "sms", "oi")
    assert str(await post.worker()()) == "1 refused"


async def test_what_was_asked_for_goes_out_at_night_and_a_reminder_waits_for_the_morning(post: Post) -> None:
    post.clock.at = MONDAY.replace(hour=22)
    await post.messenger.send(post.call, "sms", "pedido")
    await post.messenger.remind(post.call, "sms", "lembrete")
    assert str(await post.worker()()) == "1 postponed, 1 sent"

    post.clock.at = MONDAY.replace(day=24, hour=8)
    assert str(await post.worker()()) == "1 sent"
    assert [each.content.parts for each in post.channel.given] == [("pedido",), ("lembrete",)]


async def test_reminders_count_towards_the_caps_of_their_channel(post: Post) -> None:
    for number in range(4):
        await post.messenger.remind(post.call, "sms", f"lembrete {number}")
        await post.worker()()
    assert len(post.channel.given) == 3, "attempts_per_day of the samples"
    states = [state for _, state, _ in await post.rows()]
    assert states == ["sent", "sent", "sent", "queued"]
    assert (await PostgresHistories(post.database).history(ANA, MONDAY)).attempts[-1].channel == "sms"


async def test_a_reminder_that_may_never_go_is_not_accepted(post: Post) -> None:
    await post.store.pay(ReceivedPayment("C-1001", MONDAY.date(), Money.of("5000.00"), "pix", "E1"))
    assert not await post.messenger.remind(post.call, "sms", "lembrete")


async def test_a_payment_cancels_what_was_queued(post: Post) -> None:
    await post.messenger.send(post.call, "sms", await how_to_pay(post))
    await post.messenger.remind(post.call, "sms", "lembrete")
    case = await post.case()
    official = official_contact_message(case, "sms", verified=True)
    assert official is not None
    await post.messenger.send(post.call, "sms", official)
    await post.records.record_event(post.call, "callback", {"at": MONDAY.isoformat()}, MONDAY)
    histories = PostgresHistories(post.database)
    assert (await histories.history(ANA, MONDAY)).invited_on == MONDAY.date()

    payment = ReceivedPayment("C-1001", MONDAY.date(), Money.of("100.00"), "pix", "E1")
    await post.store.pay(payment)
    assert [(purpose, state) for purpose, state, _ in await post.rows()] == [
        ("payment", "cancelled"),
        ("reminder", "cancelled"),
        ("contact", "queued"),
    ]
    async with post.database.transaction() as connection:
        assert (await connection.scalar(select(CallbackRow.done_at))) is not None
    assert (await histories.history(ANA, MONDAY)).invited_on is None

    await post.messenger.send(post.call, "sms", await how_to_pay(post))
    await post.store.pay(payment)
    assert [state for _, state, _ in await post.rows()][-1] == "queued", "the same payment again cancels nothing"


async def test_an_alert_goes_to_the_person_on_call_first_and_whatever_the_debtor_wishes(post: Post) -> None:
    await post.messenger.send(post.call, "sms", "pedido")
    case = await post.case()
    text = on_call_alert(case.creditor, post.call, EscalationReason.SELF_HARM, MONDAY)
    await post.records.suppress(post.call, "crisis", None, MONDAY)
    assert await post.messenger.send(post.call, ON_CALL, text)
    assert str(await post.worker()()) == "1 refused, 1 sent"

    (envelope,) = post.channel.given
    assert (envelope.to, envelope.channel) == ("+551130009998", "sms")
    assert post.call in " ".join(envelope.content.parts)


async def test_the_backlog_tells_of_what_waits_too_long(post: Post) -> None:
    await post.messenger.send(post.call, "sms", "oi")
    assert await post.outbox.backlog(MONDAY + STUCK_AFTER) == Backlog(0, 0)
    assert await post.outbox.backlog(MONDAY + STUCK_AFTER + timedelta(seconds=1)) == Backlog(1, 0)


def written(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


class TestFiles:
    """The embedded way out."""

    async def test_a_message_becomes_a_file_to_send_and_a_text_to_read(self, post: Post, tmp_path: Path) -> None:
        await post.messenger.send(post.call, "email", await how_to_pay(post, "email"))
        assert str(await post.worker(FileOutbox(tmp_path / "outbox"))()) == "1 sent"

        (found,) = (tmp_path / "outbox" / "2026-11-23").glob("*.json")
        told = json.loads(found.read_text(encoding="utf-8"))
        assert told["key"] == found.stem
        assert (told["channel"], told["to"]) == ("email", "ana.souza@example.com")
        assert told["subject"]
        assert "R$ 1.065,34" in told["parts"][0]
        assert told["created_at"] == MONDAY.isoformat()
        readable = found.with_suffix(".txt").read_text(encoding="utf-8")
        assert "ana.souza@example.com" in readable and told["parts"][0] in readable
        assert [found.stat().st_mode & 0o777, found.parent.stat().st_mode & 0o777] == [0o600, 0o700]

    async def test_the_same_key_again_changes_nothing(self, post: Post, tmp_path: Path) -> None:
        await post.messenger.send(post.call, "sms", "olá")
        (message,) = await post.outbox.claim(MONDAY, limit=1)
        files = FileOutbox(tmp_path)
        await post.worker(files)._one(message)
        before = written(tmp_path)
        await post.worker(files)._one(replace(message, text="outra coisa"))
        assert len(before) == 3
        assert written(tmp_path) == before

    async def test_a_folder_that_cannot_be_written_is_tried_again(self, post: Post, tmp_path: Path) -> None:
        (tmp_path / "outbox").write_text("a file where the folder should be")
        await post.messenger.send(post.call, "sms", "olá")
        assert str(await post.worker(FileOutbox(tmp_path / "outbox"))()) == "1 retried"


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(lambda outbox, key: outbox.retry(key, MONDAY), id="retry"),
        pytest.param(lambda outbox, key: outbox.give_up(key, State.FAILED, "x"), id="give up"),
        pytest.param(lambda outbox, key: outbox.postpone(key, MONDAY), id="postpone"),
    ],
)
async def test_what_is_sent_stays_sent(post: Post, note: Callable[[PostgresOutbox, str], object]) -> None:
    await post.messenger.send(post.call, "sms", "olá")
    (message,) = await post.outbox.claim(MONDAY, limit=1)
    await post.outbox.sent(message.key, MONDAY)
    done = note(post.outbox, message.key)
    assert asyncio.iscoroutine(done)
    await done
    assert [state for _, state, _ in await post.rows()] == ["sent"]
    assert uuid.UUID(message.key)
