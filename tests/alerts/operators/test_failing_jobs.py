from __future__ import annotations

from datetime import datetime, timedelta

from alerts.operators.failing_jobs import tell_failing
from listener.running.pulse import LOUD, ReportRun
from listener.store.heartbeats import beat, farewell
from listener.store.session import Database
from tests.alerts.numbers.seeded import NOW
from tests.alerts.operators.world import SETTINGS, Operators, minute


class Counting:
    """A worker with one job, whose clock is a number of minutes."""

    def __init__(self, db: Database, name: str = "count@a:1") -> None:
        self.db, self.name, self.at = db, name, 0.0
        self.report = ReportRun("rollups", 5, self.now, self.tell)

    def now(self) -> datetime:
        return minute(self.at)

    async def tell(self, report: ReportRun, now: datetime) -> None:
        await tell_failing(self.db, SETTINGS, report, now)

    async def runs(self, at: float, *, well: bool) -> None:
        self.at = at
        if well:
            self.report.well()
        else:
            await self.report.failed(ValueError("the year 9999"))
        await beat(
            self.db, self.name, "count", pid=1, started=NOW, now=self.now(), detail={},
            standings=[self.report.row()],
        )  # fmt: skip


async def test_a_job_that_keeps_failing_is_told_once_and_so_is_its_recovery(db: Database) -> None:
    ops, count = Operators(db), Counting(db)
    for at in range(LOUD - 1):
        await count.runs(at, well=False)
        await ops.look(at)
    assert await ops.heard() == []
    for at in range(LOUD - 1, 60):
        await count.runs(at, well=False)
        await ops.look(at)
    (heard,) = await ops.heard()
    assert heard.startswith("The counting of numbers has been failing since")
    assert "the year 9999" in heard
    for at in range(60, 65):
        await count.runs(at, well=True)
        await ops.look(at)
    assert await ops.kinds() == ["job"]
    await count.runs(65, well=True)
    await ops.look(65)
    assert await ops.kinds() == ["job", "back"]
    assert (await ops.heard())[1] == "The counting of numbers works again."


async def test_another_failure_later_that_day_is_told_again(db: Database) -> None:
    ops, count = Operators(db), Counting(db)
    for begin in (0, 60):
        for at in range(begin, begin + 10):
            await count.runs(at, well=False)
            await ops.look(at)
        for at in range(begin + 10, begin + 40):
            await count.runs(at, well=True)
            await ops.look(at)
    assert await ops.kinds() == ["job", "back", "job", "back"]


async def test_a_job_is_not_well_while_one_of_two_workers_fails_on_it(db: Database) -> None:
    ops, bad, good = Operators(db), Counting(db, "count@a:1"), Counting(db, "count@b:1")
    for at in range(40):
        await bad.runs(at, well=False)
        await good.runs(at, well=True)
        await ops.look(at)
    assert await ops.kinds() == ["job"]
    await farewell(db, "count@a:1", now=minute(40))
    for at in range(40, 50):
        await good.runs(at, well=True)
        await ops.look(at)
    assert await ops.kinds() == ["job", "back"]


async def test_a_job_that_nobody_runs_is_not_said_to_work_again(db: Database) -> None:
    ops, count = Operators(db), Counting(db)
    for at in range(5):
        await count.runs(at, well=False)
    await farewell(db, count.name, now=minute(5))
    await ops.through(5, 60)
    assert await ops.kinds() == ["job"]


async def test_a_worker_that_died_says_nothing_of_its_jobs(db: Database) -> None:
    ops, count, other = Operators(db), Counting(db), Counting(db, "count@b:1")
    for at in range(5):
        await count.runs(at, well=False)
    for at in range(5, 20):  # the first was killed and has not beaten for a minute
        await other.runs(at + timedelta(seconds=1) / timedelta(minutes=1), well=True)
        await ops.look(at + 0.5)
    assert await ops.kinds() == ["job", "back"]
