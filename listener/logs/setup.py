"""Logs: to stderr, one line each, for people on a terminal and as JSON elsewhere.

Every line of ours and of the libraries (httpx, arq, slack_sdk, websockets) goes through one
handler, so that none can print a secret (``safety``) or flood (``repeats``).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TextIO

import structlog

from listener.logs.repeats import RepeatFilter, Repeats
from listener.logs.safety import Safety

_CHATTY = (
    *("httpx", "httpcore", "arq", "slack_sdk", "websockets", "aiohttp", "asyncio", "aiosqlite"),
    *("sqlalchemy", "alembic", "urllib3", "apprise"),
)
"""Libraries that log every request or job: only their warnings, unless verbose."""

_safety = Safety()


def set_up(
    *,
    verbose: bool = False,
    as_json: bool = False,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Once for each process, and again whenever something changed; the last call counts.

    ``stream`` is standard error when None. Colours only on a terminal.
    """
    stream = stream or sys.stderr
    hide(secrets)
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _safety,
                renderer,
            ],
        )
    )
    handler.addFilter(RepeatFilter(Repeats(first=20, window=timedelta(minutes=10))))
    handler.set_name("rasid")
    root = logging.getLogger()
    for old in [h for h in root.handlers if h.get_name() == "rasid"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.INFO if verbose else logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def hide(secrets: Iterable[str]) -> None:
    """Never print these values: ``hide(known_values(settings))`` whenever settings were read."""
    _safety.hide(secrets)


def forget(secrets: Iterable[str]) -> None:
    """These values are no secrets any more: tokens that were renewed long ago."""
    _safety.forget(secrets)
