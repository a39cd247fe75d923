"""The last thing before speech: an utterance is released, or refused by a rule that says why.

It trusts nobody: it reads the text itself and compares it with what the act carries, who listens and what is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from voicebot.domain.compliance import gate_rules as rule
from voicebot.domain.compliance.carried import Carried, carried
from voicebot.domain.compliance.figure import DateFigure, DigitsFigure, Figure, MoneyFigure, NumberFigure, PercentFigure
from voicebot.domain.compliance.figures import figures
from voicebot.domain.compliance.gate_figures import is_carried, is_misplaced, names_other_public_number
from voicebot.domain.compliance.gate_rules import GateRule
from voicebot.domain.compliance.numerals import plain
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.compliance.vocabulary import DEBT_WORD_EXCEPTIONS, DEBT_WORDS, PHRASES
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Verified
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.portfolio import Case, Creditor

__all__ = ["Facts", "Listener", "Refused", "Released", "release"]

_GENERIC: Final = frozenset(
    {"loja", "lojas", "banco", "grupo", "casa", "casas", "companhia", "comercio", "servicos", "brasil", "ltda", "rede"}
)
_FACTOR_DIGITS: Final = 3
_WORD: Final = 4


class Listener(Enum):
    """Who is on the line, as far as they said; verification is the token's matter."""

    UNKNOWN = "unknown"
    SAYS_DEBTOR = "says_debtor"
    INBOUND_CALLER = "inbound_caller"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of this turn besides the act."""

    today: date
    """The debtor's local date."""
    listener: Listener
    message_accepted: bool = False
    """A message of this turn was accepted for delivery by the messaging port."""


@dataclass(frozen=True, slots=True)
class Released:
    utterance: Utterance


def release(utterance: Utterance, *, case: Case | None, token: Verified | None, facts: Facts) -> Released | Refused:
    """Judge one utterance; `case` is None for an unknown inbound caller, `token` is the dialogue state's own."""
    broken = next(_broken(utterance, case, token, facts), None)
    return Released(utterance) if broken is None else Refused(broken.id, broken.reason)


def _broken(utterance: Utterance, case: Case | None, token: Verified | None, facts: Facts) -> Iterator[GateRule]:
    act, known = utterance.act, carried(utterance.act)
    if not utterance.text.strip():
        yield rule.EMPTY
    masked = _mask(utterance.text, known)
    said = figures(masked)
    if case is not None and _reads_factor(utterance.text, said, known, case):
        yield rule.FACTOR
    if isinstance(act, acts.DebtAct) and not _may_hear_debt(act, case, token, facts):
        yield rule.TOKEN
    if case is not None and _says_name(utterance.text, case) and not _may_name(act, case, token, facts):
        yield rule.CREDITOR_NAME
    yield from _phrases(utterance.text, act, facts)
    if not isinstance(act, acts.DebtAct):
        yield from _public(utterance.text, act, said, case)
    yield from _figures(masked, act, said, known, facts)


def _mask(text: str, known: Carried) -> str:
    """Blank the names the act carries, in place: "Plano 500" holds no figure."""
    for name in known.names:
        text = re.sub(
            rf"(?<!\w){re.escape(name)}(?!\w)", lambda found: "‖" * len(found.group()), text, flags=re.IGNORECASE
        )
    return text


def _may_hear_debt(act: acts.DebtAct, case: Case | None, token: Verified | None, facts: Facts) -> bool:
    if facts.listener is Listener.THIRD_PARTY:
        return False
    return token is not None and case is not None and act.token == token and token.debtor_ref == case.debtor.ref


def _reads_factor(text: str, said: tuple[Figure, ...], known: Carried, case: Case) -> bool:
    debtor = case.debtor
    if debtor.email and debtor.email.lower() in text.lower():
        return True
    return any(_is_factor(figure, known, case) for figure in said)


def _is_factor(figure: Figure, known: Carried, case: Case) -> bool:
    born = case.debtor.birth_date
    match figure:
        case DateFigure():
            carried_too = any(day.day == figure.day and day.month == figure.month for day in known.dates)
            return (figure.day, figure.month) == (born.day, born.month) and not carried_too
        case DigitsFigure():
            digits = figure.digits
        case NumberFigure() if figure.value == born.year:
            return True
        case NumberFigure():
            digits = str(figure.value)
        case _:
            return False
    secret = digits in case.debtor.cpf or digits in case.debtor.phone
    return len(digits) >= _FACTOR_DIGITS and secret and digits not in known.digits and not _is_figure_of(figure, known)


def _is_figure_of(figure: Figure, known: Carried) -> bool:
    return isinstance(figure, NumberFigure) and int(figure.value * 100) in known.cents


def _company_names(creditor: Creditor) -> Iterator[str]:
    yield from (creditor.spoken_name, creditor.name, creditor.website)
    if creditor.collector is not None:
        yield from (creditor.collector.spoken_name, creditor.collector.name)


def _says_name(text: str, case: Case) -> bool:
    """A whole name in any case, or one of its telling words written as a name ("Aurora")."""
    lower = plain(text)
    for name in _company_names(case.creditor):
        if re.search(rf"(?<!\w){re.escape(plain(name))}(?!\w)", lower):
            return True
        telling = [each for each in re.findall(r"[^\W\d_]+", name) if _is_telling(each, case)]
        if any(re.search(rf"(?<!\w){each}(?!\w)", text) for each in telling):
            return True
    return False


def _is_telling(word: str, case: Case) -> bool:
    own = plain(case.debtor.name).split()
    return len(word) >= _WORD and word[0].isupper() and plain(word) not in _GENERIC and plain(word) not in own


def _may_name(act: acts.Act, case: Case, token: Verified | None, facts: Facts) -> bool:
    if token is not None:
        return facts.listener is not Listener.THIRD_PARTY and token.debtor_ref == case.debtor.ref
    if case.creditor.name_reveals_debt:
        return False
    if isinstance(act, acts.GiveOfficialContact):
        return True
    named = getattr(act, "company", None) is not None or getattr(act, "website", None) is not None
    return named and facts.listener in {Listener.SAYS_DEBTOR, Listener.INBOUND_CALLER}


def _phrases(text: str, act: acts.Act, facts: Facts) -> Iterator[GateRule]:
    lower = plain(text)
    for phrase in PHRASES:
        if not phrase.pattern.search(lower) or phrase.permitted(act):
            continue
        fraud_message = phrase.rule is rule.SENT and isinstance(act, acts.OfferFraudCheck) and facts.message_accepted
        if not fraud_message:
            yield phrase.rule


def _public(text: str, act: acts.Act, said: tuple[Figure, ...], case: Case | None) -> Iterator[GateRule]:
    lower = plain(text)
    excused = DEBT_WORD_EXCEPTIONS.get(type(act), frozenset())
    if any(found.group() not in excused for found in DEBT_WORDS.finditer(lower)):
        yield rule.DEBT_WORD
    if case is not None and any(_says_product(lower, plain(debt.product)) for debt in case.debts):
        yield rule.DEBT_WORD
    if any(isinstance(figure, MoneyFigure | PercentFigure) for figure in said):
        yield rule.DEBT_AMOUNT


def _says_product(lower: str, product: str) -> bool:
    """A product of one common word ("seguro") counts only as a noun, after its article."""
    article = "" if " " in product else r"(?:o|a|os|as|do|da|seu|sua|no|na|pelo|pela|um|uma) "
    return re.search(rf"\b{article}{re.escape(product)}\b", lower) is not None


def _figures(masked: str, act: acts.Act, said: tuple[Figure, ...], known: Carried, facts: Facts) -> Iterator[GateRule]:
    if any(names_other_public_number(figure, known) and not _is_figure_of(figure, known) for figure in said):
        yield rule.PUBLIC_NUMBER
    if not all(is_carried(figure, act, known, facts.today) for figure in said):
        yield rule.FIGURE
    if is_misplaced(masked, said, known):
        yield rule.ROLE
