"""Days in fast time, with what goes wrong in a month: nothing is lost that could be had, what is
lost is told, nothing is exceeded, and operators hear of each trouble and of its end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import fast_time, month
from benchmarks.month_told import Lived, books, expected_of, notices_of, results, stored_of
from benchmarks.month_world import START, Trouble
from listener.demo.posts import DAY

TROUBLES = (Trouble("telegram", "down", 1.0, 3.0), Trouble("facebook", "token", 1.3, 3.3))
NETWORKS = ("telegram", "facebook", "youtube")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder: Path = tmp_path_factory.mktemp("month")
    return fast_time.run(
        month.live(
            folder, days=5, seed=7, networks=NETWORKS, troubles=TROUBLES, a_day=6,
            every=timedelta(hours=6), look=3600.0, budgets={"youtube": {"per_day": "500 units"}},
        )
    )  # fmt: skip


def test_nothing_is_lost_that_could_be_had_and_what_is_lost_is_told(lived: Lived) -> None:
    rows = {row["network"]: row for row in results(lived)}
    assert sum(row["written"] for row in rows.values()) > 30
    assert {name: row["untold"] for name, row in rows.items()} == dict.fromkeys(NETWORKS, 0)
    assert {name for name, row in rows.items() if row["lost"]} <= {"telegram"}


def test_what_telegram_kept_no_longer_is_lost_and_the_ledger_says_when(lived: Lived) -> None:
    shown, stored = expected_of(lived, "telegram"), stored_of(lived, "telegram")
    lost = [post for key, post in shown.items() if key not in stored]
    assert lost
    assert all(START + 0.75 * DAY < post.at < START + 2.25 * DAY for post in lost)
    gaps = [r for r in lived.rows["ledger"] if r["network"] == "telegram" and r["kind"] == "gap"]
    assert [gap["note"] for gap in gaps] == [
        "read too late: the network shows what is older no more"
    ]


def test_no_budget_is_exceeded_by_the_networks_own_books(lived: Lived) -> None:
    found = books(lived)
    assert found
    assert all(row["allowed"] / 2 < row["taken"] <= row["allowed"] for row in found)
    assert not [key for key in lived.journal.wrong if key[1] == 429]


def test_each_trouble_is_told_once_and_its_end_once_and_nothing_else(lived: Lived) -> None:
    for trouble in TROUBLES:
        told, back, false = notices_of(lived, trouble.network)
        assert [len(told), len(back), false] == [1, 1, []], trouble
    assert notices_of(lived, "youtube") == ([], [], [])
