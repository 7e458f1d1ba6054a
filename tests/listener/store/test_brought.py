"""One importer's rows among everybody else's."""

from __future__ import annotations

from sqlalchemy import insert, update

from listener.store.brought import alerts_of, ids_of, newest_alert, unfinished
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, matches, mentions
from tests.listener.store.rows import NOW, mention, store


async def test_which_rows_they_are_and_which_are_not_done(db: Database) -> None:
    one, two, three = (await store(db, mention(1), mention(2), mention(3))).new
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(state="labelled"))
        decided = update(matches).where(matches.c.mention_id != two).values(state="decided")
        await connection.execute(decided)
    async with db.reading() as connection:
        keys = [("mastodon", "1"), ("mastodon", "3"), ("x", "1"), ("mastodon", "9")]
        assert await ids_of(connection, keys) == {keys[0]: one, keys[1]: three}
        assert await unfinished(connection, [one, two]) == [two]
        assert await unfinished(connection, [one, three]) == []


async def test_alerts_of_others_and_of_before_are_not_theirs(db: Database) -> None:
    one, two, three = (await store(db, mention(1), mention(2), mention(3))).new
    async with db.reading() as connection:
        assert await newest_alert(connection) == 0
    alert = {
        "brand_id": 1, "route": "r", "channel": "c", "state": "open", "urgency": "normal",
        "opened_at": NOW, "published_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(
            insert(alerts), [{"id": n, "group_key": str(n), **alert} for n in (1, 2, 3)]
        )
        pairs = [(1, one), (2, one), (2, two), (3, three)]
        await connection.execute(
            insert(alert_mentions),
            [{"alert_id": a, "mention_id": m, "at": NOW} for a, m in pairs],
        )
    async with db.reading() as connection:
        assert await newest_alert(connection) == 3
        assert await alerts_of(connection, [one, two], after=1) == {2}
        assert await alerts_of(connection, [one, two], after=0) == {1, 2}
