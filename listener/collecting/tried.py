"""What came of trying a network: the records, and what an answer or an exception means there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import httpx

from listener.collecting.outward import NoSuchHostError, PrivateAddressError
from listener.collecting.secrecy import Secrets, masked
from listener.collecting.unpacking import UnreadableError
from listener.networks.base import Broken, Refused, Trouble, Wait
from listener.networks.failures import of_exception
from listener.networks.fields import seen_at

State = Literal[
    "works", "later", "skipped", "unsure", "nothing", "token", "right", "plan", "gone", "query",
    "clock", "moved", "html", "broken", "silent", "dns", "closed", "tls", "address", "missing",
]  # fmt: skip
"""later: it wants a rest, or has trouble of its own. skipped: costs money. unsure: trying would use
up what renews the token. nothing: nothing is asked of it. The rest is for a person to mend."""
WELL: frozenset[State] = frozenset({"works", "later", "skipped", "unsure", "nothing"})
SKEW = timedelta(minutes=5)
"""A clock that is off by more is taken for the reason why a token is refused."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One kind of read. ``target``: of which account or address, as it may be shown. ``why``: the
    network's own words, no secret in them. ``found``: posts on the page. ``costs``: what it takes,
    "0.05 USD". ``arabic``, ``english``: what to get, by the network's file. ``seconds``: the rest
    that it wants. ``host``: who was asked. ``skew``: its clock ahead of ours."""

    kind: str
    state: State
    target: str | None = None
    why: str | None = None
    found: int | None = None
    costs: tuple[str, ...] = ()
    arabic: str = ""
    english: str = ""
    seconds: float | None = None
    host: str = ""
    skew: timedelta | None = None

    @property
    def to_mend(self) -> bool:
        return self.state not in WELL


@dataclass(frozen=True, slots=True)
class NetworkTried:
    """``until``: when its token ends (aware UTC), None where nobody says; ``renews``: it is renewed
    by itself; ``signed``: there is a token at all."""

    network: str
    tried: tuple[Tried, ...]
    until: datetime | None = None
    renews: bool = False
    signed: bool = False


def of_error(error: Exception) -> State:
    """What it means that there was no answer."""
    causes = list(_causes(error))
    if any(isinstance(cause, NoSuchHostError | socket.gaierror) for cause in causes):
        return "dns"
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "CERTIFICATE" in str(error):
        return "tls"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "silent"
    if isinstance(error, httpx.ConnectError | OSError):
        return "closed"
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "address"
    if isinstance(error, PrivateAddressError):
        return "moved"
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.ProtocolError):
        return "closed"
    return "broken"


def said_of(error: Exception) -> str:
    """One short text for what was raised."""
    if isinstance(error, UnreadableError | PrivateAddressError):
        return str(error)
    return of_exception(error).why


def of_trouble(
    trouble: Trouble,
    response: httpx.Response,
    *,
    signed: bool,
    now: datetime,
    asked: httpx.URL | None = None,
) -> State:
    """What it means that the answer is a trouble. ``signed``: the request took a token along;
    ``asked``: where to, at first."""
    if isinstance(trouble, Wait):
        return "later"
    if isinstance(trouble, Broken):
        return "moved" if response.is_redirect else of_page(response)
    if signed and asked is not None and response.request.url.host != asked.host:
        return "moved"  # where it led, no token was taken along
    off = skew_of(response, now)
    if off is not None and abs(off) > SKEW and trouble.kind in ("sign-in", "not allowed", "query"):
        return "clock"
    return _refusal(trouble, response)


def _refusal(trouble: Refused, response: httpx.Response) -> State:
    if response.status_code == 402:
        return "plan"
    states: dict[str, State] = {"sign-in": "token", "not allowed": "right", "gone": "gone"}
    return states.get(trouble.kind, "query")


def of_page(response: httpx.Response) -> State:
    """Whether what is no data is a web page: a proxy's, or a sign-in's."""
    return "html" if is_web_page(response) else "broken"


def is_web_page(response: httpx.Response) -> bool:
    beginning = response.content[:200].lstrip().lower()
    declared = "html" in response.headers.get("content-type", "").lower()
    return beginning.startswith((b"<!doctype html", b"<html")) or declared


def skew_of(response: httpx.Response, now: datetime) -> timedelta | None:
    """How far its clock is ahead of ours; None where it does not tell the time."""
    there = seen_at(response)
    return there - now if there is not None else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def told(tried: Tried, secrets: Secrets) -> Tried:
    """For people: one line, bounded, no secret."""
    if tried.why is None:
        return tried
    text = masked(tried.why, secrets)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return replace(tried, why=line[:200] or None)
