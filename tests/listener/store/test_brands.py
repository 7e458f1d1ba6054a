"""Brands of the settings become rows, and their history stays."""

from __future__ import annotations

from dataclasses import replace

from listener.records import Brand
from listener.store.brand_rows import rule, sync_brands
from listener.store.session import Database
from listener.store.tables import accounts, brands, queries
from tests.listener.store.rows import LATER, NOW, read

ZAIN = Brand("زين", keywords=("زين",), hashtags=("زين_الكويت",), handles=("ZainKuwait",))
RIVAL = Brand("stc", query="stc AND kuwait", role="competitor")


async def test_names_become_ids_that_stay(db: Database) -> None:
    async with db.writing() as connection:
        first = await sync_brands(connection, [ZAIN, RIVAL], NOW)
    async with db.writing() as connection:
        again = await sync_brands(connection, [RIVAL, ZAIN], LATER)
    assert first == again
    assert set(first) == {"زين", "stc"}
    assert [row["role"] for row in await read(db, brands)] == ["own", "competitor"]
    assert {row["since"] for row in await read(db, queries)} == {NOW}


async def test_a_changed_search_is_dated_and_the_old_one_kept(db: Database) -> None:
    changed = Brand("stc", query="stc", role="own")
    async with db.writing() as connection:
        await sync_brands(connection, [RIVAL], NOW)
        ids = await sync_brands(connection, [changed, ZAIN], LATER)
    assert set(ids) == {"stc", "زين"}
    rows = await read(db, queries, queries.c.brand_id == ids["stc"])
    assert [(row["text"], row["since"]) for row in rows] == [
        ("(stc AND kuwait)", NOW),
        ("(stc)", LATER),
    ]
    assert [row["role"] for row in await read(db, brands)] == ["own", "own"]


async def test_a_brand_that_left_the_settings_keeps_its_row(db: Database) -> None:
    async with db.writing() as connection:
        await sync_brands(connection, [ZAIN, RIVAL], NOW)
        assert set(await sync_brands(connection, [ZAIN], LATER)) == {"زين"}
        assert await sync_brands(connection, [], LATER) == {}
    assert len(await read(db, brands)) == 2


async def test_accounts(db: Database) -> None:
    known = replace(ZAIN, accounts=(("mastodon", "ZainKuwait"), ("bluesky", "zain.kw")))
    async with db.writing() as connection:
        await sync_brands(connection, [known], NOW)
        await sync_brands(connection, [Brand("x", handles=("care",))], NOW)
    found = [(row["network"], row["handle"]) for row in await read(db, accounts)]
    assert sorted(found) == [("", "care"), ("bluesky", "zain.kw"), ("mastodon", "ZainKuwait")]


def test_the_rule_names_everything_that_decides() -> None:
    brand = Brand(
        "زين", query="شبكة NEAR/3 زين", keywords=("زين",), hashtags=("زين",), handles=("Zain",),
        context=("شبكة", "باقة"), exclude=("زين العابدين",), al=False,
    )  # fmt: skip
    assert rule(brand) == (
        '((شبكة NEAR/3 زين) OR "زين" OR #زين OR @Zain) NOT ("زين العابدين") '
        "context: شبكة, باقة al: no"
    )
