"""What the contract suite asks of a network: its recorded pages, and how it refuses.

A network's own are in ``pages/<name>.py``; ``contracts`` finds them: adding one edits no list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from listener.networks.base import Network, Page, Read
from tests.listener.networks.recorded import DATE, answer

Role = Literal["full", "next", "last", "empty", "deleted"]
ROLES: tuple[Role, ...] = ("full", "next", "last", "empty", "deleted")
"""full: several items · next: names an older page · last: names none · empty: nothing, and no
fault · deleted: an item that is gone upstream."""
STATUSES = (401, 403, 429, 503)


@dataclass(frozen=True)
class Case:
    """One recorded page, and what a person counted in it. ``page``: what was asked for."""

    read: Read
    name: str
    mentions: int
    roles: tuple[Role, ...] = ()
    page: str | None = None
    older: bool = False
    skipped: int = 0
    own_posts: int = 0
    figures: int = 0
    gone: int = 0
    more: int = 0

    def counted(self) -> tuple[int, ...]:
        kinds = (self.mentions, self.own_posts, self.figures, self.gone, self.more)
        return (*kinds, self.skipped)


def counts(page: Page) -> tuple[int, ...]:
    kinds = (page.mentions, page.own_posts, page.figures, page.gone, page.more)
    return (*map(len, kinds), page.skipped)


@dataclass(frozen=True)
class Refusal:
    """An answer that is no page, in the network's own form. ``means``: a kind of ``Refused``, or
    the seconds to wait (None: it does not say)."""

    status: int
    means: str | float | None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    def response(self) -> httpx.Response:
        if self.name:
            return answer(self.name)
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        kind = "text/html" if isinstance(self.body, str) else "application/json"
        headers = {"content-type": kind, "date": DATE, **self.headers}
        return httpx.Response(self.status, headers=headers, content=text.encode())


def by_proxy(status: int, means: str | float | None) -> Refusal:
    """What a proxy or a firewall before the network answers; no network's own form."""
    return Refusal(status, means, f"<html><title>{status}</title><h1>{status}</h1></html>")


Place = Literal["header", "query", "path", "body"]


@dataclass(frozen=True)
class Contract:
    """``items``: the keys that lead to a page's list of items, None where pages are no JSON.
    ``lacks``: roles that the network cannot have, with the reason. ``secret_in``: where its secrets
    travel."""

    network: Network
    cases: tuple[Case, ...]
    refusals: tuple[Refusal, ...]
    items: tuple[str, ...] | None = ()
    lacks: Mapping[Role, str] = field(default_factory=dict)
    secret_in: Place | None = None
    anonymous: bool = False  # mentions may have no author and no address

    @property
    def name(self) -> str:
        return self.network.name
