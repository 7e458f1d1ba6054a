"""What is read with an own account: all that people write to it is the brand's, whatever its words;
what it wrote itself and its numbers are stored apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import httpx
import pytest
from aiohttp import web
from sqlalchemy import select, update

from listener.clock import SteeredClock
from listener.collecting.collector import Collector
from listener.collecting.source import Source
from listener.masking.masker import masker
from listener.matching.matcher import Matcher
from listener.networks import fields as f
from listener.networks.base import Page, Read
from listener.records import Author, Brand, Credential, Engagement, Figure, Mention, Query
from listener.store import figures
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database
from tests.upstream import START, Plain, serving

KEY = b"k" * 32
ZAIN = Brand("زين", keywords=("زين",), exclude=("مسابقة",), accounts=(("plain", "zain"),))
STC = Brand("stc", keywords=("stc",), accounts=(("plain", "stc"),))
OURS = Query("زين", "")


@dataclass(frozen=True)
class Account(Plain):
    """Reads of an own account, and a search; answers by post id as ``Rereads``."""

    name: ClassVar[str] = "plain"
    most_reread: ClassVar[int] = 50

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        params = {"kind": read.kind, "of": read.target or "", "since": since or "0"}
        return httpx.Request("GET", f"{self.api_url}/", params=params)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))
        seen = f.seen_at(response)
        posts = tuple(_mention(f.obj(raw), seen) for raw in f.items(body.get("posts")))
        more = tuple(Read("replies", str(one), read.query) for one in f.items(body.get("more")))
        gone = tuple(map(str, f.items(body.get("gone"))))
        if read.kind == "own_posts":
            return Page(own_posts=posts, more=more, gone=gone)
        if read.kind == "figures":
            followers, brand = f.count(body.get("followers")), read.brand
            if followers is None or brand is None or seen is None:
                return Page()
            told = Figure(brand, "plain", read.target, "followers", followers, seen)
            return Page(figures=(told,))
        newest = f.ident(body.get("newest"))  # of a thread: how many were there
        return Page(mentions=posts, more=more, gone=gone, newest=newest)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        return mention_id

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        again = {"kind": "again", "of": "", "since": "0"}
        return httpx.Request("GET", f"{self.api_url}/", params=again)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        return self.parse(response, Read("refresh"), None)


def _mention(raw: Any, seen: datetime | None) -> Mention:
    by = raw.get("by")
    return Mention(
        "plain", raw["id"], raw["text"], START, author=Author("plain", None, by) if by else None,
        kind="comment" if raw.get("parent") else "post", parent_id=raw.get("parent"),
        engagement=Engagement(raw.get("likes"), raw.get("comments"), as_of=seen),
    )  # fmt: skip


@dataclass
class House:
    """``pages``: the posts of each (kind, target); ``more``: the replies each asks for."""

    db: Database
    clock: SteeredClock = field(default_factory=lambda: SteeredClock(START))
    reads: tuple[Read, ...] = ()
    pages: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    more: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    followers: int | None = 120
    asked: list[tuple[str, str]] = field(default_factory=list)
    rereads: bool = False
    sleepers: int = 0

    async def hours(self, number: float) -> None:
        await self.clock.advance(number * 3600 + 1, sleepers=self.sleepers)

    async def answer(self, request: web.Request) -> web.Response:
        what = (request.query["kind"], request.query["of"])
        self.asked.append(what)
        posts = self.pages.get(what, [])
        newest = str(len(posts)) if what[0] == "replies" else None
        answer = {
            "posts": posts[int(request.query["since"]) :] if newest else posts,
            "newest": newest, "more": self.more.get(what, []),
            "followers": self.followers, "gone": self.gone,
        }  # fmt: skip
        now = self.clock.now().astimezone(UTC)
        date = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return web.json_response(answer, headers={"date": date})

    @asynccontextmanager
    async def collecting(self, *, children: bool = False) -> AsyncIterator[None]:
        """Each read, the round and, where there are any, the children sleep when all is done."""

        async def nothing(_ids: Sequence[int]) -> None:
            return None

        async with self.db.writing() as connection:
            ids = await sync_brands(connection, [ZAIN, STC], START)
        async with serving(self.answer) as url:
            hour = timedelta(hours=1)
            network: Any = Account(url)
            every = {"refresh": hour if self.rereads else 1000 * hour}
            source = Source(network, self.reads, every=hour, kinds=every, burst=100.0)
            collector = Collector(
                self.db, [source], match=Matcher([ZAIN, STC]).match,
                add=partial(add, brand_ids=ids, key=KEY, mask=masker(("phone",))),
                erase=partial(erase, key=KEY),
                wake=nothing, keep=partial(figures.keep, brand_ids=ids, key=KEY), clock=self.clock,
                jitter=lambda: 0.0,
            )  # fmt: skip
            stop = asyncio.Event()
            task = asyncio.create_task(collector.run(stop))
            try:
                async with asyncio.timeout(60):
                    self.sleepers = len(self.reads) + 1 + children
                    await self.clock.settled(self.sleepers)
                    yield
            finally:
                stop.set()
                await asyncio.wait_for(task, 10)

    async def rows(self, table: Any, *columns: str) -> list[tuple[Any, ...]]:
        async with self.db.reading() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key.columns))
            return [tuple(row[name] for name in columns) for row in found.mappings()]

    async def matched(self) -> dict[str, dict[int, list[str]]]:
        """Native id to brand id to the places of the evidence, of matches that count."""
        statement = (
            select(t.mentions.c.native_id, t.matches.c.brand_id, t.matches.c.evidence)
            .join(t.matches, t.matches.c.mention_id == t.mentions.c.id)
            .where((t.matches.c.about.is_(None)) | (t.matches.c.about > 0))
        )
        async with self.db.reading() as connection:
            rows = (await connection.execute(statement)).all()
        by_post: dict[str, dict[int, list[str]]] = {}
        for native, brand, evidence in rows:
            by_post.setdefault(native, {})[brand] = [place for _term, place, _found in evidence]
        return by_post


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def said(native: str, text: str, by: str | None = "nora", **more: Any) -> dict[str, Any]:
    return {"id": native, "text": text, "by": by, **more}


TAGS, POSTS = Read("mentions", "zain", OURS), Read("own_posts", "zain", OURS)
NUMBERS, SEARCH = Read("figures", "zain", OURS), Read("search", "زين", Query("زين", "زين"))


async def test_what_is_written_to_our_account_is_ours_whatever_its_words(house: House) -> None:
    house.reads = (TAGS,)
    house.pages["mentions", "zain"] = [
        said("1", "وين طلبي"),
        said("2", "زين وين طلبي"),
        said("3", "مسابقة زين"),  # excluded elsewhere, but said to us
        said("4", "stc أسرع منكم"),
        said("5", "شكرًا لكم", by="zain"),  # our own words
        said("6", "وصلني", by="stc"),  # another brand of ours speaks to this one
    ]
    async with house.collecting():
        pass
    assert await house.matched() == {
        "1": {1: ["account"]},
        "2": {1: ["account", "text"]},
        "3": {1: ["account"]},
        "4": {1: ["account"], 2: ["text"]},
        "6": {1: ["account"]},
    }
    assert await house.rows(t.own_posts, "native_id", "brand_id") == [("5", 1), ("6", 2)]


async def test_a_search_is_not_given_whatever_it_finds(house: House) -> None:
    house.reads = (SEARCH,)
    house.pages["search", "زين"] = [said("1", "وين طلبي"), said("2", "زين وين طلبي")]
    async with house.collecting():
        pass
    assert await house.matched() == {"2": {1: ["text"]}}


async def test_comments_under_our_posts_are_ours_also_after_a_restart_and_two_levels_down(
    house: House,
) -> None:
    house.reads = (POSTS,)
    house.pages["own_posts", "zain"] = [said("p", "عرض جديد")]
    house.more["own_posts", "zain"] = ["p"]
    house.pages["replies", "p"] = [said("c1", "بكم", parent="p")]
    house.more["replies", "p"] = ["c1"]
    house.pages["replies", "c1"] = [
        said("c2", "نعم", parent="c1"),
        said("us", "تفضل", by="zain", parent="c1"),
    ]
    async with house.collecting(children=True):
        pass
    assert await house.rows(t.cursors, "read", "query", "query_brand") == [
        ("own_posts:zain", None, None),
        ("refresh", None, None),
        ("replies:c1", "", "زين"),
        ("replies:p", "", "زين"),
    ]
    house.more.clear()  # nobody asks again: what is known stands in the rows
    house.pages["replies", "p"].append(said("c3", "متى", parent="p"))
    async with house.collecting(children=True):
        await house.hours(2)
    assert await house.matched() == {n: {1: ["account"]} for n in ("c1", "c2", "c3")}
    assert await house.rows(t.own_posts, "native_id", "kind", "parent_id") == [
        ("p", "post", None), ("us", "comment", "c1"),
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["hashtag", "own_posts"])
async def test_a_thread_of_ours_stays_ours_where_a_hashtag_leads_to_it_too(
    house: House, first: str
) -> None:
    tag = Read("hashtag", "زين")
    house.reads = (tag, POSTS)
    house.more[first, "زين" if first == "hashtag" else "zain"] = ["p"]
    house.pages["replies", "p"] = [said("c1", "بكم", parent="p")]
    async with house.collecting(children=True):
        await house.hours(3)
        house.more["hashtag", "زين"] = house.more["own_posts", "zain"] = ["p"]
        for n in range(2, 5):
            await house.hours(2)
            house.pages["replies", "p"].append(said(f"c{n}", "متى", parent="p"))
        house.more.pop(("own_posts", "zain"))  # the hashtag asks last
        await house.hours(3)
    assert await house.matched() == {f"c{n}": {1: ["account"]} for n in range(1, 5)}


async def test_a_child_with_a_query_that_has_words_is_matched_by_them(house: House) -> None:
    house.reads = (SEARCH,)
    house.more["search", "زين"] = ["v"]
    house.pages["replies", "v"] = [said("1", "وين طلبي"), said("2", "زين وين طلبي")]
    async with house.collecting(children=True):
        pass
    assert await house.matched() == {"2": {1: ["text"]}}


async def test_an_edit_that_is_read_again_leaves_what_was_said_to_us_ours(house: House) -> None:
    house.reads, house.rereads = (TAGS, SEARCH), True
    house.pages["mentions", "zain"] = [said("1", "وين طلبي")]
    house.pages["search", "زين"] = [said("2", "زين جميلة")]
    async with house.collecting():
        changed = [said("1", "وين طلبي؟ رد"), said("2", "جميلة")]
        house.pages.clear()
        house.pages["again", ""] = changed
        await house.hours(2)
    texts = await house.rows(t.mentions, "native_id", "text", "revision")
    assert sorted(texts) == [("1", "وين طلبي؟ رد", 2), ("2", "جميلة", 2)]
    assert await house.matched() == {"1": {1: ["account"]}}


async def test_what_a_search_found_first_is_known_to_be_said_to_us_once_it_is_read_there(
    house: House,
) -> None:
    house.reads = (SEARCH, TAGS)
    house.pages["search", "زين"] = [said("1", "زين وين طلبي")]
    async with house.collecting():
        async with house.db.writing() as connection:
            scored = {"about": 0.2, "about_by": "m", "state": "decided"}
            await connection.execute(update(t.matches).values(scored))
        house.pages["mentions", "zain"] = [said("1", "زين وين طلبي")]
        await house.hours(2)
    assert await house.matched() == {"1": {1: ["account", "text"]}}
    # Its words alone are no longer what it rests on; the decision stands.
    assert await house.rows(t.matches, "about", "about_by", "state") == [(None, None, "decided")]


async def test_our_posts_are_stored_apart_with_their_numbers(house: House) -> None:
    house.reads = (POSTS, NUMBERS)
    house.pages["own_posts", "zain"] = [
        said("p1", "اتصلوا بنا 0551234567", by=None, likes=3, comments=0),
        said("p2", "أسرع من stc", by="zain", likes=None),
    ]
    async with house.collecting():
        house.pages["own_posts", "zain"][0]["likes"] = 5
        await house.hours(1)
    assert await house.rows(t.own_posts, "native_id", "brand_id", "account") == [
        ("p1", 1, "zain"), ("p2", 1, "zain"),
    ]  # fmt: skip
    assert await house.matched() == {"p2": {2: ["text"]}}  # a mention of the other brand
    assert "0551234567" not in str(await house.rows(t.own_posts, "text"))
    told = await house.rows(t.figures, "account", "post_id", "measure", "period", "value")
    assert sorted(told) == [
        ("zain", "", "followers", "", 120.0),
        ("zain", "p1", "comments", "lifetime", 0.0),
        ("zain", "p1", "likes", "lifetime", 3.0),
        ("zain", "p1", "likes", "lifetime", 5.0),
    ]


async def test_a_post_of_ours_that_was_deleted_goes_and_stays_away(house: House) -> None:
    house.reads = (POSTS,)
    house.pages["own_posts", "zain"] = [said("p", "عرض", likes=1)]
    async with house.collecting():
        assert await house.rows(t.own_posts, "native_id") == [("p",)]
        house.gone, house.pages["own_posts", "zain"][0]["likes"] = ["p"], 2
        await house.hours(2)
    assert await house.rows(t.own_posts, "native_id") == []
    assert [value for (value,) in await house.rows(t.figures, "value")][:1] == [1.0]
    house.gone, house.pages["own_posts", "zain"][0]["likes"] = [], 3  # a slow cache shows it again
    async with house.collecting():
        await house.hours(2)
    assert await house.rows(t.own_posts, "native_id") == []
    assert 3.0 not in [value for (value,) in await house.rows(t.figures, "value")]
