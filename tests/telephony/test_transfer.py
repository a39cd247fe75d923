from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import DestinationRefused, InvalidTwiml
from telephony.transfer import DIAL_MAX_S, AfterDial, dial_human, say_and_end

DESK, CALLER_ID = "+551130009999", "+551130001000"
AFTER = AfterDial("https://bot.example/ended?handover=k", "https://bot.example/answered")
NUMBERS = st.from_regex(r"\+55[1-9][1-9](9[0-9]{8}|[2-5][0-9]{7})", fullmatch=True)


def test_the_call_is_bridged_with_the_hand_off_number() -> None:
    assert dial_human(DESK, caller_id=CALLER_ID, time_limit_s=3_600, after=AFTER).endswith(
        f'<Response><Dial action="https://bot.example/ended?handover=k" answerOnBridge="true" callerId="{CALLER_ID}" '
        'method="POST" timeLimit="3600" timeout="25">'
        '<Number statusCallback="https://bot.example/answered" statusCallbackEvent="answered" '
        f'statusCallbackMethod="POST">{DESK}</Number></Dial></Response>'
    )


@pytest.mark.parametrize(
    "to",
    [
        pytest.param("", id="nothing"),
        pytest.param("190", id="the police"),
        pytest.param("+19005551234", id="abroad"),
        pytest.param("+551130009999</Number><Number>+19005551234", id="a second number"),
        pytest.param('+551130009999" url="http://x', id="an attribute"),
        pytest.param("+551130009999\n", id="a line's end"),
        pytest.param("+55113000٩٩٩٩", id="digits of another script"),
    ],
)
def test_a_number_outside_the_allow_list_makes_no_twiml(to: str) -> None:
    with pytest.raises(DestinationRefused) as refusal:
        dial_human(to, caller_id=CALLER_ID, time_limit_s=60, after=AFTER)
    assert not to or to not in str(refusal.value)


@pytest.mark.parametrize("caller_id", ["", "551130001000", '+551130001000" record="true', "client:x", "+55113000١٠٠٠"])
def test_a_caller_id_that_is_no_number_makes_no_twiml(caller_id: str) -> None:
    with pytest.raises(InvalidTwiml):
        dial_human(DESK, caller_id=caller_id, time_limit_s=60, after=AFTER)


@pytest.mark.parametrize("seconds", [0, -1, DIAL_MAX_S + 1])
def test_a_limit_the_verb_does_not_take_makes_no_twiml(seconds: int) -> None:
    with pytest.raises(InvalidTwiml):
        dial_human(DESK, caller_id=CALLER_ID, time_limit_s=seconds, after=AFTER)


@given(st.one_of(NUMBERS, st.text(), NUMBERS.flatmap(lambda n: st.text().map(lambda tail: n + tail))))
def test_whatever_is_given_one_number_is_dialled_or_none(to: str) -> None:
    try:
        twiml = dial_human(to, caller_id=CALLER_ID, time_limit_s=60, after=AFTER)
    except DestinationRefused:
        return
    elements = list(ElementTree.fromstring(twiml).iter())  # noqa: S314 - written a line above
    assert [element.tag for element in elements] == ["Response", "Dial", "Number"]
    assert elements[2].text == to
    assert elements[1].attrib["action"] == AFTER.ended_url


def test_words_without_audio_are_said_in_portuguese_and_cannot_become_verbs() -> None:
    spoken, hangup = ElementTree.fromstring(say_and_end("<Dial>+19005551234</Dial> Até logo."))  # noqa: S314 - ours
    assert (spoken.tag, spoken.get("language"), spoken.text) == ("Say", "pt-BR", "<Dial>+19005551234</Dial> Até logo.")
    assert hangup.tag == "Hangup"
