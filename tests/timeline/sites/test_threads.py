"""The collector over a simulated Threads: what is found, said to the brand, and below its posts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.demo.graph_site import GraphSite
from listener.demo.posts import Post
from listener.demo.sites.threads import USER, Site
from listener.demo.world import Fault
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.meta import (
    HOUR,
    asked,
    before_a_deletion,
    comment,
    cursors,
    ending,
    later,
    measured,
    own,
    root,
    settled,
)  # fmt: skip


def shown(post: Post) -> bool:
    return post.rating is None and not post.own


def media(post: Post) -> bool:
    return post.reply_to is None and post.rating is None


async def test_what_threads_shows_of_the_brand_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "threads") as site:
        await settled(site)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert ours == site.written(own).keys()
        rows = {row["native_id"]: row for row in await site.rows()}
        written = site.written(shown)
        assert rows.keys() - ours == written.keys()
        for key, post in written.items():
            row = rows[key]
            assert row["text"] == post.text_at(END)
            assert row["created_at"] == post.at.replace(microsecond=0)
            assert row["author_handle"] == post.author.handle
            assert row["kind"] == ("post" if post.reply_to is None else "reply")
            if post.reply_to is not None:
                assert (row["parent_id"], row["thread_id"]) == (
                    post.reply_to.native, root(post).native,
                )  # fmt: skip


async def test_figures_are_what_insights_tell_and_views_of_the_account_are_of_its_profile(
    db: Database,
) -> None:
    async with at_site(db, "threads") as site:
        await settled(site)
        told = await measured(site)
        for key, post in site.written(lambda post: own(post) and media(post)).items():
            assert told[key, "views"] == post.likes * 13 + 60
            assert told[key, "likes"] == post.likes
            assert told[key, "comments"] == post.replies
        account = {measure: value for (post_id, measure), value in told.items() if not post_id}
        assert account == {
            "profile_views": 210, "likes": 480, "comments": 62, "reposts": 30, "quotes": 4,
            "followers": 41_800,
        }  # fmt: skip


async def test_without_approval_only_what_speaks_to_the_account_comes(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "approved", False)
    async with at_site(db, "threads") as site:
        await settled(site)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        stored = {row["native_id"] for row in await site.rows()} - ours
        said_to = site.written(lambda p: shown(p) and ("@rashfan" in p.text or comment(p)))
        assert stored == said_to.keys()


async def test_searches_that_are_used_up_wait_and_lose_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "most", 3)
    async with at_site(db, "threads") as site:
        await settled(site)
        states = (await cursors(site)).values()
        assert any(row["state"] == "waiting" and "613" in row["why"] for row in states)
        monkeypatch.setattr(Site, "most", 2200)
        await later(site, 4 * HOUR)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert {row["native_id"] for row in await site.rows()} - ours == site.written(shown).keys()


async def test_what_is_written_later_is_found_by_what_is_new_alone(db: Database) -> None:
    async with at_site(db, "threads", world=ending("threads", END - 3 * HOUR)) as site:
        await settled(site)
        before = {row["native_id"] for row in await site.rows()}
        await later(site, 3 * HOUR)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        now = {row["native_id"] for row in await site.rows()}
        assert now - ours == site.written(shown).keys()
        assert now > before
        assert "since=" in asked(site, "keyword_search", "search_mode=KEYWORD")[-1]


async def test_a_token_that_ends_stops_the_account_and_is_told(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphSite, "ends", END + timedelta(minutes=30))
    async with at_site(db, "threads") as site:
        await settled(site)
        await later(site, HOUR)
        state = (await cursors(site))[f"mentions:{USER}"]
        assert state["state"] == "refused"
        assert "code 190" in state["why"]
        asked_before = len(site.urls.journal)
        await later(site, timedelta(minutes=10), timedelta(minutes=5))
        assert len(site.urls.journal) <= asked_before + 2


async def test_an_app_that_asked_too_often_waits_and_loses_nothing(db: Database) -> None:
    fault = Fault("threads", "limited", END, END + HOUR)
    async with at_site(db, "threads", faults=(fault,)) as site:
        await settled(site, children=False)
        assert not await site.rows()
        await later(site, 2 * HOUR, children=False)
        await settled(site)
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert {row["native_id"] for row in await site.rows()} - ours == site.written(shown).keys()


async def test_a_reply_that_is_deleted_below_an_own_thread_is_blanked_here(db: Database) -> None:
    world, lost = before_a_deletion("threads", comment)
    async with at_site(db, "threads", world=world) as site:
        await settled(site)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert rows[lost.native] == lost.text_at(site.clock.now())
        await later(site, 3 * HOUR)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert not rows.get(lost.native)
        assert not [key for key in site.written(shown) if not rows.get(key)]
