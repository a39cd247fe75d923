"""Numbers and days that no database holds are pages that do not exist, and never an error of ours."""

from __future__ import annotations

from tests.voicebot.console.stage import Stage
from voicebot.application.qa.people import Role
from voicebot.console.guard import PATH

INT, BIGINT = 2**31, 2**63
CALL = Stage.new_id()


SEEN = (
    f"audit?who={INT}",
    f"audit?who={'9' * 20}",
    f"audit?before={BIGINT}",
    f"audit?before={'9' * 400}",
    f"clips?before={BIGINT}",
    f"rounds/{INT}",
    f"rounds/{INT}/calls/{CALL}",
    f"rounds/{'9' * 5000}",
    "rounds/0",
)
SENT = (
    *(f"people/{INT}/{what}" for what in ("deactivate", "reactivate", "change", "password")),
    f"rounds/{INT}/close",
    f"rounds/{INT}/calls/{CALL}",
    f"calls/{CALL}/notes/{BIGINT}/settle",
    f"handovers/{BIGINT}/take",
)


async def test_a_number_beyond_the_database_is_not_found(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.ADMIN)
    answers = {place: (await visitor.get(place)).status_code for place in SEEN}
    assert answers == dict.fromkeys(SEEN, 404)
    form = {"role": "qa", "every": "on", "settlement": "x", "csrf": await visitor.token("people")}
    sent = {place: (await visitor.client.post(f"{PATH}/{place}", data=form)).status_code for place in SENT}
    assert sent == dict.fromkeys(SENT, 404)


async def test_the_largest_numbers_that_the_database_holds_are_asked_for(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.ADMIN)
    for place in (f"audit?who={INT - 1}&before={BIGINT - 1}", f"clips?before={BIGINT - 1}"):
        assert (await visitor.get(place)).status_code == 200


async def test_the_first_and_last_days_there_are_narrow_lists_and_figures(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.ADMIN)
    asked = [
        f"{page}={day}"
        for page in ("queues/all?since", "queues/all?until", "dashboard?until", "export.csv?until")
        for day in ("0001-01-01", "9999-12-31")
    ]
    answers = {place: (await visitor.get(place)).status_code for place in asked}
    assert answers == dict.fromkeys(asked, 200)
