"""The gateway's HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI

from voicebot.web.gateway import Gateway
from voicebot.web.twilio_routes import twilio_routes


def create_app(
    gateway: Gateway,
    *,
    running: Callable[[], AbstractAsyncContextManager[None]],
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Build the application; `running` wraps its life (leases, clean-up), `routers` are doors besides the phone's.

    The gateway is found again as `app.state.gateway`, by the server that drains it.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running():
            yield

    app = FastAPI(title="voicebot", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.gateway = gateway
    app.include_router(twilio_routes(gateway))
    for router in routers:
        app.include_router(router)
    return app
