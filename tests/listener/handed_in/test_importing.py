"""A file on the path that every mention takes, and figures by hand."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from listener.handed_in.figures import import_figures
from listener.handed_in.import_mentions import Imported, import_mentions
from listener.handed_in.record import mention_of
from listener.records import Hit, Mention
from listener.store.session import Database
from listener.store.tables import figures, matches, mentions
from tests.listener.store.rows import KEY, NOW, ZAIN, brand_ids, read

RIYADH = ZoneInfo("Asia/Riyadh")


def _match(mention: Mention) -> Sequence[Hit]:
    return [ZAIN] if "زين" in mention.text else []


async def _import(db: Database, data: str | bytes, **more: Any) -> Imported:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return await import_mentions(
        db, file, mention_of=mention_of, match=_match, brand_ids=await brand_ids(db), key=KEY,
        zone=RIYADH, now=NOW, **more,
    )  # fmt: skip


CSV = (
    "id,text,created_at,author,likes,hashtags\n"
    "1,زين ممتازة,2026-11-20 10:00,نورة,5,زين شبكة\n"
    "2,شيء آخر,,,,\n"
    "1,زين ممتازة,2026-11-20 10:00,نورة,5,زين شبكة\n"
    "4,,2026-11-20,,,\n"
    "5,نص,ليس وقتا,,,\n"
    "6,too,few\n"
)


async def test_counts_and_reasons(db: Database) -> None:
    bad: list[tuple[int, str]] = []
    unknown: list[tuple[int, str]] = []
    counts = await _import(
        db, CSV, rejected=lambda line, why: bad.append((line, why)),
        unread=lambda line, why: unknown.append((line, why)),
    )  # fmt: skip
    want = {"read": 6, "stored": 4, "matched": 1, "duplicates": 1, "rejected": 1}
    assert counts.as_dict() == want
    assert [(line, why.split(":")[0]) for line, why in bad] == [(5, "text")]
    assert [(line, why.split(":")[0]) for line, why in unknown] == [
        (6, "created_at"), (7, "created_at")  # a row that ends early is read as far as it goes
    ]  # fmt: skip
    first = (await read(db, mentions))[0]
    assert (first["likes"], first["source"]) == (5, "import")
    assert first["created_at"].isoformat() == "2026-11-20T07:00:00+00:00"


async def test_the_same_file_again_adds_nothing(db: Database) -> None:
    await _import(db, CSV)
    before = await read(db, mentions)
    again = await _import(db, CSV)
    assert (again.stored, again.duplicates, again.rejected) == (0, 5, 1)
    assert await read(db, mentions) == before


async def test_sources_keep_colliding_ids_apart(db: Database) -> None:
    await _import(db, CSV, source="survey")
    assert (await _import(db, CSV, source="branches")).stored == 4
    assert len(await read(db, mentions)) == 8


async def test_rejections_are_logged_but_not_all(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "listener.handed_in.import_mentions"):
        counts = await _import(db, "text\n" + 'x,"y"\n' * 100)
    assert counts.rejected == 100
    assert len(caplog.records) == 20


async def test_a_file_that_is_no_table_stores_nothing(db: Database) -> None:
    with pytest.raises(ValueError, match="must name the columns"):
        await _import(db, "a;b\n1;2\n")


class Counted(io.RawIOBase):
    """JSON lines made while they are read, and how many that were: nothing else holds them."""

    def __init__(self, rows: int) -> None:
        self.made = 0
        self._rows = rows
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and self.made < self._rows:
            self._rest = json.dumps({"id": self.made, "text": f"رقم {self.made}"}).encode() + b"\n"
            self.made += 1
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


async def test_a_file_is_read_no_further_than_it_is_stored(db: Database) -> None:
    """What is in memory is a batch and a buffer, however long the file."""
    file = Counted(1700)
    seen: list[tuple[int, int, int]] = []

    def progress(counts: Imported) -> None:
        seen.append((counts.read, counts.stored, file.made))

    ids = await brand_ids(db)
    counts = await import_mentions(
        db, file, mention_of=mention_of, match=_match, brand_ids=ids,  # type: ignore[arg-type]
        key=KEY, zone=RIYADH, now=NOW, progress=progress,
    )  # fmt: skip
    assert counts.stored == 1700
    assert [read for read, _, _ in seen] == [500, 1000, 1500, 1700]
    assert all(read == stored for read, stored, _ in seen)
    assert all(made <= read + 400 for read, _, made in seen)  # a text buffer of 8 kB


FIGURES = (
    "date,brand,network,account,measure,value,note\n"
    "2026-11-01,Zain,survey,,satisfaction,٧٢٫٥,موجة الخريف\n"
    '2026-11-01,Zain,instagram,zain,followers,"1,200,000",\n'
    "2026-11-01,Nobody,survey,,satisfaction,1,\n"
    "01/11/2026,Zain,survey,,satisfaction,1,\n"
    "2026-11-02,Zain,survey,,satisfaction,nan,\n"
    "2026-11-02,Zain,survey,,,3,\n"
)


async def test_figures_by_hand(db: Database) -> None:
    bad: list[tuple[int, str]] = []
    ids = await brand_ids(db)

    async def bring(data: str) -> dict[str, int]:
        counts = await import_figures(
            db, io.BytesIO(data.encode()), brand_ids=ids, zone=RIYADH, now=NOW,
            rejected=lambda line, why: bad.append((line, why)),
        )  # fmt: skip
        return counts.as_dict()

    assert await bring(FIGURES) == {"read": 6, "stored": 2, "duplicates": 0, "rejected": 4}
    assert [line for line, _ in bad] == [4, 5, 6, 7]
    reasons = ("not in the settings: Zain, stc", "2026-11-22", "not a number", "measure is empty")
    assert all(reason in why for reason, (_, why) in zip(reasons, bad, strict=True))
    corrected = FIGURES.splitlines()[0] + "\n2026-11-01,Zain,survey,,satisfaction,73,\n"
    assert await bring(corrected) == {"read": 1, "stored": 0, "duplicates": 1, "rejected": 0}
    survey, followers = sorted(await read(db, figures), key=lambda row: row["value"])
    assert (survey["value"], survey["note"], survey["source"]) == (73.0, None, "by hand")
    assert survey["as_of"].isoformat() == "2026-10-31T21:00:00+00:00"
    assert (followers["value"], followers["account"]) == (1_200_000.0, "zain")


async def test_what_a_long_import_changes_is_dated_when_it_is_changed(db: Database) -> None:
    """Else roll-ups, which look back some minutes, never hear of it."""
    await _import(db, CSV)
    later = NOW + timedelta(hours=1)
    await _import(db, CSV.replace(",5,", ",7,"), clock=lambda: later)
    assert [row["changed_at"] for row in await read(db, matches)] == [later]
