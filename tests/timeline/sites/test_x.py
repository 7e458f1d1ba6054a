"""X as the demo shows it: what is stored is what is there, and X bills what our books say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.budget import Budget
from listener.collecting.budget_standing import budgets
from listener.collecting.credentials import Fixed
from listener.collecting.cursors import Cursor, save
from listener.collecting.intake import Intake
from listener.collecting.spread import Plan
from listener.collecting.stream import Follower
from listener.collecting.stream_paying import Tab
from listener.collecting.stream_source import StreamSource
from listener.collecting.walk import Walk
from listener.demo import x_wire as wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.servers import simulated
from listener.demo.sites.x import TOKEN, matches
from listener.demo.world import BRAND, Fault, make_world
from listener.matching.matcher import Matcher
from listener.networks.base import Read
from listener.networks.x import X
from listener.networks.x.query import searches
from listener.networks.x.stream import XStream
from listener.records import Account, Credential, Query
from listener.settings.budgets import Cap
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, HANDLE, QUERY, AtSite, at_site, nothing

NAMED = ("رشفان", "rashfan")
OURS = replace(BRAND, accounts=(("x", HANDLE), ("x", wire.user_id(BRAND_PERSON))))
"""The brand as the settings tell it: with its account here."""
WEEK = timedelta(days=7)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def about_us(site: AtSite) -> dict[str, Post]:
    """By X's id: what others wrote of the brand, to it, or under its posts."""
    now = site.clock.now()
    posts = site.written(lambda p: not p.own and p.at > now - WEEK)
    return {
        wire.key_of(p): p
        for p in posts.values()
        if p.reply_to or any(name in p.text_at(now).casefold() for name in NAMED)
    }


async def stored(site: AtSite) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in await site.rows() if row["gone_at"] is None}


@pytest.mark.parametrize(("naming", "by"), [("tweet", "name"), ("post", "id")])
async def test_all_that_concerns_the_brand_is_stored_once_and_as_it_stands(
    db: Database, naming: str, by: str
) -> None:
    ident = wire.user_id(BRAND_PERSON) if by == "id" else None
    account = Account(BRAND.name, HANDLE, id=ident)
    async with at_site(
        db, "x", options={"naming": naming}, accounts=(account,), brand=OURS, first=WEEK
    ) as site:
        wanted = about_us(site)

        async def all_there() -> bool:
            return set(await stored(site)) >= set(wanted)

        await site.until(all_there)
        rows, now = await stored(site), site.clock.now()
        assert set(rows) == set(wanted)
        for key, row in rows.items():
            post = wanted[key]
            assert row["text"] == post.text_at(now)
            assert row["author_handle"] == post.author.handle
            assert row["author_followers"] == post.author.followers
            assert abs(row["created_at"] - post.at) < timedelta(seconds=1)
            assert (row["likes"], row["shares"], row["replies"]) == (
                post.likes, post.shares, post.replies,
            )  # fmt: skip
            assert (row["ref"] is not None) == (len(wire.chain(post, now)) > 1)


async def test_own_posts_and_figures_are_kept_apart(db: Database) -> None:
    async with at_site(db, "x", brand=OURS, first=WEEK) as site:
        ours = {wire.key_of(p) for p in site.written(lambda p: p.own).values()}

        async def there() -> bool:
            rows = await site.rows(t.own_posts)
            return {row["native_id"] for row in rows} >= ours and bool(await site.rows(t.figures))

        await site.until(there)
        assert not ours & set(await stored(site))
        values = {row["measure"]: row["value"] for row in await site.rows(t.figures)}
        assert values["followers"] == 41_800


async def test_a_deletion_upstream_is_followed_and_an_edit_stays_one_row(db: Database) -> None:
    async with at_site(db, "x", brand=OURS, first=WEEK) as site:
        before = {p.native for p in site.world.posts if p.network == "x" and p.deleted}
        assert before
        wanted = about_us(site)

        async def all_there() -> bool:
            return set(await stored(site)) >= set(wanted)

        await site.until(all_there)
        gone = {wire.key_of(p) for p in site.world.posts if p.network == "x" and p.deleted}
        assert not gone & set(await stored(site))
        edited = [p for p in wanted.values() if p.edited]
        assert edited
        rows = [row["native_id"] for row in await site.rows()]
        assert len(rows) == len(set(rows))
        later = {wire.newest(p, site.clock.now()) for p in edited}
        assert not later & set(rows)


async def test_a_wrong_token_is_told_as_x_tells_it(db: Database) -> None:
    async with at_site(db, "x", options={"token": "wrong-token"}) as site:

        async def refused() -> bool:
            return any(row["state"] == "refused" for row in await site.rows(t.cursors))

        await site.until(refused)
        why = {row["why"] for row in await site.rows(t.cursors) if row["state"] == "refused"}
        assert any("401" in (said or "") for said in why)
        assert await site.rows() == []
        assert "wrong-token" not in str(await site.rows(t.cursors))


async def test_our_books_agree_with_what_x_bills_where_each_item_is_counted_once_a_day(
    db: Database,
) -> None:
    async with at_site(db, "x", brand=OURS) as site:
        network = X(api_url=site.urls.sites["x"]["api_url"])
        token = Credential("x", {"token": TOKEN})
        stop_collecting(site)
        async with httpx.AsyncClient() as client:

            async def billed() -> float:
                return float((await client.get(f"{network.api_url}/bill")).json()["usd"])

            before, books = await billed(), dict[str, float]()
            user = wire.user_id(BRAND_PERSON)
            reads = [
                *network.reads([QUERY], OURS.hashtags),
                Read("mentions", user, Query(BRAND.name, "")),
                Read("own_posts", user, Query(BRAND.name, "")),
            ]
            for read in [*reads, reads[0]]:  # what is read twice is billed once
                page: str | None = None
                while True:
                    asked = network.request(read, credential=token, since=None, page=page)
                    response = await client.send(asked)
                    took = [c for c in network.spent(response, read, page) if c.of == "money"]
                    reserved = sum(c.amount for c in network.cost(read, page) if c.of == "money")
                    assert sum(c.amount for c in took) <= reserved + 1e-9
                    for cost in took:
                        books.setdefault(cost.item or "", cost.amount)
                    if (page := network.parse(response, read, page).older) is None:
                        break
            assert len(books) > 100
            assert round(sum(books.values()), 6) == round(await billed() - before, 6)


def stop_collecting(site: AtSite) -> None:
    site.stop.set()


async def test_after_more_than_a_week_away_it_reads_on_and_says_what_was_not_read(
    db: Database,
) -> None:
    async with db.writing() as connection:
        search = next(r for r in X().reads([QUERY], []) if r.kind == "search")
        old = Cursor("x", search.key, walk=Walk(since="1990000000000000000"))
        await save(connection, old)
    async with at_site(db, "x", brand=OURS) as site:

        async def reads_on() -> bool:
            rows = [r for r in await site.rows(t.cursors) if r["read"] == search.key]
            return bool(rows) and rows[0]["state"] == "ok"

        await site.until(reads_on)
        assert await stored(site)
        gaps = [r for r in await site.rows(t.ledger) if r["kind"] == "gap"]
        assert any("no longer knows" in (row["note"] or "") for row in gaps)


async def test_the_stream_brings_what_is_written_its_edits_and_keeps_the_rules_in_step(
    db: Database,
) -> None:
    world, clock = make_world(END, sites=["x"]), SteeredClock(END - timedelta(hours=30))
    async with db.writing() as connection:
        ids = await sync_brands(connection, [OURS], clock.now())
    intake = Intake(
        Matcher([OURS]).match,
        partial(add, brand_ids=ids, key=b"k" * 32),
        partial(erase, key=b"k" * 32),
        nothing,
    )
    async with simulated(world, clock.now, sites=["x"]) as urls:
        address = f"{urls.sites['x']['api_url']}/tweets/search/stream"
        token = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(headers=token) as client, asyncio.timeout(30):
            for tag in ("rasid", "another tool"):
                rule = {"add": [{"value": f"rule of {tag}", "tag": tag}]}
                await client.post(f"{address}/rules", json=rule)
            source = StreamSource(XStream(address), [QUERY], idle=21.0, flush=0.02, replay=None)
            signed = Fixed(Credential("x", {"token": TOKEN}))
            follower = Follower(source, db, intake, clock, credentials=signed)
            stop = asyncio.Event()
            task = asyncio.create_task(follower.run(stop))
            wanted = sorted(["rule of another tool", *searches(QUERY.text, 1024)])
            start = clock.now()
            while not urls.journal or urls.journal[-1][1].endswith("/rules"):
                await asyncio.sleep(0.02)
                told = (await client.get(f"{address}/rules")).json()
                if sorted(rule["value"] for rule in told.get("data", [])) == wanted:
                    break
            await asyncio.sleep(0.5)  # connected
            clock.jump(timedelta(hours=30))
            due = {
                wire.key_of(p): p.text_at(END)
                for p in world.seen("x", END)
                if wire.changed_at(p, END) > start and matches(p, wanted[-1], END) and not p.own
            }
            assert len(due) > 5
            while True:
                async with db.reading() as connection:
                    rows = await connection.execute(select(t.mentions))
                    texts = {row["native_id"]: row["text"] for row in rows.mappings()}
                if texts == due:
                    break
                await asyncio.sleep(0.05)
            stop.set()
            await task


async def test_what_is_deleted_or_edited_later_is_followed_by_its_id(db: Database) -> None:
    made = make_world(END, sites=["x"])
    mine = [p for p in made.posts if p.network == "x" and not p.own and not p.edited]
    named = [p for p in mine if not p.deleted and "رشفان" in p.text and p.at > END - WEEK / 7]
    to_go, to_change = named[0], named[1]
    changed = replace(to_change, edited=(END + timedelta(minutes=10), "قهوة رشفان وصلت أخيرًا"))
    by_id = {
        to_go.id: replace(to_go, deleted=END + timedelta(minutes=20)),
        to_change.id: changed,
    }
    posts = tuple(by_id.get(p.id, p) if p.network == "x" else p for p in made.posts)
    async with at_site(db, "x", brand=OURS, world=replace(made, posts=posts), first=WEEK) as site:
        go, change = wire.key_of(to_go), wire.key_of(to_change)

        async def both_there() -> bool:
            return {go, change, *about_us(site)} <= set(await stored(site))

        await site.until(both_there)
        before = len(await stored(site))

        async def followed() -> bool:
            await site.clock.advance(30, sleepers=0)
            rows = await stored(site)
            return go not in rows and rows[change]["text"] == "قهوة رشفان وصلت أخيرًا"

        await site.until(followed)
        rows = await stored(site)
        assert len(rows) == before - 1  # the edit is no further row
        assert rows[change]["ref"] == wire.newest(changed, site.clock.now())
        assert rows[change]["revision"] == 2


async def test_while_x_limits_us_nothing_is_asked_and_afterwards_all_is_read(
    db: Database,
) -> None:
    limited = Fault("x", "limited", END, END + timedelta(minutes=15))
    async with at_site(db, "x", brand=OURS, first=WEEK, faults=(limited,)) as site:

        async def waits() -> bool:
            return any(row["state"] == "waiting" for row in await site.rows(t.cursors))

        await site.until(waits)
        for _ in range(28):  # fourteen minutes
            await site.clock.advance(30, sleepers=0)
            await asyncio.sleep(0.01)
        asked = [status for server, _path, status in site.urls.journal if server == "x"]
        assert set(asked) == {429}
        assert len(asked) <= 4  # reads that were on their way when the first was told

        async def all_there() -> bool:
            await site.clock.advance(30, sleepers=0)
            return set(await stored(site)) >= set(about_us(site))

        await site.until(all_there)


def test_the_demos_posts_have_the_fields_that_x_answered_with() -> None:
    recorded = body("x/search_last.json")
    unasked = {"geo", "possibly_sensitive", "source", "attachments"}
    world = make_world(END, sites=["x"])
    reply = next(p for p in world.posts if p.network == "x" and p.reply_to)
    shown = wire.post(reply, END, "tweet")
    assert {key for raw in recorded["data"] for key in raw} - unasked <= set(shown)
    assert set(shown["referenced_tweets"][0]) == {"type", "id"}
    account = body("x/account.json")["data"]
    user = wire.user(reply.author, "tweet", following=1, posts=1)
    assert set(account) <= set(user)
    assert set(account["public_metrics"]) == set(user["public_metrics"])
    lookup = body("x/lookup.json")["errors"][0]
    assert set(wire.missing("5", "tweet")) == set(lookup)


async def test_what_status_says_was_spent_is_what_x_bills(db: Database) -> None:
    caps = (Cap(10_000.0, "USD", "month"),)
    async with at_site(db, "x", brand=OURS, first=WEEK, caps=caps) as site:

        async def all_there() -> bool:
            return set(await stored(site)) >= set(about_us(site))

        await site.until(all_there)
        for _ in range(30):  # an hour of polls, counts and what is read again
            await site.clock.advance(120, sleepers=0)
            await asyncio.sleep(0.02)
        address = site.urls.sites["x"]["api_url"]

        async def agree() -> bool:
            async with db.reading() as connection:
                told = await budgets(connection, {"x"}, site.clock.now())
            (money,) = [one for one in told if one["unit"] == "USD"]
            async with httpx.AsyncClient() as client:
                bill = (await client.get(f"{address}/bill")).json()
            assert bill["served"] > 1.2 * bill["items"]  # much was read more than once
            return bool(round(money["used"], 4) == round(bill["usd"], 4))

        await site.until(agree)


async def test_where_the_money_ends_reading_stops_and_no_more_is_billed(db: Database) -> None:
    caps = (Cap(1.0, "USD", "month"),)
    async with at_site(db, "x", brand=OURS, first=WEEK, caps=caps) as site:
        address = site.urls.sites["x"]["api_url"]

        async def held() -> bool:
            rows = await site.rows(t.cursors)
            return any("USD of 1" in (row["why"] or "") for row in rows)

        await site.until(held)
        for _ in range(30):
            await site.clock.advance(120, sleepers=0)
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient() as client:
            assert 0 < (await client.get(f"{address}/bill")).json()["usd"] <= 1.0


async def test_what_the_stream_brings_is_booked_as_x_bills_it_and_no_more_than_the_budget(
    db: Database,
) -> None:
    """Bursts of a busy day, over two lines: the second finds the books as the first left them."""
    world, clock = make_world(END, sites=["x"]), SteeredClock(END - timedelta(hours=44))
    async with db.writing() as connection:
        ids = await sync_brands(connection, [OURS], clock.now())
    intake = Intake(
        Matcher([OURS]).match,
        partial(add, brand_ids=ids, key=b"k" * 32),
        partial(erase, key=b"k" * 32),
        nothing,
    )
    async with simulated(world, clock.now, sites=["x"]) as urls, httpx.AsyncClient() as client:
        address = urls.sites["x"]["api_url"]
        stream = XStream(f"{address}/tweets/search/stream")
        source = StreamSource(stream, [QUERY], idle=21.0, flush=0.02, replay=None)
        each = sum(cost.amount for cost in stream.cost() if cost.of == "money")
        assert each == pytest.approx(0.02)

        async def billed() -> float:
            return float((await client.get(f"{address}/bill")).json()["usd"])

        async def books() -> tuple[float, float, str | None]:
            async with db.reading() as connection:
                told = await budgets(connection, {"x"}, clock.now())
            (money,) = [one for one in told if one["unit"] == "USD"]
            return round(money["used"], 4), money["reserved"], money["stopped_until"]

        for most in (2.0, 100.0, 100.0):  # three dollars are needed to open it
            caps = (Cap(most, "USD", "month"),)
            budget = Budget(db, clock, "x", X().about.allowances, caps)
            async with db.writing() as connection:
                await budget.begin(connection, "", Plan())
            follower = Follower(
                source, db, intake, clock, tab=Tab(stream, budget, clock, lambda: ""),
                credentials=Fixed(Credential("x", {"token": TOKEN})),
            )  # fmt: skip
            stop = asyncio.Event()
            task = asyncio.create_task(follower.run(stop))
            before = await billed()

            async def booked(before: float = before, most: float = most) -> bool:
                now = await billed()
                return most == 2.0 or (now > before and (await books())[0] == round(now, 4))

            async with asyncio.timeout(30):
                for _ in range(12):  # it may be connected late
                    await asyncio.sleep(1.0)
                    clock.jump(timedelta(minutes=30))
                    if most == 2.0 or await billed() > before:
                        break
                while not await booked():  # noqa: ASYNC110 (the site's books set no event)
                    await asyncio.sleep(0.05)
            stop.set()
            await task
            used, reserved, stopped = await books()
            assert (used, reserved) == (round(await billed(), 4), 0)
            assert (used > 0, stopped is None) == (most > 2, most > 2)
