"""A seeded year of mentions with all that hangs on them, written in bulk into a migrated database.

The same ``rows`` and ``seed`` give the same year on both databases. One hour is crowded. Three
brands share it 6 : 3 : 1 and one mention in twenty matches two; an author writes about three times,
one mention in three has hashtags, one in a hundred opened an alert, one in five hundred was
labelled by a person. Every source was read four times an hour.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import make_url

from listener.records import Brand
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.session import Database

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
BATCH = 20_000
CROWDED = datetime(2026, 10, 20, 18, tzinfo=UTC)
CROWD = 1_000
"""So many mentions were written in the hour that begins at ``CROWDED``."""
TAG = "قهوة_رشفان"
BRANDS = (
    Brand("رشفان", keywords=("رشفان",), hashtags=(TAG,)),
    Brand("تمرة", keywords=("تمرة",), role="competitor"),
    Brand("بنّ", keywords=("بنّ",), role="competitor"),
)
NETWORKS = ("mastodon", "bluesky", "youtube", "rss", "import")
MODEL = "fast-1"
_WORDS = "قهوة رشفان اليوم كانت باردة والخدمة بطيئة جدا لكن المكان جميل أنصح به شكرا".split()  # noqa: SIM905
_TAGS = ([TAG], ["قهوةرشفان", "الرياض"], ["صباح_الخير"], ["قهوة", "مقهى"])

Rows = dict[Table, list[tuple[Any, ...]]]
COLUMNS: dict[Table, tuple[str, ...]] = {
    t.mentions: (
        "id", "network", "native_id", "url", "author_id", "author_handle", "author_followers",
        "text", "text_key", "kind", "language", "hashtags", "handles", "media", "likes",
        "replies", "created_at", "collected_at", "source", "state",
    ),
    t.matches: ("mention_id", "brand_id", "evidence", "about", "state", "revision", "changed_at"),
    t.labels: ("mention_id", "revision", "head", "source", "value", "detail", "at"),
    t.decisions: ("mention_id", "brand_id", "revision", "route", "reason", "detail", "at"),
    t.alerts: (
        "id", "brand_id", "route", "channel", "group_key", "state", "urgency", "opened_at",
        "published_at", "changed_at", "claimed_by", "claimed_at", "snoozed_until",
    ),
    t.alert_mentions: ("alert_id", "mention_id", "at"),
    t.notices: (
        "id", "alert_id", "subject", "channel", "kind", "n", "state", "due_at", "sent_at", "body",
        "created_at",
    ),
    t.actions: ("id", "key", "alert_id", "user_id", "action", "outcome", "detail", "at"),
    t.ledger: ("id", "network", "read", "kind", "since", "until", "fetched", "at"),
    t.cursors: ("network", "read", "state", "last_success"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Year:
    """What was written: mentions, brand ids by name, and when the year ends (aware UTC)."""

    rows: int
    brand_ids: dict[str, int]
    now: datetime = NOW


async def write_year(db: Database, rows: int, *, seed: int = 20261122) -> Year:
    """Writes ``rows`` mentions over the twelve months before ``NOW``, evenly, oldest first."""
    async with db.writing() as connection:
        ids = await sync_brands(connection, BRANDS, NOW - YEAR)
    batches = _batches(rows, [ids[brand.name] for brand in BRANDS], random.Random(seed))
    if db.dialect == "sqlite":
        _into_sqlite(str(db.write.url.database), batches)
    else:
        await _into_postgresql(db, batches)
    return Year(rows, ids)


def _batches(rows: int, brands: list[int], rng: random.Random) -> Iterator[Rows]:
    yield _reading(rows, rng)
    crowd = min(CROWD, rows // 4)
    step, batch, serial = YEAR / (rows - crowd), _empty(), 0
    before = int((CROWDED - NOW + YEAR) / step)
    for number in range(1, rows + 1):
        if before < number <= before + crowd:
            at = CROWDED + timedelta(hours=1) * (number - before - 1) / crowd
        else:
            at = NOW - YEAR + step * (number if number <= before else number - crowd)
        at = min(at, NOW - timedelta(minutes=5))
        serial = _mention(batch, number, at, brands, rng, serial)
        if number % BATCH == 0 or number == rows:
            yield batch
            batch = _empty()


def _empty() -> Rows:
    return {table: [] for table in COLUMNS}


def _mention(
    batch: Rows, number: int, at: datetime, brands: list[int], rng: random.Random, serial: int
) -> int:
    seen, dice = at + timedelta(seconds=rng.randrange(20, 200)), rng.random()
    network = NETWORKS[int(dice * dice * 5)]
    author = f"a{int(rng.random() ** 2 * number / 2)}" if network != "rss" else None
    said = " ".join(rng.choices(_WORDS, k=14))
    likes = rng.randrange(50) if network in ("mastodon", "youtube") else None
    tags = _TAGS[number % 4] if number % 3 == 0 else []
    batch[t.mentions].append((
        number, network, f"n{number}", f"https://example.org/{number}", author, author,
        rng.randrange(20_000) if author and number % 2 else None, said, f"{number:032x}",
        "post", "ar", json.dumps(tags, ensure_ascii=False), "[]", "[]", likes,
        None if likes is None else number % 7, at, seen, "collect", "labelled",
    ))  # fmt: skip
    first = brands[0 if dice < 0.6 else 1 if dice < 0.9 else 2]
    matched = [first] if number % 20 else sorted({first, brands[number // 20 % len(brands)]})
    for brand in matched:
        about = None if number % 10 else rng.random()
        evidence = '[["رشفان", "text", "رشفان"]]'
        batch[t.matches].append((number, brand, evidence, about, "decided", 1, seen))
        batch[t.decisions].append((number, brand, 1, None, "only_count", "{}", seen))
    asks = rng.random() < 0.2
    values = {
        "sentiment": rng.choice(("negative", "neutral", "neutral", "positive")),
        "intent": rng.choice(("question", "complaint")) if asks else "other",
        "language": rng.choice(("ar", "ar", "ar", "en")),
    }
    details: dict[str, dict[str, Any]] = {
        "sentiment": {},
        "intent": {"needs_response": asks, "urgency": "normal"},
        "language": {"dialect": "glf"},
    }
    for head, value in values.items():
        detail = json.dumps(details[head])
        batch[t.labels].append((number, 1, head, MODEL, value, detail, seen))
    if number % 500 == 0:
        batch[t.labels].append((number, 1, "sentiment", "user:U1", "negative", "{}", seen))
    return _alert(batch, number, first, at, seen, serial) if number % 100 == 0 else serial


def _alert(batch: Rows, number: int, brand: int, at: datetime, seen: datetime, serial: int) -> int:
    """Every hundredth is open still, a tenth of those snoozed; of the last few the card waits."""
    serial += 1
    fresh = serial % 100 == 0
    state = "snoozed" if serial % 1000 == 0 else "open" if fresh else "resolved"
    claimed = None if fresh else seen + timedelta(minutes=serial % 90)
    later = NOW + timedelta(days=9) if state == "snoozed" else None
    batch[t.alerts].append((
        serial, brand, "the rest", "care", f"post:{number}", state, "normal", seen, at, seen,
        None if fresh else "U1", claimed, later,
    ))  # fmt: skip
    batch[t.alert_mentions].append((serial, number, seen))
    for kind in ("card", "update"):
        waits = at > NOW - timedelta(hours=6) and kind == "update"
        batch[t.notices].append((
            f"{kind}-{serial}", serial, f"alert:{serial}", "care", kind, 0,
            "pending" if waits else "sent", NOW + timedelta(days=9) if waits else seen,
            None if waits else seen, "{}", seen,
        ))  # fmt: skip
    if not fresh:
        batch[t.actions].append((serial, f"k{serial}", serial, "U1", "claim", "done", "{}", seen))
    return serial


def _reading(rows: int, rng: random.Random) -> Rows:
    """Every quarter of an hour each network was read once (less often in a small year); a gap a
    month."""
    batch, number = _empty(), 0
    reads = min(rows, 365 * 96)
    step = YEAR / reads
    for network in NETWORKS[:4]:
        batch[t.cursors].append((network, "search رشفان", "ok", NOW))
        for at in range(1, reads + 1):
            number += 1
            until = NOW - YEAR + step * at
            kind = "gap" if at % (reads // 12) == 0 else "window"
            batch[t.ledger].append((
                number, network, "search رشفان", kind, until - step, until,
                rng.randrange(40), until,
            ))  # fmt: skip
    return batch


def _into_sqlite(path: str, batches: Iterator[Rows]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        for batch in batches:
            connection.execute("BEGIN IMMEDIATE")
            for table, rows in batch.items():
                names = COLUMNS[table]
                connection.executemany(
                    f"INSERT INTO {table.name} ({', '.join(names)}) "
                    f"VALUES ({', '.join('?' * len(names))})",
                    ([_plain(value) for value in row] for row in rows),
                )
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


async def _into_postgresql(db: Database, batches: Iterator[Rows]) -> None:
    """COPY without the secondary indexes, which are made again over the whole; then ANALYZE."""
    import asyncpg  # here: SQLite's measurements run without it

    url = make_url(db.write.url)
    connection = await asyncpg.connect(
        host=str(url.query["host"]), user=url.username, database=url.database
    )
    try:
        secondary = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname "
            "NOT IN (SELECT conname FROM pg_constraint)"
        )
        await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        for index in secondary:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        for batch in batches:
            for table, rows in batch.items():
                if rows:
                    await connection.copy_records_to_table(
                        table.name, records=rows, columns=COLUMNS[table]
                    )
        for index in secondary:
            await connection.execute(index["indexdef"])
        for table in COLUMNS:
            if "id" in table.c and table is not t.notices:
                await connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                    f"(SELECT max(id) FROM {table.name}))"
                )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
