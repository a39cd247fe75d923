"""Whether the caller has asked something: whoever has put a question waits for the answer and for nothing else."""

from __future__ import annotations

from typing import Final

from voicebot.domain.meaning import Intent, Meaning

SURE: Final = 0.8
"""Below it a meaning is a guess, and half a sentence gives many."""
_QUESTIONS: Final = frozenset(
    {
        Intent.WHO_IS_CALLING,
        Intent.IS_ROBOT,
        Intent.REPEAT,
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.REQUEST_HUMAN,
        Intent.ASK_DEBT_DETAILS,
        Intent.ASK_DUE_DATE,
        Intent.ASK_CONSEQUENCES,
        Intent.ASK_DISCOUNT,
        Intent.ASK_INSTALLMENTS,
        Intent.ASK_PAYMENT_METHOD,
    }
)
_BESIDE: Final = frozenset({Intent.GREETING, Intent.OTHER})


def is_question(meaning: Meaning) -> bool:
    """Tell whether these words want something said, and nothing else besides a greeting."""
    wanted = set(meaning.intents) - _BESIDE
    return meaning.confidence >= SURE and bool(wanted) and wanted <= _QUESTIONS
