"""``POST /mentions``: what other tools hand in, on the path that every mention takes.

The body is an object or an array with the fields of ``rasid import``; ``X-Rasid-Signature`` is
``sha256=`` and the hex HMAC-SHA256 of the raw body under ``networks.webhook.secret``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from listener.handed_in.record import mention_of
from listener.records import Hit, Mention
from listener.serving.http import Answer, Incoming
from listener.store.mentions import Arrival, add
from listener.store.session import Database

log = logging.getLogger(__name__)

MOST = 1000
"""Records one request may hold."""


def signature(body: bytes, secret: str) -> str:
    """What the header ``X-Rasid-Signature`` must be."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class WebhookIn:
    """``secret`` None: the section is not configured, and every request is refused. ``mask``:
    personal data in stored text."""

    db: Database
    match: Callable[[Mention], Sequence[Hit]]
    brand_ids: Mapping[str, int]
    key: bytes
    zone: tzinfo
    clock: Callable[[], datetime]
    wake: Callable[[Sequence[int]], Awaitable[object]]
    secret: str | None
    mask: Callable[[str], str] | None = None

    async def __call__(self, request: Incoming) -> Answer:
        """202 with counts once stored; 401 forged, 400 with the wrong field of each bad record
        (the good ones are stored all the same), 413 too many, 503 not configured."""
        if self.secret is None:
            return Answer.json({"error": "networks.webhook.secret is not configured"}, 503)
        given = request.headers.get("x-rasid-signature", "")
        if not hmac.compare_digest(given.encode(), signature(request.body, self.secret).encode()):
            log.warning("POST /mentions with a wrong signature was refused")
            return Answer.json({"error": "X-Rasid-Signature does not fit the body"}, 401)
        try:
            records = json.loads(request.body)
        except (ValueError, RecursionError):
            return Answer.json({"error": "the body is not JSON"}, 400)
        records = records if isinstance(records, list) else [records]
        if len(records) > MOST:
            return Answer.json({"error": f"more than {MOST} records in one request"}, 413)
        return await self._store(records)

    async def _store(self, records: Sequence[object]) -> Answer:
        now, arrivals, errors = self.clock(), [], []
        for number, record in enumerate(records):
            try:
                if not isinstance(record, dict):
                    raise ValueError("expected an object")
                mention = mention_of(record, now=now, zone=self.zone, network="webhook")
                arrivals.append(Arrival(mention, tuple(self.match(mention))))
            except (ValueError, TypeError, OverflowError, RecursionError) as error:
                errors.append({"record": number, "error": str(error)[:300]})
        async with self.db.writing(durable=True) as connection:  # the sender forgets it
            added = await add(
                connection,
                arrivals,
                brand_ids=self.brand_ids,
                source="webhook",
                now=now,
                key=self.key,
                mask=self.mask,
            )
        stored = [*added.new, *added.changed]
        if stored:
            await self.wake(stored)
        counts = {
            "read": len(records),
            "stored": len(stored),
            "matched": added.matched,
            "duplicates": added.duplicates,
            "rejected": added.refused + len(errors),
            "errors": errors[:20],
        }
        return Answer.json(counts, 400 if errors else 202)
