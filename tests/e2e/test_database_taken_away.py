"""The database's file is moved away from a running Rasid, and put back."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import ROUTES, Installation, brands, call, installation, until

pytestmark = pytest.mark.whole


@pytest.fixture
def house() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="re"))
    with installation(folder, brands("رشفان") + ROUTES, redis="none") as made:
        made.start()
        made.ready()
        yield made
        assert made.end(signal.SIGINT) == 0
    shutil.rmtree(folder)


def test_it_is_noticed_said_and_over_when_the_file_is_back(house: Installation) -> None:
    file, away = house.data / "rasid.db", house.folder / "away.db"
    file.rename(away)
    answer = house.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "gone")
    until(lambda: house.said("cannot write its heartbeat: gone"), "the log says so")
    found = call("--config", house.config, "status")
    assert found.returncode == 1
    assert "put the file back" in found.stderr
    os.kill(house.child("label"), signal.SIGKILL)
    until(lambda: house.said("(waiting for it"), "the process that is started again waits")
    assert not file.exists(), "nobody has begun a new one"
    away.rename(file)
    until(lambda: house.get("/readyz").status_code == 200, "it is ready again")
    assert call("--config", house.config, "status").returncode == 0
    assert "Traceback" not in house.err.read_text(encoding="utf-8")
