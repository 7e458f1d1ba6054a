"""Facts are read by key, however many matches there are."""

from __future__ import annotations

import pytest

from alerts.deciding.facts_of_rows import read_facts
from listener.store.session import Database
from tests.alerts.channels.world import World
from tests.plans import plans_of


async def test_the_facts_of_the_pairs_that_were_asked_for_and_no_others(db: Database) -> None:
    world = World(db)
    await world.brands()
    first, second = await world.mention(), await world.mention(intent="praise")
    async with db.reading() as connection:
        [facts] = await read_facts(connection, [(first, 1), (second, 2)])  # 2 has no match
        assert await read_facts(connection, []) == []
    assert (facts.mention_id, facts.brand, facts.sentiment) == (first, "زين", "negative")
    assert (facts.probability, facts.dialect, facts.needs_response) == (0.8, "glf", True)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_no_table_is_read_whole(db: Database) -> None:
    world = World(db)
    await world.brands()
    first = await world.mention()
    with plans_of(db) as plans:
        async with db.writing() as connection:
            await read_facts(connection, [(first, 1)])
    assert any("SEARCH matches" in step for step in plans)
    assert not [s for s in plans if s.startswith("SCAN") and not s.startswith("SCAN anon_")]
