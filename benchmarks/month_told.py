"""What a month left behind (``benchmarks.month``): lost, told of, exceeded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.fast_time import JumpingClock
from benchmarks.month_world import START, Month, Trouble, shown
from listener.demo.posts import DAY, Post
from listener.networks.base import ReadKind
from listener.settings import Settings

KINDS: tuple[ReadKind, ...] = ("search", "hashtag", "mentions", "replies", "own_posts", "feed")
SLACK = timedelta(hours=1)


@dataclass
class Journal(list[tuple[str, str, int]]):
    """What was asked, kept as counts. ``wrong``: answers of 4xx, outside of troubles."""

    troubles: Sequence[Trouble]
    clock: JumpingClock
    asked: Counter[str] = field(default_factory=Counter)
    wrong: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def append(self, entry: tuple[str, str, int]) -> None:
        network, path, status = entry
        self.asked[network] += 1
        now = self.clock.now()
        if status >= 400 and not any(x.network == network and x.now(now) for x in self.troubles):
            self.wrong[network, status, path.partition("?")[0]] += 1


@dataclass
class Lived:
    """What a month left behind. Rows as dictionaries; ``sites``: the networks' own books."""

    world: Month
    troubles: Sequence[Trouble]
    sites: Mapping[str, Any]
    journal: Journal
    settings: Settings
    budgets: Mapping[str, Mapping[str, str]]
    rows: dict[str, list[dict[str, Any]]]
    seconds: float


def results(lived: Lived) -> list[dict[str, Any]]:
    """A row for each network."""
    found = []
    for name in sorted(lived.settings.networks):
        expected, stored = expected_of(lived, name), stored_of(lived, name)
        lost = {key: post for key, post in expected.items() if key not in stored}
        told, back, false = notices_of(lived, name)
        found.append(
            {
                "network": name,
                "written": len(expected),
                "stored": len(expected) - len(lost),
                "lost": len(lost),
                "untold": len(untold(lived, name, lost.values())),
                "asked": lived.journal.asked[name],
                "refused": sum(n for key, n in lived.journal.wrong.items() if key[0] == name),
                "notices": len(told),
                "back": len(back),
                "false": len(false),
            }
        )
    return found


def books(lived: Lived) -> list[dict[str, Any]]:
    """What the networks' own books say was taken of what the settings allow, at the most."""
    found = []
    if "x" in lived.sites and "x" in lived.budgets:
        months: Counter[str] = Counter()
        for (day, _item), usd in lived.sites["x"].bill.items():
            months[day[:7]] += usd
        allowed = float(lived.budgets["x"]["per_month"].split()[0])
        found.append({"of": "x, USD a month", "allowed": allowed, "taken": max(months.values())})
    if "youtube" in lived.sites and "youtube" in lived.budgets:
        days: Counter[str] = Counter()
        for (day, what), number in lived.sites["youtube"]._spent.items():
            days[day] += number * (100 if what == "search" else 1)
        allowed = float(lived.budgets["youtube"]["per_day"].split()[0])
        found.append(
            {"of": "youtube, units a day", "allowed": allowed, "taken": float(max(days.values()))}
        )
    return found


def stored_of(lived: Lived, name: str) -> set[str]:
    return {row["native_id"] for row in lived.rows["mentions"] if row["network"] == name}


def expected_of(lived: Lived, name: str) -> dict[str, Post]:
    """By mention's id: what was there for two turns of the slowest read, and the network well."""
    section = lived.settings.networks[name].every
    assert isinstance(section, Mapping)
    needed = 2 * max(section[kind] for kind in KINDS) + SLACK
    end = lived.world.end
    spans = [(START + x.start * DAY, START + x.end * DAY)
             for x in lived.troubles if x.network == name]  # fmt: skip
    found = {}
    for key, post in shown(lived.world, lived.sites, name).items():
        if post.at < START:
            continue
        until = min(post.deleted or end, end)
        bad = sum(
            (max(min(until, b) - max(post.at, a), timedelta(0)) for a, b in spans), timedelta(0)
        )
        if until - post.at - bad >= needed:
            found[key] = post
    return found


def untold(lived: Lived, name: str, lost: Iterable[Post]) -> list[Post]:
    """Those in whose time the ledger has neither a gap nor a limit of the network."""
    told = [
        row
        for row in lived.rows["ledger"]
        if row["network"] == name and row["kind"] in ("gap", "limit")
    ]

    def says(row: Mapping[str, Any], at: datetime) -> bool:
        since, until = row["since"], row["until"]
        return (since is None or since <= at) and (until is None or at <= until)

    return [post for post in lost if not any(says(row, post.at) for row in told)]


Notice = tuple[datetime, str, str, str]
"""When, of which outage's subject, of which kind, what it says."""


def notices_of(lived: Lived, name: str) -> tuple[list[Notice], list[Notice], list[Notice]]:
    subjects = {str(row["id"]): row["subject"] for row in lived.rows["outages"]}
    told, back, false = list[Notice](), list[Notice](), list[Notice]()
    for row in sorted(lived.rows["notices"], key=lambda row: row["created_at"]):
        _ops, _outage, number, kind = row["subject"].split(":", 3)
        subject = subjects[number]
        if subject.split(":")[1] != name:
            continue
        notice = (row["created_at"], subject, kind, row["body"]["text"])
        near = [x for x in lived.troubles if x.network == name
                and START + x.start * DAY <= notice[0] <= START + (x.end + 1) * DAY]  # fmt: skip
        (back if kind == "back" else told if near else false).append(notice)
    return told, back, false
