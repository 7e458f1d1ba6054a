"""The collector over the simulated Bluesky: whoever wrote is known, or costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting import cursors
from listener.collecting.collector import Collector
from listener.collecting.cursors import Cursor
from listener.collecting.source import Source
from listener.collecting.stream_source import StreamSource
from listener.collecting.walk import Walk
from listener.demo import wire
from listener.demo.posts import DAY
from listener.demo.servers import Urls, simulated
from listener.demo.world import BRAND, Fault, World, make_world
from listener.matching.matcher import Matcher
from listener.networks import build, build_stream
from listener.records import Brand, Query
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database
from listener.store.tables import mentions

END = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
WORLD = replace(make_world(END), faults=(), left=())
LIVED = {
    post.id: post
    for post in WORLD.posts
    if post.network == "bluesky" and post.about and post.at > WORLD.lived_from and not post.deleted
}
DOWN = Fault("bluesky", "down", END - DAY, END + DAY)


async def nothing(*_args: Any, **_named: Any) -> None:
    return None


@asynccontextmanager
async def collecting(
    db: Database, urls: Urls, how: str, brand: Brand = BRAND
) -> AsyncIterator[None]:
    """``how``: read by the search, or by the live stream from the beginning of the lived day."""
    network = build("bluesky", urls.options()["bluesky"])
    stream = build_stream("bluesky", urls.options()["bluesky"])
    assert stream is not None
    reads = network.reads([Query(BRAND.name, "رشفان OR Rashfan")], BRAND.hashtags)
    async with db.writing() as connection:
        ids = await sync_brands(connection, [brand], END)
        since = str(int(WORLD.lived_from.timestamp() * 1e6) + 5_000_000)
        await cursors.save(connection, Cursor("jetstream", "stream", walk=Walk(since=since)))
    collector = Collector(
        db,
        [Source(network, reads if how == "search" else [], burst=100)],
        match=Matcher([brand]).match,
        add=partial(add, brand_ids=ids, key=b"k" * 32),
        erase=partial(erase, key=b"k" * 32),
        wake=nothing,
        clock=SteeredClock(END),
        streams=[StreamSource(stream, flush=0.05)] if how == "stream" else [],
    )
    stop = asyncio.Event()
    task = asyncio.create_task(collector.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def rows(db: Database, wanted: set[str]) -> dict[str, Any]:
    """Those of ``wanted``, once all of them are stored."""
    async with asyncio.timeout(30):
        while True:
            async with db.reading() as connection:
                kept = select(mentions).where(mentions.c.gone_at.is_(None))
                found = {row.native_id: row for row in await connection.execute(kept)}
            if set(found) >= wanted:
                return found
            await asyncio.sleep(0.02)


def world_with(*faults: Fault) -> World:
    return replace(WORLD, faults=faults)


@pytest.mark.parametrize("how", ["search", "stream"])
async def test_every_stored_mention_says_who_wrote_it(db: Database, how: str) -> None:
    async with simulated(WORLD, lambda: END) as urls, collecting(db, urls, how):
        found = await rows(db, set(LIVED))
    for native, post in LIVED.items():
        row, person = found[native], post.author
        assert (row.author_id, row.author_handle) == (person.did, wire.handle(person))
        assert (row.author_name, row.author_followers) == (person.name, person.followers)
    lookups = [path for _server, path, _status in urls.journal if "getProfiles" in path]
    assert 1 <= len(lookups) < len(LIVED)


async def test_without_profiles_everything_is_stored_all_the_same(db: Database) -> None:
    async with (
        simulated(world_with(DOWN), lambda: END) as urls,
        collecting(db, urls, "stream"),
    ):
        found = await rows(db, set(LIVED))
        lookups = [path for _server, path, _status in urls.journal if "getProfiles" in path]
    assert {found[native].author_followers for native in LIVED} == {None}
    assert len(lookups) == 1  # the clock stands still: it is not tried at every batch


async def test_what_was_stored_without_is_filled_in_when_it_is_read_again(db: Database) -> None:
    async with (
        simulated(world_with(DOWN), lambda: END) as urls,
        collecting(db, urls, "stream"),
    ):
        await rows(db, set(LIVED))
    async with simulated(WORLD, lambda: END) as urls, collecting(db, urls, "search"):
        await asyncio.wait_for(filled_in(db), 30)


async def filled_in(db: Database) -> None:
    """Every author's followers are known."""
    while True:
        found = await rows(db, set(LIVED))
        if all(found[native].author_followers is not None for native in LIVED):
            return
        await asyncio.sleep(0.02)


async def test_a_query_that_leaves_an_account_out_is_asked_again_once_it_is_known(
    db: Database,
) -> None:
    noisy = max(LIVED.values(), key=lambda post: post.author.followers).author
    brand = Brand(BRAND.name, query=f"(رشفان OR Rashfan) NOT from:{wire.handle(noisy)}")
    async with simulated(WORLD, lambda: END) as urls, collecting(db, urls, "stream", brand):
        await asyncio.wait_for(caught_up(db, WORLD), 30)
        found = await rows(db, set())
    written = {post.author.did for post in LIVED.values()}
    assert written - {row.author_id for row in found.values()} == {noisy.did}


async def caught_up(db: Database, world: World) -> None:
    """The stream's last event is stored."""
    last = max(post.at for post in world.posts if post.network == "bluesky")
    wanted = int((last - timedelta(seconds=1)).timestamp() * 1e6)
    while True:
        async with db.reading() as connection:
            cursor = await cursors.load(connection, "jetstream", "stream")
        if int(cursor.walk.since or 0) >= wanted:
            return
        await asyncio.sleep(0.02)
