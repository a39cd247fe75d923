"""Written short answers to the bot's closed questions, each with its true value: yes or no, digits, a day, an amount.

Values are spelled as understanding gives them: "yes" or "no", digits as said, `--MM-DD`, "120.00", an ISO date.
None is an answer that is none of these, which no recogniser may turn into one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.phases import Asks
from voicebot.script.numerals import cardinal

TODAY: Final = date(2026, 11, 23)
"""The Monday on which all relative days are said."""
_DIGITS: Final = "zero um dois três quatro cinco seis sete oito nove".split()
_MONTHS: Final = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
_WEEKDAYS: Final = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira")
_YES: Final = (
    "Sim.|Sim, sim.|Sim, senhora.|Isso.|Isso mesmo.|Isso aí.|Claro.|Com certeza.|Certo.|Tá certo.|Tá bom.|Pode ser.|"
    "Pode.|Correto.|Positivo.|Exato.|Confirmo.|Fechado.|Combinado.|Aceito.|Quero.|Quero sim.|É isso.|É sim.|Beleza."
).split("|")
_NO: Final = (
    "Não.|Não, não.|Não, senhora.|Não quero.|Não, obrigado.|Negativo.|De jeito nenhum.|"
    "Ainda não.|Não dá.|Não aceito.|Nada disso.|Não concordo.|Claro que não."
).split("|")
_NEITHER: Final = (
    "Quem tá falando?|Pode repetir?|O que é isso?|Quanto fica?|Vou me matar.|Já paguei essa conta.|É engano.|"
    "Espera um pouco.|Ela morreu ano passado.|Não entendi nada.|Quero falar com um atendente.|Me liga depois.|"
    "Tô no trânsito.|Eu perdi o emprego.|Você é um robô?|Tô no hospital com minha mãe.|De onde você fala?|Alô?|"
    "Que conta é essa?|Fala mais alto.|Depende.|Vou ver com meu marido.|Não me liga mais.|Meu advogado resolve."
).split("|")

SENTENCES: Final = (
    "Eu queria entender melhor essa cobrança.",
    "Nesse mês ficou complicado por causa da escola das crianças.",
    "A minha esposa é que cuida das contas aqui em casa.",
    "Vocês podem me mandar isso por escrito?",
    "Meu salário atrasou e eu estou esperando cair.",
    "Eu não reconheço essa compra, nunca estive nessa loja.",
    "Se tirar os juros eu consigo resolver.",
    "Prefiro receber o código pelo celular.",
    "Estou dirigindo agora e não consigo falar.",
    "Já falei com outra atendente na semana passada.",
    "Meu pai ficou internado e gastei tudo com remédio.",
    "Pode confirmar o nome da empresa, por favor?",
    "A ligação está cortando bastante.",
    "Eu quero parcelar, mas cabe pouco no meu bolso.",
    "Não sei de que conta você está falando.",
    "Tem como esperar até o começo do ano?",
)
"""What people say besides, without figures: for the word error rate."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as written."""

    asks: Asks
    value: str | None
    text: str = field(repr=False)


Maker = Callable[[Random], tuple[str | None, str]]


def answers(asks: Asks, count: int, seed: int) -> list[Answer]:
    """Give `count` answers to one question; one in eight is none. The same seed gives the same answers."""
    random = Random(f"{seed}/{asks.value}")
    made = []
    for place in range(count):
        value, text = (None, random.choice(_NEITHER)) if place % 8 == 7 else _MAKERS[asks](random)
        made.append(Answer(asks, value, text))
    return made


def digits_said(digits: str, random: Random) -> str:
    """Say digits one by one; a six is "meia" as often as not."""
    words = [random.choice(("seis", "meia")) if digit == "6" else _DIGITS[int(digit)] for digit in digits]
    return random.choice((" ", ", ")).join(words).capitalize() + "."


def _yes_no(random: Random) -> tuple[str | None, str]:
    return random.choice((("yes", random.choice(_YES)), ("no", random.choice(_NO))))


def _first3(random: Random) -> tuple[str | None, str]:
    digits = f"{random.randrange(1000):03d}"
    if digits[0] != "0" and random.random() < 0.15:
        return digits, f"{cardinal(int(digits))}.".capitalize()
    return digits, digits_said(digits, random)


def _last2(random: Random) -> tuple[str | None, str]:
    digits = f"{random.randrange(100):02d}"
    if digits[0] != "0" and random.random() < 0.4:
        return digits, f"{cardinal(int(digits))}.".capitalize()
    return digits, digits_said(digits, random)


def _cpf(random: Random) -> tuple[str | None, str]:
    digits = f"{random.randrange(10**9):09d}"
    digits += _check_digit(digits)
    digits += _check_digit(digits)
    groups = (digits[:3], digits[3:6], digits[6:9], digits[9:])
    said = [digits_said(group, random).rstrip(".").replace(",", "").lower() for group in groups]
    return digits, ", ".join(said).capitalize() + "."


def _check_digit(digits: str) -> str:
    """Give the next check digit of a CPF's first nine or ten: weights fall to 2, modulo 11, ten counts as zero."""
    weighted = sum(weight * int(digit) for weight, digit in zip(range(len(digits) + 1, 1, -1), digits, strict=True))
    return str(weighted * 10 % 11 % 10)


def _birthday(random: Random) -> tuple[str | None, str]:
    born = date(2000, 1, 1) + timedelta(days=random.randrange(366))
    day = "primeiro" if born.day == 1 else cardinal(born.day)
    month = cardinal(born.month) if random.random() < 0.3 else _MONTHS[born.month - 1]
    link = "do" if month in _DIGITS or (born.month > 9 and month != _MONTHS[born.month - 1]) else "de"
    lead = random.choice(("", "", "Dia ", "Nasci em "))
    return f"--{born.month:02d}-{born.day:02d}", _sentence(f"{lead}{day} {link} {month}")


def _amount(random: Random) -> tuple[str | None, str]:
    reais = random.choice((random.randrange(20, 100), random.randrange(10, 200) * 10, random.randrange(100, 2500)))
    cents = random.randrange(1, 100) if random.random() < 0.25 else 0
    said = f"{cardinal(reais)} reais"
    if cents:
        said += f" e {cardinal(cents)} centavos" if cents > 1 else " e um centavo"
    elif random.random() < 0.2:
        said = cardinal(reais)
    lead = random.choice(("", "", "Posso pagar ", "Consigo "))
    return f"{reais}.{cents:02d}", _sentence(f"{lead}{said}")


def _day(random: Random) -> tuple[str | None, str]:
    kind = random.random()
    if kind < 0.2:
        ahead, said = random.choice(((1, "amanhã"), (2, "depois de amanhã")))
        return (TODAY + timedelta(days=ahead)).isoformat(), _sentence(said)
    if kind < 0.45:
        weekday = random.randrange(1, 5)
        return (TODAY + timedelta(days=weekday)).isoformat(), _sentence(_WEEKDAYS[weekday])
    due = TODAY + timedelta(days=random.randrange(2, 38))
    day = "primeiro" if due.day == 1 else cardinal(due.day)
    if kind < 0.8 and due < date(2026, 12, 23):
        return due.isoformat(), _sentence(random.choice((f"dia {day}", f"no dia {day}")))
    return due.isoformat(), _sentence(f"dia {day} de {_MONTHS[due.month - 1]}")


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


_MAKERS: Final = MappingProxyType(
    {
        Asks.YES_NO: _yes_no,
        Asks.CPF_FIRST3: _first3,
        Asks.CPF_LAST2: _last2,
        Asks.CPF: _cpf,
        Asks.BIRTH_DAY_MONTH: _birthday,
        Asks.AMOUNT: _amount,
        Asks.DATE: _day,
    }
)
KINDS: Final = tuple(_MAKERS)
