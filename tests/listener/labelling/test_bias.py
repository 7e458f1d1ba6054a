"""A bias from labelling to numbers, card and decision: one sentiment for the brand everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from alerts.cards.card_of_rows import CardStyle, load_quotes
from alerts.deciding.facts_of_rows import read_facts
from alerts.numbers.numbers import numbers
from classifiers.labels import SENTIMENTS, Label, Probabilities
from listener.labelling.bias import Biases
from listener.labelling.label import Labeller
from listener.store import bias_rows
from listener.store.drawing import Scope, draw, keep
from listener.store.export import Selection, export
from listener.store.label_rows import current_labels, for_brand
from listener.store.overview import why
from listener.store.sample_rows import Said, say, texts_of
from listener.store.session import Database
from listener.store.tables import biases, labels
from tests.listener.store.rows import LABEL, LATER, NOW, STC, ZAIN, brand_ids, mention, read, store

WEEK = NOW - timedelta(days=7)
BOTH = (ZAIN, STC)


class Timid:
    """Says "neutral" of complaints, too: negative has .42 of them."""

    name = "timid"

    def __init__(self, model: str = "timid-1") -> None:
        self.model = model

    def classify(self, texts: Sequence[str]) -> list[Label]:
        return [self._label(text) for text in texts]

    def _label(self, text: str) -> Label:
        shares = (0.1, 0.2, 0.7) if "شكرا" in text else (0.42, 0.5, 0.08)
        shares = (0.15, 0.8, 0.05) if "خبر" in text else shares
        mood = SENTIMENTS[shares.index(max(shares))]
        return replace(LABEL, sentiment=mood, probabilities=Probabilities(*shares))


def truth(text: str) -> str:
    if "شكرا" in text:
        return "positive"
    return "neutral" if "خبر" in text else "negative"


def fair(place: int, text: str) -> str:
    """As often negative, neutral and positive as the model's own probabilities say."""
    chances = Timid().classify([text])[0].probabilities
    even = place * 0.618 % 1  # spread evenly over 0 to 1
    return "negative" if even < chances.negative else (
        "neutral" if even < chances.negative + chances.neutral else "positive"
    )  # fmt: skip


async def labelled_sample(db: Database, *, calibrated: bool = False) -> Scope:
    """Sixty posts, fifty of them labelled: as they are, or so that the model is right already."""
    kinds = ("مشكلة", "مشكلة", "خبر", "شكرا")
    await store(db, *(mention(n, f"{kinds[n % 4]} {n}") for n in range(60)))
    scope = Scope((await brand_ids(db))["Zain"])
    async with db.writing() as connection:
        made = await draw(connection, scope, seed=5, since=WEEK, until=LATER, count=50)
        number = await keep(
            connection, scope, made, seed=5, since=WEEK, until=LATER, by="huda", now=NOW
        )
        for text in await texts_of(connection, number):
            word = fair(text.place, text.text) if calibrated else truth(text.text)
            await say(connection, [Said(number, text.place, word)], by="huda", now=NOW)
    return scope


def labeller(db: Database, model: Timid | None = None) -> Labeller:
    model = model or Timid()
    return Labeller(db, model, worker="w", biases=Biases(db, model))


async def fit(db: Database, scope: Scope, model: Timid | None = None) -> bool:
    return await Biases(db, model or Timid()).fit(scope, now=NOW)


async def test_a_bias_is_in_what_is_stored_counted_shown_decided_and_exported(
    db: Database,
) -> None:
    scope = await labelled_sample(db)
    await labeller(db).label_all(NOW)
    assert await fit(db, scope)
    [number] = (await store(db, mention("new", "مشكلة جديدة"), hits=BOTH)).new
    await labeller(db).label_all(LATER)
    brand, other = scope.brand_id, (await brand_ids(db))["stc"]
    [bias] = await read(db, biases)
    async with db.reading() as connection:
        heads = (await current_labels(connection, [number]))[number]
        mine, theirs = for_brand(heads, brand), for_brand(heads, other)
        pairs = [(number, brand), (number, other)]
        facts = {each.brand_id: each for each in await read_facts(connection, pairs)}
        quote = (await load_quotes(connection, [number], brand, CardStyle()))[number]
        history = await why(connection, number)
        counted = {b: await numbers(connection, b, since=WEEK, until=LATER) for b in (brand, other)}
    assert (mine["sentiment"].value, theirs["sentiment"].value) == ("negative", "neutral")
    assert mine["sentiment"].source == f"timid-1+{bias['version']}"
    assert theirs["sentiment"].source == "timid-1"
    assert mine["intent"].source == "timid-1"
    assert sum(mine["sentiment"].detail["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert (facts[brand].sentiment, facts[other].sentiment) == ("negative", "neutral")
    assert facts[brand].probability == mine["sentiment"].detail["probabilities"]["negative"]
    assert (quote.sentiment, quote.probability) == ("negative", facts[brand].probability)
    assert counted[brand].sentiment["negative"] == 1  # what was labelled before is as it was
    assert counted[other].sentiment == {"neutral": 1}
    assert set(counted[brand].labelled_by) == {"timid-1", f"timid-1+{bias['version']}"}
    assert history is not None
    said = {(row["head"], row["source"]): row["counts"] for row in history["labels"]}
    assert said["sentiment:" + str(brand), f"timid-1+{bias['version']}"] is True
    rows = {b: await _exported(db, Selection(b)) for b in (brand, other, None)}
    assert rows[brand]["new"] == "negative"
    assert rows[other]["new"] == "neutral"
    assert rows[None]["new"] == "neutral"  # its brands are of two minds: the model's own


async def _exported(db: Database, selection: Selection) -> dict[str, Any]:
    return {
        row["id"]: row["sentiment"]
        async for rows in export(db, "mentions", selection)
        for row in rows
    }


async def test_a_person_wins_over_a_bias(db: Database) -> None:
    scope = await labelled_sample(db)
    assert await fit(db, scope)
    [number] = (await store(db, mention("new", "مشكلة جديدة"))).new
    await labeller(db).label_all(NOW)
    row = {
        "mention_id": number, "revision": 1, "head": "sentiment", "detail": {},
        "source": "user:U1", "value": "positive", "at": NOW - timedelta(hours=1),
    }  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(insert(labels), [row])
    async with db.reading() as connection:
        heads = (await current_labels(connection, [number]))[number]
        [facts] = await read_facts(connection, [(number, scope.brand_id)])
        counted = await numbers(connection, scope.brand_id, since=WEEK, until=LATER)
    assert for_brand(heads, scope.brand_id)["sentiment"].source == "user:U1"
    assert facts.sentiment == "positive"
    assert "user:U1" in counted.labelled_by


async def test_a_newer_label_without_a_bias_counts_before_an_older_one_with(db: Database) -> None:
    scope = await labelled_sample(db)
    assert await fit(db, scope)
    [number] = (await store(db, mention("new", "مشكلة جديدة"))).new
    await labeller(db).label_all(NOW)
    row = {
        "mention_id": number, "revision": 1, "head": "sentiment", "source": "a-newer-model",
        "value": "positive", "detail": {"probabilities": {"positive": 0.9}}, "at": LATER,
    }  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(insert(labels), [row])
    async with db.reading() as connection:
        [facts] = await read_facts(connection, [(number, scope.brand_id)])
        counted = await numbers(connection, scope.brand_id, since=WEEK, until=LATER)
    assert facts.sentiment == "positive"
    assert counted.sentiment["positive"] == 15 + 1


async def test_a_useless_bias_is_stored_as_not_used_and_applied_to_nothing(db: Database) -> None:
    scope = await labelled_sample(db, calibrated=True)
    assert await fit(db, scope)
    async with db.reading() as connection:
        [standing] = await bias_rows.standing(connection)
        assert await bias_rows.in_use(connection, "timid-1") == {}
    assert standing["since"] is None
    assert standing["measured"]["after"]["log_loss"] > standing["measured"]["before"]["log_loss"]
    await labeller(db).label_all(LATER)
    assert {row["source"] for row in await read(db, labels)} == {"timid-1"}
    assert not await fit(db, scope)  # the same labels are not fitted again and again


async def test_two_fits_of_the_same_labels_are_one(db: Database) -> None:
    scope = await labelled_sample(db)
    assert await fit(db, scope)
    assert not await fit(db, scope)
    assert len(await read(db, biases)) == 1
    twin = Biases(db, Timid())
    assert await twin.fit_due([scope.brand_id], now=LATER) == 0


async def test_another_label_or_another_model_fits_again_and_keeps_what_was(db: Database) -> None:
    scope = await labelled_sample(db)
    assert await fit(db, scope)
    async with db.writing() as connection:
        await say(connection, [Said(1, 1, "skip")], by="huda", now=LATER)
    assert await fit(db, scope)
    assert await fit(db, scope, Timid("timid-2"))
    rows = await read(db, biases)
    assert [row["labels"] for row in rows] == [50, 49, 49]
    assert [row["ended_at"] is None for row in rows] == [False, False, True]
    async with db.reading() as connection:
        assert await bias_rows.in_use(connection, "timid-1") == {}
        assert set(await bias_rows.in_use(connection, "timid-2")) == {scope}


async def test_an_incomplete_sample_fits_nothing(db: Database) -> None:
    scope = await labelled_sample(db)
    async with db.writing() as connection:
        await connection.exec_driver_sql("UPDATE sampled SET said = NULL WHERE place = 50")
    assert not await fit(db, scope)


async def test_a_bias_of_a_network_goes_before_the_brands(db: Database) -> None:
    whole = await labelled_sample(db)
    assert await fit(db, whole)
    scope = Scope(whole.brand_id, "mastodon")
    row = {k: v for k, v in (await read(db, biases))[0].items() if k != "id"}
    own = row | {"network": "mastodon", "version": "bias-own", "negative": -5.0}
    async with db.writing() as connection:
        await connection.execute(insert(biases), [own])
    elsewhere = mention("b", "مشكلة هناك", network="bluesky")
    await store(db, mention("m", "مشكلة هنا"), elsewhere)
    await labeller(db).label_all(LATER)
    sources = {
        row["source"]
        for row in await read(db, labels)
        if row["head"] == f"sentiment:{scope.brand_id}"
    }
    assert sources == {"timid-1+bias-own", f"timid-1+{row['version']}"}


async def test_identical_texts_share_the_models_label_and_not_the_bias(db: Database) -> None:
    scope = await labelled_sample(db)
    assert await fit(db, scope)
    first, second = mention("a", "مشكلة واحدة"), mention("b", "مشكلة واحدة")
    await store(db, first)
    await store(db, second, hits=(STC,))
    await labeller(db).label_all(LATER)
    heads = [row["head"] for row in await read(db, labels)]
    assert heads.count(f"sentiment:{scope.brand_id}") == 60 + 1
