"""A batch comes in: once, whole, and again without effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from listener.records import Author, Engagement, Hit
from listener.store.mentions import Added, Arrival
from listener.store.session import Database
from listener.store.storable import TEXT_LIMIT
from listener.store.tables import matches, mentions
from tests.listener.store.rows import NOW, STC, ZAIN, mention, read, store


async def test_a_mention_is_stored_with_all_it_says(db: Database) -> None:
    sent = mention(
        text="الخِدْمَة مقطوووعة", hashtags=("زين",), mentions=("care",), media=("photo",),
        rating=1.5, parent_id="9", thread_id="8", language="ar",
    )  # fmt: skip
    added = await store(db, sent)
    [row] = await read(db, mentions)
    assert added.new == [row["id"]]
    assert added.matched == 1
    assert {name: row[name] for name in ("text", "hashtags", "handles", "media", "rating")} == {
        "text": "الخِدْمَة مقطوووعة",
        "hashtags": ["زين"],
        "handles": ["care"],
        "media": ["photo"],
        "rating": 1.5,
    }
    assert (row["likes"], row["replies"], row["shares"], row["views"]) == (3, 1, None, None)
    assert (row["state"], row["revision"], row["source"]) == ("collected", 1, "collect")
    assert row["created_at"] == NOW - timedelta(hours=1)
    assert row["created_at"].tzinfo == UTC
    [match] = await read(db, matches)
    assert match["evidence"] == [["زين", "text", "وزين"]]
    assert (match["state"], match["revision"], match["about"]) == ("waiting", 1, None)


async def test_the_same_batch_again_changes_nothing_but_when_it_was_seen(db: Database) -> None:
    batch = [mention(n) for n in range(5)]
    first = await store(db, *batch)
    before = await read(db, mentions), await read(db, matches)
    again = await store(db, *batch, now=NOW + timedelta(hours=1))
    assert len(first.new) == 5
    assert again == Added(duplicates=5)
    seen = [{**row, "seen_at": NOW + timedelta(hours=1)} for row in before[0]]
    assert (await read(db, mentions), await read(db, matches)) == (seen, before[1])


async def test_twice_in_one_batch_is_one_row_with_both_brands(db: Database) -> None:
    added = await store(
        db, Arrival(mention(), (ZAIN,)), Arrival(mention(), (STC,)), Arrival(mention(), (ZAIN,))
    )
    assert (len(added.new), added.duplicates) == (1, 2)
    assert len(await read(db, mentions)) == 1
    assert len(await read(db, matches)) == 2


async def test_no_match_is_stored_too(db: Database) -> None:
    added = await store(db, mention(), hits=())
    assert (len(added.new), added.matched) == (1, 0)
    assert await read(db, matches) == []


async def test_the_same_id_on_two_networks_is_two_mentions(db: Database) -> None:
    added = await store(db, mention(), mention(network="bluesky"))
    assert len(added.new) == 2


@pytest.mark.parametrize(
    "broken",
    [
        mention(""),
        mention(network=""),
        mention("x" * 1001),
        mention(created_at=NOW.replace(tzinfo=None)),
        mention(created_at=datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
    ],
    ids=["no id", "no network", "endless id", "naive time", "before year 1"],
)
async def test_what_has_no_identity_or_time_is_refused(db: Database, broken: object) -> None:
    added = await store(db, broken, mention(2))  # type: ignore[arg-type]
    assert (len(added.new), added.refused) == (1, 1)


async def test_what_databases_do_not_take_is_made_storable(db: Database) -> None:
    nasty = "a\x00b\ud83dc\u202e" + "\U0001f4f1"
    sent = mention(
        text=nasty + "ن" * 100_001,
        url=nasty,
        author=Author("mastodon", nasty, nasty, nasty, 10**30),
        hashtags=(nasty,) * 1000,
        rating=float("nan"),
        engagement=Engagement(likes=-1, views=2**63),
    )
    hit = Hit("Zain", (ZAIN.evidence[0],) * 50)
    added = await store(db, Arrival(sent, (hit,)))
    assert len(added.new) == 1
    [row] = await read(db, mentions)
    clean = "a\ufffdb\ufffdc\u202e\U0001f4f1"
    assert row["text"].startswith(clean + "ن")
    assert len(row["text"]) == TEXT_LIMIT
    assert (row["author_handle"], row["url"], row["hashtags"][0]) == (clean, clean, clean)
    assert len(row["hashtags"]) == 200
    unknown = ("rating", "likes", "views", "author_followers", "engagement_at")
    assert [row[name] for name in unknown] == [None] * 5
    assert len((await read(db, matches))[0]["evidence"]) == 20
    assert (await store(db, Arrival(sent, (hit,)))).duplicates == 1  # cut the same way again


async def test_a_brand_nobody_knows_is_a_bug_that_shows(db: Database) -> None:
    with pytest.raises(KeyError, match="Mobily"):
        await store(db, mention(), hits=(Hit("Mobily"),))
    assert await read(db, mentions) == []


async def test_an_empty_batch(db: Database) -> None:
    assert await store(db) == Added()
