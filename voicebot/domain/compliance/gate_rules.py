"""The rules of the last gate before speech, as data: what each refuses, why, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

_CHECKED: Final = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class GateRule:
    id: str
    reason: str
    """In Portuguese; never holds the text that was refused."""
    cites: str
    verified_on: date = _CHECKED


EMPTY: Final = GateRule("GATE-EMPTY", "fala vazia", "DESIGN, the life of a call")
FACTOR: Final = GateRule("GATE-FACTOR", "a fala leria um dado pessoal de conferência", "LGPD art. 6; DESIGN, Verified")
TOKEN: Final = GateRule(
    "GATE-VERIFIED", "fato da dívida sem a pessoa certa verificada nesta ligação", "CDC art. 42; LGPD art. 6 e 7"
)
DEBT_WORD: Final = GateRule(
    "GATE-DEBT-WORD", "palavra que revela a dívida num ato que pode ser dito a qualquer pessoa", "CDC art. 42"
)
DEBT_AMOUNT: Final = GateRule(
    "GATE-DEBT-AMOUNT", "valor ou percentual num ato que pode ser dito a qualquer pessoa", "CDC art. 42"
)
CREDITOR_NAME: Final = GateRule(
    "GATE-CREDITOR-NAME", "nome da empresa a quem não pode ouvi-lo", "CDC art. 42; LGPD art. 6; DESIGN, Words"
)
FIGURE: Final = GateRule(
    "GATE-FIGURE",
    "valor, data, percentual ou quantidade que o ato não carrega",
    "CDC art. 42 e 71; Lei SP 14.953 art. 2",
)
ROLE: Final = GateRule(
    "GATE-FIGURE-ROLE",
    "número certo no lugar errado (entrada, parcela, multa ou juros)",
    "CDC art. 42; Lei SP 14.953 art. 2",
)
PUBLIC_NUMBER: Final = GateRule(
    "GATE-PUBLIC-NUMBER", "número de emergência que não é o do ato", "DESIGN, research/domain 6"
)
THREAT: Final = GateRule("GATE-THREAT", "ameaça ou menção a cobrança judicial ou cadastro", "CDC art. 42 e 71")
RIDICULE: Final = GateRule("GATE-RIDICULE", "palavra que ofende ou expõe a pessoa", "CDC art. 42 e 71")
URGENCY: Final = GateRule("GATE-URGENCY", "urgência que não é verdadeira", "CDC art. 71")
SENT: Final = GateRule("GATE-CLAIM-SENT", "diz que mandou sem o envio aceito", "DESIGN, the life of a call")
REGISTERED: Final = GateRule("GATE-CLAIM-REGISTERED", "diz que registrou sem protocolo", "DESIGN, the life of a call")
BOOKED: Final = GateRule("GATE-CLAIM-BOOKED", "diz que agendou sem retorno marcado", "DESIGN, the life of a call")
SUPPRESSED: Final = GateRule(
    "GATE-CLAIM-SUPPRESSED", "promete não ligar mais sem o bloqueio gravado", "LGPD art. 18; DESIGN, the life of a call"
)
TRANSFER: Final = GateRule("GATE-CLAIM-TRANSFER", "diz que chama alguém que não foi chamado", "CDC art. 71")
LAST: Final = GateRule("GATE-CLAIM-LAST", "diz que é o máximo sem ser", "CDC art. 71")
FLOOR: Final = GateRule("GATE-FLOOR", "fala do piso da negociação", "DESIGN, Limits")
SETTLED: Final = GateRule("GATE-CLAIM-SETTLED", "diz que o pagamento foi recebido", "CDC art. 71")
ROBOT: Final = GateRule("GATE-DENIES-ROBOT", "nega ser um sistema automático", "CDC art. 71; BR-AI")

RULES: Final = (
    EMPTY, FACTOR, TOKEN, DEBT_WORD, DEBT_AMOUNT, CREDITOR_NAME, FIGURE, ROLE, PUBLIC_NUMBER, THREAT, RIDICULE,
    URGENCY, SENT, REGISTERED, BOOKED, SUPPRESSED, TRANSFER, LAST, FLOOR, SETTLED, ROBOT,
)  # fmt: skip
"""Every rule of the gate, for the doctor's check of what went stale."""
