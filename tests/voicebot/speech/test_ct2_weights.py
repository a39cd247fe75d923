import struct
from pathlib import Path

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech.ct2_weights import changed, encoder_variables, layer_count, openai_names, read_variables
from voicebot.speech.errors import ModelDamaged


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def stored(version: int = 6) -> bytes:
    values = np.arange(6, dtype="<f2").reshape(2, 3)
    variable = text("a/weight") + struct.pack("<B2IBI", 2, 2, 3, 4, values.nbytes) + values.tobytes()
    header = struct.pack("<I", version) + text("WhisperSpec") + struct.pack("<II", 3, 1)
    return header + variable + struct.pack("<I", 1) + text("b/weight") + text("a/weight")


def test_variables_and_aliases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(stored())
    variables = read_variables(path)
    np.testing.assert_array_equal(variables["a/weight"], [[0, 1, 2], [3, 4, 5]])
    assert variables["b/weight"] is variables["a/weight"]
    assert variables["a/weight"].dtype == np.float32


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(stored()[:-30], id="cut short"),
        pytest.param(stored(version=99), id="a format of the future"),
        pytest.param(b"onnx" * 50, id="something else"),
    ],
)
def test_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match="models fetch"):
        read_variables(path)


@pytest.mark.models
def test_whispers_weights_get_openais_names() -> None:
    variables = read_variables(real.models_folder() / "whisper-base" / "model.bin")
    assert layer_count(variables, "encoder") == layer_count(variables, "decoder") == 6
    weights = openai_names(variables)
    assert weights["encoder.blocks.5.attn.value.weight"].shape == (512, 512)
    assert weights["decoder.token_embedding.weight"].shape == (51865, 512)
    assert "decoder.blocks.0.cross_attn.key.bias" not in weights
    halves = np.concatenate([weights[f"encoder.blocks.0.attn.{part}.weight"] for part in ("query", "key", "value")])
    np.testing.assert_array_equal(halves, variables["encoder/layer_0/self_attention/linear_0/weight"])


def test_a_difference_changes_its_variable_and_nothing_else(tmp_path: Path) -> None:
    path, other = tmp_path / "model.bin", tmp_path / "changed.bin"
    path.write_bytes(stored())
    data = changed(path, {"a/weight": np.array([[0, 0.5, 0], [0, 0, -2]], np.float32)})
    other.write_bytes(data)
    np.testing.assert_array_equal(read_variables(other)["a/weight"], [[0, 1.5, 2], [3, 4, 3]])
    assert sum(one != two for one, two in zip(data, stored(), strict=True)) <= 4


def test_no_difference_leaves_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(stored().replace(np.float16(0).tobytes() + np.float16(1).tobytes(), b"\0\x80\0\x3c"))
    assert changed(path, {"a/weight": np.zeros((2, 3), np.float32)}) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        pytest.param("c/weight", (2, 3), id="no such variable"),
        pytest.param("a/weight", (3, 2), id="another shape"),
    ],
)
def test_a_difference_of_another_model_is_refused(tmp_path: Path, name: str, shape: tuple[int, int]) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(stored())
    with pytest.raises(ModelDamaged, match=name):
        changed(path, {name: np.zeros(shape, np.float32)})


@pytest.mark.models
def test_the_encoders_names_go_back_to_ctranslate2s() -> None:
    variables = read_variables(real.models_folder() / "whisper-base" / "model.bin")
    back = encoder_variables(openai_names(variables))
    expected = {name for name in variables if name.startswith("encoder/") and "position" not in name}
    # CTranslate2 also keeps the two numbers that say how many heads there are and how norms are placed.
    assert set(back) == {name for name in expected if variables[name].ndim}
    for name, values in back.items():
        np.testing.assert_array_equal(values, variables[name], err_msg=name)
