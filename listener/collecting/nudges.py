"""Looks every few seconds at what networks told of, and hands it to their lines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from itertools import groupby

from listener.clock import Clock, unless
from listener.collecting import hints
from listener.collecting.complaints import Complaints
from listener.collecting.intake import database_trouble, short
from listener.collecting.line import Line
from listener.store.session import Database

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks."""


class Nudges:
    """``lines``: by network, of those that push."""

    def __init__(
        self, db: Database, lines: Mapping[str, Line], clock: Clock, complaints: Complaints
    ) -> None:
        self._db, self._lines, self._clock, self._complaints = db, lines, clock, complaints

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; nothing where no network pushes."""
        while self._lines and not stop.is_set():
            try:
                async with self._db.reading() as connection:
                    told = await hints.waiting(connection, list(self._lines))
                for network, some in groupby(told, key=lambda hint: hint.network):
                    await self._lines[network].hear(list(some))
            except Exception as error:
                if not database_trouble(error):
                    raise
                self._complaints.say("push", f"the database is not to be had: {short(error)}")
            await unless(stop, self._clock.sleep(LOOK))
