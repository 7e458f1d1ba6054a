"""The heartbeat of a process: that it lives, how its jobs go; or that it cannot write it."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from listener.cli.house import House
from listener.running.slate import Slate
from listener.running.workers import gone, worker_name
from listener.store.faults import driver_text, fault_of
from listener.store.heartbeats import arrive, beat, farewell

log = logging.getLogger(__name__)

EVERY = 10.0


class Heart:
    """Of the process ``name``, as long as this object is used: one life."""

    def __init__(self, house: House, name: str) -> None:
        self._house, self._name, self._worker = house, name, worker_name(name)
        self._started = house.clock.now()
        self._slate = Slate(house.data, name, self._worker)
        self._arrived = False
        self._deaths = 0
        self._since: datetime | None = None  # when the first of the beats failed that fail now

    async def beating(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._beat()
            except (SQLAlchemyError, OSError) as error:
                self._failed(error)
            else:
                self._well()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await stop.wait()

    async def farewell(self) -> None:
        self._slate.wipe()
        with suppress(SQLAlchemyError, OSError):
            await farewell(self._house.db, self._worker, now=self._house.clock.now())

    async def _beat(self) -> None:
        house, now = self._house, self._house.clock.now
        if not self._arrived:
            left = partial(gone, own=self._worker)
            self._deaths = await arrive(house.db, self._name, gone=left, now=now())
            self._arrived = True
        fresh = house.pulse.unwritten()
        rows = [report.row() for report in fresh]
        for report in fresh:
            report.fresh = False
        try:
            await beat(
                house.db, self._worker, self._name, pid=os.getpid(), started=self._started,
                now=now(), detail={**house.pulse.detail(), "deaths": self._deaths}, standings=rows,
            )  # fmt: skip
        except BaseException:
            for report in fresh:
                report.fresh = True
            raise

    def _failed(self, error: BaseException) -> None:
        """Silence is seen by /readyz and ``status``; it ends nothing."""
        fault, before = fault_of(error) or "unknown", self._house.pulse.trouble
        self._since = self._since or self._house.clock.now()
        self._house.pulse.trouble = fault
        self._slate.say(fault, driver_text(error), self._since)
        if fault != before:
            said = driver_text(error)
            log.warning("%s cannot write its heartbeat: %s (%s)", self._name, fault, said)

    def _well(self) -> None:
        if self._since is not None:
            log.warning("%s: the database takes heartbeats again", self._name)
            self._since = None
            self._slate.wipe()
        else:
            self._house.pulse.trouble = None
