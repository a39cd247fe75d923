"""How the caller was treated: felt with, listened to, and spoken to in plain words."""

from __future__ import annotations

from collections import Counter
from typing import Final

from evaluation.scoring.cues import cues
from evaluation.scoring.fatals.context import serious
from evaluation.scoring.fatals.speech import claims, threatens
from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import AFTER_HARDSHIP, CUTS_OFF, LEGALESE
from evaluation.scoring.line import SURE, Line
from evaluation.scoring.measures import overlaps, talk_ratio
from evaluation.scoring.reading import Reading
from evaluation.scoring.words import fold, numerals
from voicebot.domain.meaning import Intent
from voicebot.script.readability import DIFFICULT, measure

_REPEATS: Final = 3
_LONG: Final = 6
"""Words; shorter lines may come back."""
_INTERRUPTIONS: Final = 3
_MONOLOGUE: Final = 0.95
_OVERLAP: Final = 0.75
_JARGON: Final = 2
_SURE: Final = 0.95
_LEGALESE: Final = 0.9
_NEAR: Final = 4.0
"""How near to its bar a turn must be where likeness alone speaks against it."""
_LIKELY: Final = 0.85
"""Likeness that counts in a call with misheard words."""
_UNLIKE: Final = 0.1
"""Likeness below which words that seem to tell a hardship say something else."""
_WISHES: Final = frozenset(
    {Intent.STOP_CALLING, Intent.HAS_LAWYER, Intent.ALREADY_PAID, Intent.DISPUTE_DEBT, Intent.SELF_HARM}
)
_WITHIN: Final = 2
_FEELING_ACTS: Final = (
    "AcknowledgeHardship", "SupportCrisis", "CheckSafety", "StayAndListen", "Condole", "Apologise", "Deescalate",
    "AskPause",
    "OfferPause",
    "Escalate",
    "SetAside", "OfferSlowerHelp", "AcknowledgeRefusal",
)  # fmt: skip


def empathy(reading: Reading) -> Finding:
    """Who tells of a hardship or is upset is acknowledged before anything else is asked."""
    told = [at for at, line in enumerate(reading.lines) if line.is_caller and _tells_hardship(line)]
    answered = [(at, reading.answers(at)) for at in told]
    answered = [(at, answers) for at, answers in answered if answers]
    if not answered:
        return absent("empathy", "a pessoa não contou nenhuma dificuldade")
    felt = [
        (at, line)
        for at, answers in answered
        for _, line in answers
        if line.says("feels", "hears_feeling", "helps_in_crisis")
        or line.acted(*_FEELING_ACTS)
        or line.right_in(AFTER_HARDSHIP)
    ]
    cold = [line.index for line in reading.agent if line.has("cuts_off")]
    first, answers = answered[0]
    if answers[0][1].wrong_in(AFTER_HARDSHIP) and not answers[0][1].acted(*_FEELING_ACTS):
        felt = []
    if felt and answers[0][1].index not in cold:
        return passed(
            "empathy", "reconheceu a dificuldade antes de seguir", (reading.lines[felt[0][0]].index, felt[0][1].index)
        )
    turns = (reading.lines[first].index, answers[0][1].index)
    return failed("empathy", "seguiu adiante sem reconhecer a dificuldade", turns, 0.8)


def _tells_hardship(line: Line) -> bool:
    if line.has("fears_for_life") or line.intents & {Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE}:
        return False
    like = line.like("hardship")
    if line.has("hardship"):
        return like >= _UNLIKE
    return like >= SURE and not line.has("refuses", "contested", "asks_question")


def listening(reading: Reading) -> Finding:
    """Nobody is cut off, talked down or told the same line again and again."""
    if not reading.caller or len(reading.agent) < _WITHIN:
        return absent("listening", "não houve conversa")
    cut = tuple(
        line.index
        for at, line in enumerate(reading.lines)
        if line.is_agent and not _worse(reading, at)
        if _cuts_off(line, flawed=reading.flawed, at_an_end=line in _ends(reading))
    )
    if cut:
        return failed("listening", "mandou a pessoa ouvir ou não quis escutar", cut, 0.88)
    repeated = _repeated(_unasked(reading), flawed=reading.flawed)
    if repeated:
        return failed("listening", "repetiu a mesma fala", repeated, 0.85)
    into = overlaps(reading.transcript.turns, by="agent")
    if len(into) >= _INTERRUPTIONS:
        return failed("listening", "falou por cima da pessoa", tuple(into), 0.8)
    ratio = talk_ratio(reading.transcript.turns)
    if ratio is not None and ratio > _MONOLOGUE and len(reading.caller) > _REPEATS and not reading.is_bot:
        return failed("listening", "quase não deixou a pessoa falar", confidence=0.6)
    return passed("listening", "ouviu e respondeu", confidence=0.75)


def _cuts_off(line: Line, *, flawed: bool, at_an_end: bool) -> bool:
    if not line.words or line.turn.acts:
        return False
    if line.has("cuts_off"):
        return True
    return not at_an_end and (line.like("cuts_off") >= (_LIKELY if flawed else _SURE) or line.holds(CUTS_OFF))


def _ends(reading: Reading) -> tuple[Line, ...]:
    """The agent's first and last turn: curtness there is judged as the greeting and the closing."""
    return reading.agent[0], reading.agent[-1]


def _worse(reading: Reading, at: int) -> bool:
    """Tell whether the turn is judged as something worse: a threat, a wish brushed aside, payment or nothing."""
    line = reading.lines[at]
    if threatens(reading, at) or claims(line, flawed=reading.flawed) or line.debt >= 1 or line.has("demands"):
        return True
    before = reading.caller_before(at)
    return before is not None and (before.has("contested", "fears_for_life") or bool(before.intents & _WISHES))


def _unasked(reading: Reading) -> tuple[Line, ...]:
    """Give the agent's turns but for what is said again because the caller asked for it, or was not heard."""
    lines = reading.lines
    return tuple(
        line
        for at, line in enumerate(lines)
        if line.is_agent and line.words and not (at and lines[at - 1].is_caller and _asks_again(lines[at - 1]))
    )


def _asks_again(line: Line) -> bool:
    return not line.words or line.says("unheard", "asks_again", sure=_LIKELY)


def _repeated(lines: tuple[Line, ...], *, flawed: bool) -> tuple[int, ...]:
    said = Counter(_key(line) for line in lines if len(line.words.split()) >= _LONG)
    worst = {key for key, count in said.items() if count >= _REPEATS}
    if flawed and len(said) >= _REPEATS:
        worded = {key: Counter(word for word in key.split() if not _of_amounts(word)) for key in said}
        worst |= {
            key
            for key in said
            if sum(_same(worded[key], worded[other]) * count for other, count in said.items()) >= _REPEATS
        }
    return tuple(line.index for line in lines if _key(line) in worst)


def _same(one: Counter[str], other: Counter[str]) -> bool:
    """Tell whether two badly heard lines may have been one: most of their words are the same, amounts left out."""
    return 2 * (one & other).total() >= _OVERLAP * (one.total() + other.total())


def _of_amounts(word: str) -> bool:
    return any(sign.isdigit() for sign in word) or word in numerals()


def _key(line: Line) -> str:
    return " ".join(line.words.replace(",", "").replace(".", "").split())


def _like_law(line: Line) -> bool:
    return line.like("legalese") >= _LEGALESE and line.holds(LEGALESE, -_NEAR)


def plain_language(reading: Reading) -> Finding:
    """No jargon, nothing coarse, sentences that an ear can follow."""
    if not reading.agent:
        return absent("plain_language", "ninguém da empresa falou")
    jargon = {
        found[0]: line.index for line in reading.agent for found in cues("agent")["jargon"].any.finditer(line.words)
    }
    if len(jargon) >= _JARGON:
        return failed("plain_language", "usou palavras técnicas", tuple(dict.fromkeys(jargon.values())), 0.85)
    legal = tuple(
        line.index
        for line in reading.agent
        if not line.turn.acts and (line.has("legalese") or line.holds(LEGALESE) or _like_law(line))
    )
    if legal:
        return failed("plain_language", "falou como um contrato", legal, 0.8)
    coarse = tuple(
        line.index
        for at, line in enumerate(reading.lines)
        if line.is_agent
        and any(True for _ in serious(line.words, cues("agent")["coarse"].any))
        and not threatens(reading, at)
    )
    if coarse:
        return failed("plain_language", "usou palavras grosseiras ou íntimas", coarse, 0.75)
    ease = measure("\n".join(line.turn.text for line in reading.agent)).ease
    if ease is not None and ease < DIFFICULT and not reading.noisy and "." in fold(reading.agent[0].turn.text):
        return failed("plain_language", "frases difíceis de acompanhar", confidence=0.6)
    return passed("plain_language", "falou em palavras simples", confidence=0.8)
