"""What the operators hear of a source: the outage once, its end once, whatever happens between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, event, insert

from listener.settings import Settings
from listener.store.session import Database
from listener.store.standing import read_id
from listener.store.tables import cursors, ledger
from tests.alerts.numbers.seeded import NOW
from tests.alerts.operators.world import SETTINGS, SOURCE, Operators, minute


async def test_an_outage_is_told_once_and_its_end_once(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 60, state="refused", why="401", errors=4)
    await ops.restart()
    await ops.through(61, 200, state="refused", why="401", errors=9)
    await ops.through(201, 300, state="ok")
    first, last = await ops.heard()
    assert "Mastodon, #coffee" in first
    assert "401" in first
    assert last == "Mastodon, #coffee is read again."


async def test_a_second_outage_on_the_same_day_is_told(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 5, state="refused", errors=1)
    await ops.through(6, 20, state="ok")
    await ops.through(21, 25, state="refused", errors=1)
    await ops.through(26, 60, state="ok")
    assert await ops.kinds() == ["refused", "back", "refused", "back"]
    assert len(await ops.outages()) == 2


async def test_a_recovery_is_told_when_it_has_held(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 1, state="refused", errors=1)
    await ops.through(2, 6, state="ok")
    assert await ops.kinds() == ["refused"]
    await ops.through(7, 7, state="ok")
    assert await ops.kinds() == ["refused", "back"]
    (outage,) = await ops.outages()
    assert outage.ended_at == minute(2)


async def test_flapping_does_not_flood(db: Database) -> None:
    ops = Operators(db)
    for at in range(0, 4 * 60, 14):  # seven minutes well, seven refused
        await ops.through(at, at + 6, state="refused", errors=1)
        await ops.through(at + 7, at + 13, state="ok")
    kinds = await ops.kinds()
    assert kinds[:3] == ["refused", "back", "refused"]
    assert len(kinds) == 3  # the second must be well for ten minutes, and never was


async def test_an_hourly_source_is_not_accused_after_one_failure(db: Database) -> None:
    hourly = Settings.model_validate(
        {
            "service": {"operators": "ops"},
            "channels": {"ops": {"kind": "console"}},
            "networks": {"mastodon": {"every": "1h"}},
        }
    )
    ops = Operators(db, hourly)
    await ops.source(0, "ok")
    await ops.source(60, "unreachable", errors=1, why="timeout", last_success=minute(0))
    await ops.through(60, 179)
    assert await ops.kinds() == []
    await ops.through(180, 182)
    assert await ops.kinds() == ["failing"]


async def test_how_often_a_source_is_read_is_seen_where_settings_do_not_say(db: Database) -> None:
    ops = Operators(db)
    await ops.source(0, "ok", next_try=minute(60))
    async with db.writing() as connection:
        await connection.execute(cursors.update().values(next_try=minute(60)))
    await ops.look(1)
    await ops.source(60, "unreachable", errors=1, last_success=minute(0))
    await ops.through(60, 180)
    assert await ops.kinds() == []
    await ops.look(181)
    assert await ops.kinds() == ["failing"]


async def test_a_source_that_never_answered_is_told_after_its_time(db: Database) -> None:
    ops = Operators(db)
    await ops.source(0, "unreachable", errors=1, why="no such host")
    await ops.through(0, 30)
    assert await ops.kinds() == []
    await ops.restart()
    await ops.look(31)
    assert await ops.kinds() == ["failing"]


async def test_a_short_failure_is_told_nobody_and_neither_is_its_end(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 20, state="unreachable", errors=1)
    await ops.through(21, 60, state="ok")
    assert await ops.kinds() == []


async def test_a_failure_that_becomes_a_refusal_is_news_within_the_same_outage(
    db: Database,
) -> None:
    ops = Operators(db)
    await ops.source(0, "ok")
    failing = {"errors": 3, "why": "timeout", "last_success": minute(0)}
    await ops.through(1, 40, state="unreachable", **failing)
    await ops.through(41, 50, state="refused", **failing)
    await ops.through(51, 60, state="unreachable", **failing)
    await ops.through(61, 90, state="ok")
    assert await ops.kinds() == ["failing", "refused", "back"]
    assert len(await ops.outages()) == 1


async def test_an_empty_source_is_found_in_the_ledger_and_stays_so_for_weeks(db: Database) -> None:
    ops = Operators(db)
    await ops.source(0, "ok")
    window = {**SOURCE, "kind": "window"}
    old = [{**window, "fetched": 10, "at": NOW - timedelta(days=day)} for day in range(2, 6)]
    async with db.writing() as connection:
        await connection.execute(insert(ledger), old)
    await ops.look(1)
    assert await ops.kinds() == ["empty"]
    for day in range(1, 20):
        await ops.look(day * 24 * 60)
    assert await ops.kinds() == ["empty"]
    async with db.writing() as connection:
        row = {**window, "fetched": 1, "at": NOW + timedelta(days=20)}
        await connection.execute(insert(ledger), [row])
    await ops.through(20 * 24 * 60, 20 * 24 * 60 + 6)
    assert await ops.kinds() == ["empty", "back"]


async def test_what_is_read_once_a_day_is_not_accused_before_a_turn_brought_nothing(
    db: Database,
) -> None:
    daily = Settings.model_validate(
        {
            "service": {"operators": "ops"},
            "channels": {"ops": {"kind": "console"}},
            "networks": {"mastodon": {"every": "1d"}},
        }
    )
    ops = Operators(db, daily)
    await ops.source(0, "ok")
    window = {**SOURCE, "kind": "window", "fetched": 20}
    turns = [{**window, "at": NOW - timedelta(days=day, hours=0.7)} for day in range(1, 6)]
    async with db.writing() as connection:
        await connection.execute(insert(ledger), turns)
    await ops.through(1, 60)  # the last turn is more than a day ago
    assert await ops.kinds() == []
    await ops.look(24 * 60)  # and the next one brought nothing
    assert await ops.kinds() == ["empty"]


async def test_what_is_configured_no_longer_is_closed_without_a_word(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 1, state="refused", errors=1)
    await ops.through(2, 30, state="paused")
    await ops.through(31, 32, state="refused", errors=1)
    async with db.writing() as connection:
        await connection.execute(delete(cursors))
    await ops.through(33, 60)
    assert await ops.kinds() == ["refused", "refused"]
    assert all(outage.ended_at for outage in await ops.outages())


async def test_without_operators_nothing_is_queued_and_later_it_is_told(db: Database) -> None:
    alone = Operators(db, Settings())
    await alone.through(0, 10, state="refused", errors=1)
    assert await alone.kinds() == []
    ops = Operators(db, SETTINGS)
    await ops.through(11, 20, state="refused", errors=1)
    assert await ops.kinds() == ["refused"]
    assert len(await ops.outages()) == 1


async def test_no_address_with_a_secret_is_told(db: Database) -> None:
    ops = Operators(db)
    address = "feed:https://news.example/private.xml?token=s3cret"
    row = {"network": "rss", "read": address, "state": "refused", "errors": 1}
    async with db.writing() as connection:
        await connection.execute(insert(cursors), [row])
    await ops.look(0)
    (heard,) = await ops.heard()
    assert "feed of news.example" in heard
    assert "s3cret" not in heard
    assert "private" not in heard


async def test_in_arabic_it_is_told_in_arabic(db: Database) -> None:
    service = {"operators": "ops", "language": "ar"}
    settings = Settings.model_validate(
        {"service": service, "channels": {"ops": {"kind": "console"}}}
    )
    ops = Operators(db, settings)
    await ops.through(0, 1, state="refused", errors=1)
    await ops.through(2, 10, state="ok")
    first, last = await ops.heard()
    assert first.startswith("رفضت الشبكة طلبنا: ماستودون، وسم #")
    assert last.startswith("عادت القراءة من ماستودون، وسم #")


async def test_one_source_that_cannot_be_judged_leaves_the_others_watched(db: Database) -> None:
    ops = Operators(db)
    await ops.source(0, "refused", errors=1)
    async with db.writing() as connection:  # a state of a newer version, say
        odd = {"network": "rss", "read": "feed:x", "state": "ok", "last_success": NOW, "errors": 0}
        await connection.execute(insert(cursors), [odd])
    every = ops.watch._every

    def poisoned(source: tuple[str, str], row: object) -> timedelta:
        if source[0] == "rss":
            raise ValueError("odd row")
        return every(source, row)

    ops.watch._every = poisoned  # type: ignore[method-assign]
    await ops.look(1)
    assert await ops.kinds() == ["refused"]
    (left,) = ops.watch.poison.listed()
    assert left["item"] == f"rss {read_id('rss', 'feed:x')}"


async def test_a_look_at_a_long_outage_writes_nothing(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 2, state="refused", why="401", errors=1)
    written: list[str] = []

    def heard(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split()[0] not in ("SELECT", "BEGIN"):
            written.append(statement)

    for engine in {db.write.sync_engine, db.read.sync_engine}:
        event.listen(engine, "before_cursor_execute", heard)
    await ops.through(3, 30)
    assert written == []
