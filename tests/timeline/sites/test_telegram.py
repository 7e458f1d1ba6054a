"""The collector over a simulated Bot API, which forgets what an offset has confirmed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import event, select

from listener.collecting.intake import Intake
from listener.collecting.push_in import Caller, PushIn
from listener.collecting.source import Source
from listener.demo.posts import Post
from listener.demo.sites import telegram
from listener.demo.sites.telegram import KEPT, MEMBERS, TOKEN, Site
from listener.demo.world import BRAND, Fault
from listener.matching.matcher import Matcher
from listener.networks.signatures import token_of
from listener.networks.telegram import Telegram
from listener.records import Account
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database
from tests.served import serving as served
from tests.timeline.at_sites import END, AtSite, at_site, nothing
from tests.timeline.sites.places import DAY, later, lived, remembered, settled
from tests.upstream import Bench, serving, upstream

OURS = replace(BRAND, accounts=(("telegram", "rashfan"), ("telegram", "rashfan_talk")))
CHANNEL = (Account(BRAND.name, "rashfan"),)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Site]:
    """The site, once it is open."""
    return remembered(monkeypatch, "telegram")


def told(site: Site, *, since: Any, until: Any) -> dict[str, Post]:
    """What the bot was told of between two times, by the id that its mention has."""
    return {site.key(t.post): t.post for t in site.updates if since < t.at <= until}


async def stored(site: AtSite) -> set[str]:
    rows = [*await site.rows(), *await site.rows(t.own_posts)]
    return {row["native_id"] for row in rows}


async def test_what_the_bot_is_told_is_stored_and_only_then_forgotten(
    db: Database, opened: list[Site]
) -> None:
    async with at_site(db, "telegram", accounts=CHANNEL, brand=OURS) as site:
        await settled(site)
        there = told(opened[0], since=END - KEPT, until=END)
        assert len(there) > 10
        rows = {row["native_id"]: row for row in await site.rows()}
        ours = {row["native_id"]: row for row in await site.rows(t.own_posts)}
        assert rows.keys() | ours.keys() == there.keys()
        assert ours.keys() >= {key for key, post in there.items() if post.own}
        for key, post in there.items():
            if key not in rows or post.own:
                continue
            row = rows[key]
            assert row["text"] == post.text_at(END)
            assert row["created_at"] == post.at.replace(microsecond=0)
            assert row["author_handle"] == post.author.handle
            assert set(row["hashtags"]) == set(post.hashtags)
            if post.reply_to is not None:  # a comment under the channel's own post
                assert row["parent_id"] == opened[0].key(post.reply_to)
        assert opened[0].forgotten == telegram.FIRST + 1 + max(
            n for n, update in enumerate(opened[0].updates) if update.at <= END
        )


async def test_nothing_is_lost_where_a_page_is_not_stored(db: Database, opened: list[Site]) -> None:
    """The database fails at the first page, again and again: nothing was confirmed meanwhile."""
    broken, tries = True, 0

    def fail(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal tries
        if broken and statement.lstrip().upper().startswith("INSERT INTO MENTIONS"):
            tries += 1
            raise OSError("disk full")

    event.listen(db.write.sync_engine, "before_cursor_execute", fail)
    try:
        async with at_site(db, "telegram", accounts=(), brand=OURS) as site:
            await settled(site)
            await later(site, timedelta(minutes=10), timedelta(minutes=2))
            assert tries > 1
            assert opened[0].forgotten == 0
            assert not await site.rows()
            broken = False
            await later(site, timedelta(minutes=10), timedelta(minutes=2))
            now = site.clock.now()
            assert await stored(site) >= told(opened[0], since=now - KEPT, until=now).keys()
    finally:
        event.remove(db.write.sync_engine, "before_cursor_execute", fail)


async def test_a_restart_goes_on_without_a_hole(db: Database, opened: list[Site]) -> None:
    world = lived("telegram")
    async with at_site(db, "telegram", accounts=(), brand=OURS, world=world) as site:
        await settled(site)
        first = await stored(site)
    assert first
    forgotten = opened[0].forgotten
    world = replace(world, end=world.end + timedelta(hours=20))  # 20 hours later, all at once
    async with at_site(db, "telegram", accounts=(), brand=OURS, world=world) as site:
        opened[1].forgotten = forgotten
        await settled(site)
        later_on = told(opened[1], since=world.end - timedelta(hours=20), until=world.end)
        assert later_on
        assert await stored(site) == first | later_on.keys()


async def test_a_limit_waits_as_long_as_the_body_says(db: Database, opened: list[Site]) -> None:
    fault = Fault("telegram", "limited", END - DAY, END - DAY + timedelta(hours=1))
    world = lived("telegram", fault)
    async with at_site(
        db, "telegram", accounts=(), brand=OURS, world=world, faults=(fault,)
    ) as site:
        await settled(site)
        (row,) = await site.rows(t.cursors)
        assert (row["state"], row["why"]) == (
            "waiting", "HTTP 429: Too Many Requests: retry after 2",
        )  # fmt: skip
        assert not await site.rows()
        await later(site, timedelta(hours=2), timedelta(minutes=30))
        assert await stored(site)


async def test_a_webhook_that_is_set_is_told_and_the_token_never(
    db: Database, opened: list[Site], caplog: pytest.LogCaptureFixture
) -> None:
    async with at_site(
        db, "telegram", accounts=CHANNEL, brand=OURS, world=lived("telegram")
    ) as site:
        opened[0].callback = "https://elsewhere.example/"
        await settled(site)
        await later(site, timedelta(minutes=30), timedelta(minutes=10))
        rows = {row["read"]: row for row in await site.rows(t.cursors)}
        assert "deleteWebhook" in rows["mentions"]["why"]
        assert TOKEN not in str(rows) + caplog.text
        assert TOKEN.partition(":")[2] not in str(rows) + caplog.text
        (figure,) = await site.rows(t.figures)
        assert (figure["measure"], figure["value"]) == ("followers", MEMBERS)


async def test_a_wrong_token_is_a_sign_in_that_is_refused(db: Database) -> None:
    options = {"token": "110201543:wrong"}
    async with at_site(db, "telegram", accounts=(), brand=OURS, options=options) as site:
        await settled(site)
        await asyncio.sleep(0)
        (row,) = await site.rows(t.cursors)
        assert (row["state"], row["why"].partition(";")[0]) == ("refused", "HTTP 401")


async def test_a_backfill_takes_no_updates_away(db: Database) -> None:
    """What it stores never alerts, and what it asks for next forgets what was before."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"ok": True, "result": []})

    async with serving(answer) as url:
        network: Any = Telegram(api_url=url)
        telegram_source = Source(network, network.reads([], []))
        async with upstream() as plain:
            bench = Bench(db, plain, beside=[telegram_source])
            await (await bench.collector()).backfill(END - 7 * DAY, asyncio.Event())
    assert plain.asked
    assert asked == []


async def test_a_pushed_message_is_stored_before_telegram_is_told_so(
    db: Database, opened: list[Site]
) -> None:
    world = lived("telegram")
    site = Site(world, lambda: world.end)
    async with db.writing() as connection:
        ids = await sync_brands(connection, [OURS], world.end)
    key = b"k" * 32
    intake = Intake(
        Matcher([OURS]).match,
        partial(add, brand_ids=ids, key=key),
        partial(erase, key=key),
        nothing,
    )
    accounts = list(CHANNEL)
    caller = Caller(Telegram(push=True), accounts, secret=lambda: "s3cret")  # type: ignore[arg-type]
    route = PushIn(db, {"telegram": caller}, intake, lambda: world.end)
    shown = {"X-Telegram-Bot-Api-Secret-Token": token_of("s3cret", "telegram")}
    recent = [(n, u) for n, u in enumerate(site.updates) if world.end - DAY < u.at <= world.end]
    async with served(*route.routes()) as door:
        for number, update in recent:
            body = {"update_id": number, update.kind: site.message(update)}
            for headers, status in (({}, 403), (shown, 200)):
                answer = await door.client.post("/push/telegram", json=body, headers=headers)
                assert (answer.status_code == 200) == (status == 200)
    async with db.reading() as connection:
        rows = [*(await connection.execute(select(t.mentions.c.native_id))).scalars()]
        rows += [*(await connection.execute(select(t.own_posts.c.native_id))).scalars()]
    assert set(rows) == {site.key(update.post) for _number, update in recent}
