"""What each act gives its words: which case of lines it takes, and the slots they may use, already as said.

Acts about the debt are in `facts_debt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import singledispatch
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.phases import EscalationReason
from voicebot.domain.portfolio import Treatment
from voicebot.script import codes
from voicebot.script.manner import named, with_article
from voicebot.script.moments import at_time, date_spoken
from voicebot.script.names import is_female
from voicebot.script.persona import Persona
from voicebot.script.plain import plain_slots


@dataclass(frozen=True, slots=True)
class Scene:
    """What the facts are read aloud against: the listener's day and treatment, and who speaks."""

    today: date
    treatment: Treatment
    persona: Persona


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a line that has lines of its own under `key` in phrases.yaml, with slots of its own."""

    key: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    case: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, Phrase | None] = field(default_factory=dict)
    """Slots filled by a phrase; None where the phrase has nothing to say."""
    person_is_female: bool | None = None
    """Of the person asked for, who may not be the listener."""


_CRISIS_NUMBERS: Final = frozenset({"188", "180", "192", "190"})
_ESCALATION: Final = {
    EscalationReason.SELF_HARM: "crisis",
    EscalationReason.VIOLENCE: "crisis",
    EscalationReason.DISTRESS: "care",
    EscalationReason.ILLNESS: "care",
    EscalationReason.BEREAVEMENT: "care",
    EscalationReason.OVER_INDEBTED: "over_indebted",
    EscalationReason.REQUEST: "request",
}


@singledispatch
def facts_of(act: Act, scene: Scene) -> Facts:
    """Give the facts of one act; the registered functions below and in `facts_debt` know the fields.

    An act that none of them knows has one case, and a slot for each amount, day or number it carries.
    """
    return Facts("", plain_slots(act, scene.today))


def listed(words: list[str], last: str) -> str:
    """Join words as in speech: "por SMS ou por e-mail"."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _person(name: str, scene: Scene, case: str = "") -> Facts:
    female = is_female(name)
    titled = named(name, treatment=scene.treatment, is_female=female)
    article = with_article(titled, female)
    of_person = f"d{article}" if female is not None else f"de {titled}"
    slots = {"name": titled, "the_person": article, "of_person": of_person}
    return Facts(case, slots, person_is_female=female)


def _company(company: str | None, scene: Scene, known: str, unknown: str) -> Facts:
    if company is None:
        return Facts(unknown)
    return Facts(known, {"company": company, "of_company": scene.persona.of_company(company)})


def _help(number: str) -> Phrase:
    """Choose the clause that names a public service by its number."""
    key = f"help_{number}" if number in _CRISIS_NUMBERS else "help_other"
    return Phrase(key, {"number": codes.phone(number)})


def _moment(at: datetime, scene: Scene) -> dict[str, str]:
    return {"day": date_spoken(at.date(), today=scene.today), "at_time": at_time(at.time())}


@facts_of.register
def _(act: acts.GreetInbound, scene: Scene) -> Facts:
    return _company(act.company, scene, "named", "unnamed")


@facts_of.register
def _(act: acts.IdentifySelf, scene: Scene) -> Facts:
    return _company(act.company, scene, "named", "unnamed")


@facts_of.register
def _(act: acts.CannotVerify, scene: Scene) -> Facts:
    return _company(act.company, scene, "named", "unnamed")


@facts_of.register
def _(act: acts.AskForPerson, scene: Scene) -> Facts:
    return _person(act.name, scene)


@facts_of.register
def _(act: acts.AskIfPersonAvailable, scene: Scene) -> Facts:
    return _person(act.name, scene)


@facts_of.register
def _(act: acts.AwaitPerson, scene: Scene) -> Facts:
    return _person(act.name, scene)


@facts_of.register
def _(act: acts.WithholdPurpose, scene: Scene) -> Facts:
    return _person(act.name, scene, "third_party" if act.to_third_party else "same_person")


@facts_of.register
def _(act: acts.AskIdentityFactor, scene: Scene) -> Facts:
    if not act.again:
        return Facts(act.factor.value)
    return Facts(f"{act.factor.value}_again", {}, {"retry": Phrase("retry", {})})


@facts_of.register
def _(act: acts.OfferFraudCheck, scene: Scene) -> Facts:
    slots = {"protocol": codes.protocol(act.protocol)}
    if act.company is None or act.website is None:
        return Facts("unnamed", slots)
    slots |= {"of_company": scene.persona.of_company(act.company), "website": codes.address_spoken(act.website)}
    return Facts("named", slots)


@facts_of.register
def _(act: acts.GiveOfficialContact, scene: Scene) -> Facts:
    return Facts("", {"of_company": scene.persona.of_company(act.company), "phone": codes.phone(act.phone)})


@facts_of.register
def _(act: acts.AcknowledgeHardship, scene: Scene) -> Facts:
    return Facts(act.kind.value)


@facts_of.register
def _(act: acts.Acknowledge, scene: Scene) -> Facts:
    return Facts(act.kind.value)


@facts_of.register
def _(act: acts.SayGoodbye, scene: Scene) -> Facts:
    if act.kind is not acts.Farewell.CRISIS:
        return Facts(act.kind.value)
    if act.number is None:
        return Facts(acts.Farewell.WARM.value)
    return Facts(act.kind.value, {}, {"help": _help(act.number)})


@facts_of.register
def _(act: acts.OfferPause, scene: Scene) -> Facts:
    if act.until is None:
        return Facts("open")
    return Facts("until", {"until": date_spoken(act.until, today=scene.today, weekday=False)})


@facts_of.register
def _(act: acts.AskPause, scene: Scene) -> Facts:
    return Facts("", {"until": date_spoken(act.until, today=scene.today, weekday=False)})


@facts_of.register
def _(act: acts.RestContact, scene: Scene) -> Facts:
    return Facts("", {"until": date_spoken(act.until, today=scene.today, weekday=False)})


@facts_of.register
def _(act: acts.SupportCrisis, scene: Scene) -> Facts:
    case = act.number if act.number in _CRISIS_NUMBERS else "other"
    slots = {"number": codes.phone(act.number)}
    return Facts(f"{case}_again", slots, {"ask": Phrase(f"ask_{case}", {})}) if act.again else Facts(case, slots)


@facts_of.register
def _(act: acts.CheckSafety, scene: Scene) -> Facts:
    return Facts(act.reason.value, {"number": codes.phone(act.number)})


@facts_of.register
def _(act: acts.StayAndListen, scene: Scene) -> Facts:
    if act.company:
        return Facts("company")
    if act.number is None:
        return Facts("listening", {}, {"ask": Phrase("ask_alone" if act.nobody_comes else "ask_accompanied", {})})
    if act.nobody_comes:
        phrases = {"help": _help(act.number), "nobody": Phrase("nobody", {}), "ask": Phrase("ask_alone", {})}
        return Facts("alone", {}, phrases)
    return Facts("accompanied", {}, {"help": _help(act.number), "ask": Phrase("ask_accompanied", {})})


@facts_of.register
def _(act: acts.Escalate, scene: Scene) -> Facts:
    return Facts(f"{_ESCALATION.get(act.reason, 'other')}_{'now' if act.now else 'later'}")


@facts_of.register
def _(act: acts.PromiseNoMoreCalls, scene: Scene) -> Facts:
    return Facts("number" if act.about_number else "person")


@facts_of.register
def _(act: acts.RegisterDispute, scene: Scene) -> Facts:
    return Facts("paid" if act.paid else "contested", {"protocol": codes.protocol(act.protocol)})


@facts_of.register
def _(act: acts.RegisterPrivacyRequest, scene: Scene) -> Facts:
    return Facts("", {"protocol": codes.protocol(act.protocol)})


@facts_of.register
def _(act: acts.OfferCallbackTime, scene: Scene) -> Facts:
    return Facts("asked" if act.asked else "open", _moment(act.at, scene))


@facts_of.register
def _(act: acts.ScheduleCallback, scene: Scene) -> Facts:
    return Facts("", _moment(act.at, scene))


@facts_of.register
def _(act: acts.NotUnderstood, scene: Scene) -> Facts:
    return Facts({1: "first", 2: "again"}.get(max(act.attempt, 1), "given_up"))


@facts_of.register
def _(act: acts.PromptSilence, scene: Scene) -> Facts:
    return Facts("first" if act.attempt <= 1 else "again")


@facts_of.register
def _(act: acts.SpeakDifferently, scene: Scene) -> Facts:
    return Facts("louder" if act.how == "louder" else "slower")
