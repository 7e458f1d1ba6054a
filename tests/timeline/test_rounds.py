"""What is stored is read again: deletions and edits upstream are followed, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import insert, select, update

from listener.clock import SteeredClock
from listener.collecting import rounds
from listener.collecting.collector import Collector
from listener.collecting.complaints import Complaints
from listener.collecting.cursors import Cursor
from listener.collecting.host import Host
from listener.collecting.missing import CONFIRM, LASTING, Missing
from listener.collecting.rounds import CALLS, REFRESH, Rounds
from listener.collecting.source import WINDOW, Source
from listener.networks.base import Network
from listener.networks.bluesky import Bluesky
from listener.networks.mastodon import Mastodon
from listener.records import Evidence, Hit, Mention
from listener.store import standing
from listener.store import tables as t
from listener.store.mentions import Arrival
from listener.store.session import Database
from tests.upstream import START, an_intake, serving

TOLD = START - timedelta(hours=1)


def uri(n: int) -> str:
    return f"at://did:plc:a/app.bsky.feed.post/{n}"


@dataclass
class Upstream:
    """Bluesky's getPosts and Mastodon's statuses over the same posts."""

    texts: dict[int, str] = field(default_factory=dict)
    asked: list[list[int]] = field(default_factory=list)
    refuses: set[int] = field(default_factory=set)
    status: int = 200

    async def handle(self, request: web.Request) -> web.StreamResponse:
        bluesky = request.path.endswith("app.bsky.feed.getPosts")
        if not bluesky and not request.path.endswith("/api/v1/statuses"):
            return web.json_response({"posts": [], "profiles": []})
        asked = request.query.getall("uris" if bluesky else "id[]")
        numbers = [int(key.rpartition("/")[2]) for key in asked]
        self.asked.append(numbers)
        if self.status != 200:
            return web.json_response({"error": "Unavailable"}, status=self.status)
        if self.refuses.intersection(numbers):
            return web.json_response({"error": "InvalidRequest"}, status=400)
        there = [n for n in numbers if n in self.texts]
        if not bluesky:
            return web.json_response([self._status(n, request.host) for n in there])
        return web.json_response({"posts": [self._view(n) for n in there]})

    def _view(self, n: int) -> dict[str, Any]:
        record = {"text": self.texts[n], "createdAt": TOLD.isoformat()}
        return {"uri": uri(n), "record": record, "author": {"did": "did:plc:a"}, "likeCount": n}

    def _status(self, n: int, host: str) -> dict[str, Any]:
        return {
            "id": str(n), "uri": f"https://far.example/{n}", "content": self.texts[n],
            "created_at": TOLD.isoformat(), "account": {"acct": "a"},
        }  # fmt: skip


@dataclass
class Bench:
    db: Database
    upstream: Upstream
    network: Network
    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    cursor: Cursor = field(default_factory=lambda: Cursor("bluesky", REFRESH.key))
    rounds: Rounds | None = None
    host: Host | None = None

    async def store(self, *numbers: int, text: str = "زين", ago: timedelta = timedelta(0)) -> None:
        intake = await self._intake()
        host = str(getattr(self.network, "api_url", "")).partition("//")[2]
        name = self.network.name
        found = (Hit("زين", (Evidence("زين", "text", "زين"),)),)
        arrivals = [
            Arrival(
                Mention(
                    name,
                    uri(n) if name == "bluesky" else f"https://far.example/{n}",
                    text,
                    TOLD,
                    ref=None if name == "bluesky" else f"{host}:{n}",
                ),
                found,
            )
            for n in numbers
        ]
        async with self.db.writing() as connection:
            added = await intake.add(connection, arrivals, source="collect", now=START)
            these = t.mentions.c.id.in_(added.new)
            await connection.execute(
                update(t.mentions).where(these).values(collected_at=START - ago)
            )
        self.upstream.texts |= dict.fromkeys(numbers, text)

    async def _intake(self) -> Any:
        async def wake(_ids: Sequence[int]) -> None:
            return None

        return await an_intake(self.db, wake)

    async def turn(self, *, after: float = 0.0) -> Cursor:
        """One turn of the round, ``after`` seconds."""
        self.clock._move(self.clock.monotonic() + after)
        if self.rounds is None:
            self.host = Host(self.network, None, self.clock, burst=1000, rate=1000)
            self.rounds = Rounds(
                self.host, self.db, await self._intake(), self.clock,
                Complaints(self.clock, rounds.log), every=timedelta(minutes=10), jitter=lambda: 0.0,
            )  # fmt: skip
        self.cursor = await self.rounds.turn(self.cursor, asyncio.Event())
        return self.cursor

    async def rows(self) -> dict[int, str | None]:
        """Number to text; None where it was erased."""
        async with self.db.reading() as connection:
            c = t.mentions.c
            rows = await connection.execute(select(c.native_id, c.text, c.gone_at))
            return {
                int(native.rpartition("/")[2]): None if gone else text
                for native, text, gone in rows
            }


@asynccontextmanager
async def bench(db: Database, name: str = "bluesky") -> AsyncIterator[Bench]:
    upstream = Upstream()
    async with serving(upstream.handle) as url:
        network = Bluesky(api_url=url) if name == "bluesky" else Mastodon(api_url=url)
        made = Bench(db, upstream, network)
        try:
            yield made
        finally:
            if made.host is not None:
                await made.host.close()


@pytest.mark.parametrize("name", ["bluesky", "mastodon"])
async def test_what_is_missing_twice_is_erased_and_an_edit_is_followed(
    db: Database, name: str
) -> None:
    async with bench(db, name) as made:
        await made.store(1, 2, 3)
        del made.upstream.texts[1]
        made.upstream.texts[2] = "زين، معدّل"
        await made.turn()
        assert await made.rows() == {1: "زين", 2: "زين، معدّل", 3: "زين"}
        await made.turn(after=CONFIRM / 2)
        assert (await made.rows())[1] == "زين"
        await made.turn(after=CONFIRM)
        assert (await made.rows())[1] is None
        await made.store(1)  # a search that lags brings it again
        assert (await made.rows())[1] is None


async def test_what_an_index_lost_sight_of_for_a_moment_stays(db: Database) -> None:
    async with bench(db) as made:
        await made.store(1, 2)
        del made.upstream.texts[1]
        await made.turn()
        made.upstream.texts[1] = "زين"
        await made.turn(after=CONFIRM)
        del made.upstream.texts[1]
        await made.turn(after=CONFIRM)
        assert (await made.rows())[1] == "زين"


async def test_an_answer_that_holds_nothing_of_many_is_not_believed_at_once(db: Database) -> None:
    async with bench(db) as made:
        await made.store(*range(1, 9))
        made.upstream.texts.clear()
        await made.turn()
        await made.turn(after=CONFIRM + 1)
        assert None not in (await made.rows()).values()
        await made.turn(after=LASTING)
        assert set((await made.rows()).values()) == {None}


async def test_an_edit_away_from_the_brand_is_followed_and_nothing_new_is_brought_in(
    db: Database,
) -> None:
    async with bench(db) as made:
        await made.store(1)
        made.upstream.texts[1] = "شيء آخر"
        await made.turn()
        assert await made.rows() == {1: "شيء آخر"}
        async with db.reading() as connection:
            about = (await connection.execute(select(t.matches.c.about))).scalars().all()
        assert about == [0.0]


async def test_a_round_goes_through_the_window_and_begins_again_within_its_budget(
    db: Database,
) -> None:
    async with bench(db) as made:
        await made.store(*range(1, 301))
        await made.store(900, ago=WINDOW + timedelta(hours=1))
        first = await made.turn()
        assert len(made.upstream.asked) == CALLS
        assert all(len(asked) <= 25 for asked in made.upstream.asked)
        assert first.walk.page is not None
        assert (await made.turn()).walk.page is None
        assert len(made.upstream.asked) == CALLS + 2
        asked = [n for some in made.upstream.asked for n in some]
        assert sorted(asked) == list(range(1, 301))
        await made.turn()
        assert made.upstream.asked[-CALLS] == made.upstream.asked[0]


async def test_open_alerts_come_first_in_every_turn(db: Database) -> None:
    async with bench(db) as made:
        await made.store(*range(1, 601))
        async with db.writing() as connection:
            alert = {
                "id": 1, "brand_id": 1, "route": "r", "group_key": "g", "state": "claimed",
                "channel": "c", "urgency": "normal", "opened_at": START, "published_at": START,
                "changed_at": START,
            }  # fmt: skip
            await connection.execute(insert(t.alerts).values(alert))
            oldest = (await connection.execute(select(t.mentions.c.id).limit(1))).scalar_one()
            row = {"alert_id": 1, "mention_id": oldest, "at": START}
            await connection.execute(insert(t.alert_mentions).values(row))
        for nth in range(2):
            await made.turn()
            assert made.upstream.asked[nth * CALLS][0] == 1
        async with db.writing() as connection:
            await connection.execute(update(t.alerts).values(state="resolved"))
        await made.turn()
        assert made.upstream.asked[-1][0] != 1


async def test_what_spoils_an_answer_is_found_and_left(db: Database) -> None:
    async with bench(db) as made:
        await made.store(*range(1, 9))
        made.upstream.refuses = {5}
        made.upstream.texts[6] = "زين، معدّل"
        assert (await made.turn()).pace.state == "ok"
        assert (await made.rows())[6] == "زين، معدّل"
        assert (await made.rows())[5] == "زين"


async def test_a_network_in_trouble_ends_the_turn_and_is_shown(db: Database) -> None:
    async with bench(db) as made:
        await made.store(*range(1, 60))
        made.upstream.status = 502
        cursor = await made.turn()
        assert (cursor.pace.state, cursor.pace.errors, len(made.upstream.asked)) == (
            "unreachable", 1, 1,
        )  # fmt: skip
        assert cursor.walk.page is None
        async with db.reading() as connection:
            (shown,) = await standing.sources(connection, made.clock.now())
        assert (shown["read"], shown["state"]) == ("refresh", "unreachable")


async def test_rows_that_cannot_be_asked_for_are_left_out(db: Database) -> None:
    async with bench(db, "mastodon") as made:
        made.cursor = Cursor("mastodon", REFRESH.key)
        await made.store(1, 2)
        async with db.writing() as connection:
            first = t.mentions.c.native_id == "https://far.example/1"
            await connection.execute(update(t.mentions).where(first).values(ref="other.example:1"))
        await made.turn()
        assert made.upstream.asked == [[2]]
        assert Bluesky().reread_key("imported-7", None) is None
        own = Mastodon(api_url="https://m.example")
        assert own.reread_key("https://m.example/users/a/statuses/77", None) == "77"
        assert own.reread_key("https://other.example/users/a/statuses/77", None) is None


async def test_a_collector_keeps_the_round_going(db: Database) -> None:
    async with bench(db) as made:
        await made.store(1, 2)
        del made.upstream.texts[1]
        intake = await made._intake()
        collector = Collector(
            db, [Source(made.network, [])], match=intake.match, add=intake.add,
            erase=intake.erase, wake=intake.wake, clock=made.clock, jitter=lambda: 0.0,
        )  # fmt: skip
        stop = asyncio.Event()
        task = asyncio.create_task(collector.run(stop))
        await made.clock.settled()
        assert [sorted(asked) for asked in made.upstream.asked] == [[1, 2]]
        await made.clock.advance(CONFIRM + 1)
        assert (await made.rows())[1] is None
        await made.clock.advance(600)
        assert made.upstream.asked[-1] == [2]
        stop.set()
        await task


def test_missing_is_counted_from_the_first_look_and_forgotten_when_it_is_there() -> None:
    missing = Missing()
    assert missing.seen({1, 2}, {2}, 0.0) == set()
    assert missing.seen({1, 2}, {2}, CONFIRM) == {1}
    assert missing.seen({1}, {1}, CONFIRM) == set()
    assert missing.since == {}
