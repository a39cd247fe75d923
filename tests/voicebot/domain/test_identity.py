from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import DEBTOR
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.identity import (
    ABSENT,
    MISMATCHED,
    FactorKind,
    FactorOutcome,
    FactorResult,
    check,
    check_digits,
    is_verified,
)
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning

CPF = FactorResult(FactorOutcome.MATCHED, frozenset({FactorKind.CPF}))
BIRTH = FactorResult(FactorOutcome.MATCHED, frozenset({FactorKind.BIRTH}))
BOTH = FactorResult(FactorOutcome.MATCHED, frozenset(FactorKind))


def said(*entities: tuple[EntityType, str | None], intent: Intent = Intent.PROVIDE_DOCUMENT) -> Meaning:
    return Meaning("...", intent, 0.9, entities=tuple(Entity(kind, "...", value) for kind, value in entities))


def cpf(*values: str | None) -> Meaning:
    return said(*((EntityType.CPF, value) for value in values))


def birth(*values: str | None) -> Meaning:
    return said(*((EntityType.DATE, value) for value in values), intent=Intent.PROVIDE_BIRTH_DATE)


@pytest.mark.parametrize(
    ("asked", "meaning", "result"),
    [
        pytest.param(Asks.CPF_FIRST3, cpf("529"), CPF, id="the first three"),
        pytest.param(Asks.CPF_FIRST3, cpf("520"), MISMATCHED, id="other three"),
        pytest.param(Asks.CPF_FIRST3, cpf("25"), ABSENT, id="the last two where three were asked"),
        pytest.param(Asks.CPF_FIRST3, cpf("5299"), ABSENT, id="four digits answer nothing"),
        pytest.param(Asks.CPF_LAST2, cpf("25"), CPF, id="the last two"),
        pytest.param(Asks.CPF_LAST2, cpf("52"), MISMATCHED, id="the first two instead"),
        pytest.param(Asks.CPF_FIRST3, cpf("52998224725"), CPF, id="all of it instead of three"),
        pytest.param(Asks.CPF_LAST2, cpf("529.982.247-25"), CPF, id="all of it, punctuated"),
        pytest.param(Asks.CPF, cpf("52998224725"), CPF, id="all of it"),
        pytest.param(Asks.CPF, cpf("529"), ABSENT, id="a part where all was asked"),
        pytest.param(Asks.CPF, cpf("11144477735"), MISMATCHED, id="somebody else's"),
        pytest.param(Asks.BIRTH_DAY_MONTH, cpf("52998224725"), CPF, id="the whole CPF whatever was asked"),
        pytest.param(Asks.BIRTH_DAY_MONTH, cpf("529"), ABSENT, id="a part of it only when asked"),
        pytest.param(None, cpf("529"), ABSENT, id="nothing was asked"),
        pytest.param(None, cpf("52998224725"), CPF, id="volunteered in full"),
        pytest.param(Asks.CPF_FIRST3, said((EntityType.NUMBER, "529")), CPF, id="understood as a number"),
        pytest.param(Asks.CPF_FIRST3, said((EntityType.NUMBER, "5.5")), ABSENT, id="a number that is no digits"),
        pytest.param(Asks.CPF_FIRST3, said((EntityType.NUMBER, None)), ABSENT, id="a number unknown"),
        pytest.param(Asks.YES_NO, said((EntityType.NUMBER, "529")), ABSENT, id="a number where none was asked"),
        pytest.param(Asks.CPF_FIRST3, cpf(None), ABSENT, id="digits not heard"),
        pytest.param(Asks.CPF_FIRST3, said(), ABSENT, id="no digits at all"),
        pytest.param(Asks.CPF_FIRST3, cpf("528", "529"), MISMATCHED, id="guesses in a row"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth("--03-12"), BIRTH, id="day and month"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth("--12-03"), MISMATCHED, id="day and month swapped"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth("1984-03-12"), BIRTH, id="the full date instead"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth("1985-03-12"), MISMATCHED, id="a wrong year is a wrong date"),
        pytest.param(Asks.BIRTH_DATE, birth("1984-03-12"), BIRTH, id="the full date"),
        pytest.param(Asks.BIRTH_DATE, birth("--03-12"), BIRTH, id="day and month are a factor"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth(None), ABSENT, id="date not heard"),
        pytest.param(Asks.BIRTH_DAY_MONTH, birth("--03-12", "--03-13"), MISMATCHED, id="two dates"),
        pytest.param(Asks.BIRTH_DAY_MONTH, said((EntityType.DATE, "--03-12")), BIRTH, id="whatever the intent"),
        pytest.param(Asks.CPF_FIRST3, birth("1984-03-12"), BIRTH, id="the birth date before it was asked"),
        pytest.param(Asks.CPF_FIRST3, said((EntityType.DATE, "1984-03-12")), ABSENT, id="some date, not a birth date"),
        pytest.param(
            Asks.CPF_FIRST3,
            said((EntityType.CPF, "529"), (EntityType.DATE, "--03-12"), intent=Intent.PROVIDE_BIRTH_DATE),
            BOTH,
            id="both in one breath",
        ),
        pytest.param(
            Asks.CPF_FIRST3,
            said((EntityType.CPF, "529"), (EntityType.DATE, "--03-12"), intent=Intent.PROVIDE_DOCUMENT),
            BOTH,
            id="both in one breath, understood as digits",
        ),
        pytest.param(
            Asks.CPF_FIRST3,
            said((EntityType.CPF, "529"), (EntityType.DATE, "--03-13"), intent=Intent.PROVIDE_BIRTH_DATE),
            MISMATCHED,
            id="one right, one wrong",
        ),
    ],
)
def test_what_is_said(asked: Asks | None, meaning: Meaning, result: FactorResult) -> None:
    assert check(DEBTOR, asked, meaning) == result


@pytest.mark.parametrize(
    ("asked", "digits", "result"),
    [
        pytest.param(Asks.CPF_FIRST3, "529", CPF, id="the first three"),
        pytest.param(Asks.CPF_FIRST3, "528", MISMATCHED, id="other three"),
        pytest.param(Asks.CPF_LAST2, "25", CPF, id="the last two"),
        pytest.param(Asks.CPF_LAST2, "529", ABSENT, id="three where two were asked"),
        pytest.param(Asks.CPF_LAST2, "52998224725", CPF, id="all of it"),
        pytest.param(Asks.BIRTH_DAY_MONTH, "52998224725", CPF, id="all of it, whatever was asked"),
        pytest.param(Asks.BIRTH_DAY_MONTH, "1203", BIRTH, id="DDMM"),
        pytest.param(Asks.BIRTH_DAY_MONTH, "0312", MISMATCHED, id="MMDD"),
        pytest.param(Asks.CPF_FIRST3, "1203", ABSENT, id="DDMM where digits of the CPF were asked"),
        pytest.param(Asks.BIRTH_DATE, "12031984", BIRTH, id="DDMMYYYY"),
        pytest.param(Asks.CPF_FIRST3, "12031984", BIRTH, id="DDMMYYYY, whatever was asked"),
        pytest.param(Asks.BIRTH_DATE, "12031985", MISMATCHED, id="another year"),
        pytest.param(Asks.BIRTH_DATE, "19840312", MISMATCHED, id="YYYYMMDD"),
        pytest.param(Asks.CPF_FIRST3, "", ABSENT, id="nothing"),
        pytest.param(Asks.CPF_FIRST3, "52#", ABSENT, id="another key"),
        pytest.param(Asks.CPF_FIRST3, "٥٢٩", ABSENT, id="digits no phone has"),
        pytest.param(None, "529", ABSENT, id="nothing was asked"),
    ],
)
def test_what_is_pressed(asked: Asks | None, digits: str, result: FactorResult) -> None:
    assert check_digits(DEBTOR, asked, digits) == result


@pytest.mark.parametrize(
    ("kinds", "verified"),
    [
        pytest.param([FactorKind.CPF, FactorKind.BIRTH], True, id="one of each"),
        pytest.param([FactorKind.CPF, FactorKind.CPF], False, id="two parts of the CPF are one factor"),
        pytest.param([FactorKind.BIRTH], False, id="one"),
        pytest.param([], False, id="none"),
    ],
)
def test_two_kinds_prove_identity(kinds: list[FactorKind], verified: bool) -> None:
    assert is_verified(kinds) == verified


def test_a_match_names_its_kind_and_a_failure_none() -> None:
    assert (CPF.kind, BIRTH.kind, BOTH.kind) == (FactorKind.CPF, FactorKind.BIRTH, FactorKind.CPF)
    assert (MISMATCHED.kind, ABSENT.kind) == (None, None)
    assert CPF.matched
    assert not MISMATCHED.matched


@given(st.sampled_from(Asks), st.text("0123456789", max_size=12))
def test_digits_match_only_where_they_are_the_debtors(asked: Asks, digits: str) -> None:
    true_answers = {"52998224725", "12031984", "529", "25", "1203"}
    result = check_digits(DEBTOR, asked, digits)
    assert not result.matched or digits in true_answers
    assert bool(result.kinds) == result.matched
