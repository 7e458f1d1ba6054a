"""Known mentions read again: edits, new brands, newer numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from listener.records import Author, Engagement, Evidence, Hit
from listener.store.mentions import Added, Arrival
from listener.store.session import Database
from listener.store.tables import matches, mentions, revisions
from tests.listener.store.rows import LATER, NOW, STC, ZAIN, mention, read, store


async def _settle(db: Database) -> None:
    """As if everything had been labelled and decided."""
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(state="labelled", tries=1))
        await connection.execute(update(matches).values(state="decided"))


async def test_an_edit_is_a_new_revision_that_goes_the_whole_way_again(db: Database) -> None:
    [number] = (await store(db, mention(text="الخدمة ممتازة"))).new
    await _settle(db)
    added = await store(db, mention(text="الخدمة سيئة", hashtags=("زين",)), now=LATER)
    assert added == Added(changed=[number], matched=1)
    [row] = await read(db, mentions)
    assert (row["text"], row["revision"], row["state"]) == ("الخدمة سيئة", 2, "collected")
    assert (row["tries"], row["hashtags"]) == (0, ["زين"])
    [old] = await read(db, revisions)
    assert (old["revision"], old["text"], old["at"]) == (1, "الخدمة ممتازة", LATER)
    [match] = await read(db, matches)
    assert (match["state"], match["revision"], match["changed_at"]) == ("waiting", 2, LATER)


async def test_an_edit_takes_the_work_from_who_holds_it(db: Database) -> None:
    await store(db, mention())
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(taken_by="w", taken_until=LATER))
        await connection.execute(update(matches).values(taken_by="w", taken_until=LATER))
    await store(db, mention(text="غير"), now=LATER)
    assert [row["taken_by"] for row in await read(db, mentions)] == [None]
    assert [row["taken_by"] for row in await read(db, matches)] == [None]


async def test_an_edit_that_no_longer_matches_is_decided_again_and_counts_no_more(
    db: Database,
) -> None:
    await store(db, Arrival(mention(text="زين و stc"), (ZAIN, STC)))
    await _settle(db)
    added = await store(db, Arrival(mention(text="stc"), (STC,)), now=LATER)
    assert added.matched == 1
    gone, kept = sorted(await read(db, matches), key=lambda row: row["about"] is None)
    assert (gone["about"], gone["evidence"], gone["state"]) == (0.0, [], "waiting")
    assert (kept["about"], kept["state"], kept["changed_at"]) == (None, "waiting", LATER)
    await store(db, Arrival(mention(text="stc"), (STC, ZAIN)), now=LATER)  # a rule was mended
    assert [row["about"] for row in await read(db, matches)] == [None, None]


async def test_a_new_brand_on_an_old_mention_waits(db: Database) -> None:
    await store(db, mention())
    await _settle(db)
    added = await store(db, Arrival(mention(), (ZAIN, STC)), now=LATER)
    assert added.duplicates == 1
    assert sorted(row["state"] for row in await read(db, matches)) == ["decided", "waiting"]
    assert [row["state"] for row in await read(db, mentions)] == ["labelled"]


async def _numbers(db: Database) -> tuple[object, ...]:
    [row] = await read(db, mentions)
    return tuple(row[name] for name in ("likes", "replies", "shares", "views", "engagement_at"))


async def _changed_at(db: Database) -> datetime:
    [row] = await read(db, matches)
    return row["changed_at"]  # type: ignore[no-any-return]


async def test_numbers_follow_the_newest_report(db: Database) -> None:
    await store(db, mention())
    newer = Engagement(likes=2, shares=4, as_of=LATER)  # an unlike; replies not reported
    await store(db, mention(engagement=newer), now=LATER)
    assert await _numbers(db) == (2, 1, 4, None, LATER)
    assert await _changed_at(db) == LATER
    older = Engagement(likes=9, views=50, as_of=NOW)  # a slow page: fills what nobody knew
    await store(db, mention(engagement=older), now=LATER + timedelta(hours=1))
    assert await _numbers(db) == (2, 1, 4, 50, LATER)


async def test_numbers_that_stay_touch_nothing(db: Database) -> None:
    await store(db, mention())
    await store(db, mention(engagement=Engagement(likes=3, as_of=LATER)), now=LATER)
    await store(db, mention(engagement=Engagement()), now=LATER)
    assert await _numbers(db) == (3, 1, None, None, NOW)
    assert await _changed_at(db) == NOW


async def _author(db: Database) -> tuple[object, ...]:
    [row] = await read(db, mentions)
    return tuple(row[f"author_{name}"] for name in ("id", "handle", "name", "followers"))


async def test_what_was_unknown_of_an_author_is_filled_in(db: Database) -> None:
    await store(db, mention(author=Author("mastodon", "77")))
    await store(db, mention(author=Author("mastodon", "77", "nora")), now=LATER)
    assert await _author(db) == ("77", "nora", None, None)
    await store(db, mention(author=Author("mastodon", "77", None, "نورة", 500)), now=LATER)
    assert await _author(db) == ("77", "nora", "نورة", 500)
    assert await _changed_at(db) == NOW  # no roll-up holds authors


async def test_what_is_known_of_an_author_never_becomes_unknown(db: Database) -> None:
    await store(db, mention())
    for author in (Author("mastodon", "77"), Author("mastodon"), None):
        await store(db, mention(author=author), now=LATER)
    assert await _author(db) == ("77", "nora", "نورة", 1200)


async def test_the_newest_count_of_followers_is_kept(db: Database) -> None:
    await store(db, mention())
    later, more = Engagement(likes=4, as_of=LATER), Author("mastodon", "77", "n", "ن", 1300)
    await store(db, mention(author=more, engagement=later), now=LATER)
    assert await _author(db) == ("77", "nora", "نورة", 1300)
    old, less = Engagement(likes=3, as_of=NOW), Author("mastodon", "77", "nora", "نورة", 900)
    await store(db, mention(author=less, engagement=old), now=LATER)  # a slow page
    assert await _author(db) == ("77", "nora", "نورة", 1300)


async def test_another_authors_particulars_are_not_taken(db: Database) -> None:
    await store(db, mention(author=Author("mastodon", "77")))
    await store(db, mention(author=Author("mastodon", "78", "hind", "هند", 9)), now=LATER)
    assert await _author(db) == ("77", None, None, None)


async def test_what_a_person_gave_to_a_brand_stays_its_mention_whatever_it_says_now(
    db: Database,
) -> None:
    given = Hit("Zain", (Evidence("Zain", "given", ""),))
    await store(db, mention(text="متى تفتحون"), hits=(given,))
    await store(db, mention(text="متى تفتحون؟ ننتظركم"), hits=(), now=LATER)
    await store(db, mention(text="وزين متى تفتح"), hits=(ZAIN,), now=LATER)
    await store(db, mention(text="ننتظركم"), hits=(), now=LATER)
    [match] = await read(db, matches)
    assert (match["about"], match["evidence"][0]) == (None, ["Zain", "given", ""])
