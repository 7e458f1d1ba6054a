"""A brand's own words open no alert, hold none open and are nobody's to answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from alerts.cards.card import Card
from alerts.cards.card_of_rows import CardStyle, load_card
from alerts.desk.actions import Action, act
from alerts.dispatch import decide_some
from listener.records import Brand
from listener.store.brand_rows import sync_brands
from listener.store.session import Database
from listener.store.tables import alerts, decisions, labels, own_posts
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


SAID = "زين متى تردون على الناس النت مقطوع من أمس في حي الورود"


async def _told_again(db: Database, first: str, second: str, **more: Any) -> World:
    """A card of ``first`` that holds ``second``, who says the same; then our account is named."""
    world = World(db)
    await world.brands()
    for handle, given in ((first, {"native_id": "told"}), (second, more)):
        await world.mention(SAID, author_id=handle, author_handle=handle, **given)
        await _decided(world)
    await _named(world, "زين", "zain")
    await _decided(world)
    return world


async def _shown(world: World) -> Card:
    async with world.db.reading() as connection:
        card = await load_card(connection, 1, CardStyle.of(world.settings))
    assert card is not None
    return card


async def test_a_card_that_our_own_post_opened_shows_the_customer_who_said_it_again(
    db: Database,
) -> None:
    world = await _told_again(db, "zain", "ali")
    card = await _shown(world)
    assert (card.state, card.quote.handle, card.count, card.others) == ("open", "ali", 1, 0)
    await world.mention(SAID)
    await _decided(world)
    assert await _states(db) == ["open"]  # the story is told by the customer now
    assert (await _shown(world)).others == 1
    done = Action("click", 1, "U1", "sentiment", "positive")
    await act(db, done, now=world.clock(), zone=world.settings.service.zone)
    async with db.reading() as connection:
        said = await connection.execute(
            select(labels.c.mention_id).where(labels.c.source == "user:U1")
        )
        assert said.scalars().all() == [2]  # of what the card shows


async def test_a_card_of_our_own_post_and_its_reposts_ends(db: Database) -> None:
    await _told_again(db, "zain", "ali", kind="repost", parent_id="told")
    assert await _states(db) == ["dismissed"]


async def test_our_own_words_among_those_who_say_the_same_leave_the_card(db: Database) -> None:
    world = await _told_again(db, "ali", "zain")
    card = await _shown(world)
    assert (card.state, card.quote.handle, card.others) == ("open", "ali", 0)
