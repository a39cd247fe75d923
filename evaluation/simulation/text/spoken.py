"""How callers say figures: amounts, dates and digits in Portuguese, in words or as a transcriber writes them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

_UNITS: Final = (
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete "
    "dezoito dezenove"
).split()
_TENS: Final = "- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_HUNDREDS: Final = (
    "- cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos".split()
)
MONTHS: Final = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
WEEKDAYS: Final = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")


def number(value: int) -> str:
    """Spell 0 to 999 999 out."""
    if value >= 1000:
        thousands, rest = divmod(value, 1000)
        head = "mil" if thousands == 1 else f"{number(thousands)} mil"
        if not rest:
            return head
        joint = " e " if rest <= 100 or rest % 100 == 0 else " "
        return head + joint + number(rest)
    if value == 100:
        return "cem"
    if value > 100:
        return _HUNDREDS[value // 100] + (f" e {number(value % 100)}" if value % 100 else "")
    if value < 20:
        return _UNITS[value]
    return _TENS[value // 10] + (f" e {_UNITS[value % 10]}" if value % 10 else "")


def money(reais: int, rng: Random) -> str:
    """Say a whole amount, with or without its unit, in words or in figures."""
    words = number(reais)
    figures = f"{reais:,}".replace(",", ".")
    return rng.choice((f"{words} reais", words, f"{figures} reais", f"R$ {figures}", f"uns {words} reais"))


def day(due: date, today: date, rng: Random) -> str:
    """Say a day at most a few weeks ahead, so that only one day can be meant."""
    forms = [f"dia {number(due.day) if due.day > 1 else 'primeiro'}", f"dia {due.day}"]
    forms.append(f"dia {number(due.day) if due.day > 1 else 'primeiro'} de {MONTHS[due.month - 1]}")
    ahead = (due - today).days
    if ahead == 0:
        return rng.choice(("hoje", "hoje mesmo"))
    if ahead == 1:
        forms += ["amanhã"]
    if 2 <= ahead <= 6:
        forms += [WEEKDAYS[due.weekday()], f"na {WEEKDAYS[due.weekday()]}" if due.weekday() < 5 else "no sábado"]
    return rng.choice(forms)


def digits(text: str, rng: Random) -> str:
    """Dictate digits: one by one in words, as a group of figures, or spaced figures."""
    words = " ".join(_UNITS[int(each)] for each in text)
    if rng.random() < 0.3:
        words = words.replace("seis", "meia")
    return rng.choice((words, words, ", ".join(words.split()), text, " ".join(text)))


def birth(born: date, rng: Random, *, year: bool) -> str:
    """Say a date of birth, with its year or without."""
    first = "primeiro" if born.day == 1 else number(born.day)
    month = MONTHS[born.month - 1]
    forms = [f"{first} de {month}", f"{born.day} de {month}"]
    if not year:
        return rng.choice(forms)
    spelled = number(born.year)
    return rng.choice((f"{first} de {month} de {spelled}", f"{born.day} de {month} de {born.year}", f"{born:%d/%m/%Y}"))
