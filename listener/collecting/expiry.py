"""Until when a token is good: asked of its network once a day, and soon of another token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from listener.clock import Clock, finished, unless
from listener.collecting.credentials import Provides
from listener.collecting.host import Host
from listener.collecting.intake import database_trouble, short
from listener.collecting.pace import Held
from listener.collecting.seeds import mark_of
from listener.networks.base import Refused, Trouble
from listener.store.expiry_rows import Expiry, State, load, save
from listener.store.session import Database

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""After an answer that told nothing: the network was away, or wanted silence."""
LOOK = 300.0
"""Seconds between two looks at whether the token is another one."""
LONGEST = timedelta(days=3650)
"""What is good for longer does not end."""


class ExpiryWatch:
    """Of one network. ``host``: its own, closed at the end. ``renews``: whether its token is
    renewed by itself, as things stand."""

    def __init__(
        self,
        host: Host,
        db: Database,
        credentials: Provides,
        clock: Clock,
        *,
        renews: Callable[[], bool],
    ) -> None:
        self._host, self._db, self._credentials, self._clock = host, db, credentials, clock
        self._name, self._renews = host.network.name, renews
        self._known: Expiry | None = None
        self._loaded = False
        self._failed_at: float | None = None  # monotonic

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set. What fails is tried again; it never stops the reads."""
        try:
            while not stop.is_set():
                await self._looked(stop)
                await unless(stop, self._clock.sleep(LOOK))
        finally:
            await self._host.close()

    async def _looked(self, stop: asyncio.Event) -> None:
        try:
            await self.look(stop)
        except Exception as error:
            if not database_trouble(error):
                log.exception("%s expiry: %s", self._name, short(error))
            self._failed_at = self._clock.monotonic()

    async def look(self, stop: asyncio.Event) -> None:
        """Asks where it is time to, and writes down what was said."""
        if not self._loaded:
            async with self._db.reading() as connection:
                self._known = (await load(connection, self._name)).get(self._name)
            self._loaded = True
        if not self._due():
            return
        answer = await unless(stop, self._host.expiry())
        if answer is None:
            return
        told = self._told(answer)
        if told is None:
            self._failed_at = self._clock.monotonic()
            return
        await finished(self._write(told))
        self._known, self._failed_at = told, None

    def _due(self) -> bool:
        token, monotonic = self._token(), self._clock.monotonic()
        if token is None:
            return False
        if self._failed_at is not None:
            return monotonic - self._failed_at >= AGAIN.total_seconds()
        known = self._known
        if known is None or known.token != token or known.renews != self._renews():
            return True
        return self._clock.now() - known.asked_at >= EVERY

    def _told(self, answer: tuple[datetime | None] | Trouble | Held) -> Expiry | None:
        """What is to be written; None: nothing was said."""
        now, token = self._clock.now(), self._token() or ""
        before = self._known if self._known and self._known.token == token else None
        if isinstance(answer, tuple):
            (until,) = answer
            ends = until if until is not None and until - now < LONGEST else None
            return Expiry(self._name, token, "good", ends, self._renews(), now)
        if not isinstance(answer, Refused):
            return None
        # Where another secret asks for the token, it may be that one which is refused.
        alone = self._held().keys() <= {"token"}
        state: State = "dead" if answer.kind == "sign-in" and alone else "untold"
        ends = before.expires_at if before and state == "dead" else None
        return Expiry(self._name, token, state, ends, self._renews(), now, answer.why)

    async def _write(self, told: Expiry) -> None:
        async with self._db.writing() as connection:
            await save(connection, told)

    def _token(self) -> str | None:
        """Names the values in hand without telling them; None where there are none."""
        held = self._held()
        return mark_of(held) if held else None

    def _held(self) -> Mapping[str, str]:
        held = self._credentials.in_hand(self._name)
        return held.values if held is not None else {}
