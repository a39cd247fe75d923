"""What is said of the debt: its purpose and parts, the ways to pay it, and what is agreed."""

from __future__ import annotations

import re
from typing import Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import AFTER_REFUSAL, DEMANDS, OFFERS
from evaluation.scoring.line import Line
from evaluation.scoring.prices import Role, offered, prices
from evaluation.scoring.reading import Reading
from evaluation.scoring.words import distance
from voicebot.domain.compliance.figure import DateFigure, MoneyFigure, RelativeDayFigure, WeekdayFigure
from voicebot.domain.meaning import Intent

_CARE: Final = frozenset(
    {Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.STOP_CALLING, Intent.HAS_LAWYER, Intent.BEREAVEMENT}
)
_WAYS: Final = ("offers", "more_than_one_way", "asks_capacity", "person", "calls_back")
_WITHIN: Final = 2
_PARTS: Final = 3
_SURE: Final = 0.95
_LATE: Final = re.compile(r"\b(?:venceu|vencid\w+|atras\w+|em aberto|divida|debito|multa|juros)\b")
_AROUND: Final = 8
"""Turns before the yes in which its terms may have been said."""


def purpose_itemised(reading: Reading) -> Finding:
    """What the call is about, and each addition with its figure, not a lump sum alone."""
    told = [reading.lines[at] for at in reading.debt_told if not reading.listener_is_stranger(at)]
    told = [line for line in told if any(isinstance(each, MoneyFigure) for each in line.figures)]
    if not told or _interrupted_before_price(reading):
        return absent("purpose_itemised", "a dívida não chegou a ser explicada")
    turns = tuple(line.index for line in told)
    if any(_reminds(line) for line in told):
        return passed("purpose_itemised", "lembrete de conta ainda não vencida", turns)
    roles = {price.role for line in told for price in prices(line)}
    subject = any(line.has("product") or (reading.noisy and _several(line, flawed=True)) for line in reading.agent)
    charges = bool(roles & {Role.FINE, Role.INTEREST}) or any(
        _no_charges(line) or _several(line, flawed=reading.flawed) for line in told
    )
    if subject and charges:
        return passed("purpose_itemised", "disse o assunto e cada acréscimo com o seu valor", turns)
    missing = "sem abrir multa e juros" if subject else "sem dizer do que se trata"
    return failed("purpose_itemised", f"cobrou {missing} (Lei SP 14.953/2013 art. 2)", turns, 0.85)


def _reminds(line: Line) -> bool:
    """Tell whether a turn only reminds of a bill that is not due yet: it has no charges and is not late."""
    return line.acted("RemindDue") or (line.has("reminds") and _LATE.search(line.words) is None)


def _several(line: Line, *, flawed: bool) -> bool:
    """Charges named beside several amounts, whichever is whose; an ear may lose a name or an amount."""
    amounts = sum(isinstance(each, MoneyFigure) for each in line.figures)
    named = sum(_named(word, line.words, flawed=flawed) for word in ("juros", "multa"))
    if amounts >= _PARTS and named > 0:
        return True
    return flawed and not offered(line.words) and (amounts >= _PARTS or (named > 0 and amounts == _PARTS - 1))


def _named(charge: str, words: str, *, flawed: bool) -> bool:
    """Tell whether a charge is named, in a call with misheard words also by a word one letter away."""
    return charge in words or (flawed and any(distance(each, charge, 2) < 2 for each in words.split()))


def _no_charges(line: Line) -> bool:
    return "sem juros" in line.words or "sem multa" in line.words or "nao teve acrescimo" in line.words


def _interrupted_before_price(reading: Reading) -> bool:
    return not any(isinstance(each, MoneyFigure) for line in reading.agent for each in line.figures)


def negotiation(reading: Reading) -> Finding:
    """Choices for who cannot take the first; a question of what fits, a counter-offer or a person where all fail."""
    if not reading.debt_told or _not_to_be_negotiated(reading):
        return absent("negotiation", "não houve negociação")
    start = reading.debt_told[0]
    agent = [line for at, line in reading.after(start - 1) if line.is_agent]
    if all(_reminds(line) for line in agent if line.debt >= 1):
        return absent("negotiation", "foi só um lembrete")
    ways = [line.index for line in agent if line.has(*_WAYS)]
    refused = [at for at, line in reading.after(start) if line.is_caller and line.has("refuses")]
    if refused:
        return _after_refusal(reading, refused)
    demanded = _last_demand(reading, start)
    if demanded is not None and _accepted(reading) is None:
        return failed(
            "negotiation", "só exigiu o pagamento e não abriu caminho", (reading.lines[demanded].index,), 0.75
        )
    if ways:
        return passed("negotiation", "ofereceu um caminho para pagar", tuple(ways[:2]))
    if not any(line.is_caller for _, line in reading.after(start)):
        return absent("negotiation", "a ligação acabou antes da negociação")
    if reading.noisy and not any(line.has("demands") for line in agent):
        return absent("negotiation", "a conversa foi mal ouvida", 0.4)
    return failed("negotiation", "não ofereceu nenhum caminho", tuple(line.index for line in agent[:1]), 0.75)


def _after_refusal(reading: Reading, refused: list[int]) -> Finding:
    answers = [(at, reading.agent_after(at)[:_WITHIN]) for at in refused]
    answers = [(at, lines) for at, lines in answers if lines]
    if not answers:
        return absent("negotiation", "a ligação acabou depois da recusa")
    open_ways = [line.index for _, lines in answers for _, line in lines if _opens_way(line)]
    if open_ways:
        return passed("negotiation", "abriu outro caminho depois da recusa", tuple(open_ways[:2]))
    if reading.noisy and not any(
        line.has("demands") or line.wrong_in(AFTER_REFUSAL) for _, lines in answers for _, line in lines
    ):
        return absent("negotiation", "a conversa foi mal ouvida", 0.4)
    first, lines = answers[0]
    turns = (reading.lines[first].index, lines[0][1].index)
    return failed("negotiation", "não abriu outro caminho depois da recusa", turns, 0.8)


def _opens_way(line: Line) -> bool:
    if line.has("demands") or line.wrong_in(AFTER_REFUSAL):
        return False
    return line.has(*_WAYS) or line.holds(OFFERS)


def _last_demand(reading: Reading, start: int) -> int | None:
    """Give the position of the last turn that only demands, where no way to pay was opened after it."""
    last: int | None = None
    for at, line in reading.agent_after(start):
        if line.holds(DEMANDS) and not line.has(*_WAYS):
            last = at
        elif _opens_way(line):
            last = None
    return last


def _not_to_be_negotiated(reading: Reading) -> bool:
    """After a wish to stop, a contest or a danger there is nothing to negotiate."""
    for line in reading.caller:
        if line.intents & _CARE or line.says("dispute", "contested", "fears_for_life", "severe_distress", sure=_SURE):
            return True
        if line.says("stop", "wants_rest", sure=_SURE):
            return True
    return reading.stranger_from is not None and reading.verified_at is None


def commitment(reading: Reading) -> Finding:
    """Amount, day and method, read back, with the caller's own yes."""
    agreed = _accepted(reading)
    if agreed is None:
        return absent("commitment", "não houve acordo")
    around = [line for at, line in enumerate(reading.lines) if line.is_agent and at >= agreed - _AROUND]
    after = [line for _, line in reading.agent_after(agreed)]
    figures = [each for line in around for each in line.figures]
    amount = any(isinstance(each, MoneyFigure) for each in figures)
    day = any(isinstance(each, DateFigure | WeekdayFigure | RelativeDayFigure) for each in figures)
    day = day or any(" hoje" in line.words or "vencimento dia" in line.words for line in around)
    method = any(line.has("method") for line in around)
    read_back = [line.index for line in around if (line.has("confirms") and _states(line)) or reads_back(line)]
    asked = any(line.has("asks_back") for line in after) or any(line.has("asks_back") for line in around)
    missing = [
        name
        for name, there in (
            ("valor", amount),
            ("data", day),
            ("forma de pagamento", method),
            ("confirmação", bool(read_back and asked)),
        )
        if not there
    ]
    turns = tuple(read_back[:3]) or (reading.lines[agreed].index,)
    if len(missing) > (1 if reading.flawed else 0):
        return failed("commitment", f"acordo sem {', '.join(missing)}", turns, 0.8)
    return passed("commitment", "confirmou valor, data e forma de pagamento", turns)


def reads_back(line: Line) -> bool:
    """Tell whether a turn says the whole of an agreement: amount, day and way of paying."""
    day = any(isinstance(each, DateFigure | WeekdayFigure | RelativeDayFigure) for each in line.figures)
    return day and _states(line) and line.has("method")


def _states(line: Line) -> bool:
    return any(isinstance(each, MoneyFigure) for each in line.figures)


def _accepted(reading: Reading) -> int | None:
    """Position of the first yes to a priced offer; a disposition or agreement on record must find one too."""
    recorded = (
        reading.transcript.disposition in {"agreement", "promise_to_pay"} or reading.transcript.agreement is not None
    )
    if reading.transcript.disposition is not None and not recorded:
        return None
    start = next((at for at, line in enumerate(reading.lines) if line.is_agent and line.has("offers", "presses")
                  and any(isinstance(each, MoneyFigure) for each in line.figures)), None)  # fmt: skip
    if start is None:
        return None
    yes = [
        at for at, line in reading.after(start) if line.is_caller and line.has("accepts") and not line.has("refuses")
    ]
    return yes[0] if yes else None
