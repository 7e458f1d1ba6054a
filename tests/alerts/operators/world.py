"""An installation whose sources are steered by hand, minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from alerts.operators.silence import Watch
from listener.cli.counting import usual
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import cursors, notices, outages
from tests.alerts.numbers.seeded import NOW

SETTINGS = Settings.model_validate(
    {"service": {"operators": "ops", "language": "en"}, "channels": {"ops": {"kind": "console"}}}
)
SOURCE = {"network": "mastodon", "read": "hashtag:coffee"}


class Operators:
    """``at`` minutes after NOW; ``heard``: what was queued for the operators, in order."""

    def __init__(self, db: Database, settings: Settings = SETTINGS) -> None:
        self.db, self.settings = db, settings
        self.watch = Watch(settings, usual(settings))

    async def source(self, at: float, state: str, **values: Any) -> None:
        """The source's cursor as a poll at that minute leaves it."""
        now = NOW + timedelta(minutes=at)
        row = {"errors": 0, "why": None, **values, "state": state}
        if state == "ok":
            row |= {"last_success": now, "next_try": now + timedelta(minutes=2)}
        async with self.db.writing() as connection:
            there = await connection.execute(update(cursors).values(row))
            if not there.rowcount:
                await connection.execute(insert(cursors), [{**SOURCE, **row}])

    async def look(self, at: float) -> int:
        return await self.watch.look(self.db, now=NOW + timedelta(minutes=at))

    async def through(self, since: float, until: float, **source: Any) -> None:
        """A look a minute, the source polled before each."""
        at = since
        while at <= until:
            if source:
                await self.source(at, **source)
            await self.look(at)
            at += 1

    async def heard(self) -> list[str]:
        rows = await self.rows(select(notices).order_by(notices.c.created_at))
        return [row.body["text"] for row in rows]

    async def kinds(self) -> list[str]:
        """The last part of the subjects: refused, failing, empty, back, job."""
        rows = await self.rows(select(notices).order_by(notices.c.created_at))
        return [row.subject.rpartition(":")[2] for row in rows]

    async def outages(self) -> list[Any]:
        return await self.rows(select(outages).order_by(outages.c.id))

    async def rows(self, statement: Any) -> list[Any]:
        async with self.db.reading() as connection:
            return list((await connection.execute(statement)).all())

    async def restart(self) -> None:
        """Another process goes on."""
        self.watch = Watch(self.settings, usual(self.settings))


def minute(at: float) -> datetime:
    return NOW + timedelta(minutes=at)
