"""When to ask again: pure functions (what is known, what happened, now) to what is known next.

``Pace`` is one read's condition, written down beside its cursor so that a restart does not hammer
a network that said no. ``Bucket`` spreads the requests to one host, on the monotonic clock.
Backoff is exponential with "equal jitter": half of the delay is fixed, half is drawn
(https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from listener.networks.base import Broken, Refused, Scope, Wait

State = Literal["new", "ok", "waiting", "unreachable", "refused", "paused", "retired"]

DAY = 86_400.0
FIRST = 5.0
"""Seconds before the second try of what should work."""
LONGEST = 900.0
"""Seconds between tries of a source that cannot be reached."""
SUSPENDED = 1800.0
"""Seconds of the first suspension after a refused sign-in; doubles up to a day."""
STUMBLE = 60.0
"""Seconds before the second look at what is gone or forbidden; doubles up to a day. A site that is
being rebuilt answers 404, a guard against robots 403, for minutes."""
STUMBLES = 3
"""So many refusals in a row may be a stumble; from the next on it is one, and operators hear."""
_WHY = 300
_LINEAR = 20  # tries of a stream, 250 ms to 5 s apart


@dataclass(frozen=True, slots=True)
class Done:
    """The poll was read and stored. ``rest``: seconds the network wants to be left alone.
    ``doubt``: what of it could not be read as it was meant; where it is ``unchanged``, what was
    said of it before holds."""

    rest: float | None = None
    doubt: str | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class NotStored:
    """Our own database did not take the page (full disk, locked, away): it is read again."""

    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """Our own budget does not pay for it before ``seconds`` have passed (``collecting.budget``).
    ``used_up``: until the period ends; else what is there is spread out."""

    seconds: float
    why: str
    used_up: bool = False


Event = Done | NotStored | Held | Wait | Refused | Broken
Holding = Scope | Literal["budget", "line"]
"""What holds a read up: trouble of its own, its host's, a budget that is used up, or the line of
one that is spread out."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``why``: of a trouble, or of what could not be read in what was read. ``errors`` in a row;
    ``next_try`` and ``last_success`` aware UTC. ``scope``: what holds it up; only a host's trouble
    is still every read's after a restart."""

    state: State = "new"
    why: str | None = None
    errors: int = 0
    next_try: datetime | None = None
    last_success: datetime | None = None
    scope: Holding = "read"


def after(
    pace: Pace,
    event: Event,
    now: datetime,
    *,
    every: timedelta,
    jitter: float,
    stumbles: int = STUMBLES,
) -> Pace:
    """``jitter``: drawn from [0, 1). ``stumbles``: refusals in a row that are not believed yet;
    0: the first one is, and is asked about once a day. Every outcome has a next try; none waits
    longer than a day (or ``every``, where that is longer)."""
    if isinstance(event, Done):
        delay = max(every.total_seconds(), _seconds(event.rest) or 0.0)
        doubt = pace.why if event.unchanged and pace.state == "ok" else event.doubt
        why = " ".join(doubt.split())[:_WHY] if doubt else None
        return Pace("ok", why, 0, now + timedelta(seconds=delay), now)
    if isinstance(event, Held):  # nothing went wrong
        delay = event.seconds
        scope: Holding = "budget" if event.used_up else "line"
        until = now + timedelta(seconds=delay + min(delay * 0.01, 30.0) * jitter)
        return Pace("waiting", event.why[:_WHY], 0, until, pace.last_success, scope)
    state, delay = _suspended(pace, event, every.total_seconds(), jitter, stumbles)
    return Pace(
        state,
        " ".join(event.why.split())[:_WHY],
        pace.errors + 1,
        now + timedelta(seconds=delay),
        pace.last_success,
        event.scope if isinstance(event, Wait | Refused) else "read",
    )


def _suspended(
    pace: Pace,
    event: NotStored | Wait | Refused | Broken,
    every: float,
    jitter: float,
    stumbles: int,
) -> tuple[State, float]:
    match event:
        case Wait(seconds=retry_after) if (seconds := _seconds(retry_after)) is not None:
            # Never earlier than asked; a little later, so that not all reads return at once.
            return "waiting", seconds + min(seconds * 0.1, 30.0) * jitter
        case Refused(kind="sign-in"):
            return "refused", backoff(pace.errors, first=SUSPENDED, longest=DAY, jitter=jitter)
        case Refused() if not stumbles:
            return "refused", DAY
        case Refused():
            state: State = "refused" if pace.errors >= stumbles else "unreachable"
            return state, backoff(pace.errors, first=STUMBLE, longest=DAY, jitter=jitter)
        case NotStored():
            return "unreachable", backoff(pace.errors, first=1.0, longest=30.0, jitter=jitter)
        case _:
            longest = max(every, LONGEST)
            return "unreachable", backoff(pace.errors, first=FIRST, longest=longest, jitter=jitter)


def backoff(errors: int, *, first: float, longest: float, jitter: float) -> float:
    """Seconds after ``errors`` earlier failures: between half and all of min(longest, first·2ⁿ)."""
    full = min(longest, first * 2.0 ** min(errors, 40))
    return full / 2 + full / 2 * jitter


def due_in(pace: Pace, now: datetime, *, every: timedelta) -> float:
    """Seconds until the next try, for use once at the start; later the delay itself is kept.

    Never longer than such a state can last: ``next_try`` may have been written before the clock
    was set back.
    """
    if pace.next_try is None:
        return 0.0
    longest = max(every.total_seconds(), 0.0 if pace.state == "ok" else DAY)
    return min(max((pace.next_try - now).total_seconds(), 0.0), longest)


def at_start(pace: Pace, *, changed: bool) -> Pace:
    """What a restart makes of it. ``changed``: token, address or options are not what they were
    when this was written, so a refusal is void; a network's own Retry-After is not."""
    if pace.state == "paused":
        return replace(pace, state="new", why=None, errors=0, next_try=None, scope="read")
    if pace.scope in ("budget", "line"):  # looking again costs nothing; a budget may be another now
        return replace(pace, next_try=None)
    if changed and pace.state in ("refused", "unreachable"):
        return replace(pace, errors=0, next_try=None, scope="read")
    return pace


def reconnect(errors: int, status: int | None, retry_after: float | None, jitter: float) -> float:
    """Seconds before a stream is opened again after ``errors`` failures in a row before this one.

    As X asks of its stream's clients, which is stricter than any other network: at once and then
    linearly after a dropped connection (250 ms more each), exponentially after an HTTP error (5 s
    up to 320 s, from 60 s on 429); see docs.x.com, "Handling disconnections". A line that stays
    away goes over to the exponential, too.
    """
    seconds = _seconds(retry_after)
    if seconds is not None:
        return seconds + min(seconds * 0.1, 30.0) * jitter
    if status is not None:
        return backoff(errors, first=60.0 if status == 429 else 5.0, longest=320.0, jitter=jitter)
    if errors < _LINEAR:
        return 0.25 * (errors + 1) * (0.5 + jitter / 2)
    return backoff(errors - _LINEAR, first=5.0, longest=320.0, jitter=jitter)


def _seconds(retry_after: float | None) -> float | None:
    if retry_after is None or math.isnan(retry_after):
        return None
    return min(max(retry_after, 1.0), DAY)


@dataclass(frozen=True, slots=True)
class Bucket:
    """``burst`` requests at once, ``rate`` a second in the long run; times are monotonic seconds.
    A host that asked for silence is ``collecting.holds``'."""

    rate: float = 1.0
    burst: float = 5.0
    tokens: float = 5.0
    at: float = 0.0


def take(bucket: Bucket, at: float) -> tuple[Bucket, float]:
    """The bucket with one token taken or owed, and the seconds to wait before using it."""
    grown = min(bucket.burst, bucket.tokens + max(at - bucket.at, 0.0) * bucket.rate)
    left = grown - 1.0
    return replace(bucket, tokens=left, at=at), max(-left / bucket.rate, 0.0)
