"""Seeded faults: lines that must never be spoken, made by combining acts with what does not belong in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from num2words import num2words

from tests.voicebot.domain.compliance.cases import ANA, CASE, PLAN, SETTLEMENT, TOKEN, VIEW, at
from voicebot.domain.compliance import gate_rules as rule
from voicebot.domain.compliance.gate import Listener
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Ack, Act, Farewell, Hardship, Return, Verified
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case

_SEED: Final = 20261123
_PUBLIC: Final[tuple[Act, ...]] = (
    acts.Greet(),
    acts.AskForPerson("Ana Beatriz"),
    acts.WithholdPurpose("Ana Beatriz", to_third_party=True),
    acts.AskIfPersonAvailable("Ana Beatriz"),
    acts.IdentifySelf(None),
    acts.ExplainWhyVerify(),
    acts.Acknowledge(Ack.UNDERSTOOD),
    acts.RegisterDispute("4711"),
    acts.Escalate(EscalationReason.REQUEST, now=True),
    acts.SayGoodbye(Farewell.THIRD_PARTY),
    acts.NeutralLine(),
    acts.AcknowledgeHardship(Hardship.JOB_LOSS),
)
_DEBT: Final[tuple[acts.DebtAct, ...]] = (
    acts.ExplainDebt(TOKEN, VIEW),
    acts.MakeOffer(TOKEN, PLAN),
    acts.ConfirmAgreement(TOKEN, SETTLEMENT, "pix"),
    acts.ExplainTerms(TOKEN, 7, discounted=True),
)


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that must be refused, by one of `rules`."""

    act: Act
    text: str
    rules: frozenset[str]
    token: Verified | None = TOKEN
    listener: Listener = Listener.SAYS_DEBTOR
    case: Case = CASE


def _bad(act: Act, text: str, *rules: rule.GateRule, **changes: object) -> Bad:
    plain = Bad(act, text, frozenset(each.id for each in rules))
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of Bad, by name


def bad_lines() -> tuple[Bad, ...]:
    chosen = random.Random(_SEED)
    return (
        *_wrong_amounts(chosen),
        *_wrong_days(),
        *_wrong_counts(),
        *_wrong_places(),
        *_debt_words(),
        *_amounts_in_public(),
        *_threats(),
        *_claims(),
        *_names(),
        *_tokens(),
        *_factors(),
        *_public_numbers(),
    )


def _words(cents: int) -> str:
    reais, rest = divmod(cents, 100)
    whole = str(num2words(reais, lang="pt_BR")).replace(",", "")
    return f"{whole} reais e {num2words(rest, lang='pt_BR')} centavos" if rest else f"{whole} reais"


def _written(cents: int) -> str:
    return f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def _wrong_amounts(chosen: random.Random) -> Iterator[Bad]:
    """One digit off, ten times too much, a sum, a difference: in words, in digits and in the short form."""
    right = {125000, 2500, 5667, 133167}
    near = [value + step for value in sorted(right) for step in (-100, -1, 1, 100)]
    made = [1331670, 133167 - 125000, 125000 + 2500, 2500 + 5667, *(chosen.randrange(200, 999_999) for _ in range(12))]
    for cents in [*near, *made]:
        assert cents not in right
        yield _bad(acts.ExplainDebt(TOKEN, VIEW), f"Hoje dá {_words(cents)}.", rule.FIGURE)
        yield _bad(acts.ExplainDebt(TOKEN, VIEW), f"Hoje dá {_written(cents)}.", rule.FIGURE)
        reais, rest = divmod(cents, 100)
        if rest > 20:
            short = f"{num2words(reais, lang='pt_BR')} e {num2words(rest, lang='pt_BR')}".replace(",", "")
            yield _bad(acts.ExplainDebt(TOKEN, VIEW), f"Hoje dá {short}.", rule.FIGURE)
    for percent in (
        "dez e meio por cento",
        "trinta por cento",
        "noventa por cento",
        "25%",
        "um vírgula cinco por cento",
    ):
        yield _bad(acts.MakeOffer(TOKEN, SETTLEMENT), f"Consigo {percent} de desconto.", rule.FIGURE)


def _wrong_days() -> Iterator[Bad]:
    offer = acts.MakeOffer(TOKEN, SETTLEMENT)
    for day in ("vinte e cinco", "vinte e sete", "dois", "primeiro", "25", "trinta"):
        yield _bad(offer, f"Pode ser até o dia {day}?", rule.FIGURE)
    for day in ("vinte e seis de dezembro", "26/12", "26/11/2027", "26 de novembro de 2025", "vinte e seis do doze"):
        yield _bad(offer, f"Pode ser até {day}?", rule.FIGURE)
    for day in ("sexta-feira", "na quarta", "domingo", "amanhã", "depois de amanhã", "ainda hoje"):
        yield _bad(offer, f"Você paga {day}?", rule.FIGURE)
    yield _bad(acts.MakeOffer(TOKEN, PLAN), "São dez parcelas, todo dia vinte e seis.", rule.FIGURE)
    for hour in ("às nove da noite", "às dez", "à uma da tarde", "às nove e meia", "às 21h"):
        yield _bad(acts.ScheduleCallback(at("2026-11-24 09:00")), f"Amanhã, {hour}, está marcado.", rule.FIGURE)
    for day in ("quarta", "dia vinte e cinco", "depois de amanhã"):
        yield _bad(acts.OfferCallbackTime(at("2026-11-24 09:00")), f"Pode ser na {day}, às nove?", rule.FIGURE)


def _wrong_counts() -> Iterator[Bad]:
    for count in ("nove", "onze", "doze", "duas", "vinte e quatro", "cem"):
        for noun in ("parcelas", "vezes", "prestações", "meses"):
            yield _bad(acts.MakeOffer(TOKEN, PLAN), f"Dá pra fazer em {count} {noun}.", rule.FIGURE)
    yield _bad(acts.MakeOffer(TOKEN, PLAN), "Fica em 12x.", rule.FIGURE)
    yield _bad(acts.ExplainTerms(TOKEN, 7, discounted=True), "Se atrasar mais de dez dias, perde.", rule.FIGURE)
    yield _bad(acts.ExplainTotal(TOKEN, 2, Money.of("2515.20")), "São três contas.", rule.FIGURE)
    yield _bad(acts.AskIdentityFactor(Asks.CPF_FIRST3), "Me diz os cinco primeiros números do CPF?", rule.FIGURE)
    yield _bad(acts.RegisterDispute("4711"), "O protocolo é quatro, sete, um, dois.", rule.FIGURE)
    yield _bad(acts.AskChannel(TOKEN, "sms", (), "01"), "Neste número que termina em zero dois?", rule.FIGURE)


def _wrong_places() -> Iterator[Bad]:
    """Every figure is the act's own, but in another's place."""
    debt, plan = acts.ExplainDebt(TOKEN, VIEW), acts.MakeOffer(TOKEN, PLAN)
    yield _bad(debt, "São cinquenta e seis e sessenta e sete de multa.", rule.ROLE)
    yield _bad(debt, "São vinte e cinco de juros.", rule.ROLE)
    yield _bad(debt, "Juros de vinte e cinco reais.", rule.ROLE)
    yield _bad(plan, "Uma entrada de cento e sete reais e oitenta e cinco centavos.", rule.ROLE)
    yield _bad(plan, "R$ 107,85 de entrada.", rule.ROLE)
    yield _bad(plan, "E dez parcelas de cento e vinte reais.", rule.ROLE)
    yield _bad(plan, "E 10x de R$ 120,00.", rule.ROLE)


def _debt_words() -> Iterator[Bad]:
    hints = (
        "É sobre uma dívida.",
        "Tem um débito aqui.",
        "Sua conta está em aberto.",
        "A fatura chegou?",
        "É uma pendência.",
        "Aqui é da cobrança.",
        "Vamos negociar?",
        "Temos uma negociação.",
        "Fechamos um acordo?",
        "É sobre o pagamento.",
        "Precisa pagar.",
        "A parcela venceu.",
        "O valor aumentou.",
        "Está em atraso.",
        "Está atrasada.",
        "O vencimento passou.",
        "Tem multa.",
        "Os juros correm.",
        "Tem desconto.",
        "Mando o boleto?",
        "Quer o Pix?",
        "É o seu contrato.",
        "É sobre o Cartão Aurora.",
        "É do setor de finanças, dos financiamentos.",
        "Precisa regularizar.",
        "O saldo é alto.",
        "Você está devendo.",
        "É sobre a sua conta.",
        "É sobre uma compra sua.",
    )
    for index, hint in enumerate(hints):
        for act in (_PUBLIC[index % len(_PUBLIC)], _PUBLIC[(index + 5) % len(_PUBLIC)]):
            yield _bad(act, hint, rule.DEBT_WORD, rule.CREDITOR_NAME, token=None)


def _amounts_in_public() -> Iterator[Bad]:
    for index, said in enumerate(
        ("São cem reais.", "R$ 50,00, tá?", "Dá dez por cento.", "São mil e doze e dezesseis.")
    ):
        for act in _PUBLIC[index::4]:
            yield _bad(act, said, rule.DEBT_AMOUNT, token=None)


def _threats() -> Iterator[Bad]:
    lines = {
        rule.THREAT: (
            "Isso vai virar processo.",
            "A gente vai pra justiça.",
            "Seu nome vai a protesto.",
            "Cabe penhora dos seus bens.",
            "Vamos negativar o seu nome.",
            "Você vai pro SPC.",
            "Vai pro Serasa.",
            "Chamo a polícia.",
            "Isso dá prisão.",
            "Você vai se arrepender.",
            "Vai ter consequências graves.",
            "Vamos tomar as medidas cabíveis.",
            "Seu nome está sujo, quer limpar seu nome?",
            "Vamos avisar seu chefe.",
            "Vou contar pra sua família.",
            "Tem restrição no seu CPF.",
            "É uma ação judicial.",
        ),
        rule.RIDICULE: (
            "Você é inadimplente.",
            "Isso é coisa de caloteiro.",
            "Toma vergonha na cara.",
            "Que irresponsabilidade.",
            "Você está me enrolando.",
            "Devia ter pensado antes.",
            "Pare de ser preguiçoso.",
        ),
        rule.URGENCY: (
            "Este é o último aviso.",
            "É a sua última chance.",
            "É agora ou nunca.",
            "É urgente!",
            "Pague imediatamente.",
            "Vale só hoje.",
            "É somente hoje.",
            "Apenas até hoje.",
        ),
    }
    for broken, texts in lines.items():
        for index, text in enumerate(texts):
            for act in (_PUBLIC[index % len(_PUBLIC)], _DEBT[index % len(_DEBT)]):
                yield _bad(act, text, broken, rule.THREAT, rule.DEBT_WORD)


_UNDONE: Final[tuple[tuple[rule.GateRule, tuple[str, ...], tuple[Act, ...]], ...]] = (
    (
        rule.SENT,
        ("Já mandei.", "Já enviei, agora há pouco.", "Estou mandando.", "O código foi enviado.", "Já está a caminho."),
        (acts.SendPayment(TOKEN, "pix", "sms", accepted=False), acts.OfferFraudCheck("Lojas Aurora", None, "4711")),
    ),
    (
        rule.SENT,
        ("Já está saindo por SMS.", "Já pus o código para enviar.", "Coloquei pra sair agora."),
        (acts.SendPayment(TOKEN, "pix", "sms", accepted=False), acts.Acknowledge(Ack.UNDERSTOOD)),
    ),
    (
        rule.SENT,  # accepted for delivery is neither sent nor arrived
        ("Já mandei.", "Já enviei por SMS.", "O código foi enviado.", "Já chegou aí."),
        (acts.SendPayment(TOKEN, "pix", "sms", accepted=True),),
    ),
    (
        rule.REGISTERED,
        ("Registrei aqui.", "Está registrado.", "Já ficou tudo registrado."),
        (acts.Acknowledge(Ack.UNDERSTOOD), acts.Condole(), acts.OfferPause(None)),
    ),
    (
        rule.BOOKED,
        ("Já está marcado.", "Agendei aqui.", "Deixei marcado."),
        (acts.AskCallbackTime(), acts.SayGoodbye(Farewell.CALLBACK)),
    ),
    (
        rule.SUPPRESSED,
        ("Ninguém mais vai te ligar.", "Não ligamos mais.", "Não vamos mais ligar.", "Tirei seu número da lista."),
        (acts.Apologise(), acts.SayGoodbye(Farewell.STOP), acts.OfferPause(None)),
    ),
    (
        rule.TRANSFER,
        ("Vou transferir agora.", "Estou transferindo.", "Vou chamar uma pessoa.", "Já chamei alguém."),
        (
            acts.Escalate(EscalationReason.REQUEST, now=False),
            acts.OfferHuman(),
            acts.Deescalate(),
            acts.StayAndListen("188", nobody_comes=True),
        ),
    ),
    (
        rule.LAST,
        ("É o máximo que eu consigo.", "É até onde eu chego.", "Não consigo baixar mais.", "É o meu limite."),
        (
            acts.MakeOffer(TOKEN, PLAN),
            acts.DeclineCounter(TOKEN, Money.of(1000)),
            acts.MakeOffer(TOKEN, PLAN, Return.TODAY),
        ),
    ),
    (rule.FLOOR, ("O valor mínimo é esse.", "Meu piso é mais baixo."), (acts.MakeOffer(TOKEN, PLAN, is_last=True),)),
    (
        rule.SETTLED,
        ("Recebemos o seu pagamento.", "Seu pagamento foi confirmado.", "Já está quitado."),
        (acts.SendPayment(TOKEN, "pix", "sms", accepted=True),),
    ),
    (
        rule.ROBOT,
        ("Sou humana.", "Não sou robô.", "Não sou uma máquina.", "Sou uma pessoa como você.", "Sou de carne e osso."),
        (acts.AdmitRobot(), acts.IdentifySelf(None), acts.AskSituation(TOKEN)),
    ),
)
"""What each act would claim without its being done."""


def _claims() -> Iterator[Bad]:
    for broken, texts, wrong in _UNDONE:
        yield from (_bad(act, text, broken) for text in texts for act in wrong)


def _names() -> Iterator[Bad]:
    bank = replace(CASE, creditor=replace(CASE.creditor, name_reveals_debt=True))
    named: tuple[Act, ...] = (
        acts.IdentifySelf("Lojas Aurora"),
        acts.GreetInbound("Lojas Aurora"),
        acts.CannotVerify("Lojas Aurora"),
        acts.OfferFraudCheck("Lojas Aurora", None, "4711"),
    )
    for act in named:
        for text in (
            "Aqui é da Lojas Aurora.",
            "aqui é da lojas aurora",
            "É da Aurora.",
            "Veja em aurora.example.com.",
        ):
            yield _bad(act, text, rule.CREDITOR_NAME, token=None, listener=Listener.THIRD_PARTY)
            yield _bad(act, text, rule.CREDITOR_NAME, token=None, listener=Listener.UNKNOWN)
            yield _bad(act, text, rule.CREDITOR_NAME, token=None, case=bank)
            yield _bad(act, text, rule.CREDITOR_NAME, token=None, case=bank, listener=Listener.INBOUND_CALLER)
    contact = acts.GiveOfficialContact("Lojas Aurora", "+551130000000")
    yield _bad(contact, "É da Lojas Aurora.", rule.CREDITOR_NAME, token=None, case=bank)
    yield _bad(acts.Greet(), "Bom dia, da Lojas Aurora!", rule.CREDITOR_NAME, token=None)


def _tokens() -> Iterator[Bad]:
    stranger = Verified("D002", TOKEN.at)
    debt: tuple[acts.DebtAct, ...] = (*_DEBT, acts.AskSituation(TOKEN), acts.AskTeachBack(TOKEN))
    for act in debt:
        text = "Vamos falar sobre isso."
        yield _bad(act, text, rule.TOKEN, token=None)
        yield _bad(act, text, rule.TOKEN, listener=Listener.THIRD_PARTY)
        yield _bad(act, text, rule.TOKEN, token=stranger)
        yield _bad(replace(act, token=stranger), text, rule.TOKEN, token=stranger)
        yield _bad(replace(act, token=stranger), text, rule.TOKEN)


def _factors() -> Iterator[Bad]:
    for text in (
        "Seu CPF começa com cinco, dois, nove.",
        "É o cinco dois nove?",
        "CPF 529.982.247-25.",
        "Termina em 725, certo?",
        "Você nasceu em doze de março?",
        "É 12/03?",
        "Você é de mil novecentos e oitenta e quatro?",
        "Nasceu em 12/03/1984?",
        f"Mando para {ANA.email}?",
        "Ligo no onze, nove oito oito oito oito, zero zero zero um?",
    ):
        for act in (acts.AskIdentityFactor(Asks.CPF_FIRST3), acts.AskChannel(TOKEN, "sms", ("email",), "01")):
            yield _bad(act, text, rule.FACTOR)


def _public_numbers() -> Iterator[Bad]:
    for reason, right, wrong in (("self_harm", "188", "um nove zero"), ("violence", "180", "um oito oito")):
        act = acts.SupportCrisis(EscalationReason(reason), right)
        yield _bad(act, f"Ligue para o {wrong}.", rule.PUBLIC_NUMBER)
        yield _bad(act, "Ligue para o 192.", rule.PUBLIC_NUMBER)
    yield _bad(acts.Condole(), "Ligue para o um oito oito.", rule.PUBLIC_NUMBER)
    yield _bad(acts.ConfirmAmount(TOKEN, Money.of(10)), "São cento e noventa?", rule.PUBLIC_NUMBER)
