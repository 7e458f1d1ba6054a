"""Hosts that want silence: one list for the whole collector.

A limit is the host's, not one read's and not one network's: two networks behind one address, their
reads, the reads that pages ask for and the profiles that a stream looks up are all held by it. A
refused sign-in holds what the same credential asks of the host; another network with a token of its
own goes on. Times are seconds of the monotonic clock: nothing here survives a restart, the pauses
in ``cursors`` do and are taken over (``resume``).
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from listener.clock import Clock
from listener.collecting import pace
from listener.networks.base import Refused, Trouble, Wait
from listener.records import Credential

ASKED = "the network asked for a pause"

Key = tuple[str, str]
"""A host with its port, and whose sign-in is meant; "" for everybody's."""


@dataclass(frozen=True, slots=True)
class Hold:
    """``until``: monotonic seconds. ``trouble``: what a read is told that is not asked then."""

    until: float
    trouble: Wait | Refused


class Holds:
    """Shared by the ``Host`` of every network that one collector reads."""

    def __init__(self, clock: Clock, *, jitter: Callable[[], float] = random.random) -> None:
        self._clock, self._jitter = clock, jitter
        self._holds: dict[Key, Hold] = {}
        self._tries: dict[Key, int] = {}  # answers in a row that held a host

    def held(self, host: str, credential: Credential | None) -> Wait | Refused | None:
        """What a request to ``host`` would be told, with the seconds left; None where it may go."""
        now = self._clock.monotonic()
        holds = [self._holds.get(key) for key in _keys(host, credential)]
        longest = max((h for h in holds if h and h.until > now), key=_until, default=None)
        if longest is None:
            return None
        if isinstance(longest.trouble, Wait):
            return replace(longest.trouble, seconds=longest.until - now)
        return longest.trouble

    def left(self, host: str, credential: Credential | None) -> float:
        """Seconds for which ``host`` still wants silence, 0 where it does not."""
        now = self._clock.monotonic()
        holds = [self._holds.get(key) for key in _keys(host, credential)]
        return max((hold.until - now for hold in holds if hold and hold.until > now), default=0.0)

    def rest(self, host: str, seconds: float) -> None:
        """A good answer that used up the limit, or a pause said before a restart."""
        self._hold((host, ""), seconds, Wait(seconds, ASKED))

    def suspend(self, host: str, credential: Credential | None, seconds: float, why: str) -> None:
        """A sign-in refused before a restart."""
        refused = Refused(why, "sign-in", "host")
        self._hold((host, _fingerprint(credential)), seconds, refused)

    def heard(self, host: str, credential: Credential | None, trouble: Trouble | None) -> None:
        """After every answer: holds the host where the trouble is the host's, and forgets earlier
        ones (``trouble`` None) where all is well."""
        everybody, mine = _keys(host, credential)
        match trouble:
            case None:
                self._tries.pop(everybody, None)
                self._tries.pop(mine, None)
            case Wait(seconds=float() | int() as seconds, scope="host"):
                self._hold(everybody, seconds, Wait(seconds, ASKED))
            case Wait(scope="host", why=why):
                self._again(everybody, Wait(None, why), pace.FIRST, pace.LONGEST)
            case Refused(scope="host"):
                self._again(mine, trouble, pace.SUSPENDED, pace.DAY)
            case _:
                return

    def _again(self, key: Key, trouble: Wait | Refused, first: float, longest: float) -> None:
        """Ever longer, where the host does not say how long; answers to what was under way when it
        was held count once."""
        hold = self._holds.get(key)
        if hold is not None and hold.until > self._clock.monotonic():
            return
        tries = self._tries.get(key, 0)
        self._tries[key] = tries + 1
        seconds = pace.backoff(tries, first=first, longest=longest, jitter=self._jitter())
        self._hold(key, seconds, trouble)

    def _hold(self, key: Key, seconds: float, trouble: Wait | Refused) -> None:
        if math.isnan(seconds):
            return
        until = self._clock.monotonic() + min(max(seconds, 0.0), pace.DAY)
        before = self._holds.get(key)
        if before is None or before.until < until:
            self._holds[key] = Hold(until, trouble)


def _keys(host: str, credential: Credential | None) -> tuple[Key, Key]:
    return (host, ""), (host, _fingerprint(credential))


def _fingerprint(credential: Credential | None) -> str:
    """Tells credentials apart without keeping them."""
    values = sorted(credential.values.items()) if credential else []
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _until(hold: Hold) -> float:
    return hold.until
