"""The running gateway: doors, models, database, and each call's life between them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from fastapi import APIRouter, FastAPI, WebSocket
from opentelemetry.trace import Tracer
from sqlalchemy import text

from telephony.frames import MediaSerializer
from telephony.providers.twilio.signature import SignatureChecker
from voicebot.application.call_desk import Attached, CallDesk
from voicebot.application.conversation import Collaborators
from voicebot.application.ports import Clock, Records, RecordsUnavailable
from voicebot.bootstrap import among_gateways, asterisk, browser_line, campaigns, console, console_scores
from voicebot.bootstrap.busy_line import make_busy_line
from voicebot.bootstrap.card_guard import CardGuard
from voicebot.bootstrap.console_metrics import FigureGauges
from voicebot.bootstrap.console_takeovers import Takeovers, take_over
from voicebot.bootstrap.delivery import deliverer, keep_delivering
from voicebot.bootstrap.dialling import account, dialler
from voicebot.bootstrap.fixed_phrases import speak_ahead
from voicebot.bootstrap.handing import Handing
from voicebot.bootstrap.handoff import CallsHuman, handoff_for
from voicebot.bootstrap.handover_notice import HandoverNotice, handover_notice
from voicebot.bootstrap.handover_post import keep_answering
from voicebot.bootstrap.scripts import scripts
from voicebot.bootstrap.store import Store
from voicebot.bootstrap.text import script_book, understander
from voicebot.bootstrap.tracing import NO_TRACES
from voicebot.bootstrap.watching import Watch, WatchedRecords, count_errors, free_bytes, refresher
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.persistence.console_live import PostgresLive
from voicebot.persistence.console_reports import PostgresReports
from voicebot.persistence.errors import RecordingError
from voicebot.persistence.recordings import RecordingWriter, erase_recording
from voicebot.persistence.write_behind import WriteBehind
from voicebot.pipeline.answering import CalleeListener, CarrierOpinions
from voicebot.pipeline.live_call import LiveCall
from voicebot.pipeline.ports import Phrases
from voicebot.pipeline.run_call import Engines, run_call
from voicebot.script.names import is_female
from voicebot.settings import Settings
from voicebot.speech.callee.ear import CalleeEar
from voicebot.understanding.proposer.proposer import AdvisedUnderstanding
from voicebot.web.app import create_app
from voicebot.web.asterisk_routes import asterisk_routes
from voicebot.web.browser_line import is_browser_call
from voicebot.web.busy_line import BusyLine, busy_routes
from voicebot.web.gateway import Gateway
from voicebot.web.handover_board import HandoverBoard
from voicebot.web.handover_routes import handover_routes
from voicebot.web.health import Readiness, health_routes
from voicebot.web.metrics import Metrics, metrics_routes
from voicebot.web.payments import payment_routes
from voicebot.web.twilio_routes import STREAM

log = structlog.get_logger(__name__)

LEASE_RENEWAL_S = 5.0
REAPER_S = 5.0
INTERNAL_ERROR = 1011


@dataclass(slots=True)
class CallHolder:
    """Holds each call from its first frame to the closed record."""

    settings: Settings
    store: Store
    engines: Engines
    clock: Clock
    desk: CallDesk
    records: Records
    watch: Watch
    board: HandoverBoard
    """Where hand-overs meet the provider's webhooks."""
    announce: HandoverNotice | None = None
    takeovers: Takeovers = field(default_factory=Takeovers)
    """Where a wish of the desk finds the call."""
    opinions: CarrierOpinions = field(default_factory=CarrierOpinions)
    """Where the provider's opinion on who picked up finds the call."""

    async def __call__(
        self, websocket: WebSocket, serializer: MediaSerializer, attached: Attached, provider_call_id: str
    ) -> None:
        watched = self.watch.begun(attached)
        try:
            await self._hold(
                websocket, serializer, attached, provider_call_id, self.watch.engines(self.engines, watched)
            )
        finally:
            self.watch.ended(attached)

    async def _hold(
        self,
        websocket: WebSocket,
        serializer: MediaSerializer,
        attached: Attached,
        provider_call_id: str,
        engines: Engines,
    ) -> None:
        call_id = attached.call_id
        handing = Handing(call_id, attached.conversation, attached.case, engines.phrases, self.records, self.announce)
        handoff: CallsHuman | None = handoff_for(self.settings, handing, provider_call_id, self.board)
        call = LiveCall(
            call_id,
            attached.conversation,
            phrases=engines.phrases,
            records=self.records,
            handoff=handoff,
        )
        try:
            recording = await self._record(call_id)
        except (RecordingError, OSError) as error:
            # The notice says that the call is recorded: without a recording there is no call.
            log.warning("recording_impossible", call_id=call_id, error=type(error).__name__)
            await self.desk.close_as(call_id, Disposition.FAILED)
            await websocket.close(INTERNAL_ERROR)
            return
        call.cards = cards = self._card_guard(attached, provider_call_id, recording)
        renewing = asyncio.create_task(self._renew(call_id), name="renew-lease")
        try:
            at_once = handoff.immediate if handoff is not None else None
            with self.takeovers.held(call_id, lambda: take_over(at_once, call)):
                await run_call(websocket, serializer, call, engines, recording, self._listener(attached, engines))
        finally:
            self.opinions.forget(call_id)
            try:
                await call.settled()
                if handoff is not None:
                    # A human's phone may ring for longer than the lease lasts.
                    await handoff.caller_gone()
            finally:
                renewing.cancel()
                with suppress(asyncio.CancelledError):
                    await renewing
            await self._finish(attached, recording, cards)
            if handoff is not None:
                await handoff.aclose()

    def _listener(self, attached: Attached, engines: Engines) -> CalleeListener | None:
        """Listen for who picked up; whoever calls us is there."""
        if attached.conversation.state.direction is not Direction.OUTBOUND:
            return None
        listener = CalleeListener(CalleeEar(), engines.stt, engines.gate)
        self.opinions.listen(attached.call_id, listener.carrier_says)
        return listener

    async def _record(self, call_id: str) -> RecordingWriter:
        folder = self.settings.data_dir / "recordings"
        writer = await asyncio.to_thread(RecordingWriter, folder, self.store.recording_key, call_id)
        with suppress(RecordsUnavailable):
            await self.store.recordings.opened(call_id, writer.path, writer.key_id, self.clock.now())
        return writer

    async def _renew(self, call_id: str) -> None:
        """Keep the call ours; a database that is away costs a warning, not the call."""
        while True:
            await asyncio.sleep(LEASE_RENEWAL_S)
            try:
                if not await self.desk.renew(call_id):
                    log.warning("lease_lost", call_id=call_id)
                    return
            except RecordsUnavailable:
                log.warning("lease_not_renewed", call_id=call_id)

    def _card_guard(self, attached: Attached, provider_call_id: str, recording: RecordingWriter) -> CardGuard:
        is_ours = attached.conversation.state.direction is Direction.OUTBOUND
        at_provider = self.settings.provider_recording and is_ours and not is_browser_call(provider_call_id)
        open_ = partial(dialler, self.settings) if at_provider else None
        return CardGuard(attached.call_id, provider_call_id, recording, open_)

    async def _finish(self, attached: Attached, recording: RecordingWriter, cards: CardGuard) -> None:
        """Close the record and the recording; audio without the notice, or with a card's number, is deleted at once."""
        conversation = attached.conversation
        if not conversation.state.ended:
            await conversation.hung_up()
        summary = await asyncio.to_thread(recording.close)
        unkept = cards.failed or (None if conversation.notice_heard else "ended before the recording notice")
        try:
            await self.store.recordings.completed(attached.call_id, summary)
            if unkept is not None:
                await self.store.recordings.delete(attached.call_id, because=unkept, at=self.clock.now())
        except RecordsUnavailable:
            log.warning("recording_not_entered", call_id=attached.call_id)
            if unkept is not None:
                await asyncio.to_thread(erase_recording, recording.path)
        log.info(
            "call_over",
            call_id=attached.call_id,
            disposition=(conversation.state.disposition or Disposition.FAILED).value,
        )


def build(settings: Settings, store: Store, engines: Engines, clock: Clock, *, tracer: Tracer = NO_TRACES) -> FastAPI:
    """Put the gateway together."""
    metrics = Metrics()
    watch = Watch(metrics, tracer, clock)
    records = WatchedRecords(WriteBehind(store.records), watch)
    count_errors(store.database, metrics)
    with_ = _collaborators(settings, store, records, clock)
    desk = _desk(settings, store, with_)
    twilio = asterisk.no_twilio() if settings.provider == "asterisk" else account(settings)

    board = HandoverBoard(settings.public_url)
    people = among_gateways.handover_doors(settings, store, clock, desk.owner, board)
    announce = handover_notice(settings, store.tokens, clock)
    signatures = SignatureChecker(settings.public_url, [twilio.auth_token])
    busy_line = BusyLine(settings.public_url)
    holder = CallHolder(settings, store, engines, clock, desk, records, watch, board, announce)
    gateway = Gateway(
        desk=desk,
        signatures=signatures,
        media_url=settings.media_url,
        account_sid=twilio.account_sid,
        hold=holder,
        answered_by=holder.opinions,
        prepare=engines.phrases.prepare,
        database_answers=partial(_answers, store),
        max_calls=settings.max_calls,
        start_timeout_s=settings.start_timeout_s,
        stream_status_url=f"{settings.public_url}{STREAM}",
        call_reports=among_gateways.call_reports(store, desk),
        note_refusal=lambda door, why: metrics.admission_refusals.labels(door, why).inc(),
        busy_line=busy_line,
    )
    pbx = asterisk.doors(settings, gateway, people)
    _measure(metrics, gateway, settings.max_calls)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        speaking = make_busy_line(settings, engines.phrases, busy_line)
        opinions = campaigns.every(among_gateways.LOOK_S, "opinions", gateway.look_for_opinions)
        chores = [
            *_chores(settings, store, clock, holder),
            asyncio.create_task(speaking, name="speak-busy-line"),
            asyncio.create_task(opinions, name="look-for-opinions"),
            asyncio.create_task(keep_answering(people), name="answer-letters"),
            *_speaking_ahead(settings, engines.phrases, gateway),
        ]
        async with _chores_of(gateway, chores, with_.understanding), asterisk.listening(settings, pbx):
            yield

    app = create_app(
        gateway,
        running=running,
        routers=[
            health_routes(_readiness(settings, store, gateway, watch)),
            _scraped(metrics, store, clock),
            payment_routes(campaigns.payment_desk(settings, store, clock)),
            handover_routes(people, signatures),
            busy_routes(busy_line),
            *([asterisk_routes(pbx)] if pbx is not None else []),
        ],
    )
    browser_line.mount(app, gateway, browser_line.BrowserLine(settings, store, clock, desk.owner))
    console.mount(app, settings, store, clock)
    return app


def _readiness(settings: Settings, store: Store, gateway: Gateway, watch: Watch) -> Readiness:
    return Readiness(
        database_answers=partial(_answers, store),
        models_work=lambda: watch.models_work,
        free_bytes=lambda: free_bytes(settings.data_dir),
        is_draining=lambda: gateway.drain.has_begun,
        has_room=partial(among_gateways.has_room, gateway, store),
    )


def _scraped(metrics: Metrics, store: Store, clock: Clock) -> APIRouter:
    """The door for Prometheus; what the database tells is asked for at each scrape."""
    refresh = refresher(metrics, backlog=store.outbox.backlog, waiting=lambda: store.records.waiting, clock=clock)
    figures = FigureGauges(metrics.registry, PostgresReports(store.database), clock)
    return metrics_routes(metrics, figures.after(refresh))


def _measure(metrics: Metrics, gateway: Gateway, max_calls: int) -> None:
    metrics.live.set_function(lambda: len(gateway.calls))
    metrics.tasks.set_function(lambda: len(asyncio.all_tasks()))
    metrics.capacity.set(max_calls)
    metrics.draining.set_function(lambda: int(gateway.drain.has_begun))


@asynccontextmanager
async def _chores_of(
    gateway: Gateway, chores: Sequence[asyncio.Task[None]], understanding: object
) -> AsyncIterator[None]:
    """Let the chores run beside the gateway, and end them with it."""
    # Its last act is to announce no capacity: the diallers stop counting on a gateway that drains.
    announcing = [chore for chore in chores if chore.get_name() == campaigns.ANNOUNCING]
    gateway.drain.on_begin.extend(chore.cancel for chore in announcing)
    try:
        yield
    finally:
        for chore in chores:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore
        if isinstance(understanding, AdvisedUnderstanding):
            await understanding.aclose()


def _collaborators(settings: Settings, store: Store, records: Records, clock: Clock) -> Collaborators:
    return Collaborators(
        script=script_book(settings),
        understanding=understander(settings),
        records=records,
        messenger=store.messenger,
        clock=clock,
        is_female=is_female,
    )


def _desk(settings: Settings, store: Store, with_: Collaborators) -> CallDesk:
    return CallDesk(
        cases=store.portfolio,
        calls=store.calls,
        tokens=store.tokens,
        with_=with_,
        provider=settings.provider,
        is_real=settings.provider != "simulator",
        owner=f"gateway-{secrets.token_hex(4)}",
        token_ttl_s=settings.token_ttl_s,
        histories=store.histories,
        scripts=scripts(settings, store.database, with_.script),
    )


async def _answers(store: Store) -> bool:
    """Tell whether the database answers."""
    try:
        async with store.database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
    except RecordsUnavailable:
        return False
    return True


def _chores(settings: Settings, store: Store, clock: Clock, holder: CallHolder) -> list[asyncio.Task[None]]:
    """What runs beside the calls for as long as the gateway does."""
    live = PostgresLive(store.database)
    return [
        asyncio.create_task(_reap(store, clock), name="close-expired-calls"),
        asyncio.create_task(keep_delivering(deliverer(settings, store, clock)), name="deliver-messages"),
        asyncio.create_task(console_scores.keep_entering(store, clock), name="enter-quality"),
        asyncio.create_task(holder.takeovers.keep_answering(live, clock), name="answer-take-overs"),
        *campaigns.gateway_chores(settings, store, clock, holder.desk.owner),
    ]


def _speaking_ahead(settings: Settings, phrases: Phrases, gateway: Gateway) -> list[asyncio.Task[None]]:
    if settings.speak_ahead == "off":
        return []
    speaking = speak_ahead(settings, phrases, lambda: not (gateway.calls or gateway.warming))
    return [asyncio.create_task(speaking, name="speak-ahead")]


async def _reap(store: Store, clock: Clock) -> None:
    """Close as failed the calls whose owner has died; what finished of them is on record."""
    while True:
        try:
            for call_id in await store.leases.close_expired(clock.now()):
                log.warning("call_closed_as_failed", call_id=call_id, why="its owner's lease ran out")
        except RecordsUnavailable:
            log.warning("reaper_waits", why="database away")
        await asyncio.sleep(REAPER_S)
