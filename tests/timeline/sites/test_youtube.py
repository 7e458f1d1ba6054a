"""The collector over YouTube as the world shows it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.demo import youtube_wire as wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.sites import open_site, youtube
from listener.demo.sites.youtube import CHANNEL, Site
from listener.demo.world import BRAND, World, make_world
from listener.demo.youtube_wire import Placed
from listener.records import Account
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, AtSite, at_site

BY_ID = (Account(BRAND.name, "rashfan", id=CHANNEL),)
KNOWN = replace(BRAND, accounts=(("youtube", "rashfan"), ("youtube", CHANNEL)))
BY_HANDLE = replace(BRAND, accounts=(("youtube", "rashfan"),))
WORLD = make_world(END, sites=["youtube"])
PLACED = wire.place([post for post in WORLD.posts if post.network == "youtube"])


def shown(site: AtSite, *, own: bool = False) -> dict[str, Placed]:
    """By id: what the site shows, of other people or of the brand."""
    now = site.clock.now()
    opened = open_site("youtube", site.world, site.clock.now)
    assert isinstance(opened, Site)
    return {one.id: one for one in opened.seen(now) if one.post.own == own}


def closed(one: Placed) -> bool:
    return one.under is None and wire.comments_off(one.post)


async def stored(site: AtSite, table: Any = t.mentions) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in await site.rows(table)}


async def cursors(site: AtSite) -> list[dict[str, Any]]:
    return await site.rows(t.cursors)


async def settled(site: AtSite) -> None:
    """Once nothing more is asked for."""
    asked, still = -1, 0
    async with asyncio.timeout(60):
        while still < 30:
            await asyncio.sleep(0.02)
            still = still + 1 if len(site.urls.journal) == asked else 0
            asked = len(site.urls.journal)


def paths(site: AtSite) -> list[str]:
    return [path for _server, path, _status in site.urls.journal]


async def test_what_people_write_is_stored_as_it_is_shown_and_nothing_else(db: Database) -> None:
    async with at_site(db, "youtube", accounts=BY_ID, brand=KNOWN, world=WORLD) as site:
        await settled(site)
        rows, expected = await stored(site), shown(site)
        assert rows.keys() == expected.keys()
        for key, one in expected.items():
            row = rows[key]
            assert row["text"].replace("\n", " ") == one.post.text_at(END)
            assert row["created_at"] == one.post.at.replace(microsecond=0)
            assert row["author_id"] == wire.channel_id(one.post.author)
            assert (row["parent_id"], row["thread_id"]) == (one.parent or one.under, one.under)
            assert row["likes"] == one.post.likes
            assert row["author_handle"] == one.post.author.handle  # a video does not tell it
            link = f"https://www.youtube.com/watch?v={one.under or key}"
            assert row["url"] == (f"{link}&lc={key}" if one.under else link)
        ours, mine = await stored(site, t.own_posts), shown(site, own=True)
        assert ours.keys() == mine.keys()
        assert {row["kind"] for row in ours.values()} == {"post", "reply"}


async def test_replies_beyond_those_of_a_thread_are_read_for_themselves(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(youtube, "SHOWN", 0)
    async with at_site(db, "youtube", accounts=BY_ID, brand=KNOWN, world=WORLD) as site:
        await settled(site)
        answers = {key for key, one in shown(site, own=True).items() if one.parent}
        assert answers
        asked = " ".join(paths(site))
        assert all(f"parentId={shown(site, own=True)[key].parent}" in asked for key in answers)
        assert answers <= (await stored(site, t.own_posts)).keys()
        assert (await stored(site)).keys() == shown(site).keys()


async def test_a_handle_in_the_settings_is_enough(db: Database) -> None:
    async with at_site(db, "youtube", brand=BY_HANDLE, world=WORLD) as site:
        await settled(site)
        assert (await stored(site)).keys() == shown(site).keys()
        assert (await stored(site, t.own_posts)).keys() == shown(site, own=True).keys()
        figures = {(r["measure"], r["value"]) for r in await site.rows(t.figures)}
        assert ("followers", 41_800) in figures


async def test_what_is_deleted_or_edited_there_follows_here(db: Database) -> None:
    changing = [one for one in PLACED if not one.post.own and (one.post.deleted or one.post.edited)]
    last = max(one.post.deleted or one.post.at for one in changing if one.post.deleted)
    before = World(last - timedelta(minutes=1), WORLD.posts, (), WORLD.left, WORLD.cast)
    async with at_site(db, "youtube", accounts=BY_ID, brand=KNOWN, world=before) as site:
        await settled(site)
        there = shown(site)
        leaving = {k for k, one in there.items() if one.post.deleted and one.post.deleted <= END}
        assert leaving
        assert leaving <= (await stored(site)).keys()
        for _ in range(6):  # two turns of the round, and a second look at what is missing
            await site.clock.advance(3600)
            await settled(site)
        rows = await stored(site)
        now = shown(site)
        assert {key for key in leaving if key in rows and rows[key]["gone_at"] is None} == set()
        kept = {key: row for key, row in rows.items() if row["gone_at"] is None}
        assert kept.keys() <= now.keys()
        assert all(
            row["text"].replace("\n", " ") == now[key].post.text_at(site.clock.now())
            for key, row in kept.items()
        )


async def test_a_video_whose_comments_are_off_is_no_trouble_of_what_found_it(db: Database) -> None:
    async with at_site(db, "youtube", accounts=BY_ID, brand=KNOWN, world=WORLD) as site:
        await settled(site)
        silent = [key for key, one in shown(site).items() if closed(one)]
        assert silent
        assert not any(f"videoId={key}" in path for key in silent for path in paths(site))
        assert {row["state"] for row in await cursors(site)} <= {"ok", "new"}


async def test_a_named_video_whose_comments_are_off_is_told_with_its_reason(db: Database) -> None:
    silent = next(one for one in PLACED if closed(one) and not one.post.deleted)
    options = {"videos": [silent.id]}
    async with at_site(
        db, "youtube", accounts=BY_ID, brand=KNOWN, options=options, world=WORLD
    ) as site:
        await settled(site)
        (row,) = [row for row in await cursors(site) if row["read"] == f"mentions:{silent.id}"]
        assert row["why"] == "HTTP 403: comments are turned off there"
        others = [row for row in await cursors(site) if row is not row]
        assert all(other["state"] == "ok" for other in others)


@pytest.mark.parametrize(("what", "most"), [("UNITS", 20), ("SEARCHES", 1)])
async def test_a_spent_quota_waits_for_midnight_in_california(
    db: Database, monkeypatch: pytest.MonkeyPatch, what: str, most: int
) -> None:
    monkeypatch.setattr(youtube, what, most)
    async with at_site(db, "youtube", accounts=BY_ID, brand=KNOWN, world=WORLD) as site:
        await settled(site)
        waiting = [row for row in await cursors(site) if row["state"] == "waiting"]
        assert waiting
        midnight = END + timedelta(hours=11)  # it is one o'clock in the afternoon there
        for row in waiting:
            assert midnight <= row["next_try"] <= midnight + timedelta(seconds=31)
        asked = len(site.urls.journal)
        await site.clock.advance(1800)
        await settled(site)
        new = paths(site)[asked:]
        if what == "UNITS":
            assert new == []  # silence till then
        else:  # comments have units of their own
            assert {row["read"].partition(":")[0] for row in waiting} <= {"search", "hashtag"}
            assert new
            assert not any("/search?" in path for path in new)


async def test_a_wrong_key_is_said_to_be_wrong_and_nothing_is_asked_again(db: Database) -> None:
    options = {"key": "AIzaOfSomebodyElse"}
    async with at_site(
        db, "youtube", accounts=BY_ID, brand=KNOWN, options=options, world=WORLD
    ) as site:
        await settled(site)
        rows = await cursors(site)
        assert {row["state"] for row in rows if row["read"] != "refresh"} == {"refused"}
        assert any("API key not valid" in (row["why"] or "") for row in rows)
        asked = len(site.urls.journal)
        await site.clock.advance(600)
        await settled(site)
        assert len(site.urls.journal) == asked


def test_the_site_shows_every_field_of_recorded_answers() -> None:
    videos = [one for one in PLACED if one.under is None]
    comments = [one for one in PLACED if one.under and not one.parent]
    replies = [one for one in PLACED if one.parent]

    def fields(made: Any, was: Any, *left: str) -> None:
        assert set(was) - set(made) == set(left)

    item = wire.video_item(videos[0], END, 3)
    was = body("youtube/videos.json")["items"][0]
    fields(item["snippet"], was["snippet"], "defaultLanguage")  # few say it
    fields(item["statistics"], was["statistics"])
    found, was = wire.found(videos[0], END), body("youtube/search_first.json")["items"][0]
    fields(found, was)
    fields(found["snippet"], was["snippet"])
    thread = wire.thread_item(comments[0], END, replies[:1], plain=True, shown=5)
    was = body("youtube/threads_replies.json")["items"][0]
    fields(thread, was)
    fields(thread["snippet"], was["snippet"])
    top = thread["snippet"]["topLevelComment"]["snippet"]
    fields(top, was["snippet"]["topLevelComment"]["snippet"])
    fields(thread["replies"]["comments"][0]["snippet"], was["replies"]["comments"][0]["snippet"])
    below = wire.comment_item(replies[0], END, plain=True, in_thread=False)
    fields(below["snippet"], body("youtube/replies.json")["items"][0]["snippet"])
    channel, was = wire.channel_item(BRAND_PERSON, []), body("youtube/channel.json")["items"][0]
    fields(channel["statistics"], was["statistics"], "commentCount")  # no longer sent
