"""Who wrote it, looked up over real HTTP on loopback: once, remembered, and never in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import httpx
import pytest
from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting.authors import KEPT, UNKNOWN_KEPT, Authors, authors_of
from listener.collecting.host import Host
from listener.networks.base import BadPage
from listener.records import Author, Credential, Mention
from tests.upstream import START, Plain, serving

Answer = Callable[[list[str]], Awaitable[web.Response | None]]


@dataclass(frozen=True)
class Telling(Plain):
    """``Plain`` with profiles, three to a request."""

    most_authors: ClassVar[int] = 3

    def authors_request(
        self, ids: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        return httpx.Request("GET", f"{self.api_url}/who", params={"id": list(ids)})

    def parse_authors(self, response: httpx.Response) -> Mapping[str, Author]:
        try:
            found = response.json()
        except ValueError as error:
            raise BadPage("no JSON") from error
        return {i: Author("plain", i, f"handle{i}", f"name{i}", n) for i, n in found.items()}


@dataclass
class Desk:
    """The profiles' server: knows every id but those that begin with "x"."""

    asked: list[list[str]] = field(default_factory=list)
    answer: Answer | None = None
    followers: int = 10
    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ids = request.query.getall("id")
        self.asked.append(ids)
        if self.answer is not None and (said := await self.answer(ids)) is not None:
            return said
        return web.json_response({i: self.followers for i in ids if not i.startswith("x")})

    @asynccontextmanager
    async def authors(self, *, most: int = 100, patience: float = 5.0) -> AsyncIterator[Authors]:
        host = Host(Telling(self.url), None, self.clock, burst=100)  # type: ignore[arg-type]
        try:
            yield Authors(host, self.clock, most=most, patience=patience, jitter=lambda: 1.0)
        finally:
            await host.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    async with serving(made.handle) as made.url:
        yield made


def by(*ids: str | None, **known: object) -> list[Mention]:
    return [
        Mention("plain", str(n), "زين", START, author=Author("plain", i, **known))  # type: ignore[arg-type]
        for n, i in enumerate(ids)
    ]


def told(mentions: Sequence[Mention]) -> list[tuple[str | None, int | None]]:
    return [(m.author.handle, m.author.followers) for m in mentions if m.author]


async def failing(ids: list[str]) -> web.Response:
    return web.Response(status=500)


async def test_authors_are_asked_for_once_so_many_at_a_time_and_remembered(desk: Desk) -> None:
    async with desk.authors() as authors:
        done = await authors.complete(by("1", "2", "1", "3", "4"))
        assert told(done) == [(f"handle{i}", 10) for i in "12134"]
        assert done[0].author == Author("plain", "1", "handle1", "name1", 10)
        assert desk.asked == [["1", "2", "3"], ["4"]]
        await authors.complete(by("4", "5"))
        assert desk.asked[2:] == [["5"]]
        assert told(authors.known(by("4", "6"))) == [("handle4", 10), (None, None)]


async def test_what_the_post_itself_says_stays_and_who_is_known_is_not_asked_for(
    desk: Desk,
) -> None:
    async with desk.authors() as authors:
        known = by("1", handle="h", followers=0)
        nobody = [*by(None), Mention("plain", "9", "زين", START)]
        assert await authors.complete([*known, *nobody]) == [*known, *nobody]
        assert desk.asked == []
        assert told(await authors.complete(by("1", handle="h"))) == [("h", 10)]
        assert told(await authors.complete(by("2", followers=7))) == [("handle2", 7)]


async def test_answers_grow_old_by_the_clock(desk: Desk) -> None:
    async with desk.authors() as authors:
        await authors.complete(by("1", "x"))
        desk.followers = 11
        await desk.clock.advance(UNKNOWN_KEPT + 1, sleepers=0)
        assert told(await authors.complete(by("1", "x"))) == [("handle1", 10), (None, None)]
        assert desk.asked[1:] == [["x"]]  # an account may be new to the profiles
        await desk.clock.advance(KEPT, sleepers=0)
        assert told(await authors.complete(by("1"))) == [("handle1", 11)]


async def test_so_many_are_remembered_and_no_more(desk: Desk) -> None:
    async with desk.authors(most=2) as authors:
        await authors.complete(by("1", "2", "3"))
        await authors.complete(by("2", "3"))
        assert len(desk.asked) == 1
        await authors.complete(by("1"))
        assert desk.asked[1:] == [["1"]]


@pytest.mark.parametrize("text", ["{", "[]", '{"1": ', "<html>"])
async def test_profiles_that_cannot_be_had_cost_nothing_else_and_are_tried_again_later(
    desk: Desk, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(ids: list[str]) -> web.Response:
        return web.Response(text=text)

    caplog.set_level(logging.INFO)
    desk.answer = broken
    async with desk.authors() as authors:
        for _ in range(20):
            assert await authors.complete(by("1", "2")) == by("1", "2")
        assert len(desk.asked) == 1
        await desk.clock.advance(5, sleepers=0)
        await authors.complete(by("1", "2"))
        await authors.complete(by("1", "2"))
        assert len(desk.asked) == 2
        await desk.clock.advance(5, sleepers=0)
        await authors.complete(by("1", "2"))
        assert len(desk.asked) == 2  # longer and longer
        desk.answer = None
        await desk.clock.advance(900, sleepers=0)
        assert told(await authors.complete(by("2"))) == [("handle2", 10)]
    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "listener.collecting.authors"
    ]
    assert len(said) == 2
    assert "profiles cannot be had" in said[0]
    assert "again in 5 s" in said[0]


async def test_silence_is_borne_so_long_and_what_was_learned_before_it_is_used(desk: Desk) -> None:
    never = asyncio.Event()

    async def silent(ids: list[str]) -> web.Response | None:
        if "4" in ids:
            await never.wait()
        return None

    desk.answer = silent
    async with desk.authors(patience=0.5) as authors:
        done = await authors.complete(by("1", "2", "3", "4"))
        assert told(done)[2:] == [("handle3", 10), (None, None)]
        await authors.complete(by("4"))
        assert len(desk.asked) == 2
        never.set()


async def test_readers_at_the_same_time_ask_once(desk: Desk) -> None:
    async with desk.authors() as authors:
        done = await asyncio.gather(*(authors.complete(by("1", "2")) for _ in range(5)))
    assert [told(one) for one in done] == [[("handle1", 10), ("handle2", 10)]] * 5
    assert desk.asked == [["1", "2"]]


async def test_a_pause_that_the_host_asks_for_is_kept_and_not_waited_for(desk: Desk) -> None:
    async def limited(ids: list[str]) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "100"})

    desk.answer = limited
    async with desk.authors() as authors:
        await authors.complete(by("1", "2"))
        await desk.clock.advance(99, sleepers=0)
        await authors.complete(by("1", "2"))
        assert len(desk.asked) == 1
        desk.answer = None
        await desk.clock.advance(2, sleepers=0)
        await authors.complete(by("1", "2"))
        assert desk.asked[1:] == [["1", "2"]]  # all of them: a limit is nobody's fault


async def test_one_account_the_server_stumbles_over_is_found_and_set_aside(desk: Desk) -> None:
    async def stumbling(ids: list[str]) -> web.Response | None:
        return await failing(ids) if "2" in ids else None

    desk.answer = stumbling
    async with desk.authors() as authors:
        for _ in range(6):
            done = await authors.complete(by("1", "2", "3"))
            await desk.clock.advance(100, sleepers=0)
        assert told(done) == [("handle1", 10), (None, None), ("handle3", 10)]
        before = len(desk.asked)
        await authors.complete(by("1", "2", "3"))
        assert len(desk.asked) == before


async def test_only_networks_that_tell_have_authors() -> None:
    clock = SteeredClock(START)
    host = Host(Plain("http://127.0.0.1:1"), None, clock)  # type: ignore[arg-type]
    assert authors_of(host, clock) is None
    assert await host.authors(["1"]) == {}
    with pytest.raises(TypeError, match="does not resolve"):
        Authors(host, clock)
    await host.close()
