"""The documents say what is so: generated blocks are current, and no command, setting or version is left out."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from types import ModuleType
from typing import Final

import pytest
from pydantic import AliasChoices

from voicebot.settings import ROOT, Settings

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
ENV_EXAMPLE: Final = (ROOT / ".env.example").read_text(encoding="utf-8")
CHANGELOG: Final = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
LINK: Final = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def variables() -> dict[str, object]:
    """Every environment variable that the settings read, with its default."""
    found: dict[str, object] = {}
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        assert isinstance(alias, AliasChoices)
        found[str(alias.choices[0])] = field.default
    return found


def table_defaults() -> dict[str, str]:
    """README's settings table: variable to default, as written."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$", README, re.MULTILINE))


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """`docs/generate.py`, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_blocks_are_current(generate: ModuleType) -> None:
    stale = [path.name for path, text in generate.documents().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run: python docs/generate.py"


def test_a_lost_marker_is_named(generate: ModuleType) -> None:
    with pytest.raises(generate.BlockMissing, match=r"README\.md: put <!-- weather:start -->"):
        generate._filled(ROOT / "README.md", "weather", "")


def test_readme_names_every_command(generate: ModuleType) -> None:
    assert [name for name in generate.commands() if f"| `{name}" not in README] == []


def test_readme_lists_exactly_the_settings() -> None:
    assert set(table_defaults()) == set(variables())


@pytest.mark.parametrize(
    ("name", "default"),
    [pytest.param(name, default, id=name) for name, default in variables().items() if isinstance(default, int | float)],
)
def test_readme_has_the_true_number(name: str, default: float) -> None:
    assert table_defaults()[name] == f"`{default}`"


def test_the_example_file_has_every_setting_and_no_unknown_one() -> None:
    named = set(re.findall(r"^# ?([A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE))
    only_for_compose = {"VOICEBOT_DB_PASSWORD"}
    assert named - only_for_compose == set(variables())


def test_the_example_file_sets_nothing() -> None:
    assert [line for line in ENV_EXAMPLE.splitlines() if line and not line.startswith("#")] == []


def test_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:24])
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCUMENTS])
def test_links_between_files_lead_somewhere(path: object) -> None:
    document = ROOT / str(path)
    broken = [
        link for link in LINK.findall(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_without_a_gap_and_all_linked() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert [name for name in names if f"(adr/{name})" not in architecture] == []


def test_folders_of_the_map_exist() -> None:
    named = re.findall(
        r"^\| `((?:voicebot|telephony|evaluation|prompts|samples|tests|docs)[\w/.-]*/)` \|", README, re.MULTILINE
    )
    assert named
    assert [name for name in named if not (ROOT / name).is_dir()] == []
