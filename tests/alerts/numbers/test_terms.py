"""A network's terms may let nothing be kept that is not read again: posts go, numbers stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from alerts.numbers.closed import sealed_keys
from alerts.numbers.numbers import Numbers, numbers
from alerts.numbers.retention import keep_of
from alerts.numbers.seals import seal_of
from listener.records import Author, Mention
from listener.settings import Settings
from listener.store import own_posts
from listener.store.mentions import Arrival, add
from listener.store.prune import EMPTIED, KeepRule, remove_own_posts
from listener.store.session import Database
from listener.store.tables import mentions
from tests.alerts.numbers.seeded import mention
from tests.alerts.numbers.world import HASHTAGS, SPRING, pruned, rows_of, written

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
TERMS = KeepRule(YEAR, {}, {"youtube": MONTH}.get)
MARCH = (datetime(2026, 2, 28, 21, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC))


async def _read_again(
    db: Database, number: int, at: datetime, ids: dict[str, int], source: str = "collect"
) -> None:
    again = mention(number, network="youtube", author=f"a{number}", at=SPRING)
    async with db.writing() as connection:
        await add(connection, [Arrival(again)], brand_ids=ids, source=source, now=at)


def _two() -> list[dict[str, object]]:
    return [{"number": n, "network": "youtube", "author": f"a{n}"} for n in (1, 2)]


async def _kept(db: Database) -> list[str]:
    return [row.native_id for row in await rows_of(db, mentions) if row.reason != EMPTIED]


async def test_a_post_that_is_read_again_is_kept_and_one_that_is_not_goes(db: Database) -> None:
    ids = await written(db, *_two())
    await _read_again(db, 2, SPRING + timedelta(days=29), ids)
    assert (await pruned(db, SPRING + timedelta(days=29, hours=23), keep=TERMS)).last is None
    await pruned(db, SPRING + timedelta(days=31), keep=TERMS)
    assert await _kept(db) == ["2"]
    await pruned(db, SPRING + timedelta(days=58), keep=TERMS)
    assert await _kept(db) == ["2"]
    await pruned(db, SPRING + timedelta(days=60), keep=TERMS)
    assert await _kept(db) == []


async def test_what_the_settings_say_holds_however_often_a_post_is_read_again(db: Database) -> None:
    ids = await written(db, *_two())
    await _read_again(db, 2, SPRING + timedelta(days=39), ids)
    rule = KeepRule(YEAR, {"youtube": timedelta(days=40)}, TERMS.unread)
    await pruned(db, SPRING + timedelta(days=39, hours=23), keep=rule)
    assert await _kept(db) == ["2"]
    await pruned(db, SPRING + timedelta(days=41), keep=rule)
    assert await _kept(db) == []


async def test_what_people_brought_themselves_is_bound_by_no_networks_terms(db: Database) -> None:
    await written(db, *_two())
    async with db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.native_id == "1").values(source="import")
        )
    await pruned(db, SPRING + timedelta(days=99), keep=TERMS)
    assert await _kept(db) == ["1"]


async def test_a_file_that_is_imported_again_is_no_reading_again(db: Database) -> None:
    ids = await written(db, *_two())
    await _read_again(db, 1, SPRING + timedelta(days=20), ids, source="import")
    await pruned(db, SPRING + timedelta(days=31), keep=TERMS)
    assert await _kept(db) == []


async def test_polls_that_overlap_write_a_row_once_an_hour(db: Database) -> None:
    ids = await written(db, *_two())
    for minutes in (1, 59, 60, 61, 119, 121):
        await _read_again(db, 1, SPRING + timedelta(minutes=minutes), ids)
        seen = {row.native_id: row.seen_at for row in await rows_of(db, mentions)}
        hours = minutes // 60
        assert seen["1"] == (SPRING + timedelta(minutes=60 * hours + hours // 2) if hours else None)
        assert seen["2"] is None


async def _march(db: Database, brand_id: int) -> Numbers:
    """As a report has them: sealed where they are, else from the rows."""
    async with db.reading() as connection:
        if await sealed_keys(connection, brand_id, ["month:2026-03"]):
            sealed = await seal_of(connection, brand_id, "month:2026-03")
            assert sealed is not None
            return sealed.numbers
        since, until = MARCH
        return await numbers(
            connection, brand_id, since=since, until=until, hashtags=HASHTAGS[1], from_rows=True
        )


async def test_a_months_numbers_stay_the_same_under_terms_of_thirty_days(db: Database) -> None:
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    found = [
        {
            "number": day,
            "network": "youtube" if day % 2 else "mastodon",
            "author": f"a{day % 7}",
            "likes": day,
            "tags": HASHTAGS[1][: day % 2],
            "followers": 10 * (day % 7),
            "at": first + timedelta(days=day),
        }
        for day in range(30)
    ]
    ids = await written(db, *found)
    before = await _march(db, ids["رشفان"])
    assert (before.mentions, before.authors) == (30, 14)
    emptied = removed = 0
    for day in range(28, 100):
        done = await pruned(db, first + timedelta(days=day), keep=TERMS)
        emptied, removed = emptied + done.emptied, removed + done.removed
        assert await _march(db, ids["رشفان"]) == before, day
    assert emptied > 0  # those of early March, while March was open
    assert removed == 15
    assert len(await _kept(db)) == 15  # mastodon's, which nobody bounds


@pytest.mark.parametrize("name", ["youtube", "nowhere"])
def test_the_rule_asks_each_networks_own_terms(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from listener.settings import keeping

    monkeypatch.setattr(keeping, "about", lambda _name: type("A", (), {"keep": MONTH}))
    assert keep_of(Settings()).unread(name) == (MONTH if name == "youtube" else None)


async def test_own_posts_go_by_the_terms_where_those_are_shorter(db: Database) -> None:
    await written(db)
    youtube, mastodon = (
        ((network, "1"), Mention(network, "1", "عرض", SPRING, author=Author(network, "1")), 1)
        for network in ("youtube", "mastodon")
    )
    async with db.writing() as connection:
        await own_posts.keep(connection, [youtube, mastodon], SPRING)
        for days, gone in ((30, 0), (31, 1), (364, 0), (366, 1)):
            now = SPRING + timedelta(days=days)
            assert await remove_own_posts(connection, TERMS, now=now, most=9) == gone, days
