"""What was deleted or forgotten is blank, and stays away."""

from __future__ import annotations

import concurrent.futures
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from listener.records import Author
from listener.store.mentions import Added, erase, forget_author, tombstone_key
from listener.store.session import Database
from listener.store.tables import labels, matches, mentions, revisions, tombstones
from tests.listener.store.rows import KEY, LATER, NOW, mention, read, store

BLANK = ("url", "author_id", "author_handle", "author_name")


async def _erase(db: Database, *ids: str, network: str = "mastodon") -> int:
    async with db.writing() as connection:
        return await erase(connection, network, ids, key=KEY, now=LATER)


async def test_a_deletion_blanks_everything_that_was_theirs(db: Database) -> None:
    [number] = (await store(db, mention(text="النص الأول"))).new
    await store(db, mention(text="النص الثاني"))
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(state="labelled"))
        await connection.execute(update(matches).values(state="decided", taken_by="w"))
        corrected = {"mention_id": number, "revision": 2, "head": "sentiment", "at": NOW}
        corrected |= {"source": "user:U1", "value": "negative"}
        detail = {"text": "النص الثاني", "note": "كتب النص", "before": "neutral"}
        await connection.execute(insert(labels), [{**corrected, "detail": detail}])
    assert await _erase(db, "1", "1", "999") == 1
    [row] = await read(db, mentions)
    assert [row[name] for name in BLANK] == [None] * 4
    assert (row["text"], row["text_key"], row["hashtags"]) == ("", "", [])
    assert (row["gone_at"], row["likes"], row["state"]) == (LATER, 3, "labelled")
    assert [r["text"] for r in await read(db, revisions)] == [""]
    assert [r["detail"] for r in await read(db, labels)] == [{"before": "neutral"}]
    [match] = await read(db, matches)
    assert match["evidence"] == [["زين", "text", ""]]
    assert (match["state"], match["taken_by"], match["changed_at"]) == ("waiting", None, LATER)
    assert await _erase(db, "1") == 0


async def test_it_does_not_come_back(db: Database) -> None:
    await store(db, mention(1))
    await _erase(db, "1", "2")  # the second was never here
    added = await store(db, mention(1), mention(2), mention(3), mention(2, network="bluesky"))
    assert (len(added.new), added.refused) == (2, 2)
    assert (await store(db, mention(1, text="نص آخر"))) == Added(refused=1)


async def test_the_row_alone_refuses_too(db: Database) -> None:
    """A deletion whose tombstones were lost with the table's restore."""
    await store(db, mention(1))
    await _erase(db, "1")
    async with db.writing() as connection:
        await connection.execute(tombstones.delete())
    assert await store(db, mention(1)) == Added(refused=1)


async def test_a_mention_deleted_before_it_was_labelled_is_set_aside(db: Database) -> None:
    await store(db, mention())
    await _erase(db, "1")
    [row] = await read(db, mentions)
    assert (row["state"], row["reason"]) == ("set_aside", "deleted upstream")


async def test_an_author_is_forgotten(db: Database) -> None:
    other = Author("mastodon", "78", "omar")
    nameless = Author("mastodon", None, "77")
    await store(
        db, mention(1), mention(2), mention(3, author=other), mention(4, author=nameless),
        mention(5, network="bluesky"),
    )  # fmt: skip
    async with db.writing() as connection:
        assert await forget_author(connection, "mastodon", "77", key=KEY, now=LATER) == 3
        assert await forget_author(connection, "mastodon", "", key=KEY, now=LATER) == 0
    rows = sorted(
        await read(db, mentions), key=lambda row: (row["network"] == "bluesky", row["id"])
    )
    assert [row["gone_at"] is not None for row in rows] == [True, True, False, True, False]
    assert [row["native_id"][:10] for row in rows] == ["forgotten:"] * 2 + ["3", "forgotten:", "5"]
    added = await store(db, mention(1), mention(9), mention(10, author=other))
    assert (len(added.new), added.refused) == (1, 2)


async def test_without_the_key_nothing_is_let_in(db: Database) -> None:
    assert len((await store(db, mention(1), key=None)).new) == 1
    await _erase(db, "1")
    with pytest.raises(RuntimeError, match="tombstone_key"):
        await store(db, mention(2), key=None)


async def test_the_table_does_not_tell_who(db: Database) -> None:
    await _erase(db, "1")
    [row] = await read(db, tombstones)
    assert row["kind"] == "mention"
    assert len(row["key"]) == 64
    assert "mastodon" not in row["key"]


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(tombstone_key, [folder] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert (folder / "tombstone.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["tombstone.key"]


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tombstone.key"
    path.write_text("00ff\n")
    with pytest.raises(ValueError, match="Restore it from a backup"):
        tombstone_key(tmp_path)
    assert path.read_text() == "00ff\n"
