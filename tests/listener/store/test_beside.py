"""What stands beside a text: stored apart, completed later, masked, and gone with it."""

from __future__ import annotations

from sqlalchemy import update

from listener.masking.masker import masker
from listener.records import Beside, Identity
from listener.store.forget import erase
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import mentions, revisions
from tests.listener.store.rows import KEY, LATER, NOW, ZAIN, brand_ids, mention, read, store

PICTURE = Beside("picture", "فاتورة من زين")
QUOTED = Beside("quoted", "زين رفعت الأسعار")


async def besides(db: Database) -> list[list[str]]:
    [row] = await read(db, mentions)
    return row["beside"] or []


async def test_it_is_stored_apart_from_the_text(db: Database) -> None:
    await store(db, mention(text="شوفوا", beside=(PICTURE, QUOTED, PICTURE, Beside("poll", " "))))
    [row] = await read(db, mentions)
    assert row["text"] == "شوفوا"
    assert row["beside"] == [["picture", "فاتورة من زين"], ["quoted", "زين رفعت الأسعار"]]


async def test_what_another_reading_tells_later_is_added_and_what_it_does_not_tell_stays(
    db: Database,
) -> None:
    await store(db, mention(beside=(PICTURE,)))
    await store(db, mention(beside=(PICTURE, QUOTED), ref="m.example:7"), now=LATER)
    await store(db, mention(beside=(PICTURE,)), now=LATER)  # a stream: without the quoted post
    assert await besides(db) == [["picture", PICTURE.text], ["quoted", QUOTED.text]]
    [row] = await read(db, mentions)
    assert (row["ref"], row["revision"], row["state"]) == ("m.example:7", 1, "collected")
    await store(db, mention(beside=()), now=LATER)  # its author took the picture away
    assert await besides(db) == [["quoted", QUOTED.text]]


async def test_an_edit_keeps_what_it_does_not_tell(db: Database) -> None:
    await store(db, mention(beside=(PICTURE, QUOTED)))
    await store(db, mention(text="نص جديد", beside=(Beside("picture", "صورة أخرى"),)), now=LATER)
    assert await besides(db) == [["picture", "صورة أخرى"], ["quoted", QUOTED.text]]
    assert len(await read(db, revisions)) == 1


async def test_rows_from_before_have_nothing_beside_them_and_can_be_completed(db: Database) -> None:
    await store(db, mention())
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(beside=None))
    await store(db, mention(beside=(QUOTED,)), now=LATER)
    assert await besides(db) == [["quoted", QUOTED.text]]


async def test_it_is_masked_and_goes_with_a_deletion(db: Database) -> None:
    ids = await brand_ids(db)
    arrival = Arrival(mention(beside=(Beside("picture", "اتصل 0501234567"),)), (ZAIN,))
    async with db.writing() as connection:
        await add(
            connection, [arrival], brand_ids=ids, source="collect", now=NOW, key=KEY,
            mask=masker(("phone",)),
        )  # fmt: skip
    [[_kind, text]] = await besides(db)
    assert "0501234567" not in text
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["1"], key=KEY, now=LATER)
    assert await besides(db) == []


async def test_two_feeds_with_one_article_do_not_take_turns_at_its_pictures(db: Database) -> None:
    first = mention("a", network="rss", beside=(PICTURE,), identity=Identity(("k",), "one"))
    second = mention(
        "b", network="rss", beside=(Beside("picture", "زين"),), identity=Identity(("k",), "other")
    )
    await store(db, first)
    await store(db, second, now=LATER)
    assert await besides(db) == [["picture", PICTURE.text]]
