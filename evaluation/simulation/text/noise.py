"""What a telephone transcriber does to words: endings go, small words go, some are heard as others."""

from __future__ import annotations

from random import Random
from typing import Final

_HEARD_AS: Final = {
    "não": ("num", "nao", "não"),
    "você": ("cê", "ocê"),
    "está": ("tá",),
    "estou": ("tô",),
    "para": ("pra",),
    "três": ("tres",),
    "seis": ("meia",),
    "março": ("marco",),
    "pode": ("podi",),
    "quero": ("quer",),
    "pagar": ("paga", "pagá"),
    "falar": ("falá", "fala"),
    "parcelar": ("parcela",),
    "ligar": ("liga", "ligá"),
    "dinheiro": ("dinhero",),
    "mais": ("mas", "mais"),
    "obrigada": ("brigada",),
    "obrigado": ("brigado",),
    "acordo": ("o acordo", "acorda"),
    "desconto": ("descontos",),
    "golpe": ("gol pé", "golpe"),
}
_SMALL: Final = frozenset("o a os as um uma de do da em no na que e é eu me".split())
_PAUSES: Final = ("é...", "hum", "ahn", "então", "é que")


def blur(text: str, rng: Random, strength: float = 0.12) -> str:
    """Give the words as a poor line would deliver them; digits and figures are left alone."""
    out: list[str] = []
    for word in text.split():
        bare = word.lower().strip(",.?!")
        if bare in _SMALL and rng.random() < strength:
            continue
        heard = _HEARD_AS.get(bare)
        out.append(rng.choice(heard) if heard and rng.random() < strength * 3 else word)
    if rng.random() < strength * 2:
        out.insert(rng.randrange(len(out) + 1), rng.choice(_PAUSES))
    shown = " ".join(out) or text
    return shown.lower().replace(",", "") if rng.random() < 0.5 else shown
