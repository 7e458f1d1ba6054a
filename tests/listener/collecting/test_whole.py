"""What a read that goes through everything no longer meets is gone, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from listener.collecting.whole import WholeWalks
from listener.networks.base import Page, Read
from listener.records import Brand, Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.mentions import Arrival, add
from listener.store.session import Database

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
PLACE, OTHER = "accounts/1/locations/2", "accounts/1/locations/20"
READ = Read("own_posts", PLACE)


@pytest.fixture
async def stored(db: Database) -> Database:
    """Reviews a, b and c of the place, d of another whose name begins like its, e of no place."""
    refs = {"a": PLACE, "b": PLACE, "c": PLACE, "d": OTHER, "e": None}
    arrivals = [
        Arrival(
            Mention("n", key, "قهوة", NOW, ref=f"{place}/reviews/{key}" if place else None),
            (Hit("رشفان", (Evidence("رشفان", "account", ""),)),),
        )
        for key, place in refs.items()
    ]
    async with db.writing() as connection:
        ids = await sync_brands(connection, [Brand("رشفان")], NOW)
        await add(connection, arrivals, source="collect", now=NOW, brand_ids=ids, key=b"k" * 32)
    return db


async def walked(
    db: Database, walks: WholeWalks, *pages: Sequence[str] | None, cut: bool = False
) -> list[str]:
    """What is gone after a walk over pages of so many ids. ``cut``: before its last page."""
    for number, ids in enumerate(pages):
        there, last = None if ids is None else tuple(ids), number == len(pages) - 1
        older = None if last and not cut else str(number + 1)
        walks.page(READ, str(number) if number else None, Page(there=there, older=older))
    async with db.writing() as connection:
        return await walks.gone(connection, READ)


async def test_what_two_walks_did_not_meet_is_gone(stored: Database) -> None:
    walks = WholeWalks("n")
    assert await walked(stored, walks, "a", "b") == []
    assert await walked(stored, walks, "ab") == ["c"]


async def test_what_comes_back_is_there(stored: Database) -> None:
    walks = WholeWalks("n")
    assert await walked(stored, walks, "a", "b") == []
    assert await walked(stored, walks, "abc") == []
    assert await walked(stored, walks, "ab") == []


@pytest.mark.parametrize("pages", [[""], ["", ""], ["ab", None], [None]])
async def test_a_walk_that_met_nothing_or_not_all_tells_nothing(
    stored: Database, pages: list[str | None]
) -> None:
    walks = WholeWalks("n")
    for _ in range(3):
        assert await walked(stored, walks, *pages) == []


async def test_a_walk_that_was_cut_off_tells_nothing(stored: Database) -> None:
    walks = WholeWalks("n")
    assert await walked(stored, walks, "abc") == []
    for _ in range(3):
        assert await walked(stored, walks, "a", "b", cut=True) == []
    assert await walked(stored, walks, "ab") == []  # the first that came to its end


async def test_a_walk_that_began_before_a_restart_tells_nothing(stored: Database) -> None:
    walks = WholeWalks("n")
    for _ in range(2):
        walks.page(READ, "2", Page(there=("a",)))  # not its first page
        async with stored.writing() as connection:
            assert await walks.gone(connection, READ) == []
