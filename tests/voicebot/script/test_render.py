"""Every act in every form: whole, spoken, grammatical, and never the same line while another is left."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.voicebot.script.support import CASE, MORNING, VOICES, book, voice
from voicebot.application.ports import Script, Voice
from voicebot.domain.compliance.gate import Facts, Listener, Released, release
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer
from voicebot.domain.portfolio import Treatment
from voicebot.script.clauses import SHORT, split_clauses
from voicebot.script.specimens import DEBT, SETTLEMENT, TODAY, TOKEN, plan, specimens

SLIPS = {
    "a slot or bracket left over": r"[{}\[\]<>|⟦⟧]",
    "digits": r"\d",
    "two spaces or a space before a mark": r"  | [,.?!;:]",
    "a mark twice": r"[,.?!]\s*[,]|\.\.|\?\?",
    "a number that does not agree": r"\b(?:dois|um) (?:parcelas?|contas?|vezes)\b|\buma parcelas\b",
    "an uncontracted preposition": r"\b(?:de o|de a|em o|em a|por o|por a|a o) (?:senhor|seu|sua|dona|lojas)",
    "pra with a formal form": r"\bpra (?:o|a) senhora?\b|\bpro senhor\b",
    "a sentence that begins small": r"(?:^|[.?!] )[a-zà-ú]",
}


@pytest.mark.parametrize("speaker", VOICES.values(), ids=VOICES.keys())
def test_no_line_of_any_act_has_a_slip(speaker: Voice) -> None:
    slips = [
        f"{said.variant}: {what}: {said.text}"
        for act in specimens()
        for said in book().variants(act, speaker)
        for what, pattern in SLIPS.items()
        if re.search(pattern, said.text)
    ]

    assert not slips


@pytest.mark.parametrize("treatment", list(Treatment))
def test_no_line_mixes_the_forms_of_address(treatment: Treatment) -> None:
    wrong = r"\bvocê\b|\bte \w+" if treatment is Treatment.SENHOR else r"\b(?:o|a|do|da|ao|à) senhora?\b"
    speaker = voice(treatment, female=True)

    mixed = [said.text for act in specimens() for said in book().variants(act, speaker) if re.search(wrong, said.text)]

    assert not mixed


def test_a_feminine_persona_never_thanks_as_a_man() -> None:
    texts = [said.text for act in specimens() for said in book().variants(act, voice())]

    assert not [text for text in texts if re.search(r"\bobrigado\b", text, re.IGNORECASE)]
    assert [text for text in texts if "Obrigada" in text]


@pytest.mark.parametrize("speaker", VOICES.values(), ids=VOICES.keys())
def test_the_gate_releases_every_line_of_the_script(speaker: Voice) -> None:
    refused = []
    for act in specimens():
        facts = Facts(TODAY, Listener.INBOUND_CALLER, message_accepted=bool(getattr(act, "accepted", False)))
        for said in book().variants(act, speaker):
            verdict = release(said, case=CASE, token=TOKEN, facts=facts)
            if not isinstance(verdict, Released):
                refused.append(f"{said.variant}: {verdict}: {said.text}")

    assert not refused


def test_every_line_is_said_once_before_any_is_said_again() -> None:
    act = acts.AskForPerson("Ana Beatriz")
    all_of_it = {each.variant for each in book().variants(act, voice())}
    said: list[str] = []
    for _ in all_of_it:
        chosen = book().render(act, voice(said=tuple(said))).variant
        assert chosen not in said
        said.append(chosen)

    assert set(said) == all_of_it
    again = book().render(act, voice(said=tuple(said)))
    assert again.variant.removesuffix("~2") in all_of_it
    assert again.variant.endswith("~2")


def test_the_same_seed_gives_the_same_words_and_seeds_differ() -> None:
    act = acts.AskForPerson("Ana Beatriz")
    by_seed = {seed: book().render(act, voice(seed=seed)) for seed in range(30)}

    assert by_seed == {seed: book().render(act, voice(seed=seed)) for seed in range(30)}
    assert len({said.variant for said in by_seed.values()}) > 3


@pytest.mark.parametrize(
    ("speaker", "notice"),
    [
        pytest.param("você", "A ligação é gravada, e você pode pedir uma cópia.", id="you"),
        pytest.param("senhor", "A ligação é gravada, e o senhor pode pedir uma cópia.", id="sir"),
        pytest.param("senhora", "A ligação é gravada, e a senhora pode pedir uma cópia.", id="madam"),
        pytest.param(
            "senhor ou senhora, não se sabe",
            "A ligação é gravada, e você pode pedir uma cópia.",
            id="unknown gender offends nobody",
        ),
    ],
)
def test_the_recording_notice_has_the_wording_the_law_wants(speaker: str, notice: str) -> None:
    said = book().variants(acts.NoticeRecording(), VOICES[speaker])

    assert [each.text for each in said] == [notice]


@pytest.mark.parametrize(
    ("hour", "greeting"), [(8, "bom dia"), (11, "bom dia"), (12, "boa tarde"), (17, "boa tarde"), (18, "boa noite")]
)
def test_the_greeting_follows_the_listeners_hour(hour: int, greeting: str) -> None:
    said = book().render(acts.Greet(), voice(at=MORNING.replace(hour=hour)))

    assert greeting in said.text.lower()


def test_the_greeting_says_neither_who_nor_why() -> None:
    texts = [each.text for each in book().variants(acts.Greet(), voice())]

    assert not [text for text in texts if "Ana" in text or "Clara" in text or "Aurora" in text]


def test_a_debt_is_told_item_by_item() -> None:
    texts = [each.text for each in book().variants(acts.ExplainDebt(TOKEN, DEBT), voice())]

    for text in texts:
        for item in (
            "Cartão Aurora",
            "dez de julho",
            "mil duzentos e cinquenta reais",
            "vinte e cinco reais",
            "cinquenta e seis reais e sessenta e sete centavos",
            "mil trezentos e trinta e um reais e sessenta e sete centavos",
        ):
            assert item in text
        for sentence in re.split(r"(?<=[.?!]) ", text):
            assert len(re.findall(r"\breais\b", sentence)) <= 2, sentence
        assert "correção" not in text


def test_an_agreement_is_read_back_with_amount_dates_method_and_one_question() -> None:
    for text in (each.text for each in book().variants(acts.ConfirmAgreement(TOKEN, plan_of_ten(), "pix"), voice())):
        for item in (
            "entrada de cento e vinte reais",
            "no Pix",
            "até quinta, dia vinte e seis",
            "dez parcelas de cento e sete reais e oitenta e cinco centavos",
            "todo dia dez",
            "a primeira em dez de dezembro",
            "a última de cento e sete reais e oitenta e oito centavos",
        ):
            assert item in text
        assert text.count("?") == 1
        assert text.endswith("?")


def plan_of_ten() -> Offer:
    return plan(10, entry=Money(12000), odd=3)


def test_the_limit_is_named_only_where_it_is_the_last_offer() -> None:
    claims = re.compile(r"é até onde|é o melhor|é o máximo|mais do que isso eu não|é até aqui", re.IGNORECASE)
    last = [each.text for each in book().variants(acts.MakeOffer(TOKEN, SETTLEMENT, is_last=True), voice())]
    open_still = [each.text for each in book().variants(acts.MakeOffer(TOKEN, SETTLEMENT), voice())]

    assert all(claims.search(text) for text in last)
    assert not any(claims.search(text) for text in open_still)


def test_nothing_is_said_to_be_sent_before_it_was_accepted() -> None:
    promised = book().variants(acts.SendPayment(TOKEN, "pix", "whatsapp", accepted=False), voice())

    assert not [each.text for each in promised if re.search(r"mandei|mandando|enviei|enviado", each.text.lower())]


def test_a_crisis_line_says_the_number_and_asks_once() -> None:
    for text in (
        each.text for each in book().variants(acts.SupportCrisis(EscalationReason.SELF_HARM, "188"), voice(name=None))
    ):
        assert "O CVV atende de graça, a qualquer hora, no um oito oito." in text
        assert text.endswith("?")


def test_while_someone_is_coming_nobody_is_said_to_be_missing() -> None:
    coming = book().variants(acts.StayAndListen("188", nobody_comes=False), voice())
    alone = book().variants(acts.StayAndListen("188"), voice())

    assert not [each.text for each in coming if "ninguém da" in each.text or "ninguém consegue" in each.text]
    assert all("ninguém" in each.text.lower() for each in alone)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Maria", "a dona Maria", id="a woman"),
        pytest.param("Osvaldo", "o seu Osvaldo", id="a man"),
        pytest.param("Darci", "com Darci", id="a name of either"),
    ],
)
def test_a_formal_call_asks_for_the_person_by_title(name: str, expected: str) -> None:
    speaker = voice(Treatment.SENHOR, female=None, name=None)
    texts = [each.text for each in book().variants(acts.AskForPerson(name), speaker)]

    assert any(expected in text for text in texts)


def test_the_questions_about_factors_never_say_which_one_failed() -> None:
    failed = re.compile(r"errad|incorret|não bate|não confere", re.IGNORECASE)
    for factor in (Asks.CPF_FIRST3, Asks.BIRTH_DAY_MONTH):
        for each in book().variants(acts.AskIdentityFactor(factor, again=True), voice()):
            assert not failed.search(each.text)


def test_what_is_heard_first_is_short() -> None:
    too_long = [
        f"{said.variant}: {split_clauses(said.text)[0]}"
        for act in specimens()
        for said in book().variants(act, voice())
        if len(split_clauses(said.text)[0]) > 2 * SHORT
    ]

    assert not too_long


def test_a_callback_next_month_keeps_its_month_and_hour() -> None:
    at = datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))

    said = book().render(acts.ScheduleCallback(at), voice())

    assert "quarta, dois de dezembro, às dez da manhã" in said.text


def test_the_day_is_the_listeners_day() -> None:
    tomorrow = MORNING + timedelta(days=1)

    said = book().render(acts.OfferCallbackTime(tomorrow), voice())

    assert "amanhã, dia vinte e quatro, às dez da manhã" in said.text
    assert date(2026, 11, 24) == tomorrow.date()


def test_the_book_is_the_script_port() -> None:
    port: Script = book()

    assert port.render(acts.Greet(), voice()).act == acts.Greet()
