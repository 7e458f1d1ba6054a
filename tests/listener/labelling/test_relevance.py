"""Clicks as labels, and scores as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import update

from alerts.desk.actions import Action, Verb, act
from classifiers.relevance.logistic import Named, Signals
from listener.labelling.label import Labeller
from listener.labelling.relevance import Scorer
from listener.records import Evidence, Hit
from listener.store.clicks import Clicked, clicked, names_in
from listener.store.forget import erase
from listener.store.relevance_rows import Scored, standing, write_scores
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, matches, mentions, relevance
from tests.alerts.channels.world import RIYADH
from tests.listener.store.rows import (
    KEY,
    LATER,
    NOW,
    STC,
    ZAIN,
    Model,
    brand_ids,
    mention,
    read,
    store,
)


class Toy:
    """A reader that sees one word, as sharp as a test wants it."""

    name = "toy"
    tail = 2.33
    scale = np.ones(1, np.float32)

    def __init__(self, word: str = "شبكة") -> None:
        self.word = word
        self.asked: list[str] = []

    def see(self, texts: Sequence[Named]) -> Signals:
        self.asked += [each.text for each in texts]
        signs = [[float(self.word in each.text)] for each in texts]
        return Signals(np.zeros((len(texts), 1), np.float32), np.array(signs, np.float32))


async def alert(db: Database, mention_id: int, brand: int = 1, **more: Any) -> int:
    row = {
        "brand_id": brand, "route": "care", "channel": "desk", "group_key": str(mention_id),
        "state": "open", "urgency": "normal", "opened_at": NOW, "published_at": NOW,
        "changed_at": NOW, **more,
    }  # fmt: skip
    async with db.writing() as connection:
        made = await connection.execute(alerts.insert().values(row).returning(alerts.c.id))
        alert_id = int(made.scalar_one())
        held = {"alert_id": alert_id, "mention_id": mention_id, "at": NOW}
        await connection.execute(alert_mentions.insert(), [held])
    return alert_id


async def click(db: Database, alert_id: int, verb: Verb, minutes: int = 1) -> None:
    at = NOW + timedelta(minutes=minutes)
    action = Action(f"{alert_id}:{verb}:{minutes}", alert_id, "U1", verb)
    assert await act(db, action, now=at, zone=RIYADH) == "done"


async def judged(db: Database) -> list[tuple[str, bool]]:
    async with db.reading() as connection:
        return [(each.text, each.about) for each in await clicked(connection, 1)]


@pytest_asyncio.fixture
async def ids(db: Database) -> list[int]:
    """Two mentions with a card each."""
    found = (await store(db, mention(1, "شبكة زين"), mention(2, "زين الورد"))).new
    for mention_id in found:
        await alert(db, mention_id)
    return found


async def test_claims_say_yes_and_not_us_says_no(db: Database, ids: list[int]) -> None:
    await click(db, 1, "claim")
    await click(db, 2, "not_us")
    assert await judged(db) == [("شبكة زين", True), ("زين الورد", False)]
    async with db.reading() as connection:
        assert await clicked(connection, 2) == []  # the other brand's
        assert (await clicked(connection, 1))[0] == Clicked(ids[0], "شبكة زين", ("وزين",), True, 1)


async def test_the_last_word_counts(db: Database, ids: list[int]) -> None:
    await click(db, 1, "claim", 1)
    await click(db, 1, "not_us", 2)
    await click(db, 2, "not_us", 1)
    await click(db, 2, "reopen", 2)
    assert await judged(db) == [("شبكة زين", False)]
    await click(db, 2, "resolve", 3)
    assert await judged(db) == [("شبكة زين", False), ("زين الورد", True)]


async def test_what_is_deleted_or_was_edited_later_takes_no_part(
    db: Database, ids: list[int]
) -> None:
    await click(db, 1, "claim")
    await click(db, 2, "not_us")
    await store(db, mention(2, "زين الورد والياسمين"), now=LATER)  # nobody judged this text
    assert await judged(db) == [("شبكة زين", True)]
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["1"], key=KEY, now=LATER)
    assert await judged(db) == []


async def test_what_joined_the_card_after_the_click_was_not_judged(
    db: Database, ids: list[int]
) -> None:
    await click(db, 1, "claim")
    [later] = (await store(db, mention(3, "زين، ما زال مقطوعا"))).new
    async with db.writing() as connection:
        held = {"alert_id": 1, "mention_id": later, "at": LATER}
        await connection.execute(alert_mentions.insert(), [held])
    assert await judged(db) == [("شبكة زين", True)]
    await click(db, 1, "resolve", 30)
    assert await judged(db) == [("شبكة زين", True), ("زين، ما زال مقطوعا", True)]


async def test_of_identical_texts_the_last_counts(db: Database, ids: list[int]) -> None:
    [twin] = (await store(db, mention(3, "شبكة زين"))).new
    await click(db, await alert(db, twin), "not_us")
    await click(db, 1, "claim")
    assert await judged(db) == [("شبكة زين", False)]


@pytest.mark.parametrize(
    ("evidence", "names"),
    [
        ([["زين", "text", "وزين"], ["زين", "hashtag", "#زين"]], ("وزين", "#زين")),
        ([["زين", "text", "زين"], ["@zain", "handle", "@zain"]], None),
        ([["file.csv", "given", ""]], None),
        ([], None),
    ],
)
def test_only_a_name_can_be_another_word(
    evidence: list[list[str]], names: tuple[str, ...] | None
) -> None:
    assert names_in(evidence) == names


async def test_a_score_is_written_only_where_the_match_stands_as_it_was(db: Database) -> None:
    [number] = (await store(db, mention(text="زين"), hits=(ZAIN, STC))).new
    async with db.writing() as connection:
        await connection.execute(
            update(matches).where(matches.c.brand_id == 2).values(about=0.0)
        )  # an edit took it away
        scores = [Scored(number, brand, 1, 0.3, "v1") for brand in (1, 2)]
        await write_scores(connection, [*scores, Scored(number, 1, 2, 0.9, "v1")])
    rows = await read(db, matches)
    assert [(row["about"], row["about_by"]) for row in rows] == [(0.3, "v1"), (0.0, None)]


async def many(db: Database, count: int = 60, first: int = 100, brand: int = 1) -> None:
    """Clicks on ``count`` cards: what has the word is claimed, the rest is not us."""
    texts = [f"شبكة زين {n}" if n % 2 else f"زين الورد {n}" for n in range(first, first + count)]
    arrivals = [mention(n, text) for n, text in enumerate(texts, first)]
    found = (await store(db, *arrivals, hits=(ZAIN if brand == 1 else STC,))).new
    await Labeller(db, Model(), worker="w").label_all(NOW)
    for place, mention_id in enumerate(found):
        card = await alert(db, mention_id, brand)
        await click(db, card, "claim" if (first + place) % 2 else "not_us")


async def test_too_few_clicks_make_no_model(db: Database) -> None:
    await many(db, 49)
    scorer = Scorer(db, Toy())
    assert await scorer.fit_due([1], now=LATER) == 0
    assert await read(db, relevance) == []
    await many(db, 1, first=300)
    assert await scorer.fit_due([1, 2], now=LATER) == 1
    [row] = await read(db, relevance)
    assert (row["brand_id"], row["labels"], row["ours"], row["since"]) == (1, 50, 24, LATER)


async def test_a_model_scores_what_is_labelled_next_and_leaves_the_past(db: Database) -> None:
    await many(db)
    scorer = Scorer(db, Toy())
    assert await scorer.fit_due([1], now=LATER) == 1
    before = await read(db, matches)
    await store(db, mention(1, "شبكة زين ضعيفة"), mention(2, "يا زين الصباح"), now=LATER)
    await store(db, mention(3, "يا زين المساء"), hits=(STC,), now=LATER)
    await Labeller(db, Model(), worker="w", scorer=scorer).label_all(LATER)
    rows = {row["mention_id"]: row for row in await read(db, matches)}
    assert [rows[row["mention_id"]] for row in before] == before
    new = [row for key, row in sorted(rows.items()) if key > len(before)]
    assert new[0]["about"] > 0.5 > new[1]["about"] > 0
    [model] = await read(db, relevance)
    assert {row["about_by"] for row in new[:2]} == {model["version"]}
    assert (new[2]["about"], new[2]["about_by"]) == (None, None)


async def test_an_edit_is_scored_anew(db: Database) -> None:
    await many(db)
    scorer = Scorer(db, Toy())
    await scorer.fit_due([1], now=LATER)
    labeller = Labeller(db, Model(), worker="w", scorer=scorer)
    [number] = (await store(db, mention(1, "يا زين الصباح"), now=LATER)).new
    await labeller.label_all(LATER)
    await store(db, mention(1, "شبكة زين هذا الصباح"), now=LATER)
    [row] = await read(db, matches, matches.c.mention_id == number)
    assert (row["about"], row["about_by"]) == (None, None)
    await labeller.label_all(LATER)
    [row] = await read(db, matches, matches.c.mention_id == number)
    assert (row["revision"], row["about"] > 0.5) == (2, True)


async def test_a_reader_that_fails_leaves_mentions_without_a_score(db: Database) -> None:
    await many(db)
    toy = Toy()
    scorer = Scorer(db, toy)
    await scorer.fit_due([1], now=NOW)

    def fail(_texts: Sequence[Named]) -> Signals:
        raise RuntimeError("out of memory")

    toy.see = fail  # type: ignore[method-assign]
    await store(db, mention(1, "يا زين الصباح"))
    assert await Labeller(db, Model(), worker="w", scorer=scorer).label_all(LATER) == 1
    rows = await read(db, mentions, mentions.c.native_id == "1")
    assert [row["state"] for row in rows] == ["labelled"]


async def test_who_addresses_the_brands_account_is_not_scored(db: Database) -> None:
    await many(db)
    scorer = Scorer(db, Toy())
    await scorer.fit_due([1], now=NOW)
    own = replace(ZAIN, evidence=(*ZAIN.evidence, Evidence("@zain", "handle", "@zain")))
    await store(db, mention(1, "@zain يا زين الصباح"), hits=(own, Hit("stc")))
    await Labeller(db, Model(), worker="w", scorer=scorer).label_all(LATER)
    assert {row["about"] for row in await read(db, matches)} == {None}


async def test_the_standing_names_what_was_measured(db: Database) -> None:
    await brand_ids(db)
    await many(db)
    await Scorer(db, Toy()).fit_due([1], now=NOW)
    async with db.reading() as connection:
        [found] = await standing(connection)
    assert (found["brand"], found["labels"], found["hidden"]) == ("Zain", 60, 0.0)
    assert (found["caught"], found["since"]) == (1.0, NOW.isoformat())
