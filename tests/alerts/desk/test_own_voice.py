"""A brand's own words open no alert, hold none open and are nobody's to answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from alerts.dispatch import decide_some
from listener.records import Brand
from listener.store.brand_rows import sync_brands
from listener.store.session import Database
from listener.store.tables import alerts, decisions, own_posts
from tests.alerts.channels.world import START, World


async def _decided(world: World) -> list[tuple[int, str]]:
    await decide_some(world.db, world.settings, worker="w", now=world.clock())
    async with world.db.reading() as connection:
        rows = await connection.execute(
            select(decisions.c.mention_id, decisions.c.reason).order_by(decisions.c.mention_id)
        )
        return [(row.mention_id, row.reason) for row in rows]


async def _states(db: Database) -> list[str]:
    async with db.reading() as connection:
        return list(
            (await connection.execute(select(alerts.c.state).order_by(alerts.c.id))).scalars()
        )


async def _named(world: World, name: str, handle: str) -> None:
    brand = Brand(name, accounts=(("mastodon", handle),))
    async with world.db.writing() as connection:
        await sync_brands(connection, [brand], world.clock(), speaks=lambda _mention: [name])


async def test_an_account_that_is_named_later_ends_the_alert_of_its_post_alone(
    db: Database,
) -> None:
    world = World(db)
    await world.brands()
    ours = await world.mention("متى آخر مرة؟", author_id="z", author_handle="zain")
    theirs = await world.mention("وين طلبي", author_id="a", author_handle="ali")
    assert await _decided(world) == [(ours, "matched_route"), (theirs, "matched_route")]
    await _named(world, "زين", "zain")
    assert await _decided(world) == [(ours, "own_voice"), (theirs, "matched_route")]
    assert await _states(db) == ["dismissed", "open"]


async def test_a_customers_card_that_holds_an_own_reply_stays_open(db: Database) -> None:
    world = World(db)
    await world.brands()
    thread: dict[str, Any] = {"author_id": "a", "thread_id": "root"}
    await world.mention("وين طلبي", author_handle="ali", native_id="root", author_id="a")
    await world.mention("وصلك", author_handle="zain", **thread)
    await _decided(world)
    await _named(world, "زين", "zain")
    await _decided(world)
    assert await _states(db) == ["open"]


async def test_a_customers_repost_of_our_post_alerts_nobody(db: Database) -> None:
    world = World(db)
    await world.brands()
    row = {
        "network": "mastodon", "native_id": "ours", "brand_id": 1, "account": "zain",
        "kind": "post", "text": "عرض", "hashtags": [], "media": [], "collected_at": START,
    }  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(own_posts.insert(), [row])
    passed = await world.mention("متى آخر مرة؟", kind="repost", parent_id="ours")
    other = await world.mention("متى آخر مرة؟", kind="repost", parent_id="theirs")
    assert await _decided(world) == [(passed, "own_voice"), (other, "matched_route")]
