"""Two months of a token that nobody renews: asked for daily, told in time, mended once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from aiohttp import web
from sqlalchemy import select

from alerts.operators.tokens import TokenWatch
from listener.collecting.expiry import AGAIN, LOOK
from listener.collecting.seeds import Seed
from listener.collecting.source import Source
from listener.networks import about
from listener.networks.about import About
from listener.networks.base import BadPage
from listener.records import Credential
from listener.settings import Settings
from listener.settings.values import Secret
from listener.store.expiry_rows import tokens
from listener.store.session import Database
from listener.store.tables import expiries, notices, outages
from tests.listener.collecting.tokens import Signed
from tests.upstream import START, Bench, Upstream, serving

DAY = timedelta(days=1)


class Ends(Signed):
    """``Signed``, and tells until when a token is good."""

    about: ClassVar[About] = about("hackernews")

    def expiry_request(self, credential: Credential) -> httpx.Request:
        headers = {"authorization": f"Bearer {credential.values['token']}"}
        return httpx.Request("GET", f"{self.api_url}/token", headers=headers)

    def parse_expiry(self, response: httpx.Response) -> datetime | None:
        try:
            until = response.json()["until"]
        except (ValueError, KeyError) as error:
            raise BadPage("no expiry") from error
        return None if until is None else datetime.fromtimestamp(until, UTC)


@dataclass
class Server(Upstream):
    """``ends``: a good token to its end, None: it does not end. ``down``: what is said instead."""

    ends: dict[str, datetime | None] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)
    down: int | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        asked = request.path == "/token"
        if asked:
            self.looked.append(token)
        if asked and self.down:
            return web.Response(status=self.down)
        if token not in self.ends:
            return web.Response(status=401, text='{"error": "the token was withdrawn"}')
        until = self.ends[token]
        if asked:
            return web.Response(text=json.dumps({"until": until and until.timestamp()}))
        return await super().handle(request)


@dataclass
class TokenBench(Bench):
    """``told``: what operators heard, with the days since the start at which they did."""

    folder: Path = Path()
    settings: Settings = field(default_factory=Settings)
    told: list[tuple[float, str, str]] = field(default_factory=list)

    def source(self) -> Source:
        named = {"token": Secret(f"file:{self.folder / 'token'}")}
        network = Ends(self.upstream.url)
        return replace(super().source(), network=network, credential=Seed("plain", named))  # type: ignore[arg-type]

    async def pass_(self, span: timedelta, step: timedelta = timedelta(hours=1)) -> None:
        """Lets time pass, the operators' watch looking every ``step``."""
        watch, end = TokenWatch(self.settings), self.clock.now() + span
        while self.clock.now() < end:
            await self.clock.advance(step.total_seconds(), sleepers=2)
            await watch.look(self.db, now=self.clock.now())
            for kind, text in await self._news():
                days = (self.clock.now() - START) / DAY
                self.told.append((round(days, 2), kind, text))

    async def _news(self) -> list[tuple[str, str]]:
        async with self.db.reading() as connection:
            rows = await connection.execute(
                select(notices.c.subject, notices.c.body).order_by(notices.c.created_at)
            )
            heard = [(row.subject.rpartition(":")[2], row.body["text"]) for row in rows]
        return heard[len(self.told) :]

    async def standing(self) -> list[dict[str, object]]:
        async with self.db.reading() as connection:
            return await tokens(connection, {"plain"}, self.clock.now())


@asynccontextmanager
async def running(bench: TokenBench) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    try:
        await bench.clock.settled(2)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    async with serving(served.handle) as url:
        served.url = url
        yield served


def bench_of(
    db: Database, server: Server, folder: Path, language: str = "en", operators: bool = True
) -> TokenBench:
    token = folder / "token"
    settings = Settings.model_validate(
        {
            "service": {"language": language, "timezone": "UTC"}
            | ({"operators": "ops"} if operators else {}),
            "channels": {"ops": {"kind": "console"}},
            "networks": {"plain": {}},
        }
    )
    token.write_text("first")
    every = timedelta(hours=6)
    return TokenBench(db, server, every=every, folder=folder, settings=settings)


async def test_its_end_is_told_a_week_and_a_day_before_and_when_it_is_there_and_its_mending_once(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 30 * DAY}
    bench = bench_of(db, server, tmp_path)
    async with running(bench):
        await bench.pass_(32 * DAY, timedelta(hours=6))
        assert [(days, kind) for days, kind, _ in bench.told] == [
            (23.0, "token_week"),
            (29.0, "token_day"),
            (30.0, "token_dead"),
        ]
        assert 29 <= len(server.looked) <= 35  # once a day
        (tmp_path / "token").write_text("second")
        server.ends = {"second": START + 92 * DAY}
        await bench.pass_(timedelta(minutes=20), timedelta(minutes=1))
        assert [kind for _, kind, _ in bench.told[3:]] == ["back"]
        await bench.pass_(10 * DAY, timedelta(hours=6))
    assert len(bench.told) == 4
    week, day, dead, back = (text for _, _, text in bench.told)
    assert "plain" in week
    assert "22 December 2026" in week
    assert "within a day" in day
    assert "good no longer" in dead
    assert all("rasid check --online" in text for text in (week, day, dead))
    assert "until 22 February 2027" in back
    assert not any("first" in text or "second" in text for text in (week, day, dead, back))


async def test_a_token_that_is_withdrawn_is_told_with_the_networks_words_and_once(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": None}
    bench = bench_of(db, server, tmp_path, language="ar")
    async with running(bench):
        await bench.pass_(2 * DAY)
        assert (bench.told, await bench.standing()) == ([], [])
        server.ends = {}
        await bench.pass_(5 * DAY)
        assert [kind for _, kind, _ in bench.told] == ["token_dead"]
        assert bench.told[0][2].startswith("انتهى رمز الوصول إلى")
        assert "the token was withdrawn" in bench.told[0][2]
        (found,) = await bench.standing()
        assert (found["stage"], found["expires_at"]) == ("dead", None)


async def test_a_network_that_is_away_says_nothing_of_the_token_and_is_asked_again_hourly(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 30 * DAY}
    bench = bench_of(db, server, tmp_path)
    async with running(bench):
        await bench.pass_(timedelta(hours=1))
        server.down = 500
        await bench.pass_(2 * DAY)
        asked = len(server.looked)
        assert asked <= 1 + 2 * DAY / AGAIN
        (found,) = await bench.standing()
        assert found["stage"] == "good"
        server.down = None
        await bench.pass_(timedelta(hours=2))
        assert len(server.looked) == asked + 1
    assert bench.told == []


async def test_a_restart_repeats_neither_the_question_nor_the_news(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 5 * DAY}
    bench = bench_of(db, server, tmp_path)
    for _ in range(3):
        async with running(bench):
            await bench.pass_(timedelta(minutes=30), timedelta(minutes=5))
    assert [kind for _, kind, _ in bench.told] == ["token_week"]
    assert server.looked == ["first"]


async def test_another_token_is_asked_of_at_once_and_a_near_end_of_it_is_told(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 60 * DAY, "second": START + 12 * timedelta(hours=1)}
    bench = bench_of(db, server, tmp_path)
    async with running(bench):
        await bench.pass_(timedelta(minutes=10), timedelta(minutes=1))
        (tmp_path / "token").write_text("second")
        await bench.pass_(timedelta(seconds=3 * LOOK), timedelta(seconds=LOOK))
    assert server.looked == ["first", "second"]
    assert [kind for _, kind, _ in bench.told] == ["token_day"]


async def test_without_operators_nobody_is_told_and_status_says_it(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 3 * DAY}
    bench = bench_of(db, server, tmp_path, operators=False)
    async with running(bench):
        await bench.pass_(4 * DAY)
    assert bench.told == []
    (found,) = await bench.standing()
    assert (found["network"], found["stage"], found["renews"]) == ("plain", "dead", False)


async def test_what_is_asked_no_more_is_closed_without_a_word(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 3 * DAY}
    bench = bench_of(db, server, tmp_path)
    async with running(bench):
        await bench.pass_(timedelta(hours=2))
    assert [kind for _, kind, _ in bench.told] == ["token_week"]
    without = bench.settings.model_copy(update={"networks": {}})
    for minute in range(0, 30, 5):
        await TokenWatch(without).look(db, now=bench.clock.now() + timedelta(minutes=minute))
    async with db.reading() as connection:
        (outage,) = (await connection.execute(select(outages))).all()
        assert outage.ended_at is not None
        assert len((await connection.execute(select(notices))).all()) == 1


async def test_neither_token_nor_its_hash_tells_the_token(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 3 * DAY}
    bench = bench_of(db, server, tmp_path)
    async with running(bench):
        await bench.pass_(timedelta(hours=1))
    async with db.reading() as connection:
        (row,) = (await connection.execute(select(expiries))).all()
    assert row.token != "first"
    assert len(row.token) == 16
    assert not any("first" in str(value) for value in row)


async def test_what_is_said_against_the_question_holds_up_no_read(
    db: Database, server: Server, tmp_path: Path
) -> None:
    server.ends = {"first": START + 30 * DAY}
    server.down = 401
    bench = bench_of(db, server, tmp_path)
    bench.every = timedelta(minutes=10)
    server.add("زين")
    async with running(bench):
        await bench.pass_(timedelta(minutes=11), timedelta(minutes=1))
        assert [row["errors"] for row in await bench.sources()] == [0]
        assert len(server.asked) == 2
    assert server.looked == ["first"]
