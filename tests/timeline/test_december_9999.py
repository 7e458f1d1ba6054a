"""A post of December 9999, whoever brings it: that time never gets in. A network's post is skipped
and counted where it came; of what a person wrote (a row, a feed's date) the time is unknown."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from listener.collecting.batch import Batch, write
from listener.collecting.cursors import Cursor
from listener.collecting.in_time import in_time
from listener.handed_in.import_mentions import import_mentions
from listener.handed_in.record import mention_of
from listener.handed_in.signed import signature
from listener.handed_in.webhook import WebhookIn
from listener.networks.base import Page, Read
from listener.networks.bluesky import Bluesky
from listener.networks.jetstream import Jetstream
from listener.networks.mastodon import Mastodon
from listener.records import Figure, Hit, Mention
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.networks.recorded import answer, of_json
from tests.upstream import READ, START, Bench, an_intake, upstream

FAR = "9999-12-01T00:00:00+00:00"
ZAIN = Hit("زين")
PAGE_NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
"""When the recorded pages were read, or soon after."""


async def dates(db: Database) -> list[datetime]:
    async with db.reading() as connection:
        return list((await connection.execute(select(t.mentions.c.created_at))).scalars())


async def known(db: Database) -> list[tuple[datetime, bool]]:
    columns = (t.mentions.c.created_at, t.mentions.c.created_known)
    async with db.reading() as connection:
        rows = await connection.execute(select(*columns))
    return sorted((at, told) for at, told in rows)


async def nobody(_ids: Sequence[int]) -> None:
    return None


async def test_by_import_its_time_is_unknown_and_its_line_told(db: Database) -> None:
    await an_intake(db, nobody)
    told: list[tuple[int, str]] = []
    lines = [{"text": "زين", "created_at": FAR}, {"text": "زين 2", "created_at": START.isoformat()}]
    counts = await import_mentions(
        db, io.BytesIO("\n".join(map(json.dumps, lines)).encode()), mention_of=mention_of,
        match=lambda _mention: [ZAIN], brand_ids={"زين": 1}, key=None, zone=UTC,
        now=START + timedelta(hours=1), unread=lambda line, why: told.append((line, why)),
    )  # fmt: skip
    assert (counts.read, counts.stored, counts.rejected) == (2, 2, 0)
    assert told == [(1, f"created_at: {FAR!r}: expected a time between 1990 and tomorrow")]
    assert await known(db) == [(START, True), (START + timedelta(hours=1), False)]


async def test_by_webhook_it_stands_in_the_answer_as_unknown(db: Database) -> None:
    await an_intake(db, nobody)
    webhook = WebhookIn(
        db, lambda _mention: [ZAIN], {"زين": 1}, b"k" * 32, UTC, lambda: START, nobody, lambda: "s"
    )
    body = json.dumps([{"text": "زين", "created_at": FAR}, {"text": "زين بلا وقت"}]).encode()
    given = await webhook.receive(body, {"X-Rasid-Signature": signature(body, "s")})
    assert isinstance(given.body, bytes)
    told = json.loads(given.body)
    assert (given.status, told["stored"], told["rejected"]) == (202, 2, 0)
    assert told["unknown"] == [
        {"record": 0, "unknown": f"created_at: {FAR!r}: expected a time between 1990 and tomorrow"}
    ]
    assert await known(db) == [(START, False), (START, False)]


def test_in_a_feed_the_entry_stays_and_its_time_is_unknown() -> None:
    far = datetime.fromisoformat(FAR)
    entries = tuple(
        Mention("rss", str(n), "خبر", at, kind="article") for n, at in enumerate((far, START))
    )
    page = in_time(Page(mentions=entries), lambda _one: None, START)
    assert [(one.id, one.created_at) for one in page.mentions] == [("0", None), ("1", START)]
    assert page.skipped == 0


async def test_on_a_collectors_page_it_is_skipped_and_the_walk_goes_on(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with upstream() as served:
        served.add("زين 1", "زين 2")
        served.add("زين الغد البعيد", at=datetime.fromisoformat(FAR))
        bench = Bench(db, served)
        stop = asyncio.Event()
        running = asyncio.create_task((await bench.collector()).run(stop))
        try:
            await bench.clock.settled(1)
            assert await bench.stored() == ["1", "2"]
            async with db.reading() as connection:  # its mark would say that all is known
                assert (await connection.execute(select(t.cursors.c.ahead))).scalar_one() == "2"
            served.add("زين بعده")
            await bench.clock.advance(61)
            assert await bench.stored() == ["1", "2", "4"]
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)
        skipped = sum(int(str(window["skipped"])) for window in await bench.ledger("window"))
        assert skipped == caplog.text.count("1 skipped: not a time between 1990 and tomorrow") > 0
        assert max(await dates(db)) == START


@pytest.mark.parametrize("network", [Bluesky(), Mastodon("https://m.example")])
def test_a_real_networks_page_keeps_its_other_posts_and_its_mark(
    network: Bluesky | Mastodon,
) -> None:
    name = "bluesky/search_first" if isinstance(network, Bluesky) else "mastodon/tag_first"
    raw = json.loads(answer(f"{name}.json").content)
    posts = raw["posts"] if isinstance(raw, dict) else raw
    read = READ if isinstance(network, Bluesky) else Read("hashtag", "زين")
    good = in_time(network.parse(of_json(raw), read, None), network.mark, PAGE_NOW)
    (posts[0]["record"] if isinstance(network, Bluesky) else posts[0]).update(
        {"createdAt": FAR, "created_at": FAR}
    )
    page = in_time(network.parse(of_json(raw), read, None), network.mark, PAGE_NOW)
    assert len(page.mentions) == len(good.mentions) - 1
    assert page.skipped == good.skipped + 1
    assert all(m.created_at and m.created_at <= PAGE_NOW for m in page.mentions)
    assert (page.newest or "") <= (good.newest or "")


async def test_in_a_streams_frame_it_is_skipped_and_the_position_moves_on(db: Database) -> None:
    intake = await an_intake(db, nobody)
    stream, batch = Jetstream(), Batch()
    micros = int(START.timestamp() * 1e6)
    for number, created in enumerate((FAR, START.isoformat())):
        record = {"text": "زين", "createdAt": created}
        commit = {
            "operation": "create", "collection": "app.bsky.feed.post", "rkey": str(number),
            "record": record,
        }  # fmt: skip
        event = {"did": "did:plc:a", "kind": "commit", "time_us": micros + number, "commit": commit}
        batch.take(stream, intake, json.dumps(event).encode())
    now = START + timedelta(seconds=5)
    ids = await write(db, intake, batch, Cursor("bluesky", "stream"), network="bluesky", now=now)
    assert (len(ids), batch.position) == (1, str(micros + 1))
    assert await dates(db) == [START]
    async with db.reading() as connection:
        (entry,) = (await connection.execute(select(t.ledger))).mappings()
    assert (entry["fetched"], entry["matched"], entry["skipped"]) == (2, 1, 1)


def test_own_posts_and_figures_of_a_page_pass_the_same_bound() -> None:
    far, good = datetime.fromisoformat(FAR), START
    posts = tuple(Mention("plain", str(n), "منا", at) for n, at in enumerate((far, good)))
    numbers = tuple(Figure("زين", "plain", None, "followers", 1.0, at) for at in (far, good))
    page = in_time(Page(own_posts=posts, figures=numbers), lambda one: one.id, START)
    assert (page.own_posts, page.figures, page.skipped) == (posts[1:], numbers[1:], 2)
