"""How the desk logs: lines for a terminal or JSON. Never the values of variables: they may be what people wrote."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(log_format: str) -> None:
    """`log_format` is text or json. Tracebacks name places and the fault, without locals."""
    if log_format == "json":
        tail: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        tail = [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tail,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
