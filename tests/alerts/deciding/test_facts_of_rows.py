"""Facts are read by key, however many matches there are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from alerts.deciding.facts_of_rows import read_facts
from listener.store.session import Database
from listener.store.tables import matches, own_posts
from tests.alerts.channels.world import START, World
from tests.plans import plans_of

OWN = {"زين": frozenset({"zain"})}


async def test_the_facts_of_the_pairs_that_were_asked_for_and_no_others(db: Database) -> None:
    world = World(db)
    await world.brands()
    first, second = await world.mention(), await world.mention(intent="praise")
    async with db.reading() as connection:
        [facts] = await read_facts(connection, [(first, 1), (second, 2)])  # 2 has no match
        assert await read_facts(connection, []) == []
    assert (facts.mention_id, facts.brand, facts.sentiment) == (first, "زين", "negative")
    assert (facts.probability, facts.dialect, facts.needs_response) == (0.8, "glf", True)
    assert (facts.needs_probability, facts.needs_at) == (None, None)


async def _own_post(
    db: Database, native_id: str, brand: int = 1, network: str = "mastodon"
) -> None:
    row = {
        "network": network, "native_id": native_id, "brand_id": brand, "account": "zain",
        "kind": "post", "text": "عرض جديد", "hashtags": [], "media": [], "created_at": START,
        "collected_at": START,
    }  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(own_posts.insert(), [row])


async def test_what_speaks_to_the_brand_is_read_from_the_rows(db: Database) -> None:
    world = World(db)
    await world.brands()
    await _own_post(db, "ours")
    await _own_post(db, "theirs", brand=2)
    await _own_post(db, "elsewhere", network="bluesky")
    await world.mention("عرض اليوم", native_id="seen-ours", author_handle="zain")
    await world.mention("سؤال", native_id="seen-other", author_handle="sara")
    reply: dict[str, Any] = {"kind": "reply"}
    wanted = {
        await world.mention("يا @zain وين الشبكة"): True,
        await world.mention("وين الشبكة", handles=["zain"]): True,
        await world.mention("زين شبكتها ضعيفة"): False,
        await world.mention("وين الشبكة", **reply, parent_id="ours"): True,
        await world.mention("وين الشبكة", **reply, parent_id="seen-ours"): True,
        await world.mention("وين الشبكة", **reply, parent_id="seen-other"): False,
        await world.mention("وين الشبكة", **reply, parent_id="theirs"): None,
        await world.mention("وين الشبكة", **reply, parent_id="elsewhere"): None,
        await world.mention("وين الشبكة", **reply, parent_id="never seen"): None,
        await world.mention("وين الشبكة", **reply, parent_id="x", thread_id="ours"): None,
    }
    async with db.reading() as connection:
        known = await read_facts(connection, [(number, 1) for number in wanted], own=OWN)
        blind = await read_facts(connection, [(min(wanted), 1)])
    assert {facts.mention_id: facts.directed for facts in known} == wanted
    assert blind[0].directed is None  # nobody said which accounts are ours


@pytest.mark.parametrize(
    ("place", "kind", "directed"),
    [
        ("account", "post", True),
        ("account", "comment", True),
        ("account", "review", True),
        ("given", "post", False),  # brought as the brand's by whoever imported it, not said to it
        ("given", "comment", None),
        ("given", "review", True),
        ("text", "review", None),
    ],
)
async def test_what_was_read_on_our_account_speaks_to_us(
    db: Database, place: str, kind: str, directed: bool | None
) -> None:
    world = World(db)
    await world.brands()
    number = await world.mention("متى تفتحون", kind=kind)
    async with db.writing() as connection:
        evidence = [["زين", place, ""], ["زين", "text", "زين"]]
        await connection.execute(update(matches).values(evidence=evidence))
        [facts] = await read_facts(connection, [(number, 1)], own=OWN)
    assert facts.directed is directed


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
