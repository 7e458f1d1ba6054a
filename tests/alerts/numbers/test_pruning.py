"""What is kept no longer goes; its numbers stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts.numbers import retention
from alerts.numbers.due import summary_of
from alerts.numbers.retention import Pruner, keep_of
from alerts.numbers.rollups import recount
from alerts.numbers.seals import seal_of
from alerts.numbers.spans import month_of, week_of
from alerts.numbers.summary_text import lines
from listener.records import Author, Evidence, Figure, Hit, Mention
from listener.settings import Settings
from listener.store import figures, own_posts
from listener.store.mentions import Arrival, add
from listener.store.prune import EMPTIED
from listener.store.session import Database
from listener.store.tables import (
    actions,
    alert_mentions,
    alerts,
    counts,
    decisions,
    labels,
    matches,
    mentions,
    notices,
    queries,
    revisions,
    sealed,
)
from listener.store.tables import figures as numbers
from listener.store.tables import own_posts as own
from listener.words import words
from listener.words.bidi import strip_isolates
from tests.alerts.numbers.seeded import mention, seed
from tests.alerts.numbers.world import LATER, SPRING, ZONE, pruned, put, rows_of, size, written

TAG = ("قهوة_رشفان",)
SETTINGS = Settings.model_validate(
    {
        "service": {"timezone": ZONE, "week_starts": "sunday"},
        "retention": {"mentions": "30d"},
        "networks": {"youtube": {"keep": "2d"}, "rss": {}},
        "brands": [
            {"name": "رشفان", "keywords": ["رشفان"], "hashtags": list(TAG)},
            {"name": "منافس", "keywords": ["منافس"], "role": "competitor"},
        ],
    }
)


async def test_closed_spans_are_sealed_and_their_rows_go(db: Database) -> None:
    ids = await written(
        db,
        {"number": 1, "author": "a", "tags": TAG, "likes": 3, "followers": 10},
        {"number": 2, "author": "a"},
        {"number": 3, "author": "b", "at": SPRING + timedelta(days=1)},
    )
    done = await pruned(db)
    assert (done.removed, done.emptied, done.sealed) == (3, 0, 4)  # two days, a week, a month
    for table in (mentions, matches, labels, revisions, decisions, alert_mentions):
        assert await size(db, table) == 0, table.name
    async with db.reading() as connection:
        day = await seal_of(connection, ids["رشفان"], "day:2026-03-10")
        month = await seal_of(connection, ids["رشفان"], "month:2026-03")
        week = await seal_of(connection, ids["رشفان"], "week:2026-W11")
        none = await seal_of(connection, ids["منافس"], "month:2026-03")
    assert day is not None
    assert month is not None
    assert week is not None
    assert none is None
    assert (day.numbers.mentions, day.numbers.authors) == (2, 1)
    assert (month.numbers.mentions, month.numbers.authors) == (3, 2)
    assert month.numbers.hashtag_authors == {TAG[0]: 1}
    assert month.numbers.sentiment == {"negative": 3}
    assert month.numbers.potential_reach == 10
    assert month.numbers.reach is None
    assert month.numbers.labelled_by == ("model-1",)
    assert month.numbers.since == datetime(2026, 2, 28, 21, tzinfo=UTC)
    assert week.numbers.since == datetime(2026, 3, 7, 21, tzinfo=UTC)
    assert month.at == LATER


async def test_days_are_those_of_the_configured_zone(db: Database) -> None:
    await written(db, {"number": 1}, at=datetime(2026, 3, 10, 22, tzinfo=UTC))  # 01:00 in Riyadh
    await pruned(db)
    assert "day:2026-03-11" in {row.span for row in await rows_of(db, sealed)}


async def test_a_network_may_demand_less_and_nothing_goes_before_its_time(db: Database) -> None:
    await written(db, {"number": 1, "network": "youtube"}, {"number": 2})
    assert (await pruned(db, SPRING + timedelta(days=1))).last is None
    april = datetime(2026, 4, 5, tzinfo=UTC)
    assert (await pruned(db, april)).removed == 1  # March is over; the other has days left
    assert [row.network for row in await rows_of(db, mentions)] == ["mastodon"]
    assert (await pruned(db, SPRING + timedelta(days=31))).removed == 1


async def test_in_an_open_month_text_and_names_go_on_time_and_the_numbers_count(
    db: Database,
) -> None:
    ids = await written(
        db,
        {"number": 1, "network": "youtube", "author": "a", "likes": 4},
        {"number": 2, "network": "youtube", "author": "a"},
    )
    soon = SPRING + timedelta(days=3)
    done = await pruned(db, soon)
    assert (done.emptied, done.removed, done.sealed) == (2, 0, 0)
    row = (await rows_of(db, mentions))[0]
    assert (row.text, row.url, row.author_name, row.author_handle) == (
        "", None, None, None,
    )  # fmt: skip
    assert (await rows_of(db, matches))[0].evidence == [["رشفان", "text", ""]]
    assert (await pruned(db, soon)).emptied == 0  # emptied once
    again = mention(1, network="youtube", author="a", at=SPRING)
    async with db.writing() as connection:  # the network shows it still: not stored anew
        hit = Hit("رشفان", (Evidence("رشفان", "text", "رشفان"),))
        added = await add(
            connection, [Arrival(again, (hit,))], brand_ids=ids, source="collect", now=soon
        )
    assert (added.refused, added.new, added.changed) == (1, [], [])
    assert [r.reason for r in await rows_of(db, mentions)] == [EMPTIED] * 2
    done = await pruned(db, datetime(2026, 4, 4, tzinfo=UTC))
    assert done.removed == 2
    async with db.reading() as connection:
        month = await seal_of(connection, ids["رشفان"], "month:2026-03")
    assert month is not None
    assert (month.numbers.mentions, month.numbers.authors) == (2, 1)
    assert month.numbers.engagement == 4


async def test_a_span_is_settled_a_while_before_its_rows_go(db: Database) -> None:
    last = datetime(2026, 3, 31, 12, tzinfo=UTC)
    await written(db, {"number": 1, "network": "youtube"}, at=last)
    over = datetime(2026, 4, 2, 20, tzinfo=UTC)  # the month ended 47 hours ago
    assert (await pruned(db, over)).emptied == 1
    # the week that holds 31 March ends on 4 April
    assert (await pruned(db, over + timedelta(days=2))).removed == 0
    assert (await pruned(db, datetime(2026, 4, 6, 21, tzinfo=UTC))).removed == 1


async def test_what_waits_to_be_decided_is_left(db: Database) -> None:
    await written(db, {"number": 1}, decided=False)
    assert (await pruned(db)).last is None
    assert await size(db, mentions) == 1


async def test_a_seal_is_never_recomputed(db: Database) -> None:
    ids = await written(db, {"number": 1}, {"number": 2})
    await pruned(db, most=1)  # the seal counts both, one row is left
    first = await rows_of(db, sealed)
    assert await size(db, mentions) == 1
    await written(db, {"number": 9, "author": "late"})  # found later, on a sealed day
    await pruned(db)
    assert await size(db, mentions) == 0
    assert [row.numbers for row in await rows_of(db, sealed)] == [row.numbers for row in first]
    async with db.reading() as connection:
        day = await seal_of(connection, ids["رشفان"], "day:2026-03-10")
    assert day is not None
    assert day.numbers.mentions == 2


@pytest.mark.parametrize("dies_in", ["remove", "empty"])
async def test_killed_between_sealing_and_removing(
    db: Database, dies_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await written(db, {"number": 1, "author": "a"}, {"number": 2, "author": "b"})

    async def die(*_args: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(retention, dies_in, die)
        with pytest.raises(KeyboardInterrupt):
            await pruned(db)
    assert await size(db, mentions) == 2  # sealed, and all still there
    assert await size(db, sealed) == 3
    assert (await pruned(db)).removed == 2
    assert (await pruned(db)).last is None
    async with db.reading() as connection:
        month = await seal_of(connection, ids["رشفان"], "month:2026-03")
    assert month is not None
    assert (month.numbers.mentions, month.numbers.authors) == (2, 2)


@pytest.mark.parametrize(
    "odd", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
async def test_a_row_of_an_impossible_time_goes_unsealed_and_stops_nothing(
    db: Database, odd: datetime
) -> None:
    ids = await written(db, {"number": 1}, {"number": 2})
    async with db.writing() as connection:
        await connection.execute(
            update(mentions)
            .where(mentions.c.native_id == "2")
            .values(created_at=odd, collected_at=SPRING)
        )
    done = await pruned(db)
    assert (done.removed, done.emptied, done.sealed) == (2, 0, 3)
    async with db.reading() as connection:
        span = week_of(SPRING.date(), ZONE, "sunday")
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=LATER)
    assert summary.now.mentions == 1


async def test_the_walk_goes_through_every_network(db: Database) -> None:
    networks = ("bluesky", "mastodon", "youtube")
    await written(db, *({"number": n, "network": networks[n % 3]} for n in range(9)))
    removed, last = 0, None
    for _ in range(5):
        done = await pruned(db, after=last, most=2)
        removed, last = removed + done.removed, done.last
    assert removed == 9
    assert (await pruned(db, after=last, most=2)).last is None


async def test_emptied_rows_of_an_open_month_are_not_read_again(db: Database) -> None:
    await written(db, {"number": 1, "network": "youtube"}, {"number": 2, "network": "youtube"})
    soon = SPRING + timedelta(days=3)
    assert (await pruned(db, soon)).emptied == 2
    assert (await pruned(db, soon)).last is None


async def test_roll_ups_of_removed_hours_stay(db: Database) -> None:
    await written(db, {"number": 1}, {"number": 2})
    await recount(db, now=SPRING)
    await pruned(db)
    assert await recount(db, since=SPRING - timedelta(days=999), now=LATER) == 0
    assert [row.mentions for row in await rows_of(db, counts)] == [2]
    await written(db, {"number": 9, "author": "late"})  # a row of that hour is here again
    assert await recount(db, since=SPRING - timedelta(days=999), now=LATER) == 0
    assert [row.mentions for row in await rows_of(db, counts)] == [2]


async def test_an_alert_stays_as_numbers_and_names_nobody(db: Database) -> None:
    ids = await written(db, {"number": 1})
    number = (await rows_of(db, mentions))[0].id
    await put(
        db, alerts, id=7, brand_id=ids["رشفان"], route="r", channel="c",
        group_key="author:mastodon:a:2026-03-10", state="resolved", urgency="normal",
        opened_at=SPRING, published_at=SPRING, changed_at=SPRING, claimed_at=SPRING,
    )  # fmt: skip
    await put(db, alert_mentions, alert_id=7, mention_id=number, at=SPRING)
    await put(
        db, notices, id="n", alert_id=7, subject="alert:7", channel="c", kind="card", n=0,
        state="sent", due_at=SPRING, created_at=SPRING, body={"version": 1},
    )  # fmt: skip
    await put(
        db, actions, key="k", alert_id=7, user_id="U1", action="claim", outcome="done",
        detail={}, at=SPRING,
    )  # fmt: skip
    await pruned(db)
    assert [row.group_key for row in await rows_of(db, alerts)] == ["removed:7"]
    assert await size(db, notices) == 1
    assert await size(db, actions) == 1
    async with db.reading() as connection:
        span = month_of(SPRING.date(), ZONE)
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=LATER)
    assert (summary.alerts, summary.claimed, summary.now.mentions) == (1, 1, 1)


@pytest.mark.parametrize(("language", "said"), [("ar", "نهائية"), ("en", "sealed")])
async def test_a_report_of_a_sealed_week_says_so(db: Database, language: str, said: str) -> None:
    ids = await written(db, {"number": 1, "author": "a", "tags": TAG}, {"number": 2})
    await written(db, {"number": 3, "at": SPRING - timedelta(days=7)})
    async with db.writing() as connection:
        await connection.execute(update(queries).values(since=SPRING - timedelta(days=30)))
    span = week_of(SPRING.date(), ZONE, "sunday")
    async with db.reading() as connection:
        live = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=LATER)
    await pruned(db)
    async with db.reading() as connection:
        kept = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=LATER)
    assert (live.sealed, kept.sealed) == (False, True)
    assert kept.now == live.now
    assert kept.compared.numbers is not None
    assert kept.compared.numbers.mentions == 1
    assert tuple(kept.labelled_by) == tuple(live.labelled_by) == ("model-1",)
    spoken = words(language)  # type: ignore[arg-type]
    before, after = lines(live, spoken), lines(kept, spoken)
    more = [line for line in after if line not in before]
    assert len(more) == 1
    assert said in strip_isolates(more[0])
    assert '"sealed": true' in kept.as_json()


async def test_the_count_process_takes_batches_until_none_is_left(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await written(db, *({"number": n} for n in range(5)))
    monkeypatch.setattr(retention, "BATCH", 2)
    pruner = Pruner(SETTINGS, ids)
    calls = 0
    while await pruner.some(db, now=LATER):
        calls += 1
    assert calls == 3
    assert await size(db, mentions) == 0
    await written(db, {"number": 8})
    assert not await pruner.some(db, now=LATER + timedelta(minutes=9))  # it looks now and then
    assert await pruner.some(db, now=LATER + timedelta(minutes=10))
    async with db.reading() as connection:
        assert (await connection.execute(select(mentions.c.id))).all() == []


async def test_own_posts_go_once_the_network_shows_them_no_longer_and_their_figures_stay(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    ids = await seed(db, [])
    pruner = Pruner(SETTINGS, ids)
    names = [("mastodon", "old"), ("mastodon", "seen"), ("youtube", "old"), ("youtube", "new")]
    names.append(("youtube", "old too"))
    posts = {
        key: (key, Mention(*key, "عرض", SPRING, author=Author(key[0], "1", "rashfan")), 1)
        for key in names
    }

    async def read(at: datetime, *keys: tuple[str, str]) -> None:
        async with db.writing() as connection:
            await own_posts.keep(connection, [posts[key] for key in keys], at)

    async def left(now: datetime) -> set[tuple[str, str]]:
        while await pruner.some(db, now=now):
            pass
        return {(row.network, row.native_id) for row in await rows_of(db, own)}

    await read(SPRING, *names[:3], names[4])
    figure = Figure("رشفان", "youtube", "rashfan", "views", 7, SPRING, "lifetime", "old")
    async with db.writing() as connection:
        await figures.keep(connection, [figure], brand_ids=ids, key=b"k" * 32, now=SPRING)
    await read(SPRING + timedelta(days=20), names[1], names[3])  # a page that shows these two
    day = timedelta(days=1)
    assert await left(SPRING + 21 * day) == {names[0], names[1], names[3]}
    assert await left(SPRING + 31 * day) == {names[1]}
    assert await left(SPRING + 51 * day) == set()
    assert [row.post_id for row in await rows_of(db, numbers)] == ["old"]


def test_how_long_is_what_the_settings_say() -> None:
    keep = keep_of(SETTINGS)
    assert keep.usual == timedelta(days=30)
    assert keep.networks == {"youtube": timedelta(days=2)}
