"""Compare what a caller says with the debtor on file, without ever telling which part did not match."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType, Intent, Meaning
from voicebot.domain.portfolio import Debtor

CPF_LENGTH: Final = 11
_CPF_PART: Final = {Asks.CPF_FIRST3: slice(0, 3), Asks.CPF_LAST2: slice(-2, None)}
_CPF_QUESTIONS: Final = frozenset({Asks.CPF_FIRST3, Asks.CPF_LAST2, Asks.CPF})
_BIRTH_QUESTIONS: Final = frozenset({Asks.BIRTH_DAY_MONTH, Asks.BIRTH_DATE})
_DAY_MONTH_KEYS: Final = 4
_FULL_DATE_KEYS: Final = 8


class FactorKind(StrEnum):
    """The kinds of proof; several parts of one kind are still one factor."""

    CPF = "cpf"
    BIRTH = "birth"


class FactorOutcome(StrEnum):
    MATCHED = "matched"
    MISMATCHED = "mismatched"
    ABSENT = "absent"
    """No usable answer: nothing was compared."""


@dataclass(frozen=True, slots=True)
class FactorResult:
    """The outcome of one answer. `kinds` is empty unless everything in it matched, so a failure names no factor."""

    outcome: FactorOutcome
    kinds: frozenset[FactorKind] = frozenset()

    @property
    def matched(self) -> bool:
        return self.outcome is FactorOutcome.MATCHED

    @property
    def kind(self) -> FactorKind | None:
        """The kind that matched, the CPF where both did; None for a failure."""
        return next((kind for kind in FactorKind if kind in self.kinds), None)


ABSENT: Final = FactorResult(FactorOutcome.ABSENT)
MISMATCHED: Final = FactorResult(FactorOutcome.MISMATCHED)


def is_verified(kinds: Collection[FactorKind]) -> bool:
    """Tell whether these matched factors prove identity: one of the CPF and one of the birth date."""
    return set(FactorKind) <= set(kinds)


def check(debtor: Debtor, asked: Asks | None, meaning: Meaning) -> FactorResult:
    """Judge a spoken answer to the question `asked`.

    The whole CPF and, when offered as a birth date, the date are judged whatever was asked; a part of the CPF only
    as the answer to its own question. One wrong value fails the whole answer: guesses cannot be listed.
    """
    claims = [(FactorKind.CPF, said) for said in _spoken_cpf(asked, meaning)]
    asks_birth = asked in _BIRTH_QUESTIONS or meaning.has(Intent.PROVIDE_BIRTH_DATE)
    days = [entity.value for entity in meaning.values(EntityType.DATE) if entity.value]
    claims += [(FactorKind.BIRTH, day) for day in days if asks_birth or day.startswith("--")]
    return _judge(debtor, asked, claims)


def is_usable(debtor: Debtor, asked: Asks, meaning: Meaning) -> bool:
    """Tell whether an answer can be judged at all, without telling how it would be judged."""
    return check(debtor, asked, meaning).outcome is not FactorOutcome.ABSENT


def check_digits(debtor: Debtor, asked: Asks | None, digits: str) -> FactorResult:
    """Judge keys pressed: 3, 2 or 11 of the CPF, `DDMM` or `DDMMYYYY` of the birth date."""
    if not digits.isascii() or not digits.isdigit():
        return ABSENT
    if len(digits) == _FULL_DATE_KEYS:
        claims = [(FactorKind.BIRTH, f"{digits[4:]}-{digits[2:4]}-{digits[:2]}")]
    elif len(digits) == _DAY_MONTH_KEYS and asked in _BIRTH_QUESTIONS:
        claims = [(FactorKind.BIRTH, f"--{digits[2:]}-{digits[:2]}")]
    else:
        claims = [(FactorKind.CPF, digits)]
    return _judge(debtor, asked, claims)


def _spoken_cpf(asked: Asks | None, meaning: Meaning) -> list[str]:
    said = [_digits(entity.value) for entity in meaning.values(EntityType.CPF) if entity.value]
    if not said and asked in _CPF_QUESTIONS:
        said = [entity.value for entity in meaning.values(EntityType.NUMBER) if entity.value and entity.value.isdigit()]
    return said


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _judge(debtor: Debtor, asked: Asks | None, claims: list[tuple[FactorKind, str]]) -> FactorResult:
    """Compare every claim that can be compared, all of them, so that the time taken tells nothing."""
    matched: set[FactorKind] = set()
    failed = False
    for kind, said in claims:
        on_file = _cpf_on_file(debtor, asked, said) if kind is FactorKind.CPF else _birth_on_file(debtor, said)
        if on_file is None:
            continue
        same = hmac.compare_digest(said.encode(), on_file.encode())
        failed |= not same
        matched.add(kind)
    if failed:
        return MISMATCHED
    return FactorResult(FactorOutcome.MATCHED, frozenset(matched)) if matched else ABSENT


def _cpf_on_file(debtor: Debtor, asked: Asks | None, said: str) -> str | None:
    """Give what `said` must equal, or None where it does not answer the question."""
    if len(said) == CPF_LENGTH:
        return debtor.cpf
    part = _CPF_PART.get(asked) if asked else None
    if part is None or len(said) != len(debtor.cpf[part]):
        return None
    return debtor.cpf[part]


def _birth_on_file(debtor: Debtor, said: str) -> str:
    """Give day and month for an answer without a year, else the full date: a wrong year is a wrong date."""
    full = debtor.birth_date.isoformat()
    return f"-{full[4:]}" if said.startswith("--") else full
