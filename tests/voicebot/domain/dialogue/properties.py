"""What must hold on every edge, whatever the policy does in between: one named check each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Final

from tests.voicebot.domain.dialogue.exploration import LAST_TURN, Check, Edge
from voicebot.domain.audit import violations
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.distress import PLAIN, doubtful
from voicebot.domain.dialogue.phases import Disposition, Phase, Urgency
from voicebot.domain.dialogue.satisfaction import FORBIDS, GOOD_ENDS, in_haste
from voicebot.domain.dialogue.state import (
    AlertOnCall,
    Context,
    Heard,
    NoteSatisfaction,
    Pressed,
    Silence,
    Suppress,
    asked_by,
)
from voicebot.domain.dialogue.transitions import ENDS
from voicebot.domain.meaning import Intent, Meaning
from voicebot.domain.offers import Offer
from voicebot.domain.portfolio import Case

CRISIS: Final = frozenset({Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS})
LEAVING: Final = frozenset({Intent.GOODBYE, Intent.STOP_CALLING})
ASKED_AGAIN: Final = frozenset(
    {
        Intent.REPEAT,
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.CONFUSED,
        Intent.ASK_DEBT_DETAILS,
        Intent.DISPUTE_AMOUNT,
        Intent.WHO_IS_CALLING,
        Intent.SUSPECTS_FRAUD,
        Intent.PROPOSE_AMOUNT,
        Intent.IS_ROBOT,
        Intent.HOLD_ON,
        Intent.ASK_CONSEQUENCES,
        Intent.ASK_DUE_DATE,
        Intent.ASK_PAYMENT_METHOD,
        Intent.CHOOSE_CHANNEL,
    }
)
"""What one says to hear something, or to hear no to the same sum again; told as often as it is asked for."""
REACTIONS: Final = (
    acts.Acknowledge,
    acts.AdmitRobot,
    acts.AwaitPerson,
    acts.Deescalate,
    acts.HoldOn,
    acts.NotUnderstood,
    acts.PromptSilence,
    acts.ReturnToSubject,
    acts.SayAgain,
    acts.SetAside,
    acts.SpeakDifferently,
    acts.StayOnLine,
)
"""Said of this very moment, in other words each time: they tell nothing that could be told twice."""
ANSWERS: Final = (
    acts.AllowEarly,
    acts.CalmFear,
    acts.DeclineDay,
    acts.KeepEntry,
    acts.OnlyWithYou,
    acts.SettlesAll,
    acts.TellDates,
    acts.TellTotal,
    acts.WriteLater,
)
"""Said to a question or a wish that is known by its words; told as often as it is put."""
NAMES_COMPANY: Final = (acts.IdentifySelf, acts.CannotVerify, acts.GreetInbound, acts.GiveOfficialContact)
PRESCRIBED_YEARS: Final = 5
"""CC art. 206, par. 5, I."""


def meaning_of(edge: Edge) -> Meaning | None:
    return edge.event.meaning if isinstance(edge.event, Heard) else None


def checks(ctx: Context) -> Mapping[str, Check]:
    """Every property of one case, by its name."""
    known: dict[str, tuple[str, ...]] = {}
    return MappingProxyType(
        {
            "no disclosure unverified": lambda edge: no_disclosure(edge, ctx),
            "no offer outside the limits": lambda edge: inside_the_limits(edge, ctx, known),
            "offers stay once made": offers_stay,
            "an agreement is an offer taken, complete": agreed_as_offered,
            "distress always reaches a human": lambda edge: distress_reaches_a_human(edge, ctx),
            "a doubtful sign is settled": doubt_is_settled,
            "no money in distress": no_money_in_distress,
            "in distress the bot never hangs up on a caller who speaks": stays_in_distress,
            "stop is always honoured": stop_is_honoured,
            "an end within sixty caller turns": ends_in_time,
            "no dead end": no_dead_end,
            "one question, the last": one_question,
            "nothing told twice unasked": nothing_twice,
            "how it went is asked after a good end alone": lambda edge: asked_at_a_good_end(edge, ctx),
            "a mark is an answer to its question": marks_are_answers,
        }
    )


def no_disclosure(edge: Edge, ctx: Context) -> str | None:
    """Debt facts need the token of this debtor, and the token both factors from the person asked for."""
    identity = edge.after.state.identity
    for act in edge.after.acts:
        if isinstance(act, acts.DebtAct) and (
            act.token != identity.token or act.token.debtor_ref != ctx.case.debtor.ref
        ):
            return f"{type(act).__name__} without this debtor's token"
        if isinstance(act, NAMES_COMPANY) and act.company is not None and _hides_name(edge, ctx, act):
            return f"{type(act).__name__} names the company"
    proved = identity.cpf and identity.birth and identity.confirmed and not identity.denied
    return None if identity.token is None or proved else "a token without two factors"


def _hides_name(edge: Edge, ctx: Context, act: Act) -> bool:
    """Nobody unverified hears a name that gives the debt away; somebody else hears any name only for asking."""
    asked = isinstance(act, acts.GiveOfficialContact)
    return ctx.case.creditor.name_reveals_debt or (edge.after.state.identity.denied and not asked)


def inside_the_limits(edge: Edge, ctx: Context, known: dict[str, tuple[str, ...]]) -> str | None:
    state = edge.after.state
    spoken = [value for act in edge.after.acts for value in _offers_of(act)]
    for offer in (*state.bargain.offers, *spoken):
        if offer.id not in known:
            known[offer.id] = audited(offer, ctx.case, ctx.today)
        found = known[offer.id]
        if found:
            return "; ".join(found)
    if state.bargain.concessions > ctx.case.creditor.limits.max_concessions:
        return "more concessions than permitted"
    made = {offer.id for offer in state.bargain.offers}
    strays = [offer.id for offer in spoken if offer.id not in made]
    return f"an offer was told that does not stand: {strays}" if strays else None


def _offers_of(act: Act) -> list[Offer]:
    return [value for each in fields(act) if isinstance(value := getattr(act, each.name), Offer)]


def audited(offer: Offer, case: Case, on: date) -> tuple[str, ...]:
    """The limits by the independent audit; and what is too old to be collected is in no offer."""
    old = [
        f"contract {debt.contract} is prescribed"
        for debt in case.debts
        if debt.contract in offer.contracts and prescribed(debt.due_date, on)
    ]
    return (*violations(offer, case, on), *old)


def prescribed(due: date, on: date) -> bool:
    return (on.year - due.year, on.month, on.day) >= (PRESCRIBED_YEARS, due.month, due.day)


def offers_stay(edge: Edge) -> str | None:
    """What was offered stands; the next ones come behind it."""
    before, after = edge.before.bargain.offers, edge.after.state.bargain.offers
    return None if after[: len(before)] == before else "an offer was withdrawn"


def agreed_as_offered(edge: Edge) -> str | None:
    agreement = edge.after.state.agreement
    if agreement is None:
        return None
    if not agreement.complete:
        return "an agreement without amount, date, method, channel, confirmation or teach-back"
    return None if agreement.offer in edge.after.state.bargain.offers else "agreed on what was not offered"


def distress_reaches_a_human(edge: Edge, ctx: Context) -> str | None:
    """The sign alone is enough, at any moment; a person is called to the line at once, or told where nobody is in."""
    heard, state = meaning_of(edge), edge.after.state
    if heard is None or not heard.has(*CRISIS) or edge.before.phase is Phase.DISTRESS:
        return None
    if _only_doubted(edge, heard):
        asked = edge.after.acts[-1:]
        stood = edge.before.resume if edge.before.phase is Phase.SILENCE else edge.before.phase
        kept = not state.ended and state.phase is stood
        return None if kept and isinstance(asked[0], acts.CheckSafety) else "a doubtful sign was not asked about"
    request = state.escalation
    if state.phase is not Phase.DISTRESS or state.ended or request is None:
        return "a sign of crisis was passed over"
    if request not in edge.after.effects or request.urgency is not Urgency.IMMEDIATE:
        return "no person was called at once"
    if request.to_line != ctx.handoff_open:
        return "the wrong way to a person"
    alerted = any(isinstance(effect, AlertOnCall) for effect in edge.after.effects)
    if not ctx.handoff_open and ctx.case.creditor.on_call_phone and not alerted:
        return "nobody is in and the person on call was not told"
    numbers = [number for act in edge.after.acts if (number := getattr(act, "number", None))]
    return None if numbers and set(numbers) <= {"188", "180", "192", "190"} else "no number to call"


def _only_doubted(edge: Edge, heard: Meaning) -> bool:
    return any(heard.has(sign) and doubtful(edge.before, heard, sign) for sign in CRISIS)


def doubt_is_settled(edge: Edge) -> str | None:
    """Asked whether they are safe, only a no or plain business leads back; a yes, or silence, is a crisis."""
    heard, state = meaning_of(edge), edge.after.state
    if not isinstance(edge.before.question, acts.CheckSafety) or edge.before.ended:
        return None
    if isinstance(edge.event, Silence) or (heard is not None and heard.intent in {Intent.AFFIRM, Intent.OTHER}):
        return None if state.phase is Phase.DISTRESS else "a yes or a silence was taken for a no"
    return None


def no_money_in_distress(edge: Edge) -> str | None:
    if Phase.DISTRESS not in {edge.before.phase, edge.after.state.phase}:
        return None
    spoken = [type(act).__name__ for act in edge.after.acts if isinstance(act, acts.DebtAct)]
    left = edge.before.phase is Phase.DISTRESS and edge.after.state.phase not in {Phase.DISTRESS, Phase.CLOSING}
    return f"{spoken or edge.after.state.phase} in a crisis" if spoken or left else None


def stays_in_distress(edge: Edge) -> str | None:
    """Whoever speaks is heard out; only their own goodbye, or their wish not to be called, ends it."""
    heard, state = meaning_of(edge), edge.after.state
    if edge.before.phase is not Phase.DISTRESS or heard is None or heard.has(*LEAVING):
        return None
    return "the bot ended a crisis call" if state.ended else None


def stop_is_honoured(edge: Edge) -> str | None:
    """The call ends and the suppression stands, main wish or in passing; in a crisis the person comes first."""
    heard, state = meaning_of(edge), edge.after.state
    if heard is None or not heard.has(Intent.STOP_CALLING):
        return None
    kinds = {effect.kind for effect in edge.after.effects if isinstance(effect, Suppress)}
    meant_yes = isinstance(edge.before.question, acts.CheckSafety) and heard.has(Intent.AFFIRM)
    if (heard.has(*CRISIS) or meant_yes) and edge.before.phase is not Phase.DISTRESS:
        return None if kinds else "nothing holds the next call back"
    plain = heard.intent is Intent.STOP_CALLING and heard.confidence >= PLAIN
    if not state.ended and (plain or edge.before.phase is not Phase.DISTRESS):
        return "the call went on"
    # Somebody else's wish binds the number, the person's own wish binds the person.
    if edge.before.phase is Phase.DISTRESS:
        return None if kinds & {"stop", "wrong_number"} else "nothing holds the next call back"
    wanted = {"wrong_number"} if edge.before.identity.denied or heard.has(Intent.THIRD_PARTY) else {"stop"}
    return None if kinds & wanted else f"suppressed {sorted(kinds)}, not {sorted(wanted)}"


def ends_in_time(edge: Edge) -> str | None:
    """The sixtieth thing that a caller says or presses is answered with a goodbye, or by calling a person to the line.

    Not in a crisis, where the bot stays for as long as somebody speaks.
    """
    spoke = isinstance(edge.event, Heard | Pressed)
    if not spoke or edge.before.turns < LAST_TURN or edge.after.state.phase is Phase.DISTRESS:
        return None
    called = edge.after.state.human_called and not edge.before.human_called
    return None if edge.after.state.ended or called else "the call goes on after sixty turns"


def no_dead_end(edge: Edge) -> str | None:
    """Every turn is answered, every end has a name and a goodbye; a call that goes on asks or waits for a person."""
    state, said = edge.after.state, edge.after.acts
    machine = state.disposition is Disposition.VOICEMAIL
    if not said and not machine:
        return "no answer"
    if state.ended:
        if state.phase not in ENDS or state.disposition is None:
            return f"ended in {state.phase} as {state.disposition}"
        goodbye = machine or isinstance(said[-1], acts.SayGoodbye | acts.EndWithMinor)
        return None if goodbye else "an end without a goodbye"
    waits = state.human_called or state.phase in {Phase.HAND_OVER, Phase.DISTRESS} or state.waits
    return None if state.asks is not None or waits else "nothing is asked and nobody comes"


def asked_at_a_good_end(edge: Edge, ctx: Context) -> str | None:
    """Of the verified person, where the creditor asks, once and once more; never after what forbids it."""
    if not any(isinstance(act, acts.AskSatisfaction) for act in edge.after.acts):
        return None
    heard, state = meaning_of(edge), edge.after.state
    if not ctx.case.creditor.asks_satisfaction or not state.verified or state.identity.denied:
        return "somebody was asked who must not be"
    if isinstance(edge.before.question, acts.AskSatisfaction):
        return "asked a third time" if edge.before.misses else None
    if edge.before.unasked or (heard is not None and (heard.has(*FORBIDS) or in_haste(heard.text))):
        return "asked after what forbids it"
    return None if state.disposition in GOOD_ENDS else f"asked after {state.disposition}"


def marks_are_answers(edge: Edge) -> str | None:
    noted = [effect.mark for effect in edge.after.effects if isinstance(effect, NoteSatisfaction)]
    if not noted:
        return None
    asked = isinstance(edge.before.question, acts.AskSatisfaction) and edge.before.phase is Phase.SATISFACTION
    if not asked or not edge.after.state.ended:
        return "a mark that nobody asked for, or a call that goes on after it"
    return None if len(noted) == 1 and 0 <= noted[0] <= 10 else f"noted {noted}"


def one_question(edge: Edge) -> str | None:
    asking = [index for index, act in enumerate(edge.after.acts) if asked_by(act) is not None]
    if asking and (len(asking) > 1 or asking[0] != len(edge.after.acts) - 1):
        return "a question is not the last thing said"
    return "a question, and then the end" if asking and edge.after.state.ended else None


def nothing_twice(edge: Edge) -> str | None:
    """What the last turn told is not told again unless it was asked for; a question may be put again."""
    heard = meaning_of(edge)
    if edge.wear or (heard is not None and heard.has(*ASKED_AGAIN)):
        return None
    told = [act for act in edge.after.acts if asked_by(act) is None and not isinstance(act, (*REACTIONS, *ANSWERS))]
    twice = [type(act).__name__ for act in told if act in edge.node.said]
    return f"told again: {twice}" if twice else None
