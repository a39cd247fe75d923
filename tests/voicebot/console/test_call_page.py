from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import structlog

from tests.voicebot.console.stage import DEBTOR, NOW, PHONE, TALK, Stage, card
from voicebot.application.ports import Speaker
from voicebot.application.qa.people import Role
from voicebot.domain.dialogue.phases import Phase
from voicebot.persistence.recordings import generate_key, read_key

PRIVATE = ("Ana", "Beatriz", "529.982", "247-25", "98888", "cinco dois nove")
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
QUOTED = "\"'><svg/onload=alert(3)>{{7777*7777}}"


async def audited(stage: Stage) -> list[str]:
    return [row["action"] for row in await stage.rows("SELECT action FROM console_audit ORDER BY id")]


async def test_what_was_said_is_shown_with_its_time_and_its_evidence(stage: Stage) -> None:
    call = await stage.call(card=card("empathy", fatal={"false_claim": [4]}), recorded=True)
    page = (await (await stage.signed_in()).get(f"calls/{call}")).text
    assert "O total hoje é de R$ 1.331,67." in page
    assert re.search(r'class="line agent fatal" data-at="16.0"', page)
    assert re.search(r"Afirmação falsa</strong>: dito <a class=\"evidence\" href=\"#t4\" data-at=\"16.0\"", page)
    assert "motivo de empathy" in page
    assert 'data-at="16.0" data-line="4">0:16</a>' in page


async def test_personal_data_does_not_leave_the_server_until_somebody_asks_for_it(stage: Stage) -> None:
    call = await stage.call()
    visitor = await stage.signed_in()
    covered = (await visitor.get(f"calls/{call}")).text
    assert [each for each in (*PRIVATE, PHONE) if each in covered] == []

    shown = await visitor.post(f"calls/{call}/reveal", {"reason": "reclamação na ouvidoria"}, seen_at=f"calls/{call}")
    assert [each for each in (*PRIVATE, DEBTOR, PHONE) if each not in shown.text] == []
    (entry,) = await stage.rows("SELECT user_id, call_id, detail FROM console_audit WHERE action = 'revealed'")
    assert (entry["user_id"], str(entry["call_id"])) == (visitor.person_id, call)
    assert entry["detail"] == "reclamação na ouvidoria"
    assert PRIVATE[1] not in (await visitor.get(f"calls/{call}")).text


async def test_without_a_reason_nothing_is_revealed(stage: Stage) -> None:
    call = await stage.call()
    visitor = await stage.signed_in()
    answer = await visitor.post(f"calls/{call}/reveal", {"reason": "  "}, seen_at=f"calls/{call}")
    assert answer.status_code == 303
    assert "revealed" not in await audited(stage)


@pytest.mark.parametrize("words", [ATTACK, QUOTED], ids=["tags", "quotes and braces"])
async def test_attack_13_what_callers_and_colleagues_write_is_never_run(stage: Stage, words: str) -> None:
    """A script in the transcript, in a name, in a comment."""
    talk = (*TALK, (Speaker.CALLER, words, Phase.NEGOTIATION, ()))
    call = await stage.call(talk, creditor=f"Loja {words}", card=card() | {"criteria": [], "fatal": [words]})
    visitor = await stage.signed_in(Role.ADMIN)
    await visitor.post(f"calls/{call}/notes", {"kind": "comment", "text": words}, seen_at=f"calls/{call}")
    await visitor.post(f"calls/{call}/reveal", {"reason": words}, seen_at=f"calls/{call}")
    pages = [await visitor.get(place) for place in (f"calls/{call}", "queues/all", "dashboard", "audit")]
    pages.append(await visitor.get(f"queues/all?creditor={words}"))
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"<script>|<img|<svg/|60481729", page.text), page.url
    assert "&lt;" in pages[0].text


async def test_a_recording_is_heard_in_pieces_and_entered_once(stage: Stage) -> None:
    call = await stage.call(recorded=True)
    visitor = await stage.signed_in()
    whole = await visitor.get(f"calls/{call}/audio.wav")
    assert (whole.status_code, whole.content[:4], len(whole.content)) == (200, b"RIFF", 44 + 8000 * 4)
    piece = await visitor.get(f"calls/{call}/audio.wav", Range="bytes=100-199")
    assert (piece.status_code, piece.content) == (206, whole.content[100:200])
    assert piece.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert (await audited(stage)).count("heard") == 1

    stage.clock.forward(minutes=11)
    await visitor.get(f"calls/{call}/audio.wav", Range="bytes=-10")
    assert (await audited(stage)).count("heard") == 2


@pytest.mark.parametrize(
    ("wanted", "status", "length"),
    [
        pytest.param("bytes=0-", 206, 32044, id="from the start"),
        pytest.param("bytes=32000-", 206, 44, id="to the end"),
        pytest.param("bytes=-4", 206, 4, id="the last bytes"),
        pytest.param("bytes=99999-", 416, 0, id="past the end"),
        pytest.param("bytes=0-1,5-6", 200, 32044, id="several ranges: the whole"),
        pytest.param("bytes=-", 200, 32044, id="no range at all"),
        pytest.param("lines=1-2", 200, 32044, id="another unit"),
    ],
)
async def test_ranges(stage: Stage, wanted: str, status: int, length: int) -> None:
    call = await stage.call(recorded=True)
    answer = await (await stage.signed_in()).get(f"calls/{call}/audio.wav", Range=wanted)
    assert (answer.status_code, len(answer.content)) == (status, length)


async def test_the_picture_of_the_sound_keeps_the_sides_apart_and_is_no_hearing(stage: Stage) -> None:
    call = await stage.call(recorded=True)
    drawn = json.loads((await (await stage.signed_in()).get(f"calls/{call}/peaks.json")).content)
    assert drawn["length_s"] == 1.0
    assert 0.55 < max(drawn["caller"]) < 0.65
    assert 0.1 < max(drawn["agent"]) < 0.2
    assert "heard" not in await audited(stage)


async def test_opening_the_page_is_no_hearing(stage: Stage) -> None:
    call = await stage.call(recorded=True)
    page = (await (await stage.signed_in()).get(f"calls/{call}")).text
    assert 'preload="none"' in page
    assert "heard" not in await audited(stage)


async def test_attack_18_a_recording_cannot_be_read_without_its_key(stage: Stage) -> None:
    call = await stage.call(recorded=True)
    (path,) = stage.folder.iterdir()
    sealed = path.read_bytes()
    assert b"RIFF" not in sealed
    assert path.stat().st_mode & 0o077 == 0
    stage.key = read_key(generate_key())
    visitor = await stage.signed_in()
    assert (await visitor.get(f"calls/{call}/audio.wav")).status_code == 409
    assert "heard" not in await audited(stage)


async def test_one_calls_recording_cannot_pass_for_anothers(stage: Stage) -> None:
    mine = await stage.call(recorded=True)
    theirs = await stage.call(recorded=True)
    (stage.folder / f"{theirs}.vbrec").replace(stage.folder / f"{mine}.vbrec")
    assert (await (await stage.signed_in()).get(f"calls/{mine}/audio.wav")).status_code == 409


async def test_attack_12_an_entry_that_points_elsewhere_is_refused(stage: Stage, tmp_path: Path) -> None:
    """Even a row of the database opens no file outside the folder."""
    call = await stage.call()
    stage.folder, inside = tmp_path / "elsewhere", stage.folder
    await stage.record(call, NOW)
    stage.folder = inside
    assert (await (await stage.signed_in()).get(f"calls/{call}/audio.wav")).status_code == 409


async def test_a_call_without_a_recording_says_so(stage: Stage) -> None:
    call = await stage.call()
    visitor = await stage.signed_in()
    assert "Sem gravação" in (await visitor.get(f"calls/{call}")).text
    assert (await visitor.get(f"calls/{call}/audio.wav")).status_code == 404


async def test_attack_17_no_log_line_and_no_error_page_holds_personal_data(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as logged:
        call = await stage.call(recorded=True, card=card())
        visitor = await stage.signed_in()
        await visitor.post(f"calls/{call}/reveal", {"reason": "reclamação"}, seen_at=f"calls/{call}")
        await visitor.post(f"calls/{call}/review", {}, seen_at=f"calls/{call}")
        await visitor.client.post(f"/console/calls/{call}/review", data={"csrf": "x", "comment": DEBTOR})
        (stage.folder / f"{call}.vbrec").write_bytes(b"broken")
        await visitor.get(f"calls/{call}/audio.wav")
    written = repr(logged) + caplog.text
    assert "console_form_refused" in written
    assert "console_recording_unreadable" in written
    assert [each for each in (*PRIVATE, DEBTOR, PHONE, "reclamação") if each in written] == []
