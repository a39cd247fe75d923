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
_CUT_SHORT: Final = frozenset(
    {
        "privacy_request",
        "stop_calling",
        "has_lawyer",
        "dispute",
        "already_paid",
        "vulnerable_hold",
        "third_party",
        "deceased",
        "hung_up",
        "callback",
    }
)
"""Results of calls in which something else came before a way to pay was due."""
_WAYS: Final = ("offers", "more_than_one_way", "asks_capacity", "person", "calls_back")
_WITHIN: Final = 2
_PARTS: Final = 3
_SURE: Final = 0.95
_LIKELY: Final = 0.8
_PERHAPS: Final = 0.3
_LOST: Final = 2
"""Parts of an agreement that an ear may lose where it was read back and answered."""
_PLAINLY: Final = 2.0
"""How far beyond its bar a turn must lean that says a way to pay."""
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
    subject = any(line.has("product") or (reading.flawed and _several(line, flawed=True)) for line in reading.agent)
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
    tells = not offered(line.words) or _LATE.search(line.words) is not None
    return flawed and tells and (amounts >= _PARTS or (named > 0 and amounts == _PARTS - 1))


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
    refused = [at for at, line in reading.after(start) if line.is_caller and _says_no(line)]
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
    if any(line.holds(OFFERS) for line in agent):
        return passed("negotiation", "ofereceu um caminho para pagar")
    if reading.transcript.disposition in _CUT_SHORT:
        return absent("negotiation", "a ligação acabou por outro pedido")
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


def _says_no(line: Line) -> bool:
    """Tell whether a caller cannot take what was offered; who only asks for time has not refused."""
    return line.has("refuses") and not line.has("defers")


def _opens_way(line: Line) -> bool:
    way = line.has(*_WAYS)
    if line.has("demands") or line.wrong_in(AFTER_REFUSAL, _PLAINLY if way else 0.0):
        return False
    if way or line.holds(OFFERS):
        return True
    return line.right_in(AFTER_REFUSAL) and not line.says("farewell", "farewell", sure=_PERHAPS)


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
        if line.intents & _CARE or line.says("dispute", "contested", "fears_for_life", "severe_distress", sure=_LIKELY):
            return True
        if line.says("stop", "wants_rest", sure=_SURE):
            return True
    return reading.stranger_from is not None and reading.verified_at is None


def commitment(reading: Reading) -> Finding:
    """Amount, day and method, read back, with the caller's own yes."""
    agreed = _accepted(reading)
    if agreed is None:
        return absent("commitment", "não houve acordo")
    around = [
        line
        for at, line in enumerate(reading.lines)
        if line.is_agent and at >= agreed - _AROUND and not _explains(line)
    ]
    figures = [each for line in around for each in line.figures]
    amount = any(isinstance(each, MoneyFigure) for each in figures)
    day = any(isinstance(each, DateFigure | WeekdayFigure | RelativeDayFigure) for each in figures)
    day = day or any(" hoje" in line.words or "vencimento dia" in line.words for line in around)
    method = any(line.has("method") for line in around)
    read_back = [line.index for line in around if (line.has("confirms") and _states(line)) or reads_back(line)]
    if reading.flawed:
        later = [line for _, line in reading.agent_after(agreed) if line in around]
        read_back = read_back or [line.index for line in later if _half_read_back(line)]
    asked = any(line.has("asks_back") for line in around) or any(_answered(reading, at) for at in read_back)
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
    if len(missing) > (_LOST if reading.flawed and "confirmação" not in missing else 1 if reading.flawed else 0):
        return failed("commitment", f"acordo sem {', '.join(missing)}", turns, 0.8)
    return passed("commitment", "confirmou valor, data e forma de pagamento", turns)


def _explains(line: Line) -> bool:
    """Tell whether a turn tells what is owed, charge by charge: its amounts and days are not those of an agreement."""
    amounts = sum(isinstance(each, MoneyFigure) for each in line.figures)
    return amounts > 1 and any(_named(charge, line.words, flawed=True) for charge in ("juros", "multa"))


def _answered(reading: Reading, index: int) -> bool:
    """Tell whether what was read back was asked as a question, or the caller said yes to it or said it again."""
    at = next(at for at, line in enumerate(reading.lines) if line.index == index)
    if "?" in reading.lines[at].turn.text:
        return True
    reply = next((line for _, line in reading.after(at) if line.words), None)
    if reply is None or reply.is_agent or reply.has("refuses"):
        return False
    return reply.says("accepts", "accepts", "confirms_read_out", "says_yes_to_name", sure=_LIKELY) or _states(reply)


def _half_read_back(line: Line) -> bool:
    """Tell whether a badly heard turn after the yes still says two of what an agreement has."""
    day = any(isinstance(each, DateFigure | WeekdayFigure | RelativeDayFigure) for each in line.figures)
    return day + _states(line) + line.has("method") + line.has("confirms") > 1


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
    priced = [at for at, line in enumerate(reading.lines) if line.is_agent and line.has("offers", "presses")
              and any(isinstance(each, MoneyFigure) for each in line.figures)]  # fmt: skip
    if not priced:
        return None
    after = [(at, line) for at, line in reading.after(priced[0]) if line.is_caller and not line.has("refuses")]
    yes = [at for at, line in after if line.has("accepts") and not (reading.flawed and line.has("defers"))]
    if yes or not reading.flawed:
        return yes[0] if yes else None
    offered_at = next((at for at in priced if not _explains(reading.lines[at])), len(reading.lines))
    like = (at for at, line in after if at > offered_at and line.like("accepts") >= _LIKELY > line.like("defers"))
    return next(like, None)
