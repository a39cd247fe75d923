"""A better moment: for the caller, or for the person a third party says is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from voicebot.domain.compliance.calling import next_call_time
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Farewell
from voicebot.domain.dialogue.endings import end, goodbye
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.dialogue.state import BookCallback, CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.meaning import EntityType, Intent, Meaning

DEFAULT_TIME: Final = time(10)


def wanted(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """The caller cannot talk now; with a time named, it is booked at once where permitted."""
    asked = instant(meaning, ctx.now)
    state = replace(state, misses=0, disposition=Disposition.CALLBACK)
    if asked is None:
        return Step(Move.WANTS_CALLBACK, state, (acts.Acknowledge(acts.Ack.OF_COURSE), acts.AskCallbackTime()))
    return _settle(state, ctx, asked, Move.WANTS_CALLBACK)


def agreeing(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "when is good?" or to the instant that was offered."""
    third = state.phase is Phase.THIRD_PARTY
    asked = instant(meaning, ctx.now)
    if asked is not None:
        return _settle(state, ctx, asked, Move.ASIDE)
    if meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER) and state.callback_at is not None:
        return _book(state, state.callback_at)
    if third and meaning.has(Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.SUSPECTS_FRAUD):
        return _withhold(state, ctx, meaning)
    if third:
        return goodbye(state, Farewell.THIRD_PARTY)
    if state.callback_at is not None and meaning.has(Intent.DENY, Intent.REJECT_OFFER):
        return goodbye(state, Farewell.CALLBACK)
    if meaning.has(Intent.DENY, Intent.REJECT_OFFER, Intent.EVASIVE, Intent.NEEDS_TIME, Intent.AFFIRM):
        return _propose(state, ctx)
    return None


def third_party(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """Only this: when is a good time; nothing of what it is about."""
    name = ctx.case.debtor.call_name
    state = replace(state, misses=0, disposition=Disposition.THIRD_PARTY)
    said: tuple[acts.Act, ...] = ()
    if meaning.has(Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.SUSPECTS_FRAUD):
        said = (acts.WithholdPurpose(name, to_third_party=True),)
    asked = instant(meaning, ctx.now)
    if asked is not None:
        return _settle(state, ctx, asked, Move.SOMEONE_ELSE)
    return Step(Move.SOMEONE_ELSE, state, (*said, acts.AskIfPersonAvailable(name)))


def _withhold(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """The subject stays private; the company's name only where it gives nothing away, and because they ask."""
    name = ctx.case.debtor.call_name
    if any(isinstance(act, acts.WithholdPurpose) for act in state.told):
        if ctx.company is not None and not any(isinstance(act, acts.GiveOfficialContact) for act in state.told):
            contact = acts.GiveOfficialContact(ctx.company, ctx.case.creditor.official_phone)
            return Step(Move.ASIDE, state, (contact, acts.WithholdPurpose(name, to_third_party=True)))
        return goodbye(state, Farewell.THIRD_PARTY)
    said = (acts.WithholdPurpose(name, to_third_party=True), acts.AskIfPersonAvailable(name))
    return Step(Move.ASIDE, state, said)


def _settle(state: CallState, ctx: Context, asked: datetime, move: Move) -> Step:
    """Book the instant when it is permitted, else offer the nearest permitted one."""
    permitted = next_call_time(ctx.case, max(asked, ctx.now))
    if permitted == asked:
        return _book(state, asked)
    state = replace(state, callback_at=permitted)
    return Step(move, state, (acts.OfferCallbackTime(permitted),))


def _propose(state: CallState, ctx: Context) -> Step:
    """No time was named: offer tomorrow's first good hour."""
    tomorrow = datetime.combine(ctx.today + timedelta(days=1), DEFAULT_TIME, ctx.now.tzinfo)
    permitted = next_call_time(ctx.case, tomorrow)
    return Step(Move.ASIDE, replace(state, callback_at=permitted), (acts.OfferCallbackTime(permitted),))


def _book(state: CallState, at: datetime) -> Step:
    disposition = state.disposition or Disposition.CALLBACK
    kind = Farewell.THIRD_PARTY if state.phase is Phase.THIRD_PARTY or state.identity.denied else Farewell.CALLBACK
    said = (acts.ScheduleCallback(at), acts.SayGoodbye(kind))
    return end(replace(state, callback_at=at), Move.CALLBACK_SET, disposition, said, (BookCallback(at),))


def instant(meaning: Meaning, now: datetime) -> datetime | None:
    """When the caller means, from a date, a time, or both; None when neither was named."""
    days = [entity.value or entity.low for entity in meaning.values(EntityType.DATE)]
    times = [entity.value or entity.low for entity in meaning.values(EntityType.TIME)]
    day = next((date.fromisoformat(text) for text in days if text and not text.startswith("--")), None)
    at = next((time.fromisoformat(text) for text in times if text), None)
    if day is None and at is None:
        return None
    if day is None:
        today = datetime.combine(now.date(), at or DEFAULT_TIME, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    return datetime.combine(day, at or DEFAULT_TIME, now.tzinfo)
