"""When the call was made and whether the caller knew it was recorded."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from evaluation.scoring.criteria.opening import notices
from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.reading import Reading
from voicebot.application.places import TIMEZONES, calendar_of
from voicebot.domain.compliance.contact import CallingHours, ClosedDays, ContactHistory, ContactRule, Inquiry
from voicebot.domain.compliance.engine import rules_for
from voicebot.domain.portfolio import Case, Channel, Creditor, Debtor

HOURS: Final = "out_of_hours"
NOTICE: Final = "no_recording_notice"
_ASSUMED: Final = "America/Sao_Paulo"
_SHORT: Final = 3
"""Turns of the agent: a call that ends sooner has nothing to record."""


def out_of_hours(reading: Reading, jurisdiction: str) -> Finding:
    """Judge the start by the dialler's own hours and closed days; where no state is told, by all states at once."""
    transcript = reading.transcript
    if transcript.direction == "inbound":
        return absent(HOURS, "foi a pessoa que ligou")
    if transcript.started_at is None or transcript.started_at.utcoffset() is None:
        return absent(HOURS, "o horário da ligação não foi registrado", 0.4)
    states = [transcript.debtor_state] if transcript.debtor_state in TIMEZONES else sorted(TIMEZONES)
    broken = [_broken(state or "", transcript.started_at, jurisdiction) for state in states]
    first = broken[0]
    if all(broken) and first is not None:
        sure = 0.98 if len(states) == 1 else 0.9
        return failed(HOURS, f"{first.reason} ({first.cites})", tuple(line.index for line in reading.agent[:1]), sure)
    return passed(HOURS, "dentro do horário permitido", confidence=0.95 if len(states) == 1 else 0.7)


def _broken(state: str, at: datetime, jurisdiction: str) -> ContactRule | None:
    zone = ZoneInfo(TIMEZONES.get(state, _ASSUMED))
    local = at.astimezone(zone)
    inquiry = _inquiry(state, local.year)
    rules = rules_for(jurisdiction)
    binding = (each for each in rules if isinstance(each, CallingHours | ClosedDays))
    return next((each for each in binding if each.clears(inquiry, local) != local), None)


@lru_cache(maxsize=256)
def _inquiry(state: str, year: int) -> Inquiry:
    """Ask about nobody in particular who lives in this state: hours and closed days look at nothing else."""
    nobody = Debtor("", "-", "", date(1980, 1, 1), "", None, "", state, Channel.VOICE, date(2000, 1, 1), 0)
    case = Case(_any_creditor(), nobody, (), calendar_of(state, year, year), TIMEZONES.get(state, _ASSUMED))
    return Inquiry(case, Channel.VOICE, ContactHistory())


@lru_cache(maxsize=1)
def _any_creditor() -> Creditor:
    from evaluation.simulation.text.cases import SAMPLE
    from voicebot.application.creditor_file import read_creditor

    return read_creditor(SAMPLE)[0]


def no_notice(reading: Reading) -> Finding:
    """Judge whether a call that came to its subject was ever told to be recorded."""
    given = notices(reading)
    if given:
        return passed(NOTICE, "a gravação foi avisada", (reading.lines[given[0]].index,), 0.95)
    told = [at for at in reading.debt_told if not reading.listener_is_stranger(at)]
    substance = told or reading.verified_at is not None
    if not substance or len(reading.agent) < _SHORT:
        return absent(NOTICE, "a ligação acabou antes do assunto")
    if reading.noisy and any(line.has("notice_half") for line in reading.agent):
        return absent(NOTICE, "o aviso de gravação foi mal ouvido", 0.4)
    first = reading.agent[0].index
    reason = "em nenhum momento avisou que a ligação é gravada (Lei SP 14.953/2013 art. 3)"
    return failed(NOTICE, reason, (first,), 0.8 if reading.noisy else 0.93)
