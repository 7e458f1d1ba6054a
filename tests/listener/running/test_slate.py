"""What a process says beside the data while the database takes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from listener.running.slate import SIZE, Said, Slate, read

SINCE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def _nobody(_worker: str) -> bool:
    return False


def test_what_is_said_is_read_until_it_is_wiped(tmp_path: Path) -> None:
    label, alert = (Slate(tmp_path, name, f"{name}@a:1") for name in ("label", "alert"))
    assert read(tmp_path, _nobody) == []
    label.say("full", "no space " * 100, SINCE)
    alert.say("full", "", SINCE - timedelta(seconds=1))
    said = read(tmp_path, _nobody)
    assert [one.process for one in said] == ["alert", "label"]
    assert said[0] == Said("alert", "alert@a:1", "full", "", SINCE - timedelta(seconds=1))
    assert {path.stat().st_size for path in tmp_path.iterdir()} == {SIZE}, "never grows"
    alert.wipe()
    assert [one.process for one in read(tmp_path, _nobody)] == ["label"]
    assert read(tmp_path, lambda worker: worker == "label@a:1") == [], "who died says nothing"
    Slate(tmp_path, "label", "label@a:2")
    assert read(tmp_path, _nobody) == [], "a new life begins with a clean one"


def test_what_is_half_written_or_not_ours_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "label.slate").write_text('{"process": "la')
    (tmp_path / "alert.slate").write_text('{"fault": "full"}')
    assert read(tmp_path, _nobody) == []
    Slate(tmp_path / "nowhere", "label", "label@a:1").say("full", "", SINCE)  # stops nobody
