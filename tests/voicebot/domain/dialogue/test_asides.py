"""What people ask beside the road gets the answer to that, and not to what it happens to sound like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, means, money, play, said
from voicebot.domain.dialogue import asked
from voicebot.domain.dialogue.asked import is_supposed, names_other_number
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.dialogue.words import lacking_channels, named_channel, says_any
from voicebot.domain.meaning import Entity, EntityType, Intent
from voicebot.domain.portfolio import Channel

TOLD = (SOU_EU, CPF, BIRTH)
PLAN = (*TOLD, means(Intent.JOB_LOSS), money("120.00"))
AGREED = (*PLAN, means(Intent.AFFIRM, text="sim"))


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("posso ser presa por causa disso?", Intent.ASK_CONSEQUENCES, "CalmFear"),
        ("isso dá cadeia? vai me prender?", Intent.ASK_CONSEQUENCES, "CalmFear"),
        ("vocês vão me processar?", Intent.ASK_CONSEQUENCES, "CalmFear"),
        ("vão tomar minha casa?", Intent.ASK_CONSEQUENCES, "CalmFear"),
        ("meu marido que cuida disso, posso passar pra ele?", Intent.ASK_CONSEQUENCES, "OnlyWithYou"),
        ("manda isso pra minha filha", Intent.CHOOSE_CHANNEL, "OnlyWithYou"),
        ("liga no meu outro número", Intent.OTHER, "OnlyWithYou"),
        ("manda tudo por escrito que eu leio", Intent.CHOOSE_CHANNEL, "WriteLater"),
        ("posso pagar na loja?", Intent.ASK_PAYMENT_METHOD, "ExplainMethods"),
    ],
)
def test_before_any_offer(text: str, intent: Intent, answer: str) -> None:
    """Fails where a fear is met with the interest rates, or a wish for paper with an offer."""
    assert said(play(*TOLD, means(intent, text=text))[-1]) == [answer, "AskSituation"]


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("qual o total disso?", Intent.ASK_DEBT_DETAILS, ["TellTotal", "AskIfItFits"]),
        ("quantas parcelas são mesmo?", Intent.ASK_INSTALLMENTS, ["MakeOffer"]),
        ("quando vence a primeira?", Intent.ASK_DUE_DATE, ["TellDates", "AskIfItFits"]),
        ("a entrada é quanto?", Intent.OTHER, ["TellDates", "AskIfItFits"]),
        ("posso adiantar parcela?", Intent.ASK_INSTALLMENTS, ["AllowEarly", "AskIfItFits"]),
        ("com isso eu quito tudo?", Intent.ASK_DEBT_DETAILS, ["SettlesAll", "AskIfItFits"]),
        ("e se eu ficar doente?", Intent.ILLNESS, ["ExplainTerms", "AskIfItFits"]),
        ("dá pra diminuir a entrada?", Intent.OTHER, ["Acknowledge", "KeepEntry", "AskIfItFits"]),
    ],
)
def test_of_the_offer(text: str, intent: Intent, answer: list[str]) -> None:
    """Fails where a question about the offer brings another one, or the old account."""
    assert [act for act in said(play(*PLAN, means(intent, text=text))[-1]) if act != "Acknowledge"] == [
        act for act in answer if act != "Acknowledge"
    ]


@pytest.mark.parametrize("text", ["tô presa no trânsito", "meu marido foi preso", "é na justiça do trabalho"])
def test_what_only_sounds_like_a_fear(text: str) -> None:
    assert "CalmFear" not in said(play(*TOLD, means(Intent.OTHER, text=text))[-1])


@pytest.mark.parametrize("day", [15, 20])
def test_the_instalments_fall_on_the_day_that_is_wished_for(day: int) -> None:
    wish = means(Intent.ASK_DUE_DATE, text="...", entities=(Entity(EntityType.DATE, "dia", f"2026-12-{day}"),))
    for told in (PLAN, AGREED):
        last = play(*told, wish)[-1]
        assert last.state.bargain.on_table is not None
        assert {payment.due.day for payment in last.state.bargain.on_table.instalments} == {day}


def test_a_day_that_the_creditor_has_not_is_told_so_once() -> None:
    wish = means(Intent.PROPOSE_DATE, text="dia doze", entities=(Entity(EntityType.DATE, "dia doze", "2026-12-12"),))
    first, again = play(*PLAN, wish, wish)[-2:]
    assert said(first) == ["OfferDueDays"]
    assert "OfferDueDays" not in said(again)


def test_the_entry_has_no_day_of_the_month() -> None:
    """Fails where "a entrada pode ser dia cinco?" moves the instalments."""
    day = (Entity(EntityType.DATE, "dia cinco", "2026-12-05"),)
    last = play(*PLAN, means(Intent.PROPOSE_DATE, text="a entrada pode ser dia cinco?", entities=day))[-1]
    assert said(last) == ["TellDates", "AskIfItFits"]


@pytest.mark.parametrize(
    ("text", "kept", "lacking"),
    [
        ("esse número não tem whats", None, {Channel.WHATSAPP}),
        ("não tenho uats", None, {Channel.WHATSAPP}),
        ("não manda no zap", None, {Channel.WHATSAPP}),
        ("no zap não", None, {Channel.WHATSAPP}),
        ("não recebo mensagem de texto", None, {Channel.SMS}),
        ("não tenho zap, manda por sms", Channel.SMS, {Channel.WHATSAPP}),
        ("não tenho whatsapp nem sms, só e-mail", Channel.EMAIL, {Channel.WHATSAPP, Channel.SMS}),
        ("manda no meu e-mail que eu mudei", None, {Channel.EMAIL}),
        ("não, manda por e-mail", Channel.EMAIL, set()),
        ("não manda por e-mail", Channel.EMAIL, set()),
        ("não tem problema manda no zap", Channel.WHATSAPP, set()),
        ("não tenho preferência pode ser no whats", Channel.WHATSAPP, set()),
    ],
)
def test_a_channel_that_the_caller_has_not(text: str, kept: Channel | None, lacking: set[Channel]) -> None:
    """Asked about WhatsApp. Fails where a code goes to a WhatsApp that is not there, or is not wanted."""
    rest, found = lacking_channels(text, Channel.WHATSAPP)
    assert named_channel(rest) == kept
    assert found == lacking


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("liga no meu outro número", True),
        ("pode ligar pro meu celular?", True),
        ("me liga amanhã no fixo", False),
        ("para de ligar no meu celular", False),
        ("não me liga no meu celular", False),
        ("parem de me ligar no meu telefone", False),
    ],
)
def test_another_number_is_no_wish_to_be_left_alone(text: str, other: bool) -> None:
    assert names_other_number(text) is other


@pytest.mark.parametrize(
    "text",
    [
        "nunca mais me liga no meu celular",
        "não quero que ligue no meu telefone",
        "vocês não podem ligar no meu celular",
        "sou a esposa, parem de ficar me ligando no meu celular",
    ],
)
def test_a_stop_is_a_stop_whatever_number_it_names(text: str) -> None:
    """Fails where who wants no calls is told which numbers are called."""
    assert not names_other_number(text)
    heard = means(Intent.JOB_LOSS, Intent.STOP_CALLING, text=text)
    assert play(*TOLD, heard)[-1].state.disposition is Disposition.STOP_CALLING


@pytest.mark.parametrize(
    ("asks", "innocent"),
    [
        (asked.fears_prison, "doze vezes vai me prender demais"),
        (asked.fears_prison, "meu salário vai ficar preso até dia dez"),
        (asked.fears_court, "perdi minha casa na enchente"),
        (asked.fears_court, "qual é o site oficial de vocês?"),
        (asked.fears_court, "o Pix demora pra processar?"),
        (asked.fears_court, "isso já tá na justiça, eu ganhei"),
        (asked.asks_settled, "a entrada é zero?"),
        (asked.asks_settled, "se eu pagar a entrada já quita?"),
        (asked.asks_total, "qual é o total da minha dívida?"),
        (asked.asks_count, "em quantas vezes dá pra fazer?"),
        (asked.asks_count, "quantas vezes vocês vão me ligar?"),
        (asked.asks_early, "não vai adiantar, não tenho como pagar"),
        (asked.sends_to_kin, "não sobra, eu mando dinheiro pra minha mãe"),
        (asked.asks_beginning, "só quando começar no emprego novo"),
        (asked.asks_entry, "a entrada não dá pra esse mês"),
        (asked.is_supposed, "tô com câncer, e se eu não conseguir pagar?"),
        (asked.names_other_number, "pode chamar no meu zap"),
    ],
)
def test_what_is_not_asked(asks: Callable[[str], bool], innocent: str) -> None:
    assert not asks(innocent)


def test_who_is_driving_is_called_later() -> None:
    """Fails where the talk goes on with somebody at the wheel because they named a number."""
    last = play(*TOLD, means(Intent.REQUEST_CALLBACK, text="tô dirigindo, me liga no meu outro número"))[-1]
    assert said(last)[-1] == "AskCallbackTime"


def test_who_has_no_entry_is_heard_and_not_pressed() -> None:
    """Fails where somebody without means is told how much they must give at least."""
    less = means(Intent.OTHER, text="dá pra diminuir a entrada?")
    assert said(play(*PLAN, less)[-1])[-2:] == ["KeepEntry", "AskIfItFits"]
    poor = means(Intent.CANNOT_PAY, Intent.REJECT_OFFER, text="não tenho dinheiro pra entrada")
    assert said(play(*PLAN, poor)[-1])[0] == "AcknowledgeHardship"


@pytest.mark.parametrize("text", ["você sabe qual é o meu número?", "nos dois não"])
def test_a_question_concludes_nothing(text: str) -> None:
    assert not says_any(text)


def test_after_the_days_a_yes_comes_back_to_the_offer() -> None:
    wish = means(Intent.PROPOSE_DATE, text="dia doze", entities=(Entity(EntityType.DATE, "dia doze", "2026-12-12"),))
    assert said(play(*PLAN, wish, means(Intent.ACCEPT_OFFER, text="deixa como tava, eu fecho"))[-1]) == ["AskIfItFits"]


def test_a_later_month_is_not_met_by_the_next_such_day() -> None:
    """Fails where "quinze de fevereiro" is answered with the fifteenth of December."""
    late = (Entity(EntityType.DATE, "quinze de fevereiro", "2027-02-15"),)
    last = play(*PLAN, means(Intent.PROPOSE_DATE, text="quinze de fevereiro", entities=late))[-1]
    assert "DeclineDay" in said(last)


def test_small_words() -> None:
    assert is_supposed("e se eu perder o emprego de novo?")
    assert not is_supposed("eu perdi o emprego")
    assert says_any("tanto faz")
    assert not says_any("manda no zap")
