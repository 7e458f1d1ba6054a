"""A backup is whole, holds no secret, and gives the same exports where it is restored."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import insert, select

from listener.records import Brand, Evidence, Hit
from listener.store import copying
from listener.store.brand_rows import sync_brands
from listener.store.export import KINDS
from listener.store.mentions import Arrival, add
from listener.store.session import Database, open_database
from listener.store.tables import credentials, heartbeats, mentions
from listener.store.tombstones import tombstone_key
from tests.listener.cli.installed import Installed, mention
from tests.servers import Postgres

TOKEN = "tok-3141592653589793"


def exports(installed: Installed) -> dict[str, str]:
    return {kind: _ok(installed.rasid("export", kind)).stdout for kind in KINDS}


def _ok(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def seeded(installed: Installed) -> None:
    installed.seed(*(mention(n) for n in range(1, 8)))
    (installed.folder / "data").mkdir(exist_ok=True)
    tombstone_key(installed.folder / "data")
    now = datetime.now(UTC)

    async def more(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                insert(credentials).values(network="reddit", tokens=TOKEN, at=now)
            )
            await connection.execute(
                insert(heartbeats).values(
                    worker="label@a:1", process="label", pid=1, started_at=now, at=now, detail={}
                )
            )

    installed.within(more)


def elsewhere(installed: Installed, folder: Path, url: str = "") -> Installed:
    """An empty folder, and on PostgreSQL an empty database."""
    folder.mkdir()
    other = object.__new__(Installed)
    other.folder, other.dialect, other.runner = folder, installed.dialect, installed.runner
    other.url = url or f"sqlite:///{folder}/data/rasid.db"
    return other


@pytest.fixture
def empty(
    installed: Installed,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Installed]:
    if installed.dialect == "sqlite":
        yield elsewhere(installed, tmp_path / "other")
        return
    if not (Postgres.programs() / "pg_dump").exists():
        pytest.skip("no pg_dump of the server's version")
    monkeypatch.setenv("PATH", f"{Postgres.programs()}:{os.environ['PATH']}")
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(template=None) as url:
        yield elsewhere(installed, tmp_path / "other", url)


def test_what_is_restored_into_an_empty_folder_gives_equal_exports(
    installed: Installed, empty: Installed, tmp_path: Path
) -> None:
    seeded(installed)
    before = exports(installed)
    assert before["mentions"].count("\n") == 7
    file = tmp_path / "rasid.tar.gz"
    told = _ok(installed.rasid("backup", str(file))).output
    assert "7 mentions" in told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    _ok(empty.rasid("restore", str(file)))
    assert exports(empty) == before
    assert (empty.folder / "rasid.toml").read_bytes() == installed.config.read_bytes()
    key = empty.folder / "data" / "tombstone.key"
    assert key.read_bytes() == (installed.folder / "data" / "tombstone.key").read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not [path for path in empty.folder.iterdir() if path.name.startswith(".")]


def test_no_secret_is_in_it(installed: Installed, empty: Installed, tmp_path: Path) -> None:
    seeded(installed)
    file = tmp_path / "rasid.tar.gz"
    told = installed.rasid("backup", str(file))
    with tarfile.open(file) as tar:
        for member in tar.getmembers():
            if (content := tar.extractfile(member)) is not None:
                assert TOKEN.encode() not in content.read(), member.name
    if installed.dialect == "sqlite":
        assert "1 renewed token" in told.stderr
    _ok(empty.rasid("restore", str(file)))
    assert empty.rows(select(credentials)) == empty.rows(select(heartbeats)) == []
    assert len(installed.rows(select(credentials))) == 1  # of the original nothing was taken


def test_what_the_configuration_names_comes_along(
    installed: Installed, empty: Installed, tmp_path: Path
) -> None:
    seeded(installed)
    model = installed.folder / "models" / "ours"
    model.mkdir(parents=True)
    (model / "model.safetensors").write_bytes(b"\x01" * 100)
    (installed.folder / "feeds.txt").write_text("https://news.example/feed\n")
    (installed.folder / "plan.toml").write_text("")
    text = installed.config.read_text(encoding="utf-8")
    text = text.replace('tier = "fast"', 'model = "models/ours", tier = "fast"')
    text += '\n[networks.rss]\nfeeds = ["feeds.txt"]\n'
    installed.config.write_text(text, encoding="utf-8")
    file = tmp_path / "rasid.tar.gz"
    _ok(installed.rasid("backup", str(file)))
    _ok(empty.rasid("restore", str(file)))
    for name in ("models/ours/model.safetensors", "feeds.txt", "plan.toml"):
        assert (empty.folder / name).read_bytes() == (installed.folder / name).read_bytes()


def test_data_that_is_there_is_not_replaced_unasked(
    installed: Installed, empty: Installed, tmp_path: Path
) -> None:
    seeded(installed)
    file = tmp_path / "rasid.tar.gz"
    _ok(installed.rasid("backup", str(file)))
    installed.seed(mention(99))
    assert len(installed.rows(select(mentions.c.id))) == 8
    refused = installed.rasid("restore", str(file))
    assert (refused.exit_code, "--force" in refused.stderr) == (1, True), refused.output
    assert len(installed.rows(select(mentions.c.id))) == 8
    _ok(installed.rasid("restore", str(file), "--force"))
    assert len(installed.rows(select(mentions.c.id))) == 7


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("damage", ["cut", "other", "newer"])
def test_a_file_that_is_no_whole_backup_is_refused_and_leaves_nothing(
    installed: Installed, empty: Installed, tmp_path: Path, damage: str
) -> None:
    seeded(installed)
    file = tmp_path / "rasid.tar.gz"
    _ok(installed.rasid("backup", str(file)))
    if damage == "cut":
        os.truncate(file, file.stat().st_size // 2)
    elif damage == "other":
        file.write_text("no archive")
    else:
        with tarfile.open(file) as tar:
            tar.extractall(tmp_path / "x", filter="data")
        manifest = tmp_path / "x" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"schema": "00', '"schema": "99'))
        with tarfile.open(file, "w:gz") as tar:
            for path in sorted((tmp_path / "x").iterdir()):
                tar.add(path, path.name)
    refused = empty.rasid("restore", str(file))
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1), refused.output
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_running_rasid_is_not_restored_over(installed: Installed, tmp_path: Path) -> None:
    from listener.running.supervise import lock

    seeded(installed)
    file = tmp_path / "rasid.tar.gz"
    _ok(installed.rasid("backup", str(file)))
    with lock(installed.folder / "data"):
        refused = installed.rasid("restore", str(file), "--force")
    assert (refused.exit_code, "already runs" in refused.stderr) == (1, True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_taken_while_it_is_written_to_is_whole(
    installed: Installed, tmp_path: Path
) -> None:
    """Each batch is ten mentions with a match each, in one transaction: a copy holds all or none
    of it, and every match has its mention."""
    done = threading.Event()

    def write() -> None:
        async def batches() -> None:
            db, n = open_database(installed.url), 0
            hit = (Hit("رشفان", (Evidence("رشفان", "text", "رشفان"),)),)
            while not done.is_set():
                async with db.writing() as connection:
                    names = (Brand("رشفان", keywords=("رشفان",)),)
                    ids = await sync_brands(connection, names, datetime.now(UTC))
                    some = [Arrival(mention(n + k, text="رشفان " * 500), hit) for k in range(10)]
                    await add(connection, some, brand_ids=ids, source="collect",
                              now=datetime.now(UTC), key=b"k" * 32)  # fmt: skip
                n += 10
            await db.close()

        asyncio.run(batches())

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        while len(installed.rows(select(mentions.c.id))) < 20:
            pass
        for k in range(5):
            copy = tmp_path / f"copy{k}"
            copying.copy_sqlite(installed.file, copy)
            with sqlite3.connect(copy) as reading:
                ([n],) = reading.execute("SELECT count(*) FROM mentions")
                ([m],) = reading.execute("SELECT count(*) FROM matches")
                ([alone],) = reading.execute(
                    "SELECT count(*) FROM matches WHERE mention_id NOT IN (SELECT id FROM mentions)"
                )
            reading.close()
            assert (n % 10, n, alone) == (0, m, 0)
            counts.append(n)
    finally:
        done.set()
        writer.join()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]  # it was written to meanwhile


def test_without_pg_dump_the_command_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(copying.CopyError) as told:
        copying.pg_dump("postgresql://rasid:hunter2@db:5433/rasid", tmp_path / "x")
    assert "--host=db --port=5433 --username=rasid --dbname=rasid" in str(told.value)
    assert "hunter2" not in str(told.value)
