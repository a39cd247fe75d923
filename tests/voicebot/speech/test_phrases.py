import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from voicebot.speech.phrases import PhraseCache
from voicebot.speech.ports import Pcm


class Tone:
    """A voice of constant samples that notes what it was asked for and can be held up."""

    name = "tone/one"
    sample_rate = 8000

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.going = threading.Event()
        self.going.set()
        self.begun = threading.Semaphore(0)

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        self.asked.append(text)
        self.begun.release()
        assert self.going.wait(10)
        return np.full(10 * len(text), len(text), np.int16)

    def close(self) -> None:
        pass


class OneByOne(Tone):
    """Ends a line when it may, so that which one is begun next does not hang on which thread is faster."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Semaphore(0)

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        pcm = super().synthesise(text, speed=speed)
        assert self.may_end.acquire(timeout=10)
        return pcm


@pytest.fixture
def tone() -> Tone:
    return Tone()


def test_a_line_is_made_once(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    first, again = cache.synthesise("Olá."), cache.synthesise("Olá.")
    np.testing.assert_array_equal(first, again)
    assert tone.asked == ["Olá."]


def test_sentences_are_shared_between_lines(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    cache.synthesise("Obrigada. Certo?")
    line = cache.synthesise("Entendi. Certo?")
    assert tone.asked == ["Obrigada.", "Certo?", "Entendi."]
    assert len(line) == 10 * len("Entendi.") + 0.15 * 8000 + 10 * len("Certo?")


def test_nothing_to_say_is_empty(tone: Tone, tmp_path: Path) -> None:
    assert PhraseCache(tone, tmp_path).synthesise(" … ").size == 0
    assert tone.asked == []


def test_only_kept_lines_reach_the_disk_and_outlive_the_process(tone: Tone, tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    cache = PhraseCache(tone, folder)
    cache.synthesise("Oi, Ana.")
    assert not folder.exists()
    cache.synthesise("Bom dia!", keep=True)
    (kept,) = folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    later = Tone()
    assert PhraseCache(later, folder).ready("Bom dia!")
    np.testing.assert_array_equal(PhraseCache(later, folder).synthesise("Bom dia!"), cache.synthesise("Bom dia!"))
    assert later.asked == []


def test_a_line_in_memory_can_still_be_kept(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    cache.synthesise("Oi.")
    cache.synthesise("Oi.", keep=True)
    assert len(list(tmp_path.iterdir())) == 1
    assert tone.asked == ["Oi."]


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array at all"])
def test_a_damaged_file_is_made_again(tone: Tone, tmp_path: Path, damage: bytes) -> None:
    PhraseCache(tone, tmp_path).synthesise("Oi.", keep=True)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    np.testing.assert_array_equal(PhraseCache(tone, tmp_path).synthesise("Oi.", keep=True), [3] * 30)
    assert tone.asked == ["Oi.", "Oi."]
    assert kept.read_bytes() == whole


def test_another_voice_or_speed_is_another_line(tone: Tone, tmp_path: Path) -> None:
    PhraseCache(tone, tmp_path).synthesise("Oi.", keep=True)
    other = Tone()
    other.name = "tone/two"
    PhraseCache(other, tmp_path).synthesise("Oi.", keep=True)
    PhraseCache(tone, tmp_path, speed=0.9).synthesise("Oi.", keep=True)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_disk_that_takes_nothing_does_not_stop_speech(tone: Tone, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert PhraseCache(tone, blocked).synthesise("Oi.", keep=True).size == 30


def test_memory_is_bounded_and_forgets_the_oldest(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path, memory_bytes=130)
    for text in ("um.", "dois.", "um.", "trs."):
        cache.synthesise(text)
    assert tone.asked == ["um.", "dois.", "um.", "trs."]
    assert cache.ready("trs.")
    assert not cache.ready("um.")


def test_who_asks_for_a_line_being_made_waits_for_it(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(cache.synthesise, "Um momento.") for _ in range(4)]
        assert tone.begun.acquire(timeout=10)
        tone.going.set()
        lengths = {len(future.result(10)) for future in asked}
    assert lengths == {110}
    assert tone.asked == ["Um momento."]


def test_a_failure_reaches_everyone_and_is_not_remembered(tone: Tone, tmp_path: Path) -> None:
    class Broken(Tone):
        def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
            super().synthesise(text)
            raise RuntimeError("no voice")

    broken = Broken()
    cache = PhraseCache(broken, tmp_path)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no voice"):
            cache.synthesise("Oi.")
    assert broken.asked == ["Oi.", "Oi."]


async def test_what_is_needed_now_goes_before_what_is_prepared(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    preparing = asyncio.create_task(cache.prepare(["p1.", "p2.", "p3."]))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    speaking = asyncio.create_task(cache.speak("agora."))
    # The urgent line does not wait for the prepared one that is under way.
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    assert tone.asked == ["p1.", "agora."]
    tone.going.set()
    assert len(await speaking) == 60
    await preparing
    assert tone.asked == ["p1.", "agora.", "p2.", "p3."]
    cache.close()


async def test_cancelled_preparation_stops_before_the_next_line(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    preparing = asyncio.create_task(cache.prepare(["p1.", "p2."]))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    preparing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await preparing
    tone.going.set()
    await asyncio.to_thread(cache.close)
    assert tone.asked == ["p1."]


async def test_calls_that_prepare_take_turns(tmp_path: Path) -> None:
    """With both threads busy for one call, another would wait for its unlikeliest lines."""
    tone = OneByOne()
    cache = PhraseCache(tone, tmp_path)
    wishes = [asyncio.create_task(cache.prepare([f"{name}{place}." for place in range(4)])) for name in "abc"]
    for _ in range(2):
        assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    for _ in range(12):
        tone.may_end.release()
        await asyncio.to_thread(tone.begun.acquire, timeout=10 if len(tone.asked) < 12 else 0)
    await asyncio.gather(*wishes)
    assert sorted(tone.asked[:3]) == ["a0.", "b0.", "c0."], "the likeliest line of each comes first"
    assert len(tone.asked) == len(set(tone.asked)) == 12
    cache.close()


async def test_what_is_there_already_is_passed_over_at_once(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    await cache.prepare(["um.", "dois."])
    await cache.prepare(["um.", "dois.", "três."])
    assert tone.asked == ["um.", "dois.", "três."]
    cache.close()


async def test_who_prepares_learns_of_a_failure(tone: Tone, tmp_path: Path) -> None:
    class Broken(Tone):
        def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
            raise RuntimeError("no voice")

    cache = PhraseCache(Broken(), tmp_path)
    with pytest.raises(RuntimeError, match="no voice"):
        await cache.prepare(["um.", "dois."])
    cache.close()


async def test_nobody_waits_for_a_cache_that_was_closed(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    wishes = [asyncio.create_task(cache.prepare([f"{name}."])) for name in "abcd"]
    for _ in range(2):
        assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    closing = asyncio.create_task(asyncio.to_thread(cache.close))
    done, _ = await asyncio.wait(wishes, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    assert done, "those that wait for a thread are let go while the others are still spoken"
    tone.going.set()
    await closing
    await asyncio.wait(wishes, timeout=10)
    assert all(each.done() for each in wishes)
    await cache.prepare(["e."])
    assert "e." not in tone.asked


async def test_a_stream_gives_the_line_in_pieces(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    pieces = [piece async for piece in cache.stream("Certo. Vamos ver.")]
    assert [int(piece[0]) for piece in pieces] == [6, 10]
    np.testing.assert_array_equal(np.concatenate(pieces), await cache.speak("Certo. Vamos ver."))
    cache.close()


# --- what comes first ----------------------------------------------------------------------------------------------

LONG = "O valor de hoje é de mil reais, e dá para dividir em até seis vezes sem juros."


async def test_first_sentences_are_prepared_before_second_ones_each_once(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    await cache.prepare(["um. dois. tres.", "quatro.", "um. cinco."])
    assert tone.asked == ["um.", "quatro.", "dois.", "cinco.", "tres."]
    cache.close()


async def test_a_sentence_that_somebody_waits_for_begins_with_its_first_clause(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    pieces = [piece async for piece in cache.stream(LONG)]
    assert tone.asked == ["O valor de hoje é de mil reais,", "e dá para dividir em até seis vezes sem juros."]
    assert [len(piece) for piece in pieces] == [10 * len(text) for text in tone.asked], "no pause inside a sentence"
    cache.close()


async def test_a_later_sentence_that_is_not_ready_comes_clause_by_clause_too(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    offer = "Uma entrada de cem reais até quinta, dia vinte e seis, e dez parcelas de cem reais, todo dia dez."
    pieces = [piece async for piece in cache.stream(f"Dá pra dividir. {offer}")]
    first, *rest = tone.asked
    assert first == "Dá pra dividir."
    assert len(rest) >= 3, "nobody hears silence while nine seconds are made"
    assert " ".join(sorted(rest, key=offer.index)) == offer
    assert len(pieces) == len(tone.asked)
    cache.close()


async def test_the_pieces_after_the_first_are_made_two_at_a_time_and_told_in_order(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    line = cache.stream("Certo. " + LONG)
    first = asyncio.ensure_future(anext(line))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    assert tone.asked == ["Certo."], "nothing takes a core from the first sound"
    tone.going.set()
    await first
    tone.going.clear()
    second = asyncio.ensure_future(anext(line))
    for _ in range(2):
        assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    head, rest = "O valor de hoje é de mil reais,", "e dá para dividir em até seis vezes sem juros."
    assert sorted(tone.asked[1:]) == [head, rest], "both are being made"
    tone.going.set()
    assert [len(await second), *[len(piece) async for piece in line]] == [10 * len(head), 10 * len(rest)]
    cache.close()


async def test_what_follows_in_a_line_holds_no_first_words_of_another_call(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path, workers=2)
    await cache.prepare(["Certo."])
    line = cache.stream("Certo. " + LONG)
    await anext(line)
    tone.going.clear()
    second = asyncio.ensure_future(anext(line))
    for _ in range(3):
        assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    other = asyncio.create_task(cache.speak("Oi."))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10), "a thread is free for it"
    assert tone.asked[-1] == "Oi."
    tone.going.set()
    await second
    await other
    assert len([piece async for piece in line]) == 1
    cache.close()


async def test_a_sentence_that_is_ready_is_played_whole(tone: Tone, tmp_path: Path) -> None:
    cache = PhraseCache(tone, tmp_path)
    await cache.prepare([LONG])
    assert len([piece async for piece in cache.stream(LONG)]) == 1
    assert tone.asked == [LONG]
    cache.close()


async def test_nobody_waits_for_a_sentence_that_is_only_being_prepared(tone: Tone, tmp_path: Path) -> None:
    """Its thread stands back behind all others: on a busy machine it may take for ever."""
    cache = PhraseCache(tone, tmp_path)
    tone.going.clear()
    preparing = asyncio.create_task(cache.prepare(["Oi."]))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    speaking = asyncio.create_task(cache.speak("Oi."))
    assert await asyncio.to_thread(tone.begun.acquire, timeout=10)
    tone.going.set()
    assert len(await speaking) == 30
    await preparing
    cache.close()


async def test_a_line_begins_with_sound(tmp_path: Path) -> None:
    class Late(Tone):
        def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
            sound = np.full(800, 9000, np.int16)
            return np.concatenate([np.full(800, 20, np.int16), sound, np.zeros(400, np.int16)])

    cache = PhraseCache(Late(), tmp_path)
    first, second = [piece async for piece in cache.stream("Oi. Tudo bem?")]
    assert int(np.flatnonzero(first > 5000)[0]) == 80, "ten milliseconds for the attack"
    assert int(np.flatnonzero(second > 5000)[0]) == 800, "later pieces keep their pauses"
    cache.close()


def test_the_telephones_rate_is_reached_once_and_kept_apart(tone: Tone, tmp_path: Path) -> None:
    phone = PhraseCache(tone, tmp_path, rate=4000)
    assert phone.sample_rate == 4000
    assert len(phone.synthesise("Olá.", keep=True)) == 20
    assert len(PhraseCache(tone, tmp_path).synthesise("Olá.", keep=True)) == 40
    assert len(PhraseCache(tone, tmp_path, rate=4000).synthesise("Olá.")) == 20
    assert tone.asked == ["Olá.", "Olá."]
