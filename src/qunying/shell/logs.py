"""Structured logs on standard error: one JSON object a line for machines, coloured lines on a terminal."""

import logging
import os
import sys

import structlog


def set_up_logs() -> None:
    """Configure structlog and the standard library's loggers; ``QUNYING_LOG`` names the lowest level shown."""
    level = logging.getLevelNamesMapping().get(
        os.environ.get("QUNYING_LOG", "WARNING").upper(), logging.WARNING
    )
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=True
    )
