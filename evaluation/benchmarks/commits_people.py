"""The people of `bench commits`: who calls, with what voice, and all they can say, from a small book of sentences.

The book is small so that each sentence is spoken and heard a bounded number of times; amounts, days and digits are
drawn for each person and stay with them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from evaluation.benchmarks.short_answers import digits_said
from evaluation.simulation.text import cases, spoken
from evaluation.simulation.text.cases import Drawn
from voicebot.domain.charges import late
from voicebot.domain.money import total
from voicebot.domain.offers import Offer
from voicebot.script.numerals import cardinal

SPEEDS: Final = (0.95, 1.1)
_CENTS: Final = 100
_NEW_CPFS: Final = 1000


class Wants(StrEnum):
    """What a person has come for; only the first three take an offer."""

    MONTHLY = "monthly"
    """So much a month, and nothing above it."""
    AT_ONCE = "at_once"
    """One payment of no more than so much."""
    ON_A_DAY = "on_a_day"
    """One payment, on one day and no other."""
    NOTHING = "nothing"
    """Says no to every offer."""
    SECOND_THOUGHTS = "second_thoughts"
    """Takes an offer and says no when it is read back, and from then on."""
    STRANGER = "stranger"
    """Says to be the debtor, with digits and a birthday of their own."""
    NEAR_STRANGER = "near_stranger"
    """The same, with one digit of the CPF wrong and the birthday a day off: the hardest to tell."""


STRANGERS: Final = frozenset({Wants.STRANGER, Wants.NEAR_STRANGER})
TAKERS: Final = frozenset({Wants.MONTHLY, Wants.AT_ONCE, Wants.ON_A_DAY, Wants.SECOND_THOUGHTS})
MIX: Final = (
    Wants.MONTHLY,
    Wants.AT_ONCE,
    Wants.ON_A_DAY,
    Wants.MONTHLY,
    Wants.SECOND_THOUGHTS,
    Wants.AT_ONCE,
    Wants.NOTHING,
    Wants.STRANGER,
    Wants.MONTHLY,
    Wants.NEAR_STRANGER,
)

BOOK: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "hello": ("Alô?", "Oi, bom dia."),
        "me": ("Sim, sou eu.", "Sou eu.", "É comigo mesmo."),
        "yes": ("Sim.", "Isso.", "Sim, é isso."),
        "willing": ("Eu quero pagar, sim.", "Esse mês tá apertado."),
        "take": ("Sim, cabe.", "Aceito.", "Fechado."),
        "leave": ("Não, não cabe.", "Não dá.", "Não, tá pesado pra mim."),
        "confirm": ("Sim, pode confirmar.", "Isso, pode fechar.", "Confirmo."),
        "deny": ("Não, não é isso.", "Não.", "Não, não quero."),
        "never": ("Não concordei com nada.", "Não, eu não aceitei isso."),
        "go_on": ("Não, pode continuar.", "Não precisa."),
        "person": ("Sim, por favor.",),
        "fine": ("Não, tô bem.",),
        "later": ("Não, vou pensar.",),
        "sms": ("Por mensagem de texto.", "Prefiro SMS."),
        "whatsapp": ("Pode mandar no WhatsApp.", "Sim, no WhatsApp."),
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """One caller. `drawn` is the file that the bot has; what the caller knows may differ from it."""

    number: int
    drawn: Drawn
    wants: Wants
    voice: str
    speed: float
    types: bool
    """Takes the keypad once it is offered."""
    channel: str
    cpf: str = field(repr=False)
    born: date = field(repr=False)
    reais: int
    """What they can pay, a month or at once."""
    entry: int
    """Reais that they have for an entry."""
    day: date
    """The day on which `ON_A_DAY` pays."""

    @property
    def is_stranger(self) -> bool:
        return self.wants in STRANGERS

    def fits(self, offer: Offer) -> bool:
        """Tell whether this person would take an offer; every figure of it is looked at."""
        most = self.reais * _CENTS
        amounts = [payment.amount.cents for payment in offer.instalments]
        entry = offer.entry.amount.cents if offer.entry is not None else 0
        match self.wants:
            case Wants.MONTHLY:
                return max(amounts) <= most and entry <= max(self.entry, self.reais) * _CENTS
            case Wants.AT_ONCE | Wants.SECOND_THOUGHTS:
                return not entry and len(amounts) == 1 and amounts[0] <= most
            case Wants.ON_A_DAY:
                return not entry and len(amounts) == 1 and amounts[0] <= most and offer.instalments[0].due == self.day
            case _:
                return False

    def lines(self, key: str) -> Sequence[str]:
        """Give the ways in which this person says something; figures are theirs, the rest is the book's."""
        own = {
            "cpf_first3": lambda: self._digits(self.cpf[:3]),
            "cpf_last2": lambda: self._digits(self.cpf[-2:]),
            "cpf": lambda: self._digits(self.cpf),
            "birth_day_month": self._birthday,
            "birth_date": self._birth_date,
            "amount": self._amount,
            "date": self._day_said,
        }
        return own[key]() if key in own else BOOK[key]

    def retold(self, offer: Offer) -> Sequence[str]:
        """Give the ways in which people say what was agreed: with its amounts, cents left out, or with the day."""
        first = offer.instalments[0]
        each = cardinal(first.amount.cents // _CENTS)
        if offer.entry is None and len(offer.instalments) == 1:
            day = self._said(first.due)
            return (f"Pagar {each} reais {day}.", f"Tudo de uma vez, {day}.", f"Eu pago {day}, de uma vez.")
        count = cardinal(len(offer.instalments), feminine=True)
        plain = f"{count} parcelas de {each} reais"
        if offer.entry is None:
            return (f"{plain}.".capitalize(), f"Dividido em {count} parcelas.")
        entry = cardinal(offer.entry.amount.cents // _CENTS)
        return (
            f"{entry} de entrada e {plain}.".capitalize(),
            f"Uma entrada e depois {count} parcelas.",
            f"A entrada {self._said(offer.entry.due)} e {count} parcelas.",
        )

    def _digits(self, digits: str) -> Sequence[str]:
        rng = Random(f"{self.number}/{digits}")
        return tuple(dict.fromkeys(digits_said(digits, rng) for _ in range(2)))

    def _birthday(self) -> Sequence[str]:
        said = f"{spoken.number(self.born.day)} de {spoken.MONTHS[self.born.month - 1]}"
        return (f"{said}.".capitalize(), f"Dia {said}.")

    def _birth_date(self) -> Sequence[str]:
        month = spoken.MONTHS[self.born.month - 1]
        return (f"{spoken.number(self.born.day)} de {month} de {spoken.number(self.born.year)}.".capitalize(),)

    def _amount(self) -> Sequence[str]:
        said = f"{cardinal(self.reais)} reais"
        if self.wants in {Wants.AT_ONCE, Wants.ON_A_DAY, Wants.SECOND_THOUGHTS}:
            return (f"Posso pagar {said} de uma vez.", f"{said} à vista.".capitalize())
        return (f"{said} por mês.".capitalize(), f"Consigo pagar {said} por mês.")

    def _day_said(self) -> Sequence[str]:
        said = self._said(self.day)
        return (f"Posso pagar {said}.", f"Só consigo {said}.")

    def _said(self, due: date) -> str:
        ahead = (due - self.drawn.at.date()).days
        if ahead in {0, 1}:
            return ("hoje", "amanhã")[ahead]
        return f"dia {'primeiro' if due.day == 1 else cardinal(due.day)}"


def gather(count: int, voices: Sequence[str], seed: int) -> list[Person]:
    """Draw the people, what they want in a fixed turn; the same seed gives the same people."""
    found: list[Person] = []
    attempt = 0
    while len(found) < count:
        person = _draw(len(found), voices, Random(f"{seed}/{attempt}"))
        attempt += 1
        if person is not None:
            found.append(person)
    return found


def _draw(number: int, voices: Sequence[str], rng: Random) -> Person | None:
    """Draw one person with a debt past due; None where nothing is late, as there is nothing to agree on."""
    with tempfile.TemporaryDirectory(prefix="commits-") as folder:
        drawn = cases.draw(rng, Path(folder))
    today = drawn.at.date()
    owed = total([each.total for each in late(drawn.case, today)]).cents // _CENTS if late(drawn.case, today) else 0
    wants = MIX[number % len(MIX)]
    debtor = drawn.case.debtor
    cpf, born = _known(debtor.cpf, debtor.birth_date, wants, rng)
    share = rng.uniform(0.08, 0.3) if wants in {Wants.MONTHLY, Wants.NOTHING} else rng.uniform(0.8, 1.2)
    person = Person(
        number=number,
        drawn=drawn,
        wants=wants,
        voice=voices[number % len(voices)],
        speed=SPEEDS[number % len(voices) % len(SPEEDS)],
        types=rng.random() < 0.5,
        channel=rng.choice(("whatsapp", "sms")),
        cpf=cpf,
        born=born,
        reais=max(_round(int(owed * share)), 20),
        entry=int(owed * 0.35),
        day=today + timedelta(days=rng.randrange(1, 5)),
    )
    return person if owed else None


def _round(reais: int) -> int:
    """People name round sums."""
    return reais // 10 * 10 if reais > _CENTS else reais // 5 * 5


def _known(cpf: str, born: date, wants: Wants, rng: Random) -> tuple[str, date]:
    """Give what the caller knows of the debtor's CPF and birthday."""
    if wants is Wants.STRANGER:
        other = next(each for each in (cases.cpf(rng) for _ in range(_NEW_CPFS)) if _differs(each, cpf))
        return other, born + timedelta(days=rng.randrange(40, 200))
    if wants is Wants.NEAR_STRANGER:
        wrong = "".join(str((int(digit) + rng.randrange(1, 10)) % 10) if at in {1, 9} else digit
                        for at, digit in enumerate(cpf))  # fmt: skip
        return wrong, born + timedelta(days=1)
    return cpf, born


def _differs(one: str, other: str) -> bool:
    return one[:3] != other[:3] and one[-2:] != other[-2:]
