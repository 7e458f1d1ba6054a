from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import cursors
from listener.collecting.batch import Batch, write
from listener.collecting.cursors import Cursor
from listener.collecting.intake import Intake, database_trouble
from listener.networks.base import Gone
from listener.records import Author, Hit, Mention
from listener.store.mentions import Added, Arrival
from listener.store.session import Database
from tests.upstream import START, about_zain, an_intake, stored


def mention(native: str, text: str = "زين", author: str = "a") -> Mention:
    return Mention("plain", native, text, START, author=Author("plain", author))


async def asleep(ids: Sequence[int]) -> None:
    raise ConnectionError("no queue")


@pytest.fixture
async def intake(db: Database) -> Intake:
    return await an_intake(db, asleep)


async def nowhere(*args: Any, **named: Any) -> Any:
    raise AssertionError("not to be called")


SORTING = Intake(about_zain, nowhere, nowhere, nowhere)


def test_only_sound_mentions_that_concern_a_brand_are_taken_and_each_once() -> None:
    naive = replace(mention("3"), created_at=START.replace(tzinfo=None))
    found = SORTING.sort(
        [mention("1", "زين قديم"), mention("1"), mention("2", "x"), naive, mention("")]
    )
    assert [(a.mention.id, a.mention.text) for a in found.arrivals] == [("1", "زين")]
    assert ([m.id for m in found.others], found.skipped) == (["2"], 2)


def test_a_mention_the_matcher_stumbles_over_is_skipped() -> None:
    def match(one: Mention) -> Sequence[Hit]:
        if one.id == "2":
            raise ValueError("odd")
        return about_zain(one)

    found = replace(SORTING, match=match).sort([mention("1"), mention("2"), mention("3")])
    assert [a.mention.id for a in found.arrivals] == ["1", "3"]
    assert found.skipped == 1


def test_a_mention_whose_author_is_known_now_is_matched_anew() -> None:
    def match(one: Mention) -> Sequence[Hit]:
        return [] if one.author and one.author.handle == "bot" else about_zain(one)

    intake = replace(SORTING, match=match)
    found = intake.sort([mention("1"), mention("2"), mention("3", "x")])
    one, two = (arrival.mention for arrival in found.arrivals)
    bot = replace(two, author=Author("plain", "a", "bot"))
    again = intake.again(found, [one, bot])
    assert again.arrivals == found.arrivals[:1]
    assert again.others == [mention("3", "x"), bot]
    assert intake.again(found, [one, two]) == found


def test_what_is_said_to_us_stays_so_when_its_author_is_known() -> None:
    found = SORTING.sort([mention("1"), mention("2", "x")], to="stc")
    named = replace(found.arrivals[1].mention, author=Author("plain", "a", "nora"))
    again = SORTING.again(found, [found.arrivals[0].mention, named])
    assert [[hit.brand for hit in a.hits] for a in again.arrivals] == [["زين", "stc"], ["stc"]]
    assert SORTING.again(again, [a.mention for a in again.arrivals]).to == "stc"


def test_what_we_wrote_is_ours_and_may_speak_of_another_brand() -> None:
    (post,) = SORTING.sort([mention("1")], by="stc").arrivals
    assert [(hit.brand, hit.own) for hit in post.hits] == [("stc", True), ("زين", False)]
    (post,) = SORTING.sort([mention("1")], by="زين").arrivals
    assert [(hit.brand, hit.own) for hit in post.hits] == [("زين", True)]


def test_our_own_words_are_not_said_to_us() -> None:
    ours = replace(SORTING, match=lambda _one: [Hit("زين", own=True)])
    (post,) = ours.sort([mention("1")], to="زين").arrivals
    assert post.hits == (Hit("زين", own=True),)


class Events:
    """A stream of ready-made events."""

    def __init__(self, *events: Mention | Gone) -> None:
        self.events = events

    def event(self, data: bytes) -> Mention | Gone | None:
        return self.events[int(data)]

    def position(self, data: bytes) -> str | None:
        return data.decode()


def test_a_batch_is_completed_in_its_order() -> None:
    stream, batch = Events(mention("1"), Gone("1"), mention("2", "x"), mention("3")), Batch()
    for number in range(4):
        batch.take(stream, SORTING, str(number).encode())  # type: ignore[arg-type]
    told = [replace(m, author=Author("plain", "a", "h", None, 5)) for m in batch.arrived()]
    batch.complete(SORTING, told)
    assert [c.mention if isinstance(c, Arrival) else c for c in batch.changes] == [
        told[0], Gone("1"), mention("2", "x"), told[1],
    ]  # fmt: skip
    assert (batch.matched, batch.mentions, batch.skipped) == (2, 3, 0)


async def test_a_mention_no_database_takes_does_not_hold_up_the_others(
    db: Database, intake: Intake
) -> None:
    async def picky(
        connection: AsyncConnection, arrivals: Sequence[Arrival], **named: Any
    ) -> Added:
        added = await intake.add(connection, arrivals, **named)
        if any(arrival.mention.id == "13" for arrival in arrivals):
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return added

    arrivals = [Arrival(mention(str(n))) for n in range(12)]
    arrivals.insert(5, Arrival(mention("13")))
    async with db.writing() as connection:
        ids, refused = await replace(intake, add=picky).store(
            connection, arrivals, source="collect", now=START
        )
    assert refused == 1
    assert len(ids) == 12
    assert await stored(db) == [str(n) for n in range(12)]


async def test_rubbish_in_a_text_is_stored_by_the_real_store(db: Database, intake: Intake) -> None:
    arrivals = [Arrival(mention("1", "زين \ud800 \x00"))]
    async with db.writing() as connection:
        ids, refused = await intake.store(connection, arrivals, source="collect", now=START)
    assert (len(ids), refused) == (1, 0)


async def test_trouble_of_the_database_itself_is_raised_and_nothing_half_stored(
    db: Database, intake: Intake
) -> None:
    calls = 0

    async def fails(
        connection: AsyncConnection, arrivals: Sequence[Arrival], **named: Any
    ) -> Added:
        nonlocal calls
        calls += 1
        await intake.add(connection, arrivals, **named)
        raise OSError(28, "No space left on device")

    arrivals = [Arrival(mention(str(n))) for n in range(4)]
    with pytest.raises(OSError, match="No space"):
        async with db.writing() as connection:
            await replace(intake, add=fails).store(
                connection, arrivals, source="collect", now=START
            )
    assert calls == 1
    assert await stored(db) == []


async def test_deletions_erase_what_is_stored_and_leave_the_rest_of_the_world_alone(
    db: Database, intake: Intake
) -> None:
    erased: list[str] = []

    async def noting(
        connection: AsyncConnection, network: str, native_ids: Sequence[str], *, now: object
    ) -> None:
        erased.extend(native_ids)

    intake = replace(intake, erase=noting)
    mentions = [
        mention("1"),
        mention("2"),
        mention("3", author="left"),
        mention("4", author="left"),
    ]
    async with db.writing() as connection:
        await intake.store(connection, [Arrival(m) for m in mentions], source="stream", now=START)
        gone = [Gone("1"), Gone("left", author=True), *(Gone(f"x{n}") for n in range(2000))]
        assert await intake.remove(connection, "plain", gone, now=START) == 3
        assert await intake.remove(connection, "another", gone, now=START) == 0
    assert erased == ["1", "3", "4"]


async def test_an_own_post_is_erased_by_what_the_network_calls_it_and_with_its_account(
    db: Database, intake: Intake
) -> None:
    ours = (Hit("زين", own=True),)
    posts = [
        Arrival(replace(mention("1", author="us"), ref="m.example:7"), ours),
        Arrival(mention("2", author="us"), ours),
    ]
    async with db.writing() as connection:
        await intake.store(connection, posts, source="stream", now=START)
        named = [Gone("m.example:7", ref=True), Gone("m.example:8", ref=True)]
        assert await intake.remove(connection, "plain", named, now=START) == 1
        assert await intake.remove(connection, "plain", [Gone("us", author=True)], now=START) == 1


async def test_a_queue_that_is_away_fails_nobody(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    await intake.tell([1, 2])
    assert "sweep" in caplog.text
    caplog.clear()
    await intake.tell([])
    assert not caplog.text


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("state", ["40P01", "53100", "55P03", "57014", "57P03"])
async def test_a_deadlock_or_a_full_disk_is_no_mentions_fault(
    db: Database, intake: Intake, state: str
) -> None:
    async def fails(connection: AsyncConnection, *given: Any, **named: Any) -> Added:
        raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
        await connection.execute(text(raising))
        raise AssertionError

    with pytest.raises(DBAPIError) as caught:
        async with db.writing() as connection:
            await replace(intake, add=fails).store(
                connection, [Arrival(mention("1"))], source="collect", now=START
            )
    assert database_trouble(caught.value)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_a_stream_loses_no_post_and_keeps_its_place_while_the_database_is_in_trouble(
    db: Database, intake: Intake
) -> None:
    """The trigger stands for whatever the server may come to: 20 of 20 posts are stored after."""
    stream = Cursor("plain", "stream")
    posts = [Arrival(mention(str(n)), tuple(about_zain(mention(str(n))))) for n in range(20)]
    batch = Batch(changes=list(posts), matched=20, events=20, mentions=20, position="7")
    onward = replace(stream, walk=replace(stream.walk, since="7"))
    for state in ("40P01", "55P03", "57014", "53100", "53200", "53300", "57P03", "57P01", "XX000"):
        trouble = f"$$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
        async with db.writing() as connection:
            for statement in (
                f"CREATE OR REPLACE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS "
                f"{trouble}",
                "CREATE OR REPLACE TRIGGER trouble BEFORE INSERT ON mentions "
                "EXECUTE FUNCTION trouble()",
            ):
                await connection.execute(text(statement))
        with pytest.raises(DBAPIError) as caught:
            await write(db, intake, batch, onward, network="plain", now=START)
        assert database_trouble(caught.value), state
        async with db.reading() as connection:
            assert (await cursors.load(connection, "plain", "stream")).walk.since is None
    async with db.writing() as connection:
        await connection.execute(text("DROP TRIGGER trouble ON mentions"))
    ids = await write(db, intake, batch, onward, network="plain", now=START)
    assert len(ids) == 20
    async with db.reading() as connection:
        assert (await cursors.load(connection, "plain", "stream")).walk.since == "7"
