"""The collector over Reddit as the world shows it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.demo import reddit_wire as wire
from listener.demo.reddit_wire import Placed
from listener.demo.sites import open_site, reddit
from listener.demo.sites.reddit import REFRESH, Site
from listener.demo.world import BRAND, World, make_world
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, AtSite, at_site

WORLD = make_world(END, sites=["reddit"])
PLACED = wire.place([post for post in WORLD.posts if post.network == "reddit"])
UNREAD = ("from", "from_id", "from_kind", "suggested_sort")
KNOWN = replace(BRAND, accounts=(("reddit", "rashfan"),))
OURS = {"inbox": True, "refresh_token": REFRESH}


def shown(site: AtSite, *, own: bool = False) -> dict[str, Placed]:
    """By fullname: what stands there, of other people or of the brand."""
    opened = open_site("reddit", site.world, site.clock.now)
    assert isinstance(opened, Site)
    return {one.name: one for one in opened.seen(site.clock.now()) if one.post.own == own}


def whole(text: str) -> str:
    """A title and what stands below it are what was written."""
    return text.replace("\n", "، ")


async def stored(site: AtSite, table: Any = t.mentions) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in await site.rows(table)}


async def cursors(site: AtSite) -> dict[str, dict[str, Any]]:
    return {row["read"]: row for row in await site.rows(t.cursors)}


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


@pytest.mark.parametrize("options", [{}, OURS], ids=["app", "account"])
async def test_what_people_write_is_stored_as_it_is_shown_and_nothing_else(
    db: Database, options: dict[str, Any]
) -> None:
    week = timedelta(days=7)
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD, options=options, first=week) as site:
        await settled(site)
        rows, expected = await stored(site), shown(site)
        assert rows.keys() == expected.keys()
        for key, one in expected.items():
            row = rows[key]
            assert whole(row["text"]) == one.post.text_at(END)
            assert row["created_at"] == one.post.at.replace(microsecond=0)
            assert row["author_handle"] == one.post.author.handle
            assert (row["parent_id"], row["thread_id"]) == (one.parent, one.under)
            assert row["likes"] == one.post.likes
            assert row["url"].startswith(f"https://www.reddit.com/r/{wire.COMMUNITY}/comments/")
        ours, mine = await stored(site, t.own_posts), shown(site, own=True)
        assert ours.keys() == mine.keys()
        counted = [row for row in await site.rows(t.figures) if not row["post_id"]]
        figures = {(row["measure"], row["value"]) for row in counted}
        assert figures == {("followers", 41_800)}
        assert ("/message/inbox" in " ".join(paths(site))) == bool(options)


async def test_tokens_are_asked_for_and_renewed_before_they_end(db: Database) -> None:
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD) as site:
        await settled(site)
        grants = [path for path in paths(site) if "access_token" in path]
        assert len(grants) == 1
        await site.clock.advance(23.5 * 3600)  # a token lasts a day
        for _ in range(6):
            await settled(site)
            await site.clock.advance(600)
        await settled(site)
        grants = [path for path in paths(site) if "access_token" in path]
        assert len(grants) == 2
        assert not [s for _server, path, s in site.urls.journal if s == 401]


async def test_what_is_deleted_or_edited_there_follows_here_within_two_days(db: Database) -> None:
    changing = [o for o in PLACED if not o.post.own and (o.post.deleted or o.post.edited)]
    last = max(one.post.deleted for one in changing if one.post.deleted)
    before = World(last - timedelta(minutes=1), WORLD.posts, (), WORLD.left, WORLD.cast)
    async with at_site(db, "reddit", brand=KNOWN, world=before, first=timedelta(days=7)) as site:
        await settled(site)
        there = shown(site)
        leaving = {key for key, one in there.items() if one.post.deleted}
        assert leaving & (await stored(site)).keys()
        for _ in range(6):  # the network is asked again every half an hour
            await site.clock.advance(1800)
            await settled(site)
        now, rows = shown(site), await stored(site)
        kept = {key: row for key, row in rows.items() if row["gone_at"] is None}
        assert kept.keys() == now.keys()
        assert all(
            whole(r["text"]) == now[k].post.text_at(site.clock.now()) for k, r in kept.items()
        )
        assert not any("[deleted]" in (row["text"] or "") for row in rows.values())
        lost = [rows[key] for key in leaving if key in rows and key not in now]
        assert all(row["author_handle"] is None and row["author_id"] is None for row in lost)


async def test_a_community_that_is_not_there_or_banned_is_told_and_holds_nothing_up(
    db: Database,
) -> None:
    options = {"subreddits": [wire.COMMUNITY, "nosuchplace", "banned"]}
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD, options=options) as site:
        await settled(site)
        states = await cursors(site)
        assert "there is no r/nosuchplace" in states["feed:nosuchplace"]["why"]
        assert states["feed:banned"]["why"].startswith("HTTP 404")
        assert states[f"feed:{wire.COMMUNITY}"]["state"] == "ok"
        assert not [path for path in paths(site) if "before=" in path]


async def test_a_limit_that_is_used_up_is_rested_for_as_long_as_the_network_says(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reddit, "MOST", 6)
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD) as site:
        await settled(site)
        asked = [path for path in paths(site) if "access_token" not in path]
        assert len(asked) <= 6 + 4  # those that were under way
        await site.clock.advance(300)
        await settled(site)
        assert len([path for path in paths(site) if "access_token" not in path]) == len(asked)
        await site.clock.advance(340)  # and up to half a minute, so that not all come back at once
        await settled(site)
        assert len([path for path in paths(site) if "access_token" not in path]) > len(asked)


async def test_an_app_alone_may_not_read_the_inbox_and_hears_why(db: Database) -> None:
    options = {"inbox": True, "refresh_token": "of-somebody-else"}
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD, options=options) as site:
        await settled(site)
        states = await cursors(site)
        states.pop("refresh")  # nothing is here to be asked for again
        assert {row["state"] for row in states.values()} == {"refused"}
        assert any("networks.reddit.refresh_token" in (r["why"] or "") for r in states.values())


async def test_a_client_that_does_not_say_who_it_is_is_turned_away_with_what_to_write(
    db: Database,
) -> None:
    options = {"user_agent": "python-requests/2.31"}
    async with at_site(db, "reddit", brand=KNOWN, world=WORLD, options=options) as site:
        await settled(site)
        assert any("check user_agent" in (r["why"] or "") for r in (await cursors(site)).values())


def test_the_site_shows_every_field_of_recorded_answers() -> None:
    posts = [one for one in PLACED if one.under is None]
    comments = [one for one in PLACED if one.under]

    def fields(made: Any, name: str, *left: str) -> None:
        was = body(name)["data"]["children"][0]["data"]
        assert set(was) - set(made["data"]) == set(left)

    post = wire.thing(posts[0], END, raw=True)
    fields(post, "reddit/new_first.json", *UNREAD)
    comment = wire.thing(comments[0], END, raw=True)
    fields(comment, "reddit/comments.json")
    fields(wire.in_inbox(comment, "rashfan"), "reddit/inbox_first.json")
