"""The first start finds days of posts: ten cards, a line, and the rest counted and findable."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import insert, select, update

from alerts.desk.first_cards import MOST, send_first_cards
from alerts.dispatch import decide_some
from listener.settings import Settings
from listener.store import first_start
from listener.store.session import Database
from listener.store.tables import alert_mentions, cursors, decisions, mentions, notices
from tests.alerts.channels.world import SETTINGS, START, World

LATER = START + timedelta(seconds=30)


@pytest_asyncio.fixture
async def world(db: Database) -> AsyncIterator[World]:
    world = World(db)
    await world.brands()
    yield world


async def rows(world: World, statement: Any) -> list[Any]:
    async with world.db.reading() as connection:
        return list(await connection.execute(statement))


async def read(world: World, **values: Any) -> None:
    row = {"network": "mastodon", "read": "hashtag:a", "state": "ok", "last_success": START}
    async with world.db.writing() as connection:
        await connection.execute(insert(cursors).values(**{**row, **values}))


async def backlog(world: World, number: int) -> list[int]:
    """Older the later they are found; each by an author of its own."""
    written = [START - timedelta(minutes=10 * n) for n in range(1, number + 1)]
    return [await world.mention(f"شكوى {n}", created_at=at) for n, at in enumerate(written)]


async def decide(world: World) -> None:
    while await decide_some(world.db, world.settings, worker="w", now=world.clock()):
        pass


async def reasons(world: World) -> Counter[str]:
    return Counter(row.reason for row in await rows(world, select(decisions.c.reason)))


async def settle(world: World, at: timedelta = LATER - START) -> bool:
    return await send_first_cards(world.db, world.settings, now=START + at)


async def test_the_ten_newest_are_cards_and_one_line_tells_of_the_rest(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world)
    found = await backlog(world, 25)
    await decide(world)
    assert await reasons(world) == {"first_start": 25}
    assert await rows(world, select(notices)) == []
    assert await settle(world)
    assert await reasons(world) == {"first_start": 15, "matched_route": MOST}
    shown = await rows(world, select(alert_mentions.c.mention_id))
    assert {row.mention_id for row in shown} == set(found[:MOST])
    sent = await rows(world, select(notices))
    assert Counter(row.kind for row in sent) == {"card": MOST, "text": 1}
    [line] = [row for row in sent if row.kind == "text"]
    assert (line.channel, line.body["text"].count("\n")) == ("care", 0)
    assert "15" in line.body["text"]
    assert await settle(world, timedelta(hours=1))  # once is enough
    assert len(await rows(world, select(notices))) == MOST + 1


async def test_the_operators_hear_it_where_there_are_some(world: World) -> None:
    channels = {**SETTINGS.model_dump(include={"channels"})["channels"], "ops": {"kind": "console"}}
    world.settings = Settings.model_validate(
        {"service": {"operators": "ops"}, "channels": channels, "routes": SETTINGS.routes,
         "brands": [{"name": "زين"}, {"name": "stc", "role": "competitor"}]}
    )  # fmt: skip
    await first_start.begin(world.db, START)
    await read(world)
    await backlog(world, MOST + 1)
    await decide(world)
    await settle(world)
    told = await rows(world, select(notices.c.channel).where(notices.c.kind == "text"))
    assert [row.channel for row in told] == ["ops"]


async def test_what_is_written_after_the_start_alerts_at_once(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world)
    await world.mention(created_at=START + timedelta(seconds=1))
    await decide(world)
    assert await reasons(world) == {"matched_route": 1}


async def test_few_are_all_sent_without_a_word(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world)
    await backlog(world, MOST)
    await decide(world)
    await settle(world)
    assert await reasons(world) == {"matched_route": MOST}
    assert {row.kind for row in await rows(world, select(notices.c.kind))} == {"card"}


async def test_what_was_handed_in_or_was_there_before_is_not_withheld(world: World) -> None:
    await backlog(world, 12)
    await first_start.begin(world.db, START)  # the database was not empty
    await decide(world)
    assert await reasons(world) == {"matched_route": 12}


async def test_what_an_import_brings_is_its_importers_business(world: World) -> None:
    await first_start.begin(world.db, START)
    await backlog(world, 12)
    async with world.db.writing() as connection:
        await connection.execute(update(mentions).values(source="import"))
    await decide(world)
    assert await reasons(world) == {"matched_route": 12}


async def test_nothing_is_chosen_while_more_may_come(world: World) -> None:
    await first_start.begin(world.db, START)
    assert not await settle(world)  # no source was read yet
    await read(world, last_success=None, state="new")
    await backlog(world, 3)
    assert not await settle(world)  # one is not read yet
    async with world.db.writing() as connection:
        await connection.execute(update(cursors).values(errors=1, state="unreachable"))
    assert not await settle(world)  # three wait for their decision
    await decide(world)
    assert not await settle(world, timedelta(seconds=5))  # others came this moment
    assert await settle(world)
    assert await reasons(world) == {"matched_route": 3}


async def test_a_source_that_is_never_read_holds_nothing_up_for_long(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world, last_success=None, state="new")
    await backlog(world, 2)
    await decide(world)
    assert not await settle(world)
    assert await settle(world, first_start.PATIENCE + timedelta(seconds=1))
    assert await reasons(world) == {"matched_route": 2}


async def test_what_comes_later_still_is_counted_alone(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world)
    await backlog(world, 2)
    await decide(world)
    await settle(world)
    await world.mention("قديم", created_at=START - timedelta(hours=3))
    await decide(world)
    assert await reasons(world) == {"matched_route": 2, "first_start": 1}


async def test_one_that_was_deleted_meanwhile_is_no_card(world: World) -> None:
    await first_start.begin(world.db, START)
    await read(world)
    found = await backlog(world, 2)
    await decide(world)
    async with world.db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.id == found[0]).values(gone_at=START)
        )
    await settle(world)
    shown = await rows(world, select(alert_mentions.c.mention_id))
    assert [row.mention_id for row in shown] == [found[1]]
