"""A better moment: for the caller, or for the person a third party says is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from voicebot.domain.compliance.calling import next_call_time
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Farewell
from voicebot.domain.dialogue.endings import end, goodbye, unfinished
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.state import BookCallback, CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import stands_in
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning

AFTER_LUNCH: Final = "14:00"
_AFTERNOON: Final = ("12:00", "18:00")
DEFAULT_TIME: Final = time(10)
LATER_TODAY: Final = timedelta(hours=3)
"""From now, to the full hour, where only the day was named and it is today."""
MOST_ASIDES: Final = 2
"""Times that somebody else who wants to help or to know is told kindly that it stays private."""


def wanted(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """The caller cannot talk now; with a time named, it is booked at once where permitted."""
    asked = instant(meaning, ctx.now)
    state = replace(state, misses=0)
    if asked is None:
        return Step(Move.WANTS_CALLBACK, state, (acts.Acknowledge(acts.Ack.OF_COURSE), acts.AskCallbackTime()))
    return _settle(state, ctx, asked, Move.WANTS_CALLBACK, _until(meaning))


def agreeing(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "when is good?" or to the instant that was offered."""
    third = state.phase is Phase.THIRD_PARTY
    asked = instant(meaning, ctx.now)
    if asked is not None:
        return _settle(state, ctx, asked, Move.ASIDE, _until(meaning))
    if meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER) and state.callback_at is not None:
        return _book(state, state.callback_at)
    if third:
        return _to_third_party(state, ctx, meaning)
    if state.callback_at is not None and meaning.has(Intent.DENY, Intent.REJECT_OFFER):
        state = replace(state, callback_at=None)
        said = (acts.AcknowledgeRefusal(), acts.SayGoodbye(Farewell.NEUTRAL))
        return end(state, Move.GOODBYE, unfinished(state), said)
    if meaning.has(Intent.DENY, Intent.REJECT_OFFER, Intent.EVASIVE, Intent.NEEDS_TIME, Intent.AFFIRM):
        return _propose(state, ctx)
    return None


def third_party(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """Only this: when is a good time; nothing of what it is about."""
    name = ctx.case.debtor.call_name
    state = replace(state, misses=0, disposition=Disposition.THIRD_PARTY)
    if state.direction is Direction.INBOUND:
        last = (acts.WithholdPurpose(name, to_third_party=True), acts.SayGoodbye(Farewell.THIRD_PARTY))
        return end(state, Move.GOODBYE, Disposition.THIRD_PARTY, last)
    said: tuple[acts.Act, ...] = (acts.Acknowledge(acts.Ack.UNDERSTOOD),)
    if meaning.has(Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.SUSPECTS_FRAUD):
        said = (acts.WithholdPurpose(name, to_third_party=True),)
    asked = instant(meaning, ctx.now)
    if asked is not None:
        return _settle(state, ctx, asked, Move.SOMEONE_ELSE, _until(meaning))
    return Step(Move.SOMEONE_ELSE, state, (*said, acts.AskIfPersonAvailable(name)))


def _to_third_party(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Somebody else answers: who calls and why is asked once or twice, a time is given, or the call ends kindly."""
    if meaning.has(Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.SUSPECTS_FRAUD):
        return _withhold(state, ctx, meaning)
    if meaning.has(Intent.IS_ROBOT, Intent.REPEAT, Intent.HOLD_ON, Intent.SPEAK_LOUDER, Intent.SPEAK_SLOWER):
        return None
    if stands_in(meaning.text) and state.asides < MOST_ASIDES:
        name = ctx.case.debtor.call_name
        said = (acts.WithholdPurpose(name, to_third_party=True), acts.AskIfPersonAvailable(name))
        return Step(Move.ASIDE, replace(state, asides=state.asides + 1), said)
    return goodbye(state, Farewell.THIRD_PARTY)


def _withhold(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """The subject stays private; the company's name only where it gives nothing away, and because they ask."""
    name = ctx.case.debtor.call_name
    if any(isinstance(act, acts.WithholdPurpose) for act in state.told):
        if ctx.company is not None and not any(isinstance(act, acts.GiveOfficialContact) for act in state.told):
            contact = acts.GiveOfficialContact(ctx.company, ctx.case.creditor.official_phone)
            return Step(Move.ASIDE, state, (contact, acts.WithholdPurpose(name, to_third_party=True)))
        return goodbye(state, Farewell.THIRD_PARTY)
    me = () if state.introduced else (acts.IdentifySelf(None),)
    said = (*me, acts.WithholdPurpose(name, to_third_party=True), acts.AskIfPersonAvailable(name))
    return Step(Move.ASIDE, replace(state, introduced=True), said)


def _settle(state: CallState, ctx: Context, asked: datetime, move: Move, until: time | None) -> Step:
    """Book the instant when it is permitted, else offer the nearest permitted one."""
    permitted = next_call_time(ctx.case, max(asked, ctx.now))
    # "De manhã" is met by its first permitted hour.
    within = until is not None and permitted.date() == asked.date() and permitted.time() <= until
    if permitted == asked or within:
        return _book(state, permitted)
    if permitted.date() != asked.date():
        # Another day: at the hour they named where it is open then, not at the first minute of the day.
        wished = datetime.combine(permitted.date(), asked.time(), permitted.tzinfo)
        if wished > permitted and next_call_time(ctx.case, wished) == wished:
            permitted = wished
    state = replace(state, callback_at=permitted)
    return Step(move, state, (acts.OfferCallbackTime(permitted, asked=True),))


def _propose(state: CallState, ctx: Context) -> Step:
    """No time was named: offer tomorrow's first good hour."""
    tomorrow = datetime.combine(ctx.today + timedelta(days=1), DEFAULT_TIME, ctx.now.tzinfo)
    permitted = next_call_time(ctx.case, tomorrow)
    return Step(Move.ASIDE, replace(state, callback_at=permitted), (acts.OfferCallbackTime(permitted),))


def _book(state: CallState, at: datetime) -> Step:
    disposition = Disposition.THIRD_PARTY if state.identity.denied else Disposition.CALLBACK
    kind = Farewell.THIRD_PARTY if state.phase is Phase.THIRD_PARTY or state.identity.denied else Farewell.CALLBACK
    said = (acts.ScheduleCallback(at), acts.SayGoodbye(kind))
    return end(replace(state, callback_at=at), Move.CALLBACK_SET, disposition, said, (BookCallback(at),))


def _until(meaning: Meaning) -> time | None:
    """The end of a stretch of the day; None where an hour was named, or none."""
    times = meaning.values(EntityType.TIME)
    if any(each.value for each in times):
        return None
    return next((time.fromisoformat(each.high) for each in times if each.high), None)


def instant(meaning: Meaning, now: datetime) -> datetime | None:
    """When the caller means, from a date, a time, or both; None when neither was named."""
    days = _exact_first(meaning, EntityType.DATE)
    times = _exact_first(meaning, EntityType.TIME)
    day = next((date.fromisoformat(text) for text in days if text and not text.startswith("--")), None)
    at = next((time.fromisoformat(text) for text in times if text), None)
    if day is None and at is None:
        return None
    if day is None:
        today = datetime.combine(now.date(), at or DEFAULT_TIME, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    if at is None and day == now.date():
        return (now + LATER_TODAY).replace(minute=0, second=0, microsecond=0)  # "hoje ainda" is not this minute
    return datetime.combine(day, at or DEFAULT_TIME, now.tzinfo)


def _exact_first(meaning: Meaning, kind: EntityType) -> list[str | None]:
    """Of "amanhã cedo, nove e meia" the exact hour counts more than the stretch of the day."""
    found = meaning.values(kind)
    return [*(entity.value for entity in found if entity.value), *(_begin(entity) for entity in found)]


def _begin(entity: Entity) -> str | None:
    """Where a stretch begins; "de tarde" is after lunch and not at noon."""
    return AFTER_LUNCH if (entity.low, entity.high) == _AFTERNOON else entity.low
