from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.store.lateness import late
from listener.words import words

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)


def round_of(number: int, takes: float, *, every: float = 60, state: str = "ok") -> list[Any]:
    """Reads that were done one after the other, the last one now."""
    done = [NOW - timedelta(seconds=takes * n / number) for n in range(number)]
    return [
        {
            "network": "rss",
            "state": state,
            "last_success": at.isoformat(),
            "next_try": (at + timedelta(seconds=every)).isoformat(),
        }
        for at in done
    ]


def test_a_round_that_takes_longer_than_it_should_is_said_with_its_measure() -> None:
    (said,) = late(round_of(900, 200), LONG_AGO)
    assert (said["network"], said["reads"], said["every_seconds"]) == ("rss", 900, 60)
    assert said["takes_seconds"] == 200
    assert 450 < said["late"] < 900


@pytest.mark.parametrize(
    "sources",
    [
        round_of(900, 60),
        round_of(900, 85),  # a jitter
        round_of(1, 600),  # nothing to measure by
        round_of(900, 200, state="unreachable"),
        [*round_of(99, 50), *round_of(1, 0), round_of(2, 8000)[1]],  # one slow site
        [],
    ],
)
def test_nothing_is_said_without_a_reason(sources: Sequence[Any]) -> None:
    assert late(sources, LONG_AGO) == []


def test_what_was_due_while_nobody_collected_is_not_late() -> None:
    stood_still = round_of(1, 0) + [
        {**source, "last_success": LONG_AGO.isoformat(), "next_try": LONG_AGO.isoformat()}
        for source in round_of(900, 0)
    ]
    assert late(stood_still, NOW - timedelta(seconds=20)) == []
    (said,) = late(stood_still, NOW - timedelta(seconds=300))  # now it is
    assert said["takes_seconds"] == 300


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Feeds: 700 of 900 reads come later than every 60s: a round takes 200s"),
        ("ar", "قراءات متأخرة عن موعدها (كل 60s): 700 من 900، والجولة تستغرق 200s"),
    ],
)
def test_status_says_it(capsys: pytest.CaptureFixture[str], language: Any, line: str) -> None:
    from listener.cli.showing import show_status
    from listener.words.bidi import strip_isolates

    crowd = {"network": "rss", "reads": 900, "late": 700, "every_seconds": 60}
    standing: dict[str, Any] = {
        "sources": [],
        "workers": [],
        "jobs": [],
        "slack": [],
        "unwritten": [],
    }
    standing |= {name: {} for name in ("mentions", "matches", "alerts", "notices")}
    show_status({**standing, "late": [{**crowd, "takes_seconds": 200}]}, words(language))
    assert line in strip_isolates(capsys.readouterr().out)
