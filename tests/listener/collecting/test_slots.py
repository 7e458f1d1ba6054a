"""Nobody waits in the pool of connections, and the slow wait for each other only."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

import httpx
import pytest
from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting import fetch as fetching
from listener.collecting.host import Answer, Host
from listener.collecting.off_loop import SMALL, off_loop
from listener.collecting.slots import SLOW, Slots
from listener.networks.base import Page, Read
from tests.upstream import START, Plain, serving


async def test_more_reads_than_places_all_come_to_their_turn_and_leak_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a bound in the pool, those that time out there keep their places for ever."""
    monkeypatch.setattr(fetching, "_TOTAL", 0.5)
    under_way, most = 0, 0
    silent = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            await asyncio.wait_for(silent.wait(), 0.02)
        except TimeoutError:
            pass
        finally:
            under_way -= 1
        return web.json_response({"posts": []})

    async with serving(slow) as url:
        host = Host(Plain(url), None, SteeredClock(START), rate=1e6, burst=1e6)  # type: ignore[arg-type]
        host._slots = Slots(SteeredClock(START), places=3, a_host=120)
        reads = [Read("search", str(n)) for n in range(120)]  # 0.8 s of queue, 0.5 s of patience
        answers = await asyncio.gather(*(host.ask(r, since=None, page=None) for r in reads))
        await host.close()
    assert Counter(type(answer) for answer in answers) == {Answer: 120}
    assert most == 3


async def test_a_read_that_is_given_up_in_the_queue_leaves_its_place() -> None:
    slots, entered = Slots(SteeredClock(START), places=1), asyncio.Event()

    async def hold() -> None:
        async with slots.place("a"):
            entered.set()
            await asyncio.sleep(60)

    holding = asyncio.create_task(hold())
    await entered.wait()
    waiting = [asyncio.create_task(hold()) for _ in range(5)]
    await asyncio.sleep(0)
    for task in [*waiting, holding]:
        task.cancel()
    await asyncio.gather(holding, *waiting, return_exceptions=True)
    async with asyncio.timeout(1), slots.place("a"):
        await asyncio.sleep(0)
    assert not slots._hosts


async def test_slow_hosts_leave_most_places_to_the_others() -> None:
    clock = SteeredClock(START)
    slots = Slots(clock, places=8, a_host=2)
    for name in "abcdefgh":
        async with slots.place(name):
            clock._elapsed += SLOW + 1
    inside: list[str] = []

    async def ask(host: str) -> None:
        async with slots.place(host):
            inside.append(host)
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(ask(host)) for host in "abcdefghaaxyzzz"]
    await asyncio.sleep(0.05)
    assert sorted(inside) == ["a", "b", "x", "y", "z", "z"]  # two slow ones, two of one host
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with slots.place("c"):  # it was quick this time
        pass
    assert not slots.slow("c")


async def test_a_large_answer_is_read_beside_the_loop() -> None:
    def where(_: httpx.Response) -> str:
        return threading.current_thread().name

    small, large = (httpx.Response(200, content=b" " * n) for n in (SMALL, SMALL + 1))
    assert await off_loop(where, small) == threading.current_thread().name
    assert (await off_loop(where, large)).startswith("parse_")
    assert (await off_loop(where, large, slowly=True)).startswith("parse-slow")


async def test_while_one_answer_is_read_others_are_asked_and_read() -> None:
    release = threading.Event()

    class Heavy(Plain):
        def parse(self, response, read, page):  # type: ignore[no-untyped-def]
            if read.target == "heavy":
                release.wait(10)
            return Page()

    async def large(request: web.Request) -> web.Response:
        return web.Response(text=" " * (SMALL + 1))

    async with serving(large) as url:
        host = Host(Heavy(url), None, SteeredClock(START))  # type: ignore[arg-type]
        heavy = asyncio.create_task(host.ask(Read("search", "heavy"), since=None, page=None))
        for n in range(3):
            answer = await host.ask(Read("search", str(n)), since=None, page=None)
            assert isinstance(answer, Answer)
        assert not heavy.done()
        release.set()
        assert isinstance(await heavy, Answer)
        await host.close()
