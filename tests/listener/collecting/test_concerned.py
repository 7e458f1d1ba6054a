"""What of a stream's batch is looked at more closely: no more than must be, and no less."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select

from listener.collecting.batch import Batch, write
from listener.collecting.cursors import Cursor
from listener.collecting.intake import Intake, gone_last
from listener.networks.base import Gone
from listener.records import Author, Identity, Mention
from listener.store import tables as t
from listener.store.mentions import Arrival
from listener.store.session import Database
from tests.upstream import START, about_zain, an_intake

Change = Arrival | Mention | Gone


async def nobody(_ids: Sequence[int]) -> None:
    return None


def change(rng: random.Random, nth: int) -> Change:
    """One of eight posts by three authors: said, said otherwise, deleted; or an author leaves."""
    number = rng.randrange(8)
    author, ident = Author("plain", f"a{number % 3}"), f"p{number}"
    drawn = rng.random()
    if drawn < 0.35:
        return Gone(ident)
    if drawn < 0.37:
        return Gone(author.id or "", author=True)
    if drawn < 0.39:
        return Gone(f"r{number}", ref=True)
    text = f"{'زين' if drawn < 0.7 else 'شيء آخر'} {nth}"
    mention = Mention("plain", ident, text, START, author=author, ref=f"r{number}")
    hits = about_zain(mention)
    return Arrival(mention, tuple(hits)) if hits else mention


async def stored(db: Database, intake: Intake, batches: Sequence[Sequence[Change]]) -> list[Any]:
    """What stands after ``batches``, from nothing. Whether a text that was changed at once had ever
    been written down, and in how many revisions, is the grouping's."""
    c = t.mentions.c
    async with db.writing() as connection:
        for table in (t.matches, t.mentions, t.tombstones):
            await connection.execute(delete(table))
    for nth, changes in enumerate(batches):
        batch = Batch(list(changes), events=len(changes))
        now = START + timedelta(minutes=nth)
        await write(db, intake, batch, Cursor("plain", "stream"), network="plain", now=now)
    async with db.reading() as connection:
        rows = await connection.execute(
            select(c.native_id, c.text, c.gone_at)
            .join(t.matches, t.matches.c.mention_id == c.id, isouter=True)
            .where(t.matches.c.about.is_(None))
            .order_by(c.native_id)
        )
        return [tuple(row) for row in rows]


async def everything(_intake: Any, _connection: Any, _network: str, changes: Any) -> list[Change]:
    return list(changes)


@pytest.mark.parametrize("seed", range(20))
async def test_what_is_left_out_of_a_batch_would_have_changed_nothing(
    db: Database, seed: int
) -> None:
    rng = random.Random(seed)
    intake = await an_intake(db, nobody)
    sizes = [rng.randrange(1, 12) for _ in range(4)]
    batches = [[change(rng, 100 * nth + n) for n in range(size)] for nth, size in enumerate(sizes)]
    with patch.object(Intake, "concerned", everything):
        expected = await stored(db, intake, batches)
    assert await stored(db, intake, batches) == expected


async def test_of_what_concerns_nobody_nothing_is_left(db: Database) -> None:
    intake = await an_intake(db, nobody)
    mention = Mention("plain", "1", "شيء آخر", START)
    changes: list[Change] = [Gone("2"), mention, Gone("3"), mention, Gone("1")]
    async with db.reading() as connection:
        assert await intake.concerned(connection, "plain", changes) == []


def test_deletions_come_last_where_none_speaks_of_what_comes_after_it() -> None:
    said = [Arrival(Mention("plain", name, "زين", START)) for name in ("1", "2")]
    assert gone_last([Gone("3"), said[0], Gone("1"), said[1]]) == [*said, Gone("3"), Gone("1")]
    kept: list[list[Change]] = [
        [Gone("1"), said[0]],  # it comes again
        [Gone("a", author=True), said[0]],  # who left, and writes again
        [Gone("r", ref=True), said[0]],
        [Gone("1"), Arrival(replace(said[1].mention, identity=Identity(("1",), "here")))],
    ]
    for changes in kept:
        assert gone_last(changes) == changes
