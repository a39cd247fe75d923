"""What the provider's stranger answers become: the vendor's client raises four kinds of error, and one is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, Request, Response

from telephony.calls_rest import CallsAccount, CallsRestDialler
from telephony.errors import CallGone, NextStep, OutcomeUnknown, ProviderError, RateLimited
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.serving import serving
from tests.telephony.stage import ACCOUNT, AFTER, CALLEE, CALLER_ID, PUBLIC, TOKEN

SID = "CA" + "1" * 32
OLD = '{"code": %d, "message": "to +5511987654321", "status": %d}'
NEW = '{"type": "https://t.example/%d", "title": "to +5511987654321", "status": %d, "code": %d}'


@asynccontextmanager
async def answering(status: int, body: str) -> AsyncIterator[CallsRestDialler]:
    """A provider that gives every request the same answer."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(request: Request) -> Response:
        return Response(body, status_code=status, media_type="application/json")

    async with serving(app) as url:
        dialler = SimulatorDialler(
            CallsAccount(ACCOUNT, TOKEN, CALLER_ID, f"{PUBLIC}/voice", f"{PUBLIC}/status", api_base=url)
        )
        yield dialler
        await dialler.aclose()


@pytest.mark.parametrize(
    ("status", "body", "step"),
    [
        pytest.param(400, OLD % (21211, 400), NextStep.SUPPRESS_NUMBER, id="the usual error"),
        pytest.param(400, NEW % (21211, 400, 21211), NextStep.SUPPRESS_NUMBER, id="the newer problem document"),
        pytest.param(429, NEW % (20429, 429, 20429), NextStep.RETRY_LATER, id="too fast, as a problem document"),
        pytest.param(503, "<html>503</html>", NextStep.RECONCILE, id="a proxy's page"),
        pytest.param(401, "", NextStep.STOP_CAMPAIGN, id="nothing but a status"),
        pytest.param(404, OLD % (20404, 404), NextStep.STOP_CAMPAIGN, id="no such account"),
        pytest.param(302, "", NextStep.STOP_CAMPAIGN, id="a redirect is not followed"),
        pytest.param(200, "<html>welcome</html>", NextStep.RECONCILE, id="success that is no JSON"),
        pytest.param(201, "{}", NextStep.RECONCILE, id="success without an id"),
        pytest.param(201, "", NextStep.RECONCILE, id="success without a body"),
        pytest.param(400, '["no object"]', NextStep.STOP_CAMPAIGN, id="an error of no shape"),
        pytest.param(400, OLD.replace("%d", '"x"', 1) % 400, NextStep.STOP_CAMPAIGN, id="a code that is no number"),
    ],
)
async def test_every_answer_to_a_new_call_has_a_next_step(status: int, body: str, step: NextStep) -> None:
    async with answering(status, body) as dialler:
        with pytest.raises(ProviderError) as error:
            await dialler.place(to=CALLEE, call_ref="r")
        assert error.value.next_step is step
        assert CALLEE not in str(error.value)


@pytest.mark.parametrize(
    ("status", "expected"), [(429, RateLimited), (500, OutcomeUnknown), (401, ProviderError)], ids=str
)
async def test_a_list_that_is_refused_is_an_error_of_ours(status: int, expected: type[ProviderError]) -> None:
    """The vendor's client raises another class for pages of a list, with the whole answer in it."""
    async with answering(status, OLD % (20003, status)) as dialler:
        with pytest.raises(expected) as error:
            await dialler.recent(to=CALLEE)
        assert CALLEE not in str(error.value)


@pytest.mark.parametrize(
    ("status", "taken_back"),
    [
        pytest.param("canceled", True, id="cancelled"),
        pytest.param("busy", False, id="it left the queue and the line was busy"),
        pytest.param("no-answer", False, id="it rang"),
        pytest.param("failed", False, id="it went out and failed"),
        pytest.param("in-progress", False, id="somebody answered"),
        pytest.param("completed", False, id="somebody answered and it is over"),
        pytest.param("queued", False, id="nobody says that it took effect"),
    ],
)
async def test_only_a_call_that_ended_as_cancelled_was_taken_back(status: str, *, taken_back: bool) -> None:
    async with answering(200, f'{{"sid": "{SID}", "status": "{status}"}}') as dialler:
        assert await dialler.cancel(SID) is taken_back


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, ""), (404, OLD % (20404, 404)), (400, OLD % (21220, 400))],
    ids=["bare", "20404", "21220"],
)
async def test_a_call_that_is_over_has_nothing_to_transfer_or_to_pause(status: int, body: str) -> None:
    async with answering(status, body) as dialler:
        await dialler.hang_up(SID)
        for asked in (dialler.pause_recording(SID), dialler.transfer(SID, to=CALLEE, after=AFTER)):
            with pytest.raises(CallGone) as error:
                await asked
            assert error.value.next_step is NextStep.CALL_OVER
