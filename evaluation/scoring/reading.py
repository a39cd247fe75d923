"""The course of a call, from its words: who listened, when identity was proved, which phases were reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from evaluation.scoring.likeness.places import ASKS_IDENTITY, BEFORE_IDENTITY, TOLD_OF_ANOTHER
from evaluation.scoring.line import SURE, Line
from evaluation.scoring.transcript import Transcript
from evaluation.scoring.words import fold, slips
from voicebot.domain.compliance.figure import DateFigure, DigitsFigure, NumberFigure
from voicebot.domain.meaning import Intent

_FACTOR_ACTS: Final = ("AskIdentityFactor",)
_STRANGERS: Final = frozenset(
    {Intent.THIRD_PARTY, Intent.WRONG_NUMBER, Intent.DECEASED, Intent.MINOR, Intent.VOICEMAIL}
)
_NOISY: Final = 0.009
"""Share of words that look misheard; calls without errors stay below it."""
_REFUSES_DATA: Final = re.compile(
    r"\bnao (?:\S+ ){0,3}(?:passo|dou|digo|falo|informo|confirmo|vou|quero|posso)\b|\bpra que\b|\bpor que\b|\bgolpe\b"
)
_DATA: Final = re.compile(
    r"\d{2,}|(?:\b(?:zero|um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|meia|onze|doze|treze|quatorze|quinze"
    r"|vinte|trinta|\w+enta|dezess?\w+|dezoito|dezenove|primeiro|\d)\b[ ,.]*){2,}"
    r"|\b(?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)\b"
)


_AWAITED: Final = 3
_THEIRS: Final = re.compile(r"\b(?:ele|ela|dele|dela|nele|nela)\b")
_PLAINLY: Final = 1.5
"""How far a turn leans to speak of somebody else's debt rather than the hearer's."""
_PERHAPS: Final = 0.4
_SOON: Final = 2
_ASKED_FOR: Final = re.compile(r"\b(?:com|e|encontro|atende) (?:a|o|seu|dona|senhora?) (\w{3,})")
_HERE_IS: Final = re.compile(r"\b(?:aqui|fala|falando|sou)(?: e)? (?:a|o|seu|dona) (\w{3,})")
_ONLY_SELF: Final = re.compile(r"\b(?:sou eu|eu mesm[oa]|(?:e|eh) (?:ela|ele) mesm[oa]|falando com (?:ela|ele))\b")
"""Who only says to be the one asked for has proved nothing."""
_ASKS_NAME: Final = re.compile(r"\b(?:mae|endereco|cep|bairro|rua)\b")


@dataclass(frozen=True)
class Reading:
    """A transcript with what its turns were found to mean; made once, asked by every rule."""

    transcript: Transcript
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, transcript: Transcript) -> Reading:
        spoken = (turn for turn in transcript.turns if turn.speaker != "system")
        return cls(transcript, tuple(Line(turn) for turn in spoken))

    @cached_property
    def agent(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_agent and line.words)

    @cached_property
    def caller(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_caller and line.words)

    @cached_property
    def is_bot(self) -> bool:
        """Whether a machine spoke: as recorded, or as it said of itself."""
        if self.transcript.agent_kind is not None:
            return self.transcript.agent_kind == "bot"
        if any(line.turn.acts for line in self.agent):
            return True
        return any(line.has("virtual") for line in self.agent)

    @cached_property
    def noisy(self) -> bool:
        """Whether the words look misheard: then a single odd word proves nothing."""
        odd, total = self._slips
        return total > 0 and odd / total > _NOISY

    @property
    def flawed(self) -> bool:
        """Whether any word at all looks misheard."""
        return self._slips[0] > 0

    @cached_property
    def _slips(self) -> tuple[int, int]:
        counted = [slips(fold(line.turn.text)) for line in self.lines]
        return sum(odd for odd, _ in counted), sum(words for _, words in counted)

    @cached_property
    def stranger_from(self) -> int | None:
        """Position in `lines` of the first turn in which somebody else than the person asked for spoke."""
        return next(iter(self._states.strangers), None)

    @cached_property
    def verified_at(self) -> int | None:
        """Position in `lines` of the caller's turn that proved identity; None where none did."""
        return self._states.verified

    def listener_is_stranger(self, at: int) -> bool:
        return any(start <= at and (end is None or at < end) for start, end in self._states.strangers.items())

    def verified(self, at: int) -> bool:
        proved = self.verified_at
        return proved is not None and at > proved

    @cached_property
    def _states(self) -> _States:
        return _follow(self.lines, noisy=self.noisy, flawed=self.flawed)

    @cached_property
    def debt_told(self) -> tuple[int, ...]:
        """Positions of the agent's turns that speak of a debt; before identity is proved, any word of one is enough."""
        return tuple(
            at
            for at, line in enumerate(self.lines)
            if line.is_agent and (line.debt >= 1 or (not self.verified(at) and self.lets_guess(line)))
        )

    def lets_guess(self, line: Line) -> bool:
        """Tell whether a turn lets a hearer guess at a debt; in a call with misheard words it must also be like it."""
        if line.names_debt and (not self.flawed or line.like("debt") >= _PERHAPS):
            return True
        return line.wrong_in(BEFORE_IDENTITY) and not (self.flawed and line.has("asks_factor", "asks_factor_perhaps"))

    @cached_property
    def agent_before_debt(self) -> tuple[Line, ...]:
        end = self.debt_told[0] if self.debt_told else len(self.lines)
        return tuple(line for line in self.lines[:end] if line.is_agent)

    @cached_property
    def person_spoke(self) -> bool:
        """The person asked for took part: said so, or was asked to prove it and did."""
        return self._states.confirmed is not None or self.verified_at is not None

    def after(self, at: int) -> Iterator[tuple[int, Line]]:
        """Give the turns after a position."""
        return ((pos, self.lines[pos]) for pos in range(at + 1, len(self.lines)))

    def agent_after(self, at: int) -> list[tuple[int, Line]]:
        return [(pos, line) for pos, line in self.after(at) if line.is_agent and line.words]

    def answers(self, at: int) -> list[tuple[int, Line]]:
        """Give what the agent said to a caller's turn, until the caller spoke again."""
        found: list[tuple[int, Line]] = []
        for pos, line in self.after(at):
            if line.is_caller and line.words and found:
                break
            if line.is_agent and line.words:
                found.append((pos, line))
        return found

    def caller_before(self, at: int) -> Line | None:
        return next((self.lines[pos] for pos in range(at - 1, -1, -1) if self.lines[pos].is_caller), None)


@dataclass(frozen=True, slots=True)
class _States:
    confirmed: int | None
    verified: int | None
    strangers: dict[int, int | None]


def _follow(lines: tuple[Line, ...], *, noisy: bool, flawed: bool) -> _States:
    course = _Course(noisy, flawed)
    for at, line in enumerate(lines):
        if line.is_agent:
            course.agent(at, line, lines[at - 1] if at else None)
        elif line.words:
            course.caller(at, line)
    other = _spoken_of(lines, course.verified) if flawed and not course.strangers else None
    if other is not None:
        return _States(None, None, {other: None})
    return _States(course.confirmed, course.verified, course.strangers)


def _spoken_of(lines: tuple[Line, ...], verified: int | None) -> int | None:
    """Give the turn before the one in which the agent, before any identity, tells who listens of another's debt."""
    for at, line in enumerate(lines[:verified]):
        if line.is_agent and (line.debt >= 1 or line.names_debt):
            told = at > 0 and _THEIRS.search(line.words) and line.wrong_in(TOLD_OF_ANOTHER, _PLAINLY)
            return at - 1 if told else None
    return None


@dataclass(slots=True)
class _Course:
    """Who is on the line and what they have proved, turn by turn."""

    noisy: bool
    flawed: bool
    confirmed: int | None = None
    verified: int | None = None
    strangers: dict[int, int | None] = field(default_factory=dict)
    stranger: int | None = None
    """Since when somebody else speaks."""
    guessed: bool = False
    """Whether that is only what a badly heard turn was like."""
    asked: int = 0
    """In how many more turns an answer is awaited."""
    asked_name: bool = False
    opening: bool | None = None
    """Whether the agent's last turn only opened the call: what answers it is no proof. None before any turn."""
    read_out: bool = False
    wanted: set[str] = field(default_factory=set)
    """Names after which the agent asked, folded."""

    def agent(self, at: int, line: Line, before: Line | None) -> None:
        if line.has("mismatch") and self.verified is not None and at - self.verified <= _SOON:
            self.verified = None
        if self.guessed and self.stranger is not None and line.has("identity_done"):
            del self.strangers[self.stranger]  # who proved it only sounded like somebody else
            self.stranger, self.guessed, self.verified = None, False, at - 1
        heard_badly = (self.noisy or (self.flawed and line.has("identity_done"))) and not line.turn.acts
        lost = heard_badly and self.verified is None and self.stranger is None and not self.opening
        if (self._open or lost) and _took(before, line):
            self.verified = at - 1
        reads_out = (
            line.has("reads_factor")
            or (self.noisy and line.debt < 1 and line.like("reads_factor") >= SURE)
            or (self.verified is None and line.wrong_in(ASKS_IDENTITY))
        )
        self.read_out = self.read_out or reads_out
        if (
            reads_out
            or line.says("asks_factor", "asks_factor")
            or (self.verified is None and line.has("asks_factor_perhaps"))
        ):
            self.asked, self.asked_name = _AWAITED, self.noisy or _ASKS_NAME.search(line.words) is not None
        elif line.words:
            self.asked -= 1
        if self.verified is None and line.says("asks_person", "asks_person"):
            self.wanted.update(_ASKED_FOR.findall(line.words))
        if line.words:
            self.opening = self.opening is None or (
                not line.says("asks_factor", "asks_factor_perhaps", "notice")
                and line.says("asks_person", "asks_person")
            )

    def caller(self, at: int, line: Line) -> None:
        if self.guessed and self.stranger is not None and self.asked > 0 and _DATA.search(line.words):
            del self.strangers[self.stranger]  # who gives what was asked for only sounded like somebody else
            self.stranger, self.guessed = None, False
        if self.stranger is None:
            surely = _is_stranger(line, self.verified is not None)
            if surely or (self.noisy and self._sounds_strange(line)):
                self.stranger, self.strangers[at], self.verified = at, None, None
                self.guessed = not surely
            elif self.confirmed is None and line.has("says_yes_to_name"):
                self.confirmed = at
        elif (line.has("comes_to_phone") or self._names_wanted(line)) and not _is_stranger(line, True):
            self.strangers[self.stranger], self.stranger, self.confirmed = at, None, at
        if self._open and (
            _gives_data(line, by_name=self.asked_name)
            or (self.read_out and line.has("says_yes_to_name", "confirms_read_out"))
        ):
            self.verified = at

    def _names_wanted(self, line: Line) -> bool:
        """Whether who speaks says to be whom the agent asked for: "oi, aqui é a Ana"."""
        return not self.wanted.isdisjoint(_HERE_IS.findall(line.words))

    def _sounds_strange(self, line: Line) -> bool:
        """In a badly heard call: before anybody said to be who was asked for, a turn like a stranger's."""
        if self.verified is not None or self.confirmed is not None or line.has("says_yes_to_name", "comes_to_phone"):
            return False
        return line.like("stranger") >= SURE

    @property
    def _open(self) -> bool:
        """Whether an answer now would prove who they are."""
        return self.verified is None and self.stranger is None and self.asked > 0


def _is_stranger(line: Line, verified: bool) -> bool:
    if line.has("is_other"):
        return not verified or "del" in line.words or "aqui e" in line.words
    if verified:
        return bool(line.intents & {Intent.MINOR})
    return bool(line.intents & _STRANGERS) and not line.has("comes_to_phone")


def _took(before: Line | None, line: Line) -> bool:
    """Tell whether the agent thanked for what was asked, and the turn before gave something."""
    if before is None or not before.is_caller or not before.words or not line.has("takes_data"):
        return False
    if before.has("says_yes_to_name") and not _DATA.search(before.words):
        return False
    return not (_REFUSES_DATA.search(before.words) or "?" in before.words)


def _gives_data(line: Line, *, by_name: bool) -> bool:
    if _DATA.search(line.words):
        return True
    if _REFUSES_DATA.search(line.words) or line.has("asks_question"):
        return False
    if by_name:
        return _ONLY_SELF.search(line.words) is None
    return any(isinstance(each, DateFigure | DigitsFigure | NumberFigure) for each in line.figures)
