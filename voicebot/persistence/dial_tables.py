"""The dialler's tables: campaigns, intents, attempts, what the operator says, and outcomes on their way out."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voicebot.persistence.tables import Base

OPEN_STATES = ("claimed", "asked", "ringing", "ambiguous")


class CampaignRow(Base):
    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("state IN ('running', 'paused')", name="state"),)
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    settings: Mapped[dict[str, Any]]
    """The whole campaign as `campaign_file.campaign_of` reads it."""
    state: Mapped[str]
    started_at: Mapped[datetime | None]
    """Since when it runs; the ramp-up counts from here."""


class IntentRow(Base):
    """One reason to call one person. What it went through before is in `dial_attempts` and `calls`."""

    __tablename__ = "dial_intents"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'claimed', 'asked', 'ringing', 'ambiguous', 'done', 'refused')", name="state"
        ),
        CheckConstraint("kind IN ('campaign', 'callback', 'broken_promise')", name="kind"),
        CheckConstraint(
            "(state IN ('claimed', 'asked', 'ringing', 'ambiguous')) = (lease_until IS NOT NULL)", name="lease"
        ),
        Index("ix_dial_intents_due", "campaign_id", "priority", "next_at", postgresql_where=text("state = 'planned'")),
        Index(
            "ix_dial_intents_open",
            "campaign_id",
            "lease_until",
            postgresql_where=text("state IN ('claimed', 'asked', 'ringing', 'ambiguous')"),
        ),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    debtor_ref: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    origin: Mapped[str] = mapped_column(unique=True)
    """Names the reason, so that it is planned once: `campaign:3:D001`, `callback:17`, `broken:<call>:2026-11-26`."""
    priority: Mapped[int]
    state: Mapped[str]
    next_at: Mapped[datetime]
    call_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    """The present attempt; given at the claim, before its call is on record."""
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    """Until when the present step is its owner's; then somebody looks."""
    reason: Mapped[str | None]
    """Why it waits or ended: a rule's id, an outcome or a few words; never personal data."""
    updated_at: Mapped[datetime]


class AttemptRow(Base):
    """The provider was, or may have been, asked for this call. Deleted only where it certainly was not placed."""

    __tablename__ = "dial_attempts"
    __table_args__ = (Index(None, "campaign_id", "asked_at"), Index(None, "asked_at"))
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    intent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dial_intents.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    asked_at: Mapped[datetime]
    provider_call_id: Mapped[str | None]
    outcome: Mapped[str | None]
    """None while it is open."""
    cost_cents: Mapped[int] = mapped_column(BigInteger)
    """Reserved while it is open, then what it cost."""


class ControlRow(Base):
    """What the operator says to all workers: `kill_switch` {reason}, `agents` {on_duty, until}."""

    __tablename__ = "dial_controls"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CapacityRow(Base):
    """A running gateway and how many calls it can hold, renewed while it lives."""

    __tablename__ = "bot_capacity"
    owner: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    until: Mapped[datetime]


class CountRow(Base):
    """How many calls were placed in a second, or how many cents of a day are spoken for; of all processes together."""

    __tablename__ = "dial_counts"
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`calls` or `cents`."""
    at: Mapped[datetime] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(BigInteger)


class OutcomeRow(Base):
    """A closed call on its way to the creditor's system: one event for each end that the record gave it."""

    __tablename__ = "outcome_events"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        UniqueConstraint("call_id", "disposition"),
        Index("ix_outcome_events_due", "next_at", postgresql_where=text("state = 'queued'")),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calls.id"))
    disposition: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None]
