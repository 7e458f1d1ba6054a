"""Days and months of a network that is counted: never too much, and something every day."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from aiohttp import web
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.budget_standing import budgets
from listener.collecting.collector import Collector
from listener.collecting.source import Source
from listener.collecting.walk import Rules
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Read
from listener.settings.budgets import Cap
from listener.store.session import Database
from listener.store.tables import ledger
from tests.listener.collecting.paid import A_DAY, USD, counted, paid
from tests.upstream import START, Plain, Upstream, an_intake, serving, stored

LA = ZoneInfo("America/Los_Angeles")
HOUR = 3600.0
PRICE = 0.015


@dataclass
class Site(Upstream):
    """Meters what it is asked for, by its own clock; ``counts`` are asked at ``/count``."""

    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    took: list[tuple[datetime, str, float]] = field(default_factory=list)
    size: int = 20

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/count":
            since = request.query.get("since")
            new = [p for p in self.posts if not since or int(p["id"]) > int(since)]
            self.took.append((self.clock.now(), "count", 0.005))
            return web.Response(text=json.dumps({"count": len(new)}))
        answer = await super().handle(request)
        shown = 0
        if isinstance(answer, web.Response) and answer.text:
            shown = len(json.loads(answer.text)["posts"])
        kind = "page" if request.query.get("page") else request.query["q"][:1]
        self.took.append((self.clock.now(), kind, float(shown)))
        return answer

    def write(self, number: int, at: datetime | None = None) -> None:
        self.add(*[f"زين {n}" for n in range(number)], at=at or self.clock.now())


@asynccontextmanager
async def collecting(
    db: Database,
    site: Site,
    kind: type[Plain],
    reads: Sequence[Read],
    **source: Any,
) -> AsyncIterator[Collector]:
    async def wake(ids: Sequence[int]) -> None:
        return None

    real = await an_intake(db, wake)
    network = Source(kind(site.url), reads, rate=1e6, burst=1e6, **source)  # type: ignore[arg-type]
    collector = Collector(
        db, [network], match=real.match, add=real.add, erase=real.erase, wake=wake,
        clock=site.clock, jitter=lambda: 0.0,
    )  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(collector.run(stop))
    try:
        yield collector
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


@asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    site = Site()
    async with serving(site.handle) as url:
        site.url = url
        yield site


async def standing(db: Database, site: Site) -> list[dict[str, Any]]:
    async with db.reading() as connection:
        return await budgets(connection, {"plain"}, site.clock.now())


async def entries(db: Database, *kinds: str) -> list[dict[str, Any]]:
    async with db.reading() as connection:
        rows = await connection.execute(select(ledger).where(ledger.c.kind.in_(kinds)))
        return [dict(row) for row in rows.mappings()]


def by_day(site: Site, weight: dict[str, float]) -> Counter[str]:
    days: Counter[str] = Counter()
    for at, kind, _shown in site.took:
        days[f"{at.astimezone(LA):%m-%d}"] += weight.get(kind, 1)  # type: ignore[assignment]
    return days


async def test_five_days_of_searches_that_want_five_times_the_quota_are_spread_over_each_day(
    db: Database,
) -> None:
    """Eight searches at 100 units every half hour want 38,400 of 10,000 units a day."""
    units = Allowance(most=10_000, per="day", unit="units", zone="America/Los_Angeles")
    kind = paid({"units": units}, lambda read, page: [Cost("units", 100)])
    reads = [Read("search", f"{n}") for n in range(8)]
    async with a_site() as site:
        site.write(3)
        async with collecting(db, site, kind, reads, every=timedelta(minutes=30)):
            for _ in range(5 * 24):
                await site.clock.advance(HOUR, sleepers=8)
            (told,) = await standing(db, site)
        spent = by_day(site, dict.fromkeys(map(str, range(8)), 100.0))
        assert max(spent.values()) <= 10_000
        assert all(6000 <= of <= 8000 for of in list(spent.values())[1:-1])  # 7,000 are planned
        hours = {f"{at.astimezone(LA):%m-%d %H}" for at, _kind, _n in site.took}
        asked = sorted(at for at, kind, _n in site.took if kind == "3")
        assert len(hours) > 5 * 24 / 4
        assert max(b - a for a, b in pairwise(asked)) < timedelta(hours=3)
    assert 6900 < told["planned"] <= 7000
    (stretched,) = told["stretched"]
    assert stretched["reads"] == 8
    assert stretched["every_seconds"] == 1800
    assert stretched["to_seconds"] > 9000
    assert await entries(db, "limit", "gap") == []


async def test_a_month_of_more_posts_than_money_is_never_overspent_and_no_day_is_without_reads(
    db: Database,
) -> None:
    """Posts cost 1.5 cents; 240 are written a day, and 30 dollars pay for 2,000 a month."""

    def spent(response: httpx.Response) -> list[Cost]:
        return [Cost("usd", PRICE * len(response.json()["posts"]))]

    kind = paid({"usd": USD}, lambda read, page: [Cost("usd", 20 * PRICE)], spent)
    async with a_site() as site:
        async with collecting(
            db, site, kind, [Read("search", "a")], every=timedelta(hours=1),
            caps=[Cap(30, "USD", "month")], rules=Rules(pages_a_poll=3),
        ):  # fmt: skip
            for _ in range(39 * 8):  # from 22 November to the end of the year
                site.write(30)
                await site.clock.advance(3 * HOUR)
            (told,) = await standing(db, site)
        months: Counter[str] = Counter()
        days: Counter[str] = Counter()
        for at, _kind, shown in site.took:
            months[f"{at:%Y-%m}"] += int(shown)
            days[f"{at:%m-%d}"] += int(shown)
        assert months["2026-11"] <= 2000
        assert 1900 < months["2026-12"] <= 2000
        december = [days[f"12-{n:02}"] for n in range(2, 31)]
        assert min(december) >= 20  # of 65 a day
        assert max(december) < 130
    assert told["planned"] is None
    assert told["most"] == 30
    limits = await entries(db, "limit")
    assert {entry["note"] for entry in limits} == {
        "budget: spread out, read later; the older pages of a walk wait",
        "budget: 30 USD of 30 used until 2026-12-01 00:00 UTC; the older pages of a walk wait",
    }
    gaps = await entries(db, "gap")
    assert {entry["note"].partition(",")[0] for entry in gaps} == {
        "budget: more was written than it pays for"
    }
    newest = max(map(int, await stored(db)))
    assert len(site.posts) - newest < 300  # of little more than a day


async def test_a_read_that_its_budget_stops_waits_tells_what_is_left_and_loses_nothing(
    db: Database,
) -> None:
    requests = Allowance(most=4, per="day", unit="requests")
    kind = paid({"r": requests}, lambda read, page: [Cost("r")])
    async with a_site() as site:
        site.write(3)
        # 09:00 in the morning; a crowd of another process took all but one
        async with collecting(db, site, kind, [Read("search", "a")], every=timedelta(hours=9)) as c:
            await site.clock.settled(1)
            other = c._host(c._sources[0]).budget
            assert other is not None
            for _ in range(3):
                assert await other.reserve("", [Cost("r")]) is not None
            site.clock.jump(timedelta(minutes=11))
            site.write(2)
            await site.clock.advance(9 * HOUR)
            asked = len(site.took)
            async with db.reading() as connection:
                from listener.store import standing as all_standing

                (source,) = await all_standing.sources(connection, site.clock.now())
            assert (source["state"], source["errors"]) == ("waiting", 0)
            assert source["why"] == "budget: 4 requests of 4 used until 2026-11-23 00:00 UTC"
            (told,) = await standing(db, site)
            assert told["stopped_until"] == "2026-11-23T00:00:00+00:00"
            (left,) = await entries(db, "limit")
            assert left["note"] == source["why"]
            assert (left["since"], f"{left['until']:%d %H:%M}") == (START, "23 00:00")
            await site.clock.advance(7 * HOUR)
            assert len(site.took) == asked + 1
            (told,) = await standing(db, site)
            assert told["stopped_until"] is None
    assert len(await stored(db)) == 5
    assert await entries(db, "gap") == []


async def test_what_the_network_shows_no_more_when_reading_goes_on_is_a_gap(db: Database) -> None:
    requests = Allowance(most=20, per="month", unit="requests")
    two_days = {"hashtag": timedelta(days=2)}
    kind = paid({"r": requests}, lambda read, page: [Cost("r")], lookback=two_days)
    async with a_site() as site:
        site.write(1)
        async with collecting(db, site, kind, [Read("hashtag", "a")], every=timedelta(hours=9)):
            await site.clock.advance(50 * HOUR)
            assert await entries(db, "gap") == []  # stretched to 51 hours
            await site.clock.advance(2 * HOUR)
    (gap,) = await entries(db, "gap")
    assert gap["since"] == START
    assert timedelta(hours=3) < gap["until"] - gap["since"] < timedelta(hours=4)
    assert "shows what is older no more" in gap["note"]


async def test_pages_and_children_take_only_what_is_not_kept_for_polls(db: Database) -> None:
    """Twenty threads that are asked for all the time leave the polls their part of every hour."""
    units = Allowance(most=480, per="day", unit="units")
    kind = paid({"u": units}, lambda read, page: [Cost("u", 5 if read.kind == "search" else 2)])
    async with a_site() as site:
        site.write(1)

        async def more(request: web.Request) -> web.Response | None:
            if request.query["q"] == "a":
                posts = {"posts": site.posts[-1:], "more": [f"t{n}" for n in range(20)]}
                return web.Response(text=json.dumps(posts))
            return None

        site.answer = more
        async with collecting(db, site, kind, [Read("search", "a")], every=timedelta(hours=1)):
            for _ in range(40):
                await site.clock.advance(HOUR, sleepers=2)
        midnight = START.replace(hour=0) + timedelta(days=1)
        day = [(at, kind) for at, kind, _n in site.took if at.date() == midnight.date()]
        polls = [at for at, kind in day if kind == "a"]
        threads = [at for at, kind in day if kind == "t"]
        assert 5 * len(polls) + 2 * len(threads) <= 480
        assert len(polls) >= 22
        assert len(threads) >= 150  # 480 less 24 polls, by two: 180


async def test_counts_come_first_and_where_nothing_waits_nothing_is_searched(db: Database) -> None:
    def spent(response: httpx.Response) -> list[Cost]:
        return [Cost("usd", PRICE * len(response.json()["posts"]))]

    kind = counted(
        {"usd": USD},
        lambda read, page: [Cost("usd", 20 * PRICE)],
        spent,
        lambda items: [Cost("usd", items * PRICE)],
        [Cost("usd", 0.005)],
    )
    async with a_site() as site, collecting(
        db, site, kind, [Read("search", "a")], every=timedelta(hours=12),
        caps=[Cap(3, "USD", "month")],
    ):  # fmt: skip
        await site.clock.settled(1)
        assert [kind for _at, kind, _n in site.took] == ["count"]
        site.write(500)  # 7.5 dollars
        await site.clock.advance(13 * HOUR)
        kinds = [kind for _at, kind, _n in site.took]
        assert kinds[:3] == ["count", "count", "a"]
        for _ in range(16):
            await site.clock.advance(12 * HOUR)
    november = sum(
        n if kind == "count" else n * PRICE for at, kind, n in site.took if f"{at:%m}" == "11"
    )
    assert 2.4 < november <= 3
    noted = [entry["note"] for entry in await entries(db, "limit")]
    assert any("posts wait" in note for note in noted), noted


async def test_a_network_that_counts_nothing_writes_nothing(db: Database) -> None:
    async with a_site() as site:
        site.write(3)
        async with collecting(db, site, Plain, [Read("search", "a")]):
            await site.clock.advance(HOUR)
            assert len(site.took) > 10
            assert await standing(db, site) == []


async def test_the_day_of_the_network_is_its_own(db: Database) -> None:
    """At midnight in Los Angeles, not in UTC."""
    kind = paid({"units": A_DAY}, lambda read, page: [Cost("units", 60)])
    async with a_site() as site:
        site.write(1)
        async with collecting(db, site, kind, [Read("search", "a")], every=timedelta(hours=4)):
            for _ in range(48):
                await site.clock.advance(HOUR)
        asked = Counter(f"{at.astimezone(LA):%m-%d}" for at, _kind, _n in site.took)
        assert set(asked.values()) == {1}
        assert len(asked) == 3
