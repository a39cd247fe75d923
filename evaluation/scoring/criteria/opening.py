"""How a call begins: who calls, that it is recorded, and that the right person listens."""

from __future__ import annotations

from typing import Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import ASKS_IDENTITY, OPENS
from evaluation.scoring.line import SURE, Line
from evaluation.scoring.reading import Reading
from evaluation.scoring.words import fold
from voicebot.domain.compliance.figure import MoneyFigure

_FIRST: Final = 4
_TELLING: Final = 4
_SURE: Final = 0.75
"""Likeness of the notice: nothing else is like it."""
_LIKELY: Final = 0.5
"""The same in a call with misheard words."""
_SHORT: Final = 2
"""Turns of the agent in which it must have said who it is."""


def greeting(reading: Reading) -> Finding:
    """A greeting, and who is calling or whom they want to speak to."""
    first = reading.agent[:_FIRST]
    if not first:
        return absent("greeting", "ninguém da empresa falou")
    hello = [line.index for line in first[:2] if line.has("greets") or line.acted("Greet", "GreetInbound")]
    named = [
        line.index
        for line in (first[0], *reading.agent_before_debt)
        if line.says("names_self", "names_self", "virtual")
        or line.acted("IdentifySelf")
        or (line.debt < 1 and _names_company(line.words, reading.transcript.creditor))
    ]
    if reading.flawed:
        hello = hello or [
            line.index
            for line in first[:1]
            if line.has("greets_perhaps") or (line.index in named and line.right_in(OPENS))
        ]
    wanted = [line.index for line in first if line.says("asks_person", "asks_person") or line.acted("AskForPerson")]
    if hello and (named or wanted):
        if named or len(reading.agent) <= _SHORT or not (reading.debt_told or reading.verified_at):
            return passed("greeting", "cumprimentou e disse quem fala ou com quem quer falar", (hello[0],))
    if not hello:
        return failed("greeting", "começou sem cumprimentar", (first[0].index,), 0.85)
    return failed("greeting", "não disse quem está falando", (first[0].index,), 0.8)


def _names_company(words: str, creditor: str | None) -> bool:
    """Some telling word of the creditor's name."""
    return any(len(part) > _TELLING and part in words for part in fold(creditor or "").split())


def recording_notice(reading: Reading) -> Finding:
    """The notice comes before the debt does."""
    given = notices(reading)
    told = tuple(at for at in reading.debt_told if not reading.listener_is_stranger(at))
    if not given:
        if not told and reading.verified_at is None:
            return absent("recording_notice", "a ligação acabou antes do assunto")
        return failed("recording_notice", "não avisou que a ligação é gravada", _turn(reading, told[:1]), 0.9)
    if told and told[0] < given[0]:
        return failed(
            "recording_notice", "avisou da gravação depois de entrar no assunto", _turn(reading, (given[0],)), 0.85
        )
    return passed("recording_notice", "avisou que a ligação é gravada", _turn(reading, (given[0],)), 0.95)


def notices(reading: Reading) -> list[int]:
    """Give the positions of the notices; in a badly heard call, of what may have been one before the debt."""
    given = [
        at
        for at, line in enumerate(reading.lines)
        if line.is_agent and (line.says("notice", "notice", sure=_SURE) or line.acted("NoticeRecording"))
    ]
    if given or not reading.flawed:
        return given
    given = [at for at, line in enumerate(reading.lines) if line.is_agent and line.like("notice") >= _LIKELY]
    if given or not reading.noisy:
        return given
    end = reading.debt_told[0] if reading.debt_told else len(reading.lines)
    return [at for at, line in enumerate(reading.lines[:end]) if line.is_agent and line.has("notice_perhaps")]


def verification(reading: Reading) -> Finding:
    """Something only the person knows was asked for and given before the debt, and not read out to them."""
    asked = [
        line.index
        for line in reading.agent
        if line.says("asks_factor", "asks_factor") or line.acted("AskIdentityFactor")
    ]
    leaked = [
        line.index
        for at, line in enumerate(reading.lines)
        if line.is_agent and line.words and not line.turn.acts
        if line.has("reads_factor") or (not reading.verified(at) and _like_reading(line, noisy=reading.noisy))
    ]
    early = [at for at in reading.debt_told if not reading.verified(at) and not reading.listener_is_stranger(at)]
    if leaked:
        return failed("verification", "leu um dado pessoal em vez de pedir", tuple(leaked), 0.85)
    if early:
        return failed("verification", "entrou no assunto sem conferir a identidade", _turn(reading, early), 0.9)
    if not asked:
        return absent("verification", "não foi preciso conferir a identidade")
    return passed("verification", "conferiu a identidade antes do assunto", tuple(asked))


def _like_reading(line: Line, *, noisy: bool) -> bool:
    """Tell whether a turn is like reading data out; a misheard one must hold figures, and none of money."""
    if line.debt >= 1 or any(isinstance(each, MoneyFigure) for each in line.figures):
        return False
    return (noisy and bool(line.figures) and line.like("reads_factor") >= SURE) or line.wrong_in(ASKS_IDENTITY)


def _turn(reading: Reading, at: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    return tuple(reading.lines[each].index for each in at)
