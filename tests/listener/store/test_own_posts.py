"""Own posts are no mentions: not when they come, not when their account is named later."""

from __future__ import annotations

from dataclasses import replace

from listener.matching.own_voice import OwnVoice
from listener.records import Author, Brand, Figure, Hit, Identity
from listener.store import figures, tables
from listener.store.brand_rows import sync_brands
from listener.store.forget import erase, forget_author
from listener.store.mentions import Added
from listener.store.session import Database
from listener.store.tables import matches, mentions, own_posts
from tests.listener.store.rows import KEY, LATER, NOW, STC, ZAIN, brand_ids, mention, read, store

OURS = Hit("Zain", own=True)
US = Author("mastodon", "1", "zain", "زين")


async def test_an_own_post_is_stored_apart_once(db: Database) -> None:
    post = mention(1, author=US, created_at=None)
    assert await store(db, post, hits=(OURS,)) == Added(own=1)
    assert await store(db, replace(post, text="نص جديد"), hits=(OURS,), now=LATER) == Added(
        duplicates=1
    )
    assert await read(db, mentions) == []
    (row,) = await read(db, own_posts)
    assert (row["text"], row["account"], row["created_at"]) == ("نص جديد", "zain", None)
    assert row["collected_at"] == NOW


async def test_it_is_a_mention_of_the_other_brand_that_it_names(db: Database) -> None:
    added = await store(db, mention(1, author=US), hits=(OURS, STC))
    assert (len(added.new), added.matched, added.own) == (1, 1, 0)
    assert [row["brand_id"] for row in await read(db, matches)] == [2]
    assert [row["brand_id"] for row in await read(db, own_posts)] == [1]


async def test_a_post_of_two_accounts_of_ours_is_the_own_post_of_both(db: Database) -> None:
    await store(db, mention(1, author=US), hits=(OURS, Hit("stc", own=True)))
    assert [row["brand_id"] for row in await read(db, own_posts)] == [1, 2]


async def test_a_post_that_turns_out_to_be_own_counts_no_more(db: Database) -> None:
    await store(db, mention(1, author=Author("mastodon", "1")))
    await store(db, mention(1, author=US), hits=(OURS,), now=LATER)
    (row,) = await read(db, matches)
    assert (row["about"], row["state"], row["changed_at"]) == (0.0, "waiting", LATER)


async def test_a_deleted_own_post_leaves_nothing(db: Database) -> None:
    await store(db, mention(1, author=US), hits=(OURS,))
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["1"], key=KEY, now=LATER)
    assert await read(db, own_posts) == []


async def test_an_account_that_is_named_later_takes_its_posts_out_of_the_count(
    db: Database,
) -> None:
    theirs = mention(2, author=Author("mastodon", "2", "ali"))
    elsewhere = mention(3, network="bluesky", author=Author("bluesky", "3", "zain"))
    await store(db, mention(1, author=replace(US, handle="Zain")), theirs, elsewhere, hits=(ZAIN,))
    brand = Brand("Zain", accounts=(("mastodon", "zain"),))
    voice = OwnVoice([brand])
    for _ in range(2):
        async with db.writing() as connection:
            await sync_brands(connection, [brand], LATER, speaks=voice.of)
    counted = {row["mention_id"]: row["about"] for row in await read(db, matches)}
    assert counted == {1: None, 2: 0.0, 3: None}  # ids go by network
    (row,) = await read(db, own_posts)
    assert (row["native_id"], row["account"], row["collected_at"]) == ("1", "Zain", LATER)


async def test_an_item_of_our_own_feed_is_one_post_whatever_id_it_is_given(db: Database) -> None:
    for n in range(3):
        item = mention(
            f"id-{n}", network="rss", url="https://zain.example/3", identity=Identity((), "feed")
        )
        added = await store(db, item, hits=(OURS,))
        assert added == (Added(duplicates=1) if n else Added(own=1))
    assert [row["native_id"] for row in await read(db, own_posts)] == ["id-0"]
    another = replace(item, id="id-9", url="https://zain.example/4")
    assert await store(db, another, hits=(OURS,)) == Added(own=1)


async def test_a_post_is_the_own_post_of_a_brand_whose_account_is_named_second(
    db: Database,
) -> None:
    await store(db, mention(1, author=US), hits=(OURS,))
    await store(db, mention(1, author=US), hits=(OURS, Hit("stc", own=True)), now=LATER)
    assert [row["brand_id"] for row in await read(db, own_posts)] == [1, 2]


async def test_who_is_forgotten_leaves_no_own_post(db: Database) -> None:
    await store(db, mention(1, author=US), hits=(OURS,))
    await store(db, mention(2, author=US), hits=(OURS, STC))
    await store(db, mention(3, author=Author("mastodon", None, "zain_care")), hits=(OURS,))
    async with db.writing() as connection:
        await forget_author(connection, "mastodon", "1", key=KEY, now=LATER)
        await forget_author(connection, "mastodon", "zain_care", key=KEY, now=LATER)
    assert await read(db, own_posts) == []


async def test_the_numbers_of_who_is_forgotten_stay_and_name_no_post_of_theirs(
    db: Database,
) -> None:
    await store(db, mention(1, author=US), hits=(OURS,))
    told = [Figure("Zain", "mastodon", "zain", "likes", 3, NOW, "lifetime", n) for n in ("1", "9")]
    ids = await brand_ids(db)
    async with db.writing() as connection:
        await figures.keep(connection, told, brand_ids=ids, key=KEY, now=NOW)
        await forget_author(connection, "mastodon", "1", key=KEY, now=LATER)
    ours, other = sorted(await read(db, tables.figures), key=lambda row: str(row["post_id"]))[::-1]
    assert (ours["post_id"][:10], ours["value"], other["post_id"]) == ("forgotten:", 3, "9")


async def test_our_answer_no_longer_names_the_post_of_who_is_forgotten(db: Database) -> None:
    await store(db, mention(1))
    await store(db, mention(2, author=US, kind="reply", parent_id="1"), hits=(OURS,))
    async with db.writing() as connection:
        await forget_author(connection, "mastodon", "77", key=KEY, now=LATER)
    (theirs,) = await read(db, mentions)
    (ours,) = await read(db, own_posts)
    assert ours["parent_id"] == theirs["native_id"] != "1"


async def test_an_account_that_is_named_again_takes_out_what_it_wrote_meanwhile(
    db: Database,
) -> None:
    named, unnamed = Brand("Zain", accounts=(("mastodon", "zain"),)), Brand("Zain")
    for brand in (named, unnamed, named):
        if brand is named:
            await store(db, mention(1, author=US))
        async with db.writing() as connection:
            await sync_brands(connection, [brand], LATER, speaks=OwnVoice([brand]).of)
        if brand is unnamed:
            await store(db, mention(2, author=US))
    assert [row["about"] for row in await read(db, matches)] == [0.0, 0.0]
