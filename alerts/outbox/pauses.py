"""What is known of each channel: its id, and whether sending to it is paused.

A channel whose token died, or that was archived, is paused: its notices wait, nothing is lost. It
is said elsewhere (the operators' channel and the log) once, and one notice is tried every so often:
when it goes through, the rest follows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.channels.base import Channel, ChannelBroken
from alerts.outbox.notices import add_notices, notice_row
from listener.store.session import Database
from listener.store.tables import channels
from listener.store.upsert import upsert
from listener.words import Words, words

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Known:
    place: str | None
    waits: bool  # paused, and not yet due to be tried


@dataclass(slots=True)
class Pauses:
    """``operators``: the channel that hears of paused channels; None: the log only."""

    operators: str | None = None
    words: Words = field(default_factory=lambda: words("en"))
    _paused: set[str] = field(default_factory=set)

    async def known(self, db: Database, channel: Channel, now: datetime) -> Known:
        async with db.reading() as connection:
            result = await connection.execute(
                select(channels).where(channels.c.name == channel.name)
            )
            row = result.one_or_none()
        if row is None or row.target != channel.target:
            return Known(None, waits=False)
        if row.state != "paused":
            self._paused.discard(channel.name)
            return Known(row.place, waits=False)
        self._paused.add(channel.name)
        # Further away than any wait is: the system's clock was set back.
        waits = row.next_try is not None and now < row.next_try <= now + TRY_AGAIN
        return Known(row.place, waits=waits)

    async def resolved(self, db: Database, channel: Channel, place: str, now: datetime) -> None:
        state = "paused" if channel.name in self._paused else "ok"
        async with db.writing() as connection:
            await self._store(connection, channel, now, place=place, state=state)

    async def pause(
        self, db: Database, channel: Channel, error: ChannelBroken, now: datetime
    ) -> datetime:
        """Returns when it is tried again."""
        again = now + TRY_AGAIN
        async with db.writing() as connection:
            was = await connection.execute(
                select(channels.c.state).where(channels.c.name == channel.name)
            )
            is_news = was.scalar_one_or_none() != "paused"
            values = {"state": "paused", "why": error.code, "next_try": again}
            await self._store(connection, channel, now, **values)
            if is_news:
                fix = self.words.say(f"channel.fix.{error.fix}")
                values = {"channel": channel.name, "why": error.code, "fix": fix}
                await self._tell(connection, channel, "paused", now, values)
        self._paused.add(channel.name)
        if is_news:
            log.error(
                "channel %s is paused: %s; nothing is lost, it is tried again every %d s",
                channel.name,
                error.code,
                TRY_AGAIN.total_seconds(),
            )
        return again

    async def works(self, db: Database, channel: Channel, now: datetime) -> None:
        """Something went through: end the pause, if there was one."""
        if channel.name not in self._paused:
            return
        async with db.writing() as connection:
            done = await connection.execute(
                update(channels)
                .where(channels.c.name == channel.name, channels.c.state == "paused")
                .values(state="ok", why=None, next_try=None, at=now)
            )
            if done.rowcount:
                await self._tell(connection, channel, "resumed", now, {"channel": channel.name})
        self._paused.discard(channel.name)
        log.warning("channel %s works again", channel.name)

    async def _tell(
        self,
        connection: AsyncConnection,
        channel: Channel,
        what: str,
        now: datetime,
        values: dict[str, Any],
    ) -> None:
        if self.operators is None or self.operators == channel.name:
            return
        aside: dict[str, str] = {
            k: str(v) if k == "fix" else self.words.aside(str(v)) for k, v in values.items()
        }
        body = {"text": self.words.say(f"channel.{what}", **aside)}
        subject = f"ops:{what}:{channel.name}"
        row = notice_row(subject, self.operators, "text", int(now.timestamp()), now, body=body)
        await add_notices(connection, [row])

    async def _store(
        self, connection: AsyncConnection, channel: Channel, now: datetime, **values: Any
    ) -> None:
        row = {"name": channel.name, "target": channel.target, "at": now, **values}
        await upsert(connection, channels, [row], keys=["name"])
