from __future__ import annotations

from typing import Any

import pytest

from listener.cli.showing import show_status
from listener.words import words

AT = "2026-11-22T09:05:00+00:00"


def worker(name: str, state: str, age: int) -> dict[str, Any]:
    return {"worker": name, "process": "label", "state": state, "since": AT, "last_beat": AT,
            "age_seconds": age}  # fmt: skip


def job(name: str, **values: Any) -> dict[str, Any]:
    row = {"job": name, "worker": "count@a:1", "state": "ok", "failures": 0, "why": None}
    return {**row, "lag_seconds": 4, "skipped": [], **values}


FOUND: dict[str, Any] = {
    "sources": [],
    "unwritten": [
        {"process": name, "fault": "full", "why": "", "since": AT} for name in ("alert", "label")
    ],
    "mentions": {}, "matches": {}, "alerts": {}, "notices": {},
    "workers": [worker("label@a:1", "ok", 4), worker("label@b:1", "silent", 3600)],
    "jobs": [
        job("silence"),
        job("retention", skipped=[{"item": "زين", "why": "ValueError", "until": AT}]),
        job("rollups", state="failing", failures=3, why="OverflowError: 9999", lag_seconds=None),
        job("summaries", state="late", lag_seconds=7200),
    ],
    "slack": [
        {"channel": "care", "connected": False, "since": AT, "error": "invalid_auth",
         "disconnects": 2},
    ],
}  # fmt: skip


def test_the_trouble_comes_first_and_each_worker_and_job_has_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_status(FOUND, words("en"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        "Nothing has been written since 2026-11-22 09:05 UTC (alert, label). The database: the "
        "disk is full: make room, and Rasid goes on by itself.",
        "label@b:1: silent, last heard 1 hour ago",
        "Slack for care: not connected since 2026-11-22 09:05 UTC, clicks are not heard; "
        "2 interruptions: invalid_auth",
        "The removal of old mentions: زين is left out until 2026-11-22 09:05 UTC: ValueError",
        "The counting of numbers (count@a:1): failed 3 times in a row, last done never: "
        "OverflowError: 9999",
        "The making of summaries (count@a:1): should have run and has not; last done 2 hours ago",
    ]
    assert lines[-2:] == [
        "label@a:1: runs since 2026-11-22 09:05 UTC, last heard just now",
        "2 jobs go well",
    ]


def test_in_arabic_every_line_is_arabic(capsys: pytest.CaptureFixture[str]) -> None:
    show_status(FOUND, words("ar"))
    out = capsys.readouterr().out
    assert "حساب الأرقام (count@a:1): فشلت 3 مرات متتالية" in out
    assert "مهمتان تعملان كما ينبغي" in out
    for english in ("failed", "silent", "last", "since", "jobs", "disk"):
        assert english not in out
