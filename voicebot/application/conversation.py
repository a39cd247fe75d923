"""One call's conversation: what was heard goes in, what may be said comes out, and each turn is on record first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.answers import is_plain_yes_or_no
from voicebot.application.doubts import as_heard
from voicebot.application.effects import Effects, claimed
from voicebot.application.foreseen import in_rounds
from voicebot.application.ports import (
    Clock,
    MarkOutcome,
    Messenger,
    Reconsiders,
    Records,
    Script,
    Speaker,
    SpokenLine,
    Understanding,
    Voice,
)
from voicebot.application.qa.reports import OFFER
from voicebot.application.running import Told, asked_again, binds, is_being_answered
from voicebot.domain.agreement import offer_noted
from voicebot.domain.audit import violations
from voicebot.domain.callee import Finding, answer_to, event_of
from voicebot.domain.compliance.gate import Facts, Listener, Released, release
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.acts import Act, NeutralLine, SpeakDifferently
from voicebot.domain.dialogue.foresight import likely_events
from voicebot.domain.dialogue.phases import Asks, Direction, Phase
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import (
    CallState,
    Context,
    Decision,
    Event,
    Heard,
    HumanJoined,
    HungUp,
    NotTaken,
    Pressed,
    Silence,
    Started,
    TakenOver,
)
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.heard import Sureness
from voicebot.domain.identity import is_usable
from voicebot.domain.meaning import Meaning
from voicebot.domain.offers import Offer
from voicebot.domain.portfolio import Case, Treatment
from voicebot.domain.segments import segment_in, tone_of

log = structlog.get_logger(__name__)

ASSISTANT: Final = "Clara"


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What a conversation works with; the same for every call of a process."""

    script: Script
    understanding: Understanding
    records: Records
    messenger: Messenger
    clock: Clock
    is_female: Callable[[str], bool | None]
    """For senhor or senhora, from a first name; None where it does not tell."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a conversation is about; `protocol` and `seed` are drawn by whoever starts the call."""

    call_id: str
    direction: Direction
    case: Case
    protocol: str
    seed: int


@dataclass(frozen=True, slots=True)
class HeardSpan:
    """When the caller spoke, in seconds since the media started, and how surely it was heard; None in text."""

    start_s: float | None = None
    end_s: float | None = None
    sureness: Sureness | None = None
    over: frozenset[int] = frozenset()
    """The record's indexes of the bot's lines that it was said over, and that are heard to their end all the same."""
    unheard: frozenset[int] = frozenset()
    """Those that it cut short, with words still to come that were more than a closing question."""


TEXT_ONLY = HeardSpan()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to."""

    at: datetime
    lines: tuple[Utterance, ...]
    indexes: tuple[int, ...]
    """The record's index of each line."""
    state: CallState
    heard: Meaning | None
    new_offers: frozenset[str]
    incident: str | None
    """The rule by which the gate refused an utterance of this turn."""
    says_on: bool = False
    """What was cut short is to be said to its end before anything else."""

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


class Conversation:
    """Drive one call. Not for concurrent use: one event at a time, in order."""

    def __init__(self, facts: CallFacts, with_: Collaborators) -> None:
        self._facts = facts
        self._with = with_
        self._effects = Effects(facts.call_id, facts.case, with_.records, with_.messenger)
        self._zone = ZoneInfo(facts.case.timezone)
        self._said: tuple[str, ...] = ()
        self._spoken = 0
        self.state = CallState(facts.direction)
        self._told = Told()
        self.slower = False
        self.louder = False
        self._understood: tuple[str, Asks | Phase, datetime, Meaning] | None = None
        self._held_back: Meaning | None = None
        """The last answer, where it was heard too badly to count."""

    def now(self) -> datetime:
        """The debtor's local time."""
        return self._with.clock.now().astimezone(self._zone)

    @property
    def first_name(self) -> str:
        return self._facts.case.debtor.first_name

    @property
    def notice_heard(self) -> bool:
        """The recording notice was heard to its end, not only said."""
        return self._told.notice_heard

    async def start(self) -> Turn:
        return await self._take(Started(), None)

    async def hear(self, text: str, span: HeardSpan = TEXT_ONLY) -> Turn:
        at = self.now()
        read = await self._reconsidered(self.understand(text))
        meaning = as_heard(read, span.sureness, self.state.asks, self._held_back)
        self._held_back = read if meaning.intents != read.intents or meaning.entities != read.entities else None
        line = SpokenLine(
            speaker=Speaker.CALLER,
            text=meaning.text,
            at=at,
            start_s=span.start_s,
            end_s=span.end_s,
            phase=self.state.phase,
            intent=meaning.intent.value,
            confidence=meaning.confidence,
        )
        await self._with.records.add_line(self._facts.call_id, line)
        if is_being_answered(meaning, self._told.running(span.over)):
            return Turn(at, (), (), self.state, meaning, frozenset(), None)
        at = self.now()
        terms_cut = self._told.cut(span.unheard)
        decision = decide(self.state, Heard(meaning, span.sureness), self._context(at))
        if binds(decision) and self._told.terms_open:
            if terms_cut:
                return Turn(at, (), (), self.state, meaning, frozenset(), None, says_on=True)
            decision = decide(self.state, Heard(asked_again(meaning), span.sureness), self._context(at))
        return await self._carry_out(decision, at, meaning)

    def understand(self, text: str) -> Meaning:
        """What these words would mean here; the same words are read once, however often they are asked about."""
        expecting, at = self.state.asks or self.state.phase, self.now()
        minute = at.replace(second=0, microsecond=0)
        last = self._understood
        if last is not None and last[:3] == (text, expecting, minute):
            return last[3]
        meaning = self._with.understanding.understand(text, expecting=expecting, at=at)
        self._understood = (text, expecting, minute, meaning)
        return meaning

    async def _reconsidered(self, meaning: Meaning) -> Meaning:
        """Give an unsure reading its second chance, in a process that has one; the wait is bounded."""
        understanding = self._with.understanding
        if not isinstance(understanding, Reconsiders):
            return meaning
        expecting = self.state.asks or self.state.phase
        names = (self._facts.case.debtor.name,)
        return await understanding.reconsider(meaning, expecting=expecting, at=self.now(), names=names)

    def answers_in_full(self, text: str) -> bool:
        """Tell whether these words give all that the open question wants, so that nobody is kept waiting."""
        asked = self.state.asks
        if asked is None or not text:
            return False
        meaning = self.understand(text)
        if asked is Asks.YES_NO:
            return is_plain_yes_or_no(text, meaning)
        return is_usable(self._facts.case.debtor, asked, meaning)

    def is_answering(self, text: str, over: frozenset[int]) -> bool:
        """Tell whether the lines `over` (the record's indexes), which are being said, answer these words."""
        return bool(over and text) and is_being_answered(self.understand(text), self._told.running(over))

    async def silence(self) -> Turn:
        return await self._take(Silence(), None)

    async def pressed(self, digits: str) -> Turn:
        masked = SpokenLine(Speaker.SYSTEM, f"[teclado: {len(digits)} dígitos]", self.now(), None, None)
        await self._with.records.add_line(self._facts.call_id, masked)
        return await self._take(Pressed(digits), None)

    async def machine_answered(self, finding: Finding) -> Turn:
        """Take who or what picked up; on a machine the call is over, and nothing is said."""
        at = self.now()
        await self._with.records.record_event(self._facts.call_id, "callee", event_of(finding), at)
        return await self._carry_out(answer_to(self.state, finding), at, None)

    async def taken_over(self) -> Turn:
        """Tell the caller that a person of the desk comes in."""
        return await self._take(TakenOver(), None)

    async def not_taken(self) -> Turn:
        """Take back that a person comes in."""
        return await self._take(NotTaken(), None)

    async def human_joined(self) -> Turn:
        return await self._take(HumanJoined(), None)

    async def hung_up(self) -> Turn:
        return await self._take(HungUp(), None)

    async def played(self, index: int, outcome: MarkOutcome) -> None:
        """Note of an agent line whether it was heard to its end."""
        self._told.played(index, outcome)
        await self._with.records.mark(self._facts.call_id, index, outcome, self.now())

    def foresee(self) -> list[str]:
        """The lines that will probably be needed next, each once: all first lines before all second ones."""
        return in_rounds(self.foreseen())

    def foreseen(self) -> Iterator[tuple[str, ...]]:
        """Give, one event at a time and likeliest first, the lines that would answer it; changes nothing.

        Each step takes a few milliseconds, so that whoever has an event loop can let it run in between.
        """
        context = self._context(self.now())
        state, said, spoken = self.state, self._said, self._spoken
        for event in likely_events(state, context):
            yield self._answer_to(event, state, context, said, spoken)

    def foresee_opening(self) -> list[str]:
        """The first words of a call that has not begun."""
        context = self._context(self.now())
        return list(self._answer_to(Started(), self.state, context, self._said, self._spoken))

    def foresee_answer(self, text: str) -> tuple[str, ...]:
        """Give what would be answered to these words; nothing is said, recorded or disclosed by it."""
        context = self._context(self.now())
        return self._answer_to(Heard(self.understand(text)), self.state, context, self._said, self._spoken)

    def _answer_to(
        self, event: Event, state: CallState, context: Context, said: tuple[str, ...], spoken: int
    ) -> tuple[str, ...]:
        decision = decide(state, event, context)
        lines: list[str] = []
        for place, act in enumerate(claimed(decision.acts, accepted=True)):
            voice = self._voice(decision.state, context.now, said, spoken + place, " ".join(lines))
            line = self._with.script.render(act, voice)
            said = (*said, line.variant)
            lines.append(line.text)
        return tuple(lines)

    async def _take(self, event: Event, heard: Meaning | None) -> Turn:
        at = self.now()
        return await self._carry_out(decide(self.state, event, self._context(at)), at, heard)

    async def _carry_out(self, decision: Decision, at: datetime, heard: Meaning | None) -> Turn:
        before = {offer.id for offer in self.state.bargain.offers}
        accepted = await self._effects.perform(decision.effects, at, verified=decision.state.verified)
        self.state = decision.state
        lines, incident = await self._words(claimed(decision.acts, accepted=accepted), at, accepted=accepted)
        indexes = tuple([await self._record(line, at) for line in lines])
        self._told.say({index: line.act for index, line in zip(indexes, lines, strict=True)})
        if self.state.ended and self.state.disposition is not None:
            await self._with.records.close(self._facts.call_id, self.state.disposition, at)
        new = frozenset(offer.id for offer in self.state.bargain.offers) - before
        if incident is None:
            await self._note_offers(new, at)
        return Turn(at, lines, indexes, self.state, heard, new, incident)

    async def _note_offers(self, new: frozenset[str], at: datetime) -> None:
        """Put what has just been offered on record: what was given way shows only beside what stood before."""
        for offer in self.state.bargain.offers:
            if offer.id in new:
                await self._with.records.record_event(self._facts.call_id, OFFER, offer_noted(offer), at)

    async def _words(
        self, said: tuple[Act, ...], at: datetime, *, accepted: bool
    ) -> tuple[tuple[Utterance, ...], str | None]:
        """Render and pass each act through the gate; a refused one becomes a neutral line and an incident."""
        lines: list[Utterance] = []
        incident: str | None = None
        for act in said:
            line = self._render(act, at, " ".join(line.text for line in lines))
            verdict = self._judge(line, at, accepted=accepted)
            if isinstance(verdict, Refused):
                incident = verdict.rule
                log.error("gate_refused", call_id=self._facts.call_id, rule=incident, variant=line.variant)
                await self._with.records.refuse(self._facts.call_id, line.variant, incident, at)
                line = self._render(NeutralLine(), at, "")
            lines.append(line)
        return tuple(lines), incident

    def _judge(self, line: Utterance, at: datetime, *, accepted: bool) -> Released | Refused:
        values = (getattr(line.act, each.name) for each in fields(line.act))
        offers = [value for value in values if isinstance(value, Offer)]
        if any(violations(offer, self._facts.case, at.date()) for offer in offers):
            return Refused("OFFER-LIMITS", "a oferta sai dos limites do credor")
        facts = Facts(today=at.date(), listener=self._listener(), message_accepted=accepted)
        return release(line, case=self._facts.case, token=self.state.identity.token, facts=facts)

    def _listener(self) -> Listener:
        identity = self.state.identity
        if identity.denied:
            return Listener.THIRD_PARTY
        if identity.confirmed:
            return Listener.SAYS_DEBTOR
        inbound = self._facts.direction is Direction.INBOUND
        return Listener.INBOUND_CALLER if inbound else Listener.UNKNOWN

    def _render(self, act: Act, at: datetime, before: str) -> Utterance:
        line = self._with.script.render(act, self._voice(self.state, at, self._said, self._spoken, before))
        self._said = (*self._said, line.variant)
        self._spoken += 1
        if isinstance(act, SpeakDifferently):
            self.slower = self.slower or act.how == "slower"
            self.louder = self.louder or act.how == "louder"
        return line

    async def _record(self, line: Utterance, at: datetime) -> int:
        spoken = SpokenLine(
            speaker=Speaker.AGENT,
            text=line.text,
            at=at,
            start_s=None,
            end_s=None,
            acts=(type(line.act).__name__,),
            phase=self.state.phase,
        )
        return await self._with.records.add_line(self._facts.call_id, spoken)

    def _voice(self, state: CallState, at: datetime, said: tuple[str, ...], spoken: int, before: str = "") -> Voice:
        creditor, debtor = self._facts.case.creditor, self._facts.case.debtor
        stranger = state.identity.denied
        age = (at.date() - debtor.birth_date).days // 365
        elder = age >= creditor.senhor_from_age and not stranger
        return Voice(
            assistant=ASSISTANT,
            treatment=Treatment.SENHOR if elder else creditor.default_treatment,
            caller_name=debtor.first_name if state.verified else None,
            caller_is_female=None if stranger else self._with.is_female(debtor.first_name),
            local_time=at,
            seed=self._facts.seed + spoken,
            said=said,
            previous=before or None,
            segment=segment_in(self._facts.case, at.date()) if state.verified else None,
            tone=tone_of(creditor),
        )

    def _context(self, at: datetime) -> Context:
        creditor = self._facts.case.creditor
        staffed = creditor.handoff_hours.open_at(at.weekday(), at.time())
        return Context(
            case=self._facts.case,
            now=at,
            handoff_open=creditor.handoff_phone is not None and staffed,
            protocol=self._facts.protocol,
        )
