from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select, update

from alerts.numbers.numbers import numbers
from alerts.numbers.rollups import recount
from listener.records import Mention
from listener.store.effective import about_head
from listener.store.session import Database
from listener.store.tables import counts, figures, ledger, matches, mentions
from listener.store.tables import labels as label_table
from tests.alerts.numbers.seeded import NOW, label, mention, seed
from tests.alerts.numbers.world import rows_of

WEEK = {"since": NOW - timedelta(days=7), "until": NOW}


async def test_numbers_are_those_counted_by_hand(db: Database) -> None:
    rows = [
        (mention(1, author="a", followers=100, likes=5), label("positive", "praise")),
        (mention(2, author="a", followers=120), label("negative", "complaint")),
        (mention(3, author="b", tags=("قهوة_رشفان",)), label("negative", "question")),
        (mention(4, network="bluesky", author="a", tags=("قهوةرشفان",)), label()),
        (mention(5, network="rss", author=None), None),
        (mention(6, at=NOW - timedelta(days=8)), label()),
        (mention(7, at=NOW), label()),
    ]
    ids = await seed(db, rows)
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], hashtags=["قهوة_رشفان"], **WEEK)
    assert found.mentions == 5
    assert (found.authors, found.authors_unknown) == (3, 1)
    assert found.sentiment == {"positive": 1, "negative": 2, "neutral": 1, "unlabelled": 1}
    assert found.needing_response == 2
    assert found.hashtag_authors == {"قهوة_رشفان": 2}  # underscores and networks apart
    assert found.potential_reach == 120  # one author, newest number; unknown is not 0
    assert found.engagement == 5
    assert found.networks == {"mastodon": 3, "bluesky": 1, "rss": 1}


async def test_what_seems_to_be_about_something_else_is_counted_and_marked(db: Database) -> None:
    ids = await seed(db, [(mention(n), label()) for n in range(1, 6)])
    async with db.writing() as connection:
        for number, about in ((1, 0.1), (2, 0.49), (3, 0.5)):
            await connection.execute(
                update(matches).where(matches.c.mention_id == number).values(about=about)
            )
        no = {"revision": 1, "value": "no", "source": "user:U1", "detail": {}, "at": NOW}
        ours, theirs = (about_head(ids[name]) for name in ("رشفان", "منافس"))
        said = [(3, ours), (3, theirs), (4, theirs)]  # one person, one mention, two brands' cards
        await connection.execute(
            insert(label_table), [{**no, "mention_id": of, "head": head} for of, head in said]
        )
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
    assert (found.mentions, found.elsewhere) == (5, 3)


async def test_unknown_is_none_and_not_zero(db: Database) -> None:
    ids = await seed(db, [(mention(1), label())])
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
    assert (found.engagement, found.potential_reach, found.reach) == (None, None, None)
    assert found.elsewhere is None


async def test_reach_is_what_networks_report_and_gaps_are_counted(db: Database) -> None:
    ids = await seed(db, [(mention(1), label())])
    day = NOW - timedelta(days=1)
    async with db.writing() as connection:
        figure = {
            "brand_id": ids["رشفان"],
            "network": "x",
            "measure": "reach",
            "source": "collected",
        }
        await connection.execute(
            insert(figures), [{**figure, "value": 900, "as_of": day, "post_id": "1"}]
        )
        gap = {"network": "x", "read": "r", "kind": "gap", "at": NOW}
        await connection.execute(
            insert(ledger), [{**gap, "since": day, "until": day + timedelta(hours=1)}]
        )
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
    assert (found.reach, found.gaps) == (900.0, 1)


async def test_a_persons_label_wins_and_changes_the_roll_up(db: Database) -> None:
    ids = await seed(db, [(mention(1), label("negative"))])
    await recount(db, since=None, now=NOW)
    async with db.writing() as connection:
        number = (await connection.execute(select(mentions.c.id))).scalar_one()
        person = {"mention_id": number, "revision": 1, "head": "sentiment", "detail": {}}
        await connection.execute(
            insert(label_table),
            [{**person, "source": "user:U1", "value": "positive", "at": NOW - timedelta(1)}],
        )
        await connection.execute(update(matches).values(changed_at=NOW + timedelta(minutes=1)))
    await recount(db, since=NOW, now=NOW + timedelta(minutes=2))
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
        rolled = (await connection.execute(select(counts.c.sentiment, counts.c.mentions))).all()
    assert found.sentiment == {"positive": 1}
    assert [tuple(row) for row in rolled] == [("positive", 1)]


async def test_what_needs_a_response_is_what_was_said_of_that_and_not_the_intent(
    db: Database,
) -> None:
    """A question of the public needs none. Where a person sets the intent alone, it follows."""
    public = replace(label("neutral", "question"), needs_response=False)
    ids = await seed(db, [(mention(n), public) for n in range(1, 5)])
    person = {"revision": 1, "head": "intent", "source": "user:U1", "detail": {}, "at": NOW}
    async with db.writing() as connection:
        numbered = (await connection.execute(select(mentions.c.id))).scalars().all()
        said = zip(numbered, ("complaint", "praise"), strict=False)
        await connection.execute(
            insert(label_table), [{**person, "mention_id": of, "value": what} for of, what in said]
        )
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
    assert found.intents == {"complaint": 1, "praise": 1, "question": 2}
    assert found.needing_response == 1


async def test_the_roll_up_says_what_the_rows_say_and_runs_twice(db: Database) -> None:
    rows: list[tuple[Mention, object]] = [
        (
            mention(
                number,
                network=("mastodon", "bluesky")[number % 2],
                likes=number,
                at=NOW - timedelta(minutes=37 * number),
            ),
            label(("negative", "neutral", "positive")[number % 3], "complaint"),
        )
        for number in range(60)
    ]
    ids = await seed(db, rows)  # type: ignore[arg-type]
    assert await recount(db, now=NOW) > 0
    once = await rows_of(db, counts)
    await recount(db, since=NOW - timedelta(days=99), now=NOW)
    assert await rows_of(db, counts) == once
    async with db.reading() as connection:
        direct = await numbers(
            connection, ids["رشفان"], since=NOW - timedelta(days=7), until=NOW + timedelta(hours=1)
        )
        rolled = (await connection.execute(select(counts))).mappings().all()
    assert sum(row["mentions"] for row in rolled) == direct.mentions == 60
    assert sum(row["engagement"] for row in rolled) == direct.engagement
    assert sum(row["needing_response"] for row in rolled) == direct.needing_response
    for name, number in direct.sentiment.items():
        assert sum(r["mentions"] for r in rolled if r["sentiment"] == name) == number


async def test_a_deletion_changes_history(db: Database) -> None:
    ids = await seed(db, [(mention(1), label()), (mention(2, author="b"), label())])
    await recount(db, since=None, now=NOW)
    async with db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.native_id == "1").values(gone_at=NOW)
        )
        await connection.execute(update(matches).values(changed_at=NOW))
    await recount(db, since=NOW, now=NOW)
    async with db.reading() as connection:
        found = await numbers(connection, ids["رشفان"], **WEEK)
        rolled = (await connection.execute(select(counts.c.mentions))).scalars().all()
    assert found.mentions == 1
    assert list(rolled) == [1]
