"""The collector over a simulated Mastodon server: tags and what is below the brand's statuses for a
guest; words and mentions, too, for whoever has the account's token."""

from __future__ import annotations

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.mastodon import TOKEN, is_mention
from listener.demo.world import BRAND
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, AtSite, at_site
from tests.timeline.sites.meta import (
    DAY,
    HOUR,
    asked,
    before_a_deletion,
    comment,
    cursors,
    later,
    measured,
    settled,
)  # fmt: skip
from tests.timeline.sites.test_bluesky import WEEK, ours, stored

SIGNED = {"token": TOKEN, "searching": True, "notifications": True}
TAGS = {tag.casefold() for tag in BRAND.hashtags}


def others(site: AtSite) -> dict[str, Post]:
    posts = site.written(lambda p: p.rating is None and not p.own)
    return {post.id: post for post in posts.values()}


def tagged(post: Post) -> bool:
    return not TAGS.isdisjoint(tag.casefold() for tag in post.hashtags)


async def test_a_guest_is_shown_tags_and_what_is_below_the_brands_statuses(db: Database) -> None:
    async with at_site(db, "mastodon", first=WEEK) as site:
        await settled(site)
        found = {key: p for key, p in others(site).items() if tagged(p) or comment(p)}
        assert await stored(site) == found.keys()
        assert sum(comment(p) and not tagged(p) for p in found.values()) > 5
        assert {row["native_id"] for row in await site.rows(t.own_posts)} == ours(site).keys()
        rows = {row["native_id"]: row for row in await site.rows()}
        for key, post in found.items():
            assert post.text_at(END).splitlines()[0] in rows[key]["text"]
            assert rows[key]["created_at"] == post.at
            assert rows[key]["author_followers"] == post.author.followers


async def test_with_a_token_words_and_mentions_are_found_too(db: Database) -> None:
    async with at_site(db, "mastodon", first=WEEK, options=SIGNED) as site:
        await settled(site)
        found = {k for k, p in others(site).items() if p.about or comment(p) or is_mention(p)}
        assert await stored(site) == found
        assert asked(site, "/v1/notifications", "types%5B%5D=mention")


async def test_numbers_of_the_account_and_of_its_statuses_are_the_worlds(db: Database) -> None:
    async with at_site(db, "mastodon", first=WEEK) as site:
        await settled(site)
        told = await measured(site)
        assert told["", "followers"] == BRAND_PERSON.followers
        assert told["", "following"] == 120
        assert len(ours(site)) > 7
        for key, post in ours(site).items():
            assert (told[key, "likes"], told[key, "shares"]) == (post.likes, post.shares)
            assert told[key, "comments"] >= post.replies


async def test_a_token_that_is_refused_is_told(db: Database) -> None:
    async with at_site(db, "mastodon", options={**SIGNED, "token": "another-token"}) as site:
        await settled(site, children=False)
        states = [row for read, row in (await cursors(site)).items() if read != "refresh"]
        assert {row["state"] for row in states} == {"refused"}
        assert all("token" in row["why"] for row in states)


async def test_a_second_look_at_notifications_asks_for_what_is_new(db: Database) -> None:
    async with at_site(db, "mastodon", options=SIGNED) as site:
        await settled(site)
        await later(site, 2 * HOUR)
        assert "since_id=" in asked(site, "/v1/notifications")[-1]


async def test_what_is_deleted_upstream_is_gone_here(db: Database) -> None:
    world, lost = before_a_deletion("mastodon", comment)
    async with at_site(db, "mastodon", first=WEEK, world=world) as site:
        await settled(site)
        assert lost.id in await stored(site)
        await later(site, DAY, 2 * HOUR)
        assert lost.id not in await stored(site)
