"""The script as loaded: lines by act and case, phrases by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voicebot.script.errors import BadScript, Fault, ScriptUnreadable
from voicebot.script.persona import read_mapping

PHRASES: Final = "phrases.yaml"


@dataclass(frozen=True, slots=True)
class Lines:
    """The variants of one act and case, or of one phrase; `key` is "AskForPerson" or "SayGoodbye.warm"."""

    key: str
    file: str
    variants: tuple[str, ...]

    def named(self) -> Iterator[tuple[str, str]]:
        """Give each variant with its id, "AskForPerson/2"."""
        for index, line in enumerate(self.variants):
            yield f"{self.key}/{index}", line


@dataclass(frozen=True, slots=True)
class Words:
    acts: Mapping[str, Lines]
    phrases: Mapping[str, Lines]


def key_of(act_name: str, case: str) -> str:
    return f"{act_name}.{case}" if case else act_name


def read_words(folder: Path) -> Words:
    """Read every YAML file of the script folder.

    Raises:
        ScriptUnreadable: no such folder or files, or a file that is not YAML.
        BadScript: an entry that is neither lines nor cases of lines, or that is written in two files.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ScriptUnreadable(f"no script in {folder}: expected *.yaml files with the words of the acts")
    act_lines: dict[str, Lines] = {}
    phrases: dict[str, Lines] = {}
    faults: list[Fault] = []
    for file in files:
        target = phrases if file.name == PHRASES else act_lines
        for lines in _entries(file, faults):
            if lines.key in target:
                mend = f"keep it in {target[lines.key].file} alone"
                faults.append(Fault(file.name, lines.key, "written in two files", mend))
            target[lines.key] = lines
    if faults:
        raise BadScript(tuple(faults))
    return Words(act_lines, phrases)


def _entries(file: Path, faults: list[Fault]) -> Iterator[Lines]:
    for name, content in read_mapping(file).items():
        cases = content if isinstance(content, dict) else {"": content}
        for case, variants in cases.items():
            key = key_of(name, str(case))
            if not isinstance(variants, list) or not variants or not all(isinstance(line, str) for line in variants):
                faults.append(Fault(file.name, key, "has no lines", "write a list of at least one quoted line"))
            else:
                yield Lines(key, file.name, tuple(variants))
