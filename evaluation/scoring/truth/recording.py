"""A made-up call as Transcript JSON: its hour, its times, and what is on record of it."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, Final

from evaluation.scoring.truth.facts import Facts
from evaluation.scoring.truth.steps import Steps

DISPOSITIONS: Final = {
    "deal": "agreement", "no_deal": "no_agreement", "third": "third_party", "stop": "stop_calling",
    "dispute": "dispute", "crisis": "vulnerable_hold", "busy": "callback",
}  # fmt: skip


def transcript(call: Steps, ending: str, call_id: str) -> dict[str, Any]:
    facts = call.facts
    at = facts.at
    if call.fault == "out_of_hours":
        at = call.rng.choice(
            (at.replace(hour=21, minute=30), at.replace(hour=6), at + timedelta(days=(6 - at.weekday()) % 7))
        )
    disposition = DISPOSITIONS[ending]
    agreement = _agreement(call) if ending == "deal" else None
    if call.fault == "record":
        if ending == "deal":
            agreement = {**(agreement or {}), **_other_terms(facts)}
        else:
            disposition, agreement = (
                "agreement",
                {"total": f"{facts.at_once / 100:.2f}", "entry": None, "instalments": []},
            )
            agreement |= _other_terms(facts)
    return {
        "call_id": call_id,
        "direction": "outbound",
        "language": "pt-BR",
        "started_at": at.isoformat(),
        "creditor": "Lojas Aurora S.A.",
        "debtor_name": facts.name,
        "debtor_state": facts.state,
        "agent_kind": "human",
        "disposition": disposition,
        "turns": _timed(call.turns, call.rng),
        "agreement": agreement,
        "ledger": {
            "due_date": facts.due.isoformat(),
            "principal": f"{facts.principal / 100:.2f}",
            "fine": f"{facts.fine / 100:.2f}",
            "interest": f"{facts.interest / 100:.2f}",
            "total": f"{facts.total / 100:.2f}",
        },
    }


def _agreement(call: Steps) -> dict[str, Any]:
    facts = call.facts
    day = facts.pay_by.isoformat()
    if call.slots.get("plano") == "True":
        parts = [{"due": day, "amount": f"{facts.part / 100:.2f}"}] * facts.times
        whole = facts.entry + facts.part * facts.times
        return {
            "total": f"{whole / 100:.2f}",
            "entry": {"due": day, "amount": f"{facts.entry / 100:.2f}"},
            "instalments": parts,
        }
    paid = f"{facts.at_once / 100:.2f}"
    return {"total": paid, "entry": None, "instalments": [{"due": day, "amount": paid}]}


def _other_terms(facts: Facts) -> dict[str, Any]:
    other = f"{(facts.total * 2 + 77_300) / 100:.2f}"
    return {"total": other, "entry": None, "instalments": [{"due": facts.pay_by.isoformat(), "amount": other}]}


def _timed(turns: list[tuple[str, str]], rng: Random) -> list[dict[str, Any]]:
    clock, timed = 0.5, []
    for speaker, text in turns:
        length = max(0.8, len(text.split()) / 2.6)
        timed.append({"speaker": speaker, "text": text, "start_s": round(clock, 2), "end_s": round(clock + length, 2)})
        clock += length + rng.uniform(0.2, 1.4)
    return timed
