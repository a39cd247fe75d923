"""Who speaks: the assistant's name and gender, its thanks, and the everyday word for each product's bill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from voicebot.script.errors import ScriptUnreadable

_KEYS: Final = frozenset({"assistant", "bills", "default_bill", "masculine_companies"})


@dataclass(frozen=True, slots=True)
class Persona:
    name: str
    is_female: bool
    bills: Mapping[str, str]
    """First word of a product, lower case, to its bill with the article: "cartão" -> "a fatura"."""
    default_bill: str
    masculine_companies: frozenset[str]
    """First words, lower case, of company names that take "o": banco, grupo."""

    @property
    def thanks(self) -> str:
        return "obrigada" if self.is_female else "obrigado"

    def bill_of(self, product: str) -> str:
        return self.bills.get(_first_word(product), self.default_bill)

    def of_company(self, company: str) -> str:
        """Give the company with its "de": "da Lojas Aurora", "do Banco Azul"."""
        return f"{'do' if _first_word(company) in self.masculine_companies else 'da'} {company}"


def load_persona(path: Path) -> Persona:
    """Read `persona.yaml`.

    Raises:
        ScriptUnreadable: missing, not YAML, or with a key missing or unknown.
    """
    raw = read_mapping(path)
    if set(raw) != _KEYS or not isinstance(raw["assistant"], dict) or not isinstance(raw["bills"], dict):
        raise ScriptUnreadable(f"{path.name}: expected exactly the keys {', '.join(sorted(_KEYS))}")
    assistant = raw["assistant"]
    if assistant.get("gender") not in ("feminine", "masculine") or not assistant.get("name"):
        raise ScriptUnreadable(f"{path.name}: assistant needs a name, and a gender of feminine or masculine")
    return Persona(
        name=str(assistant["name"]),
        is_female=assistant["gender"] == "feminine",
        bills=MappingProxyType({str(word).lower(): str(bill) for word, bill in raw["bills"].items()}),
        default_bill=str(raw["default_bill"]),
        masculine_companies=frozenset(str(word).lower() for word in raw["masculine_companies"]),
    )


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file that must hold one mapping with text keys.

    Raises:
        ScriptUnreadable: missing, not YAML, a key written twice, or something else than a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = yaml.load(text, Loader=_NoDuplicates)  # noqa: S506 - a SafeLoader that also refuses doubled keys
    except OSError as error:
        raise ScriptUnreadable(f"{path.name}: cannot be read in {path.parent}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ScriptUnreadable(f"{path.name}: not valid YAML: {error}") from error
    if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
        raise ScriptUnreadable(f"{path.name}: expected a mapping of names to their lines")
    return raw


class _NoDuplicates(yaml.CSafeLoader):
    """YAML lets a later key silently replace an earlier one: half an act's lines would vanish."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    "while reading the script", node.start_mark, f"the key {key!r} is written twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


def _first_word(text: str) -> str:
    return text.split()[0].lower() if text.split() else ""
