"""Lines meant for a group of debtors or for a creditor's tone: who hears them, who never does, and in which acts."""

import re
import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from tests.voicebot.script.support import LOCALE, book, voice
from voicebot.application.ports import Voice
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, DebtAct
from voicebot.domain.segments import Segment, Tone
from voicebot.script.book import Audience, Lines
from voicebot.script.errors import BadScript
from voicebot.script.memory import Memory
from voicebot.script.render import ScriptBook
from voicebot.script.specimens import DEBT, SETTLEMENT, TODAY, TOKEN, act_classes, plan, specimens

FEW = re.compile(r"NoticeRecording$|LanguageBarrier$")
"""One wording the law wants, and one short apology in two languages."""


def listener(segment: Segment | None, tone: Tone = Tone.NEUTRAL, *, seed: int = 7) -> Voice:
    return replace(voice(seed=seed), segment=segment, tone=tone)


def heard(act: Act, segment: Segment | None, tone: Tone = Tone.NEUTRAL) -> set[str]:
    return {book().render(act, listener(segment, tone, seed=seed)).text for seed in range(40)}


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        pytest.param(Segment.FIRST_TIME, "acontece com muita gente|todo mundo|imprevisto", id="reassured"),
        pytest.param(Segment.NEW_CUSTOMER, "explico|perguntar|no começo", id="room for questions"),
        pytest.param(Segment.FREQUENT, "prático|caiba|facilita", id="practical"),
    ],
)
def test_each_group_is_asked_about_its_situation_in_its_own_words(segment: Segment, said: str) -> None:
    texts = heard(acts.AskSituation(TOKEN), segment)

    assert len(texts) >= 3
    assert [text for text in texts if not re.search(said, text, re.IGNORECASE)] == []


def test_who_is_not_known_hears_no_line_of_a_group() -> None:
    own = {line for lines in _books() for line, audience in _pairs(lines) if audience.segments}
    plain = heard(acts.AskSituation(TOKEN), None) | heard(acts.AskSituation(TOKEN), Segment.REGULAR)

    assert own
    assert len(plain) >= 4
    assert not [text for text in plain if re.search("muita gente|no começo|prático", text, re.IGNORECASE)]


def test_a_frequent_debtor_hears_nothing_about_other_times() -> None:
    told = re.compile(
        r"de novo|outra vez|mais uma vez|sempre|toda vez|novamente|desta vez|já foi|histórico", re.IGNORECASE
    )
    own = [line for lines in _books() for line, audience in _pairs(lines) if Segment.FREQUENT in audience.segments]

    assert len(own) > 8
    assert [line for line in own if told.search(line)] == []


def test_a_frequent_debtor_hears_shorter_words_than_a_new_one() -> None:
    for act in (acts.AskSituation(TOKEN), acts.AskCapacity(TOKEN), acts.ExplainDebt(TOKEN, DEBT), _settlement()):
        lengths = {
            segment: [len(text.split()) for text in heard(act, segment)]
            for segment in (Segment.FREQUENT, Segment.NEW_CUSTOMER)
        }
        mean = {segment: sum(each) / len(each) for segment, each in lengths.items()}
        assert mean[Segment.FREQUENT] < mean[Segment.NEW_CUSTOMER], type(act).__name__


@pytest.mark.parametrize("segment", [None, *Segment])
def test_a_formal_creditor_never_sounds_like_a_friend(segment: Segment | None) -> None:
    friendly = re.compile(r"^(?:oi\b|tá\b|puxa|nossa|poxa|olha\b)|, viu\b|palavrinha|um abraço, e", re.IGNORECASE)
    texts = {text for act in specimens() for text in _whole(act, listener(segment, Tone.FORMAL))}

    assert len(texts) > 400
    assert [text for text in texts if friendly.search(text)] == []
    assert [text for text in heard(acts.Greet(), None, Tone.NEUTRAL) if friendly.search(text)]


def test_a_warm_creditor_says_goodbye_warmly_and_a_formal_one_does_not() -> None:
    goodbye = acts.SayGoodbye(acts.Farewell.AGREEMENT)

    assert all("abraço" in text.lower() for text in heard(goodbye, None, Tone.WARM))
    assert not [text for text in heard(goodbye, None, Tone.FORMAL) if "abraço" in text.lower()]


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("segment", [None, *Segment])
def test_every_listener_has_four_ways_of_every_act(segment: Segment | None, tone: Tone) -> None:
    acts_lines = book().words.acts
    counts = {key: sum(1 for _ in lines.heard_by(segment, tone)) for key, lines in acts_lines.items()}

    assert len(counts) > 120
    assert {key: count for key, count in counts.items() if count < 4 and not FEW.match(key)} == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_own_words_of_a_group_come_first_and_then_those_for_all_without_repeating(seed: int) -> None:
    lines = book().words.acts["AskSituation"]
    own = {name for name, _, aim in lines.heard_by(Segment.FIRST_TIME, Tone.NEUTRAL) if aim}
    said: list[str] = []
    for _ in range(10):
        speaker = replace(listener(Segment.FIRST_TIME, seed=seed), said=tuple(said))
        said.append(book().render(acts.AskSituation(TOKEN), speaker).variant)

    assert said[0] in own
    assert len(set(said)) == len(said)
    assert set(said) > own


@pytest.mark.parametrize(
    ("segment", "tone", "names"),
    [
        pytest.param(None, Tone.NEUTRAL, {"A/0"}, id="not known: only what is for everyone"),
        pytest.param(Segment.FREQUENT, Tone.NEUTRAL, {"A/0", "A/1"}, id="own group"),
        pytest.param(Segment.FREQUENT, Tone.WARM, {"A/0", "A/1", "A/2", "A/3"}, id="own group and tone"),
        pytest.param(Segment.REGULAR, Tone.WARM, {"A/0", "A/2"}, id="own tone"),
        pytest.param(Segment.FIRST_TIME, Tone.FORMAL, {"A/0"}, id="neither"),
    ],
)
def test_a_line_is_heard_by_those_it_is_for(segment: Segment | None, tone: Tone, names: set[str]) -> None:
    frequent, warm = frozenset({Segment.FREQUENT}), frozenset({Tone.WARM})
    audiences = (Audience(), Audience(frequent), Audience(tones=warm), Audience(frequent, warm))
    lines = Lines("A", "a.yaml", ("a", "b", "c", "d"), audiences)

    assert {name for name, _, _ in lines.heard_by(segment, tone)} == names
    index = {f"A/{number}": frozenset[str]() for number in range(4)}
    ranked = Memory.of((), index).freshest(lines, 7, segment, tone)
    assert {name for name, _ in ranked} == names
    if segment is Segment.FREQUENT and tone is Tone.WARM:
        assert ranked[0][0] == "A/3"


@pytest.mark.parametrize(
    ("written", "variant", "rule"),
    [
        pytest.param(
            '{say: "Claro.", segment: rich}', "HoldOn/0", "segment is one or a list of first_time", id="segment"
        ),
        pytest.param('{say: "Claro.", tone: rude}', "HoldOn/0", "tone is one or a list of formal", id="a tone"),
        pytest.param('{say: "Claro.", to: all}', "HoldOn/0", 'write "a quoted line" or', id="a key"),
        pytest.param("{tone: warm}", "HoldOn/0", 'write "a quoted line" or', id="no words"),
        pytest.param("12", "HoldOn/0", 'write "a quoted line" or', id="a number"),
        pytest.param(
            '{say: "Claro.", segment: frequent}', "HoldOn/0", "a segment in an act anyone may hear", id="a leak"
        ),
    ],
)
def test_a_line_for_nobody_there_is_is_refused(tmp_path: Path, written: str, variant: str, rule: str) -> None:
    folder = _with(tmp_path, "line.yaml", '"Claro, eu espero."', written)

    with pytest.raises(BadScript) as refused:
        ScriptBook.load(folder)

    assert [fault for fault in refused.value.faults if fault.variant == variant and rule in str(fault)]


def test_a_phrase_is_for_every_group(tmp_path: Path) -> None:
    folder = _with(
        tmp_path, "phrases.yaml", '  - "Posso mandar {ways}."', '  - {segment: frequent, say: "Mando {ways}."}'
    )

    with pytest.raises(BadScript, match="ways/0: a segment in an act anyone may hear"):
        ScriptBook.load(folder)


def test_a_tone_without_words_is_refused(tmp_path: Path) -> None:
    folder = _with(tmp_path, "opening.yaml", '  - "A ligação é', '  - {tone: warm, say: "A ligação é')
    path = folder / "script" / "opening.yaml"
    path.write_text(path.read_text("utf-8").replace('pedir uma cópia."', 'pedir uma cópia."}'), encoding="utf-8")

    with pytest.raises(BadScript, match="NoticeRecording: has no line for the tone formal"):
        ScriptBook.load(folder)


def test_words_of_a_group_stand_only_in_acts_about_the_debt() -> None:
    classes = act_classes()
    with_segments = {
        lines.key.split(".")[0]
        for lines in book().words.acts.values()
        if any(each.segments for each in lines.audiences)
    }

    assert len(with_segments) >= 6
    assert [name for name in with_segments if not issubclass(classes[name], DebtAct)] == []


def test_a_group_changes_no_figure_of_an_offer() -> None:
    figures = re.compile(r"(?:\w+ )*(?:reais|centavos)|\w+ por cento|(?:até|ainda) (?:hoje|\w+, dia \w+ e \w+)")
    for act in (_settlement(), acts.ExplainDebt(TOKEN, DEBT), acts.GiveTime(TOKEN, TODAY)):
        totals = {
            frozenset(word for figure in figures.findall(text) for word in figure.split() if word != "e") & _NUMBERS
            for segment, tone in product((None, *Segment), Tone)
            for text in heard(act, segment, tone)
        }
        assert len(totals) == 1, totals


_NUMBERS = frozenset(
    "mil sessenta cinco trinta quatro vinte duzentos cinquenta trezentos um sete seis centavos".split()
)


def _settlement() -> acts.MakeOffer:
    return acts.MakeOffer(TOKEN, SETTLEMENT)


def _whole(act: Act, speaker: Voice) -> set[str]:
    return {book().render(act, listener(speaker.segment, speaker.tone, seed=seed)).text for seed in range(6)}


def _books() -> list[Lines]:
    return [*book().words.acts.values(), *book().words.phrases.values()]


def _pairs(lines: Lines) -> list[tuple[str, Audience]]:
    return list(zip(lines.variants, lines.audiences, strict=True))


def _with(tmp_path: Path, file: str, old: str, new: str) -> Path:
    folder = tmp_path / "pt-BR"
    shutil.copytree(LOCALE, folder)
    path = folder / "script" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}: this test tests nothing"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_plan_is_told_to_every_group_with_all_its_parts() -> None:
    offer = acts.MakeOffer(TOKEN, plan(10, entry=None))
    for segment in Segment:
        for text in heard(offer, segment):
            assert "dez parcelas de cento e sete reais e oitenta e cinco centavos" in text
            assert text.endswith("?")
