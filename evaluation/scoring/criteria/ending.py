"""How a call ends, and whether its record says what happened in it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import LAST
from evaluation.scoring.prices import prices, sounds_like
from evaluation.scoring.reading import Reading
from voicebot.domain.compliance.figure import MoneyFigure, NumberFigure
from voicebot.domain.meaning import Intent

_LAST: Final = 2
_LIKELY: Final = 0.5
"""Likeness of a yes that counts in a call with misheard words."""
_BYE: Final = 0.8
"""Likeness from which a last turn is a goodbye: nothing hard is said in one."""
_NO_END: Final = frozenset({"hung_up", "voicemail", "no_answer", "busy", "failed", "blocked", "handed_over"})
_AGREED: Final = frozenset({"agreement", "promise_to_pay"})
_MUST_SAY: Final = {
    "stop_calling": frozenset({Intent.STOP_CALLING, Intent.HAS_LAWYER}),
    "deceased": frozenset({Intent.DECEASED}),
}
_HUNDRED: Final = 100


def closing(reading: Reading) -> Finding:
    """A goodbye; whether what was agreed was said again is judged as the commitment."""
    if not reading.agent or reading.transcript.disposition in _NO_END:
        return absent("closing", "a ligação não chegou a ser encerrada por quem ligou")
    last = reading.agent[-_LAST:]
    bye = [
        line.index
        for line in last
        if line.says("farewell", "farewell", sure=_BYE) or line.acted("SayGoodbye", "EndWithMinor", "LanguageBarrier")
    ]
    bye = bye or [line.index for line in last[-1:] if line.right_in(LAST)]
    if reading.noisy:
        bye = bye or [line.index for line in last[-1:] if line.has("farewell_perhaps")]
    if not bye and _caller_left(reading):
        return absent("closing", "a pessoa desligou antes", 0.7)
    if not bye:
        return failed("closing", "encerrou sem se despedir", (last[-1].index,), 0.85)
    return passed("closing", "despediu-se", tuple(bye))


def _caller_left(reading: Reading) -> bool:
    return reading.lines[-1].is_caller and bool(reading.lines[-1].words)


def record(reading: Reading) -> Finding:
    """The result on record agrees with the words."""
    disposition, agreement = reading.transcript.disposition, reading.transcript.agreement
    if disposition is None:
        return absent("record", "não há resultado registrado")
    if disposition in _AGREED and not _said_yes(reading):
        return failed("record", "registrou acordo que a pessoa não aceitou", confidence=0.8)
    if disposition in _AGREED and agreement is None:
        return failed("record", "registrou acordo sem os termos", confidence=0.8)
    if agreement is not None and disposition not in {*_AGREED, "handed_over", "hung_up", "vulnerable_hold"}:
        return failed("record", "há acordo gravado e o resultado diz outra coisa", confidence=0.85)
    if agreement is not None and not _terms_said(reading, agreement):
        return failed(
            "record", "os termos registrados não são os que foram ditos", confidence=0.7 if reading.noisy else 0.85
        )
    stopped = any(line.intents & _MUST_SAY["stop_calling"] for line in reading.caller)
    if stopped and disposition in {"no_agreement", "callback", "refused"} and not reading.noisy:
        return failed("record", "o pedido para não ligar não ficou registrado", confidence=0.7)
    return passed("record", "o registro confere com a conversa", confidence=0.8)


def _said_yes(reading: Reading) -> bool:
    callers = reading.caller[1:]
    if any(line.has("accepts", "says_yes_to_name", "reopens") for line in callers):
        return True
    return reading.flawed and any(line.like("accepts") >= _LIKELY > line.like("refuses") for line in callers)


def _terms_said(reading: Reading, agreement: Any) -> bool:
    """Some amount of the agreement was said by somebody, in full or without its cents."""
    amounts = {_cents(agreement.get("total"))}
    entry = agreement.get("entry")
    parts = [*(agreement.get("instalments") or []), *([entry] if entry else [])]
    amounts |= {_cents(part.get("amount")) for part in parts if isinstance(part, dict)}
    wanted = {cents for cents in amounts if cents is not None}
    said: set[int] = set()
    for line in reading.lines:
        for figure in line.figures:
            if isinstance(figure, MoneyFigure):
                said.add(figure.cents)
            elif isinstance(figure, NumberFigure):
                said.add(int(figure.value * _HUNDRED))
    if not wanted:
        return True
    if any(abs(one - other) < _HUNDRED for one in wanted for other in said):
        return True
    heard = [price.heard for line in reading.lines for price in prices(line)] if reading.noisy else []
    return any(sounds_like(words, cents) for words in heard for cents in wanted)


def _cents(value: object) -> int | None:
    try:
        return int(Decimal(str(value)) * _HUNDRED) if value is not None else None
    except InvalidOperation:
        return None
