"""The console's tables: people and what they did, and one row of quality per closed call."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voicebot.persistence.tables import Base

_CALL = "calls.id"
_USER = "console_users.id"


class UserRow(Base):
    __tablename__ = "console_users"
    __table_args__ = (
        CheckConstraint("role IN ('qa', 'supervisor', 'agent', 'admin')", name="role"),
        UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_console_users_oidc"),
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    """Argon2id in its own notation."""
    creditors: Mapped[list[str] | None]
    """Names of the creditors whose calls may be seen; null for all."""
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    """The account at the provider of identities that this one is tied to, from its first sign-in on."""


class SessionRow(Base):
    """A session; the token itself is nowhere, only its hash."""

    __tablename__ = "console_sessions"
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AttemptRow(Base):
    """A sign-in that failed or was about to be tried; kept for as long as the limit looks back."""

    __tablename__ = "console_attempts"
    __table_args__ = (Index(None, "login_sha256", "at"), Index(None, "address", "at"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    login_sha256: Mapped[bytes]
    """People type passwords into the wrong field."""
    address: Mapped[str]
    at: Mapped[datetime]


class AuditRow(Base):
    """Added to, never changed: a trigger of the database refuses the rest."""

    __tablename__ = "console_audit"
    __table_args__ = (Index(None, "call_id", "user_id", "at"), Index(None, "user_id", "id"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    action: Mapped[str]
    call_id: Mapped[uuid.UUID | None]
    detail: Mapped[str]


class QualityRow(Base):
    """What lists and figures need of one closed call, so that neither reads a transcript."""

    __tablename__ = "call_quality"
    __table_args__ = (
        CheckConstraint("satisfaction BETWEEN 0 AND 10", name="satisfaction"),
        Index("ix_call_quality_all", text("started_at DESC"), text("call_id DESC"), postgresql_include=["creditor"]),
        Index("ix_call_quality_creditor", "creditor", text("started_at DESC"), text("call_id DESC")),
        Index(
            "ix_call_quality_fatal",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("fatal <> '{}' AND reviewed_at IS NULL"),
        ),
        Index(
            "ix_call_quality_distress",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("distress AND care_checked_at IS NULL"),
        ),
        Index(
            "ix_call_quality_low_score",
            "score",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("score < 70 AND fatal = '{}' AND reviewed_at IS NULL"),
        ),
        Index(
            "ix_call_quality_low_confidence",
            "confidence",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("confidence < 0.7 AND reviewed_at IS NULL"),
        ),
        Index(
            "ix_call_quality_sample",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("sampled AND reviewed_at IS NULL"),
        ),
        Index("ix_call_quality_disposition", "disposition", text("started_at DESC"), text("call_id DESC")),
        Index("ix_call_quality_protocol", "protocol", postgresql_where=text("protocol IS NOT NULL")),
        Index(
            "ix_call_quality_disputed",
            text("started_at DESC"),
            text("call_id DESC"),
            postgresql_include=["creditor"],
            postgresql_where=text("disputed"),
        ),
    )
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    started_at: Mapped[datetime]
    creditor: Mapped[str | None]
    direction: Mapped[str]
    disposition: Mapped[str | None]
    duration_s: Mapped[float]
    contacted: Mapped[bool]
    """A person spoke."""
    right_party: Mapped[bool]
    """Something of the debt was said, which only a verified debtor hears."""
    promised: Mapped[bool]
    distress: Mapped[bool]
    sampled: Mapped[bool]
    score: Mapped[int | None]
    """Null until a scorer has been over it."""
    fatal: Mapped[list[str]]
    confidence: Mapped[float | None]
    scorecard: Mapped[dict[str, Any] | None]
    """As the scorer gave it; never changed by a review."""
    scorer: Mapped[str | None]
    scored_at: Mapped[datetime | None]
    human_score: Mapped[int | None]
    reviewed_at: Mapped[datetime | None]
    disputed: Mapped[bool]
    segment: Mapped[str | None]
    """The debtor's group as of the oldest due date, `voicebot.domain.segments`; null for an unknown caller."""
    script_version: Mapped[str | None]
    """As the call's event `script` says; null where nothing noted it."""
    satisfaction: Mapped[int | None] = mapped_column(SmallInteger)
    """0 to 10, from the question at the end of the call; null where it was not asked or not answered."""
    offers: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Times an offer was put to the caller."""
    first_discount: Mapped[float | None]
    """Percent, of the first offer that the call's event `offer` tells of."""
    best_discount: Mapped[float | None]
    """Percent, of the furthest offer; more than the first is a concession."""
    agreed_debt_cents: Mapped[int | None] = mapped_column(BigInteger)
    """What was owed where something was agreed."""
    agreed_cents: Mapped[int | None] = mapped_column(BigInteger)
    complaints: Mapped[list[str]] = mapped_column(server_default="{}")
    """Intents and dispositions that complain, `voicebot.application.qa.outcomes.COMPLAINTS`."""
    reasons: Mapped[list[str]] = mapped_column(server_default="{}")
    """Why the caller fell behind, in the caller's own words: from the turns' intents and from the scorer's measures."""
    objections: Mapped[list[str]] = mapped_column(server_default="{}")
    passed: Mapped[list[str]] = mapped_column(server_default="{}")
    """Criteria of the machine's scorecard, so that figures need not read it."""
    failed: Mapped[list[str]] = mapped_column(server_default="{}")
    protocol: Mapped[str | None]
    """Digits by which the caller may speak of the call; null where the call's events name none."""
    human_fatal: Mapped[bool | None]
    """Whether the newest review has a fatal error; null without one."""
    care_checked_at: Mapped[datetime | None]
    """When somebody looked at how a person in distress was cared for; a score's review is another matter."""


class ClaimRow(Base):
    """A call that somebody is about to judge, for some minutes, so that no two do the same work."""

    __tablename__ = "call_claims"
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER))
    queue: Mapped[str]
    until: Mapped[datetime]


class RoundRow(Base):
    __tablename__ = "calibration_rounds"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    opened_by: Mapped[int] = mapped_column(ForeignKey(_USER))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RoundCallRow(Base):
    __tablename__ = "calibration_calls"
    round_id: Mapped[int] = mapped_column(ForeignKey("calibration_rounds.id"), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    position: Mapped[int]


class RaterRow(Base):
    """Somebody who is to judge a round; a round without any is for all who may calibrate."""

    __tablename__ = "calibration_raters"
    round_id: Mapped[int] = mapped_column(ForeignKey("calibration_rounds.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER), primary_key=True, index=True)


class ReviewRow(Base):
    """A person's judgement; in a calibration round it is blind and counts nowhere else."""

    __tablename__ = "call_reviews"
    __table_args__ = (
        UniqueConstraint("round_id", "call_id", "user_id", name="uq_call_reviews_round"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_rounds.id"))
    score: Mapped[int]
    fatal: Mapped[list[str]]
    results: Mapped[dict[str, Any]]
    comment: Mapped[str]
    at: Mapped[datetime]


class NoteRow(Base):
    __tablename__ = "call_notes"
    __table_args__ = (
        CheckConstraint("kind IN ('comment', 'dispute', 'bookmark', 'clip')", name="kind"),
        CheckConstraint("kind <> 'clip' OR (at_s IS NOT NULL AND until_s > at_s)", name="clip"),
        Index("ix_call_notes_heard_again", text("id DESC"), postgresql_where=text("kind IN ('bookmark', 'clip')")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER))
    kind: Mapped[str]
    text: Mapped[str]
    at_s: Mapped[float | None]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(_USER))
    settlement: Mapped[str | None]
    until_s: Mapped[float | None]
    """Where a clip ends."""


class ExperimentRow(Base):
    """Champion against challenger; who gets which follows from the debtor and the name, see `experiments.arm_of`."""

    __tablename__ = "experiments"
    __table_args__ = (CheckConstraint("challenger_percent BETWEEN 1 AND 50", name="share"),)
    name: Mapped[str] = mapped_column(primary_key=True)
    challenger_percent: Mapped[int]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey(_USER))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ArmRow(Base):
    """Which arm a call was held with, as its event `experiment` says."""

    __tablename__ = "call_arms"
    __table_args__ = (CheckConstraint("arm IN ('champion', 'challenger')", name="arm"),)
    experiment: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True, index=True)
    arm: Mapped[str]


class TakeoverRow(Base):
    """Somebody at the desk wants a call in progress; the process that holds the call answers."""

    __tablename__ = "call_takeovers"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
        Index("ix_call_takeovers_open", "asked_at", postgresql_where=text("answered_at IS NULL")),
    )
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_CALL), primary_key=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey(_USER))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
