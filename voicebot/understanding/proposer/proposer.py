"""The local reading first, always; a language model's where that one is unsure and nothing grave was read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import structlog

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Meaning
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.extract import read
from voicebot.understanding.normalise import MAX_CHARS, read_line
from voicebot.understanding.proposer.breaker import Breaker, Verdict
from voicebot.understanding.proposer.client import ChatClient
from voicebot.understanding.proposer.errors import ProposerFailed, ProposerLate
from voicebot.understanding.proposer.heed import Reader, heed, is_grave
from voicebot.understanding.proposer.masking import Masked, mask
from voicebot.understanding.proposer.schema import Proposal
from voicebot.understanding.spans import Context
from voicebot.understanding.understander import Understander
from voicebot.understanding.withdrawn import Reading

log = structlog.get_logger(__name__)

DEADLINE_S: Final = 0.7
"""From the question to the meaning that the policy gets."""
UNSURE: Final = 0.6
"""A local reading that is at least this sure stands, unasked."""
INSTRUCTIONS: Final = "proposer.txt"


@dataclass(frozen=True, slots=True)
class AdvisedUnderstanding:
    """Implements `voicebot.application.ports.Understanding` as the local reader does, and can reconsider a reading."""

    local: Understander
    client: ChatClient
    breaker: Breaker
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    """Seconds that only grow; the deadline is measured by it."""
    deadline_s: float = DEADLINE_S
    unsure: float = UNSURE

    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        """Give the local reading; it neither waits nor asks anyone."""
        return self.local.understand(text, expecting=expecting, at=at)

    async def reconsider(
        self, meaning: Meaning, *, expecting: Asks | Phase | None, at: datetime, names: Collection[str] = ()
    ) -> Meaning:
        """Give the meaning with what a proposal adds, or itself; within the deadline. Never raises.

        `names` are the names on file that may be said in this call; they do not leave the machine.
        """
        started = self.monotonic()
        try:
            return await self._reconsidered(meaning, expecting, at, names, started)
        except Exception as error:  # noqa: BLE001 - the edge: a fault here must not cost the call its turn
            # No traceback and no message: either could quote the caller.
            log.error("proposer_fault", error=type(error).__name__)  # noqa: TRY400 - see above
            return meaning

    async def aclose(self) -> None:
        await self.client.aclose()

    async def _reconsidered(
        self, meaning: Meaning, expecting: Asks | Phase | None, at: datetime, names: Collection[str], started: float
    ) -> Meaning:
        if not self._is_worth_asking(meaning):
            return meaning
        masked = mask(meaning.text, names=names, entities=meaning.entities)
        if not masked.has_words or not self.breaker.permit():
            return meaning
        verdict = Verdict.FAILED
        try:
            proposal = await self._proposal(masked, expecting, started)
            verdict = Verdict.GOOD
        except asyncio.CancelledError:
            verdict = Verdict.UNKNOWN
            raise
        except ProposerFailed as failure:
            log.warning("proposer_failed", why=type(failure).__name__, after_ms=self._ms_since(started))
            return meaning
        finally:
            self.breaker.settle(verdict)
        heeded = heed(meaning, proposal, expecting=expecting, reader=self._reader(meaning.text, at))
        log.info("proposer_answered", heeded=heeded != meaning, after_ms=self._ms_since(started))
        return heeded

    def _is_worth_asking(self, meaning: Meaning) -> bool:
        return meaning.confidence < self.unsure and not is_grave(meaning) and len(meaning.text) <= MAX_CHARS

    async def _proposal(self, masked: Masked, expecting: Asks | Phase | None, started: float) -> Proposal:
        question = {"pergunta": expecting.value if expecting else "nenhuma", "fala": masked.text}
        left = self.deadline_s - (self.monotonic() - started)
        if left <= 0:
            raise ProposerLate("no time was left to ask")
        proposal = await self.client.ask(question, within_s=left)
        if self.monotonic() - started > self.deadline_s:
            raise ProposerLate("the answer came when its time was up")
        return _restored(proposal, masked)

    def _reader(self, text: str, at: datetime) -> Reader:
        line = read_line(text)

        @cache
        def reader(asked: Asks | Phase | None) -> Reading:
            return read(line, Context(asked, at), self.local.calendar)

        return reader

    def _ms_since(self, started: float) -> int:
        return round((self.monotonic() - started) * 1000)


def _restored(proposal: Proposal, masked: Masked) -> Proposal:
    entities = tuple(entity.model_copy(update={"text": masked.restore(entity.text)}) for entity in proposal.entities)
    return proposal.model_copy(update={"entities": entities})


def load_advised(local: Understander, prompts: Path, *, url: str, model: str, key: str | None) -> AdvisedUnderstanding:
    """Put a local reader and a server together; nothing is connected before the first question.

    Raises:
        LanguageDataInvalid: the instructions are missing or not readable.
    """
    path = prompts / INSTRUCTIONS
    try:
        instructions = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageDataInvalid(f"{path}: {type(error).__name__}; the proposer needs its instructions") from error
    if not instructions:
        raise LanguageDataInvalid(f"{path}: empty; the proposer needs its instructions")
    return AdvisedUnderstanding(local, ChatClient(url, model, key, instructions), Breaker(time.monotonic))
