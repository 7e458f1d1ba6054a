"""`rasid import` as its users run it: the command, on a file or a pipe, on both databases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from benchmarks.common import SECRET, write_settings
from benchmarks.posts import write
from listener.store import tables as t
from listener.store.session import open_database
from tests.servers import run

ROWS = 600
KEYS = {"read", "stored", "matched", "duplicates", "rejected", "alerts", "waiting"}
PATIENCE = 120
"""Seconds until a test that hangs is given up."""


class Installation:
    """A folder with settings, its database, and the command line."""

    def __init__(self, folder: Path, dialect: str, url: str) -> None:
        self.folder, self.url = folder, url
        settings = write_settings(folder, dialect)
        text = settings.read_text("utf-8").replace('data = "data"', 'data = "."')
        settings.write_text(text, encoding="utf-8")
        self._command = [
            sys.executable,
            "-m",
            "listener.cli",
            "--config",
            str(settings),
            "import",
            "--yes",
        ]

    def start(self, *arguments: str | Path, **more: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._command, *map(str, arguments)],
            env={**os.environ, SECRET: self.url, "OMP_NUM_THREADS": "1"},
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
        )  # fmt: skip

    def bring(self, *arguments: str | Path, stdin: bytes | None = None) -> dict[str, int]:
        """Runs the import to its end and returns its counts."""
        with self.start(*arguments, stdin=subprocess.PIPE) as process:
            out, self.said = process.communicate(stdin, PATIENCE)
        assert process.returncode == 0, self.said.decode()
        counts: dict[str, int] = json.loads(out)
        return counts

    def read(self, statement: Select[Any]) -> list[Any]:
        async def work() -> list[Any]:
            db = open_database(self.url)
            try:
                async with db.reading() as connection:
                    return list(await connection.execute(statement))
            finally:
                await db.close()

        found: list[Any] = run(work())
        return found

    def number(self, table: Any, *where: Any) -> int:
        return int(self.read(select(func.count()).select_from(table).where(*where))[0][0])

    def tally(self) -> dict[str, int]:
        tables = (t.mentions, t.labels, t.matches, t.decisions, t.alerts, t.notices)
        return {table.name: self.number(table) for table in tables}

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, "it did not come to that"
            time.sleep(0.02)

    def all_is_done(self, rows: int = ROWS) -> None:
        """Every row is there once, labelled, decided, and on one card at most."""
        assert self.number(t.mentions) == rows
        assert self.number(t.mentions, t.mentions.c.state != "labelled") == 0
        assert self.number(t.labels) == 3 * rows
        assert self.number(t.matches, t.matches.c.state != "decided") == 0
        assert self.number(t.matches) == self.number(t.decisions) > 0
        decided = t.decisions.c.reason == "matched_route"
        on_cards = self.read(select(t.alert_mentions.c.mention_id))
        assert len(on_cards) == len(set(on_cards)) == self.number(t.decisions, decided) > 0


@pytest.fixture
def rasid(tmp_path: Path, dialect: str, database_url: str) -> Installation:
    return Installation(tmp_path, dialect, database_url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    write(path, ROWS, now=datetime.now(UTC), days=4)
    return path


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def _ends_of(processes: Sequence[subprocess.Popen[bytes]]) -> list[dict[str, int]]:
    found = []
    for process in processes:
        out, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said.decode()
        found.append(json.loads(out))
    return found


def test_a_file_is_stored_once_and_again_adds_nothing(rasid: Installation, file: Path) -> None:
    lines = _lines(file)
    file.write_bytes(b"".join([*lines[:200], b'{"id": "broken", "text": \n', *lines[200:]]))

    counts = rasid.bring(file, "--json")

    assert counts.keys() == KEYS
    assert b"line 201 is skipped: not JSON" in rasid.said
    assert (counts["read"], counts["stored"], counts["rejected"]) == (ROWS + 1, ROWS, 1)
    assert (counts["duplicates"], counts["waiting"]) == (0, 0)
    assert 0 < counts["matched"] <= rasid.number(t.matches)
    assert counts["alerts"] == rasid.number(t.alerts) > 0
    rasid.all_is_done()

    before = rasid.tally()
    again = rasid.bring(file, "--json")

    assert (again["stored"], again["alerts"], again["matched"]) == (0, 0, 0)
    assert (again["duplicates"], again["rejected"], again["waiting"]) == (ROWS, 1, 0)
    assert rasid.tally() == before


def test_a_pipe_a_brand_and_a_source(rasid: Installation) -> None:
    table = (
        "id,text,author\n"
        "1,الباقة ما تشتغل من الصبح,nora\n"
        "2,كيف أغير الرقم؟,salem\n"
        "3,برافو عليكم بزاف,youssef\n"
    ).encode()

    queries = rasid.bring("-", "--json", stdin=table)
    given = rasid.bring("-", "--json", "--brand", "رشفان", "--source", "survey", stdin=table)
    same = rasid.bring("-", "--json", "--brand", "رشفان", "--source", "survey", stdin=table)

    assert (queries["stored"], queries["matched"]) == (3, 0)
    assert (given["stored"], given["matched"], given["duplicates"]) == (3, 3, 0)
    assert (same["stored"], same["matched"], same["duplicates"]) == (0, 0, 3)
    ids = {row[0] for row in rasid.read(select(t.mentions.c.native_id))}
    assert ids == {"1", "2", "3", "survey:1", "survey:2", "survey:3"}


def test_figures_by_hand(rasid: Installation, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(
        "date,brand,network,account,measure,value,note\n"
        "2026-11-01,رشفان,x,rashfan,followers,١٢٠٠,\n"
        "2026-11-08,رشفان,x,rashfan,followers,1250,بعد الحملة\n"
        "2026-11-08,غيرها,x,,followers,3,\n",
        encoding="utf-8",
    )

    first, again = (rasid.bring(file, "--figures", "--json") for _ in range(2))

    assert (first["read"], first["stored"], first["rejected"]) == (3, 2, 1)
    assert b"line 4 is skipped" in rasid.said
    assert (again["stored"], again["duplicates"]) == (0, 2)
    values = rasid.read(select(t.figures.c.value).order_by(t.figures.c.as_of))
    assert [row[0] for row in values] == [1200, 1250]


def test_two_importers_at_once_store_every_row_once(rasid: Installation, file: Path) -> None:
    both = _ends_of([rasid.start(file, "--json") for _ in range(2)])

    assert sum(counts["stored"] for counts in both) == ROWS
    assert sum(counts["duplicates"] for counts in both) == ROWS
    assert [counts["waiting"] for counts in both] == [0, 0]
    rasid.all_is_done()


def test_stopped_while_it_waits_for_a_pipe(rasid: Installation, file: Path) -> None:
    lines = _lines(file)
    process = rasid.start("-", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"".join(lines[:550]))
    process.stdin.flush()
    rasid.until(lambda: rasid.number(t.mentions) == 500)

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert b"the same file again adds the rest" in said
    assert b"Traceback" not in said
    assert rasid.number(t.mentions) == 500

    again = rasid.bring(file, "--json")
    assert (again["stored"], again["duplicates"], again["waiting"]) == (ROWS - 500, 500, 0)
    rasid.all_is_done()


def test_stopped_while_it_labels(rasid: Installation, tmp_path: Path) -> None:
    rows = 1500
    file = tmp_path / "posts.jsonl"
    write(file, rows, now=datetime.now(UTC), days=4)
    process = rasid.start(file, "--json")
    rasid.until(lambda: rasid.number(t.mentions, t.mentions.c.state == "labelled") > 0)

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1, said.decode()
    assert rasid.number(t.mentions) == rows
    for table in (t.mentions, t.matches):  # nobody has to wait for a lease to run out
        assert rasid.number(table, table.c.taken_by.is_not(None)) == 0
    again = rasid.bring(file, "--json")
    assert (again["stored"], again["duplicates"], again["waiting"]) == (0, rows, 0)
    rasid.all_is_done(rows)
