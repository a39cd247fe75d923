"""What the bot said and what of it was heard: a question it is answering, terms not yet read to their end, a notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from voicebot.application.ports import MarkOutcome
from voicebot.domain.dialogue.acts import (
    Act,
    AwaitPerson,
    ConfirmAgreement,
    ExplainDebt,
    IdentifySelf,
    NoticeRecording,
)
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


@dataclass(slots=True)
class Told:
    """What this call was told; the marks tell what of it was heard to its end."""

    last: Mapping[int, Act] = field(default_factory=dict)
    """The acts of the last turn that had any, by the record's index."""
    notice_heard: bool = False
    """Whoever is on the line heard the recording notice to its end; it was not only said."""
    terms_open: bool = False
    """The agreement was read back and cut short, and has not been read to its end since."""
    _kinds: dict[int, type[Act]] = field(default_factory=dict)

    def say(self, lines: Mapping[int, Act]) -> None:
        """Note a turn's lines. Who comes to the phone has heard no notice; a new read-back is whole until it is cut."""
        said = {type(act) for act in lines.values()}
        self.last = lines or self.last
        self.notice_heard = self.notice_heard and AwaitPerson not in said
        self.terms_open = self.terms_open and ConfirmAgreement not in said
        self._kinds |= {index: type(act) for index, act in lines.items()}

    def running(self, over: frozenset[int]) -> Iterator[Act]:
        """Give the acts of those lines of the last turn."""
        return (act for index, act in self.last.items() if index in over)

    def cut(self, unheard: frozenset[int]) -> bool:
        """Note the lines that lack more than a closing question; tell whether terms are among them."""
        terms = any(isinstance(act, ConfirmAgreement) for act in self.running(unheard))
        self.terms_open = self.terms_open or terms
        return terms

    def played(self, index: int, outcome: MarkOutcome) -> None:
        kind = self._kinds.get(index) if outcome is MarkOutcome.PLAYED else None
        self.notice_heard = self.notice_heard or kind is NoticeRecording
        self.terms_open = self.terms_open and kind is not ConfirmAgreement


def binds(decision: Decision) -> bool:
    """Tell whether `decision` takes the terms read back as agreed.

    "Isso, pode fechar", said when of an entry and ten instalments the entry alone had been read, is no yes to the ten.
    """
    return decision.move is Move.CONFIRMED


def asked_again(meaning: Meaning) -> Meaning:
    """A yes to terms that were cut short and are no longer being said: it wants them read once more."""
    return replace(meaning, intent=Intent.REPEAT, also=())
