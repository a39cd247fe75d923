"""The gateway's HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from voicebot.web.gateway import Gateway
from voicebot.web.twilio_routes import twilio_routes


def create_app(gateway: Gateway, *, running: Callable[[], AbstractAsyncContextManager[None]]) -> FastAPI:
    """Build the application; `running` wraps its life (leases, clean-up)."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running():
            yield

    app = FastAPI(title="voicebot", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(twilio_routes(gateway))

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        if await gateway.database_answers():
            return {"status": "ready"}
        response.status_code = 503
        return {"status": "database away"}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app
