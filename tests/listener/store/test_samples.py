"""A sample is random: by its seed alone, each text as likely, and not what was clicked."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from listener.store.drawing import Draw, Scope, draw, drawn_keys, keep
from listener.store.forget import erase
from listener.store.sample_rows import (
    Said,
    Standing,
    labelled_texts,
    learned,
    say,
    standings,
    texts_of,
    unsay,
)
from listener.store.session import Database
from listener.store.tables import labels, matches, mentions
from tests.listener.store.rows import KEY, LATER, NOW, STC, brand_ids, mention, read, store

WEEK = NOW - timedelta(days=7)


async def drawn(
    db: Database, scope: Scope, seed: int = 7, count: int = 20, without: set[str] | None = None
) -> Draw:
    async with db.reading() as connection:
        return await draw(
            connection, scope, seed=seed, since=WEEK, until=LATER, count=count,
            without=without or set(),
        )  # fmt: skip


async def kept(db: Database, scope: Scope, seed: int = 7, count: int = 20) -> Standing:
    made = await drawn(db, scope, seed, count)
    async with db.writing() as connection:
        number = await keep(
            connection, scope, made, seed=seed, since=WEEK, until=LATER, by="huda", now=NOW
        )
    async with db.reading() as connection:
        return next(s for s in await standings(connection, scope) if s.id == number)


async def hundred(db: Database) -> Scope:
    await store(db, *(mention(n, f"الشبكة {n}") for n in range(100)))
    return Scope((await brand_ids(db))["Zain"])


async def test_the_same_seed_draws_the_same_texts_in_the_same_order(db: Database) -> None:
    scope = await hundred(db)
    first, again = await drawn(db, scope), await drawn(db, scope)
    assert first == again
    assert (len(first.texts), first.of) == (20, 100)
    assert first.texts[:5] == (await drawn(db, scope, count=5)).texts
    assert {t.key for t in first.texts} != {t.key for t in (await drawn(db, scope, 8)).texts}


async def test_every_text_is_as_likely_also_the_clicked_ones(db: Database) -> None:
    """Over 100 seeds each of 100 texts is expected 20 times (standard deviation 4)."""
    scope = await hundred(db)
    clicked = {row["id"] for row in (await read(db, mentions))[:10]}
    person = {"revision": 1, "head": "sentiment", "source": "user:U1", "value": "positive"}
    async with db.writing() as connection:
        await connection.execute(
            labels.insert(), [person | {"mention_id": n, "detail": {}, "at": NOW} for n in clicked]
        )
    times: Counter[int] = Counter()
    for seed in range(100):
        times.update(text.mention_id for text in (await drawn(db, scope, seed)).texts)
    assert len(times) == 100
    assert all(4 <= number <= 40 for number in times.values())
    of_clicked = sum(times[number] for number in clicked)
    assert 160 <= of_clicked <= 240  # 200 expected: neither sought nor avoided


async def test_each_text_is_drawn_once_however_often_it_was_posted(db: Database) -> None:
    many = [mention(f"s{n}", "نص مكرر https://a.example/" + str(n)) for n in range(50)]
    await store(db, *many, *(mention(n, f"نص {n} آخر") for n in range(3)))
    scope = Scope((await brand_ids(db))["Zain"])
    found = await drawn(db, scope)
    assert (found.of, len({text.key for text in found.texts})) == (4, 4)


async def test_only_mentions_that_count_for_the_brand_in_the_span(db: Database) -> None:
    await store(
        db,
        mention(1, "واحد"),
        mention(2, "قديم", created_at=WEEK - timedelta(hours=1)),
        mention(3, "حُذف"),
        mention(4, "لم يعد يطابق"),
        mention(5, "شبكة أخرى", network="bluesky"),
    )
    await store(db, mention(6, "علامة أخرى"), hits=(STC,))
    zain = (await brand_ids(db))["Zain"]
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["3"], key=KEY, now=NOW)
        ids = select(mentions.c.id).where(mentions.c.native_id == "4")
        await connection.execute(
            update(matches).where(matches.c.mention_id.in_(ids)).values(about=0.0)
        )
    assert (await drawn(db, Scope(zain))).of == 2
    assert (await drawn(db, Scope(zain, "bluesky"))).of == 1


async def test_a_sample_remembers_its_seed_span_and_who_said_what(db: Database) -> None:
    scope = await hundred(db)
    standing = await kept(db, scope, count=3)
    assert (standing.seed, standing.since, standing.until) == (7, WEEK, LATER)
    assert (standing.texts, standing.places, standing.open, standing.made_by) == (100, 3, 3, "huda")
    async with db.writing() as connection:
        said = [Said(standing.id, 1, "negative"), Said(standing.id, 2, "skip")]
        await say(connection, said, by="noura", now=LATER)
    async with db.reading() as connection:
        [after] = await standings(connection, scope)
        texts = await texts_of(connection, standing.id)
        only = await labelled_texts(connection, scope)
    assert (after.labelled, after.skipped, after.open, after.complete) == (1, 1, 1, False)
    assert [text.said for text in texts] == ["negative", "skip", None]
    assert [text.place for text in only] == [1]
    async with db.writing() as connection:
        await unsay(connection, standing.id, 1)
    async with db.reading() as connection:
        assert await labelled_texts(connection, scope) == []


async def test_labels_of_a_sample_are_no_corrections_of_mentions(db: Database) -> None:
    standing = await kept(db, await hundred(db), count=2)
    async with db.writing() as connection:
        await say(connection, [Said(standing.id, 1, "negative")], by="noura", now=LATER)
    assert await read(db, labels) == []


async def test_the_next_sample_holds_none_of_the_last(db: Database) -> None:
    scope = await hundred(db)
    await kept(db, scope, count=60)
    async with db.reading() as connection:
        before = await drawn_keys(connection, scope)
    rest = await drawn(db, scope, 8, 60, before)
    assert (len(before), rest.of, len(rest.texts)) == (60, 40, 40)
    assert not before & {text.key for text in rest.texts}


async def test_a_text_is_labelled_as_it_was_drawn_and_gone_when_deleted(db: Database) -> None:
    await store(db, mention(1, "كان هكذا"), mention(2, "سيُحذف"))
    scope = Scope((await brand_ids(db))["Zain"])
    standing = await kept(db, scope)
    await store(db, mention(1, "صار غير ذلك"), now=LATER)
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["2"], key=KEY, now=LATER)
    async with db.reading() as connection:
        assert [text.text for text in await texts_of(connection, standing.id)] == ["كان هكذا"]
        [after] = await standings(connection, scope)
    assert after.open == 1


async def test_what_was_learned_has_another_name_when_a_label_changes(db: Database) -> None:
    standing = await kept(db, await hundred(db), count=2)
    names = []
    for word in ("negative", "positive", "negative"):
        async with db.writing() as connection:
            await say(connection, [Said(standing.id, 1, word)], by="noura", now=LATER)
        async with db.reading() as connection:
            names.append(learned(await labelled_texts(connection, standing.scope)))
    assert names[0] == names[2] != names[1]
