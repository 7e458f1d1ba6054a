"""Operating faults, each made for real: what is wrong, which command meets it, what it says."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from listener.cli import main
from listener.running.supervise import lock
from listener.store.migrate import head

DATABASE = "RASID_TEST_DATABASE"
QUEUE = "RASID_TEST_QUEUE"


@dataclass(frozen=True)
class Place:
    """A folder with ``rasid.toml`` in it; ``template``: a database that is migrated and empty."""

    folder: Path
    template: Path

    @property
    def file(self) -> Path:
        return self.folder / "data" / "rasid.db"

    def migrated(self) -> None:
        self.file.parent.mkdir(exist_ok=True)
        shutil.copy(self.template, self.file)

    def sql(self, *statements: str) -> None:
        self.migrated()
        with sqlite3.connect(self.file) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def setting(self, old: str, new: str) -> None:
        path = self.folder / "rasid.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def server(self, url: str) -> None:
        self.setting('database = "sqlite"', f'database = "env:{DATABASE}"')
        os.environ[DATABASE] = url


Made = Callable[[Place], Iterator[dict[str, str]] | dict[str, str] | None]


@dataclass(frozen=True)
class OperatingFault:
    """``made`` brings it about (as a generator: for as long as the command runs) and gives values
    for the braces in ``says``, the whole of stderr in English."""

    name: str
    made: Made
    command: tuple[str, ...]
    says: str


@contextmanager
def answering(*fields: str) -> Iterator[str]:
    """A server that answers PostgreSQL's start-up with an error of these fields
    (https://www.postgresql.org/docs/current/protocol-message-formats.html); the address of a
    database there. Without fields it does not answer at all."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        held = []
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            held.append(line)
            if not fields:
                continue
            if struct.unpack("!II", line.recv(8))[1] == 80877103:  # may we speak TLS?
                line.sendall(b"N")
                line.recv(4)
            line.recv(4096)
            body = b"".join(each.encode() + b"\0" for each in fields) + b"\0"
            line.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)
            line.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"postgresql://rasid:hunter2@127.0.0.1:{listening.getsockname()[1]}/rasid"
    finally:
        listening.close()


def _answers(*fields: str) -> Made:
    def made(place: Place) -> Iterator[dict[str, str]]:
        with answering(*fields) as url:
            place.server(url)
            yield {"port": url.rpartition(":")[2].partition("/")[0]}

    return made


def _state(code: str, message: str) -> Made:
    return _answers("SFATAL", "VFATAL", f"C{code}", f"M{message}")


def _at(url: str) -> Made:
    return lambda place: place.server(url)


def _nothing(_place: Place) -> None:
    return None


def _taken_away(place: Place) -> Iterator[dict[str, str]]:
    with lock(place.folder / "data"):
        yield {"pid": str(os.getpid())}


def _held(place: Place) -> Iterator[dict[str, str]]:
    place.migrated()
    holder = sqlite3.connect(place.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield {}
    holder.close()


def _cut_in_the_middle(place: Place) -> None:
    place.migrated()
    size = place.file.stat().st_size
    with place.file.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def _no_database(place: Place) -> None:
    place.file.parent.mkdir()
    place.file.write_bytes(b"these are notes, not pages\n" * 500)


def _folder_as_database(place: Place) -> None:
    place.file.mkdir(parents=True)


def _file_as_folder(place: Place) -> None:
    place.file.parent.write_text("")


@contextmanager
def _connecting(then: Callable[[sqlite3.Connection], object]) -> Iterator[None]:
    real = sqlite3.connect

    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*given, **named)
        then(connection)
        return connection

    sqlite3.connect = connect
    try:
        yield
    finally:
        sqlite3.connect = real


def _read_only(place: Place) -> Iterator[dict[str, str]]:
    """SQLite says the same of a file of somebody else's; root may write everything."""
    place.migrated()
    with _connecting(lambda connection: connection.execute("PRAGMA query_only = ON")):
        yield {}


def _full(place: Place) -> Iterator[dict[str, str]]:
    """As on a full disk, SQLite is given no further page."""
    place.migrated()

    def no_more(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with _connecting(no_more):
        yield {}


def _model_missing(place: Place) -> None:
    place.setting('tier = "fast"', 'model = "my-model"')


def _model_broken(place: Place) -> None:
    folder = place.folder / "my-model"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / name).write_text("{}", encoding="ascii")
    _model_missing(place)


def _taken_port(place: Place) -> Iterator[dict[str, str]]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        place.setting("127.0.0.1:0", f"127.0.0.1:{port}")
        yield {"port": port}


def _no_such_host(place: Place) -> None:
    place.setting("127.0.0.1:0", "nowhere.invalid:8080")


def _somebody_elses_address(place: Place) -> None:
    place.setting("127.0.0.1:0", "192.0.2.1:8080")


def _queue(place: Place) -> None:
    place.setting('redis = "none"', f'redis = "env:{QUEUE}"')
    os.environ[QUEUE] = "memcached://cache"


def _runs_already(place: Place) -> Iterator[dict[str, str]]:
    with lock(place.folder / "data"):
        yield {"pid": str(os.getpid())}


def _seen(place: Place) -> None:
    assert CliRunner().invoke(main, ["status"]).exit_code == 0


AT = "Error: The database {file}: "
SERVER = "Error: The database rasid at 127.0.0.1:{port}: "
ADDRESS = (
    "Error: The address of the database under [storage] database is not understood: write sqlite, "
    "or env:NAME or file:PATH with postgresql://user:password@host/database in it."
)
ROW = ("import", "row.jsonl")
FAULTS: tuple[OperatingFault, ...] = (
    OperatingFault(
        "nothing ever ran here", _nothing, ("report",),
        "Error: There is no database at {file}: Rasid has not run here yet. Start it: rasid run",
    ),
    OperatingFault(
        "the file was taken from a running Rasid", _taken_away, ("status",),
        "Error: Rasid runs (pid {pid}), but its database is not at {file} any more: put the file "
        "back, or stop Rasid and restore a backup.",
    ),
    OperatingFault(
        "another process writes", _held, ROW,
        AT + "another process holds it; try again in a moment.",
    ),
    OperatingFault(
        "a newer Rasid wrote it",
        lambda place: place.sql("UPDATE alembic_version SET version_num = '9001'"), ("status",),
        "Error: The database has schema 9001, this Rasid knows up to {head}. Start the newer Rasid "
        "that wrote it, or restore a backup made before the upgrade.",
    ),
    OperatingFault(
        "an older Rasid wrote it",
        lambda place: place.sql("UPDATE alembic_version SET version_num = '0001'"), ("status",),
        "Error: The database has schema 0001, this Rasid needs {head}. Start the new Rasid once, "
        "it brings the schema up to date: rasid run",
    ),
    OperatingFault(
        "a table is missing",
        lambda place: place.sql("DROP TABLE jobs", "DROP TABLE heartbeats"), ("status",),
        "Error: The database: tables or columns of it are missing: stop Rasid and restore a whole "
        "backup.",
    ),
    OperatingFault(
        "its pages are damaged", _cut_in_the_middle, ("status",),
        AT + "its file is damaged: stop Rasid and restore a backup.",
    ),
    OperatingFault(
        "the file is no database", _no_database, ("status",),
        AT + "its file is no database, or damaged: restore a backup, or move it away.",
    ),
    OperatingFault(
        "a folder stands in its place", _folder_as_database, ROW,
        AT + "it cannot be opened: see to whom its file and folder belong.",
    ),
    OperatingFault(
        "it may only be read", _read_only, ROW,
        AT + "it may not be written: see to whom its file and folder belong.",
    ),
    OperatingFault(
        "the disk is full", _full, ("import", "rows.jsonl"),
        "Error: The database: the disk is full: make room, and Rasid goes on by itself.",
    ),
    OperatingFault(
        "the data folder is a file", _file_as_folder, ("status",),
        "Error: {folder}/data is, or lies below, a file where a folder is needed: name a folder.",
    ),
    OperatingFault(
        "the server is away", _at("postgresql://rasid:hunter2@127.0.0.1:1/rasid"), ("status",),
        "Error: The database rasid at 127.0.0.1:1: it cannot be reached (Connect call failed "
        "('127.0.0.1', 1)). See that it runs and that its address is right, then try again.",
    ),
    OperatingFault(
        "the server's host is unknown", _at("postgresql://rasid@nowhere.invalid/rasid"),
        ("status",),
        "Error: The database rasid at nowhere.invalid:5432: its host is unknown: correct the "
        "address under [storage] database, or look at the name server.",
    ),
    OperatingFault(
        "the server does not answer", _answers(), ("status",),
        SERVER + "it does not answer: see that the server runs and that no firewall stands "
        "between, then try again.",
    ),
    OperatingFault(
        "the server starts up", _state("57P03", "the database system is starting up"), ("status",),
        SERVER + "the server is starting up; try again in a moment.",
    ),
    OperatingFault(
        "the server is shut down", _state("57P01", "terminating connection"), ("status",),
        SERVER + "the server was shut down: start it, then try again.",
    ),
    OperatingFault(
        "the server is out of connections", _state("53300", "too many clients already"),
        ("status",),
        SERVER + "the server takes no more connections: raise its max_connections, or close "
        "others.",
    ),
    OperatingFault(
        "the password is wrong", _state("28P01", 'password authentication failed for "rasid"'),
        ("status",),
        SERVER + "the server refuses the user or the password: see [storage] in the settings.",
    ),
    OperatingFault(
        "there is no such database", _state("3D000", 'database "rasid" does not exist'),
        ("status",),
        SERVER + "the server lacks what is asked for, there is no such database: create it, or "
        "correct [storage] database.",
    ),
    OperatingFault(
        "the server's disk is full", _state("53100", "could not extend file"), ("status",),
        SERVER + "the disk is full: make room, and Rasid goes on by itself.",
    ),
    OperatingFault("another kind of database", _at("mysql://rasid@db/rasid"), ("status",), ADDRESS),
    OperatingFault("a port that is none", _at("postgresql://db:port/rasid"), ("status",), ADDRESS),
    OperatingFault(
        "an option that is none", _at("postgresql://db/rasid?x=1"), ("status",), ADDRESS
    ),
    OperatingFault(
        "the database's secret is not set", _at(""), ("status",),
        "Error: env:RASID_TEST_DATABASE is not set: set it, or name another place for it in the "
        "settings.",
    ),
    OperatingFault(
        "the queue's address is none", _queue, ("run", "label"),
        "Error: The address of the queue server under [storage] redis is not understood: write "
        "embedded, none, or env:NAME or file:PATH with redis://, rediss:// or unix:///path in it.",
    ),
    OperatingFault(
        "the model's folder is missing", _model_missing, ROW,
        "Error: The model cannot be loaded: no model 'my-model': use bundled, auto, full, fast, "
        "lexicon, a folder that exists, or a hub name such as owner/model. See [classifiers] in "
        "the settings; rasid check looks again.",
    ),
    OperatingFault(
        "the model's files are broken", _model_broken, ROW,
        "Error: The model cannot be loaded: {folder}/my-model has no sequence classifier that can "
        "be read (*): needed are a whole config.json, tokenizer and model.safetensors. See "
        "[classifiers] in the settings; rasid check looks again.",
    ),
    OperatingFault(
        "the port is taken", _taken_port, ("run", "serve"),
        "Error: Cannot listen on 127.0.0.1:{port} (address already in use): stop what listens "
        "there, or set service.listen to another address.",
    ),
    OperatingFault(
        "the address to listen on has no such host", _no_such_host, ("run", "serve"),
        "Error: Cannot listen on nowhere.invalid:8080 (*): stop what listens there, or set "
        "service.listen to another address.",
    ),
    OperatingFault(
        "the address is another machine's", _somebody_elses_address, ("run", "serve"),
        "Error: Cannot listen on 192.0.2.1:8080 (cannot assign requested address): stop what "
        "listens there, or set service.listen to another address.",
    ),
    OperatingFault(
        "Rasid runs already", _runs_already, ("run",),
        "Error: Rasid already runs on {folder}/data (pid {pid}): stop it, or use another data "
        "folder (service.data).",
    ),
    OperatingFault(
        "a report goes to a folder that is missing", _seen, ("report", "--output", "no/week.txt"),
        "Error: no/week.txt is not there: see how it is spelt, or make it.",
    ),
    OperatingFault(
        "a report goes below a file", _seen, ("report", "--output", "row.jsonl/week.txt"),
        "Error: row.jsonl/week.txt is, or lies below, a file where a folder is needed: name a "
        "folder.",
    ),
)  # fmt: skip

PLACES = {"head": head()}
