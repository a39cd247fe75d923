"""What people ask beside the road gets the answer to that, and not to what it happens to sound like."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, means, money, play, said
from voicebot.domain.dialogue.asides import is_supposed, names_other_number
from voicebot.domain.dialogue.words import named_channel, says_any, without_lacking
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
        ("esse número não tem whats", None, Channel.WHATSAPP),
        ("não tenho zap, manda por sms", Channel.SMS, Channel.WHATSAPP),
        ("manda no meu e-mail que eu mudei", None, Channel.EMAIL),
        ("não, manda por e-mail", Channel.EMAIL, None),
    ],
)
def test_a_channel_that_the_caller_has_not(text: str, kept: Channel | None, lacking: Channel | None) -> None:
    """Fails where a code goes to a WhatsApp that is not there."""
    rest, found = without_lacking(text)
    assert (named_channel(rest), found) == (kept, lacking)


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


def test_small_words() -> None:
    assert is_supposed("e se eu perder o emprego de novo?")
    assert not is_supposed("eu perdi o emprego")
    assert says_any("tanto faz")
    assert not says_any("manda no zap")
