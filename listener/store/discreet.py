"""Errors of the drivers without the values of rows: a mention's text belongs in no log.

SQLAlchemy's ``hide_parameters`` keeps quiet about what it sent. The server's own words repeat it:
``DETAIL: Key (native_id)=(…) already exists``, ``invalid input syntax for type integer: "…"``
(https://www.postgresql.org/docs/current/protocol-error-fields.html).
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_QUOTED = re.compile(r'".*"', re.DOTALL)


def discreet(engine: AsyncEngine) -> None:
    """Whatever ``engine`` raises from now on names no value, in its message, its cause or their
    traceback."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def _tell_less(context: ExceptionContext) -> None:
        inner: Any = context.original_exception
        state = str(getattr(inner, "sqlstate", None) or "")
        seen: BaseException | None = inner
        while seen is not None:  # the driver's own error stands behind SQLAlchemy's
            for said in ("detail", "hint", "context"):
                if getattr(seen, said, None) is not None:
                    setattr(seen, said, None)
            if state.startswith("22"):
                seen.args = tuple(_without_value(one) for one in seen.args)
            seen = seen.__cause__
        outer = context.sqlalchemy_exception
        if outer is not None and state.startswith("22"):
            outer.args = tuple(_without_value(one) for one in outer.args)


def _without_value(said: Any) -> Any:
    """Of class 22, a value that does not fit, the server's message holds the value."""
    if not isinstance(said, str):
        return said
    driver, closing, message = said.partition(") ") if said.startswith("(") else ("", "", said)
    return driver + closing + _QUOTED.sub('"…"', message.partition(": ")[0])
