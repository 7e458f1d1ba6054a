"""The collector over a simulated Bluesky: what is found, who names the brand, what is below its
posts, its numbers; by a guest, and by whoever signs in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.people import BRAND_HANDLE
from listener.demo.posts import Post
from listener.demo.sites.bluesky import PASSWORD, Site, is_mention, reason
from listener.demo.world import BRAND
from listener.records import Account
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
    root,
    settled,
)  # fmt: skip

US = (Account(BRAND.name, BRAND_HANDLE),)
WEEK = timedelta(days=9)
SIGNED = {"account": BRAND_HANDLE, "password": PASSWORD}


def shown(site: AtSite) -> dict[str, Post]:
    """What others write about the brand, to it and below its posts, by address."""
    posts = site.written(lambda p: p.rating is None and not p.own and (p.about or comment(p)))
    return {post.id: post for post in posts.values()}


def ours(site: AtSite) -> dict[str, Post]:
    return {p.id: p for p in site.written(lambda p: p.own and p.rating is None).values()}


async def stored(site: AtSite) -> set[str]:
    own = {row["native_id"] for row in await site.rows(t.own_posts)}
    return {row["native_id"] for row in await site.rows() if row["text"]} - own


async def test_what_bluesky_shows_of_the_brand_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "bluesky", accounts=US, first=WEEK) as site:
        await settled(site)
        assert {row["native_id"] for row in await site.rows(t.own_posts)} == ours(site).keys()
        assert await stored(site) == shown(site).keys()
        rows = {row["native_id"]: row for row in await site.rows()}
        for key, post in shown(site).items():
            row = rows[key]
            assert (row["text"], row["created_at"]) == (post.text_at(END), post.at)
            assert row["author_id"] == post.author.did
            if post.reply_to is not None:
                parents = (post.reply_to.id, root(post).id)
                assert (row["parent_id"], row["thread_id"]) == parents


async def test_numbers_of_the_account_and_of_its_posts_are_the_worlds(db: Database) -> None:
    async with at_site(db, "bluesky", accounts=US, first=WEEK) as site:
        await settled(site)
        told = await measured(site)
        assert told["", "followers"] == BRAND_PERSON.followers
        assert told["", "posts"] == len(site.written(lambda p: p.own))
        assert len(ours(site)) > 7
        for key, post in ours(site).items():
            assert told[key, "likes"] == post.likes
            assert told[key, "shares"] == post.shares
            assert told[key, "comments"] >= post.replies


async def test_who_signs_in_is_told_by_notifications_and_never_needs_the_words(
    db: Database,
) -> None:
    async with at_site(db, "bluesky", accounts=US, first=WEEK, options=SIGNED) as site:
        await settled(site)
        assert await stored(site) == shown(site).keys()
        assert asked(site, "listNotifications", "reasons=mention")
        assert not asked(site, "searchPosts", "mentions=")
        to_us = {p.id for p in shown(site).values() if reason(p)}
        spoken = {
            row["native_id"]
            for row in await site.rows(t.mentions.join(t.matches))
            if '"account"' in str(row["evidence"]).replace("'", '"')
        }
        assert to_us <= spoken


async def test_a_session_is_renewed_before_it_ends_and_no_read_notices(db: Database) -> None:
    async with at_site(db, "bluesky", accounts=US, options=SIGNED) as site:
        await settled(site)
        await later(site, 4 * HOUR)
        sessions = asked(site, "createSession")
        assert 2 <= len(sessions) <= 5
        assert {row["state"] for row in (await cursors(site)).values()} == {"ok"}
        assert not [s for _n, path, s in site.urls.journal if s >= 400]


async def test_a_wrong_password_is_told_and_asks_no_more(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "password", "another-one-here")
    async with at_site(db, "bluesky", accounts=US, options=SIGNED) as site:
        await settled(site, children=False)
        states = [row for read, row in (await cursors(site)).items() if read != "refresh"]
        assert {row["state"] for row in states} == {"refused"}
        assert all("Invalid identifier or password" in row["why"] for row in states)
        assert len(asked(site, "createSession")) <= 2
        assert PASSWORD not in str(states)


async def test_a_guest_finds_who_names_the_account_by_search(db: Database) -> None:
    async with at_site(db, "bluesky", accounts=US, first=WEEK) as site:
        await settled(site)
        assert asked(site, "searchPosts", "mentions=rashfan.example")
        named = {p.id for p in shown(site).values() if is_mention(p)}
        assert named
        assert named <= await stored(site)


async def test_what_is_deleted_upstream_is_gone_here(db: Database) -> None:
    world, lost = before_a_deletion("bluesky", comment)
    async with at_site(db, "bluesky", accounts=US, first=WEEK, world=world) as site:
        await settled(site)
        assert lost.id in await stored(site)
        await later(site, DAY, 2 * HOUR)
        assert lost.id not in await stored(site)
