"""A whole copy of a database that is being written to, without what signs in; and back again.

SQLite: the online backup API (https://www.sqlite.org/backup.html) in one step, which in WAL mode
keeps nobody out. PostgreSQL: its own pg_dump and pg_restore, by the versions on the PATH
(https://www.postgresql.org/docs/current/app-pgdump.html).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

SECRETS = "credentials"
"""The table whose rows stay behind: tokens that were renewed."""
DURING = ("heartbeats", "jobs")
"""Who was running when a copy was made: not there where it is restored."""


class CopyError(Exception):
    """The message says what is wrong and what to do."""


def is_sqlite(url: str) -> bool:
    return make_url(url).drivername.startswith("sqlite")


def copy_sqlite(source: Path, target: Path) -> int:
    """Makes ``target`` (mode 600, one file): all that was committed in ``source`` when it began.
    Returns how many renewed tokens were left out. Raises CopyError where the copy is not whole, and
    sqlite3.Error or OSError where it could not be made."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading:
        reading.execute("PRAGMA busy_timeout = 30000")
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            reading.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
            left = copy.execute(f"DELETE FROM {SECRETS}").rowcount
            for table in DURING:
                copy.execute(f"DELETE FROM {table}")
            copy.execute("VACUUM")  # what was deleted is not in the file's free pages either
            whole_sqlite(copy)
    return left


def whole_sqlite(copy: sqlite3.Connection) -> None:
    """Raises CopyError where SQLite finds the file damaged."""
    said = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise CopyError(f"the copy of the database is damaged: {'; '.join(said)[:200]}")


def pg_dump(url: str, target: Path) -> None:
    """Writes ``target``, pg_dump's custom format. Raises CopyError, which names the command, where
    there is no pg_dump or it fails."""
    command = dump_command(url, target)
    if shutil.which(command[0]) is None:
        shown = " ".join(command[:-1]) + " --file rasid.dump"
        raise CopyError(
            "pg_dump is not installed here. Install PostgreSQL's client programs, or make the "
            f"dump where they are ({shown}) and keep it with tombstone.key of service.data"
        )
    target.touch(mode=0o600)
    _call(command, url)


def dump_command(url: str, target: Path) -> list[str]:
    left_out = [f"--exclude-table-data=*.{name}" for name in (SECRETS, *DURING)]
    return ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out,
            *_where(make_url(url)), f"--file={target}"]  # fmt: skip


def pg_restore(url: str, source: Path, *, clean: bool) -> None:
    """Fills the database at ``url``, all or nothing; ``clean``: what is there goes first. Raises
    CopyError."""
    first = ["--clean", "--if-exists"] if clean else []
    command = ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
               "--no-privileges", *first, *_where(make_url(url)), str(source)]  # fmt: skip
    if shutil.which(command[0]) is None:
        shown = " ".join(command[:-1])
        raise CopyError(f"pg_restore is not installed here. Where it is: {shown} rasid.dump")
    _call(command, url)


def _where(url: URL) -> list[str]:
    host = url.host or str(url.query.get("host") or "localhost")
    return [f"--host={host}", f"--port={url.port or 5432}", f"--username={url.username or 'rasid'}",
            f"--dbname={url.database or 'rasid'}"]  # fmt: skip


def _call(command: list[str], url: str) -> None:
    """The password is in the environment: an argument is everybody's to read."""
    environment: Mapping[str, str] = {**os.environ, "PGPASSWORD": make_url(url).password or ""}
    done = subprocess.run(
        command, env=dict(environment), stdin=subprocess.DEVNULL, text=True, capture_output=True
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:] or f"exit code {done.returncode}"
        raise CopyError(f"{command[0]} failed: {said}")
