"""The console on a real database, reached as a browser would reach it, without a network."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from sqlalchemy import text

from voicebot.application.ports import MarkOutcome, Speaker, SpokenLine
from voicebot.application.qa.people import Role
from voicebot.application.qa.sign_on import SingleSignOn
from voicebot.bootstrap.console_scores import EVER
from voicebot.console.app import create_console
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH
from voicebot.console.insight import Insight
from voicebot.console.passwords import hash_password
from voicebot.console.words import CRITERIA
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.persistence.console_accounts import PostgresAccounts
from voicebot.persistence.console_audio import SealedAudio
from voicebot.persistence.console_calls import PostgresCalls
from voicebot.persistence.console_clips import PostgresClips
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.console_live import PostgresLive
from voicebot.persistence.console_people import PostgresAudit, PostgresPeople
from voicebot.persistence.console_quality import PostgresQuality
from voicebot.persistence.console_queues import PostgresQueues
from voicebot.persistence.console_reports import PostgresReports
from voicebot.persistence.console_rounds import PostgresRounds
from voicebot.persistence.database import Database
from voicebot.persistence.recording_store import PostgresRecordings
from voicebot.persistence.recordings import RecordingWriter, generate_key, read_key
from voicebot.persistence.records import PostgresRecords

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone(timedelta(hours=-3)))
DEBTOR, PHONE = "Ana Beatriz Souza", "+5511988880001"
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
Said = tuple[Speaker, str, Phase, tuple[str, ...]]
TALK: tuple[Said, ...] = (
    (Speaker.AGENT, "É com Ana Beatriz que eu falo?", Phase.OPENING, ("AskForPerson",)),
    (Speaker.CALLER, "Sou eu, a Ana.", Phase.OPENING, ()),
    (Speaker.AGENT, "A ligação é gravada.", Phase.VERIFICATION, ("NoticeRecording",)),
    (Speaker.CALLER, "cinco dois nove", Phase.VERIFICATION, ()),
    (Speaker.AGENT, "O total hoje é de R$ 1.331,67.", Phase.EXPLANATION, ("ExplainTotal",)),
    (Speaker.CALLER, "Meu CPF é 529.982.247-25 e o fone 11 98888-0001.", Phase.NEGOTIATION, ()),
)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser: keeps cookies, and takes the form's token from the page before it."""

    client: httpx.AsyncClient
    person_id: int = 0

    async def get(self, place: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"{PATH}/{place}", headers=headers)

    async def token(self, place: str) -> str:
        found = _CSRF.search((await self.get(place)).text)
        return found[1] if found else ""

    async def post(self, place: str, data: Mapping[str, str], *, seen_at: str | None = None) -> httpx.Response:
        """Send a form with this session's token, as taken from the page `seen_at` or any other."""
        csrf = await self.token(seen_at or "sign-out-form")
        return await self.client.post(f"{PATH}/{place}", data={**data, "csrf": csrf})

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return await self.client.post(
            f"{PATH}/sign-in", data={"login": login, "password": password, "csrf": await self.token("sign-in")}
        )


@dataclass(slots=True)
class Stage:
    database: Database
    folder: Path
    secure: bool = False
    outbound: Direction = Direction.OUTBOUND
    clock: Clock = field(default_factory=Clock)
    key: bytes = field(default_factory=lambda: read_key(generate_key()), repr=False)
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    sign_on: SingleSignOn | None = None

    def desk(self) -> Desk:
        base = self.database
        return Desk(
            people=PostgresPeople(base),
            audit=PostgresAudit(base),
            queues=PostgresQueues(base),
            calls=PostgresCalls(base),
            audio=SealedAudio(PostgresRecordings(base), self.key, self.folder),
            handovers=PostgresHandovers(base),
            rounds=PostgresRounds(base),
            figures=PostgresFigures(base),
            accounts=PostgresAccounts(base),
            clock=self.clock,
            secure=self.secure,
            sign_on=self.sign_on,
        )

    def insight(self) -> Insight:
        base = self.database
        return Insight(
            reports=PostgresReports(base),
            experiments=PostgresExperiments(base),
            live=PostgresLive(base),
            clips=PostgresClips(base),
        )

    def app(self) -> FastAPI:
        app = FastAPI()
        app.mount(PATH, create_console(self.desk(), self.insight()))
        return app

    def visitor(self) -> Visitor:
        scheme = "https" if self.secure else "http"
        transport = httpx.ASGITransport(app=self.app())
        client = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://console.example", trust_env=False)
        self.clients.append(client)
        return Visitor(client)

    async def person(self, role: Role, *, login: str | None = None, creditors: tuple[str, ...] | None = None) -> int:
        name = login or role.value
        return await PostgresPeople(self.database).add(
            login=name, name=f"Pessoa {name}", role=role, password_hash=HASH, creditors=creditors, at=NOW
        )

    async def signed_in(
        self, role: Role = Role.SUPERVISOR, *, login: str | None = None, creditors: tuple[str, ...] | None = None
    ) -> Visitor:
        visitor = self.visitor()
        visitor.person_id = await self.person(role, login=login, creditors=creditors)
        answer = await visitor.sign_in(login or role.value)
        if answer.status_code != 303:
            raise AssertionError(answer.status_code)
        return visitor

    @staticmethod
    def new_id() -> str:
        return str(uuid.uuid4())

    @staticmethod
    def lines(talk: tuple[Said, ...], at: datetime) -> list[SpokenLine]:
        """Lay the lines four seconds apart, each three long."""
        return [
            SpokenLine(speaker, words, at + timedelta(seconds=4 * n), 4.0 * n, 4.0 * n + 3, acts, phase)
            for n, (speaker, words, phase, acts) in enumerate(talk)
        ]

    async def call(
        self,
        talk: tuple[Said, ...] = TALK,
        *,
        creditor: str = "Lojas Aurora S.A.",
        disposition: Disposition = Disposition.REFUSED,
        at: datetime = NOW - timedelta(hours=2),
        card: Mapping[str, Any] | None = None,
        recorded: bool = False,
    ) -> str:
        """Have a closed call in the console's lists, with a score where `card` gives one."""
        records = PostgresRecords(self.database)
        call_id = await records.begin(
            str(uuid.uuid4()),
            direction=Direction.OUTBOUND,
            provider="simulator",
            at=at,
            debtor_ref="D001",
            debtor_name=DEBTOR,
            creditor_name=creditor,
            phone=PHONE,
        )
        for line in self.lines(talk, at):
            index = await records.add_line(call_id, line)
            if line.speaker is Speaker.AGENT:
                await records.mark(call_id, index, MarkOutcome.PLAYED, line.at)
        await records.close(call_id, disposition, at + timedelta(seconds=4 * len(talk) + 1))
        await self.entered(call_id, card)
        if recorded:
            await self.record(call_id, at)
        return call_id

    async def live_call(
        self, talk: tuple[Said, ...] = TALK, *, creditor: str = "Lojas Aurora S.A.", ago: float = 90
    ) -> str:
        """Have a call in progress that began `ago` seconds before now."""
        records, at = PostgresRecords(self.database), NOW - timedelta(seconds=ago)
        call = await records.begin(
            self.new_id(),
            direction=Direction.OUTBOUND,
            provider="simulator",
            at=at,
            debtor_name=DEBTOR,
            creditor_name=creditor,
            phone=PHONE,
        )
        await records.attach_media(call, provider_call_id=None, owner="o", lease_until=NOW + timedelta(days=1), at=at)
        for line in self.lines(talk, at):
            await records.add_line(call, line)
        return call

    async def escalated(self, call_id: str, summary: str = "Pediu uma pessoa.") -> int:
        """Have the call wait for a person; gives the hand-over's id."""
        async with self.database.transaction() as connection:
            await connection.exec_driver_sql(
                "INSERT INTO escalations (call_id, op_id, reason, urgency, summary, at)"
                " VALUES (%s, gen_random_uuid(), 'distress', 'immediate', %s, %s)",
                (call_id, summary, NOW),
            )
        rows = await self.rows("SELECT max(id) AS id FROM escalations")
        return int(rows[0]["id"])

    async def entered(self, call_id: str, card: Mapping[str, Any] | None) -> None:
        quality = PostgresQuality(self.database)
        await quality.enter_closed(EVER)
        if card is not None:
            await quality.scored(uuid.UUID(call_id), card, scorer="test", at=NOW)

    async def record(self, call_id: str, at: datetime, *, seconds: int = 1) -> Path:
        """Write sound: the caller loud, the agent soft."""
        store = PostgresRecordings(self.database)
        writer = RecordingWriter(self.folder, self.key, call_id)
        await store.opened(call_id, writer.path, writer.key_id, at)
        wave = np.sin(np.arange(8000 * seconds) / 5)
        writer.append(np.stack([wave * 20000, wave * 5000], axis=1).astype(np.int16))
        await store.completed(call_id, writer.close())
        return writer.path

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.database.transaction() as connection:
            return [dict(row) for row in (await connection.execute(text(sql))).mappings()]


def marks(*fails: str, fatal: str = "") -> dict[str, str]:
    """A form with a mark for every criterion."""
    given = {f"result_{name}": "fail" if name in fails else "pass" for name in CRITERIA}
    return given | ({f"fatal_{fatal}": "on"} if fatal else {})


def card(*fails: str, fatal: Mapping[str, list[int]] | None = None, confidence: float = 0.9) -> dict[str, Any]:
    """A scorecard with these criteria failed at the fifth line."""
    names = ("greeting", "verification", "empathy", "negotiation")
    criteria = [
        {
            "id": name,
            "result": "fail" if name in fails else "pass",
            "weight": 25,
            "evidence": [4],
            "reason": f"motivo de {name}",
            "confidence": confidence,
        }
        for name in names
    ]
    return {
        "score": 0 if fatal else 100 - 25 * len(fails),
        "fatal": sorted(fatal or {}),
        "fatal_findings": [{"id": name, "evidence": turns, "reason": "dito"} for name, turns in (fatal or {}).items()],
        "criteria": criteria,
    }
