"""A budget that is used up is told once, however many reads wait; and that it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from listener.store.session import Database
from listener.store.tables import budgets
from tests.alerts.operators.world import SETTINGS, Operators, minute

ROW = {
    "network": "x", "allowance": "usd", "credential": "", "unit": "USD",
    "limits": [[50, "month", "UTC", True, False]],
}  # fmt: skip
WHY = "budget: 50 USD of 50 used until 2026-12-01 00:00 UTC"


async def stop(ops: Operators, until: datetime | None) -> None:
    async with ops.db.writing() as connection:
        values = {"stopped_until": until, "at": minute(0)}
        changed = await connection.execute(update(budgets).values(values))
        if not changed.rowcount:
            await connection.execute(insert(budgets), [{**ROW, **values}])


async def test_it_is_told_once_that_it_is_used_up_and_once_that_it_goes_on(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 5, state="ok")
    await stop(ops, minute(120))
    await ops.through(6, 60, state="waiting", scope="budget", why=WHY)
    await ops.restart()
    await ops.through(61, 119, state="waiting", scope="budget", why=WHY)
    assert await ops.kinds() == ["budget"]
    await ops.through(120, 140, state="ok")
    used_up, on = await ops.heard()
    assert used_up.startswith("The budget of X (USD) is used up. Reading goes on by itself: ")
    assert on == "The budget of X has room again: reading goes on where it stopped."
    assert await ops.kinds() == ["budget", "back"]


async def test_a_read_that_waits_for_its_budget_is_no_silent_source(db: Database) -> None:
    ops = Operators(db)
    await ops.through(0, 2, state="ok")
    await ops.through(3, 300, state="waiting", scope="line", why="budget: 3 of 50, spread out")
    assert await ops.heard() == []


async def test_a_restart_of_the_collector_in_between_is_no_return(db: Database) -> None:
    ops = Operators(db)
    await stop(ops, minute(500))
    await ops.through(0, 3)
    await stop(ops, None)  # it began anew, and has not asked yet
    await ops.through(4, 6)
    await stop(ops, minute(500))
    await ops.through(7, 60)
    assert await ops.kinds() == ["budget"]


async def test_where_nobody_is_to_be_told_nobody_is(db: Database) -> None:
    alone = SETTINGS.model_copy(
        update={"service": SETTINGS.service.model_copy(update={"operators": None})}
    )
    ops = Operators(db, alone)
    await stop(ops, minute(30))
    await ops.through(0, 60)
    assert await ops.heard() == []
    assert [outage.subject for outage in await ops.outages()] == ["budget:x:usd"]
    assert timedelta(0) < (await ops.outages())[0].ended_at - minute(0)
