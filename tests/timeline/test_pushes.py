"""What networks tell of is read within seconds, once, and only when it may be; and who asks them to
tell does so at the start, before they forget, and no more often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from listener.collecting import hints, push_rows
from listener.collecting.collector import Collector
from listener.collecting.hinted import apart
from listener.collecting.nudges import LOOK
from listener.collecting.source import Pushing, Source
from listener.collecting.subscriptions import UNCONFIRMED
from listener.networks.base import Read
from listener.networks.signatures import token_of
from listener.records import Query
from listener.store import tables as t
from listener.store.session import Database
from tests.pushing import PLACE, SECRET, Calling
from tests.upstream import READ, Bench, Upstream, an_intake, upstream

HOUR, DAY = 3600.0, 24 * 3600.0


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@dataclass
class Told:
    """A collector of one search, every ten minutes, whose network pushes."""

    db: Database
    served: Upstream
    bench: Bench = field(init=False)
    reads: tuple[Read, ...] = (READ,)
    asks: tuple[str, ...] = ()
    callback: str | None = PLACE
    secret: str | None = SECRET
    burst: float = 100.0

    def __post_init__(self) -> None:
        self.bench = Bench(self.db, self.served)

    @property
    def clock(self) -> Any:
        return self.bench.clock

    async def collector(self) -> Collector:
        async def wake(_ids: Any) -> None:
            return None

        real = await an_intake(self.db, wake)
        source = Source(
            Calling(self.served.url, asks=self.asks),  # type: ignore[arg-type]
            self.reads,
            every=timedelta(minutes=10),
            burst=self.burst,
            pushing=Pushing(self.callback, lambda: self.secret),
        )
        return Collector(
            self.db, [source], match=real.match, add=real.add, erase=real.erase,
            wake=real.wake, clock=self.clock, jitter=lambda: 0.0,
        )  # fmt: skip

    async def tell(self, *reads: Read, times: int = 1) -> None:
        async with self.db.writing() as connection:
            for _ in range(times):
                await hints.put(connection, "plain", reads, now=self.clock.now())

    async def waiting(self) -> list[str]:
        async with self.db.reading() as connection:
            return [hint.read.key for hint in await hints.waiting(connection, ["plain"])]

    def asked(self, target: str = "زين") -> int:
        return sum(query.get("q") == target for query in self.served.asked)

    async def row(self) -> dict[str, Any] | None:
        async with self.db.reading() as connection:
            row = (await connection.execute(select(t.pushes))).mappings().one_or_none()
            return dict(row) if row else None

    async def confirm(self) -> None:
        async with self.db.writing() as connection:
            await push_rows.confirmed(connection, "plain", self.clock.now())

    sleepers: int = 2  # the search, and the look at what was told

    @asynccontextmanager
    async def running(self, sleepers: int | None = None) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task((await self.collector()).run(stop))
        try:
            async with asyncio.timeout(60):
                await self.clock.settled(self.sleepers if sleepers is None else sleepers)
                yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 10)


@pytest.fixture
def told(db: Database, served: Upstream) -> Told:
    return Told(db, served)


async def test_what_is_told_of_is_read_within_seconds_not_when_its_time_comes(told: Told) -> None:
    told.served.add("زين ١")
    async with told.running():
        await told.clock.advance(60, sleepers=2)
        assert told.asked() == 1
        told.served.add("زين ٢")
        await told.tell(READ)
        await told.clock.advance(2 * LOOK, sleepers=2)
        assert told.asked() == 2
        assert await told.bench.stored() == ["1", "2"]
        assert await told.waiting() == []
        await told.clock.advance(500, sleepers=2)
        assert told.asked() == 2  # its own time starts anew


async def test_the_same_hint_a_thousand_times_makes_one_read(told: Told) -> None:
    async with told.running():
        await told.clock.advance(90, sleepers=2)
        await told.tell(READ, times=1000)
        await told.clock.advance(400, sleepers=2)
        assert told.asked() == 2
        assert await told.waiting() == []


async def test_hint_upon_hint_is_read_no_more_often_than_a_quarter_of_its_time(told: Told) -> None:
    async with told.running():
        await told.clock.advance(90, sleepers=2)
        for _ in range(150):  # five minutes, a hint every two seconds
            await told.tell(READ)
            await told.clock.advance(2, sleepers=2)
        spaced = apart(timedelta(minutes=10))
        assert spaced == 60
        assert 3 <= told.asked() - 1 <= 300 / spaced + 1


async def test_a_hint_that_came_while_it_was_read_is_read_again(told: Told) -> None:
    entered, free = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response | None:
        entered.set()
        await free.wait()
        return None

    async with told.running():
        await told.clock.advance(90, sleepers=2)
        told.served.answer = slow
        await told.tell(READ)
        advancing = asyncio.create_task(told.clock.advance(LOOK, sleepers=1))
        await asyncio.wait_for(entered.wait(), 10)
        await told.tell(READ)
        free.set()
        await advancing
        told.served.answer = None
        await told.clock.advance(30, sleepers=2)
        assert await told.waiting() == [READ.key]  # told of again, and not at once read again
        await told.clock.advance(60, sleepers=2)
        assert told.asked() == 3
        assert await told.waiting() == []


async def test_a_hint_survives_a_restart(told: Told) -> None:
    async with told.running():
        await told.clock.advance(30, sleepers=2)
    await told.tell(READ)
    async with told.running():
        await told.clock.advance(2 * LOOK, sleepers=2)
        assert told.asked() == 2
        assert await told.waiting() == []


async def test_a_host_that_wants_silence_has_it_whatever_is_told(told: Told) -> None:
    told.reads = (READ, Read("search", "other"))

    async def limited(request: web.Request) -> web.Response | None:
        if request.query["q"] != "other":
            return None
        return web.json_response({}, status=429, headers={"Retry-After": "300"})

    async with told.running(3):
        told.served.answer = limited
        await told.clock.advance(601, sleepers=3)
        before = told.asked()
        await told.tell(READ)
        await told.clock.advance(200, sleepers=3)
        assert told.asked() == before
        assert await told.waiting() == [READ.key]
        told.served.answer = None
        await told.clock.advance(200, sleepers=3)
        assert told.asked() == before + 1
        assert await told.waiting() == []


async def test_a_read_that_fails_is_tried_when_it_would_be_anyway(told: Told) -> None:
    async def down(_request: web.Request) -> web.Response:
        return web.json_response({}, status=403)

    async with told.running():
        told.served.answer = down
        await told.clock.advance(601, sleepers=2)
        [source] = await told.bench.sources()
        assert source["state"] == "unreachable"
        asked, again = told.asked(), source["next_try"]
        await told.tell(READ)
        await told.clock.advance(10, sleepers=2)
        assert told.asked() == asked
        assert (await told.bench.sources())[0]["next_try"] == again
        assert await told.waiting() == []  # its next try brings it


async def test_a_read_that_no_settings_name_is_asked_for_like_one_of_a_page(told: Told) -> None:
    comments = Read("replies", "v1", Query("زين", ""))
    told.served.add("تعليق عن زين")
    async with told.running():
        await told.clock.advance(90, sleepers=2)
        await told.tell(comments)
        await told.clock.advance(LOOK, sleepers=2)
        await told.clock.settled(3)  # the watch over what was asked for has something to wait for
        assert told.asked("v1") == 1
        async with told.db.reading() as connection:
            c = t.cursors.c
            row = (
                (await connection.execute(select(t.cursors).where(c.read == comments.key)))
                .mappings()
                .one()
            )
        assert (row["parent"], row["query_brand"], row["state"]) == (READ.key, "زين", "ok")
        await told.tell(comments, times=50)
        await told.clock.advance(2 * LOOK, sleepers=3)
        assert told.asked("v1") == 1  # not at once again
        await told.clock.advance(70, sleepers=3)
        assert told.asked("v1") == 2
        assert await told.waiting() == []


async def test_where_no_network_pushes_nobody_looks(told: Told, served: Upstream) -> None:
    told.callback = None
    async with told.running(1):
        await told.tell(READ)
        await told.clock.advance(300, sleepers=1)
        assert told.asked() == 1


def subscribed(served: Upstream) -> list[dict[str, str]]:
    return [query for query in served.asked if "callback" in query]


@pytest.fixture
def asking(told: Told, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Its network is asked to call, at /subscribe; ``status`` is what it answers."""
    monkeypatch.setattr("listener.collecting.nudges.LOOK", 300.0)  # days pass here
    told.asks, told.sleepers = ("/subscribe",), 3
    answers = told.answers = {"status": 200}  # type: ignore[attr-defined]

    async def answer(request: web.Request) -> web.Response | None:
        if request.path != "/subscribe":
            return None
        told.served.asked[-1] = dict(await request.post())  # type: ignore[arg-type]
        return web.json_response({}, status=answers["status"])

    told.served.answer = answer
    return told


async def test_a_network_is_asked_to_call_at_the_start_and_every_lease(asking: Told) -> None:
    async with asking.running():
        await asking.clock.advance(10, sleepers=3)
        [first] = subscribed(asking.served)
        assert first == {"callback": PLACE, "token": token_of(SECRET, "calls")}
        row = await asking.row()
        assert row is not None
        assert (row["state"], row["callback"]) == ("ok", PLACE)
    for _ in range(3):  # restarts do not spam
        async with asking.running():
            await asking.clock.advance(HOUR, sleepers=3)
    assert len(subscribed(asking.served)) == 1
    async with asking.running():
        await asking.clock.advance(DAY - 3 * HOUR, sleepers=3)
    assert len(subscribed(asking.served)) == 2


async def test_a_new_address_or_secret_is_told_at_once(asking: Told) -> None:
    for change in ({}, {"callback": "https://new.example/push/plain"}, {"secret": "another"}):
        for key, value in change.items():
            setattr(asking, key, value)
        async with asking.running():
            await asking.clock.advance(10, sleepers=3)
    assert [s["callback"] for s in subscribed(asking.served)] == [
        PLACE, "https://new.example/push/plain", "https://new.example/push/plain",
    ]  # fmt: skip


async def test_it_is_asked_again_until_its_challenge_came(asking: Told) -> None:
    asking.answers["status"] = 202  # type: ignore[attr-defined]
    async with asking.running():
        await asking.clock.advance(UNCONFIRMED / 2, sleepers=3)
        row = await asking.row()
        assert row is not None
        assert row["state"] == "waiting"
        assert PLACE in str(row["why"])
        await asking.clock.advance(10 * UNCONFIRMED, sleepers=3)
        assert len(subscribed(asking.served)) == 4  # after 1, 2, 4 … minutes
        await asking.confirm()
        row = await asking.row()
        assert row is not None
        assert (row["state"], row["why"]) == ("ok", None)
        await asking.clock.advance(HOUR, sleepers=3)
        assert len(subscribed(asking.served)) == 4
        asking.answers["status"] = 200  # type: ignore[attr-defined]
        await asking.clock.advance(DAY, sleepers=3)
        assert len(subscribed(asking.served)) == 5


async def test_a_refusal_is_told_and_asked_about_ever_more_seldom(asking: Told) -> None:
    asking.answers["status"] = 400  # type: ignore[attr-defined]
    async with asking.running():
        await asking.clock.advance(HOUR, sleepers=3)
        row = await asking.row()
        assert row is not None
        assert row["why"].startswith("HTTP 400")
        assert 2 <= len(subscribed(asking.served)) <= 8
        asking.answers["status"] = 200  # type: ignore[attr-defined]
        await asking.clock.advance(HOUR, sleepers=3)
        row = await asking.row()
        assert row is not None
        assert (row["state"], row["why"]) == ("ok", None)


async def test_what_was_asked_for_is_taken_back_once_it_is_wanted_no_longer(asking: Told) -> None:
    async with asking.running():
        await asking.clock.advance(10, sleepers=3)
    asking.callback = None
    async with asking.running(1):
        async with asyncio.timeout(10):
            while await asking.row() is not None:  # noqa: ASYNC110 - it happens in a database
                await asyncio.sleep(0.01)
    assert [s["callback"] for s in subscribed(asking.served)] == [PLACE, ""]
    async with asking.running(1):
        await asking.clock.advance(HOUR, sleepers=1)
    assert len(subscribed(asking.served)) == 2


async def test_without_its_secret_a_network_is_not_asked(asking: Told) -> None:
    asking.secret = None
    async with asking.running():
        await asking.clock.advance(30, sleepers=3)
        assert subscribed(asking.served) == []
        row = await asking.row()
        assert row is not None
        assert row["why"] == "its secret is not there"
        asking.secret = SECRET  # a file that was put there
        await asking.clock.advance(120, sleepers=3)
        assert len(subscribed(asking.served)) == 1
        row = await asking.row()
        assert row is not None
        assert row["state"] == "ok"
