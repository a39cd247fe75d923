"""The export's files: their columns and cells, their safety in a spreadsheet, all or none, and the command."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from voicebot.application import export as exporting
from voicebot.application.export import (
    Cell,
    ClosedCall,
    Exported,
    ExportError,
    MadeAgreement,
    Suppression,
    cell,
    export,
)
from voicebot.application.messages import payment_txid
from voicebot.bootstrap.commands.export import export as export_command
from voicebot.bootstrap.commands.export import instant
from voicebot.domain.agreement import Agreement, as_contract
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-3)))
CALL = ClosedCall(
    call_id="c1",
    creditor_cnpj="11.222.333/0001-81",
    debtor_ref="D001",
    direction="outbound",
    started_at=NOW,
    closed_at=NOW,
    disposition="agreement",
    closed_by="owner",
    notice_given_at=None,
    callback_at=None,
    escalation=None,
)
OFFER = Offer(
    "o1",
    OfferKind.PLAN,
    ("C-1001", "C-1002"),
    Money.of("1331.67"),
    Money.of("335.00"),
    Decimal("10.5"),
    Payment(date(2026, 11, 26), Money.of("120.00")),
    (Payment(date(2026, 12, 10), Money.of("107.50")), Payment(date(2027, 1, 10), Money.of("107.50"))),
)
TERMS = as_contract(Agreement(OFFER, "pix", "whatsapp", True, True, NOW))
AGREEMENT = MadeAgreement(call_id="c1", creditor_cnpj=None, debtor_ref="D001", terms=TERMS, state="open", agreed_at=NOW)
SUPPRESSION = Suppression(
    call_id="c1",
    creditor_cnpj=None,
    debtor_ref="D001",
    phone="+5511988880001",
    kind="wrong_number",
    until=None,
    recorded_at=NOW,
)


class Kept:
    """A source of what the test gives it."""

    def __init__(
        self,
        calls: Iterable[ClosedCall] = (),
        agreements: Iterable[MadeAgreement] = (),
        suppressions: Iterable[Suppression | Exception] = (),
    ) -> None:
        self._calls, self._agreements, self._suppressions = calls, agreements, suppressions

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Kept]:
        yield self

    async def closed_calls(self, since: datetime) -> AsyncIterator[ClosedCall]:
        for each in self._calls:
            yield each

    async def agreements(self, since: datetime) -> AsyncIterator[MadeAgreement]:
        for each in self._agreements:
            yield each

    async def suppressions(self, since: datetime) -> AsyncIterator[Suppression]:
        for each in self._suppressions:
            if isinstance(each, Exception):
                raise each
            yield each


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_an_empty_export_has_headers_only(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    assert await export(Kept(), NOW, out) == Exported(0, 0, 0)
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "outcomes.csv": "call_id,creditor_cnpj,debtor_ref,direction,started_at,closed_at,disposition,closed_by,"
        "notice_given_at,callback_at,escalation\n",
        "agreements.csv": "call_id,creditor_cnpj,debtor_ref,contracts,agreed_at,state,kind,debt_total,total,"
        "discount_percent,method,channel,confirmed,teach_back,first_due,first_amount,entry,payments,schedule,txid\n",
        "suppressions.csv": "call_id,creditor_cnpj,debtor_ref,phone,kind,until,recorded_at\n",
    }


def test_the_documented_columns_are_the_columns() -> None:
    documented = " ".join((exporting.__doc__ or "").split())
    for columns in (exporting.OUTCOMES, exporting.AGREEMENTS, exporting.SUPPRESSIONS):
        places = [documented.find(f" {column}", documented.find("call_id,")) for column in columns[1:]]
        assert -1 not in places


async def test_an_agreement_has_its_schedule_and_the_name_its_payment_comes_back_with(tmp_path: Path) -> None:
    assert await export(Kept([CALL], [AGREEMENT]), NOW, tmp_path) == Exported(1, 1, 0)
    assert rows(tmp_path, "outcomes.csv")[0]["closed_at"] == "2026-11-23T13:00:00+00:00"
    assert rows(tmp_path, "agreements.csv") == [
        {
            "call_id": "c1",
            "creditor_cnpj": "",
            "debtor_ref": "D001",
            "contracts": "C-1001;C-1002",
            "agreed_at": "2026-11-23T13:00:00+00:00",
            "state": "open",
            "kind": "plan",
            "debt_total": "1331.67",
            "total": "335.00",
            "discount_percent": "10.50",
            "method": "pix",
            "channel": "whatsapp",
            "confirmed": "true",
            "teach_back": "true",
            "first_due": "2026-11-26",
            "first_amount": "120.00",
            "entry": "true",
            "payments": "3",
            "schedule": "2026-11-26=120.00;2026-12-10=107.50;2027-01-10=107.50",
            "txid": payment_txid("D001", TERMS),
        }
    ]


async def test_an_agreement_of_an_earlier_version_still_exports(tmp_path: Path) -> None:
    await export(Kept([], [replace(AGREEMENT, terms={"total": "10"})]), NOW, tmp_path)
    (row,) = rows(tmp_path, "agreements.csv")
    assert (row["total"], row["payments"], row["schedule"], row["txid"]) == ("10.00", "0", "", "")


@pytest.mark.parametrize(
    ("kind", "phone", "written"),
    [
        ("wrong_number", "+5511988880001", "wrong_number"),
        ("stop", "", "stop"),
        ("deceased", "", "deceased"),
        ("crisis", "", "vulnerable_hold"),
        ("illness", "", "vulnerable_hold"),
    ],
)
async def test_a_phone_leaves_only_where_the_number_is_meant_and_health_never(
    tmp_path: Path, kind: str, phone: str, written: str
) -> None:
    await export(Kept(suppressions=[replace(SUPPRESSION, kind=kind)]), NOW, tmp_path)
    (row,) = rows(tmp_path, "suppressions.csv")
    assert (row["kind"], row["phone"], row["until"]) == (written, phone, "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-12.50", "-12.50"),
        ("+5511988880001", "+5511988880001"),
        ("-1+2", "'-1+2"),
        ("+1.", "'+1."),
        ("+１", "'+１"),
        ("C-1001", "C-1001"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (-3, "-3"),
    ],
)
def test_a_cell_is_never_a_formula(value: Cell, written: str) -> None:
    assert cell(value) == written


@given(st.text())
def test_no_text_begins_as_a_formula_unless_it_is_a_number(text: str) -> None:
    written = cell(text)
    assert written == text or written == f"'{text}"
    if written.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert Decimal(written).is_finite()


async def test_hostile_references_survive_as_text(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://x.example",\n"a")'
    await export(Kept([replace(CALL, debtor_ref=hostile)]), NOW, tmp_path)
    assert rows(tmp_path, "outcomes.csv")[0]["debtor_ref"] == f"'{hostile}"


async def test_a_failure_half_way_leaves_the_earlier_files_and_no_rests(tmp_path: Path) -> None:
    await export(Kept([CALL], [AGREEMENT], [SUPPRESSION]), NOW, tmp_path)
    before = contents(tmp_path)

    class Gone(Exception):
        pass

    with pytest.raises(Gone):
        await export(Kept([], [], [SUPPRESSION, Gone()]), NOW, tmp_path)

    assert contents(tmp_path) == before


async def test_a_file_in_the_folders_place_is_a_clear_refusal(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ExportError, match=r"cannot write to .*taken: .*; give --out"):
        await export(Kept(), NOW, tmp_path / "taken")


async def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        await export(Kept(), NOW.replace(tzinfo=None), tmp_path)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command in this process, without a database unless one is named."""
    app = typer.Typer()
    app.command("export")(export_command)

    def run(*arguments: str, url: str = "postgresql://nobody@127.0.0.1:9/none") -> Result:
        monkeypatch.setenv("VOICEBOT_DATABASE_URL", url)
        return CliRunner().invoke(app, arguments)

    return run


def test_the_command_writes_the_files(database_url: str, tmp_path: Path, command: Callable[..., Result]) -> None:
    done = command("--since", "2026-11-23", "--out", str(tmp_path / "out"), url=database_url)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "exported: 0 outcomes, 0 agreements, 0 suppressions\n"
    assert sorted(contents(tmp_path / "out")) == ["agreements.csv", "outcomes.csv", "suppressions.csv"]


@pytest.mark.parametrize(
    ("since", "out", "more", "code", "line"),
    [
        ("yesterday", "out", (), 2, "error: --since is no instant: write it as 2026-11-23T10:00-03:00"),
        ("2026-11-23T10:00Z", "out", ("--creditor", "1"), 2, "error: --creditor is no CNPJ"),
        ("2026-11-23T10:00Z", "taken", (), 1, "error: cannot write to"),
    ],
    ids=["no instant", "no cnpj", "no folder"],
)
def test_an_error_is_one_clear_line(
    tmp_path: Path,
    command: Callable[..., Result],
    since: str,
    out: str,
    more: tuple[str, ...],
    code: int,
    line: str,
) -> None:
    (tmp_path / "taken").touch()
    done = command("--since", since, "--out", str(tmp_path / out), *more)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(line)


def test_the_command_is_registered(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voicebot", "export", "--since", "x", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("error: --since is no instant: write it as 2026-11-23T10:00-03:00\n")


def test_an_instant_without_an_offset_is_brasilias() -> None:
    assert instant("2026-11-23T10:00") == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert instant("2026-11-23T10:00+00:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)
