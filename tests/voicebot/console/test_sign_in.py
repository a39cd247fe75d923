from __future__ import annotations

import pytest

from tests.voicebot.console.stage import PASSWORD, Stage
from voicebot.application.qa.people import PeopleError, Role
from voicebot.console.guard import SESSION_COOKIE
from voicebot.console.passwords import hash_password, matches

PRIVATE = ("", "queues/fatal", "dashboard", "export.csv", "rounds", "handovers", "audit")


@pytest.mark.parametrize("place", PRIVATE)
async def test_without_a_session_every_page_leads_to_the_sign_in(stage: Stage, place: str) -> None:
    answer = await stage.visitor().get(place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


async def test_the_right_password_opens_and_signing_out_closes(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.QA)
    assert (await visitor.get("queues/fatal")).status_code == 200

    token = visitor.client.cookies[SESSION_COOKIE]
    await visitor.post("sign-out", {}, seen_at="queues/fatal")
    visitor.client.cookies.set(SESSION_COOKIE, token, domain="console.example", path="/console")
    assert (await visitor.get("queues/fatal")).status_code == 303


async def test_a_wrong_password_and_an_unknown_login_look_the_same(stage: Stage) -> None:
    await stage.person(Role.QA, login="rui")
    wrong = await stage.visitor().sign_in("rui", "not this one, no")
    unknown = await stage.visitor().sign_in("nobody", "not this one, no")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert [line for line in wrong.text.splitlines() if "csrf" not in line] == [
        line for line in unknown.text.splitlines() if "csrf" not in line
    ]


async def test_a_sixth_try_is_refused_even_with_the_right_password_until_time_passes(stage: Stage) -> None:
    await stage.person(Role.QA, login="rui")
    visitor = stage.visitor()
    tries = [(await visitor.sign_in("RUI", "wrong wrong wrong")).status_code for _ in range(5)]
    assert tries == [401] * 5
    assert (await visitor.sign_in("rui")).status_code == 429
    stage.clock.forward(minutes=16)
    assert (await visitor.sign_in("rui")).status_code == 303


async def test_one_address_cannot_go_through_many_logins(stage: Stage) -> None:
    visitor = stage.visitor()
    tries = [(await visitor.sign_in(f"guess{number}", "wrong wrong wrong")).status_code for number in range(31)]
    assert tries == [401] * 30 + [429]


async def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(stage: Stage) -> None:
    stage.secure = True
    await stage.person(Role.QA)
    answer = await stage.visitor().sign_in("qa")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION_COOKIE))
    assert {"HttpOnly", "Path=/console", "SameSite=strict", "Secure"} <= {part.strip() for part in cookie.split(";")}


async def test_the_database_holds_neither_token_nor_password(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.QA)
    token = visitor.client.cookies[SESSION_COOKIE]
    (session,) = await stage.rows("SELECT sha256 FROM console_sessions")
    (person,) = await stage.rows("SELECT password_hash FROM console_users")
    assert token.encode() not in session["sha256"]
    assert person["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in person["password_hash"]


@pytest.mark.parametrize(
    ("steps", "each_minutes", "stays"),
    [
        pytest.param(1, 29, True, id="a pause shorter than the idle limit"),
        pytest.param(1, 31, False, id="a pause longer than the idle limit"),
        pytest.param(23, 29, True, id="a working day of visits"),
        pytest.param(26, 29, False, id="never longer than twelve hours"),
    ],
)
async def test_a_session_ends(stage: Stage, steps: int, each_minutes: int, stays: bool) -> None:
    visitor = await stage.signed_in(Role.QA)
    for _ in range(steps):
        stage.clock.forward(minutes=each_minutes)
        answer = await visitor.get("queues/fatal")
    assert (answer.status_code == 200) is stays


async def test_who_left_is_out_at_once(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.QA)
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE console_users SET left_at = now()")
    assert (await visitor.get("queues/fatal")).status_code == 303
    assert (await stage.visitor().sign_in("qa")).status_code == 401


async def test_a_sign_in_form_of_another_site_is_refused(stage: Stage) -> None:
    await stage.person(Role.QA)
    visitor = stage.visitor()
    answer = await visitor.client.post("/console/sign-in", data={"login": "qa", "password": PASSWORD})
    assert answer.status_code == 403
    assert SESSION_COOKIE not in visitor.client.cookies


async def test_every_sign_in_is_on_the_audit_trail(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.QA)
    await stage.visitor().sign_in("qa", "wrong wrong wrong")
    rows = await stage.rows("SELECT action, user_id FROM console_audit ORDER BY id")
    assert rows == [
        {"action": "signed_in", "user_id": visitor.person_id},
        {"action": "sign_in_refused", "user_id": visitor.person_id},
    ]


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 201], ids=["empty", "too short", "too long"])
def test_a_poor_password_is_refused(password: str) -> None:
    with pytest.raises(PeopleError, match="12 to 200"):
        hash_password(password)


async def test_a_broken_hash_matches_nothing() -> None:
    assert not await matches("no hash at all", PASSWORD)


async def test_a_login_is_taken_once_whatever_its_case(stage: Stage) -> None:
    await stage.person(Role.QA, login="rui")
    with pytest.raises(PeopleError, match="taken"):
        await stage.person(Role.ADMIN, login="RUI")
