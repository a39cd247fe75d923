"""Accounts: who is let in, what they may do from when on, and that an end is an end."""

from __future__ import annotations

import re

import pytest

from tests.voicebot.console.stage import NOW, PASSWORD, Stage, Visitor
from voicebot.application.qa.accounts import LastAdmin, NoSuchPerson
from voicebot.application.qa.people import Role
from voicebot.persistence.console_accounts import PostgresAccounts

A, B = "Lojas Aurora S.A.", "Banco Ipê S.A."
NEW = "outra senha bem longa"


async def trail(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.rows("SELECT action, detail FROM console_audit WHERE action ~ 'person|password' ORDER BY id")
    return [(row["action"], row["detail"]) for row in rows]


def shown_password(text: str) -> str:
    found = re.search(r"<code>([^<]+)</code>", text)
    return found[1] if found else ""


async def can_read(visitor: Visitor) -> bool:
    """Tell whether the session is alive; without one the console asks to sign in."""
    return (await visitor.get("account")).status_code == 200


async def test_deactivating_ends_every_session_at_once_and_reactivating_revives_none(stage: Stage) -> None:
    admin = await stage.signed_in(Role.ADMIN)
    here, elsewhere = await stage.signed_in(Role.QA), stage.visitor()
    await elsewhere.sign_in("qa")
    place = f"people/{here.person_id}"
    assert (await can_read(here), await can_read(elsewhere)) == (True, True)
    await admin.post(f"{place}/deactivate", {}, seen_at="people")
    assert (await can_read(here), await can_read(elsewhere)) == (False, False)
    assert (await stage.visitor().sign_in("qa")).status_code == 401
    await admin.post(f"{place}/reactivate", {}, seen_at="people")
    assert not await can_read(here)
    assert (await stage.visitor().sign_in("qa")).status_code == 303
    assert await trail(stage) == [("person_deactivated", "qa"), ("person_reactivated", "qa")]


async def test_somebody_let_in_signs_in_with_the_password_that_is_shown_once(stage: Stage) -> None:
    admin = await stage.signed_in(Role.ADMIN)
    form = {"login": " Bia ", "name": "Bia", "role": "qa", "creditor": A}
    answer = await admin.post("people", form, seen_at="people")
    password = shown_password(answer.text)
    assert password
    assert password not in (await admin.get("people")).text
    bia = stage.visitor()
    assert (await bia.sign_in("bia", password)).status_code == 303
    (row,) = await stage.rows("SELECT role, creditors FROM console_users WHERE login = 'bia'")
    assert row == {"role": "qa", "creditors": [A]}
    again = await admin.post("people", form, seen_at="people")
    assert again.headers["location"].endswith("problem=login")
    assert await trail(stage) == [("person_added", f"bia: Qualidade, {A}")]


async def test_a_password_made_anew_ends_the_sessions_of_the_old_one(stage: Stage) -> None:
    admin, rater = await stage.signed_in(Role.ADMIN), await stage.signed_in(Role.QA)
    answer = await admin.post(f"people/{rater.person_id}/password", {}, seen_at="people")
    assert not await can_read(rater)
    assert (await stage.visitor().sign_in("qa")).status_code == 401
    assert (await stage.visitor().sign_in("qa", shown_password(answer.text))).status_code == 303
    assert await trail(stage) == [("password_reset", "qa")]


async def test_ones_own_password_is_changed_with_the_old_one_and_the_other_sessions_end(stage: Stage) -> None:
    mine, elsewhere = await stage.signed_in(Role.AGENT), stage.visitor()
    await elsewhere.sign_in("agent")
    form = {"current": PASSWORD, "new": NEW, "again": NEW}
    answer = await mine.post("account/password", form, seen_at="account")
    assert answer.headers["location"].endswith("?done=true")
    assert "Senha trocada" in (await mine.get("account?done=true")).text
    assert not await can_read(elsewhere)
    assert (await stage.visitor().sign_in("agent")).status_code == 401
    assert (await stage.visitor().sign_in("agent", NEW)).status_code == 303
    assert await trail(stage) == [("password_changed", "")]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        pytest.param({"current": "errada", "new": NEW, "again": NEW}, "wrong", id="not the old one"),
        pytest.param({"current": PASSWORD, "new": NEW, "again": NEW + "."}, "again", id="two new ones"),
        pytest.param({"current": PASSWORD, "new": "curta", "again": "curta"}, "unfit", id="too short"),
    ],
)
async def test_a_password_stays_where_the_form_is_wrong(stage: Stage, form: dict[str, str], problem: str) -> None:
    mine = await stage.signed_in(Role.QA)
    answer = await mine.post("account/password", form, seen_at="account")
    place = answer.headers["location"]
    assert place.endswith(f"problem={problem}")
    assert 'role="alert"' in (await mine.get(place.removeprefix("/console/"))).text
    assert (await stage.visitor().sign_in("qa")).status_code == 303


async def test_the_old_password_cannot_be_guessed_through_the_form(stage: Stage) -> None:
    mine = await stage.signed_in(Role.QA)
    form = {"current": "errada", "new": NEW, "again": NEW}
    found = [(await mine.post("account/password", form, seen_at="account")).headers["location"] for _ in range(6)]
    assert [each.partition("problem=")[2] for each in found] == ["wrong"] * 5 + ["limit"]


async def test_a_change_of_role_and_creditors_holds_from_the_next_request(stage: Stage) -> None:
    call = await stage.call(creditor=B)
    admin, person = await stage.signed_in(Role.ADMIN), await stage.signed_in(Role.SUPERVISOR)
    assert (await person.get(f"calls/{call}")).status_code == 200
    await admin.post(f"people/{person.person_id}/change", {"role": "qa", "creditor": A}, seen_at="people")
    assert (await person.get(f"calls/{call}")).status_code == 404
    assert (await person.get("export.csv")).status_code == 403
    await admin.post(f"people/{person.person_id}/change", {"role": "qa", "every": "on"}, seen_at="people")
    assert (await person.get(f"calls/{call}")).status_code == 200
    nothing = await admin.post(f"people/{person.person_id}/change", {"role": "qa"}, seen_at="people")
    assert nothing.headers["location"].endswith("problem=creditors")
    assert await trail(stage) == [
        ("person_changed", f"supervisor: Qualidade, {A}"),
        ("person_changed", "supervisor: Qualidade, todos os credores"),
    ]


async def test_an_admin_of_one_creditor_cannot_reach_beyond_it(stage: Stage) -> None:
    """Neither by raising themselves, nor through a colleague, nor by a new account."""
    await stage.signed_in(Role.ADMIN, login="whole")
    limited = await stage.signed_in(Role.ADMIN, creditors=(A,))
    under = await stage.person(Role.QA, login="under", creditors=(A,))
    tries = {
        f"people/{under}/change": {"role": "qa", "every": "on"},
        "people": {"login": "x", "name": "x", "role": "qa", "creditor": B},
    }
    for place, form in tries.items():
        answer = await limited.post(place, form, seen_at="people")
        assert answer.headers["location"].endswith("problem=grant"), place
    own = await limited.post(f"people/{limited.person_id}/change", {"role": "admin", "every": "on"}, seen_at="people")
    assert own.headers["location"].endswith("problem=self")
    both = await stage.person(Role.QA, login="both", creditors=(A, B))
    assert (await limited.post(f"people/{both}/deactivate", {}, seen_at="people")).status_code == 404
    page = (await limited.get("people")).text
    assert [each for each in ("whole", "both", "Todos os credores") if each in page] == []
    assert "under" in page
    rows = await stage.rows("SELECT login FROM console_users WHERE left_at IS NOT NULL OR login = 'x'")
    assert rows == []


async def test_the_last_who_may_let_people_in_stays(stage: Stage) -> None:
    accounts = PostgresAccounts(stage.database)
    only = await stage.person(Role.ADMIN)
    with pytest.raises(LastAdmin):
        await accounts.deactivate(only, within=None, at=NOW)
    with pytest.raises(LastAdmin):
        await accounts.change(only, within=None, role=Role.QA, creditors=None)
    with pytest.raises(LastAdmin):
        await accounts.change(only, within=None, role=Role.ADMIN, creditors=(A,))
    other = await stage.person(Role.ADMIN, login="other")
    await accounts.deactivate(only, within=None, at=NOW)
    assert [each.left_at for each in await accounts.everybody(within=None)] == [None, NOW]
    with pytest.raises(LastAdmin):
        await accounts.deactivate(other, within=None, at=NOW)
    with pytest.raises(NoSuchPerson):
        await accounts.account(10_000, within=None)


async def test_nobody_ends_their_own_access_by_mistake(stage: Stage) -> None:
    await stage.person(Role.ADMIN, login="other")
    admin = await stage.signed_in(Role.ADMIN)
    answer = await admin.post(f"people/{admin.person_id}/deactivate", {}, seen_at="people")
    assert answer.headers["location"].endswith("problem=self")
    assert await can_read(admin)


@pytest.mark.parametrize("role", [Role.QA, Role.SUPERVISOR, Role.AGENT])
async def test_only_the_administration_keeps_accounts(stage: Stage, role: Role) -> None:
    other = await stage.person(Role.QA, login="other")
    visitor = await stage.signed_in(role)
    assert (await visitor.get("people")).status_code == 403
    for form in ("deactivate", "reactivate", "password", "change"):
        answer = await visitor.post(f"people/{other}/{form}", {"role": "admin", "every": "on"}, seen_at="account")
        assert answer.status_code == 403
    assert await trail(stage) == []


async def test_the_trail_is_read_by_person_and_kind_and_page_by_page(stage: Stage) -> None:
    admin = await stage.signed_in(Role.ADMIN)
    other = await stage.person(Role.QA, login="other")
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO console_audit (at, user_id, action, detail)"
            " SELECT %s, %s, 'exported', 'n' || g || '.' FROM generate_series(1, 101) g",
            (NOW, other),
        )
    first = (await admin.get(f"audit?who={other}&action=exported")).text
    assert first.count(">Exportou</td>") == 100
    assert ("n101." in first, '<td class="wide">n1.</td>' in first) == (True, False)
    following = re.search(r'href="/console/(audit\?[^"]*before=\d+)"', first)
    assert following is not None
    second = (await admin.get(following[1].replace("&amp;", "&"))).text
    assert second.count(">Exportou</td>") == 1
    assert '<td class="wide">n1.</td>' in second
    assert "Mais recentes" in second
    assert (await admin.get("audit?action=signed_in")).text.count(">Entrou</td>") == 1
    assert ">Exportou</td>" not in (await admin.get(f"audit?who={admin.person_id}")).text
    assert "Nada com este filtro" in (await admin.get(f"audit?who={other}&action=heard")).text
    assert (await admin.get("audit?who=x&action=made_up")).status_code == 200
