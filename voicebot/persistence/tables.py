"""Every table, as the migrations make it. Money is bigint cents with a currency, instants are timestamptz."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    text,
)
from sqlalchemy import DateTime as _DateTime
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_CALL = "calls.id"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own class-level setting
        str: Text,
        datetime: _DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        bytes: LargeBinary,
    }


# --- the portfolio -------------------------------------------------------------------------------------------------


class CreditorRow(Base):
    """One creditor; `settings` is the whole `Creditor`, exact decimals as strings."""

    __tablename__ = "creditors"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    cnpj: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sample: Mapped[bool]
    settings: Mapped[dict[str, Any]]
    payments_until: Mapped[date | None]
    """Last day of which the creditor says that all payments are known; else the newest payment tells."""


class DebtorRow(Base):
    __tablename__ = "debtors"
    ref: Mapped[str] = mapped_column(primary_key=True)
    creditor_id: Mapped[int] = mapped_column(ForeignKey("creditors.id"), index=True)
    name: Mapped[str]
    cpf: Mapped[str] = mapped_column(index=True)
    birth_date: Mapped[date]
    phone: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None]
    city: Mapped[str]
    state: Mapped[str]
    preferred_channel: Mapped[str]
    customer_since: Mapped[date]
    previous_defaults: Mapped[int]


class DebtRow(Base):
    """One contract as last loaded; what is still owed follows from it and its payments, see `charges.after_payment`."""

    __tablename__ = "debts"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'paid', 'withdrawn')", name="status"),
        CheckConstraint("principal_cents > 0", name="principal"),
    )
    creditor_id: Mapped[int] = mapped_column(ForeignKey("creditors.id"), primary_key=True)
    contract: Mapped[str] = mapped_column(primary_key=True)
    debtor_ref: Mapped[str] = mapped_column(ForeignKey("debtors.ref"), index=True)
    product: Mapped[str]
    due_date: Mapped[date]
    principal_cents: Mapped[int] = mapped_column(BigInteger)
    """Before any payment."""
    currency: Mapped[str]
    status: Mapped[str]


class PaymentRow(Base):
    """One payment as the creditor or the payment provider reported it; `txid` makes it count once."""

    __tablename__ = "payments"
    __table_args__ = (
        ForeignKeyConstraint(["creditor_id", "contract"], ["debts.creditor_id", "debts.contract"]),
        Index(None, "creditor_id", "contract"),
    )
    txid: Mapped[str] = mapped_column(primary_key=True)
    creditor_id: Mapped[int]
    contract: Mapped[str]
    paid_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    method: Mapped[str]


class HoldRow(Base):
    """Contact suspended by the creditor's file; what a call itself suspends is in `suppressions`."""

    __tablename__ = "holds"
    debtor_ref: Mapped[str] = mapped_column(ForeignKey("debtors.ref"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[date | None]


# --- calls ---------------------------------------------------------------------------------------------------------


class CallRow(Base):
    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("direction IN ('outbound', 'inbound')", name="direction"),
        CheckConstraint("status IN ('begun', 'live', 'closed')", name="status"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_calls_open_lease", "lease_until", postgresql_where=text("closed_at IS NULL")),
        Index(
            "uq_calls_provider_call",
            "provider",
            "provider_call_id",
            unique=True,
            postgresql_where=text("provider_call_id IS NOT NULL"),
        ),
        # For the number's last digits.
        Index("ix_calls_phone_end", text('"right"(phone, 4)')),
        Index("uq_calls_one_live_per_person", "person", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index(
            "uq_calls_one_live_per_number",
            "phone",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND person IS NOT NULL"),
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    direction: Mapped[str]
    person: Mapped[str | None]
    """Digest of the CPF that was dialled, None for inbound calls: nobody is dialled twice at once."""
    debtor_ref: Mapped[str | None] = mapped_column(index=True)
    """Not a foreign key: text calls may run from a portfolio of files."""
    creditor_name: Mapped[str | None]
    debtor_name: Mapped[str | None]
    """As it was at the time of the call, for the record."""
    debtor_state: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(index=True)
    """The other side's number, E.164."""
    language: Mapped[str]
    provider: Mapped[str]
    provider_call_id: Mapped[str | None]
    status: Mapped[str]
    phase: Mapped[str | None]
    disposition: Mapped[str | None]
    closed_by: Mapped[str | None]
    """owner, or lease where the owner went silent."""
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime] = mapped_column(index=True)
    media_started_at: Mapped[datetime | None]
    notice_given_at: Mapped[datetime | None]
    """When the recording notice was heard to its end."""
    closed_at: Mapped[datetime | None] = mapped_column(index=True)


class LineRow(Base):
    __tablename__ = "call_lines"
    __table_args__ = (
        CheckConstraint("speaker IN ('agent', 'caller', 'system')", name="speaker"),
        CheckConstraint("heard IN ('played', 'cleared')", name="heard"),
    )
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    """Names the write, so that the same one repeated counts once."""
    speaker: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    start_s: Mapped[float | None]
    end_s: Mapped[float | None]
    acts: Mapped[list[str]]
    phase: Mapped[str | None]
    intent: Mapped[str | None]
    confidence: Mapped[float | None]
    response_ms: Mapped[float | None]
    heard: Mapped[str | None]
    heard_at: Mapped[datetime | None]


class EventRow(Base):
    """Whatever else happened: incidents of the gate, marks of the media, hand-overs."""

    __tablename__ = "call_events"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    op_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class AgreementRow(Base):
    """What was agreed; one a call, a later one in the same call takes its place."""

    __tablename__ = "agreements"
    __table_args__ = (CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name="state"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    debtor_ref: Mapped[str | None] = mapped_column(index=True)
    agreement: Mapped[dict[str, Any]]
    """The whole agreement as the contract's JSON has it."""
    method: Mapped[str | None]
    channel: Mapped[str | None]
    confirmed: Mapped[bool]
    teach_back: Mapped[bool]
    state: Mapped[str]
    agreed_at: Mapped[datetime]


class EscalationRow(Base):
    __tablename__ = "escalations"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    op_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    reason: Mapped[str]
    urgency: Mapped[str]
    summary: Mapped[str]
    at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class CallbackRow(Base):
    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    op_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    debtor_ref: Mapped[str | None] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class SuppressionRow(Base):
    """What the dialler must respect, said in a call: stop, wrong_number, deceased, dispute, hold, ..."""

    __tablename__ = "suppressions"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    op_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    debtor_ref: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    until: Mapped[datetime | None]
    at: Mapped[datetime]


class TokenRow(Base):
    """One-time tokens for media streams; the token itself is nowhere, only its hash."""

    __tablename__ = "call_tokens"
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    provider_call_id: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class MessageRow(Base):
    """The outbox: a message is accepted when its row is committed."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'refused', 'cancelled')", name="state"),
        CheckConstraint("purpose IN ('payment', 'contact', 'reminder', 'alert')", name="purpose"),
        Index("ix_messages_due", "next_at", postgresql_where=text("state = 'queued'")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    """The same for every try, so that an adapter can tell a repeated one."""
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    channel: Mapped[str]
    """whatsapp, sms, email, or on_call for an alert to the creditor's own phone."""
    purpose: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    """When the next try is due; a claim moves it on, so that a dead worker's message comes again."""
    expires_on: Mapped[date | None]
    """Last day, in the debtor's zone, on which the payment in it holds."""
    reason: Mapped[str | None]
    """Why it was not sent: a rule's id or a few words, never personal data."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class RecordingRow(Base):
    __tablename__ = "recordings"
    __table_args__ = (CheckConstraint("state IN ('open', 'complete', 'deleted')", name="state"),)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    path: Mapped[str]
    key_id: Mapped[str]
    sha256: Mapped[str | None]
    frames: Mapped[int | None]
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(index=True)
    deleted_at: Mapped[datetime | None]
    deleted_because: Mapped[str | None]


class LetterRow(Base):
    """What came of a hand-over to another gateway than the call's, for the seconds until its holder has answered."""

    __tablename__ = "handover_letters"
    __table_args__ = (Index("ix_handover_letters_waiting", "owner", postgresql_where=text("taken_at IS NULL")),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    owner: Mapped[str]
    """The gateway that holds the call."""
    door: Mapped[str]
    name: Mapped[str]
    form: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """HTTP's, of the answer; None as long as there is none."""
    media_type: Mapped[str | None]
    body: Mapped[bytes | None]
