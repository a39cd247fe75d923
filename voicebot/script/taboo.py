"""Words the bot does not use: to anyone, and before it knows whom it speaks to."""

from __future__ import annotations

import re
from typing import Final


def _any_of(*stems: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(stems) + ")", re.IGNORECASE)


FORBIDDEN: Final = _any_of(
    "inadimpl", "devedor", "dívida", "negativa(?:r|do|da|ção)", "spc\\b", "serasa", "justiça", "judicial",
    "process[oa]", "protesto", "obrigaç", "último aviso", "urgente", "prezad", "encargo", "tecle", "digite",
    "nome sujo", "cobra(?:r|nça|do|mos|ndo)\\b", "penhora", "cartório", "advogad", "imediat", "regulariz",
)  # fmt: skip
"""Threat, shame, false urgency, jargon, and what only a menu of keys would say."""

DEBT_WORDS: Final = _any_of(
    "em aberto", "fatura", "pendên", "negoci", "cobran", "cobra", "pagamento", "pagar", "pagou", "paga\\b", "pago\\b",
    "pague", "acordo", "valor", "parcela", "atras", "venc[ei]", "dívida", "débito", "boleto", "pix\\b", "juros",
    "multa", "desconto", "quita", "financeir", "dinheiro", "rea(?:l|is)\\b", "centavo", "crédito", "cartão",
    "empréstimo", "crediário", "financiamento", "contrato", "proposta", "prestaç", "credor", "contas\\b",
    "(?:uma|sua|a) conta\\b", "dev(?:e|ia|endo) (?:dinheiro|pra|para|à|ao)", "compra", "bolso",
)  # fmt: skip
"""What implies a debt: never in an act that may be said to anyone."""

DEBT_WORDS_ALLOWED: Final[frozenset[tuple[str, str]]] = frozenset()
"""Exceptions as (key, word); each needs a reason beside it. None so far."""

AFTER_EMPATHY: Final = re.compile(r"\b(?:mas|porém|só que|entretanto|no entanto)\b", re.IGNORECASE)
"""What takes an acknowledgement back."""
