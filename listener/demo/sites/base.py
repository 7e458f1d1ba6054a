"""What a simulated network is to the servers that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Protocol

from aiohttp import web

Clock = Callable[[], datetime]
RETRY_AFTER = 2  # seconds of real time


class Site(Protocol):
    """``routes`` lie under ``/<module's name>``. ``options``: the ``[networks.<name>]`` section
    that points a collector at ``address`` (the site's own, without a slash at its end); secrets
    are plain values there, whoever writes a configuration of it names them. What a real server
    limits (quota, rights, tokens that end) a site limits too; what it answers when it is down or
    overrun is done for all of them (``listener.demo.servers``), unless it has ``limited``: its own
    answer to one call too many."""

    def routes(self) -> Sequence[web.RouteDef]: ...
    def options(self, address: str) -> Mapping[str, Any]: ...


def number(value: str | None, default: int) -> int:
    """A whole number of a query, ``default`` where it is none."""
    return int(value) if value is not None and value.isdecimal() else default


def dated(answer: web.StreamResponse, now: datetime) -> web.StreamResponse:
    """``answer`` with the world's time as its Date: what is told of numbers is told then."""
    if not answer.prepared:
        answer.headers["Date"] = format_datetime(now, usegmt=True)
    return answer
