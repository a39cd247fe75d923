"""Which numbers exist to be dialled in Brazil, as data. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

AREA_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        code: state
        for state, codes in {
            "SP": "11 12 13 14 15 16 17 18 19",
            "RJ": "21 22 24",
            "ES": "27 28",
            "MG": "31 32 33 34 35 37 38",
            "PR": "41 42 43 44 45 46",
            "SC": "47 48 49",
            "RS": "51 53 54 55",
            "DF": "61",
            "GO": "62 64",
            "TO": "63",
            "MT": "65 66",
            "MS": "67",
            "AC": "68",
            "RO": "69",
            "BA": "71 73 74 75 77",
            "SE": "79",
            "PE": "81 87",
            "AL": "82",
            "PB": "83",
            "RN": "84",
            "CE": "85 88",
            "PI": "86 89",
            "PA": "91 93 94",
            "AM": "92 97",
            "RR": "95",
            "AP": "96",
            "MA": "98 99",
        }.items()
        for code in codes.split()
    }
)
"""The 67 national codes and the state each lies in; 61 also serves towns in Goiás. Source: Anatel, Plano Geral de
Códigos Nacionais (Resolução 263/2001, carried on by the numbering regulation of Resolução 749/2022)."""

DIALLABLE: Final = re.compile(rf"\+55(?:{'|'.join(AREA_CODES)})(?:9[0-9]{{8}}|[2-5][0-9]{{7}})")
"""Landlines and mobiles in E.164. What costs or serves differently has no area code, so it cannot match: 0300, 0303,
0500, 0800 and 0900 (their second digit is 0), three-digit services, satellites, and every other country."""
