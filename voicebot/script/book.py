"""The script as loaded: lines by act and case, phrases by key.

A line is a text, or a mapping for those it is meant for: `{say: "...", segment: first_time}`, `{say: "...", tone:
[neutral, warm]}`. A line without `segment` and `tone` is for everyone; nobody hears a line meant for others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from voicebot.domain.segments import Segment, Tone
from voicebot.script.errors import BadScript, Fault, ScriptUnreadable
from voicebot.script.persona import read_mapping

PHRASES: Final = "phrases.yaml"


_ENTRY: Final = frozenset({"say", "segment", "tone"})
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a line is for; an empty set is everyone."""

    segments: frozenset[Segment] = frozenset()
    tones: frozenset[Tone] = frozenset()

    def includes(self, segment: Segment | None, tone: Tone) -> bool:
        """Say whether the line may be said; who is not known hears no line of a segment."""
        return (not self.segments or segment in self.segments) and (not self.tones or tone in self.tones)

    @property
    def aim(self) -> int:
        """How much the line was written for its hearer: such lines come before those for everyone."""
        return bool(self.segments) + (len(self.tones) == 1)


EVERYONE: Final = Audience()


@dataclass(frozen=True, slots=True)
class Lines:
    """The variants of one act and case, or of one phrase; `key` is "AskForPerson" or "SayGoodbye.warm"."""

    key: str
    file: str
    variants: tuple[str, ...]
    audiences: tuple[Audience, ...]
    """One for each variant."""

    def named(self) -> Iterator[tuple[str, str]]:
        """Give each variant with its id, "AskForPerson/2"."""
        for index, line in enumerate(self.variants):
            yield f"{self.key}/{index}", line

    def heard_by(self, segment: Segment | None, tone: Tone) -> Iterator[tuple[str, str, int]]:
        """Give the variants for one listener: id, line, and how much it was written for them."""
        for (name, line), audience in zip(self.named(), self.audiences, strict=True):
            if audience.includes(segment, tone):
                yield name, line, audience.aim


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
            if not isinstance(variants, list) or not variants:
                faults.append(Fault(file.name, key, "has no lines", "write a list of at least one quoted line"))
                continue
            read: list[tuple[str, Audience]] = []
            for index, entry in enumerate(variants):
                try:
                    read.append(_line_of(entry))
                except ValueError as error:
                    faults.append(Fault(file.name, f"{key}/{index}", "is not a line", str(error)))
            yield Lines(key, file.name, tuple(line for line, _ in read), tuple(audience for _, audience in read))


def _line_of(entry: Any) -> tuple[str, Audience]:
    """Read one entry of a list of lines.

    Raises:
        ValueError: neither a text nor a mapping of the shape above; says how to write it.
    """
    if isinstance(entry, str):
        return entry, EVERYONE
    if not isinstance(entry, dict) or not isinstance(entry.get("say"), str) or not set(entry) <= _ENTRY:
        raise ValueError('write "a quoted line" or {say: "a quoted line", segment: ..., tone: ...}')
    return entry["say"], Audience(_chosen(entry, "segment", Segment), _chosen(entry, "tone", Tone))


def _chosen(entry: dict[str, Any], key: str, values: type[_Choice]) -> frozenset[_Choice]:
    written = entry.get(key, [])
    try:
        return frozenset(values(each) for each in ([written] if isinstance(written, str) else written))
    except (TypeError, ValueError):
        raise ValueError(f"{key} is one or a list of {', '.join(values)}") from None
