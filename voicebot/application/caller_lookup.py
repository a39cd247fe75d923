"""Find the case of a caller whose number nobody has: by name and whole CPF, in few tries, telling nothing by failing.

An unknown CPF, a known one with another's name, and a person with two creditors get the same answer. A case that is
found is only whom the call is about: who speaks is verified afterwards as in any call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from voicebot.domain.portfolio import Case

TRIES: Final = 3
CPF_DIGITS: Final = 11
_PARTICLES: Final = frozenset({"da", "de", "do", "das", "dos", "e"})
_WORD: Final = re.compile(r"[^\W\d_]+")


class CaseSearch(Protocol):
    async def cases_by_cpf(self, cpf: str) -> Sequence[Case]:
        """Give the cases of the person with this CPF, at every creditor; empty for nobody."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    case: Case = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing more is said than that it did not work out."""

    left: int
    """Tries that remain; none means a polite hand-over."""


Looked: TypeAlias = Found | NotFound


class CallerLookup:
    """The tries of one call."""

    def __init__(self, search: CaseSearch, *, may_serve: Callable[[Case], bool], tries: int = TRIES) -> None:
        self._search = search
        self._may_serve = may_serve
        self._left = tries

    async def look(self, name: str, cpf: str) -> Looked:
        """Try once. Incomplete digits cost a try too: otherwise they could be guessed in pieces.

        The database is asked every time, so that the time it takes tells nothing either.
        """
        if self._left <= 0:
            return NotFound(0)
        self._left -= 1
        digits = re.sub(r"\D", "", cpf)
        cases = [case for case in await self._search.cases_by_cpf(digits) if self._may_serve(case)]
        if len(digits) == CPF_DIGITS and len(cases) == 1 and is_named(cases[0].debtor.name, name):
            self._left = 0
            return Found(cases[0])
        return NotFound(self._left)


def is_named(full: str, said: str) -> bool:
    """Tell whether somebody gave this name: the first name and one of the others, whatever the accents and order."""
    known, given = _words(full), set(_words(said))
    return len(known) > 1 and known[0] in given and any(word in given for word in known[1:])


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return [word for word in _WORD.findall(plain) if word not in _PARTICLES]
