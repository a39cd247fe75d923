"""Fill a database with made-up calls, to try the console at its full size; blocks."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import make_url

from voicebot.application.qa.scorecard import Scorecard, read_scorecard
from voicebot.persistence.console_seed_calls import (
    BEHIND,
    CRITERIA,
    FEELINGS,
    INTENTS,
    NAMES,
    OBJECTIONS,
    STORIES,
    WHY,
    WHYS,
    Story,
)
from voicebot.persistence.console_seed_portfolio import creditor_of, events_of, ref_of, write_portfolio

SCORER: Final = "seed"
_ZONE: Final = ZoneInfo("America/Sao_Paulo")
_DAYS: Final = 60
_AT_ONCE: Final = 5000
_SCORED: Final = 0.97
_REVIEWED: Final = 0.04
_MISSED: Final = 0.01
_OVERRULED: Final = 0.2
"""Of the machine's fatal errors that a person looked at."""
_CENT: Final = Decimal("0.01")
_TARGETS: Final = {
    "calls": "id, direction, debtor_ref, creditor_name, debtor_name, debtor_state, phone, language, provider, status,"
    " phase, disposition, closed_by, started_at, media_started_at, notice_given_at, closed_at",
    "call_lines": 'call_id, "index", op_id, speaker, text, at, start_s, end_s, acts, phase, heard, intent, confidence',
    "agreements": "call_id, debtor_ref, agreement, method, channel, confirmed, teach_back, state, agreed_at",
    "escalations": "call_id, op_id, reason, urgency, summary, at, handled_at",
    "call_events": "call_id, op_id, kind, data, at",
}


@dataclass(frozen=True, slots=True)
class Seeded:
    call_id: str
    story: Story
    name: str
    creditor: str
    debtor: int
    """Number of the made-up debtor."""
    started_at: datetime
    why: tuple[str, str, str]
    """Kind, intent and words of why the caller fell behind, where the story has it."""
    spoken: tuple[tuple[str, float, float], ...]
    """Speaker, start and end in seconds."""

    @property
    def duration_s(self) -> float:
        return (self.spoken[-1][2] if self.spoken else 0.0) + 2.0

    def scorecard(self, rng: random.Random) -> dict[str, Any]:
        """Give what a scorer would, with the story's faults and a little of everyday's."""
        story = self.story
        criteria = [self._criterion(id_, weight, rng) for id_, weight in CRITERIA]
        weights = {
            result: sum(each["weight"] for each in criteria if each["result"] == result) for result in ("pass", "fail")
        }
        passed = round(100 * weights["pass"] / max(weights["pass"] + weights["fail"], 1))
        return {
            "call_id": self.call_id,
            "score": 0 if story.fatal else passed,
            "fatal": sorted(story.fatal),
            "fatal_findings": [
                {"id": name, "evidence": list(turns), "reason": reason} for name, (turns, reason) in story.fatal.items()
            ],
            "criteria": criteria,
            "measures": self._measures(),
        }

    def _measures(self) -> dict[str, Any]:
        said = [(index, words) for index, (_, _, _, words) in enumerate(self.story.lines)]
        kinds = [kind for kind in (self.why[0], BEHIND.get(self.why[0])) if kind is not None]
        why = [{"kind": kind, "turns": [index]} for index, words in said if words == WHY for kind in kinds]
        return {
            "reasons_for_default": why,
            "root_cause": {"chain": why} if why else None,
            "objections": [
                {"kind": OBJECTIONS[words], "turns": [index]} for index, words in said if words in OBJECTIONS
            ],
            "sentiment": self._sentiment(),
        }

    def _sentiment(self) -> dict[str, Any]:
        felt = [
            (index, FEELINGS.get(words, 0.0))
            for index, (speaker, _, _, words) in enumerate(self.story.lines)
            if speaker == "caller"
        ]
        third = max(1, len(felt) // 3)
        first, last = (
            round(sum(value for _, value in part) / len(part), 2) if part else None
            for part in (felt[:third], felt[-third:])
        )
        change = round(last - first, 2) if first is not None and last is not None else None
        return {
            "by_turn": [{"turn": index, "value": value} for index, value in felt],
            "first": first,
            "last": last,
            "change": change,
        }

    def _criterion(self, id_: str, weight: int, rng: random.Random) -> dict[str, Any]:
        known = self.story.fails.get(id_)
        agents = [index for index, (speaker, _, _, _) in enumerate(self.story.lines) if speaker == "agent"]
        short = len(self.story.lines) < 10 and id_ in {"negotiation", "commitment", "purpose_itemised", "empathy"}
        missed = known is None and not short and rng.random() < 0.02
        turns, reason = known or ((), "")
        if known is None:
            turns = tuple(agents[:1])
            reason = (
                "Não houve o que avaliar."
                if short
                else ("Faltou parte do roteiro." if missed else "Feito como pede o roteiro.")
            )
        return {
            "id": id_,
            "result": "na" if short else ("fail" if known or missed else "pass"),
            "weight": weight,
            "evidence": [] if short else list(turns),
            "reason": reason,
            "confidence": round(min(max(self.story.confidence + rng.uniform(-0.05, 0.05), 0.3), 0.99), 2),
        }


def seed(url: str, calls: int, *, until: datetime, seed_number: int = 1) -> Iterator[Seeded]:
    """Write `calls` made-up calls that ended before `until`, an aware instant; gives each as it is written."""
    rng = random.Random(seed_number)
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        write_portfolio(connection, until.astimezone(_ZONE).date(), rng)
        left = calls
        while left > 0:
            batch = [_made(rng, until, number) for number in range(min(left, _AT_ONCE))]
            _write(connection, batch, until, rng)
            connection.commit()
            left -= len(batch)
            yield from batch


def score(url: str, seeded: list[Seeded], *, at: datetime, seed_number: int = 1) -> None:
    """Enter a made-up score for most of them, and a person's for a few; their rows of quality must be there."""
    rng = random.Random(seed_number + 1)
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute(
            "CREATE TEMP TABLE made (call_id uuid, score int, fatal text[], confidence float8, card jsonb, human int,"
            " passed text[], failed text[], reasons text[], objections text[], human_fatal text[])"
            " ON COMMIT DROP"
        )
        with connection.cursor().copy("COPY made FROM STDIN") as copy:
            for call in seeded:
                if call.story.judged and rng.random() < _SCORED:
                    card = call.scorecard(rng)
                    read = read_scorecard(card)
                    human, human_fatal = _judged(read, rng) if rng.random() < _REVIEWED else (None, None)
                    copy.write_row(
                        (
                            call.call_id,
                            read.score,
                            list(read.fatal),
                            read.confidence,
                            json.dumps(card),
                            human,
                            *([each.id for each in read.criteria if each.result == end] for end in ("pass", "fail")),
                            list(read.reasons),
                            list(read.objections),
                            human_fatal,
                        )
                    )
        connection.execute(
            "UPDATE call_quality q SET score = m.score, fatal = m.fatal, confidence = m.confidence, scorecard = m.card,"
            " passed = m.passed, failed = m.failed, objections = m.objections,"
            " reasons = ARRAY(SELECT unnest(q.reasons) UNION SELECT unnest(m.reasons) ORDER BY 1),"
            " scorer = %s, scored_at = %s, human_score = m.human, human_fatal = m.human_fatal <> '{}',"
            " care_checked_at = CASE WHEN m.human IS NULL OR NOT q.distress THEN NULL ELSE CAST(%s AS timestamptz) END,"
            " reviewed_at = CASE WHEN m.human IS NULL THEN NULL ELSE CAST(%s AS timestamptz) END"
            " FROM made m WHERE q.call_id = m.call_id",
            (SCORER, at, at, at),
        )
        _review(connection, at)
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(
            "VACUUM ANALYZE call_quality, calls, call_lines, agreements, escalations, call_events, call_arms, debts"
        )


def _judged(read: Scorecard, rng: random.Random) -> tuple[int, list[str]]:
    """Give a person's score and fatal errors: the machine's, but for a few."""
    if not read.fatal and rng.random() < _MISSED:
        return 0, ["false_claim"]
    if read.fatal and rng.random() < _OVERRULED:
        return 70, []
    return max(0, min(100, read.score + rng.choice((-10, -5, 0, 0, 0, 5)))) * (not read.fatal), list(read.fatal)


def _review(connection: psycopg.Connection, at: datetime) -> None:
    """Write the reviews that go with people's scores, by somebody who can never sign in."""
    connection.execute(
        "INSERT INTO console_users (login, name, role, password_hash, created_at, left_at)"
        " VALUES ('seed-qa', 'Revisão de exemplo', 'qa', '-', %s, %s) ON CONFLICT (login) DO NOTHING",
        (at, at),
    )
    # Of the marks one in twelve is another than the machine's, drawn by the ids, so that it is the same each time.
    connection.execute(
        "INSERT INTO call_reviews (call_id, user_id, score, fatal, results, comment, at)"
        " SELECT m.call_id, u.id, m.human, m.human_fatal, (SELECT jsonb_object_agg(c ->> 'id',"
        " CASE WHEN c ->> 'result' = 'na' OR hashtextextended(m.call_id || (c ->> 'id'), 0) %% 12 <> 0"
        " THEN c ->> 'result' WHEN c ->> 'result' = 'pass' THEN 'fail' ELSE 'pass' END)"
        " FROM jsonb_array_elements(m.card -> 'criteria') c), '', %s"
        " FROM made m, console_users u WHERE m.human IS NOT NULL AND u.login = 'seed-qa'",
        (at,),
    )


def _made(rng: random.Random, until: datetime, debtor: int) -> Seeded:
    (story,) = rng.choices(STORIES, cum_weights=list(accumulate(each.weight for each in STORIES)))
    while True:
        day = (until.astimezone(_ZONE) - timedelta(days=rng.randrange(_DAYS))).date()
        hour = min(max(int(rng.gauss(13, 3)), 8), 19)
        started = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), _ZONE)
        if day.isoweekday() < 7 and started + timedelta(minutes=10) < until:
            break
    at = 0.8
    spoken = []
    for speaker, _, _, words in story.lines:
        length = max(len(words) / 15, 0.7)
        spoken.append((speaker, round(at, 2), round(at + length, 2)))
        at += length + rng.uniform(0.35, 0.9)
    name, creditor = rng.choice(NAMES), creditor_of(debtor)
    ((kind, intent, _, words),) = rng.choices(WHYS, [weight for _, _, weight, _ in WHYS])
    call_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return Seeded(call_id, story, name, creditor, debtor, started, (kind, intent, words), tuple(spoken))


def _write(connection: psycopg.Connection, batch: list[Seeded], until: datetime, rng: random.Random) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TARGETS}
    for call in batch:
        story, start = call.story, call.started_at
        end = start + timedelta(seconds=call.duration_s)
        ref = ref_of(call.debtor)
        notice = start + timedelta(seconds=15) if len(story.lines) > 5 else None
        rows["calls"].append(
            (call.call_id, rng.choices(("outbound", "inbound"), weights=(8, 2))[0], ref, call.creditor, call.name, "SP",
             f"+55119{rng.randrange(10**8):08d}", "pt-BR", "simulator", "closed",
             story.lines[-1][1] if story.lines else None, story.disposition, "owner", start, start, notice, end)
        )  # fmt: skip
        for index, ((speaker, phase, acts, words), (_, begins, ends)) in enumerate(
            zip(story.lines, call.spoken, strict=True)
        ):
            said = words.format(
                name=call.name.split()[0],
                why=call.why[2],
                creditor=call.creditor.removesuffix(" S.A.").removesuffix(" Ltda."),
            )
            heard = "played" if speaker == "agent" else None
            rows["call_lines"].append(
                (call.call_id, index, str(uuid.UUID(int=rng.getrandbits(128), version=4)), speaker, said,
                 start + timedelta(seconds=begins), begins, ends, acts.split(",") if acts else [], phase, heard,
                 *_understood(speaker, words, call, rng))
            )  # fmt: skip
        if story.promise:
            rows["agreements"].append(_agreement(call, ref, end, rng))
        rows["call_events"] += events_of(
            call.call_id,
            call.debtor,
            start,
            until,
            answers=len(story.lines) > 10,
            offers=sum("MakeOffer" in acts for _, _, acts, _ in story.lines),
            rng=rng,
        )
        if story.escalation:
            handled = end if rng.random() < 0.995 else None
            rows["escalations"].append(
                (call.call_id, str(uuid.UUID(int=rng.getrandbits(128), version=4)), *story.escalation, end, handled)
            )
    for table, columns in _TARGETS.items():
        with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
            for row in rows[table]:
                copy.write_row(row)


def _understood(speaker: str, words: str, call: Seeded, rng: random.Random) -> tuple[str | None, float | None]:
    """Give the intent and how sure it was, for a caller's line."""
    if speaker != "caller":
        return None, None
    return call.why[1] if words == WHY else INTENTS.get(words, "other"), round(rng.uniform(0.6, 0.99), 2)


def _agreement(call: Seeded, ref: str, at: datetime, rng: random.Random) -> tuple[Any, ...]:
    due = (at + timedelta(days=rng.randrange(2, 12))).date()
    discount = rng.choice((0, 5, 10, 15, 20))
    total = (Decimal("1331.67") * (100 - discount) / 100).quantize(_CENT)
    each = (total * 9 / 100).quantize(_CENT)
    terms = {
        "kind": "plan",
        "contracts": ["C1"],
        "debt_total": "1331.67",
        "total": str(total),
        "discount_percent": f"{discount}.00",
        "entry": {"due": due.isoformat(), "amount": str(total - 10 * each)},
        "instalments": [{"due": (due + timedelta(days=30 * n)).isoformat(), "amount": str(each)} for n in range(1, 11)],
        "method": "pix",
        "channel": "whatsapp",
        "confirmed": True,
        "teach_back": True,
    }
    state = rng.choices(("open", "kept", "broken"), weights=(3, 5, 2))[0]
    return (call.call_id, ref, json.dumps(terms), "pix", "whatsapp", True, True, state, at)
