from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.listener.cli.installed import SECRET, Installed
from tests.servers import Postgres


@pytest.fixture
def installed(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installed]:
    """A migrated, empty installation, once on SQLite and once on PostgreSQL."""
    if dialect == "sqlite":
        file = tmp_path / "data" / "rasid.db"
        file.parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield Installed(tmp_path, dialect, f"sqlite:///{file}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        monkeypatch.setenv(SECRET, url)
        yield Installed(tmp_path, dialect, url)
