"""A network served over real HTTP on loopback, and a small store: what runner tests share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import httpx
from aiohttp import web
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.child_reads import Limits
from listener.collecting.collector import Collector
from listener.collecting.intake import Intake
from listener.collecting.source import Source
from listener.collecting.walk import Rules
from listener.networks import failures
from listener.networks.about import About
from listener.networks.base import BadPage, Page, Read, Trouble
from listener.networks.demo import ABOUT
from listener.records import Author, Credential, Evidence, Hit, Mention
from listener.store import standing
from listener.store import tables as t
from listener.store.mentions import add, erase
from listener.store.session import Database
from listener.store.upsert import upsert

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
READ = Read("search", "زين")


@dataclass(frozen=True)
class Plain:
    """A network as simple as one can be: newest first, ids as marks, ``older`` in the body. Of it
    no more is known than of Majlis."""

    name: ClassVar[str] = "plain"
    about: ClassVar[About] = ABOUT
    api_url: str = ""

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        params = {"q": read.target or "", "since": since or "", "page": page or ""}
        return httpx.Request("GET", f"{self.api_url}/search", params=params)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        try:
            body = response.json()
        except ValueError as error:
            raise BadPage("no JSON") from error
        found = [
            Mention(
                "plain",
                raw["id"],
                raw["text"],
                datetime.fromisoformat(raw["at"]),
                author=Author("plain", raw.get("by", "1")),
            )
            for raw in body["posts"]
        ]
        more = tuple(Read("replies", target) for target in body.get("more", ()))
        return Page(
            tuple(found), older=body.get("older"), gone=tuple(body.get("gone", ())), more=more
        )

    def mark(self, mention: Mention) -> str | None:
        return mention.id

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        return failures.trouble(response, now)


@dataclass(frozen=True)
class Other(Plain):
    """Another network that speaks the same, perhaps at the same address."""

    name: ClassVar[str] = "other"


@dataclass
class Upstream:
    """Serves ``posts`` newest first, ``size`` a page; ``answer`` may put something in between."""

    size: int = 3
    posts: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[web.Request], Awaitable[web.StreamResponse | None]] | None = None
    url: str = ""

    def add(self, *texts: str, at: datetime = START) -> None:
        for text in texts:
            number = len(self.posts) + 1
            self.posts.append({"id": str(number), "text": text, "at": at.isoformat()})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        if self.answer is not None and (said := await self.answer(request)) is not None:
            return said
        return self.page(request)

    def page(self, request: web.Request) -> web.Response:
        since, page = request.query.get("since"), request.query.get("page")
        found = sorted(self.posts, key=lambda p: -int(p["id"]))
        found = [p for p in found if not since or int(p["id"]) > int(since)]
        found = [p for p in found if not page or int(p["id"]) < int(page)]
        shown = found[: self.size]
        older = shown[-1]["id"] if len(found) > len(shown) else None
        return web.Response(text=json.dumps({"posts": shown, "older": older}))


@asynccontextmanager
async def serving(
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def upstream() -> AsyncIterator[Upstream]:
    served = Upstream()
    async with serving(served.handle) as url:
        served.url = url
        yield served


def about_zain(mention: Mention) -> Sequence[Hit]:
    found = Evidence("زين", "text", "زين")
    return [Hit("زين", (found,))] if "زين" in mention.text else []


Wake = Callable[[Sequence[int]], Awaitable[object]]


async def an_intake(db: Database, wake: Wake) -> Intake:
    """The real store, with one brand."""
    async with db.writing() as connection:
        row = {"id": 1, "name": "زين", "role": "own"}
        await upsert(connection, t.brands, [row], keys=["id"])
    key = b"k" * 32
    return Intake(
        about_zain, partial(add, brand_ids={"زين": 1}, key=key), partial(erase, key=key), wake
    )


async def stored(db: Database) -> list[str]:
    """Ids of what is stored and not erased."""
    async with db.reading() as connection:
        kept = select(t.mentions.c.native_id).where(t.mentions.c.gone_at.is_(None))
        return sorted((await connection.execute(kept)).scalars(), key=int)


@dataclass
class Bench:
    """A collector over one upstream, with what it woke."""

    db: Database
    upstream: Upstream
    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    every: timedelta = timedelta(minutes=1)
    rules: Rules = field(default_factory=Rules)
    reads: tuple[Read, ...] = (READ,)
    burst: float = 100.0
    credential: Credential | None = None
    kinds: dict[str, timedelta] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    beside: list[Source] = field(default_factory=list)
    """Other networks that the same collector reads."""
    woken: list[int] = field(default_factory=list)

    def source(self) -> Source:
        return Source(
            Plain(self.upstream.url),  # type: ignore[arg-type]
            self.reads,
            every=self.every,
            kinds=self.kinds,
            credential=self.credential,
            rules=self.rules,
            limits=self.limits,
            burst=self.burst,
        )

    async def collector(self) -> Collector:
        async def wake(ids: Sequence[int]) -> None:
            self.woken.extend(ids)

        real = await an_intake(self.db, wake)
        return Collector(
            self.db,
            [self.source(), *self.beside],
            match=real.match,
            add=real.add,
            erase=real.erase,
            wake=real.wake,
            clock=self.clock,
            jitter=lambda: 0.0,
        )

    async def stored(self) -> list[str]:
        return await stored(self.db)

    async def sources(self) -> list[dict[str, Any]]:
        """As ``rasid status`` has them."""
        async with self.db.reading() as connection:
            return await standing.sources(connection, self.clock.now())

    async def children(self) -> dict[str, str]:
        """The key of each read that a page asked for, and its state."""
        async with self.db.reading() as connection:
            c = t.cursors.c
            rows = await connection.execute(
                select(c.read, c.state).where(c.parent.is_not(None)).order_by(c.read)
            )
            return {read: state for read, state in rows}  # noqa: C416 - rows, unpacked

    async def ledger(self, kind: str) -> list[dict[str, object]]:
        async with self.db.reading() as connection:
            rows = await connection.execute(select(t.ledger).where(t.ledger.c.kind == kind))
            return [dict(row) for row in rows.mappings()]
