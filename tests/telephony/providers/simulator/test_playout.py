from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.codecs import MULAW_SILENCE
from telephony.providers.simulator.playout import FRAME_BYTES, Playout

SILENCE = MULAW_SILENCE * FRAME_BYTES


def audio(letter: str, ms: int = 20) -> bytes:
    return letter.encode() * (ms * 8)


def heard(playout: Playout, ticks: int) -> str:
    """Give the first byte of each frame played, "." for silence."""
    frames = [playout.tick().frame for _ in range(ticks)]
    return "".join("." if frame == SILENCE else chr(frame[0]) for frame in frames)


def test_audio_plays_in_arrival_order_160_bytes_a_tick() -> None:
    playout = Playout()
    playout.play(audio("a", 40))
    playout.play(audio("b"))
    assert playout.buffered_ms == 60
    assert heard(playout, 5) == "aab.."
    assert playout.buffered_ms == 0


def test_messages_of_any_length_are_joined_and_the_rest_is_silence() -> None:
    playout = Playout()
    playout.play(b"a" * 100)
    playout.play(b"b" * 100)
    assert playout.tick().frame == b"a" * 100 + b"b" * 60
    assert playout.tick().frame == b"b" * 40 + MULAW_SILENCE * 120


def test_a_mark_comes_back_when_the_audio_before_it_has_played_to_its_end() -> None:
    playout = Playout()
    playout.play(audio("a", 40))
    assert playout.mark("m") == ()
    playout.play(audio("b"))
    # The second frame of "a" starts at tick 1 and ends when tick 2 begins.
    assert [playout.tick().marks for _ in range(4)] == [(), (), ("m",), ()]


def test_marks_keep_their_order_within_one_frame() -> None:
    playout = Playout()
    playout.play(b"a" * 10)
    for name in ("m1", "m2"):
        playout.mark(name)
    playout.play(b"b" * 150)
    playout.mark("m3")
    assert playout.tick().marks == ()
    assert playout.tick().marks == ("m1", "m2", "m3")


def test_a_mark_on_an_idle_phone_comes_back_at_once() -> None:
    playout = Playout()
    assert playout.mark("m") == ("m",)
    playout.tick()
    assert playout.mark("n") == ("n",)


def test_a_mark_behind_the_frame_that_is_playing_waits_for_it() -> None:
    playout = Playout()
    playout.play(audio("a"))
    playout.tick()
    assert playout.mark("m") == ()
    assert playout.tick().marks == ("m",)


def test_clear_drops_the_audio_and_gives_every_mark_back_in_order() -> None:
    playout = Playout()
    playout.play(audio("a", 60))
    playout.mark("m1")
    playout.play(audio("b"))
    playout.mark("m2")
    assert heard(playout, 1) == "a"
    assert playout.clear() == ("m1", "m2")
    assert (heard(playout, 3), playout.buffered_ms) == ("...", 0)


def test_clear_gives_back_a_mark_whose_frame_is_still_playing() -> None:
    playout = Playout()
    playout.play(b"a" * 10)
    playout.mark("m")
    playout.tick()
    assert playout.clear() == ("m",)
    assert playout.tick().marks == ()


def test_stale_audio_after_a_clear_is_heard() -> None:
    playout = Playout()
    playout.play(audio("a", 100))
    playout.clear()
    playout.play(audio("z"))
    assert heard(playout, 2) == "z."


@pytest.mark.parametrize(
    ("gap_ticks", "mark", "expected"),
    [
        pytest.param(0, False, [], id="no hole"),
        pytest.param(1, False, [20], id="one frame late"),
        pytest.param(5, False, [100], id="five frames late"),
        pytest.param(5, True, [], id="the utterance had ended with a mark"),
        pytest.param(16, False, [], id="a pause of the speaker"),
    ],
)
def test_holes_in_the_middle_of_speech_are_counted_with_their_length(
    gap_ticks: int, mark: bool, expected: list[int]
) -> None:
    playout = Playout()
    playout.play(audio("a"))
    if mark:
        playout.mark("end")
    heard(playout, 1 + gap_ticks)
    playout.play(audio("b"))
    heard(playout, 2)
    assert playout.underruns_ms == expected


def test_a_clear_is_no_underrun() -> None:
    playout = Playout()
    playout.play(audio("a", 100))
    playout.tick()
    playout.clear()
    heard(playout, 3)
    playout.play(audio("b"))
    playout.tick()
    assert playout.underruns_ms == []


def test_ten_minutes_fit_and_no_more() -> None:
    playout = Playout()
    minute = audio("a", 60_000)
    assert all(playout.play(minute) for _ in range(10))
    assert not playout.play(b"b")
    assert playout.overflowed
    assert playout.buffered_ms == 600_000


Steps = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(1, 500)),
        st.tuples(st.just("mark"), st.integers(0, 0)),
        st.tuples(st.just("clear"), st.integers(0, 0)),
        st.tuples(st.just("tick"), st.integers(1, 4)),
    ),
    max_size=40,
)


@given(steps=Steps)
def test_every_mark_comes_back_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    playout, asked, returned = Playout(), 0, list[str]()
    for step, size in steps:
        if step == "play":
            playout.play(b"a" * size)
        elif step == "mark":
            returned += playout.mark(str(asked))
            asked += 1
        elif step == "clear":
            returned += playout.clear()
        else:
            for _ in range(size):
                returned += playout.tick().marks
    while playout.buffered_ms:
        returned += playout.tick().marks
    returned += playout.tick().marks
    assert returned == [str(n) for n in range(asked)]
