import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech.errors import EngineUnavailable, ModelMissing
from voicebot.speech.tts.piper_http import PiperHttp


@pytest.fixture(scope="module")
def joe() -> Iterator[PiperHttp]:
    engine = real.piper()
    yield engine
    engine.close()


@pytest.mark.models
def test_a_killed_server_is_replaced_and_the_line_is_said(joe: PiperHttp) -> None:
    joe.start()
    first = joe.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert joe.synthesise("Good morning.").size > joe.sample_rate / 2
    assert joe.pid != first


@pytest.mark.models
def test_speed_shortens(joe: PiperHttp) -> None:
    text = "Good morning, how are you today?"
    assert len(joe.synthesise(text, speed=1.5)) < 0.85 * len(joe.synthesise(text))


@pytest.mark.models
def test_another_client_may_use_the_same_server(joe: PiperHttp) -> None:
    joe.start()
    guest = PiperHttp("en_US-joe-medium", real.models_folder() / "piper-en_US-joe-medium", base_url=joe.url)
    assert guest.synthesise("Hello.").size
    guest.close()
    assert joe.synthesise("Hello.").size


@pytest.mark.models
def test_piper_is_never_imported_here(joe: PiperHttp) -> None:
    joe.synthesise("Hello.")
    assert not [name for name in sys.modules if name == "piper" or name.startswith("piper.")]


@pytest.mark.models
def test_close_ends_the_server() -> None:
    engine = real.piper()
    engine.start()
    pid = engine.pid
    engine.close()
    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(EngineUnavailable, match="closed"):
        engine.synthesise("Hello.")


def test_a_missing_voice_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="models fetch piper-pt_BR-faber-medium"):
        PiperHttp("pt_BR-faber-medium", tmp_path)


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "v.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
    engine = PiperHttp("v", tmp_path, base_url="http://127.0.0.1:9")
    with pytest.raises(EngineUnavailable, match="ConnectError") as failure:
        engine.synthesise("Oi.")
    assert failure.value.retryable
    np.testing.assert_array_equal(engine.synthesise(" … "), np.zeros(0, np.int16))
    engine.close()
