"""`rasid backfill` as its user meets it: what it says, how it ends, what becomes of its rows."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from alerts.dispatch import decide_some
from alerts.numbers.numbers import numbers
from alerts.numbers.rollups import Rollups
from classifiers import load
from listener.labelling.label import Labeller
from listener.settings.load import load as load_settings
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.cli.installed import SECRET, Installed

DAY = timedelta(days=1)


class Site:
    """Bluesky's search, newest first, three a page, a post a day; ``slow``: seconds an answer."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        times = [now - timedelta(hours=1), *(now - n * DAY - timedelta(hours=1) for n in range(40))]
        self.posts = [
            {
                "uri": f"at://did:plc:nora/app.bsky.feed.post/{n}",
                "cid": f"c{n}",
                "author": {"did": "did:plc:nora", "handle": "nora.example"},
                "record": {"text": f"رشفان: القهوة باردة {n}", "createdAt": at.isoformat()},
                "indexedAt": at.isoformat(),
            }
            for n, at in enumerate(times)
        ]
        self.asked, self.slow, self.status = 0, 0.0, 200
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        if not request.path.endswith("searchPosts"):
            return web.json_response({"posts": [], "profiles": []})
        self.asked += 1
        await asyncio.sleep(self.slow)
        first = int(request.query.get("cursor", "0"))
        shown = self.posts[first : first + 3]
        body: dict[str, Any] = {"posts": shown}
        if first + 3 < len(self.posts):
            body["cursor"] = str(first + 3)
        return web.json_response(body, status=self.status)


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """In a thread of its own: the command has a loop of its own."""
    ready, stop = Event(), Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", site.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        while not stop.is_set():  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.02)
        await runner.cleanup()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    with serving(one):
        yield one


@pytest.fixture
def reading(installed: Installed, site: Site) -> Installed:
    installed.configure("رشفان")
    with installed.config.open("a", encoding="utf-8") as file:
        file.write(f'[networks.bluesky]\napi_url = "{site.url}"\n')
    return installed


def outcome(installed: Installed, *arguments: str) -> list[dict[str, Any]]:
    found = installed.rasid("backfill", *arguments, "--json")
    assert found.exit_code == 0, found.output
    rows: list[dict[str, Any]] = json.loads(found.stdout)
    return [row for row in rows if row["fetched"]]


def stored(installed: Installed) -> list[Any]:
    return installed.rows(
        select(t.mentions.c.native_id, t.mentions.c.source).where(t.mentions.c.gone_at.is_(None))
    )


def test_it_says_how_far_each_read_went_and_what_came_of_it(reading: Installed) -> None:
    found = reading.rasid("backfill", "--since", "10d", "--network", "bluesky", "--brand", "رشفان")
    assert found.exit_code == 0, found.output
    assert "its history: all, by search" in found.stderr
    lines = found.stdout.splitlines()
    assert any("read back to" in line and "stored 11, known before 0" in line for line in lines)
    assert lines[-1] == "what was stored is labelled and counted once `rasid run` runs"
    assert {row.source for row in stored(reading)} == {"backfill"}
    assert len(stored(reading)) == 11  # of ten days, and the one of an hour ago


def test_for_scripts_the_rows_are_json(reading: Installed) -> None:
    [row] = outcome(reading, "--since", "5d")
    assert (row["network"], row["state"], row["stored"], row["gaps"]) == ("bluesky", "done", 6, 0)
    reached = datetime.fromisoformat(row["reached_at"])
    assert reached <= datetime.fromisoformat(row["since"])
    assert outcome(reading, "--since", "5d")[0]["duplicates"] == 6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "--since"),
        (["--since", "soon"], 2, "is no time"),
        (["--since", "2999-01-01"], 2, "is not in the past"),
        (["--since", "7d", "--network", "x"], 1, "is no network that is read here"),
        (["--since", "7d", "--brand", "nobody"], 1, "there is no brand"),
    ],
)
def test_what_cannot_be_is_said_with_its_exit_code(
    reading: Installed, arguments: list[str], code: int, said: str
) -> None:
    found = reading.rasid("backfill", *arguments)
    assert found.exit_code == code
    assert said in found.stderr
    assert found.stdout == ""


def process(installed: Installed, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "listener.cli", "--config", str(installed.config)]
    return subprocess.Popen(
        [*command, "backfill", *arguments],
        env={**os.environ, SECRET: installed.url, "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_it_goes_on_after_an_end_by(
    reading: Installed, site: Site, end: signal.Signals, code: int
) -> None:
    site.slow = 0.3
    going = process(reading, "--since", "30d")
    until(lambda: len(stored(reading)) >= 6)
    second = reading.rasid("backfill", "--since", "30d")
    assert (second.exit_code, "being read already" in second.stderr) == (1, True)
    going.send_signal(end)
    out, _err = going.communicate(timeout=60)
    assert going.returncode == code
    if end == signal.SIGINT:
        assert "stopped; the same command goes on from here" in out
    some, asked, site.slow = len(stored(reading)), site.asked, 0.0
    assert some < 31
    [row] = outcome(reading, "--since", "30d")
    assert (row["state"], row["stored"], row["duplicates"]) == ("done", 31, 0)
    assert len(stored(reading)) == 31
    assert site.asked - asked <= 14  # the rest of eleven pages, and other spellings


def test_what_fails_is_exit_code_1_with_its_reason(reading: Installed, site: Site) -> None:
    site.status = 403
    found = reading.rasid("backfill", "--since", "7d", "--json")
    states = {row["state"] for row in json.loads(found.stdout)}
    assert states == {"failed"}
    assert found.exit_code == 1


def test_its_rows_are_labelled_counted_also_of_closed_weeks_and_alert_nobody(
    reading: Installed,
) -> None:
    now, settings = datetime.now(UTC), load_settings(reading.config)

    async def weeks(db: Database) -> list[int | None]:
        async with db.reading() as connection:
            brands = await connection.execute(select(t.brands.c.name, t.brands.c.id))
            brand = {name: number for name, number in brands}.get("رشفان", 1)  # noqa: C416
            spans = [(now - (n + 7) * DAY, now - n * DAY) for n in (0, 7, 14)]
            return [
                (await numbers(connection, brand, since=since, until=until)).mentions
                for since, until in spans
            ]

    async def counted(db: Database) -> list[int | None]:
        rollups = Rollups()
        while await rollups.some(db, now=datetime.now(UTC)):
            pass
        return await weeks(db)

    assert reading.within(counted) == [0, 0, 0]
    outcome(reading, "--since", "30d")

    async def lived(db: Database) -> None:
        labeller = Labeller(db, load("lexicon"), worker="test")
        while await labeller.label_some(None, now=now):
            pass
        async with db.writing() as connection:  # the most alarming that there can be
            await connection.execute(update(t.labels).where(t.labels.c.head == "intent").values(
                value="complaint", detail={"needs_response": True, "urgency": "urgent"}
            ))  # fmt: skip
        while await decide_some(db, settings, worker="test", now=now):
            pass

    reading.within(lived)
    assert {row.state for row in reading.rows(select(t.mentions.c.state))} == {"labelled"}
    reasons = [row.reason for row in reading.rows(select(t.decisions.c.reason))]
    assert len(reasons) == 31
    assert set(reasons) == {"backfilled", "too_old"}
    assert reading.rows(select(t.alerts)) == []
    assert reading.rows(select(t.notices)) == []
    assert reading.within(counted) == [8, 7, 7]
