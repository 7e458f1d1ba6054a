"""A limit of a host holds all that is asked of it: every read, every network, every child."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx
import pytest
from aiohttp import web

from listener.collecting.source import Source
from listener.networks import failures
from listener.networks.base import Read, Refused, Trouble, Wait
from listener.records import Credential
from listener.store.session import Database
from tests.upstream import Bench, Other, Plain, Upstream, upstream

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@asynccontextmanager
async def running(bench: Bench, sleepers: int) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    try:
        async with asyncio.timeout(60):  # a sleeper that never comes is a failure, not a wait
            await bench.clock.settled(sleepers)
            yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


def two_networks(db: Database, served: Upstream) -> Bench:
    """``plain`` reads "a" at once and asks for what it says, ``other`` reads "b" each minute."""
    bench = Bench(db, served, reads=(Read("search", "a"),))
    other = Other(served.url)
    source = Source(other, (Read("search", "b"),), every=timedelta(minutes=1), burst=100)  # type: ignore[arg-type]
    bench.beside = [source]
    return bench


def asked(served: Upstream, what: str) -> int:
    return sum(query["q"] == what for query in served.asked)


def only(what: str, status: int, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.Response | None:
        if request.query["q"] != what:
            return None
        return web.json_response({}, status=status, headers=headers)

    return answer


@pytest.mark.parametrize("status", [429, 503])
async def test_a_limit_of_one_network_holds_the_other_behind_the_same_address(
    db: Database, served: Upstream, status: int
) -> None:
    bench = two_networks(db, served)
    async with running(bench, 2):
        served.answer = only("a", status, **{"Retry-After": "1200"})
        await bench.clock.advance(120, sleepers=2)
        before = asked(served, "b")
        await bench.clock.advance(1000, sleepers=2)
        assert asked(served, "b") == before
        assert {s["network"]: s["state"] for s in await bench.sources()} == {
            "plain": "waiting",
            "other": "waiting",
        }
    for _ in range(3):  # and a restart in the middle forgets nothing of it
        async with running(bench, 2):
            await bench.clock.advance(10, sleepers=2)
    assert asked(served, "b") == before
    served.answer = None
    async with running(bench, 2):
        await bench.clock.advance(300, sleepers=2)
        assert asked(served, "b") > before
        assert {s["state"] for s in await bench.sources()} == {"ok"}


async def test_a_limit_that_only_one_network_had_heard_of_holds_both_after_a_restart(
    db: Database, served: Upstream
) -> None:
    bench = two_networks(db, served)
    bench.beside[0] = replace(bench.beside[0], every=timedelta(minutes=5))
    async with running(bench, 2):
        served.answer = only("a", 429, **{"Retry-After": "1200"})
        await bench.clock.advance(90, sleepers=2)
    served.asked.clear()
    async with running(bench, 2):
        await bench.clock.advance(1100, sleepers=2)
        assert served.asked == []
        served.answer = None
        await bench.clock.advance(400, sleepers=2)
        assert (asked(served, "a") > 0, asked(served, "b") > 0) == (True, True)


async def test_a_host_that_only_says_not_now_is_held_ever_longer(
    db: Database, served: Upstream
) -> None:
    bench = two_networks(db, served)
    async with running(bench, 2):
        served.answer = only("a", 503)
        served.asked.clear()
        await bench.clock.advance(3600, sleepers=2)
        assert 6 <= asked(served, "a") <= 20
        assert asked(served, "b") <= 30  # in an hour; alone it asks 60 times
        served.answer = None
        await bench.clock.advance(901, sleepers=2)
        served.asked.clear()
        await bench.clock.advance(601, sleepers=2)
        assert asked(served, "b") == 10


async def test_a_limit_said_to_a_child_holds_its_parent_and_the_other_children(
    db: Database, served: Upstream
) -> None:
    bench = two_networks(db, served)
    limited = False

    async def answer(request: web.Request) -> web.Response | None:
        if request.query["q"] == "a":
            return web.json_response({"posts": [], "more": [f"v{n}" for n in range(20)]})
        if limited and request.query["q"] == "v7":
            return web.json_response({}, status=429, headers={"Retry-After": "3600"})
        return None

    served.answer = answer
    async with running(bench, 3):
        limited = True
        await bench.clock.advance(1000, sleepers=3)
        served.asked.clear()
        await bench.clock.advance(2000, sleepers=3)
        assert served.asked == []
        children = await bench.children()
        assert children.pop("replies:v7") == "waiting"
        assert set(children.values()) == {"ok"}  # not asked: nothing is known against them
    async with running(bench, 3):
        await bench.clock.advance(600, sleepers=3)
        assert served.asked == []


async def test_a_refused_sign_in_holds_what_it_signs_and_nothing_else(
    db: Database, served: Upstream
) -> None:
    bench = two_networks(db, served)
    bench.reads = (Read("search", "a"), Read("search", "c"))
    bench.credential = Credential("plain", {"token": "stale"})
    bench.beside[0] = replace(bench.beside[0], credential=Credential("other", {"token": "good"}))
    async with running(bench, 3):
        served.answer = only("a", 401)
        await bench.clock.advance(70, sleepers=3)
        assert asked(served, "a") == 2
        served.asked.clear()
        await bench.clock.advance(700, sleepers=3)
        assert (asked(served, "a"), asked(served, "c")) == (0, 0)
        assert asked(served, "b") >= 11
        states = {(s["network"], s["read"]): s["state"] for s in await bench.sources()}
        assert states[("plain", "search:c")] == "refused"
        assert states[("other", "search:b")] == "ok"


async def test_a_sign_in_that_nobody_made_holds_only_the_page_that_wants_it(
    db: Database, served: Upstream
) -> None:
    bench = two_networks(db, served)
    bench.reads = (Read("search", "a"), Read("search", "c"))
    async with running(bench, 3):
        served.answer = only("a", 401)
        await bench.clock.advance(70, sleepers=3)
        served.asked.clear()
        await bench.clock.advance(601, sleepers=3)
        assert asked(served, "a") == 0
        assert asked(served, "c") >= 10


@dataclass(frozen=True)
class Particular(Plain):
    """Says that its limit is one search's."""

    name: ClassVar[str] = "particular"

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        found = failures.trouble(response, now)
        return replace(found, scope="read") if isinstance(found, Wait | Refused) else found


async def test_a_limit_of_one_search_holds_only_itself(db: Database, served: Upstream) -> None:
    bench = Bench(db, served, reads=())
    reads = (Read("search", "a"), Read("search", "b"))
    bench.beside = [
        Source(Particular(served.url), reads, every=timedelta(minutes=1), burst=100)  # type: ignore[arg-type]
    ]
    async with running(bench, 2):
        served.answer = only("a", 429, **{"Retry-After": "1200"})
        await bench.clock.advance(61, sleepers=2)
        served.asked.clear()
        await bench.clock.advance(601, sleepers=2)
        assert (asked(served, "a"), asked(served, "b")) == (0, 10)
    async with running(bench, 2):
        await bench.clock.advance(301, sleepers=2)
        assert (asked(served, "a"), asked(served, "b")) == (0, 15)


async def test_a_limit_used_up_by_a_good_answer_ends_the_poll_and_is_no_error(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    served.add(*[f"زين {n}" for n in range(12)])  # four pages

    async def two_in_a_window(request: web.Request) -> web.Response | None:
        page = served.page(request)
        if len(served.asked) % 2 == 0:
            page.headers["X-RateLimit-Remaining"] = "0"
            page.headers["X-RateLimit-Reset"] = "900"
        return page

    served.answer = two_in_a_window
    async with running(bench, 1):
        assert len(await bench.stored()) == 6
        (shown,) = await bench.sources()
        assert (shown["state"], shown["errors"]) == ("ok", 0)
        await bench.clock.advance(899)
        assert len(served.asked) == 2
        await bench.clock.advance(2)
        assert len(await bench.stored()) == 12
