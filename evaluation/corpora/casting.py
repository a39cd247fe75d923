"""Who says a line, how fast and how loud, and over what line: drawn from the line itself, so runs can be resumed.

A cast for training and one for tests share no voice and no babble. A voice is a mixture of Kokoro's style vectors,
its weights adding up to one; a weight below zero moves away from that voice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Final

from evaluation.corpora.tables import Line

ESPEAK: Final = "espeak"
CLEAN: Final = "clean"
NOISES: Final = ("hiss", "babble", "street")
_LEVELS_DBFS: Final = (-34.0, -16.0)
"""Active speech at the telephone: a whisper into a bad headset to a shout."""

Recipe = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cast:
    """A set of voices, and the sentences that they murmur in the background."""

    name: str
    voices: Mapping[str, Recipe]
    slowest: float
    fastest: float
    odd: float
    """Share of lines that the robotic voice says."""
    murmurs: Sequence[str]


TRAINING: Final = Cast(
    "training",
    MappingProxyType(
        {
            "dora": {"pf_dora": 1.0},
            "alex": {"pm_alex": 1.0},
            "dora_alex": {"pf_dora": 0.5, "pm_alex": 0.5},
            "dora_more": {"pf_dora": 1.25, "pm_alex": -0.25},
            "alex_more": {"pm_alex": 1.2, "pf_dora": -0.2},
        }
    ),
    0.9,
    1.25,
    0.03,
    (
        "Ontem a gente foi na feira e não achou tomate bom em lugar nenhum.",
        "Fecha essa porta aí que o vento tá derrubando tudo na cozinha.",
        "O ônibus passou lotado outra vez e nem parou no ponto da escola.",
        "Depois do jogo eles vão comer pizza na casa do Everaldo.",
        "Esse rádio velho só pega a estação da igreja e olhe lá.",
    ),
)
TEST: Final = Cast(
    "test",
    MappingProxyType(
        {
            "santa": {"pm_santa": 1.0},
            "sara": {"if_sara": 1.0},
            "sara_santa": {"if_sara": 0.5, "pm_santa": 0.5},
            "santa_dora": {"pm_santa": 0.6, "pf_dora": 0.4},
            "sara_dora": {"if_sara": 0.55, "pf_dora": 0.45},
        }
    ),
    0.9,
    1.25,
    0.0,
    (
        "A prova de geografia foi adiada porque faltou luz no bairro inteiro.",
        "Leva o guarda-chuva azul, que o preto quebrou no domingo.",
        "Tem bolo de fubá em cima do fogão, mas deixa um pedaço pro Otávio.",
        "Minha irmã pintou a varanda de amarelo e ficou uma beleza.",
        "O moço da oficina falou que a correia do motor vai durar mais um ano.",
    ),
)
CASTS: Final = MappingProxyType({cast.name: cast for cast in (TRAINING, TEST)})


@dataclass(frozen=True, slots=True)
class Take:
    """How one line is said and sent."""

    voice: str
    speed: float
    snr_db: float | None
    """None is a quiet place."""
    noise: str
    level_dbfs: float
    lead_s: float
    """Line noise before the first word, seconds."""
    seed: int

    @property
    def snr(self) -> str:
        return CLEAN if self.snr_db is None else f"{self.snr_db:g}"


def takes_of(line: Line, cast: Cast, snrs: Sequence[float | None], seed: int, count: int = 1) -> list[Take]:
    """Draw the takes of a line, which hang on nothing but the line, the cast, the conditions and the seed.

    All have one voice and one speed, so that the line is spoken once; noise and level are drawn anew, never in the
    condition of the first.
    """
    key = "\t".join((str(seed), cast.name, *line.columns))
    first = _first_take(Random(key), cast, snrs)
    others = [each for each in snrs if each != first.snr_db] or snrs
    return [first, *(_again(first, Random(f"{key}\t{number}"), others) for number in range(1, count))]


def _first_take(random: Random, cast: Cast, snrs: Sequence[float | None]) -> Take:
    odd = random.random() < cast.odd
    return Take(
        voice=ESPEAK if odd else random.choice(sorted(cast.voices)),
        speed=round(random.uniform(cast.slowest, cast.fastest), 2),
        snr_db=random.choice(snrs),
        noise=random.choice(NOISES),
        level_dbfs=round(random.uniform(*_LEVELS_DBFS), 1),
        lead_s=round(random.uniform(0.5, 0.9), 2),
        seed=random.getrandbits(32),
    )


def _again(first: Take, random: Random, snrs: Sequence[float | None]) -> Take:
    return replace(
        first,
        snr_db=random.choice(snrs),
        noise=random.choice(NOISES),
        level_dbfs=round(random.uniform(*_LEVELS_DBFS), 1),
        seed=random.getrandbits(32),
    )
