"""Calls to score, written turn by turn: "a:" is whoever collects, "c:" whoever is called."""

from __future__ import annotations

from typing import Any

from evaluation.scoring.limits import Granted
from evaluation.scoring.score import Scored, score
from evaluation.scoring.transcript import parse

LEDGER = {
    "due_date": "2026-07-10",
    "principal": "1250.00",
    "fine": "25.00",
    "interest": "56.67",
    "total": "1331.67",
}
OPENING = (
    "a: Bom dia, aqui é a Renata, da Lojas Aurora. Eu falo com a Ana?",
    "c: Sou eu.",
    "a: Esta ligação é gravada, tá? Para a sua segurança, quais são os três primeiros números do seu CPF?",
    "c: Cinco dois nove.",
)
DEBT = (
    "a: Obrigada. É sobre o seu cartão: a fatura de dez de julho era de R$ 1.250,00. "
    "Tem R$ 25,00 de multa e R$ 56,67 de juros, e o total hoje é R$ 1.331,67. O que houve?",
)
DEAL = (
    "c: Eu me esqueci.",
    "a: Acontece. Consigo fazer à vista por R$ 1.198,50, no Pix. Fica bom?",
    "c: Fica, pode gerar.",
    "a: Confirmando: R$ 1.198,50, no Pix, até 26 de novembro. Está correto?",
    "c: Isso mesmo.",
    "a: O Pix chega hoje no seu WhatsApp. Obrigada pela atenção e um bom dia!",
)
GOOD = (*OPENING, *DEBT, *DEAL)


def call(*lines: str, **more: Any) -> dict[str, Any]:
    """Build a human agent's Transcript JSON; a turn takes two seconds and half a second passes between."""
    turns = []
    for index, line in enumerate(lines):
        side, _, text = line.partition(": ")
        start = index * 2.5
        speaker = "agent" if side == "a" else "caller"
        turns.append({"speaker": speaker, "text": text, "start_s": start, "end_s": start + 2.0})
    return {
        "call_id": "made",
        "direction": "outbound",
        "language": "pt-BR",
        "started_at": "2026-11-24T10:00:00-03:00",
        "creditor": "Lojas Aurora S.A.",
        "debtor_name": "Ana Beatriz Souza",
        "debtor_state": "SP",
        "agent_kind": "human",
        "disposition": None,
        "turns": turns,
        "agreement": None,
        "ledger": LEDGER,
        **more,
    }


def scored(*lines: str, granted: Granted | None = None, **more: Any) -> Scored:
    return score(parse(call(*lines, **more)), granted)


def result_of(found: Scored, criterion: str) -> str:
    return next(finding.result.value for each, finding in found.criteria if each.id == criterion)
