"""Structured logs: JSON for machines, short lines for people; no personal data in either."""

from __future__ import annotations

import logging
import sys

import structlog
from loguru import logger as pipecat_log

# pipecat greets on import; the first thing on stderr must be ours.
pipecat_log.remove()


def set_up(*, level: str = "INFO", as_json: bool = False) -> None:
    """Send logs to stderr; pipecat's own, which print frames, only from WARNING on and without variables."""
    pipecat_log.remove()
    pipecat_log.add(sys.stderr, level="WARNING", diagnose=False, backtrace=False, format="{level} pipecat {message}")
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        # Tracebacks without the values of variables: those hold names, documents and what was said.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
