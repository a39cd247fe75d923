import struct
from pathlib import Path

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech.ct2_weights import layer_count, openai_names, read_variables
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
