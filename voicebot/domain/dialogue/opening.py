"""Greeting, and making sure that it is the right person before a word about why."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts, callback, fetching
from voicebot.domain.dialogue.agreeing import BINDING
from voicebot.domain.dialogue.phases import Asks, Direction
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.verification import first_question
from voicebot.domain.dialogue.words import says_kin
from voicebot.domain.meaning import EntityType, Intent, Meaning

_PLAIN_WORDS: Final = 4
"""A longer answer with no yes in it only sounds like one: "por que tá tudo isso" on a bad line."""


def start(state: CallState, ctx: Context) -> Step:
    """The first words: outbound asks for the person, inbound answers with the company's name and the notice."""
    if state.direction is Direction.INBOUND:
        said: tuple[acts.Act, ...] = (acts.GreetInbound(ctx.company), acts.NoticeRecording(), acts.AskWhoCalls())
        return Step(Move.ASIDE, replace(state, noticed=True, introduced=True), said)
    return Step(Move.ASIDE, state, (acts.Greet(), acts.AskForPerson(ctx.case.debtor.call_name)))


def opening(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "is it you?" or, inbound, to "who is speaking?"."""
    if meaning.has(Intent.IDENTITY_CONFIRM):
        # "Luciana tá serviço, aqui esposa": who names their kinship and is not surely the person is asked once more.
        return None if meaning.confidence < BINDING and says_kin(meaning.text) else confirmed(state, ctx)
    if state.direction is Direction.INBOUND:
        unclear = meaning.intent in {Intent.REPEAT, Intent.IS_ROBOT, Intent.HOLD_ON, Intent.SPEAK_LOUDER}
        return None if unclear or not meaning.text.strip() else confirmed(state, ctx)
    elsewhere = meaning.has(Intent.ASK_PAYMENT_METHOD, Intent.EVASIVE, Intent.NEEDS_TIME)  # "pode ser no boleto"
    politely = meaning.has(Intent.GREETING, Intent.THANKS)  # "oi, tudo bem", "é, obrigada"
    short = len(meaning.text.split()) <= _PLAIN_WORDS and not politely
    plain = bool(meaning.values(EntityType.BOOLEAN)) or short
    if meaning.intent is Intent.AFFIRM and state.asks is Asks.YES_NO and plain and not elsewhere:
        return confirmed(state, ctx)
    if (step := fetching.came(state, ctx, meaning)) is not None:
        return step
    if meaning.intent is Intent.DENY:
        apart = replace(state, identity=replace(state.identity, denied=True))
        return callback.third_party(apart, ctx, meaning)
    return None


def confirmed(state: CallState, ctx: Context) -> Step:
    """Someone says to be the person: who calls, the notice, then the first factor."""
    identity = replace(state.identity, confirmed=True)
    said: list[acts.Act] = []
    # Who asked "quem é?" before has heard a name and no company: nobody knew yet who was listening.
    company_untold = state.direction is Direction.OUTBOUND and ctx.company is not None
    if not state.introduced or company_untold:
        said.append(acts.IdentifySelf(ctx.company))
    if not state.noticed:
        said.append(acts.NoticeRecording())
    state = replace(state, identity=identity, introduced=True, noticed=True, misses=0)
    said += [acts.ExplainWhyVerify(), first_question(state)]
    return Step(Move.PERSON_CONFIRMED, state, tuple(said))
