"""X as the demo shows it: what is stored is what is there, and X bills what our books say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.demo import x_wire as wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.records import Account
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import BRAND, HANDLE, AtSite, at_site

NAMED = ("رشفان", "rashfan")
OURS = replace(BRAND, accounts=(("x", HANDLE), ("x", wire.user_id(BRAND_PERSON))))
"""The brand as the settings tell it: with its account here."""
WEEK = timedelta(days=7)


def about_us(site: AtSite) -> dict[str, Post]:
    """By X's id: what others wrote of the brand, to it, or under its posts."""
    now = site.clock.now()
    posts = site.written(lambda p: not p.own and p.at > now - WEEK)
    return {
        wire.key_of(p): p
        for p in posts.values()
        if p.reply_to or any(name in p.text_at(now).casefold() for name in NAMED)
    }


async def stored(site: AtSite) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in await site.rows() if row["gone_at"] is None}


@pytest.mark.parametrize("naming", ["tweet", "post"])
@pytest.mark.parametrize("by", ["name", "id"])
async def test_all_that_concerns_the_brand_is_stored_once_and_as_it_stands(
    db: Database, naming: str, by: str
) -> None:
    ident = wire.user_id(BRAND_PERSON) if by == "id" else None
    account = Account(BRAND.name, HANDLE, id=ident)
    async with at_site(
        db, "x", options={"naming": naming}, accounts=(account,), brand=OURS, first=WEEK
    ) as site:
        wanted = about_us(site)

        async def all_there() -> bool:
            return set(await stored(site)) >= set(wanted)

        await site.until(all_there)
        rows, now = await stored(site), site.clock.now()
        assert set(rows) == set(wanted)
        for key, row in rows.items():
            post = wanted[key]
            assert row["text"] == post.text_at(now)
            assert row["author_handle"] == post.author.handle
            assert row["author_followers"] == post.author.followers
            assert abs(row["created_at"] - post.at) < timedelta(seconds=1)
            assert (row["likes"], row["shares"], row["replies"]) == (
                post.likes, post.shares, post.replies,
            )  # fmt: skip
            assert (row["ref"] is not None) == (len(wire.chain(post, now)) > 1)


async def test_own_posts_and_figures_are_kept_apart(db: Database) -> None:
    async with at_site(db, "x", brand=OURS, first=WEEK) as site:
        ours = {wire.key_of(p) for p in site.written(lambda p: p.own).values()}

        async def there() -> bool:
            rows = await site.rows(t.own_posts)
            return {row["native_id"] for row in rows} >= ours and bool(await site.rows(t.figures))

        await site.until(there)
        assert not ours & set(await stored(site))
        values = {row["measure"]: row["value"] for row in await site.rows(t.figures)}
        assert values["followers"] == 41_800


async def test_a_deletion_upstream_is_followed_and_an_edit_stays_one_row(db: Database) -> None:
    async with at_site(db, "x", brand=OURS, first=WEEK) as site:
        before = {p.native for p in site.world.posts if p.network == "x" and p.deleted}
        assert before
        wanted = about_us(site)

        async def all_there() -> bool:
            return set(await stored(site)) >= set(wanted)

        await site.until(all_there)
        gone = {wire.key_of(p) for p in site.world.posts if p.network == "x" and p.deleted}
        assert not gone & set(await stored(site))
        edited = [p for p in wanted.values() if p.edited]
        assert edited
        rows = [row["native_id"] for row in await site.rows()]
        assert len(rows) == len(set(rows))
        later = {wire.newest(p, site.clock.now()) for p in edited}
        assert not later & set(rows)


async def test_a_wrong_token_is_told_as_x_tells_it(db: Database) -> None:
    async with at_site(db, "x", options={"token": "wrong-token"}) as site:

        async def refused() -> bool:
            return any(row["state"] == "refused" for row in await site.rows(t.cursors))

        await site.until(refused)
        why = {row["why"] for row in await site.rows(t.cursors) if row["state"] == "refused"}
        assert any("401" in (said or "") for said in why)
        assert await site.rows() == []
        assert "wrong-token" not in str(await site.rows(t.cursors))
