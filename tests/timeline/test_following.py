"""A stream over a real websocket on loopback: breaks, silence, deletions, crashes, refusals."""

from __future__ import annotations

import asyncio
import http
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import httpx
import pytest
from sqlalchemy import select
from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from listener.clock import SteeredClock
from listener.collecting import cursors
from listener.collecting.batch import LARGEST
from listener.collecting.credentials import Fixed
from listener.collecting.stream import LARGEST_FRAME, Follower
from listener.collecting.stream_source import StreamSource
from listener.networks.base import Gone
from listener.records import Author, Credential, Mention, Query
from listener.store import standing
from listener.store import tables as t
from listener.store.mentions import Added
from listener.store.session import Database
from tests.upstream import START, an_intake, stored

Script = Callable[[ServerConnection, int], Awaitable[None]]


@dataclass(frozen=True)
class PlainStream:
    name: ClassVar[str] = "plainstream"
    network: ClassVar[str] = "plain"
    url: str = ""

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request:
        return httpx.Request("GET", self.url, params={"cursor": cursor or ""})

    def event(self, data: bytes) -> Mention | Gone | None:
        raw = json.loads(data)
        if "gone" in raw:
            return Gone(raw["gone"], author=bool(raw.get("author")))
        return Mention("plain", raw["id"], raw["text"], START, author=Author("plain", "a"))

    def position(self, data: bytes) -> str | None:
        return str(json.loads(data)["n"])


@dataclass(frozen=True)
class TimedStream(PlainStream):
    """Positions are seconds."""

    def beyond(self, cursor: str, seconds: float) -> str:
        return str(int(cursor) + int(seconds))


@dataclass
class Desk:
    """The other end, and what the follower made of it."""

    db: Database
    script: Script
    url: str = ""
    cursors: list[str] = field(default_factory=list)
    refuse: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    woken: list[int] = field(default_factory=list)
    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    idle: float = 30.0
    replay: timedelta | None = timedelta(hours=24)
    broken: bool = False  # our own store
    largest: int = LARGEST_FRAME
    kind: type[PlainStream] = PlainStream
    token: str | None = None

    async def follower(self) -> Follower:
        async def wake(ids: Sequence[int]) -> None:
            self.woken.extend(ids)

        real = await an_intake(self.db, wake)

        async def adding(*args: Any, **named: Any) -> Added:
            if self.broken:
                raise OSError(28, "No space left on device")
            return await real.add(*args, **named)

        source = StreamSource(
            self.kind(self.url), idle=self.idle, flush=0.02, batch=3, replay=self.replay
        )
        intake = replace(real, add=adding)
        credential = Credential("plain", {"token": self.token}) if self.token else None
        return Follower(
            source, self.db, intake, self.clock, largest=self.largest, jitter=lambda: 0.0,
            credentials=Fixed(credential),
        )  # fmt: skip

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task((await self.follower()).run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 10)

    async def stored(self) -> set[str]:
        return set(await stored(self.db))

    async def cursor(self) -> cursors.Cursor:
        async with self.db.reading() as connection:
            return await cursors.load(connection, "plainstream", "stream")

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(10):
            while not await condition():  # noqa: ASYNC110 - what is awaited happens in a database
                await asyncio.sleep(0.01)

    async def has(self, *natives: str) -> None:
        async def there() -> bool:
            return await self.stored() == set(natives)

        await self.until(there)

    async def at(self, position: str) -> None:
        async def there() -> bool:
            return (await self.cursor()).walk.since == position

        await self.until(there)


@asynccontextmanager
async def desk(db: Database, script: Script) -> AsyncIterator[Desk]:
    made = Desk(db, script)

    def asked(connection: ServerConnection, request: Request) -> Response | None:
        made.cursors.append(request.path.partition("cursor=")[2])
        if made.refuse:
            status, headers = made.refuse.pop(0)
            response = connection.respond(http.HTTPStatus(status), "no\n")
            response.headers.update(headers)
            return response
        return None

    async def handler(connection: ServerConnection) -> None:
        try:
            await made.script(connection, len(made.cursors))
        except ConnectionClosed:
            return

    async with serve(handler, "127.0.0.1", 0, process_request=asked) as server:
        port = server.sockets[0].getsockname()[1]
        made.url = f"ws://127.0.0.1:{port}/subscribe"
        yield made


def post(n: int, text: str = "زين") -> str:
    return json.dumps({"n": n, "id": str(n), "text": text})


async def quiet(connection: ServerConnection, nth: int) -> None:
    await connection.wait_closed()


async def test_a_broken_line_is_taken_up_after_the_last_stored_event(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        if nth == 1:
            for n in (1, 2):
                await connection.send(post(n))
            await connection.send(post(3, "nothing of ours"))
            connection.transport.abort()
            return
        await connection.send(post(4))
        await connection.wait_closed()

    async with desk(db, script) as made, made.following():
        await made.at("3")
        assert await made.stored() == {"1", "2"}
        await made.clock.settled()
        await made.clock.advance(1, sleepers=0)
        await made.has("1", "2", "4")
        assert made.cursors == ["", "3"]
        await made.at("4")
        assert (await made.cursor()).pace.state == "ok"
    assert len(made.woken) == 3


async def test_what_was_received_when_told_to_stop_is_stored(db: Database) -> None:
    sent = asyncio.Event()

    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(1))
        sent.set()
        await connection.wait_closed()

    async with desk(db, script) as made:
        async with made.following():
            await sent.wait()
            await made.has("1")
        assert (await made.cursor()).walk.since == "1"
        async with made.following():
            await made.at("1")
        assert made.cursors[-1] in ("", "1")


async def test_deletions_edits_and_rubbish_in_their_order(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        lines = [
            post(1),
            "no json",
            json.dumps({"n": 3, "gone": "1"}),
            json.dumps({"n": 4, "gone": "never seen"}),
            post(5),
            json.dumps({"n": 6, "id": "5", "text": "زين معدّل"}),
            json.dumps({"n": 7}),
            post(8),
        ]
        for line in lines:
            await connection.send(line)
        await connection.wait_closed()

    async with desk(db, script) as made, made.following():
        await made.has("5", "8")
        await made.at("8")
        async with db.reading() as connection:
            rows = (await connection.execute(select(t.ledger))).mappings().all()
        assert sum(row["skipped"] for row in rows) == 2


async def test_an_event_too_large_is_counted_and_the_next_one_is_read(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(1))
        await connection.send(post(2, "زين " + "x" * LARGEST))
        await connection.send(post(3))
        await connection.wait_closed()

    async with desk(db, script) as made, made.following():
        await made.has("1", "3")
        await made.at("3")
        async with db.reading() as connection:
            skipped = (await connection.execute(select(t.ledger.c.skipped))).scalars().all()
    assert sum(skipped) == 1
    assert made.cursors == [""]


@pytest.mark.parametrize("kind", [TimedStream, PlainStream])
async def test_an_event_too_large_to_be_read_is_stepped_over_and_the_gap_told(
    db: Database, kind: type[PlainStream]
) -> None:
    events = [post(1), post(4, "زين " + "x" * 5000), post(20)]

    async def script(connection: ServerConnection, nth: int) -> None:
        since = made.cursors[-1]
        for event in events if since else events[:2] if nth == 1 else events[2:]:
            if not since or json.loads(event)["n"] >= int(since):
                await connection.send(event)
        await connection.wait_closed()

    async with desk(db, script) as made:
        made.largest, made.kind = 2000, kind
        async with made.following():
            for _ in range(3 if kind is TimedStream else 1):
                await made.clock.settled()
                await made.clock.advance(2, sleepers=0)
            await made.has("1", "20")
        async with db.reading() as connection:
            gaps = await connection.execute(select(t.ledger).where(t.ledger.c.kind == "gap"))
            (gap,) = gaps.mappings().all()
    assert "too large" in gap["note"]
    assert made.cursors == (["", "2", "4", "8"] if kind is TimedStream else ["", ""])


async def test_events_that_come_again_are_no_progress(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(1))
        await connection.close()

    async with desk(db, script) as made, made.following():
        for nth in range(1, 6):
            await made.clock.settled()
            shown = (await made.cursor()).pace
            assert (shown.state, shown.errors) == ("unreachable", nth)
            await made.clock.advance(0.125 * nth - 0.01)  # not yet
            assert len(made.cursors) == nth
            await made.clock.advance(0.02, sleepers=0)


async def test_new_events_are_progress_however_often_the_line_breaks(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        for n in range(max(nth - 3, 1), nth + 1):  # the last ones again, as a rewound stream does
            await connection.send(post(n))
        await connection.close()

    async with desk(db, script) as made, made.following():
        for _ in range(8):
            await made.clock.settled()
            assert (await made.cursor()).pace.errors == 1
            await made.clock.advance(0.2, sleepers=0)


@dataclass(frozen=True)
class ToldStream(PlainStream):
    """It is told what is wanted, and may be silent; it has no positions."""

    quiet: ClassVar[bool] = True

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request:
        token = credential.values["token"] if credential else ""
        return httpx.Request("GET", self.url, params={"cursor": token})

    def subscriptions(self, queries: Sequence[Query]) -> Sequence[str]:
        return ["one", "two"]

    def refusal(self, data: bytes) -> str | None:
        return "it refuses" if data == b"no" else None

    def event(self, data: bytes) -> Mention | Gone | None:
        raw = json.loads(data)
        if "gone" in raw:
            return Gone(raw["gone"], ref=True)
        return Mention("plain", raw["id"], raw["text"], START, ref=f"here:{raw['id']}")

    def position(self, data: bytes) -> str | None:
        return None


async def test_a_stream_is_told_what_is_wanted_and_a_deletion_may_name_what_it_calls_a_post(
    db: Database,
) -> None:
    told: list[str | bytes] = []

    async def script(connection: ServerConnection, nth: int) -> None:
        told.extend([await connection.recv(), await connection.recv()])
        await connection.send("no")
        await connection.send(post(1))
        await connection.send(post(2))
        await connection.send(json.dumps({"gone": "here:1"}))
        await connection.send(json.dumps({"gone": "here:9"}))
        await connection.wait_closed()

    async with desk(db, script) as made:
        made.kind, made.token = ToldStream, "t"
        async with made.following():
            await made.has("2")
            shown = (await made.cursor()).pace
        assert (shown.state, shown.why) == ("ok", "it refuses")
    assert told == ["one", "two"]
    assert made.cursors == ["t"]


async def test_a_quiet_stream_stays_open_and_says_that_it_is_well(db: Database) -> None:
    async with desk(db, quiet) as made:
        made.kind, made.idle = ToldStream, 0.05

        async def well() -> bool:
            return (await made.cursor()).pace.state == "ok"

        async with made.following():
            await made.until(well)
            made.clock.jump(timedelta(hours=1))

            async def again() -> bool:
                return (await made.cursor()).pace.last_success == made.clock.now()

            await made.until(again)
        assert len(made.cursors) == 1


async def test_an_author_who_left_takes_everything_along(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        for line in (post(1), post(2), json.dumps({"n": 3, "gone": "a", "author": True})):
            await connection.send(line)
        await connection.wait_closed()

    async with desk(db, script) as made, made.following():
        await made.at("3")
        assert await made.stored() == set()


async def test_a_line_that_falls_silent_is_opened_again(db: Database) -> None:
    async with desk(db, quiet) as made:
        made.idle = 0.1
        async with made.following():
            await made.clock.settled()
            shown = (await made.cursor()).pace
            assert shown.state == "unreachable"
            assert "nothing for" in (shown.why or "")
            await made.clock.advance(1, sleepers=1)
        assert len(made.cursors) >= 2


async def test_a_store_that_fails_loses_nothing(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(1))
        await connection.wait_closed()

    async with desk(db, script) as made:
        made.broken = True
        async with made.following():
            await made.clock.settled()
            assert (await made.cursor()).walk.since is None
            made.broken = False
            await made.clock.advance(5, sleepers=0)
            await made.has("1")
        assert set(made.cursors) == {""}


async def test_retry_after_is_kept_to_over_a_restart(db: Database) -> None:
    async with desk(db, quiet) as made:
        made.refuse = [(429, {"Retry-After": "600"})]
        async with made.following():
            await made.clock.settled()
        async with made.following():
            await made.clock.settled()
            await made.clock.advance(590)
        assert len(made.cursors) == 1


async def test_a_position_that_is_refused_is_given_up_and_the_gap_told(db: Database) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(nth))
        await connection.wait_closed()

    async with desk(db, script) as made:
        async with made.following():
            await made.at("1")
        made.refuse = [(400, {})] * 3
        made.clock.jump(timedelta(hours=1))
        async with made.following():
            for _ in range(3):
                await made.clock.settled()
                await made.clock.advance(20, sleepers=0)
            await made.has("1", "5")
        assert made.cursors == ["", "1", "1", "1", ""]
        async with db.reading() as connection:
            gaps = await connection.execute(select(t.ledger).where(t.ledger.c.kind == "gap"))
            (gap,) = gaps.mappings().all()
        assert gap["since"] == START
        assert gap["until"] > START + timedelta(hours=1)


@pytest.mark.parametrize(("away", "gaps"), [(timedelta(hours=23), 0), (timedelta(hours=30), 1)])
async def test_an_absence_longer_than_the_replay_is_a_gap(
    db: Database, away: timedelta, gaps: int
) -> None:
    async def script(connection: ServerConnection, nth: int) -> None:
        await connection.send(post(nth))
        await connection.wait_closed()

    async with desk(db, script) as made:
        async with made.following():
            await made.at("1")
        made.clock.jump(away)
        async with made.following():
            await made.at("2")
        async with db.reading() as connection:
            (shown,) = await standing.sources(connection, made.clock.now())
        assert (shown["state"], shown["gaps"]) == ("ok", gaps)


async def test_nobody_there_is_an_outage_that_backs_off(db: Database) -> None:
    made = Desk(db, quiet, url="ws://127.0.0.1:1/")
    async with made.following():
        await made.clock.settled()
        await made.clock.advance(60)
        shown = (await made.cursor()).pace
        assert shown.state == "unreachable"
        assert 20 <= shown.errors <= 25
