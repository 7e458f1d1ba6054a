"""The collector over a simulated TikTok: the brand's videos and numbers, tokens that rotate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.tiktok import FIRST, Site, _video, views
from listener.demo.world import make_world
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.demo.test_servers import same, shape
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.meta import HOUR, asked, cursors, later, measured, settled

WEEK = timedelta(days=9)


def video(post: Post) -> bool:
    return post.own and post.reply_to is None


async def test_the_brands_videos_and_their_numbers_are_what_is_stored(db: Database) -> None:
    async with at_site(db, "tiktok", first=WEEK, options={"limit": 3}) as site:
        await settled(site, children=False)
        written = site.written(video)
        assert len(written) > 5
        rows = {row["native_id"]: row for row in await site.rows(t.own_posts)}
        assert rows.keys() == written.keys()
        told = await measured(site)
        for key, post in written.items():
            assert told[key, "likes"] == post.likes
            assert told[key, "comments"] == post.replies
            assert told[key, "shares"] == post.shares
            assert told[key, "views"] == views(post)
        assert told["", "followers"] == BRAND_PERSON.followers
        assert told["", "posts"] == len(written)
        assert {row["native_id"] for row in await site.rows()} <= written.keys()


async def test_a_token_is_renewed_by_tokens_that_are_good_once(db: Database) -> None:
    async with at_site(db, "tiktok") as site:
        await settled(site, children=False)
        await later(site, 5 * HOUR, children=False)
        assert 3 <= len(asked(site, "/oauth/token/")) <= 6
        assert {status for _n, _p, status in site.urls.journal} == {200}
        assert {row["state"] for row in (await cursors(site)).values()} == {"ok"}
        (kept,) = await site.rows(t.credentials)
        assert FIRST not in str(kept["tokens"])


async def test_a_scope_that_was_not_granted_stops_its_own_read_alone(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "scopes", frozenset({"user.info.basic", "user.info.stats"}))
    async with at_site(db, "tiktok") as site:
        await settled(site, children=False)
        rows = await cursors(site)
        assert "did not authorize video.list" in rows["own_posts:rashfan"]["why"]
        assert rows["figures:rashfan"]["state"] == "ok"
        assert await site.rows(t.figures)


async def test_a_limit_is_waited_out_and_nothing_is_lost(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "most", 2)
    async with at_site(db, "tiktok", first=WEEK, options={"limit": 2}) as site:
        await settled(site, children=False)
        assert any(status == 429 for _n, _p, status in site.urls.journal)
        await later(site, HOUR, timedelta(minutes=2), children=False)
        rows = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert rows == site.written(video).keys()


def test_the_site_tells_the_documented_fields() -> None:
    site = Site(make_world(END, sites=["tiktok"]), lambda: END)
    told = shape([_video(post, END) for post in site.videos()])
    assert same(shape(body("tiktok/videos_first.json")["data"]["videos"]), told) == []
