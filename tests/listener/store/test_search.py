"""Search finds words as people write them, and takes every character literally."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from listener.store.mentions import search
from listener.store.search_index import FTS
from listener.store.session import Database
from tests.listener.store.rows import LATER, mention, store

TEXTS = {
    1: "الخِدْمَةُ مقطوووعة عندنا",
    2: "متأخرين بالتوصيل وأحمد زعلان",
    3: 'قال "خصم 50%" على a_b و c\\d',
    4: "The NETWORK is down (again) OR not",
}


async def _found(db: Database, words: str, limit: int = 10) -> list[int]:
    async with db.reading() as connection:
        return await search(connection, words, limit=limit)


WORDS: list[tuple[str, list[int]]] = [
    ("الخدمة", [1]),
    ("خدمه", [1]),
    ("توصيل", [2]),
    ("احمد الشحن", []),
    ("احمد توصيل", [2]),
    ("network", [4]),
    ("is", [4]),
    ("is network", [4]),
    ('"خصم', [3]),
    ("50%", [3]),
    ("5%0", []),
    ("a_b", [3]),
    ("axb", []),
    ("c\\d", [3]),
    ("(again)", [4]),
    ("OR", [4]),
    ("network OR", [4]),
    ("network NOT", [4]),
    ("NEAR(network", []),
    ("folded:network", []),
    ("net*", []),
    ("", []),
    ("\x00", []),
    ("\ud83d", []),
]


async def test_words(db: Database) -> None:
    ids = (await store(db, *(mention(n, text) for n, text in TEXTS.items()))).new
    found = [(words, await _found(db, words)) for words, _ in WORDS]
    assert found == [(words, [ids[n - 1] for n in want]) for words, want in WORDS]


async def test_the_newest_first_and_no_more_than_asked(db: Database) -> None:
    ids = (await store(db, *(mention(n, "النت بطيء") for n in range(5)))).new
    assert await _found(db, "بطيء", limit=2) == [ids[4], ids[3]]


async def test_the_index_follows_an_edit(db: Database) -> None:
    await store(db, mention(text="النت بطيء"))
    await store(db, mention(text="النت سريع"), now=LATER)
    assert await _found(db, "بطيء") == []
    assert len(await _found(db, "سريع")) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_index_holds_exactly_what_the_rows_hold(db: Database) -> None:
    ids = (await store(db, *(mention(n, f"نص رقم {n} هنا") for n in range(20)))).new
    await store(db, mention(3, text="غيره"), now=LATER)
    async with db.writing() as connection:
        await connection.execute(text("DELETE FROM matches"))
        await connection.execute(text(f"DELETE FROM mentions WHERE id = {ids[7]}"))
        check = f"INSERT INTO {FTS}({FTS}, rank) VALUES ('integrity-check', 1)"
        await connection.execute(text(check))  # raises where index and rows differ


async def test_search_works_without_the_index(db: Database) -> None:
    ids = (await store(db, mention(1, TEXTS[1]))).new
    async with db.writing() as connection:
        if db.dialect == "sqlite":
            for name in ("insert", "delete", "update"):
                await connection.execute(text(f"DROP TRIGGER {FTS}_{name}"))
            await connection.execute(text(f"DROP TABLE {FTS}"))
        else:
            await connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    assert await _found(db, "خدمة") == ids


async def test_postgresql_uses_its_index(db: Database) -> None:
    if db.dialect == "sqlite":
        plan = f"EXPLAIN QUERY PLAN SELECT rowid FROM {FTS} WHERE {FTS} MATCH '\"توصيل\"'"
        want = "VIRTUAL TABLE INDEX"
    else:
        plan = "EXPLAIN SELECT id FROM mentions WHERE folded LIKE '%' || 'توصيل' || '%' ESCAPE '/'"
        want = "ix_mentions_folded_trigrams"
    async with db.writing() as connection:
        if db.dialect == "postgresql":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = await connection.execute(text(plan))
        assert want in " ".join(str(row) for row in rows)
