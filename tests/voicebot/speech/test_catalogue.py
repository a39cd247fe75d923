import json
import re
from pathlib import Path

import pytest

from voicebot.speech import catalogue
from voicebot.speech.catalogue import Fetched, HubSource, Model, ModelFile, NpmSource, State, WheelSource
from voicebot.speech.errors import ModelDamaged, ModelMissing, UnknownModel

SMALL = Model(
    name="small",
    about="",
    licence="MIT",
    fetched=Fetched.ASKED,
    files=(ModelFile("a.bin", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),),
    sources=(),
)


@pytest.mark.parametrize("model", catalogue.catalogue().values(), ids=lambda model: model.name)
def test_every_model_can_be_fetched_and_checked(model: Model) -> None:
    paths = {file.path for file in model.files}
    offered = {path for source in model.sources for path in source.files}
    assert paths == offered
    assert model.licence
    for file in model.files:
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert (file.sha256 is None) == (file.bytes is None)


@pytest.mark.parametrize("model", catalogue.catalogue().values(), ids=lambda model: model.name)
def test_sources_are_pinned_and_the_hub_comes_first(model: Model) -> None:
    assert isinstance(model.sources[0], HubSource)
    for source in model.sources:
        match source:
            case HubSource():
                assert all(url.startswith("{hub}/") for url in source.files.values())
            case WheelSource():
                assert all("==" in package for package in source.packages)
            case NpmSource():
                assert re.fullmatch(r"[\w-]+@\d+\.\d+\.\d+", source.package)


def test_what_an_install_needs_is_default() -> None:
    default = {model.name for model in catalogue.catalogue().values() if model.fetched is Fetched.DEFAULT}
    assert default == {"whisper-base", "kokoro-82m"}


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UnknownModel, match=r"whisper-base.*kokoro-82m"):
        catalogue.find("wisper")


@pytest.mark.parametrize(
    ("content", "state", "what"),
    [
        pytest.param(b"abc", State.OK, "", id="right"),
        pytest.param(None, State.MISSING, r"make install.*models fetch small", id="absent"),
        pytest.param(b"ab", State.DAMAGED, r"2 bytes instead of 3.*models fetch small", id="cut short"),
        pytest.param(b"abd", State.DAMAGED, r"sha256.*models fetch small", id="same size, other bytes"),
    ],
)
def test_states_and_what_they_say(tmp_path: Path, content: bytes | None, state: State, what: str) -> None:
    (tmp_path / "small").mkdir()
    if content is not None:
        (tmp_path / "small" / "a.bin").write_bytes(content)
    assert catalogue.state(SMALL, tmp_path) is state
    if state is State.OK:
        assert catalogue.verify(SMALL, tmp_path) == tmp_path / "small"
    else:
        with pytest.raises((ModelMissing, ModelDamaged), match=what):
            catalogue.verify(SMALL, tmp_path)


def test_a_file_of_unknown_checksum_must_stay_what_it_first_was(tmp_path: Path) -> None:
    model = Model("tofu", "", "", Fetched.ASKED, (ModelFile("a.bin", None, None),), ())
    home = tmp_path / "tofu"
    home.mkdir()
    (home / "a.bin").write_bytes(b"abc")
    catalogue.record(tmp_path, model, {"a.bin": catalogue.sha256(home / "a.bin")})
    assert catalogue.state(model, tmp_path) is State.OK
    (home / "a.bin").write_bytes(b"abd")
    assert catalogue.state(model, tmp_path) is State.DAMAGED


def test_a_broken_record_is_damage(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "trusted.json").write_text("{")
    with pytest.raises(ModelDamaged, match="not JSON"):
        catalogue.recorded(tmp_path, SMALL)
    (tmp_path / "small" / "trusted.json").write_text(json.dumps({"a.bin": "x"}))
    assert catalogue.recorded(tmp_path, SMALL) == {"a.bin": "x"}


def test_the_folder_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT_MODELS_DIR", str(tmp_path))
    assert catalogue.default_folder() == tmp_path
    monkeypatch.delenv("VOICEBOT_MODELS_DIR")
    assert catalogue.default_folder() == Path.home() / ".cache" / "voicebot" / "models"
