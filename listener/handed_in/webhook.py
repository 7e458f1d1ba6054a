"""``POST /mentions``: what other tools hand in, on the path that every mention takes.

The body is an object or an array with the fields of ``rasid import``, signed with the secret that
``networks.webhook.secret`` names; see ``listener.handed_in.signed``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from listener.handed_in.record import mention_of
from listener.handed_in.signed import Taken, fault
from listener.records import Hit, Mention
from listener.serving.answers import as_json, refusal
from listener.store.faults import fault_of
from listener.store.mentions import Added, Arrival, add
from listener.store.session import Database

log = logging.getLogger(__name__)

MOST = 1000
"""Records one request may hold."""
PATIENCE = 10.0
"""Seconds that a sender waits for the database before it is told to come again."""
AGAIN = "30"
"""Seconds after which it may: ``Retry-After`` of a 503."""


@dataclass(slots=True)
class WebhookIn:
    """``secret``: as it stands now, so that one which is replaced counts at once; None where none
    is configured, and every request is refused. ``timed``: only signatures with their time are
    taken. ``mask``: personal data in stored text."""

    db: Database
    match: Callable[[Mention], Sequence[Hit]]
    brand_ids: Mapping[str, int]
    key: bytes
    zone: tzinfo
    clock: Callable[[], datetime]
    wake: Callable[[Sequence[int]], Awaitable[object]]
    secret: Callable[[], str | None]
    mask: Callable[[str], str] | None = None
    timed: bool = False
    patience: float = PATIENCE
    _taken: Taken = field(default_factory=Taken)
    _late: set[asyncio.Task[Added]] = field(default_factory=set)  # writes nobody waits for now

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/mentions", self._asked)]

    async def _asked(self, request: web.Request) -> web.Response:
        return await self.receive(await request.read(), request.headers)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> web.Response:
        """202 with counts once stored; 401 forged or old, 409 a copy of one that was taken, 400
        with the wrong field of each bad record (the good ones are stored all the same), 413 too
        many, 503 with Retry-After while the database takes nothing, 503 not configured."""
        secret = self.secret()
        if secret is None:
            return refusal(503, "networks.webhook.secret is not configured")
        wrong = fault(body, headers, secret, now=self.clock(), timed=self.timed)
        if wrong is not None:
            log.warning("POST /mentions was refused: %s", wrong)
            return refusal(401, wrong)
        if headers in self._taken:
            log.warning("POST /mentions: a request came again")
            return refusal(409, "this request was taken before; sign a new one with its own time")
        try:
            records = json.loads(body)
        except (ValueError, RecursionError):
            return refusal(400, "the body is not JSON")
        records = records if isinstance(records, list) else [records]
        if len(records) > MOST:
            return refusal(413, f"more than {MOST} records in one request")
        try:
            answer = await self._store(records)
            self._taken.add(headers, self.clock())
            return answer
        except (SQLAlchemyError, OSError) as error:
            if (why := fault_of(error)) is None:
                raise
            log.warning("POST /mentions: the database takes nothing (%s)", why)
            return refusal(
                503, "nothing can be stored at the moment; send it again", {"Retry-After": AGAIN}
            )

    async def _store(self, records: Sequence[object]) -> web.Response:
        now, arrivals, errors, unknown = self.clock(), [], [], []
        for number, record in enumerate(records):
            try:
                if not isinstance(record, dict):
                    raise ValueError("expected an object")
                unread: list[str] = []
                mention = mention_of(
                    record, now=now, zone=self.zone, network="webhook", unread=unread.append
                )
                unknown += [{"record": number, "unknown": why[:300]} for why in unread]
                arrivals.append(Arrival(mention, tuple(self.match(mention))))
            except (ValueError, TypeError, OverflowError, RecursionError) as error:
                errors.append({"record": number, "error": str(error)[:300]})
        added = await self._patiently(arrivals, now)
        stored = [*added.new, *added.changed]
        if stored:
            await self.wake(stored)
        counts = {
            "read": len(records),
            "stored": len(stored) + added.own,
            "matched": added.matched,
            "duplicates": added.duplicates,
            "rejected": added.refused + len(errors),
            "errors": errors[:20],
            **({"unknown": unknown[:20]} if unknown else {}),
        }
        return as_json(counts, 400 if errors else 202)

    async def _patiently(self, arrivals: Sequence[Arrival], now: datetime) -> Added:
        """Raises TimeoutError (an OSError) where it takes longer than ``patience``. The write goes
        on: torn off it would hold the one writer. What it stores then is known when it comes
        again. While one is late no further one is begun, so that they do not pile up."""
        if self._late:
            raise TimeoutError
        writing = asyncio.ensure_future(self._write(arrivals, now))
        done, _ = await asyncio.wait({writing}, timeout=self.patience)
        if not done:
            self._late.add(writing)
            writing.add_done_callback(self._came)
            raise TimeoutError
        return writing.result()

    async def _write(self, arrivals: Sequence[Arrival], now: datetime) -> Added:
        async with self.db.writing(durable=True) as connection:  # the sender forgets it
            return await add(
                connection,
                arrivals,
                brand_ids=self.brand_ids,
                source="webhook",
                now=now,
                key=self.key,
                mask=self.mask,
            )

    def _came(self, writing: asyncio.Task[Added]) -> None:
        self._late.discard(writing)
        if not writing.cancelled() and writing.exception() is not None:
            log.warning("a late write failed: %s", type(writing.exception()).__name__)
