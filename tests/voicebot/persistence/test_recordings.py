from __future__ import annotations

import hashlib
import subprocess
import sys
import wave
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.persistence.calls import NOW, begun
from voicebot.application.call_record import UnknownCall
from voicebot.persistence.database import Database
from voicebot.persistence.errors import (
    RecordingError,
    RecordingIncomplete,
    RecordingKeyInvalid,
    RecordingTampered,
)
from voicebot.persistence.recording_store import PostgresRecordings
from voicebot.persistence.recordings import (
    RATE_HZ,
    RecordingWriter,
    Stereo,
    erase_recording,
    export_wav,
    generate_key,
    key_id,
    read_key,
    read_recording,
    recording_call_id,
)
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.sealed import SealedWriter, read_sealed

CALL = "9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11"
OTHER = "0b6c7c0e-54c0-4d2a-8f3e-1c5e3f0f2a22"
KEY = read_key(generate_key())
HEADER = 8 + 32 + 8 + 2 + len(CALL)  # magic, salt, key id, label length, label
FRAME = 4 + 1  # length, final mark
TAG = 16
CHUNK = 4000  # samples: half a second


def chunk(seed: int) -> Stereo:
    return np.random.default_rng(seed).integers(-32768, 32768, (CHUNK, 2)).astype(np.int16)


def written(folder: Path, *, chunks: int = 3, call: str = CALL, finish: bool = True) -> tuple[Path, Stereo]:
    writer = RecordingWriter(folder, KEY, call)
    audio = [chunk(seed) for seed in range(chunks)]
    for each in audio:
        writer.append(each)
    if finish:
        writer.close()
    else:
        writer.abandon()
    return writer.path, np.concatenate(audio)


def frame_span(index: int) -> slice:
    size = FRAME + CHUNK * 2 * 2 + TAG
    return slice(HEADER + index * size, HEADER + (index + 1) * size)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    path, audio = written(tmp_path / "recordings")
    assert np.array_equal(read_recording(path, KEY, call_id=CALL), audio)
    assert recording_call_id(path, KEY) == CALL


def test_files_are_for_the_owner_alone_and_hold_no_clear_audio(tmp_path: Path) -> None:
    path, audio = written(tmp_path / "recordings")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    assert audio[:50].tobytes() not in path.read_bytes()


def test_the_same_audio_never_looks_the_same(tmp_path: Path) -> None:
    one, _ = written(tmp_path / "one")
    two, _ = written(tmp_path / "two")
    assert one.read_bytes()[frame_span(0)] != two.read_bytes()[frame_span(0)]


def test_attack_18_another_key_opens_nothing(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    other = read_key(generate_key())
    with pytest.raises(RecordingKeyInvalid, match=key_id(other)):
        read_recording(path, other)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(0, id="magic"),
        pytest.param(8 + 3, id="salt"),
        pytest.param(HEADER - 1, id="call id"),
        pytest.param(HEADER + 4, id="final mark of the first frame"),
        pytest.param(HEADER + FRAME, id="first byte of audio"),
        pytest.param(HEADER + FRAME + CHUNK * 2 * 2 + TAG - 1, id="tag of the first frame"),
        pytest.param(-1, id="tag of the final frame"),
    ],
)
@pytest.mark.parametrize("allow_partial", [False, True])
def test_one_changed_bit_shows(tmp_path: Path, at: int, allow_partial: bool) -> None:
    path, _ = written(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(RecordingTampered):
        read_recording(path, KEY, allow_partial=allow_partial)


def test_swapped_frames_show(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    raw = path.read_bytes()
    first, second = raw[frame_span(0)], raw[frame_span(1)]
    path.write_bytes(raw[:HEADER] + second + first + raw[frame_span(1).stop :])
    with pytest.raises(RecordingTampered, match="frame 0"):
        read_recording(path, KEY)


def test_a_frame_taken_out_shows(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    raw = path.read_bytes()
    path.write_bytes(raw[: frame_span(1).start] + raw[frame_span(1).stop :])
    with pytest.raises(RecordingTampered, match="frame 1"):
        read_recording(path, KEY, allow_partial=True)


def test_a_frame_of_another_file_shows(tmp_path: Path) -> None:
    mine, _ = written(tmp_path, call=CALL)
    theirs, _ = written(tmp_path, call=OTHER)
    raw = mine.read_bytes()
    mine.write_bytes(raw[:HEADER] + theirs.read_bytes()[frame_span(0)] + raw[frame_span(0).stop :])
    with pytest.raises(RecordingTampered, match="frame 0"):
        read_recording(mine, KEY)


def test_another_calls_recording_does_not_pass_for_this_calls(tmp_path: Path) -> None:
    path, _ = written(tmp_path, call=OTHER)
    with pytest.raises(RecordingTampered, match="another call"):
        read_recording(path, KEY, call_id=CALL)


def test_bytes_after_the_end_show(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(RecordingTampered, match="goes on"):
        read_recording(path, KEY)


@pytest.mark.parametrize(
    ("cut", "chunks"),
    [
        pytest.param(FRAME + TAG, 3, id="the final frame"),
        pytest.param(1, 3, id="one byte of the final frame"),
        pytest.param(FRAME + TAG + 100, 2, id="into the last chunk"),
    ],
)
def test_a_cut_file_is_not_taken_for_whole_but_its_whole_chunks_are_read(tmp_path: Path, cut: int, chunks: int) -> None:
    path, audio = written(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(RecordingIncomplete):
        read_recording(path, KEY)
    assert np.array_equal(read_recording(path, KEY, allow_partial=True), audio[: chunks * CHUNK])


def test_a_killed_process_leaves_every_chunk_it_took(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
import numpy as np
from voicebot.persistence.recordings import RecordingWriter
writer = RecordingWriter(Path({str(tmp_path)!r}), {KEY!r}, {CALL!r})
for value in (1, 2, 3):
    writer.append(np.full(({CHUNK}, 2), value, dtype=np.int16))
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[3])

    audio = read_recording(tmp_path / f"{CALL}.vbrec", KEY, allow_partial=True)
    assert audio[::CHUNK, 0].tolist() == [1, 2, 3]
    assert len(audio) == 3 * CHUNK


def test_the_summary_tells_how_the_file_must_look(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path, KEY, CALL)
    writer.append(chunk(0))
    writer.append(np.zeros((0, 2), dtype=np.int16))
    summary = writer.close()
    assert (summary.frames, summary.samples, summary.key_id) == (1, CHUNK, key_id(KEY))
    digest = subprocess.run(["sha256sum", summary.path], check=True, capture_output=True, text=True).stdout
    assert digest.startswith(summary.sha256)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(np.zeros((10, 2), dtype=np.float32), id="float"),
        pytest.param(np.zeros(10, dtype=np.int16), id="mono"),
        pytest.param(np.zeros((2, 10), dtype=np.int16), id="channels first"),
    ],
)
def test_other_audio_is_refused(tmp_path: Path, wrong: Stereo) -> None:
    writer = RecordingWriter(tmp_path, KEY, CALL)
    with pytest.raises(RecordingError, match="int16"):
        writer.append(wrong)
    writer.abandon()


def test_a_call_has_one_recording_and_a_real_id(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(RecordingError, match="already"):
        RecordingWriter(tmp_path, KEY, CALL)
    with pytest.raises(RecordingError, match="UUID"):
        RecordingWriter(tmp_path, KEY, "../../etc/passwd")


@pytest.mark.parametrize("encoded", ["", "short", "A" * 44, "não é base64", b64encode(bytes(32)).decode() + "AAAA"])
def test_a_malformed_key_is_refused_and_not_repeated(encoded: str) -> None:
    with pytest.raises(RecordingKeyInvalid, match="VOICEBOT_RECORDING_KEY") as caught:
        read_key(encoded)
    assert not encoded or encoded not in str(caught.value)


def test_the_copy_in_clear_is_stereo_at_eight_kilohertz(tmp_path: Path) -> None:
    path, audio = written(tmp_path)
    out = tmp_path / "copy.wav"
    export_wav(path, KEY, out)
    with wave.open(str(out), "rb") as copy:
        assert (copy.getnchannels(), copy.getsampwidth(), copy.getframerate()) == (2, 2, RATE_HZ)
        assert copy.readframes(copy.getnframes()) == audio.tobytes()
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        export_wav(path, KEY, out)


def test_erased_is_erased_even_for_who_kept_the_blocks(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    kept = tmp_path / "hard link, as a disk keeps blocks"
    kept.hardlink_to(path)
    assert erase_recording(path)
    assert not path.exists()
    with pytest.raises(RecordingTampered):
        read_recording(kept, KEY, allow_partial=True)
    assert not erase_recording(path)


@given(frames=st.lists(st.binary(max_size=200), max_size=6), cut=st.integers(0, 300))
def test_any_cut_gives_a_prefix_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes], cut: int
) -> None:
    path = tmp_path_factory.mktemp("sealed") / "file"
    writer = SealedWriter(path, KEY, "label")
    for frame in frames:
        writer.append(frame)
    writer.finish()
    raw = path.read_bytes()
    path.write_bytes(raw[: max(len(raw) - cut, 0)])
    try:
        found = read_sealed(path, KEY)
    except RecordingTampered:
        assert len(raw) - cut < 8 + 32 + 8 + 2 + len("label"), "only a header that is cut is refused"
        return
    assert list(found.frames) == frames[: len(found.frames)]
    assert found.complete is (cut == 0)


def test_what_is_silenced_is_gone_on_disk_and_in_what_is_still_to_come(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path, KEY, CALL)
    audio = [chunk(seed) for seed in range(4)]
    for each in audio[:2]:
        writer.append(each)
    before = writer.path.read_bytes()
    writer.silence_caller(0.75, 1.25)  # half of the second chunk, half of the third
    for each in audio[2:]:
        writer.append(each)
    summary = writer.close()
    expected = np.concatenate(audio)
    expected[6000:10_000, 0] = 0
    assert np.array_equal(read_recording(writer.path, KEY, call_id=CALL), expected)
    assert (summary.samples, summary.frames) == (4 * CHUNK, 4)
    assert summary.sha256 == hashlib.sha256(writer.path.read_bytes()).hexdigest()
    assert writer.path.read_bytes()[: len(before)] != before, "another key"
    assert [each.name for each in tmp_path.iterdir()] == [writer.path.name], "nothing is left beside it"


def test_silencing_ahead_writes_nothing_anew(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path, KEY, CALL)
    writer.append(chunk(0))
    header = writer.path.read_bytes()[:HEADER]
    writer.silence_caller(0.5, 1.0)
    writer.append(chunk(1))
    writer.close()
    assert writer.path.read_bytes()[:HEADER] == header
    assert not read_recording(writer.path, KEY)[CHUNK:, 0].any()


def test_the_old_files_key_is_destroyed_for_whoever_still_holds_it(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path, KEY, CALL)
    writer.append(chunk(0))
    kept = tmp_path / "kept"
    kept.hardlink_to(writer.path)
    writer.silence_caller(0.0, 0.1)
    with pytest.raises(RecordingTampered):
        read_recording(kept, KEY, allow_partial=True)


async def test_a_deletion_leaves_its_entry(database: Database, tmp_path: Path) -> None:
    call = await begun(PostgresRecords(database))
    recordings = PostgresRecordings(database)
    writer = RecordingWriter(tmp_path, KEY, call)
    await recordings.opened(call, writer.path, writer.key_id, NOW)
    writer.append(chunk(1))
    await recordings.completed(call, writer.close())

    later = NOW + timedelta(days=1)
    assert await recordings.path_of(call) == writer.path
    assert await recordings.started_before(later) == [call]
    assert await recordings.delete(call, because="third_party", at=later)

    assert not writer.path.exists()
    assert await recordings.path_of(call) is None
    assert await recordings.started_before(later) == []
    assert not await recordings.delete(call, because="again", at=later)


async def test_a_deletion_that_a_crash_cut_short_is_finished(database: Database, tmp_path: Path) -> None:
    call = await begun(PostgresRecords(database))
    recordings = PostgresRecordings(database)
    await recordings.opened(call, tmp_path / "gone.vbrec", key_id(KEY), NOW)

    assert await recordings.delete(call, because="retention", at=NOW)
    assert await recordings.path_of(call) is None


async def test_no_recording_of_a_call_never_begun(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnknownCall):
        await PostgresRecordings(database).opened(CALL, tmp_path / "x", key_id(KEY), NOW)
