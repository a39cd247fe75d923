"""Turn-taking as histories: what happened at which second of the caller's audio, and what the floor then asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from voicebot.pipeline.floor import FallSilent, Floor, GoneQuiet, Patience, TakeTurn, is_backchannel

PATIENCE = Patience(complete_s=0.0, incomplete_s=1.0, unfinished_s=1.6, barge_in_s=0.4, silence_s=5.0, words_s=3.0)
FRAME_S = 0.02
Step = Callable[[Floor, float], None]


def started(floor: Floor, now: float) -> None:
    floor.speech_started(now, now - 0.2)


def stopped(floor: Floor, now: float) -> None:
    floor.speech_stopped(now, now - 0.2)


def words(text: str) -> Step:
    return lambda floor, _: floor.segment(text)


def complete(floor: Floor, _: float) -> None:
    floor.verdict(complete=True)


def unfinished(floor: Floor, _: float) -> None:
    floor.verdict(complete=False)


def bot_starts(floor: Floor, _: float) -> None:
    floor.bot_started()


def bot_stops(floor: Floor, now: float) -> None:
    floor.bot_stopped(now)


def notice_starts(floor: Floor, _: float) -> None:
    floor.bot_started()
    floor.yields = False


def notice_ends(floor: Floor, _: float) -> None:
    floor.yields = True


@dataclass(frozen=True)
class Asked:
    at: float
    what: str


def run(history: list[tuple[float, Step]], until: float) -> list[Asked]:
    """Tick every 20 ms, as audio does; what falls between two ticks happens before the later one."""
    floor, asked, left = Floor(PATIENCE), list[Asked](), list(history)
    for frame in range(int(until / FRAME_S) + 1):
        now = round(frame * FRAME_S, 2)
        while left and left[0][0] <= now:
            at, step = left.pop(0)
            step(floor, at)
        match floor.tick(now):
            case TakeTurn(text):
                asked.append(Asked(now, text))
                floor.bot_started()  # the answer
            case FallSilent():
                asked.append(Asked(now, "<fall silent>"))
                floor.bot_stopped(now)
            case GoneQuiet():
                asked.append(Asked(now, "<gone quiet>"))
            case None:
                pass
    return asked


HELLO_IN_GREETING = [(0.0, bot_starts), (0.7, started), (1.2, stopped), (1.3, words("alô?")), (1.3, complete)]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(
            [(5.0, started), (6.0, stopped), (6.1, words("sim")), (6.1, complete)],
            [Asked(6.1, "sim")],
            id="a complete turn is answered as soon as its words are known",
        ),
        pytest.param(
            [(5.0, started), (6.0, stopped), (6.06, complete), (6.3, words("sim"))],
            [Asked(6.3, "sim")],
            id="the words may come after the verdict",
        ),
        pytest.param(
            [(5.0, started), (6.0, stopped), (6.1, words("não posso")), (6.1, unfinished)],
            [Asked(6.8, "não posso")],  # end 5.8 + incomplete 1.0
            id="an unfinished turn is waited for, not for ever",
        ),
        pytest.param(
            [(5.0, started), (6.0, stopped), (6.1, words("eu queria saber se")), (6.1, complete)],
            [Asked(7.4, "eu queria saber se")],  # end 5.8 + unfinished 1.6
            id="half a sentence is waited for longer, however finished it sounds",
        ),
        pytest.param(
            [
                *[(5.0, started), (6.0, stopped), (6.1, words("eu queria")), (6.1, unfinished)],
                *[(6.5, started), (7.5, stopped), (7.6, words("parcelar")), (7.6, complete)],
            ],
            [Asked(7.6, "eu queria parcelar")],
            id="who goes on after a hesitation is heard as one turn",
        ),
        pytest.param(
            [
                *[(5.0, started), (6.0, stopped), (6.05, complete), (6.06, started), (6.1, words("eu"))],
                *[(7.0, stopped), (7.1, words("acho")), (7.1, unfinished)],
            ],
            [Asked(7.8, "eu acho")],
            id="a verdict is void once the caller goes on",
        ),
        pytest.param(
            [(5.0, started), (5.4, stopped), (5.5, words("")), (5.5, complete)],
            [Asked(5.5, "")],
            id="speech nobody understood is a turn: the bot asks again instead of dead air",
        ),
        pytest.param(
            [(5.0, started), (6.0, stopped), (6.1, complete)],
            [Asked(8.8, "")],  # end 5.8 + words 3.0
            id="a recogniser that never answers does not hang the call",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (6.0, stopped), (6.1, words("espera")), (6.1, complete)],
            [Asked(4.4, "<fall silent>"), Asked(6.1, "espera")],
            id="speech over the bot takes the floor, and is then a turn",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (4.3, stopped), (4.4, words("aham")), (4.4, complete)],
            [],
            id="a backchannel over the bot is nothing",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (4.3, stopped), (4.4, words("")), (4.4, complete)],
            [],
            id="a cough over the bot is nothing",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (4.3, stopped), (4.4, words("não")), (4.4, complete)],
            [Asked(4.4, "<fall silent>"), Asked(4.42, "não")],
            id="a short word that is no backchannel takes the floor",
        ),
        pytest.param(
            [
                (1.0, bot_starts),
                (4.0, started),
                (4.3, stopped),
                (4.35, bot_stops),
                (4.4, words("sim")),
                (4.4, complete),
            ],
            [Asked(4.4, "sim")],
            id="a yes over the bot's last syllable answers its question",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (4.3, stopped), (4.35, bot_stops), (4.4, words("")), (4.4, complete)],
            [Asked(9.4, "<gone quiet>")],
            id="a cough over the bot's last syllable is no turn",
        ),
        pytest.param(
            [(1.0, bot_starts), (4.0, started), (4.1, bot_stops), (6.0, stopped), (6.2, words("")), (6.2, complete)],
            [Asked(6.2, "")],
            id="two seconds that began over the bot's last syllable are a turn, understood or not",
        ),
        pytest.param(
            [*HELLO_IN_GREETING, (3.0, bot_stops)],
            [Asked(8.0, "<gone quiet>")],
            id="the callee's first hello is no turn",
        ),
        pytest.param(
            [
                (0.0, bot_starts),
                (0.7, started),
                (2.7, stopped),
                (2.8, words("você ligou para a família")),
                (2.8, complete),
            ],
            [Asked(1.7, "<fall silent>"), Asked(2.8, "você ligou para a família")],
            id="a greeting too long for a hello is a turn, as a machine's is",
        ),
        pytest.param(
            [(1.0, notice_starts), (4.0, started), (6.0, stopped), (6.1, words("espera")), (6.1, complete)],
            [],
            id="a notice is not interrupted",
        ),
        pytest.param(
            [
                *[(1.0, notice_starts), (4.0, started), (6.0, stopped), (6.1, words("espera")), (6.1, complete)],
                (7.0, notice_ends),
            ],
            [Asked(7.0, "<fall silent>"), Asked(7.02, "espera")],
            id="what was said during a notice counts right after it",
        ),
        pytest.param(
            [
                *[(1.0, notice_starts), (4.0, started), (6.0, stopped), (6.1, words("espera")), (6.1, complete)],
                (7.0, notice_ends),
                (7.0, bot_stops),
            ],
            [Asked(7.0, "espera")],
            id="and where the notice was the last line, it is answered at once",
        ),
        pytest.param(
            [(1.0, bot_starts), (2.0, bot_stops)],
            [Asked(7.0, "<gone quiet>")],
            id="after the patience for silence the bot asks, once",
        ),
        pytest.param(
            [(1.0, bot_starts)],
            [],
            id="silence while the bot speaks is good manners",
        ),
        pytest.param(
            [(1.0, bot_starts), (2.0, bot_stops), (6.9, started), (7.5, stopped), (7.6, words("oi")), (7.6, complete)],
            [Asked(7.6, "oi")],
            id="who speaks up just in time is not asked",
        ),
        pytest.param([(5.0, complete), (5.0, words("fantasma"))], [], id="words without speech are no turn"),
    ],
)
def test_history(history: list[tuple[float, Step]], expected: list[Asked]) -> None:
    assert run(history, until=10.0) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aham.", True),
        ("tá", True),
        ("Tá, tá.", True),
        ("uhum", True),
        ("Sei, sei.", True),
        ("Pois é.", True),
        ("Não.", False),
        ("Tá bom, mas não posso", False),
        ("para", False),
        ("", False),
        ("...", False),
        ("Espera", False),
        ("sim sim sim", False),
    ],
)
def test_backchannels(text: str, expected: bool) -> None:
    assert is_backchannel(text) is expected


def test_words_that_come_after_the_turn_was_taken_do_not_leak_into_the_next() -> None:
    floor = Floor(Patience(words_s=1.0, incomplete_s=0.5))
    floor.speech_started(1.2, 1.0)
    floor.speech_stopped(2.2, 2.0)
    taken = floor.tick(3.1)
    assert isinstance(taken, TakeTurn)
    assert taken.text == ""
    floor.speech_started(4.2, 4.0)
    floor.segment("as palavras de antes")
    floor.speech_stopped(5.2, 5.0)
    floor.segment("as de agora")
    floor.verdict(complete=True)
    later = floor.tick(5.3)
    assert isinstance(later, TakeTurn)
    assert later.text == "as de agora"
