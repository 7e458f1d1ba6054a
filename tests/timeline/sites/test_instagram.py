"""The collector over a simulated Instagram: what it shows of the brand is what is stored, within
the week's hashtags and the app's limits."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from listener.demo.graph_site import GraphSite
from listener.demo.posts import Post
from listener.demo.sites import instagram
from listener.demo.sites.instagram import USER, hides_likes, is_tagged
from listener.demo.world import BRAND, Fault
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.meta import (
    DAY,
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
)

TAGS = {tag.casefold() for tag in BRAND.hashtags}


def media(post: Post) -> bool:
    return post.reply_to is None and post.rating is None


def by_tag(post: Post) -> bool:
    tagged = any(tag.casefold() in TAGS for tag in post.hashtags)
    return media(post) and tagged and not post.own and post.at > END - DAY


def shown(post: Post) -> bool:
    return by_tag(post) or (media(post) and is_tagged(post)) or comment(post)


async def test_what_instagram_shows_of_the_brand_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "instagram") as site:
        await settled(site)
        rows = {row["native_id"]: row for row in await site.rows()}
        written = site.written(shown)
        assert rows.keys() == written.keys()
        for key, post in written.items():
            row = rows[key]
            assert row["text"] == post.text_at(END)
            assert row["created_at"] == post.at.replace(microsecond=0)
            assert row["author_handle"] == (None if by_tag(post) else post.author.handle)
            if comment(post):
                assert post.reply_to is not None
                assert (row["parent_id"], row["thread_id"]) == (
                    post.reply_to.native, root(post).native,
                )  # fmt: skip
        ours = {row["native_id"]: row for row in await site.rows(t.own_posts)}
        mine = site.written(own)
        assert ours.keys() == mine.keys()
        assert {row["kind"] for row in ours.values()} == {"post", "reply"}


async def test_likes_that_are_hidden_are_unknown_and_figures_are_what_insights_tell(
    db: Database,
) -> None:
    async with at_site(db, "instagram") as site:
        await settled(site)
        told = await measured(site)
        posts = site.written(lambda post: own(post) and media(post))
        for key, post in posts.items():
            assert told[key, "reach"] == post.likes * 9 + 40
            assert told[key, "saves"] == post.likes // 8
            assert told.get((key, "likes")) == (None if hides_likes(post) else post.likes)
        account = {m: value for (post_id, m), value in told.items() if not post_id}
        assert account == {
            "followers": 41_800, "following": 312, "posts": len(posts), "reach": 5120,
            "views": 9300, "profile_views": 210, "total_interactions": 640,
        }  # fmt: skip


async def test_a_metric_that_is_gone_is_left_out_and_told_and_the_others_are_read(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphSite, "refused", frozenset({"profile_views", "saved"}))
    async with at_site(db, "instagram") as site:
        await settled(site)
        told = await measured(site)
        names = {measure for post_id, measure in told if not post_id}
        assert {"followers", "reach", "views", "total_interactions"} <= names
        assert "profile_views" not in names
        assert {"reach", "views", "shares"} <= {measure for post_id, measure in told if post_id}
        assert "saves" not in {measure for post_id, measure in told if post_id}
        state = (await cursors(site))[f"figures:{USER}"]
        assert (state["state"], state["why"]) == ("ok", "insights without profile_views: refused")


async def test_a_hashtag_is_looked_up_until_its_id_is_known_and_read_by_that_ever_after(
    db: Database,
) -> None:
    async with at_site(db, "instagram") as site:
        await settled(site)
        await later(site, HOUR)
        looked_up = len(asked(site, "ig_hashtag_search", "q=Rashfan"))
        read = len(asked(site, "recent_media"))
        await later(site, 2 * HOUR)
        assert len(asked(site, "ig_hashtag_search", "q=Rashfan")) == looked_up
        assert len(asked(site, "recent_media")) > read


async def test_the_week_s_hashtags_are_kept_to_and_what_is_over_waits(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instagram, "MOST_TAGS", 2)
    async with at_site(db, "instagram") as site:
        await settled(site)
        states = {key: row for key, row in (await cursors(site)).items() if "hashtag:" in key}
        over = [row for row in states.values() if row["state"] == "waiting"]
        assert len(states) - len(over) == 2
        assert over
        assert all("30 different hashtags" in row["why"] for row in over)
        stored = {row["native_id"] for row in await site.rows()}
        assert site.written(comment).keys() <= stored  # the other reads go on
        before = len(asked(site, "ig_hashtag_search"))
        await later(site, 2 * HOUR)
        again = {unquote(p).rpartition("q=")[2] for p in asked(site, "ig_hashtag_search")[before:]}
        assert again  # a tag that nobody uses has no id yet
        assert not again & {row["read"].removeprefix("hashtag:") for row in over}


async def test_what_is_deleted_under_own_posts_is_blanked_here(db: Database) -> None:
    world, lost = before_a_deletion("instagram", comment)
    async with at_site(db, "instagram", world=world) as site:
        await settled(site)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert rows[lost.native] == lost.text_at(site.clock.now())
        await later(site, 3 * HOUR)
        rows = {row["native_id"]: row["text"] for row in await site.rows()}
        assert not rows.get(lost.native)
        now = site.written(comment)
        assert {key: rows[key] for key in now} == {
            key: post.text_at(site.clock.now()) for key, post in now.items()
        }


async def test_a_dead_token_stops_the_account_and_is_told_once_for_all(db: Database) -> None:
    async with at_site(db, "instagram", options={"token": "EAAold"}) as site:
        await settled(site, children=False)
        assert len(site.urls.journal) <= 12
        states = (await cursors(site)).values()
        assert any(row["state"] == "refused" and "code 190" in row["why"] for row in states)
        assert not await site.rows()
        assert not [row for row in states if "EAAold" in (row["why"] or "")]


async def test_an_app_that_asked_too_often_waits_and_loses_nothing(db: Database) -> None:
    fault = Fault("instagram", "limited", END, END + HOUR)
    async with at_site(db, "instagram", faults=(fault,)) as site:
        await settled(site, children=False)
        assert not await site.rows()
        assert any(row["state"] == "waiting" for row in (await cursors(site)).values())
        await later(site, 2 * HOUR, children=False)
        await settled(site)
        stored = {row["native_id"] for row in await site.rows()}
        assert site.written(comment).keys() <= stored


async def test_from_eighty_percent_on_it_is_asked_less_often(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphSite, "used", 90)
    async with at_site(db, "instagram") as site:
        await settled(site, children=False)
        assert 1 <= len(site.urls.journal) <= 14  # the first answers hold the rest
        await site.clock.advance(200.0)
        await settled(site, children=False)
        held = len(site.urls.journal)
        await site.clock.advance(200.0)  # 330 seconds of rest are over
        await settled(site, children=False)
        assert len(site.urls.journal) > held
