"""A stream that is one long HTTP answer: silence, signs of life, refusals and lines without end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting import cursors
from listener.collecting.credentials import Fixed
from listener.collecting.stream import Follower
from listener.collecting.stream_source import StreamSource
from listener.networks.x.stream import TAG, XStream
from listener.records import Credential, Query
from listener.store.session import Database
from tests.upstream import START, an_intake, stored

QUERY = Query("زين", "زين")
Script = Callable[[web.StreamResponse, int], Awaitable[None]]


@dataclass
class Line:
    """The server, and what it was asked."""

    script: Script
    rules: list[dict[str, str]] = field(default_factory=list)
    refuse: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    refuse_rule: dict[str, Any] | None = None
    opened: int = 0
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def stream(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.query_string)
        if self.refuse:
            status, body = self.refuse.pop(0)
            return web.json_response(body, status=status)
        self.opened += 1
        answer = web.StreamResponse()
        await answer.prepare(request)
        await self.script(answer, self.opened)
        return answer

    async def listed(self, request: web.Request) -> web.Response:
        return web.json_response({"data": self.rules, "meta": {}})

    async def changed(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.refuse_rule is not None:
            return web.json_response(self.refuse_rule, status=201)
        gone = body.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        for rule in body.get("add", []):
            self.rules.append({**rule, "id": str(100 + len(self.rules))})
        return web.json_response({"meta": {"summary": {}}}, status=201)


@asynccontextmanager
async def following(
    db: Database, line: Line, *, idle: float = 30.0, largest: int = 2**20, backfill: int = 0
) -> AsyncIterator[Line]:
    app = web.Application()
    app.router.add_get("/stream", line.stream)
    app.router.add_get("/stream/rules", line.listed)
    app.router.add_post("/stream/rules", line.changed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    line.url = f"http://127.0.0.1:{runner.addresses[0][1]}/stream"

    async def wake(ids: Sequence[int]) -> None:
        return None

    stream = XStream(line.url, backfill_minutes=backfill)
    source = StreamSource(stream, [QUERY], idle=idle, flush=0.02, replay=timedelta(0))
    clock = SteeredClock(START)
    follower = Follower(
        source, db, await an_intake(db, wake), clock, largest=largest, jitter=lambda: 0.0,
        credentials=Fixed(Credential("x", {"token": "77:s3cret"})),
    )  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(follower.run(stop))
    moving = asyncio.create_task(_time(clock))
    try:
        async with asyncio.timeout(20):
            yield line
    finally:
        stop.set()
        moving.cancel()
        await asyncio.wait_for(task, 10)
        await runner.cleanup()


async def _time(clock: SteeredClock) -> None:
    while True:  # whoever waits before the next try has it at once
        await clock.advance(0.25, sleepers=0)
        await asyncio.sleep(0.005)


async def condition(db: Database) -> cursors.Cursor:
    async with db.reading() as connection:
        return await cursors.load(connection, "x_stream", "stream")


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    while not await true():  # noqa: ASYNC110 - what is awaited happens in a database
        await asyncio.sleep(0.01)


def post(key: int, text: str = "زين") -> bytes:
    body = {"data": {"id": str(2 * 10**18 + key), "text": text, "author_id": "7"}}
    return json.dumps(body, ensure_ascii=False).encode() + b"\r\n"


async def forever(answer: web.StreamResponse, nth: int) -> None:
    while True:
        await answer.write(b"\r\n")
        await asyncio.sleep(0.05)


async def test_an_event_in_pieces_is_one_and_two_in_a_piece_are_two(db: Database) -> None:
    async def script(answer: web.StreamResponse, nth: int) -> None:
        whole = post(1)
        middle = whole.index("ز".encode()) + 1  # within a letter
        await answer.write(whole[:middle])
        await asyncio.sleep(0.05)
        await answer.write(whole[middle:] + post(2) + b"\r\n" + post(3, "nothing of ours"))
        await forever(answer, nth)

    async with following(db, Line(script)):
        wanted = [str(2 * 10**18 + n) for n in (1, 2)]

        async def there() -> bool:
            return await stored(db) == wanted

        await until(there)


async def test_signs_of_life_keep_a_line_open_that_brings_nothing(db: Database) -> None:
    async with following(db, Line(forever), idle=0.2) as line:

        async def well() -> bool:
            return (await condition(db)).pace.state == "ok"

        await until(well)
        await asyncio.sleep(0.5)
        assert line.opened == 1


async def test_silence_and_an_end_are_reconnected_and_what_came_twice_is_one(db: Database) -> None:
    async def script(answer: web.StreamResponse, nth: int) -> None:
        await answer.write(post(1))
        if nth == 1:
            return  # ended by the server
        if nth == 2:
            await asyncio.sleep(60)  # silence
        await answer.write(post(2))
        await forever(answer, nth)

    async with following(db, Line(script), idle=0.3, backfill=9) as line:

        async def there() -> bool:
            return await stored(db) == [str(2 * 10**18 + n) for n in (1, 2)]

        await until(there)
        assert line.opened == 3
        assert "backfill_minutes" not in line.asked[0]  # there was nothing to go on from
        assert "backfill_minutes=5" in line.asked[1]


async def test_a_refusal_is_told_in_xs_words_and_tried_again(db: Database) -> None:
    full = {
        "title": "ConnectionException",
        "detail": "This stream is currently at the maximum allowed connection limit.",
        "type": "https://api.x.com/2/problems/streaming-connection",
    }
    forbidden = {"title": "Forbidden", "detail": "not enrolled", "type": "about:blank"}
    line = Line(forever, refuse=[(429, full), (403, forbidden)])
    async with following(db, line, idle=0.2):
        said: set[str] = set()

        async def well() -> bool:
            state = (await condition(db)).pace
            said.add(state.why or "")
            return state.state == "ok"

        await until(well)
        assert len(line.asked) == 3
        assert not any("s3cret" in why for why in said)


async def test_rules_of_others_stay_ours_are_kept_in_step_and_a_refused_one_is_told(
    db: Database,
) -> None:
    line = Line(forever)
    line.rules = [
        {"id": "1", "value": "theirs", "tag": "another tool"},
        {"id": "2", "value": "old", "tag": TAG},
        {"id": "3", "value": "untagged"},
    ]
    async with following(db, line):

        async def open_() -> bool:
            return line.opened > 0

        await until(open_)
        values = {rule["value"] for rule in line.rules}
        assert values == {"theirs", "untagged", "زين OR وزين OR بزين OR لزين"}
    error = {
        "title": "UnprocessableEntity",
        "detail": "no viable alternative",
        "type": "…/invalid-rules",
    }
    refusing = Line(forever, refuse_rule={"errors": [error], "meta": {}})
    async with following(db, refusing):

        async def told() -> bool:
            return "no viable alternative" in ((await condition(db)).pace.why or "")

        await until(told)
        assert refusing.opened == 0


async def test_a_line_without_end_is_passed_over_and_the_stream_goes_on(db: Database) -> None:
    async def script(answer: web.StreamResponse, nth: int) -> None:
        await answer.write(b"x" * 5000 if nth == 1 else post(4))
        await forever(answer, nth)

    async def quiet(answer: web.StreamResponse, nth: int) -> None:
        await answer.write(b"x" * 5000)
        await asyncio.sleep(60)

    async def both(answer: web.StreamResponse, nth: int) -> None:
        await (quiet if nth == 1 else script)(answer, nth)

    async with following(db, Line(both), largest=2000) as line:

        async def there() -> bool:
            return await stored(db) == [str(2 * 10**18 + 4)]

        await until(there)
        assert line.opened == 2
