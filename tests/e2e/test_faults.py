"""The short fault run: every process killed, every fault of Slack twice, on SQLite. The whole one
is ``python -m tests.e2e.faults``."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.alerts.channels.slack_faults import FAULTS
from tests.e2e.faults.plan import SHORT
from tests.e2e.faults.powercut import NoCompiler
from tests.e2e.faults.run import PROCESSES, run
from tests.e2e.faults.verdict import lost, shown


async def test_whatever_is_killed_every_post_has_one_card() -> None:
    # Not tmp_path: what fails here is told by the logs of ten processes, and a socket is short.
    with tempfile.TemporaryDirectory(prefix="rf", ignore_cleanup_errors=True) as name:
        try:
            found = await run(SHORT, Path(name))
        except NoCompiler as why:
            pytest.skip(f"power cannot be cut: {why}")
    print(found)
    assert found.clean, str(found)
    assert found.faults == Counter(dict.fromkeys(FAULTS, 2)) + Counter(killed=6)
    assert all(found.killed[each] == 1 for each in ("run", *PROCESSES[:-1]))
    assert all(found.killed[f"{each} under run"] == 1 for each in PROCESSES)
    assert found.killed["power"] == 1
    assert found.killed["label stopped"] == found.killed["alert stopped"] == 1


def test_the_judge_sees_what_is_lost_and_what_stands_twice(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    lines = [
        ("post", "ZQ00000", "1"),
        ("post", "ZQ00001", "2"),
        ("post", "ZQ00001", "3"),
        ("post", "ZQ00002", "4"),
        ("post", "ZQ00002", "5"),
        ("update", "ZQ00000", "1"),
        ("delete", "ZQ00002", "5"),
    ]
    with journal.open("w", encoding="utf-8") as file:
        for event, mark, ts in lines:
            message = {"ts": ts, "text": f"ليش ما وصل طلبي؟ {mark}", "blocks": [{"text": mark}]}
            file.write(json.dumps({"event": event, "message": message}) + "\n")
    found = shown(journal)
    assert found.posted == {"ZQ00000": 1, "ZQ00001": 2, "ZQ00002": 2}
    assert found.standing == {"ZQ00000": 1, "ZQ00001": 2, "ZQ00002": 1}
    assert lost(4, found.standing) == ["ZQ00003"]
