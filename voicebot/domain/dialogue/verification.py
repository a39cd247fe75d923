"""Two factors, both supplied by the caller, judged together so that nobody learns which one failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain import identity as factors
from voicebot.domain.dialogue import acts, explanation
from voicebot.domain.dialogue.acts import Act, AskIdentityFactor, Verified
from voicebot.domain.dialogue.endings import end
from voicebot.domain.dialogue.line import not_understood
from voicebot.domain.dialogue.phases import Asks, Direction, Disposition
from voicebot.domain.dialogue.state import CallState, Context, Identity, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import looks_for_document, says_own_name
from voicebot.domain.identity import FactorKind, FactorOutcome, FactorResult
from voicebot.domain.meaning import Intent, Meaning

ROUNDS: Final = 3
"""Full tries (both factors) before a neutral end; research, domain 4: up to 3 in total."""
REFUSALS: Final = 2

_CPF: Final = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2})


def first_question(state: CallState) -> AskIdentityFactor:
    part = Asks.CPF_FIRST3 if state.direction is Direction.OUTBOUND else Asks.CPF_LAST2
    return AskIdentityFactor(part, again=state.identity.failed_rounds > 0)


def verification(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """A factor, in part or in full, or a reason not to give one."""
    if not isinstance(state.question, AskIdentityFactor):
        return None
    asked = state.question.factor
    result = factors.check(ctx.case.debtor, asked, meaning)
    if result.outcome is not FactorOutcome.ABSENT:
        return _given(state, ctx, asked, result)
    if meaning.has(Intent.REFUSE_VERIFICATION) and looks_for_document(meaning.text):
        return Step(Move.ASIDE, replace(state, holds=1, misses=0), (acts.HoldOn(),))
    if meaning.has(Intent.REFUSE_VERIFICATION) or meaning.intent is Intent.DENY:
        return _refused(state, ctx)
    if meaning.intent in {Intent.PROVIDE_DOCUMENT, Intent.PROVIDE_BIRTH_DATE}:
        return not_understood(state, ctx)
    if meaning.intent is Intent.WHO_IS_CALLING and not meaning.has(Intent.ASK_DEBT_DETAILS):
        # Who talks on over the first words has not heard who speaks; and who asks again is told again.
        return Step(Move.ASIDE, replace(state, misses=0), (acts.IdentifySelf(ctx.company), AskIdentityFactor(asked)))
    if meaning.intent in {Intent.ASK_DEBT_DETAILS, Intent.WHO_IS_CALLING}:
        why = acts.WithholdPurpose(ctx.case.debtor.call_name, to_third_party=False)
        return Step(Move.ASIDE, replace(state, misses=0), (why, AskIdentityFactor(asked)))
    names_self = meaning.intent is Intent.OTHER and says_own_name(meaning.text, ctx.case.debtor.name)
    if names_self or meaning.has(Intent.AFFIRM, Intent.IDENTITY_CONFIRM, Intent.GREETING):
        return Step(Move.ASIDE, state, (AskIdentityFactor(asked),))
    return None


def pressed(state: CallState, ctx: Context, digits: str) -> Step | None:
    """The same by keypad."""
    if state.asks is None:
        return None
    result = factors.check_digits(ctx.case.debtor, state.asks, digits)
    given = result.outcome is not FactorOutcome.ABSENT
    return _given(state, ctx, state.asks, result) if given else None


def _given(state: CallState, ctx: Context, asked: Asks, result: FactorResult) -> Step:
    """Note the answer; judge only once both kinds were given."""
    identity = state.identity
    if result.matched:
        identity = replace(
            identity,
            cpf=True if FactorKind.CPF in result.kinds else identity.cpf,
            birth=True if FactorKind.BIRTH in result.kinds else identity.birth,
        )
    elif asked in _CPF:
        identity = replace(identity, cpf=False)
    else:
        identity = replace(identity, birth=False)
    state = replace(state, identity=identity, misses=0)
    if identity.cpf is None:
        return _ask(state, first_question(state).factor)
    if identity.birth is None:
        return _ask(state, Asks.BIRTH_DAY_MONTH)
    if identity.cpf and identity.birth and identity.confirmed and not identity.denied:
        return _verified(state, ctx)
    return _failed(state, ctx)


def _ask(state: CallState, factor: Asks) -> Step:
    name_free = (acts.Acknowledge(acts.Ack.THANKS_DATA), AskIdentityFactor(factor))
    return Step(Move.FACTOR_GIVEN, state, name_free)


def _verified(state: CallState, ctx: Context) -> Step:
    token = Verified(ctx.case.debtor.ref, ctx.now)
    state = replace(state, identity=replace(state.identity, token=token))
    thanks: tuple[Act, ...] = (acts.Acknowledge(acts.Ack.THANKS_DATA),)
    return explanation.explain(state, ctx, token, thanks)


def _failed(state: CallState, ctx: Context) -> Step:
    """Both are asked for again; which one failed is neither said nor to be guessed from the question."""
    rounds = state.identity.failed_rounds + 1
    identity = Identity(
        confirmed=state.identity.confirmed,
        denied=state.identity.denied,
        failed_rounds=rounds,
        refusals=state.identity.refusals,
        keypad_told=True,
    )
    keys = () if state.identity.keypad_told else (acts.OfferKeypad(),)
    state = replace(state, identity=identity)
    if rounds >= ROUNDS:
        return _give_up(state, ctx)
    return Step(Move.FACTORS_FAILED, state, (*keys, first_question(state)))


def _refused(state: CallState, ctx: Context) -> Step:
    refusals = state.identity.refusals + 1
    state = replace(state, identity=replace(state.identity, refusals=refusals), misses=0)
    if refusals >= REFUSALS or state.asks is None:
        return _give_up(state, ctx)
    told = any(isinstance(act, acts.ExplainWhyVerify) for act in state.told)
    why = acts.WithholdPurpose(ctx.case.debtor.call_name, to_third_party=False) if told else acts.ExplainWhyVerify()
    return Step(Move.ASIDE, state, (why, AskIdentityFactor(state.asks)))


def _give_up(state: CallState, ctx: Context) -> Step:
    company = ctx.company if state.identity.confirmed else None
    said = (acts.CannotVerify(company), acts.SayGoodbye(acts.Farewell.NEUTRAL))
    return end(state, Move.NOT_VERIFIABLE, Disposition.NOT_VERIFIED, said)
