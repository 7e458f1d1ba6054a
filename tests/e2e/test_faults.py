"""The short fault run: every process killed, every fault of Slack twice, on SQLite. The whole one is
``python -m tests.e2e.faults``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.channels.slack_faults import FAULTS
from tests.e2e.faults.plan import SHORT
from tests.e2e.faults.run import PROCESSES, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Rasid runs on Linux and macOS")


async def test_whatever_is_killed_every_post_has_one_card() -> None:
    # Not tmp_path: what fails here is told by the logs of ten processes, and a socket is short.
    with tempfile.TemporaryDirectory(prefix="rf", ignore_cleanup_errors=True) as name:
        found = await run(SHORT, Path(name))
    print(found)
    assert found.clean, str(found)
    assert found.faults == Counter(dict.fromkeys(FAULTS, 2)) + Counter(killed=6)
    assert all(found.killed[each] == 1 for each in ("run", *PROCESSES[:-1]))
    assert all(found.killed[f"{each} under run"] == 1 for each in PROCESSES)
