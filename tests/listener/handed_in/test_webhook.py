"""``POST /mentions`` over real HTTP: who may, what is told, and a database that takes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from listener.handed_in.signed import AGE, signature
from listener.handed_in.webhook import WebhookIn
from listener.records import Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.session import Database, open_database
from listener.store.tables import mentions
from tests.alerts.numbers.seeded import BRANDS, NOW
from tests.served import Served, serving

SECRET = "wh-secret-1"


def matched(mention: Mention) -> Sequence[Hit]:
    found = "رشفان" in mention.text
    return [Hit("رشفان", (Evidence("رشفان", "text", "رشفان"),))] if found else []


class Hook:
    """The route with a clock and a secret that a test may turn."""

    def __init__(self, db: Database, brands: dict[str, int], **more: Any) -> None:
        self.now, self.secret, self.woken = NOW, SECRET, list[int]()
        self.route = WebhookIn(
            db, matched, brands, b"k" * 32, UTC, lambda: self.now, self._wake,
            lambda: self.secret or None, **more,
        )  # fmt: skip

    async def _wake(self, ids: Sequence[int]) -> None:
        self.woken.extend(ids)


@pytest.fixture
def hooked(db: Database) -> Any:
    @asynccontextmanager
    async def hooked_(database: Database | None = None, **more: Any) -> Any:
        async with db.writing() as connection:
            brands = await sync_brands(connection, BRANDS, NOW)
        hook = Hook(database or db, brands, **more)
        async with serving(*hook.route.routes()) as served:
            yield hook, served

    return hooked_


def body(*texts: str) -> bytes:
    return json.dumps([{"text": said, "id": said[:20]} for said in texts]).encode()


async def post(
    served: Served, content: bytes, *, secret: str = SECRET, at: datetime | str | None = None
) -> httpx.Response:
    stamp = str(int(at.timestamp())) if isinstance(at, datetime) else at
    headers = {"X-Rasid-Signature": signature(content, secret, stamp)}
    if stamp is not None:
        headers["X-Rasid-Timestamp"] = stamp
    return await served.client.post("/mentions", content=content, headers=headers)


async def stored(db: Database) -> int:
    async with db.reading() as connection:
        return int(
            (await connection.execute(select(func.count()).select_from(mentions))).scalar_one()
        )


async def test_signed_rows_are_stored_and_counted_and_bad_ones_named(
    hooked: Any, db: Database
) -> None:
    async with hooked() as (hook, served):
        answer = await post(served, body("رشفان ١", "رشفان ٢"))
        assert answer.status_code == 202
        assert {k: answer.json()[k] for k in ("read", "stored", "matched", "rejected")} == {
            "read": 2, "stored": 2, "matched": 2, "rejected": 0,
        }  # fmt: skip
        assert len(hook.woken) == 2
        odd = json.dumps([{"text": "رشفان ٣"}, 7, {"id": "no text"}]).encode()
        answer = await post(served, odd)
        assert (answer.status_code, answer.json()["stored"]) == (400, 1)
        assert [error["record"] for error in answer.json()["errors"]] == [1, 2]
    assert await stored(db) == 3


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_what_is_forged_broken_or_too_much_is_said_in_plain_words(
    hooked: Any, db: Database
) -> None:
    async with hooked() as (hook, served):
        for content, secret, status, said in (
            (body("رشفان"), "guessed", 401, "X-Rasid-Signature does not fit the body"),
            (b"{", SECRET, 400, "the body is not JSON"),
            (b"[" * 100_000, SECRET, 400, "the body is not JSON"),
            (json.dumps([{}] * 1001).encode(), SECRET, 413, "more than 1000 records"),
        ):
            answer = await post(served, content, secret=secret)
            assert answer.status_code == status
            assert said in answer.json()["error"]
        hook.secret = ""
        assert (await post(served, body("رشفان"))).status_code == 503
        assert (await served.client.get("/mentions")).status_code == 405
    assert await stored(db) == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_timed_request_counts_for_five_minutes_and_not_again_later(
    hooked: Any, db: Database
) -> None:
    async with hooked() as (hook, served):
        for off, status in ((AGE, 202), (-AGE, 202), (AGE * 1.1, 401), (-AGE * 1.1, 401)):
            answer = await post(served, body(f"رشفان {off}"), at=NOW + off)
            assert (off, answer.status_code) == (off, status)
        assert "away from our clock" in answer.json()["error"]
        kept = body("رشفان")
        assert (await post(served, kept, at=NOW)).status_code == 202
        hook.now = NOW + timedelta(hours=1)
        assert (await post(served, kept, at=NOW)).status_code == 401
        # another time under the same signature, and none
        signed = {"X-Rasid-Signature": signature(kept, SECRET, str(int(NOW.timestamp())))}
        later = {"X-Rasid-Timestamp": str(int(hook.now.timestamp()))}
        for headers in (signed | later, signed):
            answer = await served.client.post("/mentions", content=kept, headers=headers)
            assert answer.status_code == 401
        for stamp in ("", "soon", "-5", "1" * 13, "12.5"):
            assert (await post(served, kept, at=stamp)).status_code == 401


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_where_the_settings_ask_for_times_the_plain_form_is_refused(
    hooked: Any, db: Database
) -> None:
    async with hooked(timed=True) as (_hook, served):
        plain = await post(served, body("رشفان"))
        assert (plain.status_code, "X-Rasid-Timestamp" in plain.json()["error"]) == (401, True)
        assert (await post(served, body("رشفان"), at=NOW)).status_code == 202


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_secret_that_was_replaced_counts_at_once(hooked: Any, db: Database) -> None:
    async with hooked() as (hook, served):
        hook.secret = "the-next"
        assert (await post(served, body("رشفان"))).status_code == 401
        assert (await post(served, body("رشفان"), secret="the-next")).status_code == 202


async def test_while_the_database_is_locked_senders_are_told_to_come_again(
    hooked: Any, db: Database
) -> None:
    async with hooked(patience=0.05) as (hook, served):
        async with db.writing() as connection:
            if db.dialect == "postgresql":
                await connection.execute(text("LOCK TABLE mentions IN ACCESS EXCLUSIVE MODE"))
            for _ in range(3):
                answer = await post(served, body("رشفان"))
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
                assert "send it again" in answer.json()["error"]
            late = set(hook.route._late)
            assert len(late) == 1  # they do not pile up behind the lock
        await asyncio.wait(late)
        hook.route.patience = 60.0
        answer = await post(served, body("رشفان", "رشفان ٢"))
        assert answer.status_code == 202
        assert (answer.json()["stored"], answer.json()["duplicates"]) == (1, 1)
    assert await stored(db) == 2


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_while_the_disk_is_full_senders_are_told_to_come_again(
    hooked: Any, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def most(pages: int) -> None:
        async with db.write.connect() as connection:  # the pool has this one connection
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    many = body(*(f"رشفان {n} " + "س" * 2000 for n in range(200)))
    async with hooked() as (_hook, served):
        await most(1)  # no fewer than there are: not one page more
        answer = await post(served, many)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        await most(1_000_000)
        assert (await post(served, many)).status_code == 202
    assert all(record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_while_the_database_is_away_senders_are_told_to_come_again(
    hooked: Any, db: Database
) -> None:
    pytest.importorskip("asyncpg")
    away = open_database("postgresql://nobody@127.0.0.1:1/none")
    async with hooked(away) as (_hook, served):
        assert (await post(served, body("رشفان"))).status_code == 503
    await away.close()


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("state", ["40P01", "53100", "55P03", "57P03"])
async def test_a_deadlock_or_a_full_disk_has_senders_come_again(
    db: Database, hooked: Any, state: str
) -> None:
    function = f"$$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
    async with db.writing() as connection:
        for statement in (
            f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS {function}",
            "CREATE TRIGGER trouble BEFORE INSERT ON mentions EXECUTE FUNCTION trouble()",
        ):
            await connection.execute(text(statement))
    async with hooked() as (_hook, served):
        assert (await post(served, body("رشفان"))).status_code == 503
