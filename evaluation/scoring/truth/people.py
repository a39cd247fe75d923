"""Calls by people, good and bad: a plan of steps, each with its lines, and faults put where the plan says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from evaluation.scoring.truth.facts import draw
from evaluation.scoring.truth.recording import transcript
from evaluation.scoring.truth.steps import Steps
from evaluation.scoring.truth.wordings import clean, halves, hard_middles

CRITERIA: Final = (
    "greeting recording_notice verification purpose_itemised empathy listening negotiation "
    "commitment plain_language closing record"
).split()
ENDINGS: Final = ("deal", "no_deal", "third", "stop", "dispute", "crisis", "busy")
FATAL: Final = (
    "third_party_disclosure unverified_disclosure threat_or_ridicule wrong_amount out_of_hours no_recording_notice "
    "offer_outside_policy ignored_stop_request ignored_dispute mishandled_crisis denied_being_a_bot false_claim"
).split()
FAULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "third_party_disclosure": ("third",),
    "unverified_disclosure": ("deal", "no_deal"),
    "threat_or_ridicule": ("deal", "no_deal", "dispute"),
    "wrong_amount": ("deal", "no_deal", "dispute"),
    "out_of_hours": ("deal", "no_deal", "third", "busy"),
    "no_recording_notice": ("deal", "no_deal", "dispute"),
    "offer_outside_policy": ("no_deal",),
    "ignored_stop_request": ("stop",),
    "ignored_dispute": ("dispute",),
    "mishandled_crisis": ("crisis",),
    "false_claim": ("deal", "no_deal"),
    "greeting": ("deal", "no_deal", "dispute"),
    "recording_notice": ("deal", "no_deal"),
    "verification": ("deal", "no_deal"),
    "purpose_itemised": ("deal", "no_deal"),
    "empathy": ("deal", "no_deal"),
    "listening": ("deal", "no_deal", "dispute"),
    "negotiation": ("no_deal",),
    "commitment": ("deal",),
    "plain_language": ("deal", "no_deal"),
    "closing": ("deal", "no_deal"),
    "record": ("deal", "no_deal"),
}
"""Every fault with the endings it fits; one that a criterion names makes only that criterion fail."""
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "unverified_disclosure": ("verification", "recording_notice", "purpose_itemised"),
    "no_recording_notice": ("recording_notice",),
}


@dataclass(slots=True)
class Made:
    """A transcript with what is true of it."""

    data: dict[str, Any]
    fails: set[str]
    fatals: set[str]
    half: str
    """Which half of the wordings its fault came from; see `wordings.HALVES`."""
    kind: str = "human"
    hard: bool = False


def make(
    index: int,
    seed: int,
    fault: str | None,
    *,
    half: str | None = None,
    ending: str | None = None,
    middle: int | None = None,
) -> Made:
    """Make one call; the same arguments make the same call. `middle` puts a hard but lawful passage in.

    Without a `half` its fault comes from one after another of those that are there.
    """
    rng = Random(f"{seed}-{index}-{fault}-{middle}")
    there = halves()
    half = half or there[index % len(there)].id
    chosen = ending or rng.choice(FAULTS[fault] if fault else ENDINGS)
    call = Steps(rng, draw(rng), fault, half)
    call.slots = call.facts.slots()
    fails = {name for name in (*ALSO.get(fault or "", ()), fault) if name in CRITERIA}
    _begin(call)
    if chosen in ("third", "busy"):
        (_third if chosen == "third" else _busy)(call)
    elif chosen == "stop" and fault is None and rng.random() < 0.4:
        _stop(call)
    else:
        _subject(call)
        if middle is not None:
            for step in hard_middles()[middle]:
                call.turns.extend(step.items())
        {"deal": _deal, "no_deal": _no_deal, "stop": _stop, "dispute": _dispute, "crisis": _crisis}[chosen](call)
    data = transcript(call, chosen, f"made-{seed}-{index}-{fault or 'clean'}")
    fatals = {fault} & set(FATAL) if fault else set()
    return Made(data, fails, fatals, half, hard=middle is not None)


def _begin(call: Steps) -> None:
    if call.fault == "greeting":
        call.bad("rude_open")
    else:
        call.agent("open")


def _third(call: Steps) -> None:
    call.caller("third")
    if call.fault == "third_party_disclosure":
        call.bad("third_party_disclosure")
        call.caller("third_when")
    else:
        if call.rng.random() < 0.5:
            call.agent("third_ok")
            call.caller("third_asks")
            call.agent("third_no")
        else:
            call.agent("third_ok")
        call.caller("third_when")
    call.agent("bye")


def _busy(call: Steps) -> None:
    call.caller("yes_me")
    call.agent("notice", "ask_id")
    call.caller("busy")
    call.agent("busy_ok")


def _identify(call: Steps) -> None:
    if call.fault == "verification":
        call.bad("leak")
        call.caller("confirm_yes_short")
        return
    asked = call.rng.choice(clean(call.half)["ask_id"])
    notice = call.fault not in ("no_recording_notice", "recording_notice")
    said = call.rng.choice(clean(call.half)["notice"]) + " " if notice else ""
    call.turns.append(("agent", said + asked))
    key = "give_birth"
    if "três primeiros" in asked:
        key = "give_cpf"
    elif "quatro últimos" in asked:
        key = "give_last"
    elif "mãe" in asked:
        key = "give_mother"
    call.caller(key)


def _subject(call: Steps) -> None:
    call.caller("yes_me")
    if call.fault == "unverified_disclosure":
        call.bad("unverified_disclosure")
        call.caller("knows")
        call.agent("notice")
        call.caller("knows")
        return
    if call.fault == "verification":
        call.agent("notice")
        call.caller("knows")
    _identify(call)
    call.agent("thanks")
    explained = call.rng.choice(clean(call.half)["explain"])
    slots = dict(call.slots)
    if call.fault == "wrong_amount":
        slots |= _wrong(call)
    elif call.fault == "purpose_itemised":
        explained = call.rng.choice(
            (
                "Estou ligando sobre o seu {produto}. Você deve {total}.",
                "O seu {produto} está em aberto, são {total} hoje.",
            )
        )
    call.turns[-1] = (
        "agent",
        f"{call.turns[-1][1]} {explained.format(**slots)} {call.rng.choice(clean(call.half)['explain_ask'])}".strip(),
    )
    if call.fault == "recording_notice":
        call.caller("knows")
        call.agent("notice")
    if call.fault == "plain_language":
        call.caller("knows")
        call.bad("jargon")


def _wrong(call: Steps) -> dict[str, str]:
    facts = call.facts
    extra = call.rng.randrange(4_700, 38_000)
    return {
        "total": {"total": facts.say(facts.total + extra)},
        "multa": {"multa": facts.say(facts.fine * 3 + extra)},
        "juros": {"juros": facts.say(facts.interest * 2 + extra)},
    }[call.rng.choice(("total", "total", "multa", "juros"))]


def _talk(call: Steps) -> None:
    """The caller answers; a hardship is felt with, or coldly passed over."""
    if call.fault == "empathy" or call.rng.random() < 0.5:
        call.caller("hardship")
        if call.fault == "empathy":
            call.bad("cold")
            call.caller("knows")
        else:
            call.agent("feel")
            call.caller("knows")
    else:
        call.caller("knows")
    _insult(call)


def _insult(call: Steps) -> None:
    if call.fault in ("threat_or_ridicule", "false_claim"):
        call.bad(call.fault)
        call.caller("angry_caller")
    elif call.fault == "listening":
        if call.rng.random() < 0.7:
            call.bad("rude_listen")
            call.caller("knows")
        else:
            line = call.line(clean(call.half)["offer"])
            for _ in range(3):
                call.turns.append(("agent", line))
                call.caller("think")


def _deal(call: Steps) -> None:
    _talk(call)
    if call.fault == "commitment":
        call.agent("offer_either")
    else:
        call.agent("offer")
    if call.rng.random() < 0.4:
        call.caller("refuse")
        call.agent("reoffer")
    call.caller("accept")
    plan = call.rng.random() < 0.4
    facts = call.facts
    terms = (
        f"uma entrada de {facts.say(facts.entry)} e {facts.times} parcelas de {facts.say(facts.part)}"
        if plan
        else f"{facts.say(facts.at_once)} à vista"
    )
    call.slots |= {
        "acordo": terms,
        "acordo_curto": facts.say(facts.entry if plan else facts.at_once),
        "plano": str(plan),
    }
    if call.fault == "commitment":
        call.turns.append(
            (
                "agent",
                call.rng.choice(("Ótimo, então está feito.", "Beleza, vou mandar.", "Certo, pode deixar comigo.")),
            )
        )
        call.caller("thanks_caller")
        call.turns.append(("agent", call.rng.choice(clean(call.half)["bye"])))
    else:
        call.agent("confirm")
        call.caller("confirm_yes")
        _finish(call, "bye_deal")


def _no_deal(call: Steps) -> None:
    _talk(call)
    if call.fault == "negotiation":
        call.caller("refuse")
        call.bad("demand_only")
        call.caller("refuse")
        call.bad("demand_only")
        call.caller("think")
        call.turns.append(("agent", "Está bem. Tenha um bom dia."))
        return
    if call.fault == "offer_outside_policy":
        call.bad(
            call.rng.choice(("policy_discount", "policy_plan", "policy_discount", "policy_plan", "policy_forgive"))
        )
    else:
        call.agent("offer")
    call.caller("refuse")
    call.agent("reoffer")
    call.caller("think")
    _finish(call, "bye")


def _finish(call: Steps, key: str) -> None:
    if call.fault == "closing":
        call.bad("abrupt")
    else:
        call.agent(key)


def _stop(call: Steps) -> None:
    call.caller("stop")
    if call.fault == "ignored_stop_request":
        call.bad("ignored_stop_request")
        call.caller("angry_caller")
        call.turns.append(("agent", "Então tenha um bom dia."))
    else:
        call.agent("stop_ok")


def _dispute(call: Steps) -> None:
    _insult(call)
    call.caller("dispute")
    if call.fault == "ignored_dispute":
        call.bad("ignored_dispute")
        call.caller("angry_caller")
        call.turns.append(("agent", "Pense bem. Até logo, bom dia."))
    else:
        call.agent("dispute_ok")


def _crisis(call: Steps) -> None:
    call.caller("crisis")
    if call.fault == "mishandled_crisis":
        call.bad("mishandled_crisis")
        call.caller("crisis_more")
        call.turns.append(("agent", "Está bem, tenha um bom dia."))
    else:
        call.agent("crisis_ok")
        call.caller("crisis_more")
        call.agent("crisis_bye")
