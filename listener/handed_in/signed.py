"""The signature of ``POST /mentions``: who sent it, and, where it carries its time, that it is new.

    X-Rasid-Signature: sha256=<hex HMAC-SHA256 of the raw body>
    X-Rasid-Timestamp: <seconds since 1970>, and the HMAC is of "<timestamp>.<raw body>"

The second form, which Stripe's webhooks know as well, cannot be sent again later by somebody who
saw it: it is old after five minutes, and until then its signature, which no other request has, is
remembered as taken. Taking its time away leaves a signature that fits no body that is JSON.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

SIGNATURE = "X-Rasid-Signature"
TIMESTAMP = "X-Rasid-Timestamp"
AGE = timedelta(minutes=5)
"""How far the sender's clock may be from ours, either way."""
_SECONDS = re.compile("[0-9]{1,12}")


def signature(body: bytes, secret: str, timestamp: str | None = None) -> str:
    """What the header ``X-Rasid-Signature`` must be; ``timestamp`` as ``X-Rasid-Timestamp`` has it,
    None where there is none."""
    signed = body if timestamp is None else timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def fault(
    body: bytes, headers: Mapping[str, str], secret: str, *, now: datetime, timed: bool
) -> str | None:
    """What is wrong with a request, for its sender; None where it is signed. ``timed``: one without
    its time is refused. ``now``: aware."""
    timestamp = headers.get(TIMESTAMP)
    if timestamp is None and timed:
        return f"{TIMESTAMP} is missing: this address takes timed signatures only"
    if timestamp is not None and not _SECONDS.fullmatch(timestamp):
        return f"{TIMESTAMP} is not a whole number of seconds since 1970"
    received = headers.get(SIGNATURE, "")
    if not hmac.compare_digest(
        received.encode(errors="replace"), signature(body, secret, timestamp).encode()
    ):
        return f"{SIGNATURE} does not fit the {'time and ' if timestamp else ''}body"
    if timestamp is not None and abs(now.timestamp() - int(timestamp)) > AGE.total_seconds():
        return f"{TIMESTAMP} is more than {AGE.seconds // 60} minutes away from our clock"
    return None


class Taken:
    """The timed signatures of requests that were taken. One process remembers them; after a restart
    a copy within five minutes brings only duplicates of rows that are stored."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def __contains__(self, headers: Mapping[str, str]) -> bool:
        return TIMESTAMP in headers and headers.get(SIGNATURE, "") in self._until

    def add(self, headers: Mapping[str, str], now: datetime) -> None:
        """Remembers a request that ``fault`` found nothing wrong with, for as long as it counts."""
        if TIMESTAMP not in headers:
            return
        for signed, until in list(self._until.items()):  # in the order in which they end, or nearly
            if until >= now:
                break
            del self._until[signed]
        self._until[headers[SIGNATURE]] = now + 2 * AGE
