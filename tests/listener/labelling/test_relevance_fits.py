"""When a model of relevance is fitted, replaced and dropped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from classifiers.relevance.logistic import Named, Signals
from listener.labelling.label import Labeller
from listener.labelling.relevance import Scorer
from listener.store.forget import erase
from listener.store.session import Database
from listener.store.tables import matches, relevance
from tests.listener.labelling.test_relevance import Toy, many
from tests.listener.store.rows import KEY, LATER, NOW, Model, mention, read, store


async def test_it_is_fitted_again_when_clicks_have_grown_by_a_fifth(db: Database) -> None:
    await many(db, 60)
    scorer = Scorer(db, Toy())
    assert await scorer.fit_due([1], now=NOW) == 1
    await many(db, 11, first=300)
    assert await scorer.fit_due([1], now=LATER) == 0
    await many(db, 1, first=400)
    assert await scorer.fit_due([1], now=LATER) == 1
    assert await scorer.fit_due([1], now=LATER) == 0
    [row] = await read(db, relevance)
    assert (row["labels"], row["since"], row["fitted_at"]) == (72, NOW, LATER)


async def test_what_was_deleted_is_unlearned(db: Database) -> None:
    await many(db, 51)
    scorer = Scorer(db, Toy())
    await scorer.fit_due([1], now=NOW)
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["100"], key=KEY, now=LATER)
    assert await scorer.fit_due([1], now=LATER) == 1
    [row] = await read(db, relevance)
    assert row["labels"] == 50
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["101"], key=KEY, now=LATER)
    assert await scorer.fit_due([1], now=LATER) == 0
    assert await read(db, relevance) == []


async def test_a_model_no_better_than_none_is_kept_and_not_used(db: Database) -> None:
    await many(db)
    scorer = Scorer(db, Toy("لا توجد"))  # sees nothing that tells them apart
    assert await scorer.fit_due([1], now=NOW) == 1
    [row] = await read(db, relevance)
    assert row["since"] is None
    await store(db, mention(1, "يا زين الصباح"))
    await Labeller(db, Model(), worker="w", scorer=scorer).label_all(LATER)
    assert {row["about"] for row in await read(db, matches)} == {None}


async def test_a_model_of_another_reader_is_not_asked_and_is_replaced(db: Database) -> None:
    await many(db)
    await Scorer(db, Toy()).fit_due([1], now=NOW)
    other = Toy()
    other.name = "toy-2"
    scorer = Scorer(db, other)
    await store(db, mention(1, "يا زين الصباح"))
    await Labeller(db, Model(), worker="w", scorer=scorer).label_all(LATER)
    assert other.asked == []
    assert await scorer.fit_due([1], now=LATER) == 1
    [row] = await read(db, relevance)
    assert (row["reads"], row["since"]) == ("toy-2", NOW)


async def test_two_processes_that_fit_at_once_leave_one_model(db: Database) -> None:
    """The first time, and when a model is replaced: what came second is dropped."""
    both = threading.Barrier(2)

    class Slow(Toy):
        """Ready when the other one is."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def see(self, texts: Sequence[Named]) -> Signals:
            both.wait(timeout=30)
            return super().see(texts)

    for turn, names in enumerate([("a", "b"), ("c", "d")]):
        await many(db, first=100 + 100 * turn)
        fits = [Scorer(db, Slow(name)).fit_due([1], now=NOW) for name in names]
        assert sorted(await asyncio.gather(*fits)) == [0, 1]
        [row] = await read(db, relevance)
        assert row["reads"] in names


async def test_a_fit_that_fails_leaves_the_other_brands_theirs(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await many(db)
    await many(db, first=300, brand=2)
    toy = Toy()
    seen = toy.see

    def once(texts: Sequence[Named]) -> Signals:
        toy.see = seen  # type: ignore[method-assign]
        raise RuntimeError("out of memory")

    toy.see = once  # type: ignore[method-assign]
    assert await Scorer(db, toy).fit_due([1, 2], now=NOW) == 1
    assert [row["brand_id"] for row in await read(db, relevance)] == [2]
    assert "brand 1 gets no new model of relevance" in caplog.text
