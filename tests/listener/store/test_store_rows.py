"""Whatever arrives, in whatever batches: the rows are what a dictionary would hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.labelling.label import Labeller
from listener.records import Hit
from listener.store.mentions import Arrival, erase
from listener.store.session import Database
from listener.store.tables import labels, matches, mentions, metadata, revisions
from tests.listener.store.rows import KEY, NOW, Model, mention, read, store

IDS = st.integers(0, 4)
TEXTS = st.sampled_from(["النت مقطوع", "ممتاز", "كم السعر"])
BRANDS = st.sets(st.sampled_from(["Zain", "stc"]))
BATCH = st.lists(st.tuples(IDS, TEXTS, BRANDS), min_size=1, max_size=6)
STEP = st.one_of(
    BATCH, st.tuples(st.just("erase"), st.sets(IDS, min_size=1)), st.just(("label", set()))
)


@dataclass
class Expected:
    text: str
    revision: int = 1
    brands: set[str] = field(default_factory=set)  # that match now
    labelled: bool = False


class Plain:
    """The same, in plain Python."""

    def __init__(self) -> None:
        self.rows: dict[int, Expected] = {}
        self.gone: set[int] = set()

    def batch(self, batch: list[tuple[int, str, set[str]]]) -> None:
        last: dict[int, tuple[str, set[str]]] = {}
        for number, text, brands in batch:
            last[number] = (text, brands | last.get(number, ("", set()))[1])
        for number, (text, brands) in last.items():
            if number in self.gone:
                continue
            row = self.rows.get(number)
            if row is None:
                self.rows[number] = Expected(text, brands=set(brands))
            elif row.text != text:
                self.rows[number] = Expected(text, row.revision + 1, set(brands))
            else:
                row.brands |= brands

    def label(self) -> None:
        for number, row in self.rows.items():
            row.labelled = row.labelled or number not in self.gone


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, max_size=6))
async def test_rows_are_what_a_dictionary_would_hold(db: Database, steps: list[object]) -> None:
    async with db.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
    want, now = Plain(), NOW
    for step in steps:
        now += timedelta(minutes=1)
        if isinstance(step, list):
            arrivals = [
                Arrival(mention(n, text), tuple(Hit(b) for b in sorted(brands)))
                for n, text, brands in step
            ]
            counts = await store(db, *arrivals, now=now)
            told = len(counts.new) + len(counts.changed) + counts.duplicates + counts.refused
            # a second arrival of a refused key is told as a duplicate of the first
            assert told == len(arrivals)
            want.batch(step)
        elif step[0] == "erase":  # type: ignore[index]
            numbers: set[int] = step[1]  # type: ignore[index]
            async with db.writing() as connection:
                await erase(connection, "mastodon", [str(n) for n in numbers], key=KEY, now=now)
            want.gone |= numbers
        else:
            await Labeller(db, Model(), worker="w").label_all(now)
            want.label()
    await _compare(db, want)


async def _compare(db: Database, want: Plain) -> None:
    rows = {int(row["native_id"]): row for row in await read(db, mentions)}
    assert set(rows) == set(want.rows)
    brands: dict[int, set[int]] = {}
    for match in await read(db, matches):
        if match["about"] is None:
            brands.setdefault(match["mention_id"], set()).add(match["brand_id"])
    old = await read(db, revisions)
    current = {(row["mention_id"], row["revision"]) for row in await read(db, labels)}
    for number, expected in want.rows.items():
        row = rows[number]
        gone = number in want.gone
        assert row["text"] == ("" if gone else expected.text)
        assert row["revision"] == expected.revision
        assert len(brands.get(row["id"], ())) == len(expected.brands)
        mine = [r for r in old if r["mention_id"] == row["id"]]
        assert [r["revision"] for r in mine] == list(range(1, expected.revision))
        assert not gone or all(r["text"] == "" for r in mine)
        assert ((row["id"], row["revision"]) in current) == expected.labelled
        if not gone:
            assert row["state"] == ("labelled" if expected.labelled else "collected")
