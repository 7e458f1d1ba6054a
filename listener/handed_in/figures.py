"""``rasid import --figures``: numbers that no API gives, as people enter them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.handed_in.file_rows import BadRow, read_rows
from listener.store.figures import KEYS
from listener.store.session import Database
from listener.store.storable import storable
from listener.store.tables import figures
from listener.store.times import RIGHT, believable
from listener.store.upsert import upsert

BY_HAND = "by hand"
BATCH = 500


@dataclass(slots=True)
class ImportedFigures:
    """read = stored + duplicates + rejected; a row whose figure was there is a duplicate, and its
    value and note are taken over: the newest entry counts."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


async def import_figures(
    db: Database,
    file: BinaryIO,
    *,
    brand_ids: Mapping[str, int],
    zone: tzinfo,
    now: datetime,
    rejected: Any = None,
) -> ImportedFigures:
    """CSV of ``date, brand, network, account, measure, value, note`` (account and note may be
    missing). A date is a day in ``zone``. Rows are marked "by hand" and stand beside what was
    collected.

    now: aware UTC, for the bound of times. rejected: called with line number and reason. Raises
    ValueError where ``value`` is no column.
    """
    counts = ImportedFigures()
    batch: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in read_rows(file, need=("value",)):
        counts.read += 1
        try:
            if isinstance(row, BadRow):
                raise ValueError(row.why)
            figure = _figure(row.fields, brand_ids, zone, now)
        except ValueError as error:
            counts.rejected += 1
            if rejected:
                rejected(row.line, str(error))
            continue
        key = tuple(figure[name] for name in KEYS)
        counts.duplicates += key in batch
        batch[key] = figure
        if len(batch) >= BATCH:
            await _store(db, batch, counts)
    await _store(db, batch, counts)
    return counts


def _figure(
    fields: Mapping[str, object], brand_ids: Mapping[str, int], zone: tzinfo, now: datetime
) -> dict[str, Any]:
    texts = {name: storable(str(value), 500).strip() for name, value in fields.items()}
    for name in ("date", "brand", "network", "measure", "value"):
        if not texts.get(name):
            raise ValueError(f"{name} is empty")
    brand_id = brand_ids.get(texts["brand"])
    if brand_id is None:
        raise ValueError(f"brand {texts['brand']!r} is not in the settings: {', '.join(brand_ids)}")
    try:
        day = date.fromisoformat(texts["date"])
        as_of = datetime.combine(day, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"date {texts['date']!r} is not a day such as 2026-11-22") from None
    if not believable(as_of, now):
        raise ValueError(f"date {texts['date']!r}: expected {RIGHT}")
    return {
        "brand_id": brand_id,
        "network": texts["network"],
        "account": texts.get("account", ""),
        "post_id": "",
        "measure": texts["measure"],
        "period": "",
        "as_of": as_of,
        "source": BY_HAND,
        "value": _number(texts["value"]),
        "note": texts.get("note") or None,
    }


def _number(text: str) -> float:
    plain = text.replace("٬", "").replace(",", "").replace("٫", ".").replace(" ", "")
    try:
        value = float(plain)  # reads Arabic-Indic digits as well
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"value {text!r} is not a number such as 1200 or 12.5")
    return value


async def _store(
    db: Database, batch: dict[tuple[Any, ...], dict[str, Any]], counts: ImportedFigures
) -> None:
    if not batch:
        return
    async with db.writing() as connection:
        before = await _number_of(connection)
        await upsert(connection, figures, list(batch.values()), keys=KEYS)
        new = await _number_of(connection) - before
    counts.stored += new
    counts.duplicates += len(batch) - new
    batch.clear()


async def _number_of(connection: AsyncConnection) -> int:
    rows = await connection.execute(
        select(func.count()).select_from(figures).where(figures.c.source == BY_HAND)
    )
    return rows.scalar_one()
