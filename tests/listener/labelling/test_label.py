"""The label step, with a model that can be watched and made to fail."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError

from classifiers.labels import Label
from listener.labelling.label import Labeller
from listener.store.label_rows import StoredLabel, current_labels
from listener.store.session import Database
from listener.store.tables import labels, mentions
from tests.listener.store.rows import LABEL, LATER, NOW, Model, mention, read, store


def _labeller(db: Database, model: Model, worker: str = "w", batch: int = 256) -> Labeller:
    return Labeller(db, model, worker=worker, batch=batch)


async def _labels(db: Database, number: int) -> dict[str, StoredLabel]:
    async with db.reading() as connection:
        return (await current_labels(connection, [number])).get(number, {})


async def test_every_head_is_written(db: Database) -> None:
    [number] = (await store(db, mention())).new
    assert await _labeller(db, Model()).label_some(None, now=LATER) == 1
    [row] = await read(db, mentions)
    assert (row["state"], row["taken_by"], row["tries"]) == ("labelled", None, 0)
    chances = {"negative": 0.8, "neutral": 0.15, "positive": 0.05}
    assert await _labels(db, number) == {
        "sentiment": ("negative", {"probabilities": chances}, "m1"),
        "intent": ("complaint", {"needs_response": True, "urgency": "urgent"}, "m1"),
        "language": ("ar", {"dialect": "glf"}, "m1"),
    }
    assert {row["at"] for row in await read(db, labels)} == {LATER}


async def test_how_sure_a_model_is_of_dialect_and_need_is_kept_with_its_threshold(
    db: Database,
) -> None:
    """The text of a mention is labelled whoever it speaks to: twins share even what is unsure."""
    sure = replace(LABEL, dialect="irq", dialect_probability=0.87654, needs_probability=0.4321,
                   needs_response=False)  # fmt: skip
    text = "متى يفتح الفرع"
    more = (await store(db, mention(1, text), mention(2, text, mentions=("rashfan",)))).new
    model = Model(says=sure)
    model.needs_at = 0.45  # type: ignore[attr-defined]
    await _labeller(db, model, batch=1).label_all(NOW)
    assert model.asked == [[text]]
    for number in more:
        said = await _labels(db, number)
        assert said["intent"].value == "complaint"
        assert said["intent"].detail == {
            "needs_response": False, "urgency": "urgent", "needs_probability": 0.432,
            "needs_at": 0.45,
        }  # fmt: skip
        assert said["language"].detail == {"dialect": "irq", "dialect_probability": 0.877}


async def test_nothing_to_do(db: Database) -> None:
    model = Model()
    assert await _labeller(db, model).label_some(None, now=NOW) == 0
    assert model.asked == []


async def test_identical_texts_are_classified_once(db: Database) -> None:
    """Within a batch, over batches, and where only links and names differ."""
    same = ["النت مقطوع https://a.example/1", "النت مقطوع https://b.example/2"]
    await store(db, *(mention(n, same[n % 2]) for n in range(6)), mention(9, "شيء آخر"))
    model = Model()
    assert await _labeller(db, model, batch=3).label_all(NOW) == 7
    assert sorted(text for asked in model.asked for text in asked) == sorted([same[0], "شيء آخر"])
    rows = await read(db, labels)
    assert len(rows) == 7 * 3
    assert len({str(row["detail"]) for row in rows if row["head"] == "sentiment"}) == 1


async def test_another_model_does_not_inherit(db: Database) -> None:
    await store(db, mention(1, "النت مقطوع"))
    await _labeller(db, Model("m1")).label_all(NOW)
    await store(db, mention(2, "النت مقطوع"))
    second = Model("m2")
    await _labeller(db, second).label_all(LATER)
    assert second.asked == [["النت مقطوع"]]


async def test_an_edit_is_labelled_again_under_its_revision(db: Database) -> None:
    [number] = (await store(db, mention(text="سيء"))).new
    await _labeller(db, Model()).label_all(NOW)
    await store(db, mention(text="ممتاز"), now=LATER)
    assert await _labels(db, number) == {}
    await _labeller(db, Model()).label_all(LATER)
    assert {row["revision"] for row in await read(db, labels)} == {1, 2}
    assert len(await _labels(db, number)) == 3


async def test_a_person_wins_and_stays(db: Database) -> None:
    [number] = (await store(db, mention())).new
    person = {"mention_id": number, "revision": 1, "head": "sentiment", "detail": {}}
    first = person | {"source": "user:U1", "value": "neutral", "at": NOW}
    second = person | {"source": "user:U2", "value": "positive", "at": LATER}
    async with db.writing() as connection:
        await connection.execute(insert(labels), [first, second])
    await _labeller(db, Model()).label_all(LATER + timedelta(hours=1))
    found = await _labels(db, number)
    assert (found["sentiment"].value, found["sentiment"].source) == ("positive", "user:U2")
    assert found["intent"].source == "m1"
    assert len(await read(db, labels)) == 5


async def test_the_newest_model_counts(db: Database) -> None:
    [number] = (await store(db, mention())).new
    await _labeller(db, Model("new")).label_all(LATER)
    old = {"mention_id": number, "revision": 1, "head": "sentiment", "source": "old"}
    async with db.writing() as connection:
        await connection.execute(
            insert(labels), [old | {"value": "positive", "detail": {}, "at": NOW}]
        )
    assert (await _labels(db, number))["sentiment"].source == "new"


async def test_a_text_that_cannot_be_read_is_set_aside_alone(db: Database) -> None:
    await store(db, *(mention(n, f"نص {n}" if n != 11 else "سم زعاف") for n in range(20)))
    model = Model(fails_on="زعاف")
    assert await _labeller(db, model).label_all(NOW) == 20
    rows = await read(db, mentions)
    [bad] = [row for row in rows if row["state"] == "set_aside"]
    assert bad["text"] == "سم زعاف"
    assert bad["reason"] == "the classifier failed: RuntimeError: cannot read this"
    assert sum(row["state"] == "labelled" for row in rows) == 19
    assert len(await read(db, labels)) == 19 * 3


async def test_a_model_that_always_fails_ends(db: Database) -> None:
    await store(db, *(mention(n, f"نص {n}") for n in range(4)))
    assert await _labeller(db, Model(fails_on="نص")).label_all(NOW) == 4
    assert {row["state"] for row in await read(db, mentions)} == {"set_aside"}


class Short(Model):
    def classify(self, texts: Sequence[str]) -> list[Label]:
        return [LABEL] * (len(texts) - 1)


async def test_a_model_that_loses_a_row_is_not_believed(db: Database) -> None:
    await store(db, mention(1, "أ"), mention(2, "ب"))
    await _labeller(db, Short()).label_all(NOW)
    assert {row["state"] for row in await read(db, mentions)} == {"set_aside"}
    assert await read(db, labels) == []


class Slow(Model):
    """Waits in its thread until told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.go_on = threading.Event(), threading.Event()

    def classify(self, texts: Sequence[str]) -> list[Label]:
        self.started.set()
        assert self.go_on.wait(10)
        return super().classify(texts)


async def test_a_crash_leaves_only_a_lease_that_expires(db: Database) -> None:
    await store(db, mention())

    class Crash(BaseException):
        """Nothing catches it, as nothing catches SIGKILL."""

    class Dying(Model):
        def classify(self, texts: Sequence[str]) -> list[Label]:
            raise Crash

    with pytest.raises(Crash):
        await _labeller(db, Dying()).label_some(None, now=NOW)
    other = _labeller(db, Model(), "other")
    assert await other.label_all(NOW) == 0
    assert await other.label_all(NOW + timedelta(hours=1)) == 1
    assert [row["state"] for row in await read(db, mentions)] == ["labelled"]


async def test_a_cancelled_batch_is_free_at_once(db: Database) -> None:
    await store(db, mention())
    model = Slow()
    task = asyncio.create_task(_labeller(db, model).label_some(None, now=NOW))
    await asyncio.to_thread(model.started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    model.go_on.set()
    assert await _labeller(db, Model(), "other").label_some(None, now=NOW) == 1


async def test_an_edit_while_the_model_thinks_is_not_overwritten(db: Database) -> None:
    [number] = (await store(db, mention(text="قبل"))).new
    model = Slow()
    task = asyncio.create_task(_labeller(db, model).label_some(None, now=NOW))
    await asyncio.to_thread(model.started.wait, 10)
    await store(db, mention(text="بعد"), now=NOW)  # not blocked by the one who thinks
    model.go_on.set()
    assert await task == 1
    assert await read(db, labels) == []
    assert [row["state"] for row in await read(db, mentions)] == ["collected"]
    await _labeller(db, Model(), "other").label_all(LATER)
    assert {row["revision"] for row in await read(db, labels)} == {2}
    assert len(await _labels(db, number)) == 3


async def test_the_clock_is_read_before_every_batch(db: Database) -> None:
    await store(db, *(mention(n, f"نص {n}") for n in range(3)))
    times = iter([LATER, LATER + timedelta(hours=1), LATER + timedelta(hours=2)])

    def clock() -> datetime:
        return next(times)

    await _labeller(db, Model(), batch=1).label_all(NOW, clock=clock)
    at = sorted({row["at"] for row in await read(db, labels)})
    assert at == [NOW, LATER, LATER + timedelta(hours=1)]


async def test_ids_are_labelled_first(db: Database) -> None:
    ids = (await store(db, *(mention(n, f"نص {n}") for n in range(3)))).new
    assert await _labeller(db, Model()).label_some([ids[2]], now=NOW) == 1
    states = [row["state"] for row in await read(db, mentions)]
    assert states == ["collected", "collected", "labelled"]
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(state="labelled"))
    assert await _labeller(db, Model()).label_some(ids, now=NOW) == 0


async def test_trouble_of_the_database_is_no_try_of_the_mentions(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an hour of a full disk would set every mention aside."""
    await store(db, *(mention(n, f"نص {n}") for n in range(3)))

    async def fail(*_given: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("listener.labelling.label.write_labels", fail)
        for _ in range(5):
            with pytest.raises(OperationalError):
                await _labeller(db, Model()).label_some(None, now=NOW)
    rows = await read(db, mentions)
    assert {(row["state"], row["taken_by"], row["tries"]) for row in rows} == {
        ("collected", None, 0)
    }
    assert await _labeller(db, Model()).label_some(None, now=NOW) == 3
