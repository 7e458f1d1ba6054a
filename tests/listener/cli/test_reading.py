"""Commands that only look: they change nothing, wait for no writer, and say what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from listener.cli import main
from listener.running.supervise import lock
from listener.store import session
from listener.store.migrate import head
from listener.store.tables import brands, queries
from tests.listener.cli.installed import SECRET, Installed, ids, mention
from tests.servers import Postgres

LOOKING = (
    ("status",),
    ("status", "--json"),
    ("why", "1"),
    ("report",),
    ("report", "month", "--format", "json"),
    ("export", "mentions"),
    ("export", "labels", "--format", "csv"),
    ("export", "counts"),
    ("model", "sample", "--show"),
)
every_look = pytest.mark.parametrize("command", LOOKING, ids=" ".join)


@every_look
def test_a_held_writer_keeps_no_reader_out(installed: Installed, command: tuple[str, ...]) -> None:
    installed.seed(mention(1), mention(2))
    with installed.held_writer():
        found = installed.rasid(*command)
    assert found.exit_code == 0, found.output
    if command == ("status", "--json"):
        assert json.loads(found.stdout)["mentions"]["labelled"] == 2


def test_looking_changes_nothing(installed: Installed) -> None:
    installed.seed(mention(1))
    installed.configure("رشفان", "علامة جديدة")
    before = _state(installed)
    for command in LOOKING:
        installed.rasid(*command)
    assert _state(installed) == before
    if installed.dialect == "sqlite":
        aside = {"rasid.db-shm", "rasid.db-wal"}  # SQLite's own
        assert {path.name for path in installed.file.parent.iterdir()} - aside == {"rasid.db"}
    else:
        assert not (installed.folder / "data").exists()


def _state(installed: Installed) -> object:
    tables = [installed.rows(select(table)) for table in (brands, queries)]
    version = installed.rows(text("SELECT version_num FROM alembic_version"))
    if installed.dialect == "sqlite":
        with sqlite3.connect(installed.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return tables, version, hashlib.sha256(installed.file.read_bytes()).hexdigest()
    return tables, version


def test_a_brand_that_no_run_has_written_down_yet_is_told_of(installed: Installed) -> None:
    installed.seed(mention(1))
    installed.configure("رشفان", "علامة جديدة")
    for command in (("report", "--brand", "علامة جديدة"), ("export", "mentions", "--brand", "x")):
        found = installed.rasid(*command)
        assert (found.exit_code, found.stderr.count("\n")) == (1, 1), found.output
        assert "Traceback" not in found.output


def _says(installed: Installed, command: tuple[str, ...], *words: str) -> None:
    found = installed.rasid(*command)
    assert found.exit_code == 1, found.output
    assert found.stdout == ""
    assert found.stderr.startswith("Error: ")
    assert found.stderr.count("\n") == 1, found.stderr
    for word in words:
        assert word in found.stderr


@every_look
def test_an_older_schema_is_not_migrated_but_told_of(
    installed: Installed, command: tuple[str, ...]
) -> None:
    installed.execute("UPDATE alembic_version SET version_num = '0001'")
    _says(installed, command, "schema 0001", f"needs {head()}", "rasid run")
    assert installed.rows(text("SELECT version_num FROM alembic_version"))[0][0] == "0001"


@every_look
def test_a_newer_schema_is_told_of(installed: Installed, command: tuple[str, ...]) -> None:
    installed.execute("UPDATE alembic_version SET version_num = '9001'")
    _says(installed, command, "schema 9001", "newer Rasid")


@every_look
def test_a_database_without_tables_is_told_of(
    tmp_path: Path, dialect: str, empty_database_url: str, command: tuple[str, ...]
) -> None:
    installed = Installed(tmp_path, dialect, empty_database_url)
    if dialect == "sqlite":
        installed.file.parent.mkdir()
        installed.file.touch()
    _says(installed, command, "empty", "rasid run")


@pytest.mark.parametrize("command", [c for c in LOOKING if c[0] != "status"], ids=" ".join)
def test_where_nothing_ever_ran_nothing_is_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    installed = Installed(tmp_path, "sqlite", "")
    _says(installed, command, str(installed.file), "has not run here yet", "rasid run")
    assert [path.name for path in tmp_path.iterdir()] == ["rasid.toml"]


def test_status_makes_the_database_that_was_never_there_and_then_waits_for_no_writer(
    tmp_path: Path,
) -> None:
    installed = Installed(tmp_path, "sqlite", f"sqlite:///{tmp_path}/data/rasid.db")
    first = installed.rasid("status", "--json")
    assert (first.exit_code, json.loads(first.stdout)["sources"]) == (0, []), first.output
    with installed.held_writer():
        for command in LOOKING:
            found = installed.rasid(*command)
            assert (found.exit_code == 0) is (command[0] != "why"), found.output


def test_a_database_that_was_taken_from_a_running_rasid_is_not_begun_anew(tmp_path: Path) -> None:
    installed = Installed(tmp_path, "sqlite", "")
    with lock(tmp_path / "data"):
        _says(
            installed, ("status",), f"pid {os.getpid()}", str(installed.file), "put the file back"
        )
    assert not installed.file.exists()


@pytest.mark.parametrize("command", [*LOOKING, ("import", "-")], ids=" ".join)
@pytest.mark.parametrize(
    ("offset", "said"), [(0, "no database"), (4096, "damaged")], ids=["header", "pages"]
)
def test_a_broken_file_is_told_of_by_every_command(
    tmp_path: Path, sqlite_template: Path, command: tuple[str, ...], offset: int, said: str
) -> None:
    installed = Installed(tmp_path, "sqlite", f"sqlite:///{tmp_path}/data/rasid.db")
    installed.file.parent.mkdir()
    shutil.copy(sqlite_template, installed.file)
    size = installed.file.stat().st_size
    with installed.file.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * (size - offset))
    _says(installed, command, said, "restore a backup")


@pytest.mark.parametrize("command", [*LOOKING, ("import", "-")], ids=" ".join)
def test_a_server_that_is_away_is_told_of_without_its_password(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    away = "postgresql://rasid:hunter2@127.0.0.1:1/rasid"
    installed = Installed(tmp_path, "postgresql", away)
    _says(installed, command, "The database rasid at 127.0.0.1:1", "cannot be reached")
    assert "hunter2" not in installed.rasid(*command).output


def test_a_server_without_that_database_is_told_of(tmp_path: Path, postgres: Postgres) -> None:
    installed = Installed(tmp_path, "postgresql", postgres.url("nowhere"))
    _says(installed, ("status",), "The database nowhere", "lacks what is asked for")


def test_readers_that_are_locked_out_are_told_so(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOOK_SECONDS", 0)
    installed = Installed(tmp_path, "sqlite", "")
    installed.file.parent.mkdir()
    shutil.copy(sqlite_template, installed.file)
    holder = sqlite3.connect(installed.file, isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")  # a copy that was made elsewhere
    holder.execute("BEGIN EXCLUSIVE")
    _says(installed, ("status",), "another process holds it")
    holder.close()


def test_the_configuration_may_be_named_behind_the_command(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, installed.url)
    installed.seed(mention(1))
    for command in (("status",), ("why", str(ids(installed)[0])), ("report",), ("check",),
                    ("export", "mentions"), ("networks",)):  # fmt: skip
        found = installed.runner.invoke(
            main, [*command, "--config", str(installed.config)], env={SECRET: installed.url}
        )
        assert found.exit_code == 0, (command, found.output)
    missing = installed.rasid("status", "--config", str(installed.folder / "no.toml"))
    assert (missing.exit_code, "no.toml is not there" in missing.stderr) == (1, True)
