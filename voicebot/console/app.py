"""The console as an application of its own, mounted at `/console`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from voicebot.application.ports import RecordsUnavailable
from voicebot.application.qa.accounts import NoSuchPerson
from voicebot.application.qa.calls import NoSuchCall, RecordingUnreadable
from voicebot.console import (
    calls,
    clips,
    experiments,
    figures,
    handovers,
    live,
    people,
    queues,
    reports,
    rounds,
    sign_in,
    sign_on,
)
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, FormRefused, NotAllowed, SignInNeeded
from voicebot.console.insight import Insight
from voicebot.console.pages import page

log = structlog.get_logger(__name__)

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers then send forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
PARTS: Final = (sign_in, sign_on, queues, calls, clips, live, handovers, rounds, figures, reports, experiments, people)
_STATIC: Final = Path(__file__).parent / "static"
_LONGEST_FORM: Final = 100_000
"""Bytes; a long comment has some thousand."""


def create_console(desk: Desk, insight: Insight) -> FastAPI:
    """Build the console; mount it at `guard.PATH`."""
    app = FastAPI(title="voicebot console", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.state.insight = insight
    for part in PARTS:
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    _mind_errors(app)

    @app.middleware("http")
    async def guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "")
        if request.method == "POST" and not length.isdecimal():
            # Of a body in chunks nobody knows the end.
            return Response(status_code=411)
        if length.isdecimal() and int(length) > _LONGEST_FORM:
            return Response(status_code=413)
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not request.url.path.startswith(f"{PATH}/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _mind_errors(app: FastAPI) -> None:
    @app.exception_handler(SignInNeeded)
    async def sign_in_first(_request: Request, _error: Exception) -> Response:
        return RedirectResponse(f"{PATH}/sign-in", status_code=303)

    @app.exception_handler(NotAllowed)
    async def not_allowed(request: Request, error: Exception) -> Response:
        log.warning("console_not_allowed", permission=str(error))
        return _sorry(request, 403, "Sem permissão", "O seu perfil não dá acesso a esta página.")

    @app.exception_handler(FormRefused)
    async def form_refused(request: Request, _error: Exception) -> Response:
        log.warning("console_form_refused")
        return _sorry(request, 403, "Formulário vencido", "Volte à página, atualize e tente de novo.")

    @app.exception_handler(NoSuchCall)
    @app.exception_handler(NoSuchPerson)
    @app.exception_handler(RequestValidationError)
    async def not_found(request: Request, _error: Exception) -> Response:
        return _sorry(request, 404, "Não encontrado", "Esta página não existe ou não está ao seu alcance.")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _sorry(request, status, "Não encontrado", "Esta página não existe ou não está ao seu alcance.")

    @app.exception_handler(RecordingUnreadable)
    async def unreadable(request: Request, error: Exception) -> Response:
        log.error("console_recording_unreadable", why=str(error))
        return _sorry(
            request, 409, "Gravação ilegível", "A gravação existe, mas não pôde ser aberta. Avise a operação."
        )

    @app.exception_handler(RecordsUnavailable)
    async def away(request: Request, _error: Exception) -> Response:
        log.warning("console_database_away")
        return _sorry(request, 503, "Banco de dados fora do ar", "Tente de novo em instantes.")


def _sorry(request: Request, status: int, title: str, words: str) -> Response:
    return page(request, "sorry.html", getattr(request.state, "visit", None), status=status, title=title, message=words)
