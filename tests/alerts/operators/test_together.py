"""Several reads of one network in one trouble: told once, and its end once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from alerts.operators.together import trouble_of
from listener.store.session import Database
from listener.store.tables import cursors
from tests.alerts.operators.world import SOURCE, Operators, minute

OTHER = {**SOURCE, "read": "search:coffee"}
FEEDS = [{"network": "rss", "read": f"feed:https://{name}.example/f"} for name in "ab"]


async def put(db: Database, at: float, state: str, *rows: dict[str, str], **values: Any) -> None:
    """The cursors of ``rows`` as a poll at that minute leaves them."""
    told = {"errors": 0, "why": None, **values, "state": state}
    if state == "ok":
        told |= {"last_success": minute(at), "next_try": minute(at + 2)}
    async with db.writing() as connection:
        for row in rows:
            c = cursors.c
            mine = (c.network == row["network"]) & (c.read == row["read"])
            there = await connection.execute(update(cursors).where(mine).values(told))
            if not there.rowcount:
                await connection.execute(insert(cursors), [{**row, **told}])


async def test_a_server_that_is_down_is_told_once_and_its_end_when_all_is_read(
    db: Database,
) -> None:
    ops = Operators(db)
    await put(db, 0, "ok", SOURCE, OTHER)
    await put(db, 1, "unreachable", SOURCE, OTHER, errors=3, why="HTTP 503")
    await ops.through(40, 45)
    await ops.restart()
    await ops.through(46, 50)
    await put(db, 51, "ok", SOURCE)
    await ops.through(51, 70)
    assert await ops.kinds() == ["failing"]  # the other is still away
    await put(db, 71, "ok", OTHER)
    await ops.through(71, 90)
    first, last = await ops.heard()
    assert "Other reads of this network fail, too" in first
    assert last == "Mastodon is read again."
    assert all(outage.ended_at is not None for outage in await ops.outages())


async def test_one_read_that_fails_alone_is_told_alone(db: Database) -> None:
    ops = Operators(db)
    await put(db, 0, "ok", SOURCE, OTHER)
    await put(db, 1, "unreachable", SOURCE, errors=3, why="HTTP 500")
    await ops.through(40, 45)
    (told,) = await ops.heard()
    assert "Mastodon, #coffee cannot be read" in told
    assert "Other reads" not in told


async def test_feeds_are_sites_of_their_own_and_so_are_refusals_for_other_reasons(
    db: Database,
) -> None:
    ops = Operators(db)
    await put(db, 0, "ok", *FEEDS, SOURCE, OTHER)
    await put(db, 1, "unreachable", *FEEDS, errors=3, why="HTTP 503")
    await put(db, 1, "refused", SOURCE, errors=3, why="HTTP 401")
    await put(db, 1, "refused", OTHER, errors=3, why="HTTP 403")
    await ops.through(40, 45)
    assert sorted(await ops.kinds()) == ["failing", "failing", "refused", "refused"]
    assert trouble_of("job:count", "failing", None) is None
