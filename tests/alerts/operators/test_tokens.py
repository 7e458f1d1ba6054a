"""What the operators hear of a token: each stage once, its mending when that has held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from alerts.operators.tokens import TokenWatch
from listener.settings import Settings
from listener.store.credential_rows import Kept, keep
from listener.store.expiry_rows import Expiry, save, tokens
from listener.store.session import Database
from listener.store.tables import notices
from tests.alerts.numbers.seeded import NOW

DAY = timedelta(days=1)
GOOD = Expiry("mastodon", "hash-1", "good", NOW + 30 * DAY, False, NOW)
SETTINGS = Settings.model_validate(
    {
        "service": {"operators": "ops", "language": "en"},
        "channels": {"ops": {"kind": "console"}},
        "networks": {"mastodon": {"token": "env:M_TOKEN"}},
    }
)


async def told(db: Database) -> list[tuple[str, str]]:
    async with db.reading() as connection:
        rows = await connection.execute(select(notices).order_by(notices.c.created_at))
        return [(row.subject.rpartition(":")[2], row.body["text"]) for row in rows]


async def state(db: Database, expiry: Expiry) -> None:
    async with db.writing() as connection:
        await save(connection, expiry)


async def look(db: Database, minutes: float = 0, settings: Settings = SETTINGS) -> int:
    return await TokenWatch(settings).look(db, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (timedelta(days=7, seconds=1), None),
        (timedelta(days=7), "token_week"),
        (timedelta(days=1), "token_day"),
        (timedelta(0), "token_dead"),
    ],
)
async def test_the_stages_begin_on_time(db: Database, left: timedelta, kind: str | None) -> None:
    await state(db, replace(GOOD, expires_at=NOW + left))
    await look(db)
    assert [found for found, _ in await told(db)] == ([kind] if kind else [])


async def test_what_renews_itself_is_not_told_before_it_is_dead(db: Database) -> None:
    renewed = replace(GOOD, renews=True, expires_at=NOW + timedelta(hours=1))
    await state(db, renewed)
    assert await look(db) == 0
    await state(db, replace(renewed, state="dead", why="HTTP 401"))
    assert await look(db) == 1


async def test_a_token_that_is_good_for_two_minutes_only_is_not_mended(db: Database) -> None:
    await state(db, replace(GOOD, state="dead"))
    await look(db, 0)
    for minute in range(1, 30, 2):
        await state(db, GOOD)
        await look(db, minute)
        await state(db, replace(GOOD, state="dead"))
        await look(db, minute + 1)
    assert [kind for kind, _ in await told(db)] == ["token_dead"]
    await state(db, GOOD)
    for minute in range(31, 40):
        await look(db, minute)
    assert [kind for kind, _ in await told(db)] == ["token_dead", "back"]


async def test_it_says_where_the_new_one_belongs_and_that_a_variable_wants_a_restart(
    db: Database,
) -> None:
    await state(db, replace(GOOD, expires_at=NOW + 3 * DAY))
    await look(db)
    ((_, text),) = await told(db)
    assert "env:M_TOKEN" in text
    assert "once Rasid is started again" in text
    in_file = SETTINGS.model_copy(deep=True)
    raw = {"networks": {"mastodon": {"token": "file:/run/secrets/m"}}}
    in_file = in_file.model_copy(update={"networks": Settings.model_validate(raw).networks})
    await state(db, replace(GOOD, state="dead"))
    await look(db, settings=in_file)
    text = dict(await told(db))["token_dead"]
    assert "file:/run/secrets/m" in text
    assert "started again" not in text


async def test_a_look_at_what_was_told_writes_nothing(db: Database) -> None:
    await state(db, replace(GOOD, expires_at=NOW + 3 * DAY))
    await look(db)
    written: list[str] = []

    def heard(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.split()[0] not in ("SELECT", "BEGIN"):
            written.append(statement)

    for engine in {db.write.sync_engine, db.read.sync_engine}:
        event.listen(engine, "before_cursor_execute", heard)
    for minute in range(1, 9):
        await look(db, minute)
    assert written == []


async def test_status_names_those_that_end_and_those_that_renew_themselves(db: Database) -> None:
    later = NOW + timedelta(hours=2)
    async with db.writing() as connection:
        await keep(connection, Kept("reddit", "seed", {"token": "t"}, NOW, later))
        await save(connection, replace(GOOD, expires_at=NOW + 3 * DAY))
        await save(connection, replace(GOOD, network="bluesky", expires_at=None))
        await save(connection, replace(GOOD, network="x", state="dead", why="HTTP 401"))
    async with db.reading() as connection:
        found = await tokens(connection, {"reddit", "mastodon", "bluesky"}, NOW)
    assert [(row["network"], row["stage"], row["renews"]) for row in found] == [
        ("mastodon", "week", False),
        ("reddit", "good", True),
    ]
    assert found[1]["expires_at"] == later.isoformat()
