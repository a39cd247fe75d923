"""Who owes what to whom: the facts a call is about, as loaded, never as said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.limits import Limits
from voicebot.domain.money import Money


class Treatment(StrEnum):
    VOCE = "voce"
    SENHOR = "senhor"


class Channel(StrEnum):
    WHATSAPP = "whatsapp"
    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Debtor:
    ref: str
    name: str = field(repr=False)
    cpf: str = field(repr=False)
    """Eleven digits, check digits valid."""
    birth_date: date = field(repr=False)
    phone: str = field(repr=False)
    """E.164."""
    email: str | None = field(repr=False)
    city: str
    state: str
    """Two-letter UF."""
    preferred_channel: Channel
    customer_since: date
    previous_defaults: int

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def call_name(self) -> str:
        """The name to ask for on the phone: the given names, without the family name ("Ana Beatriz")."""
        words = self.name.split()
        composite = len(words) > 2 and words[1][:1].isupper()
        return " ".join(words[:2]) if composite else words[0]


@dataclass(frozen=True, slots=True)
class Debt:
    contract: str
    product: str
    due_date: date
    principal: Money


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Hours in which a person can take a call, by weekday (0 = Monday); a missing weekday is closed."""

    by_weekday: tuple[tuple[int, time, time], ...]

    def open_at(self, weekday: int, at: time) -> bool:
        return any(day == weekday and start <= at < end for day, start, end in self.by_weekday)


@dataclass(frozen=True, slots=True)
class Collector:
    name: str
    spoken_name: str
    cnpj: str


@dataclass(frozen=True, slots=True)
class Creditor:
    name: str
    spoken_name: str
    cnpj: str
    address: str
    official_phone: str
    website: str
    pix_key: str
    jurisdiction: str
    sample: bool
    """A portfolio to try things with: no real provider may dial it."""
    name_reveals_debt: bool
    """True for a bank, a fund, a collector: then nobody unverified hears the name."""
    collector: Collector | None
    official_whatsapp: str | None
    on_call_phone: str | None
    default_treatment: Treatment
    senhor_from_age: int
    recording_keep_days: int
    conversations_per_day: int
    attempts_per_day: int
    attempts_per_week: int
    pix_expires_hours: int
    handoff_phone: str | None
    handoff_hours: OpenHours
    limits: Limits
    tone: str = "neutral"
    credit_bureau: bool = False
    """The debt is registered with a credit bureau: only what is true may be said."""
    handover: str | None = None
    """How this creditor's people take calls, `warm` or `cold`; None as the deployment's setting says."""
    asks_satisfaction: bool = False
    """A call that went well ends with one question: from zero to ten, how likely to recommend."""

    @property
    def payee(self) -> str:
        """The name that a Pix shows, as it is said: the registered one, without "S.A." where that is all it adds."""
        return self.spoken_name if self.name.startswith(self.spoken_name) else self.name


@dataclass(frozen=True, slots=True)
class Hold:
    """Contact is suspended: kind (dispute, bereavement, illness, lawyer, stop, ...) until a date, or for ever."""

    kind: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that one call may know: one debtor, one creditor, the open debts, the holds and the calendar."""

    creditor: Creditor
    debtor: Debtor
    debts: tuple[Debt, ...]
    calendar: BusinessCalendar
    timezone: str
    """IANA name of the debtor's zone; the shell turns instants into its local time."""
    holds: tuple[Hold, ...] = ()
    broken_promise: date | None = None
    """The day on which a promise came due that was not kept, where payment data newer than it says so."""
