"""What was said over the bot's own words: a question they are answering, a yes to terms not yet read to their end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.acts import Act, ConfirmAgreement, ExplainDebt, IdentifySelf
from voicebot.domain.dialogue.state import Decision
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.meaning import Intent, Meaning

_BESIDE: Final = frozenset({Intent.GREETING, Intent.OTHER})
"""Said beside a question, these want no answer of their own."""
_ANSWERED_BY: Final[Mapping[Intent, type[Act]]] = MappingProxyType(
    {Intent.WHO_IS_CALLING: IdentifySelf, Intent.ASK_DEBT_DETAILS: ExplainDebt}
)


def is_being_answered(meaning: Meaning, running: Iterable[Act]) -> bool:
    """Tell whether `running`, the acts that the caller spoke over and will hear to their end, answer all of `meaning`.

    "Quem está falando?" over "Aqui é a Clara, assistente virtual da ..." was answered, and then answered once more.
    """
    wanted = set(meaning.intents) - _BESIDE
    said = {type(act) for act in running}
    return bool(wanted) and all(_ANSWERED_BY.get(intent) in said for intent in wanted)


def binds_unheard(decision: Decision, unheard: Iterable[Act]) -> bool:
    """Tell whether `decision` takes as agreed what was not heard whole: `unheard`, the acts that were cut short.

    "Isso, pode fechar", said when of an entry and ten instalments the entry alone had been read, is no yes to the ten.
    """
    return decision.move is Move.CONFIRMED and any(isinstance(act, ConfirmAgreement) for act in unheard)
