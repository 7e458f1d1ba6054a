from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from alerts.operators.silence import judge, tell_silence
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import cursors, ledger, notices
from tests.alerts.numbers.seeded import NOW

SETTINGS = Settings.model_validate(
    {"service": {"operators": "ops", "language": "en"}, "channels": {"ops": {"kind": "console"}}}
)


def row(state: str = "ok", **values: Any) -> dict[str, Any]:
    return {
        "network": "mastodon",
        "read": "hashtag:a",
        "state": state,
        "why": None,
        "errors": 0,
        "last_success": (NOW - timedelta(minutes=1)).isoformat(),
        **values,
    }


def kinds(*rows: dict[str, Any], volumes: Any = None) -> list[str]:
    return [found.kind for found in judge(rows, volumes or {}, NOW)]


def test_a_source_may_fail_for_a_while_before_anybody_hears() -> None:
    lately = (NOW - timedelta(minutes=29)).isoformat()
    long_ago = (NOW - timedelta(minutes=31)).isoformat()
    assert kinds(row("unreachable", errors=3, last_success=lately)) == []
    assert kinds(row("unreachable", errors=3, last_success=long_ago)) == ["failing"]
    assert kinds(row("unreachable", errors=1, last_success=None)) == ["failing"]
    assert kinds(row("refused", why="the token is dead")) == ["refused"]


def test_a_source_that_answers_but_brings_nothing_is_silent_too() -> None:
    key = ("mastodon", "hashtag:a")
    assert kinds(row(), volumes={key: (0, 30)}) == ["empty"]
    assert kinds(row(), volumes={key: (0, 29)}) == ["back"]  # never brought much: nothing unusual
    assert kinds(row(), volumes={key: (1, 500)}) == ["back"]


async def said(db: Database) -> list[str]:
    async with db.reading() as connection:
        rows = await connection.execute(select(notices.c.body).order_by(notices.c.created_at))
        return [body["text"] for body in rows.scalars()]


async def test_silence_is_told_once_a_day_and_its_end_once(db: Database) -> None:
    async with db.writing() as connection:
        source = {"network": "mastodon", "read": "hashtag:a", "state": "refused"}
        await connection.execute(insert(cursors), [{**source, "why": "401", "errors": 4}])
    assert await tell_silence(db, SETTINGS, now=NOW) == 1
    assert await tell_silence(db, SETTINGS, now=NOW + timedelta(minutes=5)) == 0
    async with db.writing() as connection:
        await connection.execute(
            update(cursors).values(state="ok", why=None, errors=0, last_success=NOW)
        )
    assert await tell_silence(db, SETTINGS, now=NOW + timedelta(minutes=9)) == 1
    assert await tell_silence(db, SETTINGS, now=NOW + timedelta(minutes=12)) == 0
    first, last = await said(db)
    assert "401" in first
    assert last.endswith("is read again.")


async def test_an_empty_source_is_found_in_the_ledger(db: Database) -> None:
    async with db.writing() as connection:
        source = {"network": "rss", "read": "feed:a"}
        await connection.execute(
            insert(cursors), [{**source, "state": "ok", "errors": 0, "last_success": NOW}]
        )
        old = [
            {**source, "kind": "window", "fetched": 10, "at": NOW - timedelta(days=day)}
            for day in range(2, 6)
        ]
        await connection.execute(insert(ledger), old)
    assert await tell_silence(db, SETTINGS, now=NOW) == 1
    assert "brought nothing" in (await said(db))[0]


async def test_without_operators_nothing_is_queued(db: Database) -> None:
    async with db.writing() as connection:
        source = {"network": "mastodon", "read": "a", "state": "refused", "errors": 1}
        await connection.execute(insert(cursors), [source])
    assert await tell_silence(db, Settings(), now=NOW) == 0
