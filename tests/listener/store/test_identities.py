"""One item of a feed is one mention, whatever the feed says that it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import httpx
import pytest
from alembic import command
from sqlalchemy import text

from listener.collecting.intake import Intake
from listener.networks.base import Read
from listener.networks.rss import Rss
from listener.store.mentions import erase, forget_author
from listener.store.migrate import config, migrate
from listener.store.session import Database, open_database
from listener.store.tables import identities, mentions
from tests.listener.store.rows import KEY, NOW, ZAIN, read, store

FEED = "https://site.example/feed"
NEWS = "زين تفتح فرعا جديدا في جدة"


@dataclass(frozen=True)
class Item:
    title: str = NEWS
    link: str | None = "https://site.example/3"
    guid: str | None = "https://site.example/3"
    age: float | None = 60.0  # minutes
    body: str = ""

    def xml(self) -> str:
        at = None if self.age is None else format_datetime(NOW - timedelta(minutes=self.age))
        parts = {"title": self.title, "link": self.link, "description": self.body, "pubDate": at}
        inner = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in parts.items() if v)
        if self.guid:
            inner += f'<guid isPermaLink="false">{escape(self.guid)}</guid>'
        return f"<item>{inner}</item>"


@dataclass(frozen=True)
class Page:
    items: Sequence[Item]
    feed: str = FEED


async def poll(db: Database, *pages: Page) -> None:
    """Reads the pages one after the other and stores what they hold."""
    for page in pages:
        inner = "".join(item.xml() for item in page.items)
        xml = f'<rss version="2.0"><channel><title>جريدة</title>{inner}</channel></rss>'
        found = Rss().parse(
            httpx.Response(200, content=xml.encode()), Read("feed", page.feed), None
        )
        await store(db, *found.mentions)


def page(*items: Item, feed: str = FEED) -> Page:
    return Page(items, feed)


def each(n: int, **same: str | None) -> Item:
    """The n-th of several items, which differ in all that is not the same."""
    given = {"title": f"زين خبر {n}", "link": f"https://site.example/{n}", "guid": f"g{n}", **same}
    return Item(age=60.0 + n, **given)  # type: ignore[arg-type]


THREAD = "https://forum.example/thread?t=7"
ONE: dict[str, list[Page]] = {
    "a guid that changes at every read": [page(Item(guid=f"id-{n}")) for n in range(4)],
    "no date, no link, and a guid that changes": [
        page(Item(guid=f"{n}", link=None, age=None)) for n in range(3)
    ],
    "no date, and a guid that changes": [page(Item(guid=f"{n}", age=None)) for n in range(3)],
    "guid and date that change": [page(Item(guid=f"{n}", age=9.0 - n)) for n in range(3)],
    "http becomes https": [
        page(Item(link=f"{s}://site.example/3", guid=f"{s}://site.example/3"))
        for s in ("http", "https")
    ],
    "the site moves to another host, links and guids with it": [
        page(Item()),
        page(Item(link="https://new.example/3", guid="https://new.example/3")),
    ],
    "the site moves, and its feed is read where it is now": [
        page(Item()),
        page(
            Item(link="https://new.example/3", guid="https://new.example/3"),
            feed="https://new.example/feed",
        ),
    ],
    "the feed's address changes in the settings": [
        page(Item(guid="42")),
        page(Item(guid="42"), feed="https://site.example/rss?all=1"),
    ],
    "the feed of an item without a link is read by https": [
        page(Item(link=None, guid="42"), feed="http://site.example/feed"),
        page(Item(link=None, guid="42")),
    ],
    "tracking that changes, in guid and link": [
        page(Item(link=f"{at}?utm_id={n}", guid=f"{at}?utm_id={n}"))
        for n, at in enumerate(("https://site.example/3", "https://www.site.example/3/"))
    ],
    "a session in the link and a guid that changes": [
        page(Item(link=f"https://site.example/3?sid={n}", guid=f"{n}")) for n in range(3)
    ],
    "the same article in two Google Alerts, by AMP in one": [
        page(Item(guid="tag:google.com,2013:googlealerts/feed:1"), feed="https://g.example/1"),
        page(
            Item(guid="tag:google.com,2013:googlealerts/feed:2", link="https://site.example/3/amp"),
            feed="https://g.example/2",
        ),
    ],
    "the guid is added later": [page(Item(guid=None)), page(Item(guid="77"))],
    "another slug, the guid stays": [
        page(Item(guid="77")),
        page(Item(guid="77", link="https://site.example/three")),
    ],
    "twice in one page": [page(Item(), Item(), Item(guid="other"))],
}
MANY: dict[str, tuple[int, list[Page]]] = {
    "one guid for all": (
        3,
        [
            page(*(each(n, guid="https://site.example/") for n in of))
            for of in ((1, 2), (3, 1, 2), (3,))
        ],
    ),
    "one guid and one link for all": (
        3,
        [
            page(*(each(n, guid="https://site.example/", link="https://site.example/") for n in of))
            for of in ((1, 2), (3, 1, 2))
        ],
    ),
    "the guid counts places": (
        4,
        [
            page(*(each(n, guid=str(place)) for place, n in enumerate(of)))
            for of in ((2, 1), (3, 2), (4, 3))
        ],
    ),
    "a page with one item at a time, all with one guid": (
        3,
        [page(each(n, guid="latest")) for n in (1, 2, 3)],
    ),
    "answers in a thread, one link and one title for all": (
        4,
        [
            page(*(each(n, link=f"{THREAD}#p{n}", title="رد: زين") for n in of))
            for of in ((1, 2), (2, 3), (4,))
        ],
    ),
    "the guid of one is the link of another": (
        2,
        [page(each(1, guid="https://site.example/2"), each(2, guid=None))],
    ),
    "a title that comes again, with another link": (
        2,
        [page(each(n, title="زين: نشرة الأخبار", guid=None)) for n in (1, 2)],
    ),
    "two feeds that count from one": (
        2,
        [page(each(n, guid="1"), feed=f"https://{n}.example/feed") for n in (1, 2)],
    ),
}


@pytest.mark.parametrize("what", ONE)
async def test_one_item_is_one_mention(db: Database, what: str) -> None:
    await poll(db, *ONE[what])
    assert [row["text"] for row in await read(db, mentions)] == [NEWS]
    await poll(db, *ONE[what])
    assert [row["revision"] for row in await read(db, mentions)] == [1]


@pytest.mark.parametrize("what", MANY)
async def test_each_item_is_a_mention_of_its_own(db: Database, what: str) -> None:
    count, pages = MANY[what]
    for _ in range(2):
        await poll(db, *pages)
        rows = await read(db, mentions)
        want = {(i.title, i.link and i.link.partition("#")[0]) for p in pages for i in p.items}
        assert {(r["text"], (r["url"] or "").partition("#")[0]) for r in rows} == want
        assert (len(rows), {row["revision"] for row in rows}) == (count, {1})


async def test_an_edit_is_a_revision_where_the_item_was_read_first(db: Database) -> None:
    await poll(db, page(Item()), page(Item(title="زين تعتذر عن خبر الفرع")))
    [row] = await read(db, mentions)
    assert (row["text"], row["revision"]) == ("زين تعتذر عن خبر الفرع", 2)


async def test_another_address_and_another_extract_are_an_edit(db: Database) -> None:
    moved = Item(guid="77", link="https://site.example/three", body="وفي الدمام")
    await poll(db, page(Item(guid="77", body="في جدة")), page(moved))
    [row] = await read(db, mentions)
    assert (row["text"], row["revision"]) == (f"{NEWS}\nوفي الدمام", 2)


async def test_another_feed_with_another_extract_changes_no_text_back_and_forth(
    db: Database,
) -> None:
    whole = page(Item(body="النص الكامل للخبر عن الفرع الجديد"))
    extract = page(Item(body="النص …", guid="tag:g,2026:1"), feed="https://g.example/alerts")
    await poll(db, whole, extract, whole, extract)
    [row] = await read(db, mentions)
    assert (row["text"].split("\n")[1], row["revision"]) == ("النص الكامل للخبر عن الفرع الجديد", 1)


async def test_an_item_that_is_about_us_no_longer_overwrites_no_other(db: Database) -> None:
    """The guid counts places: what stands in the place now is not what stood there."""
    await poll(db, page(each(1, guid="top")))
    xml = page(each(2, guid="top", title="خبر آخر")).items[0].xml()
    xml = f'<rss version="2.0"><channel>{xml}</channel></rss>'
    other = Rss().parse(httpx.Response(200, content=xml.encode()), Read("feed", FEED), None)
    intake = Intake(match=lambda _m: (), add=None, erase=None, wake=None)  # type: ignore[arg-type]
    async with db.writing() as connection:
        assert await intake.edited(connection, other.mentions) == []
        now = page(each(1, guid="top", title="خبر آخر")).items[0].xml()
        now = f'<rss version="2.0"><channel>{now}</channel></rss>'
        same = Rss().parse(httpx.Response(200, content=now.encode()), Read("feed", FEED), None)
        assert len(await intake.edited(connection, same.mentions)) == 1


@pytest.mark.parametrize("forgetting", [True, False])
async def test_what_was_deleted_does_not_come_back_under_another_id(
    db: Database, forgetting: bool
) -> None:
    await poll(db, page(Item()))
    async with db.writing() as connection:
        if forgetting:
            await connection.execute(mentions.update().values(author_handle="كاتب"))
            assert await forget_author(connection, "rss", "كاتب", key=KEY, now=NOW) == 1
        else:
            ids = ["https://site.example/3"]
            assert await erase(connection, "rss", ids, key=KEY, now=NOW) == 1
    assert await read(db, identities) == []
    await poll(db, page(Item(guid="another")))
    assert [row["text"] for row in await read(db, mentions)] == [""]


async def test_a_feed_of_ever_new_ids_does_not_fill_the_table(db: Database) -> None:
    await poll(db, *(page(Item(guid=f"id-{n}")) for n in range(40)))
    assert len(await read(db, identities)) < 40


@pytest.mark.parametrize("what", ["http becomes https", "the guid is added later"])
async def test_after_an_update_nothing_is_published_again(
    empty_database_url: str, what: str
) -> None:
    """Rows from before identities were kept: with what each feed says now and what it said."""
    db = open_database(empty_database_url)
    first, *later = ONE[what]
    old = "INSERT INTO mentions (network, native_id, url, text, text_key, author_name, kind, {0}"
    old = old.format("hashtags, handles, media, created_at, collected_at, source, state) VALUES ")
    old += "('rss', :id, :link, :text, 'k', 'جريدة', 'article', '[]', '[]', '[]', :at, :at, {0})"
    at = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    at += "" if db.dialect == "sqlite" else "+00"
    item = first.items[0]
    values = {"id": item.guid or item.link, "link": item.link, "text": item.title}
    try:
        async with db.writing() as connection:
            await connection.run_sync(lambda c: command.upgrade(config(c), "0010"))
            row = old.format("'collect', 'labelled'").replace(":at", f"'{at}'")
            await connection.execute(text(row), values)
        await migrate(db)
        await poll(db, *later, *later)
        assert [(r["text"], r["revision"]) for r in await read(db, mentions)] == [(NEWS, 1)]
        assert {row["home"] for row in await read(db, identities)} != {None}
    finally:
        await db.close()


async def test_a_network_with_ids_of_its_own_is_asked_nothing(db: Database) -> None:
    assert ZAIN.brand
    await poll(db)
    assert await read(db, identities) == []
