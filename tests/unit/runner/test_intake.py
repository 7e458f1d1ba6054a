from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.intake import Arrival, Intake
from listener.networks.base import Gone
from listener.records import Author, Mention
from listener.store import tables as t
from listener.store.session import Database
from tests.upstream import START, FoundHit, Made, about_zain, add, erase


def mention(native: str, text: str = "زين", author: str = "a") -> Mention:
    return Mention("plain", native, text, START, author=Author("plain", author))


async def asleep(ids: Sequence[int]) -> None:
    raise ConnectionError("no queue")


INTAKE = Intake(about_zain, add, erase, asleep)


async def stored(db: Database) -> set[str]:
    async with db.reading() as connection:
        return set((await connection.execute(select(t.mentions.c.native_id))).scalars())


def test_only_sound_mentions_that_concern_a_brand_are_taken_and_each_once() -> None:
    naive = replace(mention("3"), created_at=START.replace(tzinfo=None))
    found = INTAKE.sort(
        [mention("1", "زين قديم"), mention("1"), mention("2", "x"), naive, mention("")]
    )
    assert [(a.mention.id, a.mention.text) for a in found.arrivals] == [("1", "زين")]
    assert (found.unmatched, found.skipped) == (1, 2)


def test_a_mention_the_matcher_stumbles_over_is_skipped() -> None:
    def match(one: Mention) -> Sequence[FoundHit]:
        if one.id == "2":
            raise ValueError("odd")
        return about_zain(one)

    found = replace(INTAKE, match=match).sort([mention("1"), mention("2"), mention("3")])
    assert [a.mention.id for a in found.arrivals] == ["1", "3"]
    assert found.skipped == 1


@pytest.mark.parametrize("poison", ["زين \ud800", "زين"])
async def test_a_mention_no_database_takes_does_not_hold_up_the_others(
    db: Database, poison: str
) -> None:
    bad = mention("13", poison)
    if poison == "زين":  # a date beyond what the column can say in UTC
        bad = replace(bad, created_at=START.replace(tzinfo=None))
    arrivals = [Arrival(mention(str(n)), []) for n in range(12)]
    arrivals.insert(5, Arrival(bad, []))
    async with db.writing() as connection:
        ids, refused = await INTAKE.store(connection, arrivals, source="collect", now=START)
    assert refused == 1
    assert len(ids) == 12
    assert await stored(db) == {str(n) for n in range(12)}


async def test_trouble_of_the_database_itself_is_raised_and_nothing_half_stored(
    db: Database,
) -> None:
    calls = 0

    async def fails(
        connection: AsyncConnection, arrivals: Sequence[Arrival], *, source: str, now: object
    ) -> Made:
        nonlocal calls
        calls += 1
        await add(connection, arrivals, source=source, now=START)
        raise OSError(28, "No space left on device")

    intake = replace(INTAKE, add=fails)
    with pytest.raises(OSError, match="No space"):
        async with db.writing() as connection:
            await intake.store(
                connection, [Arrival(mention("1"), [])] * 4, source="collect", now=START
            )
    assert calls == 1
    assert await stored(db) == set()


async def test_deletions_erase_what_is_stored_and_leave_the_rest_of_the_world_alone(
    db: Database,
) -> None:
    erased: list[str] = []

    async def noting(
        connection: AsyncConnection, network: str, native_ids: Sequence[str], *, now: object
    ) -> None:
        erased.extend(native_ids)

    intake = replace(INTAKE, erase=noting)
    mentions = [
        mention("1"),
        mention("2"),
        mention("3", author="left"),
        mention("4", author="left"),
    ]
    async with db.writing() as connection:
        await intake.store(
            connection, [Arrival(m, []) for m in mentions], source="stream", now=START
        )
        gone = [Gone("1"), Gone("left", author=True), *(Gone(f"x{n}") for n in range(2000))]
        assert await intake.remove(connection, "plain", gone, now=START) == 3
        assert await intake.remove(connection, "another", gone, now=START) == 0
    assert erased == ["1", "3", "4"]


async def test_a_queue_that_is_away_fails_nobody(caplog: pytest.LogCaptureFixture) -> None:
    await INTAKE.tell([1, 2])
    assert "sweep" in caplog.text
    caplog.clear()
    await INTAKE.tell([])
    assert not caplog.text
