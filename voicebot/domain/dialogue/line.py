"""Keeping the line: silence, bad hearing, repetition, and small questions answered on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.endings import end, goodbye, hand_over, unfinished
from voicebot.domain.dialogue.explanation import on_behalf_of
from voicebot.domain.dialogue.phases import Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, SendOfficialContact, Step, asked_by
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import names_helper
from voicebot.domain.meaning import EntityType, Intent, Meaning
from voicebot.domain.portfolio import Channel
from voicebot.domain.prescription import all_lapsed

BEFORE_TELLING_AGAIN: Final[Mapping[Intent, Act]] = {
    Intent.REPEAT: acts.SayAgain(),
    Intent.SPEAK_LOUDER: acts.SpeakDifferently("louder"),
    Intent.SPEAK_SLOWER: acts.SpeakDifferently("slower"),
}
"""What asks to hear it again, and the words that go before."""
SILENT_PROMPTS: Final = 2
"""Prompts before the kind goodbye (issue of record: two prompts, then a goodbye)."""
MISSES_BEFORE_HUMAN: Final = 3
ASIDES_BEFORE_RETURN: Final = 2
REPEATS: Final = 3
"""Times in a row that something is told again before a person is offered: the line must be bad."""
COURTESIES: Final = 3
"""Thanks and greetings in a row that answer nothing: the caller has had enough, and nobody insists."""
FOREIGN_TURNS: Final = 2
CONFUSIONS: Final = 2
"""The second sign of confusion ends all business for today."""
NO_ANSWER: Final = frozenset(
    {
        Intent.REPEAT,
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.HOLD_ON,
        Intent.IS_ROBOT,
        Intent.WHO_IS_CALLING,
        Intent.CONFUSED,
        Intent.GREETING,
        Intent.ASK_DEBT_DETAILS,
        Intent.ASK_CONSEQUENCES,
        Intent.ASK_DUE_DATE,
        Intent.ASK_PAYMENT_METHOD,
    }
)
"""Said to "does somebody help you with such things?", or to "shall it rest?", these answer something else."""
_AGAIN_OR_SMALL: Final = frozenset(
    {Intent.REPEAT, Intent.SPEAK_LOUDER, Intent.SPEAK_SLOWER, Intent.HOLD_ON, Intent.IS_ROBOT, Intent.OTHER}
)
_OF_PAYING: Final = frozenset({Phase.EXPLANATION, Phase.NEGOTIATION, Phase.CONFIRMATION, Phase.PAYMENT})
MAX_CALLER_TURNS: Final = 50
"""The bot brings a call to its end well before 60 caller turns; in distress it never does."""


def ask_again(state: CallState) -> tuple[Act, ...]:
    """The open question once more; the script finds other words."""
    match state.question:
        case None:
            return ()
        case acts.MakeOffer(token=token, offer=offer, again=True):
            return (acts.AskIfItFits(token, offer),)
        case acts.MakeOffer() as offer:
            return (replace(offer, again=True),)
        case acts.AskIfItFits(token=token, offer=offer):
            return (acts.MakeOffer(token, offer, again=True),)
        case acts.AwaitPerson(name=name):
            return (acts.AskForPerson(name),)
        case acts.SupportCrisis() as support:
            return (replace(support, again=True),)
        case question:
            return (question,)


def went_silent(state: CallState, ctx: Context) -> Step:
    """Two prompts, then a kind goodbye; in a crisis the bot stays a little longer and says so."""
    if state.silences >= SILENT_PROMPTS:
        return goodbye(state, acts.Farewell.SILENCE, Move.GAVE_UP)
    attempt = state.silences + 1
    state = replace(state, silences=attempt)
    prompt: tuple[Act, ...] = (acts.PromptSilence(attempt),)
    if attempt == SILENT_PROMPTS and state.phase is Phase.SILENCE:
        prompt = (*prompt, *ask_again(state))
    return Step(Move.WENT_SILENT, state, prompt)


def foreign(state: CallState, ctx: Context) -> Step:
    """Another language: said slowly once more, then a kind end."""
    state = replace(state, foreign=state.foreign + 1)
    if state.foreign < FOREIGN_TURNS:
        return Step(Move.ASIDE, state, (acts.SpeakDifferently("slower"), *ask_again(state)))
    said = (acts.LanguageBarrier(), acts.SayGoodbye(acts.Farewell.NEUTRAL))
    return end(state, Move.GOODBYE, Disposition.LANGUAGE_BARRIER, said)


def lost(state: CallState, ctx: Context) -> Step:
    """Somebody who has lost the thread: slower once; then no business today, and the thought of somebody of trust."""
    state = replace(state, confusions=state.confusions + 1, misses=0)
    if state.confusions == 1:
        # The notice has one wording and was played to its end: said twice, it is what a lost person follows least.
        told = (act for act in told_again(state) if not isinstance(act, acts.NoticeRecording))
        return Step(Move.ASIDE, state, (acts.SpeakDifferently("slower"), *told))
    if state.confusions == CONFUSIONS:
        return Step(Move.ASIDE, replace(state, parked=state.question), (acts.OfferSlowerHelp(),))
    return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD)


def after_help(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "is there somebody who helps you?": a call when they are there, else a person of ours."""
    lost_now = meaning.intent is Intent.CONFUSED and state.verified
    offers = (lost_now or bool(state.confusions)) and names_helper(meaning.text)
    asked = isinstance(state.question, acts.OfferSlowerHelp) and meaning.intent not in NO_ANSWER
    if not asked and not offers:
        return None
    if meaning.has(Intent.DENY, Intent.REQUEST_HUMAN):
        return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD)
    return Step(
        Move.WANTS_CALLBACK, replace(state, misses=0), (acts.Acknowledge(acts.Ack.UNDERSTOOD), acts.AskCallbackTime())
    )


def after_doubt(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """After the ways to check were offered: the choice is theirs, and a yes is a yes to going on, nothing more."""
    if not isinstance(state.question, acts.OfferFraudCheck):
        return None
    leaving = (Intent.DENY, Intent.REFUSE_VERIFICATION, Intent.NEEDS_TIME, Intent.CHOOSE_CHANNEL, Intent.GOODBYE)
    if meaning.has(*leaving):
        message, effects = _official_message(state, ctx, meaning)
        said = (acts.AcknowledgeRefusal(), *message, acts.SayGoodbye(acts.Farewell.NEUTRAL))
        return end(state, Move.GOODBYE, unfinished(state), said, effects)
    if meaning.intent is Intent.OTHER or meaning.intent in BEFORE_TELLING_AGAIN or state.parked is None:
        return None
    back = replace(state, misses=0, question=state.parked, parked=None)
    answer = _answer(back, ctx, meaning) or (acts.Acknowledge(acts.Ack.UNDERSTOOD),)
    return Step(Move.ASIDE, back, (*answer, *ask_again(back)))


def _official_message(
    state: CallState, ctx: Context, meaning: Meaning
) -> tuple[tuple[Act, ...], tuple[SendOfficialContact, ...]]:
    """Who we are, from the official channel, to the number on file; not where the name alone would tell of a debt."""
    known = state.identity.confirmed and not state.identity.denied
    if not known or ctx.company is None or meaning.has(Intent.GOODBYE):
        return (), ()
    channel = Channel.WHATSAPP if ctx.case.creditor.official_whatsapp else Channel.SMS
    return (acts.AnnounceOfficialMessage(channel.value, accepted=False),), (SendOfficialContact(channel),)


def after_lapse(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "shall a person explain?", where nothing may be collected: a person, or a kind goodbye."""
    if not isinstance(state.question, acts.ExplainLapsed):
        return None
    if meaning.has(Intent.AFFIRM, Intent.REQUEST_HUMAN, Intent.ACCEPT_OFFER):
        return hand_over(state, ctx, EscalationReason.REQUEST)
    if meaning.intent in _AGAIN_OR_SMALL:
        return None
    return goodbye(state, acts.Farewell.KIND)


def not_understood(state: CallState, ctx: Context) -> Step:
    """Rephrase, rephrase, then offer a human; after that a person takes it from here."""
    misses = state.misses + 1
    state = replace(state, misses=misses)
    if state.phase is Phase.BAD_LINE:
        return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD)
    if misses >= MISSES_BEFORE_HUMAN:
        parked = replace(state, parked=state.question)
        return Step(Move.LINE_IS_BAD, parked, (acts.NotUnderstood(misses), acts.OfferHuman()))
    keys: tuple[Act, ...] = ()
    if isinstance(state.question, acts.AskIdentityFactor) and misses == 1 and not state.identity.keypad_told:
        keys = (acts.OfferKeypad(),)
        state = replace(state, identity=replace(state.identity, keypad_told=True))
    return Step(Move.ASIDE, state, (acts.NotUnderstood(misses), *keys, *ask_again(state)))


def bad_line(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "shall I get a person?"."""
    if meaning.has(Intent.AFFIRM, Intent.REQUEST_HUMAN, Intent.ACCEPT_OFFER):
        return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD)
    if meaning.has(Intent.DENY, Intent.REJECT_OFFER):
        back = replace(state, misses=0, question=state.parked, parked=None)
        return Step(Move.LINE_IS_FINE, back, (acts.Acknowledge(acts.Ack.OF_COURSE), *ask_again(back)))
    # Twice something else than yes or no: a line on which nothing gets through needs a person, not the question again.
    return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD) if state.asides > 0 else None


def declined_card(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Nobody pays by telling a card's number: it is not kept, and how one can pay is told to whom it may be."""
    if not meaning.values(EntityType.CARD):
        return None
    token = state.identity.token
    paying = state.phase in _OF_PAYING and not all_lapsed(ctx.case, ctx.today)
    methods = (acts.ExplainMethods(token, ctx.case.creditor.limits.methods),) if token and paying else ()
    return Step(Move.ASIDE, replace(state, misses=0), (acts.DeclineCard(), *methods, *ask_again(state)))


def robot(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Answer "are you a machine?" whatever else is going on."""
    if not meaning.has(Intent.IS_ROBOT) or meaning.has(Intent.IDENTITY_CONFIRM):
        return None
    return Step(Move.ASIDE, replace(state, misses=0), (acts.AdmitRobot(), *ask_again(state)))


def aside(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Answer a small question where we stand, then go on with the one that was open."""
    if meaning.intent is Intent.CONFUSED:
        return lost(state, ctx)
    said = _answer(state, ctx, meaning)
    if said is None:
        return None
    state = replace(state, misses=0, introduced=state.introduced or meaning.has(Intent.WHO_IS_CALLING))
    if meaning.intent in {Intent.THANKS, Intent.GREETING}:
        state = replace(state, asides=state.asides + 1)
        if state.asides > COURTESIES:
            return goodbye(state, acts.Farewell.KIND)
    if meaning.has(Intent.REPEAT, Intent.SPEAK_LOUDER, Intent.SPEAK_SLOWER):
        state = replace(state, repeats=state.repeats + 1)
        if state.repeats > REPEATS and state.phase is not Phase.BAD_LINE:
            parked = replace(state, repeats=0, parked=state.question)
            return Step(Move.LINE_IS_BAD, parked, (acts.NotUnderstood(MISSES_BEFORE_HUMAN), acts.OfferHuman()))
        return Step(Move.ASIDE, state, (*said, *told_again(state)))
    if meaning.intent is Intent.HOLD_ON and not meaning.has(Intent.IS_ROBOT):
        return Step(Move.ASIDE, replace(state, holds=1), said)
    return Step(Move.ASIDE, state, (*said, *ask_again(state)) or (acts.Acknowledge(acts.Ack.OF_COURSE),))


def _answer(state: CallState, ctx: Context, meaning: Meaning) -> tuple[Act, ...] | None:
    name = ctx.case.debtor.call_name
    known = state.identity.confirmed or state.direction == "inbound"
    company = ctx.company if known and not state.identity.denied else None
    if meaning.has(Intent.IS_ROBOT):
        return (acts.AdmitRobot(),)
    if meaning.intent in BEFORE_TELLING_AGAIN:
        return (BEFORE_TELLING_AGAIN[meaning.intent],)
    if meaning.intent is Intent.GREETING and meaning.has(Intent.WHO_IS_CALLING):  # "alô, quem é?" asks
        return (acts.IdentifySelf(company), *_whose(state, ctx), *_purpose(state, name))
    match meaning.intent:
        case Intent.HOLD_ON:
            return (acts.HoldOn(),)
        case Intent.WHO_IS_CALLING:
            return (acts.IdentifySelf(company), *_whose(state, ctx), *_purpose(state, name))
        case Intent.ASK_DEBT_DETAILS | Intent.ASK_CONSEQUENCES | Intent.DISPUTE_AMOUNT if not state.verified:
            return (acts.WithholdPurpose(name, to_third_party=False),)
        case Intent.THANKS | Intent.GREETING:
            return ()
        case _:
            return None


def _whose(state: CallState, ctx: Context) -> tuple[Act, ...]:
    token = state.identity.token
    return on_behalf_of(ctx, token) if token is not None else ()


def _purpose(state: CallState, name: str) -> tuple[Act, ...]:
    """After the first introduction, the question "what is it about" gets its own answer."""
    if state.verified or not state.introduced:
        return ()
    return (acts.WithholdPurpose(name, to_third_party=False),)


def told_again(state: CallState) -> tuple[Act, ...]:
    """The last turn's substance once more: the facts are the same, the words differ where the law leaves them free."""
    bridges = (
        acts.Acknowledge,
        acts.SayAgain,
        acts.NotUnderstood,
        acts.OfferKeypad,
        acts.PromptSilence,
        acts.SpeakDifferently,
    )
    told = tuple(act for act in state.told if not isinstance(act, bridges) and asked_by(act) is None)
    if isinstance(state.question, acts.MakeOffer):
        return (*told, replace(state.question, again=True))  # what was not heard is the offer itself
    return (*told, *ask_again(state))


def digressed(state: CallState, ctx: Context) -> Step:
    """Off the subject: two turns are let go with a light answer, then a gentle way back."""
    state = replace(state, asides=state.asides + 1, misses=0)
    if state.asides <= 1:
        return Step(Move.ASIDE, state, (acts.Acknowledge(acts.Ack.UNDERSTOOD), *ask_again(state)))
    return Step(Move.ASIDE, replace(state, asides=0), (acts.ReturnToSubject(), *ask_again(state)))
