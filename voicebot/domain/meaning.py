"""What one caller turn means: the value that understanding produces and the policy consumes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """Everything a caller can mean; the ids are part of the product's contract."""

    AFFIRM = "affirm"
    DENY = "deny"
    ACCEPT_OFFER = "accept_offer"
    REJECT_OFFER = "reject_offer"
    NEEDS_TIME = "needs_time"
    IDENTITY_CONFIRM = "identity_confirm"
    WRONG_NUMBER = "wrong_number"
    THIRD_PARTY = "third_party"
    MINOR = "minor"
    DECEASED = "deceased"
    VOICEMAIL = "voicemail"
    BUSINESS_REDIRECT = "business_redirect"
    PROVIDE_DOCUMENT = "provide_document"
    PROVIDE_BIRTH_DATE = "provide_birth_date"
    REFUSE_VERIFICATION = "refuse_verification"
    GREETING = "greeting"
    WHO_IS_CALLING = "who_is_calling"
    IS_ROBOT = "is_robot"
    SUSPECTS_FRAUD = "suspects_fraud"
    REQUEST_HUMAN = "request_human"
    REQUEST_CALLBACK = "request_callback"
    STOP_CALLING = "stop_calling"
    PRIVACY_REQUEST = "privacy_request"
    REPEAT = "repeat"
    SPEAK_LOUDER = "speak_louder"
    SPEAK_SLOWER = "speak_slower"
    HOLD_ON = "hold_on"
    CONFUSED = "confused"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ABUSIVE = "abusive"
    ASK_DEBT_DETAILS = "ask_debt_details"
    ASK_DUE_DATE = "ask_due_date"
    ASK_CONSEQUENCES = "ask_consequences"
    ALREADY_PAID = "already_paid"
    DISPUTE_DEBT = "dispute_debt"
    DISPUTE_AMOUNT = "dispute_amount"
    DISPUTE_TIME_BARRED = "dispute_time_barred"
    BROKEN_AGREEMENT = "broken_agreement"
    FORGOT = "forgot"
    ASK_DISCOUNT = "ask_discount"
    ASK_INSTALLMENTS = "ask_installments"
    PROPOSE_AMOUNT = "propose_amount"
    PROPOSE_DATE = "propose_date"
    ASK_PAYMENT_METHOD = "ask_payment_method"
    CHOOSE_CHANNEL = "choose_channel"
    EVASIVE = "evasive"
    CANNOT_PAY = "cannot_pay"
    JOB_LOSS = "job_loss"
    ILLNESS = "illness"
    BEREAVEMENT = "bereavement"
    OVER_INDEBTED = "over_indebted"
    ACUTE_DISTRESS = "acute_distress"
    SELF_HARM = "self_harm"
    DOMESTIC_VIOLENCE = "domestic_violence"
    LEGAL_THREAT = "legal_threat"
    HAS_LAWYER = "has_lawyer"
    OTHER = "other"


MUST_CATCH: Final = frozenset(
    {
        Intent.WRONG_NUMBER,
        Intent.THIRD_PARTY,
        Intent.MINOR,
        Intent.DECEASED,
        Intent.REQUEST_HUMAN,
        Intent.STOP_CALLING,
        Intent.PRIVACY_REQUEST,
        Intent.ALREADY_PAID,
        Intent.DISPUTE_DEBT,
        Intent.ILLNESS,
        Intent.BEREAVEMENT,
        Intent.OVER_INDEBTED,
        Intent.ACUTE_DISTRESS,
        Intent.SELF_HARM,
        Intent.DOMESTIC_VIOLENCE,
        Intent.HAS_LAWYER,
    }
)
"""Missing one of these harms the caller or breaks a rule."""


class EntityType(StrEnum):
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    CPF = "cpf"
    CNPJ = "cnpj"
    PHONE = "phone"
    EMAIL = "email"
    INSTALMENTS = "instalments"
    BOOLEAN = "boolean"
    CARD = "card"
    """A payment card's number or code was said; it stands in no text and has no value."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One span of the caller's words with its value.

    Values are text: money `"120.00"`, date `"2026-12-05"` or `"--03-12"` without a year, time `"19:00"`, digits as
    said for documents and phones (in part allowed), plain decimals for numbers, `"true"`/`"false"` for booleans.
    A range has no value but `low` and `high`; unknown is None.
    """

    type: EntityType
    text: str
    value: str | None
    low: str | None = None
    high: str | None = None
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One caller turn, understood. `OTHER` below 0.5 is how understanding abstains."""

    text: str
    intent: Intent
    confidence: float
    also: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    refused: frozenset[EntityType] = frozenset()
    """Kinds of entity named only to say that they do not fit: "cento e vinte não dá", "sexta não posso"."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        """The main intent first, then the others of the same breath."""
        return (self.intent, *self.also)

    def has(self, *intents: Intent) -> bool:
        return any(intent in self.intents for intent in intents)

    def values(self, kind: EntityType) -> tuple[Entity, ...]:
        return tuple(entity for entity in self.entities if entity.type is kind)
