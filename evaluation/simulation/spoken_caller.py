"""A persona on the phone: hears the bot's played audio through Whisper, thinks, and speaks with a voice of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from evaluation.simulation.persona import Mind, Persona, Reply
from telephony.codecs import RATE_HZ, Int16
from telephony.errors import CallOver
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.phone import Phone
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.ports import STT_RATE, SpeechToText
from voicebot.speech.resample import resample, resample_pcm

LISTEN_MS: Final = 1200
"""Quiet after which the persona takes the bot to have finished."""
PATIENCE_S: Final = 25.0
SECOND_THOUGHT_S: Final = 3.0
QUIET_TURNS: Final = 3
"""How often a persona with nothing to say listens on before it hangs up."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was heard, what was answered."""

    heard: str
    said: str | None


Told = Callable[[Phone, Exchange], Awaitable[None]]


async def nobody(_phone: Phone, _exchange: Exchange) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class SpokenCaller:
    """Answers and talks; `audio` holds each line at 8 kHz, made before the call."""

    persona: Persona
    stt: SpeechToText
    voice: PhraseCache
    inbound: bool = False
    tell: Told = nobody
    exchanges: list[Exchange] = field(default_factory=list)
    phone: Phone | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    async def rehearse(self) -> None:
        """Make the audio of every line before the call, so that speaking costs nothing in it."""
        for line in self.persona.lines():
            await self.voice.speak(line, keep=True)

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        """Hold the conversation until either side ends it."""
        self.phone = phone
        try:
            with suppress(CallOver):
                await self._talk(phone, Mind(self.persona))
        finally:
            self.finished.set()

    async def _talk(self, phone: Phone, mind: Mind) -> None:
        opening = self.persona.inbound_opening if self.inbound else self.persona.opening
        if opening is not None and not self.inbound:
            await self._say(phone, opening)
            await self._note(phone, Exchange("", opening))
        pending = opening if self.inbound else None
        quiet = 0
        while quiet < QUIET_TURNS:
            text = await self._listen(phone, PATIENCE_S)
            if pending is None and not mind.knows(text):
                # It may have been half a sentence: people wait a moment before they ask.
                text = f"{text} {await self._listen(phone, SECOND_THOUGHT_S)}".strip()
            reply = Reply(pending) if pending is not None else mind.reply(text)
            pending = None
            await self._note(phone, Exchange(text, reply.text))
            quiet = quiet + 1 if reply.text is None else 0
            if reply.text is not None:
                await self._say(phone, reply.text)
            if reply.hang_up:
                await phone.hang_up()
                return

    async def _listen(self, phone: Phone, patience_s: float) -> str:
        """What the bot says until it falls silent; a voice that is still speaking is listened to."""
        pieces: list[Int16] = []
        while True:
            heard = await phone.listen(silence_ms=LISTEN_MS, timeout_s=patience_s)
            if heard is not None:
                pieces.append(heard.audio)
            if heard is None or heard.is_complete:
                return await self._hear(np.concatenate(pieces)) if pieces else ""

    async def _note(self, phone: Phone, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        await self.tell(phone, exchange)

    async def _hear(self, audio: Int16) -> str:
        samples = resample(audio.astype(np.float32) / 32768.0, RATE_HZ, STT_RATE)
        heard = await asyncio.to_thread(self.stt.transcribe, samples)
        return heard.text

    async def _say(self, phone: Phone, line: str) -> None:
        await phone.say(await self._audio(line))

    async def _audio(self, line: str) -> Int16:
        pcm = await self.voice.speak(line, keep=True)
        return resample_pcm(pcm, self.voice.sample_rate, RATE_HZ)
