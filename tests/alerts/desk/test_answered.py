"""What the brand answered in public is known to the desk: the card says so, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import select

from alerts.cards.card import Card, Replied
from alerts.cards.card_of_rows import CardStyle, load_card
from alerts.cards.lines import Lines
from alerts.dispatch import decide_some
from listener.records import Author, Mention
from listener.store import own_posts
from listener.store.own_replies import replies_to
from listener.store.session import Database
from listener.store.tables import alerts, matches, notices
from listener.words import words
from listener.words.bidi import strip_isolates
from tests.alerts.channels.world import RIYADH, START, World
from tests.plans import plans_of


@pytest.fixture
async def world(db: Database) -> World:
    made = World(db)
    await made.brands()
    return made


def ours(parent: str | None, at: datetime | None, **more: Any) -> Mention:
    said: dict[str, Any] = {"network": "mastodon", "id": f"r-{at}", "kind": "reply"} | more
    return Mention(
        text="نعتذر، نراجع الأمر", created_at=at, author=Author("mastodon", "z", "zain"),
        parent_id=parent, url="https://example.social/@zain/9", **said,
    )  # fmt: skip


async def reply(world: World, *posts: Mention, brand: int = 1) -> None:
    kept = [((post.network, post.id), post, brand) for post in posts]
    async with world.db.writing() as connection:
        await own_posts.keep(connection, kept, world.clock())


async def decided(world: World) -> None:
    while await decide_some(world.db, world.settings, worker="w", now=world.clock()):
        pass


async def sent(world: World) -> list[str]:
    """Kinds of what was queued, in order; what was queued before counts as sent."""
    async with world.db.writing() as connection:
        rows = await connection.execute(
            select(notices.c.kind).order_by(notices.c.created_at, notices.c.n)
        )
        kinds = list(rows.scalars())
        await connection.execute(notices.update().values(state="sent"))
    return kinds


async def card_of(world: World, alert_id: int = 1) -> Card:
    async with world.db.reading() as connection:
        card = await load_card(connection, alert_id, CardStyle.of(world.settings))
    assert card is not None
    return card


async def test_a_public_reply_is_on_the_card_which_stays_open(world: World) -> None:
    await world.mention(native_id="c", parent_id="ad", kind="comment")
    await decided(world)
    assert await sent(world) == ["card"]
    assert (await card_of(world)).replied is None
    world.clock.pass_(minutes=7)
    at = world.clock() - timedelta(minutes=2)
    await reply(world, ours("c", at))
    await decided(world)
    assert await sent(world) == ["card", "update"]
    card = await card_of(world)
    assert (card.replied, card.state) == (Replied(at), "open")
    async with world.db.reading() as connection:
        assert (await connection.execute(select(alerts.c.claimed_at))).scalar_one() is None
        told = await replies_to(connection, [1], brand_id=1)
        assert [(r.at, r.url) for r in told] == [(at, "https://example.social/@zain/9")]


async def test_the_same_reply_read_again_updates_no_card(world: World) -> None:
    await world.mention(native_id="c")
    await decided(world)
    assert await sent(world) == ["card"]
    await reply(world, ours("c", START))
    world.clock.pass_(seconds=1)
    await decided(world)
    assert await sent(world) == ["card", "update"]
    world.clock.pass_(minutes=15)
    await reply(world, ours("c", START))
    async with world.db.writing() as connection:
        assert (await connection.execute(select(matches.c.state))).scalars().all() == ["decided"]
        await connection.execute(matches.update().values(state="waiting"))  # for another reason
    await decided(world)
    assert await sent(world) == ["card", "update"]


async def test_the_newest_reply_in_the_conversation_is_told(world: World) -> None:
    await world.mention(native_id="c1", author_id="a", author_handle="ali")
    more: dict[str, Any] = {"author_id": "a", "author_handle": "ali", "parent_id": "c1"}
    await world.mention(native_id="c2", **more)
    await decided(world)
    first, second = START + timedelta(minutes=1), START + timedelta(minutes=3)
    await reply(world, ours("c2", second), ours("c1", first))
    assert (await card_of(world)).replied == Replied(second)


@pytest.mark.parametrize(
    ("post", "brand"),
    [
        (ours("c", START, kind="repost"), 1),  # passed on, not answered
        (ours("c", START), 2),  # another brand's
        (ours("c", START, network="bluesky"), 1),
        (ours("elsewhere", START), 1),
        (ours(None, START, kind="post"), 1),
    ],
)
async def test_what_is_no_reply_of_ours_is_on_no_card(
    world: World, post: Mention, brand: int
) -> None:
    await world.mention(native_id="c")
    await decided(world)
    await reply(world, post, brand=brand)
    await decided(world)
    assert (await card_of(world)).replied is None
    assert await sent(world) == ["card"]


async def test_a_reply_names_the_mention_as_the_network_does(world: World) -> None:
    await world.mention(native_id="https://example.social/1", ref="1")
    await decided(world)
    assert await sent(world) == ["card"]
    await reply(world, ours("1", None))
    await decided(world)
    assert (await card_of(world)).replied == Replied(None)
    assert await sent(world) == ["card", "update"]


async def test_a_reply_that_was_there_first_is_on_the_card_from_the_start(world: World) -> None:
    await reply(world, ours("c", START))
    await world.mention(native_id="c")
    await decided(world)
    assert (await card_of(world)).replied == Replied(START)
    assert await sent(world) == ["card"]


async def test_what_is_on_no_card_is_not_looked_at_again(world: World) -> None:
    await world.mention(native_id="c", intent="praise", sentiment="positive")
    await decided(world)
    await reply(world, ours("c", START))
    async with world.db.reading() as connection:
        assert (await connection.execute(select(matches.c.state))).scalars().all() == ["decided"]
        assert [r.mention_id for r in await replies_to(connection, [1])] == [1]  # `why` tells it


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_replies_are_found_by_the_index(world: World) -> None:
    with plans_of(world.db) as plans:
        async with world.db.writing() as connection:
            await replies_to(connection, [1], brand_id=1)
    assert any("ix_own_posts_parent" in step for step in plans)


@pytest.mark.parametrize(
    ("language", "ago", "line"),
    [
        ("ar", timedelta(hours=1), "رددنا علنًا الساعة 13:00"),
        ("ar", timedelta(days=1), "رددنا علنًا في 21 نوفمبر 2026، 14:00"),
        ("ar", None, "رددنا علنًا"),
        ("en", timedelta(hours=1), "We replied in public at 13:00"),
        ("en", timedelta(hours=15), "We replied in public on 21 November 2026, 23:00"),
        ("en", None, "We replied in public"),
    ],
)
async def test_the_line_says_when(
    world: World, language: Literal["ar", "en"], ago: timedelta | None, line: str
) -> None:
    await world.mention()
    await decided(world)
    card, lines = await card_of(world), Lines(words(language, "latin"), RIYADH, START)
    assert lines.replied(card) is None
    replied = Replied(START - ago if ago else None)
    told = lines.replied(replace(card, replied=replied)) or ""
    assert strip_isolates(told) == line
