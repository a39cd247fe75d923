import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voicebot.speech.errors import EngineUnavailable
from voicebot.speech.tts.espeak_process import EspeakProcess


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakProcess]:
    process = EspeakProcess()
    yield process
    process.close()


def test_brazilian_phonemes_clause_by_clause(espeak: EspeakProcess) -> None:
    assert espeak.phonemes(["bom dia", "tchau", ""]) == ["bˈoŋ d^ʒˈiæ", "tʃˈa^ʊ", ""]


def test_it_starts_from_any_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    process = EspeakProcess()
    assert process.phonemes(["bom"]) == ["bˈoŋ"]
    process.close()


def test_nothing_asked_nothing_answered(espeak: EspeakProcess) -> None:
    assert espeak.phonemes([]) == []


def test_a_killed_process_is_replaced(espeak: EspeakProcess) -> None:
    before = espeak.phonemes(["sim"])
    first = espeak.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert espeak.phonemes(["sim"]) == before
    assert espeak.pid != first


def test_threads_get_their_own_answers(espeak: EspeakProcess) -> None:
    words = ["um", "dois", "três", "quatro", "cinco"] * 20
    alone = {word: espeak.phonemes([word]) for word in set(words)}
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda word: espeak.phonemes([word]), words)) == [alone[word] for word in words]


def test_the_gpl_library_is_never_in_our_process(espeak: EspeakProcess) -> None:
    espeak.phonemes(["sim"])
    assert "libespeak" not in Path("/proc/self/maps").read_text()
    assert "libespeak" in Path(f"/proc/{espeak.pid}/maps").read_text()


def test_an_unknown_voice_says_what_to_do() -> None:
    process = EspeakProcess("no-such-voice")
    with pytest.raises(EngineUnavailable, match="make install"):
        process.phonemes(["sim"])
    process.close()


def test_after_close_it_stays_closed() -> None:
    process = EspeakProcess()
    process.phonemes(["sim"])
    process.close()
    assert process.pid is None
    with pytest.raises(EngineUnavailable, match="closed"):
        process.phonemes(["sim"])
