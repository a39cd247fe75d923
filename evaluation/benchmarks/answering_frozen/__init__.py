"""Pick-ups that the ear was not tuned on: wordings written and hashed before they were first heard, and other voices.

`first` was heard once by the ear as it was; what it taught went into the ear. `second`, written and hashed together
with `first`, was kept back for the tuned ear; once measured it was opened, and has taught since. `third`, by another
author who saw neither ear nor sets, was kept back for the ear that learnt from both; nobody has tuned on it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Final

from evaluation.benchmarks.answering_scenes import Material
from evaluation.corpora.casting import Cast
from voicebot.domain.callee import Callee

FOLDER: Final = Path(__file__).parent
SETS: Final = ("first", "second", "third")
CHILD: Final = "child"
CAST: Final = Cast(
    "answering-frozen",
    {
        "nicola": {"im_nicola": 1.0},
        "spanish_dora": {"ef_dora": 1.0},
        "spanish_alex": {"em_alex": 1.0},
        "nicola_alex": {"im_nicola": 0.5, "em_alex": 0.5},
        "siwis_dora": {"ff_siwis": 0.4, "ef_dora": 0.6},
        "alpha_dora": {"hf_alpha": 0.4, "ef_dora": 0.6},
        "omega_alex": {"hm_omega": 0.4, "em_alex": 0.6},
    },
    0.85,
    1.3,
    0.0,
    (
        "A chave do portão ficou pendurada atrás da geladeira.",
        "Domingo que vem tem churrasco na casa do compadre Nelson.",
        "O gato derrubou o vaso e espalhou terra pela sala toda.",
        "Vê se passa na quitanda e traz meia dúzia de laranja.",
    ),
)
"""None of these speakers is part of any voice of the tuning's cast."""


class FrozenSetChanged(Exception):
    """The lines are not those that were hashed before the first run."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(
            f"{name}.tsv has SHA-256 {found}, not the one in SHA256SUMS: restore the file; new lines are a new set"
        )


def frozen(name: str) -> Material:
    """Give a set.

    Raises:
        FrozenSetChanged: its file is not the one that was frozen.
    """
    content = (FOLDER / f"{name}.tsv").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != checksums()[name]:
        raise FrozenSetChanged(name, found)
    lines: defaultdict[Callee, list[str]] = defaultdict(list)
    children = set()
    for row in content.decode("utf-8").splitlines():
        who, text = row.split("\t")
        lines[Callee.HUMAN if who == CHILD else Callee(who)].append(text)
        if who == CHILD:
            children.add(text)
    return Material(
        name=name,
        lines={callee: tuple(texts) for callee, texts in lines.items()},
        children=frozenset(children),
        cast=CAST,
        speeds=(0.85, 1.0, 1.1, 1.25),
        gaps_s=(0.1, 0.8),
        snrs_of_people=(None, 20.0, 12.0, 8.0),
        snrs_of_machines=(None, 25.0, 15.0),
        leads_s=(0.05, 2.2, 1.4),
        beeps_hz=(400.0, 520.0, 850.0, 1100.0, 1330.0),
        beeps_s=(0.15, 1.2),
        before_beep_s=(0.2, 1.3),
    )


def checksums() -> dict[str, str]:
    """Give the SHA-256 of each set's file, as it was frozen."""
    rows = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name.removesuffix(".tsv"): digest for digest, name in (row.split() for row in rows)}
