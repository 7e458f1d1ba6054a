"""How much of a core Bluesky's live stream takes with 1,000 queries, beside bare ``json.loads``.

    python -m benchmarks.firehose [--events 40000] [--queries 1000] [--rate 2000] [--split]

The follower of `rasid run` over a real websocket and a real SQLite file; another process sends the
frames (``frames``) as fast as they are taken. ``ratio`` is processor time of the follower over that
of reading the same frames with ``json.loads`` in the same process, before and after. ``core`` is
what ``--rate`` events a second take of one core; ``events_per_second``, what a whole one sustains.
``--split``: the parts without a socket and a database: reading a frame, matching, the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.common import as_json, table
from benchmarks.frames import frames
from benchmarks.matching import make_queries
from listener.clock import SystemClock
from listener.collecting import cursors
from listener.collecting.batch import Batch
from listener.collecting.intake import Intake
from listener.collecting.stream import Follower
from listener.collecting.stream_source import READ, StreamSource
from listener.matching.matcher import Matcher
from listener.networks.jetstream import Jetstream
from listener.records import Brand
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.migrate import migrate
from listener.store.session import Database, open_database

KEY = b"k" * 32
SHOWN = (
    "events", "queries", "bytes_per_event", "stored", "share_stored", "us_per_event", "us_json",
    "ratio", "core", "events_per_second",
)  # fmt: skip


async def _nobody(_ids: Sequence[int]) -> None:
    return None


def _send(port: Connection, count: int, names: list[str], seed: int) -> None:
    """The other process: sends all to whoever connects."""
    lines = list(frames(count, names, seed))

    async def handler(connection: ServerConnection) -> None:
        try:
            for line in lines:
                await connection.send(line)
            await connection.wait_closed()
        except ConnectionClosed:
            return

    async def main() -> None:
        async with serve(handler, "127.0.0.1", 0, compression=None) as server:
            port.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(main())


def brands_of(queries: Sequence[str]) -> list[Brand]:
    return [Brand(f"brand {n}", query=query) for n, query in enumerate(queries)]


async def _followed(url: str, brands: Sequence[Brand], folder: Path, last: str) -> dict[str, Any]:
    """Follows until the event at ``last`` is behind it."""
    db = open_database(f"sqlite+aiosqlite:///{folder / 'rasid.db'}")
    await migrate(db)
    clock, stop = SystemClock(), asyncio.Event()
    async with db.writing() as connection:
        ids = await sync_brands(connection, brands, clock.now())
    matcher = Matcher(brands)
    intake = Intake(matcher.match, partial(add, brand_ids=ids, key=KEY),
                    partial(erase, key=KEY), _nobody)  # fmt: skip
    follower = Follower(StreamSource(Jetstream(api_url=url)), db, intake, clock)
    spent, began = time.process_time(), time.perf_counter()
    task = asyncio.create_task(follower.run(stop))
    try:
        while await _position(db) != last:  # noqa: ASYNC110 (a row sets no event)
            await asyncio.sleep(0.25)
        spent, took = time.process_time() - spent, time.perf_counter() - began
    finally:
        stop.set()
        await task
    async with db.reading() as connection:
        stored = (await connection.execute(select(func.count()).select_from(t.mentions))).scalar()
    await db.close()
    return {"cpu": spent, "seconds": took, "stored": int(stored or 0)}


async def _position(db: Database) -> str | None:
    async with db.reading() as connection:
        return (await cursors.load(connection, Jetstream.name, READ)).walk.since


def bare(lines: Sequence[bytes]) -> float:
    """Processor seconds of ``json.loads`` alone."""
    start = time.process_time()
    for line in lines:
        json.loads(line)
    return time.process_time() - start


def parts(lines: Sequence[bytes], brands: Sequence[Brand]) -> dict[str, float]:
    """Microseconds an event, of processor time, without socket and database."""
    stream, matcher = Jetstream(), Matcher(brands)
    blind = Intake(lambda _mention: [], None, None, _nobody)  # type: ignore[arg-type]
    seeing = Intake(matcher.match, None, None, _nobody)  # type: ignore[arg-type]

    def timed(intake: Intake) -> float:
        batch, start = Batch(), time.process_time()
        for line in lines:
            batch.take(stream, intake, line)
        return 1e6 * (time.process_time() - start) / len(lines)

    reading, whole = timed(blind), timed(seeing)
    return {"us_reading": reading, "us_matching": whole - reading, "us_taking": whole}


def measure(count: int, queries: int, rate: float, split: bool) -> dict[str, Any]:
    rng = random.Random(7)
    texts, names = make_queries(queries, rng)
    names = [name for name in names if name in texts]  # nothing else is asked of the post
    brands, lines = brands_of(texts), [line.encode() for line in frames(count, names, 7)]
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    sender = multiprocessing.get_context("spawn").Process(
        target=_send, args=(theirs, count, names, 7), daemon=True
    )
    sender.start()
    last = str(json.loads(lines[-1])["time_us"])
    with tempfile.TemporaryDirectory(prefix="rasid-bench") as folder:
        before = bare(lines)
        url = f"ws://127.0.0.1:{ours.recv()}/subscribe"
        done = asyncio.run(_followed(url, brands, Path(folder), last))
        loads = (before + bare(lines)) / 2
    sender.terminate()
    return {
        "events": count,
        "queries": queries,
        "bytes_per_event": sum(map(len, lines)) / count,
        "stored": done["stored"],
        "share_stored": done["stored"] / count,
        "us_per_event": 1e6 * done["cpu"] / count,
        "us_json": 1e6 * loads / count,
        "ratio": done["cpu"] / loads,
        "core": rate * done["cpu"] / count,
        "events_per_second": count / done["cpu"],
        **(parts(lines, brands) if split else {}),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=2_000.0)
    parser.add_argument("--split", action="store_true")
    options = parser.parse_args()
    row = measure(options.events, options.queries, options.rate, options.split)
    table([row], (*SHOWN, *(name for name in row if name.startswith("us_") and name not in SHOWN)))
    as_json("firehose", [row])
    return 0


if __name__ == "__main__":
    sys.exit(main())
