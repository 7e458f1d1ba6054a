"""LinkedIn as the demo shows it to a page's administrator: what the page hears of is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from listener.demo.posts import Post
from listener.demo.sites.linkedin import ORGANIZATION, key_of, person_of
from listener.demo.world import BRAND
from listener.records import Account
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import HANDLE, AtSite, at_site

OURS = replace(BRAND, accounts=(("linkedin", HANDLE), ("linkedin", ORGANIZATION)))
PAGE = (Account(BRAND.name, HANDLE, id=ORGANIZATION),)
WEEK = timedelta(days=7)


def heard(site: AtSite) -> dict[str, Post]:
    """By URN: who names the page, and who writes under its posts, at any depth."""
    now = site.clock.now()
    posts = site.written(lambda p: not p.own)
    return {key_of(p): p for p in posts.values() if p.reply_to or "@rashfan" in p.text_at(now)}


async def stored(site: AtSite) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in await site.rows() if row["gone_at"] is None}


async def test_all_that_a_page_hears_of_is_stored_and_nothing_else(db: Database) -> None:
    async with at_site(db, "linkedin", accounts=PAGE, brand=OURS, first=WEEK) as site:
        wanted = heard(site)

        async def all_there() -> bool:
            return set(await stored(site)) >= set(wanted)

        await site.until(all_there)
        rows, now = await stored(site), site.clock.now()
        assert set(rows) == set(wanted)
        for key, row in rows.items():
            assert row["text"] == wanted[key].text_at(now)
            assert row["author_id"] == person_of(wanted[key].author)
            assert row["author_name"] is None  # members are told by URN alone
        gone = {
            key_of(p)
            for p in site.world.posts
            if p.network == "linkedin" and p.deleted and p.reply_to
        }
        assert not gone & set(rows)


async def test_own_posts_and_the_pages_numbers_are_kept(db: Database) -> None:
    async with at_site(db, "linkedin", accounts=PAGE, brand=OURS, first=WEEK) as site:
        ours = {key_of(p): p for p in site.written(lambda p: p.own and p.reply_to is None).values()}

        async def there() -> bool:
            figures = await site.rows(t.figures)
            measures = {row["measure"] for row in figures}
            posts = {row["post_id"] for row in figures}
            own = {row["native_id"] for row in await site.rows(t.own_posts)}
            return (
                own >= set(ours)
                and {"followers", "reach", "profile_views"} <= measures
                and bool(posts & set(ours))
            )

        await site.until(there)
        rows = await site.rows(t.figures)
        followers = next(row for row in rows if row["measure"] == "followers")
        assert (followers["value"], followers["account"]) == (41_800, ORGANIZATION)
        some = next(row for row in rows if row["post_id"] and row["measure"] == "likes")
        assert some["value"] == ours[some["post_id"]].likes


async def test_a_version_that_is_too_old_is_told_with_what_to_set(db: Database) -> None:
    options = {"version": "202401"}
    async with at_site(db, "linkedin", accounts=PAGE, options=options) as site:

        async def told() -> bool:
            said = {row["why"] or "" for row in await site.rows(t.cursors)}
            return any("networks.linkedin.version" in why for why in said)

        await site.until(told)
        assert await site.rows() == []
