"""What the training voices say: sentences of the intents' training corpus, and figures, days and names drawn anew.

Nothing here comes from the held-out tables of `evaluation/corpora`, and whatever a benchmark says is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from random import Random
from typing import Final

from evaluation.corpora.tables import read_lines
from voicebot.script.numerals import cardinal

CORPUS: Final = Path(__file__).parents[2] / "prompts" / "pt-BR" / "intents" / "corpus"
MOST_WORDS: Final = 14
_FEW_WORDS: Final = 5
_FROM_CORPUS: Final = 0.5
_WORD: Final = re.compile(r"\w+")
_DIGITS: Final = "zero um dois três quatro cinco seis sete oito nove".split()
_MONTHS: Final = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
_DAYS: Final = (
    "segunda|terça|quarta|quinta|sexta|sábado|domingo|segunda que vem|sexta da semana que vem|"
    "no fim do mês|no começo do mês|no quinto dia útil|hoje mesmo|hoje à tarde|amanhã cedo|depois do pagamento"
).split("|")
_NAMES: Final = (
    "Aparecida|Benedito|Cláudia|Damião|Edilene|Fabrício|Geralda|Heitor|Ivone|Jaqueline|Kelly|Lindalva|Moacir|Neusa|"
    "Osvaldo|Priscila|Quitéria|Rogério|Simone|Tadeu|Ubiratan|Vanessa|Wesley|Zuleide|Bruno|Letícia|Otávio|Regiane"
).split("|")
_SURNAMES: Final = (
    "da Silva|dos Santos|Oliveira|Pereira|Nascimento|Barbosa|Cavalcante|Figueiredo|Gonçalves|Moreira|Teixeira|Pacheco"
).split("|")
_ASSENTS: Final = (
    "sim|é|isso|tá|pode|pode sim|quero|aceito|claro|certeza|combinado|beleza|tá bom|tá certo|uhum|aham|ok|perfeito|"
    "positivo|confirmado|fechado|lógico"
).split("|")
_DENIALS: Final = (
    "não|não quero|não dá|não posso|agora não|nem pensar|negativo|não é|nunca|nada disso|de jeito nenhum".split("|")
)
_TAILS: Final = (
    "|, moça|, senhor|, por favor|, pode fazer|, tá|, obrigado|, obrigada|, viu|, meu bem|, amigo|, né|, sim|, ué"
).split("|")


def sayings(count: int, seed: int, *, never: Collection[str] = ()) -> list[str]:
    """Draw `count` different texts, none of which `plain`ly equals one of `never`; a shorter list begins a longer."""
    refused = {plain(text) for text in never}
    random = Random(f"sayings/{seed}")
    corpus = [line.text for line in read_lines(CORPUS) if _short(line.text)]
    random.shuffle(corpus)
    written = iter(corpus)
    found: list[str] = []
    for text in _drawn(random, written):
        if plain(text) not in refused:
            refused.add(plain(text))
            found.append(text)
        if len(found) == count:
            break
    return found


def plain(text: str) -> str:
    """Give lower-case words only."""
    return " ".join(_WORD.findall(text.lower()))


def _short(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS


def _drawn(random: Random, written: Iterator[str]) -> Iterator[str]:
    makers = (*3 * [_digits], *3 * [_amount], _day, _date, _birth, _clock, _name, _assent, _assent)
    while True:
        if random.random() < _FROM_CORPUS:
            text = next(written, "")
            # Long sentences are many in the corpus and few on the telephone.
            if not text or (len(text.split()) > _FEW_WORDS and random.random() < 0.5):
                continue
            yield _sentence(text)
        else:
            yield _sentence(random.choice(makers)(random))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def _digits(random: Random) -> str:
    groups = random.choice(((3,), (2,), (4,), (5,), (3,), (2,), (1,), (3, 3), (4, 4), (3, 3, 3, 2)))
    link = random.choice((" ", ", "))
    said = [_group(random, size, link) for size in groups]
    lead = random.choice(("", "", "", "é ", "o número é ", "os três são ", "começa com ", "termina em ", "anota aí, "))
    return lead + ", ".join(said)


def _group(random: Random, size: int, link: str) -> str:
    if size == 3 and random.random() < 0.15:
        return cardinal(random.randrange(100, 1000))
    if size == 2 and random.random() < 0.3:
        return cardinal(random.randrange(10, 100))
    if size > 1 and random.random() < 0.08:
        return f"duplo {_digit(random)}" if size == 2 else f"triplo {_digit(random)}"
    return link.join(_digit(random) for _ in range(size))


def _digit(random: Random) -> str:
    digit = random.randrange(10)
    return random.choice(("seis", "meia")) if digit == 6 else _DIGITS[digit]


def _amount(random: Random) -> str:
    reais = random.choice((random.randrange(5, 100), random.randrange(10, 300) * 10, random.randrange(100, 4000)))
    cents = f" e {cardinal(random.randrange(2, 100))} centavos" if random.random() < 0.2 else ""
    money = random.choice(("reais", "reais", "reais", "real", "conto", "pila", "por mês"))
    lead = random.choice(("", "", "dou ", "só tenho ", "no máximo ", "consigo uns ", "pago "))
    if random.random() < 0.25:
        return f"{random.choice(('em', 'faz em', 'quero em'))} {cardinal(random.randrange(2, 25))} vezes"
    return f"{lead}{cardinal(reais)} {money}{cents}"


def _day(random: Random) -> str:
    lead = random.choice(("", "", "pode ser ", "só ", "eu pago ", "fica pra "))
    return lead + random.choice(_DAYS)


def _date(random: Random) -> str:
    day = cardinal(random.randrange(2, 32))
    lead = random.choice(("", "dia ", "no dia ", "até o dia ", "nasci dia "))
    return lead + day + (f" de {random.choice(_MONTHS)}" if random.random() < 0.7 or not lead else "")


def _birth(random: Random) -> str:
    day = random.choice(("primeiro", cardinal(random.randrange(2, 32))))
    month = random.choice((*_MONTHS, *(f"do {cardinal(number)}" for number in range(2, 13))))
    year = random.randrange(1938, 2007)
    said = random.choice((cardinal(year), cardinal(year % 100) if year % 100 > 9 and year < 2000 else cardinal(year)))
    joint = " " if month.startswith("do ") else " de "
    return random.choice(("", "", "nasci em ", "dia ", "eu sou de ")) + f"{day}{joint}{month} de {said}"


def _clock(random: Random) -> str:
    hour = random.randrange(7, 21)
    lead = random.choice(("", "me liga ", "pode ligar ", "liga amanhã "))
    if hour == 12:
        return lead + random.choice(("ao meio-dia", "depois do meio-dia"))
    past = random.choice((" horas", " e meia", ""))
    return (
        lead
        + random.choice(("às ", "depois das ", "lá pelas ", "só depois das "))
        + cardinal(hour, feminine=True)
        + past
    )


def _name(random: Random) -> str:
    name = random.choice(_NAMES)
    if random.random() < 0.5:
        name += f" {random.choice(_SURNAMES)}"
    leads = (
        "é {}",
        "aqui é {}",
        "{} falando",
        "meu nome é {}",
        "sou eu, {}",
        "quem fala é {}",
        "não tem nenhum {} aqui",
    )
    return random.choice(leads).format(name)


def _assent(random: Random) -> str:
    word = random.choice(random.choice((_ASSENTS, _DENIALS)))
    if random.random() < 0.25:
        word = f"{word}, {random.choice(random.choice((_ASSENTS, _DENIALS)))}"
    return word + random.choice(_TAILS)
