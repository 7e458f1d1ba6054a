"""The collector over YouTube as the world shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from listener.demo import youtube_wire as wire
from listener.demo.sites import open_site, youtube
from listener.demo.sites.youtube import CHANNEL, Site
from listener.demo.world import BRAND, make_world
from listener.records import Account
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, AtSite, at_site

BY_ID = (Account(BRAND.name, "rashfan", id=CHANNEL),)


def shown(site: AtSite) -> dict[str, str]:
    """Id to text of what other people wrote and the site shows."""
    now = site.clock.now()
    world = open_site("youtube", site.world, site.clock.now)
    assert isinstance(world, Site)
    return {one.id: one.post.text_at(now) for one in world._seen(now) if not one.post.own}


async def stored(site: AtSite) -> dict[str, str]:
    return {row["native_id"]: row["text"] for row in await site.rows()}


async def states(site: AtSite) -> list[str]:
    async with site.db.reading() as connection:
        return list((await connection.execute(select(t.cursors.c.state))).scalars())


async def test_what_people_write_is_stored_as_it_is_shown_and_nothing_else(db: Database) -> None:
    async with at_site(db, "youtube", accounts=BY_ID) as site:
        expected = shown(site)

        async def all_there() -> bool:
            return set(await stored(site)) == set(expected)

        await site.until(all_there)
        assert await stored(site) == expected
        kinds = {row["kind"] for row in await site.rows()}
        assert kinds == {"post", "comment"}  # all replies are the brand's own answers here
        rows = {row["native_id"]: row for row in await site.rows()}
        under = next(o for o in wire.place(_posts(site)) if o.under and o.id in rows)
        row = rows[under.id]
        assert row["url"] == f"https://www.youtube.com/watch?v={under.under}&lc={under.id}"
        assert (row["author_handle"], row["thread_id"]) == (under.post.author.handle, under.under)


def _posts(site: AtSite) -> list[Any]:
    mine = [post for post in site.world.posts if post.network == "youtube"]
    return sorted(mine, key=lambda post: post.at)


def _closed(one: wire.Placed) -> bool:
    return one.under is None and wire.comments_off(one.post)


async def test_a_handle_in_the_settings_is_enough(db: Database) -> None:
    async with at_site(db, "youtube") as site:
        expected = set(shown(site))

        async def all_there() -> bool:
            return set(await stored(site)) == expected

        await site.until(all_there)
        asked = " ".join(path for _server, path, _status in site.urls.journal)
        assert f"allThreadsRelatedToChannelId={CHANNEL}" in asked
        assert f"playlistId=UU{CHANNEL[2:]}" in asked


async def test_what_is_deleted_or_edited_there_follows_here(db: Database) -> None:
    world = make_world(END, sites=["youtube"])
    mine = [post for post in world.posts if post.network == "youtube" and not post.own]
    before = max(p.deleted for p in mine if p.deleted) - timedelta(seconds=1)
    placed = {one.post.native: one for one in wire.place(sorted(mine, key=lambda p: p.at))}
    leaves = {placed[p.native].id for p in mine if p.deleted and p.native in placed}
    async with at_site(db, "youtube", accounts=BY_ID, world=world) as site:
        await site.clock.settled(1)
        assert before < END
        assert not leaves & set(await stored(site))


async def test_a_video_whose_comments_are_off_is_no_error_of_what_found_it(db: Database) -> None:
    async with at_site(db, "youtube", accounts=BY_ID) as site:
        closed = [
            o for o in wire.place(_posts(site)) if o.under is None and wire.comments_off(o.post)
        ]
        assert closed

        async def read() -> bool:
            return len(await stored(site)) == len(shown(site))

        await site.until(read)
        asked = {path for _server, path, _status in site.urls.journal}
        assert not any(f"videoId={one.id}" in path for one in closed for path in asked)
        assert set(await states(site)) <= {"ok", "new"}


async def test_a_named_video_whose_comments_are_off_is_refused_with_the_reason(
    db: Database,
) -> None:
    world = make_world(END, sites=["youtube"])
    placed = wire.place(
        sorted((p for p in world.posts if p.network == "youtube"), key=lambda p: p.at)
    )
    closed = next(
        o for o in placed if o.under is None and wire.comments_off(o.post) and not o.post.deleted
    )
    options = {"videos": [closed.id]}
    async with at_site(db, "youtube", accounts=BY_ID, options=options, world=world) as site:

        async def told() -> bool:
            rows = await site.rows(t.cursors)
            return any(row["why"] and "turned off" in row["why"] for row in rows)

        await site.until(told)


@pytest.mark.parametrize(("what", "most"), [("UNITS", 20), ("SEARCHES", 1)])
async def test_a_spent_quota_waits_for_midnight_in_california(
    db: Database, monkeypatch: pytest.MonkeyPatch, what: str, most: int
) -> None:
    monkeypatch.setattr(youtube, what, most)
    async with at_site(db, "youtube", accounts=BY_ID) as site:

        async def waiting() -> bool:
            return "waiting" in await states(site)

        await site.until(waiting)
        await site.clock.settled(2)
        rows = [r for r in await site.rows(t.cursors) if r["state"] == "waiting"]
        midnight = END + timedelta(hours=11)  # 13:00 in California
        for row in rows:
            assert midnight <= row["next_try"] <= midnight + timedelta(seconds=31)
        asked = len(site.urls.journal)
        if what == "SEARCHES":  # comments have units of their own
            assert {row["kind"] or row["read"].partition(":")[0] for row in rows} == {"search"}
        await site.clock.advance(3600)
        assert what == "SEARCHES" or len(site.urls.journal) == asked  # silence till then


def test_the_site_shows_every_field_of_recorded_answers() -> None:
    world = make_world(END, sites=["youtube"])
    site = open_site("youtube", world, lambda: END)
    assert isinstance(site, Site)
    videos = [one for one in site.placed if one.under is None]
    comments = [one for one in site.placed if one.under and not one.parent]
    replies = [one for one in site.placed if one.parent]

    def fields(made: Any, was: Any) -> None:
        left = {"thumbnails", "localized", "defaultLanguage", "channelId"}  # of some, or cut off
        assert set(was) - set(made) - left == set()

    video = wire.video_item(videos[0], END, 3)
    for key in ("snippet", "statistics"):
        fields(video[key], body("youtube/videos.json")["items"][0][key])
    found = wire.found(videos[0], END)
    fields(found, body("youtube/search_first.json")["items"][0])
    fields(found["snippet"], body("youtube/search_first.json")["items"][0]["snippet"])
    thread = wire.thread_item(comments[0], END, replies[:1], plain=True, shown=5)
    was = body("youtube/threads_replies.json")["items"][0]
    fields(thread, was)
    fields(thread["snippet"], was["snippet"])
    fields(
        thread["snippet"]["topLevelComment"]["snippet"],
        was["snippet"]["topLevelComment"]["snippet"],
    )
    fields(thread["replies"]["comments"][0]["snippet"], was["replies"]["comments"][0]["snippet"])
    below = wire.comment_item(replies[0], END, plain=True, in_thread=False)
    fields(below["snippet"], body("youtube/replies.json")["items"][0]["snippet"])
    fields(wire.channel_item(CHANNEL, [])["statistics"] | {"commentCount": 0},
           body("youtube/channel.json")["items"][0]["statistics"])  # fmt: skip
