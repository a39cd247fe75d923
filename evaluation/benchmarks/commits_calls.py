"""One call of `bench commits`: a person with a voice, the line, the recogniser, and the product's own conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final, Protocol

from evaluation.benchmarks.commits_audio import Saying
from evaluation.benchmarks.commits_people import Person, Wants
from voicebot.application.answers import CLOSED, Expected, answer_in
from voicebot.application.conversation import CallFacts, Collaborators, Conversation, HeardSpan, Turn
from voicebot.application.unrecorded import Unrecorded
from voicebot.domain.agreement import Agreement
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Asks, Direction
from voicebot.domain.heard import Sureness
from voicebot.domain.offers import Offer

TAKES: Final = 2
"""How often a sentence is sent over the line anew."""
QUIET: Final = 0.04
"""Share of turns in which nobody speaks: what is behind the caller is all there is."""
MOST_TURNS: Final = 45
_TURN: Final = timedelta(seconds=8)
_OFFERS: Final = (acts.MakeOffer, acts.MakeTwoOffers, acts.AskIfItFits)
_KEYS: Final = {Asks.CPF_FIRST3: slice(0, 3), Asks.CPF_LAST2: slice(9, 11), Asks.CPF: slice(0, 11)}


class Hearing(Protocol):
    def hear(
        self, saying: Saying, snr_db: float | None, take: int, expected: Expected | None
    ) -> tuple[str, Sureness | None]: ...


@dataclass(frozen=True, slots=True)
class Unweighed:
    """The same line, where nobody is told how surely the words were heard."""

    line: Hearing

    def hear(
        self, saying: Saying, snr_db: float | None, take: int, expected: Expected | None
    ) -> tuple[str, Sureness | None]:
        return self.line.hear(saying, snr_db, take, expected)[0], None


@dataclass(slots=True)
class Clock:
    """Moves on a few seconds with each turn."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class Accepting:
    """A messaging port that takes everything."""

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Words:
    """What a caller does in one turn: says something, presses keys, or neither."""

    text: str = ""
    keys: str = ""


@dataclass(slots=True)
class Mind:
    """What a person answers; hears the bot as it is said, and looks at every figure."""

    person: Person
    rng: Random
    agreed_to: str | None = None
    """The offer of the last read-back that was answered with a yes."""
    done_with: bool = False
    """Wants no agreement any more."""
    keypad: bool = False
    turned_down: int = 0
    persons: int = 0

    def answer(self, turn: Turn) -> Words:
        question = turn.state.question
        self.keypad = self.keypad or any(isinstance(line.act, acts.OfferKeypad) for line in turn.lines)
        match question:
            case acts.AskIdentityFactor(factor=factor):
                return self._factor(factor)
            case acts.ConfirmAgreement(offer=offer):
                return self._read_back(offer)
            case acts.AskTeachBack():
                return self._retell(turn.state.bargain.chosen)
            case acts.AskChannel():
                return self._pick("never") if self.done_with else self._pick(self.person.channel)
            case _ if isinstance(question, (*_OFFERS, acts.ReachedLimit)):
                return self._consider(turn.state.bargain.on_table, limit=isinstance(question, acts.ReachedLimit))
            case _:
                return self._small(question)

    def _small(self, question: acts.Act | None) -> Words:
        match question:
            case acts.AskForPerson():
                return self._pick("me")
            case acts.AskCapacity():
                return self._pick("leave" if self.person.wants is Wants.NOTHING or self.done_with else "amount")
            case acts.AskDate():
                return self._pick("date")
            case acts.OfferHuman():
                self.persons += 1
                return self._pick("go_on" if self.persons == 1 else "person")
            case acts.CheckSafety():
                return self._pick("fine")
            case acts.AskSituation() | acts.ExplainDebt():
                return self._pick(self.rng.choice(("yes", "willing")))
            case None:
                return self._pick("hello")
            case _:
                return self._pick("yes")

    def _factor(self, factor: Asks) -> Words:
        if self.person.types and self.keypad:
            if factor in _KEYS:
                return Words(keys=self.person.cpf[_KEYS[factor]])
            return Words(
                keys=f"{self.person.born:%d%m}" + (f"{self.person.born:%Y}" if factor is Asks.BIRTH_DATE else "")
            )
        return self._pick(factor.value)

    def _consider(self, offer: Offer | None, *, limit: bool) -> Words:
        if offer is not None and self.person.fits(offer) and not self.done_with:
            return self._pick("take")
        self.turned_down += 1
        if limit or self.person.wants is Wants.NOTHING or self.done_with or self.turned_down > 4:
            return self._pick("later" if limit else "leave")
        if self.person.wants is Wants.ON_A_DAY and self.turned_down % 2:
            return self._pick("date")
        return self._pick("amount")

    def _read_back(self, offer: Offer) -> Words:
        if self.person.wants is Wants.SECOND_THOUGHTS:
            self.done_with = True
        if self.done_with or not self.person.fits(offer):
            self.agreed_to = None
            return self._pick("deny")
        self.agreed_to = offer.id
        return self._pick("confirm")

    def _retell(self, offer: Offer | None) -> Words:
        if offer is None or self.agreed_to != offer.id:
            return self._pick("never")
        return Words(self.rng.choice(self.person.retold(offer)))

    def _pick(self, key: str) -> Words:
        return Words(self.rng.choice(self.person.lines(key)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call."""

    person: int
    wants: Wants
    turns: int
    disposition: str
    verified: bool
    agreed: bool
    wrong: str | None
    """How the agreement on record differs from what the caller meant; None where it does not, or there is none."""
    heard_wrong: int = 0
    """Amounts that the bot took for another one on the way."""
    keypad_after: int | None = None
    """Answers to identity questions before the keypad was offered."""
    asked_again: int = 0
    """Turns that the bot said it had not understood."""
    trail: tuple[str, ...] = field(default=(), repr=False)


def wrong_with(agreement: Agreement | None, mind: Mind) -> str | None:
    """Tell what of an agreement the caller did not mean: all of it, a figure, or where the payment goes."""
    if agreement is None:
        return None
    if mind.person.is_stranger:
        return "stranger"
    if agreement.offer.id != mind.agreed_to:
        return "no_yes"
    if not mind.person.fits(agreement.offer):
        return "figures"
    return None if agreement.channel == mind.person.channel else "channel"


def hold(
    person: Person,
    number: int,
    snr_db: float | None,
    line: Hearing,
    with_: Collaborators,
    *,
    doubts: bool = True,
    trace: bool = False,
) -> Outcome:
    """Hold one call. The same person and number give the same call; without `doubts` all words count."""
    heard = line if doubts else Unweighed(line)
    return asyncio.run(_held(person, number, snr_db, heard, with_, trace=trace))


async def _held(
    person: Person, number: int, snr_db: float | None, line: Hearing, with_: Collaborators, *, trace: bool
) -> Outcome:
    clock = Clock(person.drawn.at)
    facts = CallFacts(f"commits-{person.number}-{number}", Direction.OUTBOUND, person.drawn.case, "00000000", number)
    call = Conversation(facts, replace(with_, records=Unrecorded(), messenger=Accepting(), clock=clock))
    rng = Random(f"{person.number}/{number}")
    mind = Mind(person, rng)
    turn = await call.start()
    turns, wrongly, again, asked, keypad_after = 0, 0, 0, 0, None
    trail: list[str] = []
    while not call.state.ended and turns < MOST_TURNS and not call.state.human_called:
        turns += 1
        clock.at += _TURN
        asked += isinstance(call.state.question, acts.AskIdentityFactor)
        words = Words() if rng.random() < QUIET else mind.answer(turn)
        turn, heard = await _say(call, words, person, snr_db, rng.randrange(TAKES), line)
        again += any(isinstance(each.act, acts.NotUnderstood) for each in turn.lines)
        if keypad_after is None and any(isinstance(each.act, acts.OfferKeypad) for each in turn.lines):
            keypad_after = asked
        capacity = call.state.bargain.capacity
        wrongly += capacity is not None and capacity.cents != person.reais * 100
        if trace:
            trail += [f"caller [{words.text or words.keys}] heard [{heard}]", f"bot {turn.text}"]
    return Outcome(
        person.number,
        person.wants,
        turns,
        str(call.state.disposition),
        call.state.verified,
        call.state.agreement is not None,
        wrong_with(call.state.agreement, mind),
        wrongly,
        keypad_after,
        again,
        tuple(trail),
    )


async def _say(
    call: Conversation, words: Words, person: Person, snr_db: float | None, take: int, line: Hearing
) -> tuple[Turn, str]:
    if words.keys:
        return await call.pressed(words.keys), "keys"
    saying = Saying(words.text, person.voice, person.speed)
    text, sureness = await asyncio.to_thread(line.hear, saying, snr_db, take, _expected(call))
    if not text:
        return await call.silence(), ""
    figures = "" if sureness is None else f" {sureness.avg_logprob:.2f} {sureness.agreement}"
    return await call.hear(text, HeardSpan(None, None, sureness)), text + figures


def _expected(call: Conversation) -> Expected | None:
    """What a live call tells the recogniser of the open question."""
    asks = call.state.asks
    if asks is None or asks not in CLOSED:
        return None
    return Expected(asks, lambda text: answer_in(call.understand(text), asks))
