"""A question that the bot's running words are already answering needs no second answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.acts import Act, ExplainDebt, IdentifySelf
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
