"""One call's cold hand-over: the line leaves the bot at once, and what became of the caller is waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

import structlog

from telephony.errors import CallGone, OutcomeUnknown, TelephonyError
from telephony.provider import Provider
from telephony.transfer import AfterDial
from voicebot.application.handover import CRISES, HandoverFacts
from voicebot.application.handover_call import CallerLeft, HandOverResult, Joined, NobodyAnswered, ProviderFailed
from voicebot.bootstrap.handing import Apology, Handing, spoken
from voicebot.web.handover_board import Dialled, HandoverBoard
from voicebot.web.handover_routes import ANSWERED, ENDED

log = structlog.get_logger(__name__)

WORD_WITHIN_S: Final = 15.0
"""From the last ring to the provider's word of what came of it."""


@runtime_checkable
class PlaysWords(Protocol):
    """A provider that can play an announcement to a live call and end it."""

    async def play_last_words(self, provider_call_id: str, audio_url: str) -> None: ...


@dataclass(slots=True)
class ColdHandOff:
    """`transfer` gives the line away; `caller_gone` waits until a human has it, or the caller was told the truth."""

    provider: Provider
    provider_call_id: str
    to: str = field(repr=False)
    board: HandoverBoard
    handing: Handing
    ring_s: int
    word_within_s: float = WORD_WITHIN_S
    result: HandOverResult | None = None
    _facts: HandoverFacts | None = None
    _apology: Apology | None = None
    _dialled: Dialled | None = None
    _key: str = ""
    _telling: bool = False
    """The provider plays the truth to the caller, or has: it ends the call with it."""
    _last_words: str = field(default="", repr=False)
    _speech: asyncio.Task[bytes] | None = None
    _announcing: asyncio.Task[None] | None = None

    async def transfer(self) -> bool:
        """Ask the provider to connect the caller to the hand-off number; False when it refuses.

        Asked again it does so only after a refusal that left the caller with the bot.
        """
        if self._facts is not None and not self._is_with_the_bot:
            return False
        self.result = None
        if self._speech is not None:
            self._speech.cancel()
        facts = self._facts = await self.handing.begun()
        apology = self._apology = self.handing.apology(facts)
        # Made while it rings: nobody who waited in vain waits for the words too.
        speech = self._speech = asyncio.create_task(spoken(self.handing.phrases, apology.words), name="last-words")
        self._last_words = self.board.offer_audio(speech, self.handing.call_id)
        dialled = Dialled(self.provider_call_id, self._last_words, apology.words, call_id=self.handing.call_id)
        key = self.board.put_up_dialled(dialled)
        after = AfterDial(self.board.url(ENDED, key), self.board.url(ANSWERED, key), self.ring_s)
        try:
            await self.provider.transfer(self.provider_call_id, to=self.to, after=after)
        except OutcomeUnknown:
            # The line may ring at a human's already, or be with them: nothing is done to it, and `caller_gone` decides.
            log.warning("transfer_in_doubt", call_id=self.handing.call_id)
        except TelephonyError as error:
            log.warning("transfer_refused", why=type(error).__name__)
            self.board.take_down_dialled(key)
            gone = isinstance(error, CallGone)
            self.result = CallerLeft() if gone else ProviderFailed(type(error).__name__)
            await self.handing.note_result(self.result)
            return False
        self._dialled, self._key = dialled, key
        self._announcing = self.handing.announcing()
        return True

    @property
    def _is_with_the_bot(self) -> bool:
        """After a refusal, and before they are told of it."""
        return self._dialled is None and isinstance(self.result, ProviderFailed) and not self._telling

    async def tell_refused(self) -> None:
        """The provider would not give the line away: the caller, who waits at the bot, is told the truth."""
        if self._apology is None or self._speech is None or not self._is_with_the_bot:
            return
        self._telling = True
        await self.handing.note_callback(self._apology)
        await asyncio.wait({self._speech})
        if not isinstance(self.provider, PlaysWords):
            self._telling = False
            return
        try:
            await self.provider.play_last_words(self.provider_call_id, self.board.audio_url(self._last_words))
        except TelephonyError as error:
            log.warning("last_words_not_played", call_id=self.handing.call_id, why=type(error).__name__)
            self._telling = False
            return
        await self.handing.note_said(self._apology)

    async def caller_gone(self) -> None:
        """The bot's stream is over: see a hand-over through, once."""
        if self._dialled is None or self.result is not None:
            return
        try:
            async with asyncio.timeout(self.ring_s + self.word_within_s):
                result = await asyncio.shield(self._dialled.outcome)
        except TimeoutError:
            result = ProviderFailed("no word of the human's phone")
        self.result = result
        log.info("handover_over", call_id=self.handing.call_id, result=type(result).__name__)
        await self.handing.note_result(result)
        if isinstance(result, Joined):
            await self.handing.conversation.human_joined()
        elif not isinstance(result, CallerLeft):
            await self._nobody_came(result)
        self.board.take_down_dialled(self._key)

    async def _nobody_came(self, result: HandOverResult) -> None:
        """The provider plays the truth; the call that it speaks of is put on record for the dialler."""
        if self._facts is None or self._apology is None or self._speech is None:
            return
        if self._facts.reason in CRISES:
            log.error("nobody_came_in_a_crisis", call_id=self.handing.call_id)
        await self.handing.note_callback(self._apology)
        if isinstance(result, NobodyAnswered) and self._dialled is not None and not self._dialled.is_silent:
            await asyncio.wait({self._speech})
            await self.handing.note_said(self._apology)

    async def aclose(self) -> None:
        self.board.take_down_dialled(self._key)
        for task in (self._speech, self._announcing):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait({task})
