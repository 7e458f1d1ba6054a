"""A batch makes the alerts that its mentions would make one by one, in few statements."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from alerts.deciding.decide import Decision, decide
from alerts.deciding.facts import Facts
from alerts.desk.conversations import join_conversation
from alerts.dispatch import decide_some
from listener.store.migrate import migrate
from listener.store.session import Database, open_database
from listener.store.tables import alert_mentions, alerts, decisions, matches, mentions, notices
from tests.alerts.channels.world import START, World


@pytest.fixture
def two_urls(database_url: str, empty_database_url: str) -> tuple[str, str]:
    return database_url, empty_database_url


@pytest_asyncio.fixture
async def twins(two_urls: tuple[str, str]) -> AsyncIterator[list[World]]:
    """Two worlds that the same happens in."""
    worlds = [World(open_database(url)) for url in two_urls]
    for world in worlds:
        await migrate(world.db)
        await world.brands()
    yield worlds
    for world in worlds:
        await world.db.close()


async def _story(world: World) -> None:
    """Writers new and known, one who writes twice, a thread over days, a card that was resolved."""
    await world.mention("أول", author_id="a", author_handle="a")
    await decide_some(world.db, world.settings, worker="w", now=world.clock())
    await world.mention("آخر", author_id="r", author_handle="r")
    await decide_some(world.db, world.settings, worker="w", now=world.clock())
    async with world.db.writing() as connection:
        resolved = alerts.c.group_key.like("%:r:%")
        await connection.execute(update(alerts).where(resolved).values(state="resolved"))
    yesterday = START - timedelta(hours=30)
    await world.mention("جديد")
    await world.mention("ثانٍ من أ", author_id="a", author_handle="a")
    await world.mention("مرتين", author_id="b", author_handle="b")
    await world.mention("أمس", author_id="t", author_handle="t", native_id="root",
                        created_at=yesterday)  # fmt: skip
    await world.mention("شكرًا", intent="praise", sentiment="positive")
    await world.mention("مرتين أيضًا", author_id="b", author_handle="b")
    await world.mention("يكمل", author_id="t", author_handle="t", thread_id="root")
    await world.mention("عاد", author_id="r", author_handle="r")
    await world.mention("جديد أيضًا")


async def _state(db: Database) -> list[list[Any]]:
    """Everything that came of it, but random ids."""
    async with db.reading() as connection:
        opened = await connection.execute(
            select(alerts.c.group_key, alerts.c.state, alerts.c.version, alerts.c.route)
            .order_by(alerts.c.group_key)
        )  # fmt: skip
        held = await connection.execute(
            select(alerts.c.group_key, mentions.c.native_id)
            .join(alert_mentions, alert_mentions.c.alert_id == alerts.c.id)
            .join(mentions, mentions.c.id == alert_mentions.c.mention_id)
            .order_by(alerts.c.group_key, mentions.c.native_id)
        )
        queued = await connection.execute(
            select(alerts.c.group_key, notices.c.kind, notices.c.n, notices.c.state,
                   notices.c.channel, notices.c.body)
            .join(notices, notices.c.alert_id == alerts.c.id)
            .order_by(alerts.c.group_key, notices.c.kind, notices.c.n)
        )  # fmt: skip
        return [[tuple(row) for row in rows] for rows in (opened, held, queued)]


async def test_a_batch_is_as_one_by_one(twins: list[World]) -> None:
    batch, single = twins
    for world in twins:
        await _story(world)
    assert await decide_some(batch.db, batch.settings, worker="w", now=batch.clock()) == 9
    while await decide_some(single.db, single.settings, worker="w", now=single.clock(), limit=1):
        pass
    assert await _state(batch.db) == await _state(single.db)
    opened, held, queued = await _state(batch.db)
    assert len(opened) == 6  # a, r, b, t and the two who wrote once
    assert (len(held), len(queued)) == (10, 10)


async def test_fifty_alerts_take_no_more_statements_than_five(db: Database) -> None:
    world = World(db)
    await world.brands()
    counts = []
    for size in (5, 50):
        for _ in range(size):
            await world.mention()
        seen: list[str] = []

        def watch(_c: Any, _k: Any, statement: str, *_more: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(db.write.sync_engine, "before_cursor_execute", watch)
        assert await decide_some(db, world.settings, worker="w", now=world.clock()) == size
        event.remove(db.write.sync_engine, "before_cursor_execute", watch)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    async with db.reading() as connection:
        assert len((await connection.execute(select(notices.c.id))).all()) == 55


@pytest.mark.parametrize("caused", [True, False])
async def test_a_bad_row_is_found_and_trouble_of_the_database_is_nobodys(
    db: Database, monkeypatch: pytest.MonkeyPatch, caused: bool
) -> None:
    world = World(db)
    await world.brands()
    ids = [await world.mention() for _ in range(5)]

    def fail(facts: Facts, *_given: Any, **_more: Any) -> Decision:
        if facts.mention_id == ids[2]:
            if caused:
                raise ValueError("no such mood")
            raise OperationalError("UPDATE", {}, Exception("deadlock detected"))
        return decide(facts, *_given, **_more)

    async def run() -> int:
        return await decide_some(db, world.settings, worker="w", now=world.clock())

    with monkeypatch.context() as patch:
        patch.setattr("alerts.dispatch.decide", fail)
        if caused:
            assert await run() == 5
        else:
            for _ in range(5):
                with pytest.raises(OperationalError):
                    await run()
            assert await _states(db) == {("waiting", None, 0): 5}
    if not caused:
        assert await run() == 5
    async with db.reading() as connection:
        rows = await connection.execute(select(decisions.c.mention_id, decisions.c.reason))
        found = {mention_id: reason for mention_id, reason in rows}  # noqa: C416
    bad = "failed" if caused else "matched_route"
    assert found == {n: bad if n == ids[2] else "matched_route" for n in ids}


async def _states(db: Database) -> dict[Any, int]:
    """(state, who holds it, tries) of the matches, and how many there are of each."""
    async with db.reading() as connection:
        rows = await connection.execute(
            select(matches.c.state, matches.c.taken_by, matches.c.tries)
        )
        return dict(Counter(tuple(row) for row in rows))


async def test_two_processes_that_open_one_conversation_both_decide(db: Database) -> None:
    """Also where the other one commits between our look and our insert."""
    world = World(db)
    await world.brands()
    for text in ("أول", "ثانٍ"):
        await world.mention(text, author_id="a", author_handle="a")
    runs = (
        decide_some(db, world.settings, worker=worker, now=world.clock(), limit=1)
        for worker in ("w1", "w2")
    )
    assert await asyncio.gather(*runs) == [1, 1]
    opened, held, _queued = await _state(db)
    assert (len(opened), len(held)) == (1, 2)


async def test_two_processes_that_go_on_with_the_same_cards_do_not_lock_each_other_out(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(db)
    await world.brands()
    for author in "ab":
        await world.mention(author_id=author, author_handle=author)
    assert await decide_some(db, world.settings, worker="w", now=world.clock()) == 2
    for author in "abba":
        await world.mention(author_id=author, author_handle=author)

    async def slowly(*given: Any, **more: Any) -> int:
        joined = await join_conversation(*given, **more)
        await asyncio.sleep(0.1)  # the other one comes as far as it is let: else it is no race
        return joined

    monkeypatch.setattr("alerts.desk.joining.join_conversation", slowly)
    runs = (
        decide_some(db, world.settings, worker=worker, now=world.clock(), limit=2)
        for worker in ("w1", "w2")
    )
    assert await asyncio.gather(*runs) == [2, 2]
    _opened, held, _queued = await _state(db)
    assert len(held) == 6
