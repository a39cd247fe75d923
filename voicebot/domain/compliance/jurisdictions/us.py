"""United States, federal rules for third-party collectors: proof that a jurisdiction is a file of data."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from voicebot.domain.compliance.contact import (
    AttemptCap,
    CallingHours,
    ContactRule,
    JustPaid,
    NothingOwed,
    OnHold,
    PromiseOpen,
    StopRequested,
    UnderAge,
)
from voicebot.domain.portfolio import OpenHours

_CHECKED: Final = date(2026, 11, 22)

RULES: Final[tuple[ContactRule, ...]] = (
    NothingOwed(id="US-NOTHING-OWED", reason="não há débito em aberto", cites="15 USC 1692f", verified_on=_CHECKED),
    UnderAge(
        id="US-MINOR", reason="a pessoa é menor de idade", cites="12 CFR 1006.6(a)(1)", verified_on=_CHECKED, years=18
    ),
    StopRequested(
        id="US-CEASE",
        reason="a pessoa pediu para não ser procurada por este canal",
        cites="15 USC 1692c(c); 12 CFR 1006.14(h); 47 CFR 64.1200(a)(10)",
        verified_on=_CHECKED,
    ),
    OnHold(
        id="US-ATTY",
        reason="a pessoa tem advogado: fale com ele",
        cites="12 CFR 1006.6(b)(2)",
        verified_on=_CHECKED,
        kinds=frozenset({"lawyer"}),
    ),
    OnHold(
        id="US-HOLD",
        reason="contato suspenso",
        cites="12 CFR 1006.38; product choice",
        verified_on=_CHECKED,
        kinds=frozenset({"lawyer"}),
        others=True,
    ),
    JustPaid(
        id="US-PAID",
        reason="houve pagamento recente, ainda em conferência",
        cites="product choice",
        verified_on=_CHECKED,
        business_days=2,
    ),
    PromiseOpen(
        id="US-PROMISE",
        reason="há uma promessa de pagamento em curso",
        cites="product choice",
        verified_on=_CHECKED,
        grace_business_days=2,
    ),
    CallingHours(
        id="US-TIME",
        reason="fora do horário permitido para ligar",
        cites="15 USC 1692c(a)(1); 12 CFR 1006.6(b)(1)",
        verified_on=_CHECKED,
        hours=OpenHours(tuple((day, time(8), time(21)) for day in range(7))),
        states=frozenset(),
        elsewhere=True,
    ),
    AttemptCap(
        id="US-7IN7",
        reason="sete tentativas em sete dias",
        cites="12 CFR 1006.14(b)(2)(i)(A)",
        verified_on=_CHECKED,
        days=7,
        limit=lambda _creditor: 7,
    ),
    AttemptCap(
        id="US-7IN7-CONVERSATION",
        reason="houve conversa nos últimos sete dias",
        cites="12 CFR 1006.14(b)(2)(i)(B)",
        verified_on=_CHECKED,
        days=7,
        limit=lambda _creditor: 1,
        conversations_only=True,
    ),
)
