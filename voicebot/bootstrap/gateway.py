"""The running gateway: doors, models, database, and each call's life between them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from fastapi import FastAPI, WebSocket
from sqlalchemy import text

from telephony.providers.twilio.serializer import MediaStreamSerializer
from telephony.providers.twilio.signature import SignatureChecker
from voicebot.application.call_desk import Attached, CallDesk
from voicebot.application.conversation import Collaborators
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.bootstrap.delivery import deliverer, keep_delivering
from voicebot.bootstrap.dialling import account
from voicebot.bootstrap.handoff import ProviderHandOff, handoff_for
from voicebot.bootstrap.store import Store
from voicebot.bootstrap.text import script_book, understander
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.errors import RecordingError
from voicebot.persistence.recordings import RecordingWriter, erase_recording
from voicebot.pipeline.live_call import LiveCall
from voicebot.pipeline.run_call import Engines, run_call
from voicebot.script.names import is_female
from voicebot.settings import Settings
from voicebot.understanding.proposer.proposer import AdvisedUnderstanding
from voicebot.web.app import create_app
from voicebot.web.gateway import Gateway

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

    async def __call__(
        self, websocket: WebSocket, serializer: MediaStreamSerializer, attached: Attached, provider_call_id: str
    ) -> None:
        call_id = attached.call_id
        handoff: ProviderHandOff | None = handoff_for(self.settings, attached.case, provider_call_id)
        call = LiveCall(
            call_id,
            attached.conversation,
            phrases=self.engines.phrases,
            records=self.store.records,
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
        renewing = asyncio.create_task(self._renew(call_id), name="renew-lease")
        try:
            await run_call(websocket, serializer, call, self.engines, recording)
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await call.settled()
            await self._finish(attached, recording)
            if handoff is not None:
                await handoff.aclose()

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

    async def _finish(self, attached: Attached, recording: RecordingWriter) -> None:
        """Close the record and the recording; audio of a call without the notice is deleted at once."""
        conversation = attached.conversation
        if not conversation.state.ended:
            await conversation.hung_up()
        summary = await asyncio.to_thread(recording.close)
        try:
            await self.store.recordings.completed(attached.call_id, summary)
            if not conversation.notice_heard:
                await self.store.recordings.delete(
                    attached.call_id, because="ended before the recording notice", at=self.clock.now()
                )
        except RecordsUnavailable:
            log.warning("recording_not_entered", call_id=attached.call_id)
            if not conversation.notice_heard:
                await asyncio.to_thread(erase_recording, recording.path)
        log.info(
            "call_over",
            call_id=attached.call_id,
            disposition=(conversation.state.disposition or Disposition.FAILED).value,
        )


def build(settings: Settings, store: Store, engines: Engines, clock: Clock) -> FastAPI:
    """Put the gateway together."""
    with_ = Collaborators(
        script=script_book(settings),
        understanding=understander(settings),
        records=store.records,
        messenger=store.messenger,
        clock=clock,
        is_female=is_female,
    )
    desk = CallDesk(
        cases=store.portfolio,
        calls=store.calls,
        tokens=store.tokens,
        with_=with_,
        provider=settings.provider,
        is_real=settings.provider != "simulator",
        owner=f"gateway-{secrets.token_hex(4)}",
        token_ttl_s=settings.token_ttl_s,
        histories=store.histories,
    )
    twilio = account(settings)

    async def answers() -> bool:
        try:
            async with store.database.transaction() as connection:
                await connection.execute(text("SELECT 1"))
        except RecordsUnavailable:
            return False
        return True

    gateway = Gateway(
        desk=desk,
        signatures=SignatureChecker(settings.public_url, [twilio.auth_token]),
        media_url=settings.media_url,
        account_sid=twilio.account_sid,
        hold=CallHolder(settings, store, engines, clock, desk),
        prepare=engines.phrases.prepare,
        database_answers=answers,
        max_calls=settings.max_calls,
        start_timeout_s=settings.start_timeout_s,
    )

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        chores = [
            asyncio.create_task(_reap(store, clock), name="close-expired-calls"),
            asyncio.create_task(keep_delivering(deliverer(settings, store, clock)), name="deliver-messages"),
        ]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
                with suppress(asyncio.CancelledError):
                    await chore
            if isinstance(with_.understanding, AdvisedUnderstanding):
                await with_.understanding.aclose()

    return create_app(gateway, running=running)


async def _reap(store: Store, clock: Clock) -> None:
    """Close as failed the calls whose owner has died; what finished of them is on record."""
    while True:
        try:
            for call_id in await store.leases.close_expired(clock.now()):
                log.warning("call_closed_as_failed", call_id=call_id, why="its owner's lease ran out")
        except RecordsUnavailable:
            log.warning("reaper_waits", why="database away")
        await asyncio.sleep(REAPER_S)
