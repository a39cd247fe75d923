"""The words of the dialogue's state: where the call is, and what the bot has just asked."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    OPENING = "opening"
    VERIFICATION = "verification"
    EXPLANATION = "explanation"
    NEGOTIATION = "negotiation"
    CONFIRMATION = "confirmation"
    PAYMENT = "payment"
    SATISFACTION = "satisfaction"
    CLOSING = "closing"
    THIRD_PARTY = "third_party"
    WRONG_NUMBER = "wrong_number"
    DECEASED = "deceased"
    MINOR = "minor"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    DISPUTE = "dispute"
    ALREADY_PAID = "already_paid"
    PRIVACY_REQUEST = "privacy_request"
    STOP_CALLING = "stop_calling"
    DISTRESS = "distress"
    HAND_OVER = "hand_over"
    SILENCE = "silence"
    BAD_LINE = "bad_line"


class Asks(StrEnum):
    """What the bot's last question wants; a fuller true answer is always accepted."""

    NAME = "name"
    CPF_FIRST3 = "cpf_first3"
    CPF_LAST2 = "cpf_last2"
    CPF = "cpf"
    BIRTH_DAY_MONTH = "birth_day_month"
    BIRTH_DATE = "birth_date"
    YES_NO = "yes_no"
    AMOUNT = "amount"
    DATE = "date"
    CHANNEL = "channel"
    TEACH_BACK = "teach_back"
    OPEN = "open"


class Disposition(StrEnum):
    AGREEMENT = "agreement"
    PROMISE_TO_PAY = "promise_to_pay"
    REMINDER_DELIVERED = "reminder_delivered"
    CALLBACK = "callback"
    HANDED_OVER = "handed_over"
    WRONG_NUMBER = "wrong_number"
    THIRD_PARTY = "third_party"
    MINOR = "minor"
    DECEASED = "deceased"
    BUSINESS_REDIRECT = "business_redirect"
    ALREADY_PAID = "already_paid"
    DISPUTE = "dispute"
    HAS_LAWYER = "has_lawyer"
    NO_AGREEMENT = "no_agreement"
    REFUSED = "refused"
    STOP_CALLING = "stop_calling"
    PRIVACY_REQUEST = "privacy_request"
    VULNERABLE_HOLD = "vulnerable_hold"
    NOT_VERIFIED = "not_verified"
    LANGUAGE_BARRIER = "language_barrier"
    ABUSIVE_END = "abusive_end"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    HUNG_UP = "hung_up"
    BLOCKED = "blocked"
    FAILED = "failed"


class Direction(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"


class EscalationReason(StrEnum):
    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    DISTRESS = "distress"
    ILLNESS = "illness"
    BEREAVEMENT = "bereavement"
    OVER_INDEBTED = "over_indebted"
    REQUEST = "request"
    DISPUTE = "dispute"
    NOT_UNDERSTOOD = "not_understood"
    FRAUD_DOUBT = "fraud_doubt"


class Urgency(StrEnum):
    IMMEDIATE = "immediate"
    TODAY = "today"
    NORMAL = "normal"
