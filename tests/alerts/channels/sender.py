"""A sender as a process of its own, to be killed: delivers until nothing is left, then exits.

    python -m tests.alerts.channels.sender --database URL --api-url URL --pid-file FILE \
        --epoch STAMP

Its clock starts a day before ``epoch`` (Slack's times must not be behind it) and runs ``hurry``
times as fast as the wall, so that stale attempts and second looks need not be sat out. All senders
of one run share the epoch.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from alerts.channels.base import Clock, Pacer
from alerts.channels.slack.channel import Slack, web_client
from alerts.outbox.deliver import deliver_some
from listener.store.session import Database, open_database
from listener.store.tables import notices
from listener.words import words

LEFT = notices.c.state.in_(("pending", "sending", "unknown")) | notices.c.until.is_not(None)


def hurried(epoch: float, hurry: float) -> Clock:
    began = datetime.fromtimestamp(epoch, UTC)
    return lambda: began - timedelta(days=1) + (datetime.now(UTC) - began) * hurry


async def main(database: str, api_url: str, clock: Clock, patience: float) -> None:
    db = open_database(database)
    channel = Slack(
        "care",
        "#customer-care",
        web_client("xoxb-test", api_url, patience),
        words=words("ar"),
        zone=UTC,
        clock=clock,
        pacer=Pacer(0),
        timeout=patience,
    )
    while await _left(db):
        await deliver_some(db, {"care": channel}, clock=clock)
        await asyncio.sleep(0.02)
    await db.close()


async def _left(db: Database) -> bool:
    async with db.reading() as connection:
        found = await connection.execute(select(notices.c.id).where(LEFT).limit(1))
        return found.first() is not None


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--pid-file", type=Path, required=True)
    parser.add_argument("--epoch", type=float, required=True)
    parser.add_argument("--hurry", type=float, default=10)
    parser.add_argument("--timeout", type=float, default=1)
    asked = parser.parse_args()
    asked.pid_file.write_text(str(os.getpid()))
    ticking = hurried(asked.epoch, asked.hurry)
    asyncio.run(main(asked.database, asked.api_url, ticking, asked.timeout))
