"""The collector over a simulated Facebook Page: its wall, what tags it, comments, figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from listener.demo.graph_site import GraphSite
from listener.demo.posts import Post
from listener.demo.sites.facebook import PAGE, in_feed, is_tagged, names_writer, native, person_id
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
    later,
    measured,
    own,
    root,
    settled,
)  # fmt: skip


def media(post: Post) -> bool:
    return post.reply_to is None and post.rating is None


def shown(post: Post) -> bool:
    """What others write on the wall, tagging the Page, and below what stands on the wall."""
    if post.own or post.rating is not None:
        return False
    return in_feed(root(post)) or is_tagged(post)


async def test_what_facebook_shows_of_the_brand_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "facebook") as site:
        await settled(site)
        rows = {row["native_id"]: row for row in await site.rows()}
        written = {native(post): post for post in site.written(shown).values()}
        assert rows.keys() == written.keys()
        for key, post in written.items():
            row = rows[key]
            assert row["text"] == post.text_at(END)
            assert row["created_at"] == post.at.replace(microsecond=0)
            writer = person_id(post.author) if names_writer(post) else None
            assert row["author_id"] == writer
            if comment(post):
                assert row["thread_id"] == native(root(post))
        ours = {row["native_id"] for row in await site.rows(t.own_posts)}
        assert ours == {native(post) for post in site.written(own).values()}


async def test_figures_of_the_page_and_of_its_posts_are_what_insights_tell(db: Database) -> None:
    async with at_site(db, "facebook") as site:
        await settled(site)
        told = await measured(site)
        for post in site.written(lambda post: own(post) and media(post)).values():
            key = native(post)
            assert told[key, "views"] == post.likes * 11
            assert told[key, "reach"] == 90
            assert told[key, "likes"] == post.likes
            assert told.get((key, "shares")) == (post.shares or None)
        account = {measure: value for (post_id, measure), value in told.items() if not post_id}
        assert account == {
            "followers": 41_800, "likes": 40_215, "views": 9300, "reach": 5120,
            "profile_views": 210, "page_post_engagements": 640,
        }  # fmt: skip


async def test_a_metric_that_meta_removed_is_dropped_alone(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphSite, "refused", frozenset({"page_media_view"}))
    async with at_site(db, "facebook") as site:
        await settled(site)
        account = {m for (post_id, m) in await measured(site) if not post_id}
        assert account == {"followers", "likes", "reach", "profile_views", "page_post_engagements"}
        assert "page_media_view" in (await cursors(site))[f"figures:{PAGE}"]["why"]


def on_the_wall(post: Post) -> bool:
    return shown(post) and media(post) and not is_tagged(post)


@pytest.mark.parametrize("wanted", [comment, on_the_wall])
async def test_what_is_deleted_on_the_wall_or_below_a_post_is_blanked_here(
    db: Database, wanted: Callable[[Post], bool]
) -> None:
    world, lost = before_a_deletion("facebook", wanted)
    async with at_site(db, "facebook", world=world) as site:
        await settled(site)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert rows[native(lost)] == lost.text_at(site.clock.now())
        await later(site, 3 * HOUR)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert not rows.get(native(lost))
        left = {native(post) for post in site.written(shown).values()}
        assert not [key for key in left if not rows.get(key)]


async def test_a_dead_token_stops_the_page_and_is_told(db: Database) -> None:
    async with at_site(db, "facebook", options={"token": "EAAold"}) as site:
        await settled(site, children=False)
        assert len(site.urls.journal) <= 4
        states = (await cursors(site)).values()
        assert any(row["state"] == "refused" and "code 190" in row["why"] for row in states)
        assert not await site.rows()


async def test_a_page_that_was_asked_too_often_waits_and_loses_nothing(db: Database) -> None:
    fault = Fault("facebook", "limited", END, END + HOUR)
    async with at_site(db, "facebook", faults=(fault,)) as site:
        await settled(site, children=False)
        assert not await site.rows()
        await later(site, 2 * HOUR, children=False)
        await settled(site)
        stored = {row["native_id"] for row in await site.rows()}
        assert {native(post) for post in site.written(shown).values()} == stored


async def test_a_comment_is_asked_for_once_its_post_is_known_not_to_be_silent(db: Database) -> None:
    async with at_site(db, "facebook") as site:
        await settled(site)
        posts = site.written(lambda post: media(post) and in_feed(post))
        answered = {native(root(p)) for p in site.written(comment).values()}
        read = {path.split("/")[3] for path in asked(site, "/comments?")}
        assert answered <= read <= {native(post) for post in posts.values()}
