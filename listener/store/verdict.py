"""What an operator asks first: does it run, since when, and if not, since when does it not?

And what stands beside that in ``rasid status``: paused channels, the last alert, the size.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store import tables as t
from listener.store.heartbeats import FRESH, STOPPED


async def verdict(
    connection: AsyncConnection, expected: Collection[str], now: datetime
) -> dict[str, Any]:
    """``state``: running (every process of ``expected`` has a worker that beats), partly, stopped
    or never. ``since``: of running and partly the first start among those that beat, of stopped
    the last sign of life (ISO 8601, UTC; None where nobody knows). ``missing``: processes that
    have no worker that beats, by name; of never and stopped those are all."""
    rows = (await connection.execute(select(t.heartbeats))).mappings().all()
    beating = [row for row in rows if now - row["at"] <= FRESH]
    missing = sorted(set(expected) - {row["process"] for row in beating})
    if beating:
        since = min(row["started_at"] for row in beating)
        state = "partly" if missing else "running"
        return {"state": state, "since": since.isoformat(), "missing": missing}
    signs = [row["at"] for row in rows]
    ended = await connection.execute(select(t.marks.c.at).where(t.marks.c.name == STOPPED))
    signs += ended.scalars()
    read = await connection.execute(select(func.max(t.cursors.c.last_success)))
    signs += [at for at in read.scalars() if at is not None]
    if not signs:
        return {"state": "never", "since": None, "missing": missing}
    return {"state": "stopped", "since": max(signs).isoformat(), "missing": missing}


async def paused(connection: AsyncConnection, names: Collection[str]) -> list[dict[str, Any]]:
    """Those of the channels called ``names`` to which nothing is sent now: ``channel``, ``why``
    (the channel's own code), ``since``, ``next_try``, and how many notices are ``waiting``."""
    c, n = t.channels.c, t.notices.c
    waiting = (
        select(func.count())
        .select_from(t.notices)
        .where(n.channel == c.name, n.state == "pending")
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(c.name, c.why, c.next_try, waiting.label("waiting"))
        .where(c.state == "paused", c.name.in_(sorted(names)))
        .order_by(c.name)
    )
    return [
        {
            "channel": row.name,
            "why": row.why,
            "next_try": row.next_try.isoformat() if row.next_try else None,
            "waiting": row.waiting,
        }
        for row in rows
    ]


async def last_alert(connection: AsyncConnection) -> dict[str, Any] | None:
    """``id``, ``brand``, ``channel``, ``opened_at`` and ``mention_id`` (its first) of the alert
    that was opened last; None where there was none."""
    a, of = t.alerts.c, t.alert_mentions.c
    first = select(func.min(of.mention_id)).where(of.alert_id == a.id).scalar_subquery()
    found = await connection.execute(
        select(a.id, t.brands.c.name, a.channel, a.opened_at, first.label("mention_id"))
        .join(t.brands, t.brands.c.id == a.brand_id)
        .order_by(a.id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        return None
    return {
        "id": row.id,
        "brand": row.name,
        "channel": row.channel,
        "opened_at": row.opened_at.isoformat(),
        "mention_id": row.mention_id,
    }


async def size(connection: AsyncConnection) -> int:
    """Bytes of the database, of SQLite without what its log has not put in yet."""
    if connection.dialect.name == "postgresql":
        asked = "SELECT pg_database_size(current_database())"
        return int((await connection.execute(text(asked))).scalar_one())
    pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
    each = (await connection.execute(text("PRAGMA page_size"))).scalar_one()
    return int(pages) * int(each)


def unreachable(standing: Mapping[str, Any]) -> int:
    """How many sources fail now and are asked again by themselves."""
    return sum(bool(source["errors"]) and source["state"] != "refused"
               for source in standing["sources"])  # fmt: skip


def needing(standing: Mapping[str, Any], channels: Sequence[Mapping[str, Any]]) -> int:
    """How many things need a person: sources that refuse, tokens that end, jobs that fail, workers
    that died, Slack connections that are down, processes that cannot write, paused channels.
    ``standing``: as of ``status``."""
    counted = (
        sum(source["state"] == "refused" for source in standing["sources"]),
        sum(token["stage"] != "good" for token in standing.get("tokens", ())),
        sum(job["state"] in ("failing", "late") for job in standing["jobs"]),
        sum(worker["state"] != "ok" for worker in standing["workers"]),
        sum(not of["connected"] for of in standing["slack"]),
        len(standing["unwritten"]),
        len(channels),
    )
    return sum(counted)
