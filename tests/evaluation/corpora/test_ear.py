import numpy as np
from pipecat.audio.vad.vad_analyzer import VADState

from evaluation.corpora.ear import Cutter
from telephony.codecs import Int16

QUIET, STARTING, SPEAKING, STOPPING = VADState.QUIET, VADState.STARTING, VADState.SPEAKING, VADState.STOPPING
FRAME = 320
LEAD = 16_000 // 2
TAIL = 16_000 // 5


def cut(*states: tuple[VADState, int]) -> list[Int16]:
    """Feed frames numbered from one, in runs of one state."""
    cutter, number = Cutter(), 0
    for state, frames in states:
        for _ in range(frames):
            number += 1
            cutter.feed(np.full(FRAME, number, np.int16), state)
    return cutter.finish()


def test_a_segment_has_its_lead_its_speech_and_a_tail_of_silence() -> None:
    (segment,) = cut((QUIET, 50), (STARTING, 9), (SPEAKING, 20), (STOPPING, 9), (QUIET, 30))
    assert segment.size == LEAD + (20 - 1 + 9 + 1) * FRAME + TAIL
    assert segment[0] == 36  # the first speaking frame is the 60th; 25 frames of half a second end with it
    assert not segment[-TAIL:].any()


def test_a_pause_makes_two_segments_that_share_nothing() -> None:
    first, second = cut((SPEAKING, 10), (STOPPING, 9), (QUIET, 5), (SPEAKING, 10), (STOPPING, 9), (QUIET, 1))
    assert not set(first[:-TAIL].tolist()) & set(second[:-TAIL].tolist())


def test_a_hesitation_inside_speech_cuts_nothing() -> None:
    assert len(cut((SPEAKING, 10), (STOPPING, 5), (SPEAKING, 10), (STOPPING, 9), (QUIET, 1))) == 1


def test_speech_that_noise_prolongs_is_cut_at_the_end() -> None:
    (segment,) = cut((SPEAKING, 40))
    assert segment.size == 40 * FRAME + TAIL


def test_quiet_gives_nothing() -> None:
    assert cut((QUIET, 100), (STARTING, 3), (QUIET, 10)) == []
