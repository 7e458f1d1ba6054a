"""Real databases and a real Redis for every test that asks: ``db`` runs a test on SQLite and on
PostgreSQL, ``redis_url`` gives a server on a unix socket. What cannot start is skipped, with why.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from listener.cli.main import network_name
from listener.store.session import Database, open_database
from listener.words import learn
from tests.servers import Postgres, Unavailable, migrated, redis_server

# The same examples in every run: a test that fails here fails everywhere.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

learn("network", network_name)  # as the command line does


SERVERS = {"postgres", "redis_socket"}
LONG = (
    "e2e",
    "timeline",
    "alerts/channels",
    "alerts/desk/test_joining.py",
    "alerts/numbers/test_at_size.py",
    "alerts/numbers/test_pruning.py",
    "alerts/numbers/test_rollups.py",
    "alerts/operators",
    "classifiers/foreign",
    "classifiers/making",
    "listener/cli",
    "listener/collecting/test_credentials.py",
    "listener/collecting/test_cursor_rule.py",
    "listener/labelling",
    "listener/running",
    "listener/serving",
    "listener/store/test_migrate.py",
    "listener/store/test_tallies.py",
)
"""What takes the most of the suite's time without a server of its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out: tests that start a server or another process of ours,
    those that try many examples, and those that take long."""
    here = Path(__file__).parent
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        servers = SERVERS & set(getattr(item, "fixturenames", ()))
        servers |= {"postgres"} & {"postgres" if params.get("dialect") == "postgresql" else ""}
        examples = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        place = item.path.relative_to(here).as_posix()
        if servers or examples or place.startswith(LONG):
            item.add_marker(pytest.mark.whole)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run, on a unix socket, thrown away at the end."""
    try:
        server = Postgres.start()
    except Unavailable as why:
        pytest.skip(f"no PostgreSQL: {why}")
    try:
        server.make_template()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "rasid.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_database_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """A database without a single table."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(template=None) as url:
        yield url


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database, copied from one that was migrated once."""
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "rasid.db")
        yield f"sqlite:///{tmp_path / 'rasid.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database, open; the test runs once on SQLite and once on PostgreSQL."""
    database = open_database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """The unix socket of a real Redis or Valkey, append-only, empty at the start of the run."""
    with tempfile.TemporaryDirectory(prefix="rq") as folder:  # a socket's path has 107 bytes
        try:
            with redis_server(Path(folder)) as socket:
                yield socket
        except Unavailable as why:
            pytest.skip(f"no Redis: {why}")


@pytest.fixture(scope="session")
def redis_url(redis_socket: Path) -> str:
    return f"unix://{redis_socket}"
