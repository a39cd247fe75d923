"""Brazil: when a debtor may be contacted. Researched by the product, to be reviewed by counsel before production."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from voicebot.domain.compliance.contact import (
    AllPrescribed,
    AttemptCap,
    CallingHours,
    ClosedDays,
    ContactRule,
    JustPaid,
    NothingOwed,
    OnHold,
    OnRegister,
    PromiseOpen,
    StopRequested,
    UnderAge,
)
from voicebot.domain.portfolio import Channel, OpenHours

_CHECKED: Final = date(2026, 11, 22)
_UFS: Final = frozenset(
    "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split(),
)
_OWN_HOURS: Final = frozenset({"AL", "AM", "ES", "RJ", "SP"})
_SUNDAY: Final = 6


def _hours(start: int, end: int, saturday: tuple[int, int] | None = None) -> OpenHours:
    """Monday to Friday from `start` until before `end` o'clock, Saturday where given."""
    week = tuple((day, time(start), time(end)) for day in range(5))
    return OpenHours(week if saturday is None else (*week, (5, time(saturday[0]), time(saturday[1]))))


def _state(id_: str, state: str, cites: str, hours: OpenHours) -> CallingHours:
    reason = f"fora do horário permitido para ligar ({state})"
    return CallingHours(
        id=id_, reason=reason, cites=cites, verified_on=_CHECKED, hours=hours, states=frozenset({state})
    )


def _hold(kind: str, reason: str, cites: str) -> OnHold:
    return OnHold(
        id=f"BR-HOLD-{kind.upper()}", reason=reason, cites=cites, verified_on=_CHECKED, kinds=frozenset({kind})
    )


_NAMED_HOLDS: Final = (
    _hold("lawyer", "a pessoa tem advogado: fale com ele", "CDC art. 42; product choice"),
    _hold("dispute", "contestação em aberto", "CDC art. 42, parágrafo único"),
    _hold("deceased", "a pessoa faleceu", "CC art. 1.792 e 1.997; product choice"),
    _hold("wrong_number", "o número não é da pessoa", "LGPD art. 6, V; CDC art. 42"),
    _hold("stop", "a pessoa pediu para não ser procurada", "CDC art. 42; LGPD art. 18"),
    _hold("minor", "quem atende é menor de idade", "LGPD art. 14"),
    _hold("bereavement", "luto: contato suspenso", "research/domain 6; product choice"),
    _hold("illness", "doença: contato suspenso", "research/domain 6; product choice"),
)

RULES: Final[tuple[ContactRule, ...]] = (
    NothingOwed(
        id="BR-NOTHING-OWED",
        reason="não há débito em aberto",
        cites="CDC art. 42, parágrafo único",
        verified_on=_CHECKED,
    ),
    AllPrescribed(
        id="BR-PRESC",
        reason="todos os débitos estão prescritos",
        cites="CC art. 206, § 5, I; STJ REsp 2.088.100/SP (Tema 1.264 pendente)",
        verified_on=_CHECKED,
        years=5,
    ),
    UnderAge(
        id="BR-LGPD-14",
        reason="a pessoa é menor de idade",
        cites="LGPD art. 14; CC art. 3 e 4",
        verified_on=_CHECKED,
        years=18,
    ),
    StopRequested(
        id="BR-STOP",
        reason="a pessoa pediu para não ser procurada por este canal",
        cites="CDC art. 42; LGPD art. 18",
        verified_on=_CHECKED,
    ),
    *_NAMED_HOLDS,
    OnHold(
        id="BR-HOLD",
        reason="contato suspenso",
        cites="CDC art. 42; product choice",
        verified_on=_CHECKED,
        kinds=frozenset(kind for rule in _NAMED_HOLDS for kind in rule.kinds),
        others=True,
    ),
    OnRegister(
        id="BR-SP-DNC",
        reason="número no cadastro de bloqueio de São Paulo",
        cites="Lei SP 13.226/2008, alterada pela 17.334/2021",
        verified_on=_CHECKED,
        register="SP",
        channels=frozenset({Channel.VOICE, Channel.SMS, Channel.WHATSAPP}),
    ),
    OnRegister(
        id="BR-PA-DNC",
        reason="número no cadastro de bloqueio do Pará",
        cites="Lei PA 9.263/2021",
        verified_on=_CHECKED,
        register="PA",
        channels=frozenset({Channel.VOICE}),
    ),
    JustPaid(
        id="BR-PAID",
        reason="houve pagamento recente, ainda em conferência",
        cites="CDC art. 42, parágrafo único; product choice",
        verified_on=_CHECKED,
        business_days=2,
    ),
    PromiseOpen(
        id="BR-PROMISE",
        reason="há uma promessa de pagamento em curso",
        cites="CDC art. 42; product choice",
        verified_on=_CHECKED,
        grace_business_days=2,
    ),
    ClosedDays(
        id="BR-CLOSED-DAYS",
        reason="domingo ou feriado",
        cites="CDC art. 42 e 71; Lei SP 15.426/2014 art. 2",
        verified_on=_CHECKED,
        weekdays=frozenset({_SUNDAY}),
    ),
    _state("BR-SP-15426", "SP", "Lei SP 15.426/2014 art. 2; Lei SP 17.832/2023", _hours(8, 20, (8, 14))),
    _state("BR-RJ-7868", "RJ", "Lei RJ 7.868/2018", _hours(9, 19)),
    _state("BR-ES-10626", "ES", "Lei ES 10.626/2017", _hours(8, 19)),
    # The law of AM gives only the end; the beginning is the product's default.
    _state("BR-AM-306", "AM", "Lei AM 306/2016", _hours(9, 19)),
    _state("BR-AL-7782", "AL", "Lei AL 7.782/2016", _hours(8, 20, (8, 14))),
    CallingHours(
        id="BR-DEFAULT-HOURS",
        reason="fora do horário permitido para ligar",
        cites="CDC art. 42 e 71; product choice",
        verified_on=_CHECKED,
        hours=_hours(9, 20, (9, 13)),
        states=_UFS - _OWN_HOURS,
    ),
    CallingHours(
        id="BR-UNKNOWN-UF-HOURS",
        reason="estado desconhecido: fora do horário comum a todos os estados",
        cites="CDC art. 42 e 71; product choice: what every state allows",
        verified_on=_CHECKED,
        hours=_hours(9, 19),
        states=_UFS,
        elsewhere=True,
    ),
    AttemptCap(
        id="BR-FREQ-CONVERSATION",
        reason="já houve conversa hoje",
        cites="CDC art. 42 e 71; product choice",
        verified_on=_CHECKED,
        days=1,
        limit=lambda creditor: creditor.conversations_per_day,
        conversations_only=True,
    ),
    AttemptCap(
        id="BR-FREQ-DAY",
        reason="limite de tentativas do dia",
        cites="CDC art. 42 e 71; product choice",
        verified_on=_CHECKED,
        days=1,
        limit=lambda creditor: creditor.attempts_per_day,
    ),
    AttemptCap(
        id="BR-FREQ-WEEK",
        reason="limite de tentativas da semana",
        cites="CDC art. 42 e 71; product choice",
        verified_on=_CHECKED,
        days=7,
        limit=lambda creditor: creditor.attempts_per_week,
    ),
)
