"""The bot's own calls, held in text with simulated people; some with a fault put in afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from evaluation.scoring.truth.facts import draw
from evaluation.scoring.truth.people import Made
from evaluation.scoring.truth.wordings import Half, faults
from evaluation.simulation.text.log import CallLog
from evaluation.simulation.text.runner import scenarios
from evaluation.simulation.text.stage import play

SPOILED: Final = (
    "threat_or_ridicule",
    "false_claim",
    "denied_being_a_bot",
    "no_recording_notice",
    "unverified_disclosure",
)


def held(calls: int, seed: int) -> list[dict[str, Any]]:
    """Hold calls and give them as Transcript JSON."""
    return [_transcript(play(scenario)) for scenario in scenarios(calls, seed, None)]


def _transcript(call: CallLog) -> dict[str, Any]:
    turns: list[dict[str, Any]] = []
    for each in call.exchanges:
        if each.said is not None and each.said.text:
            turns.append({"speaker": "caller", "text": each.said.text, "start_s": None, "end_s": None, "acts": []})
        if each.out["say"]:
            turns.append(
                {"speaker": "agent", "text": each.out["say"], "start_s": None, "end_s": None, "acts": each.out["acts"]}
            )
    debtor = call.drawn.case.debtor
    return {
        "call_id": f"bot-{call.seed}",
        "direction": "inbound" if call.inbound else "outbound",
        "language": "pt-BR",
        "started_at": call.drawn.at.isoformat(),
        "creditor": call.drawn.case.creditor.name,
        "debtor_name": debtor.name,
        "debtor_state": debtor.state,
        "agent_kind": "bot",
        "disposition": call.last["disposition"],
        "turns": turns,
        "agreement": call.last["agreement"],
    }


def spoiled(data: dict[str, Any], index: int, rng: Random, there: Sequence[Half]) -> Made | None:
    """Put one fault, worded by one of `there`, into a clean call, or None where it does not fit there."""
    fault, half = SPOILED[index // len(there) % len(SPOILED)], there[index % len(there)].id
    turns = [dict(turn) for turn in data["turns"]]
    agent = [at for at, turn in enumerate(turns) if turn["speaker"] == "agent"]
    explained = [at for at in agent if "ExplainDebt" in turns[at]["acts"]]
    fails: set[str] = set()
    if not explained or len(agent) < 4:
        return None
    if fault == "no_recording_notice":
        for turn in turns:
            parts = [part for part in turn["text"].split(". ") if "gravada" not in part]
            turn["text"] = ". ".join(parts)
            turn["acts"] = [act for act in turn["acts"] if act != "NoticeRecording"]
        fails = {"recording_notice"}
    elif fault == "unverified_disclosure":
        known = data["debtor_name"].split()[0]
        first = explained[0]
        turns = [
            turns[agent[0]],
            {"speaker": "caller", "text": f"Sou eu, {known}.", "start_s": None, "end_s": None},
            *turns[first:],
        ]
        told_first = "gravada" in turns[0]["text"]
        fails = {"verification"} if told_first else {"verification", "recording_notice", "greeting"}
    else:
        text = rng.choice(faults(half)[fault]).format(**draw(rng).slots())
        where = explained[0] + 1
        extra: list[dict[str, Any]] = [{"speaker": "agent", "text": text, "start_s": None, "end_s": None, "acts": []}]
        if fault == "denied_being_a_bot":
            extra.insert(
                0,
                {
                    "speaker": "caller",
                    "text": rng.choice(("Você é um robô?", "Isso é gravação?")),
                    "start_s": None,
                    "end_s": None,
                    "acts": [],
                },
            )
        turns[where:where] = extra
    fatals = {fault}
    if fault == "unverified_disclosure" and "recording_notice" in fails:
        fatals.add("no_recording_notice")
    call = {**data, "call_id": f"{data['call_id']}-{fault}", "turns": turns}
    return Made(call, fails, fatals, half, kind="bot")
