"""What a process says of itself with each heartbeat: how its jobs go, and whatever else it knows.

Reports are kept in memory and written with the heartbeat, in one transaction: a job that runs
every few seconds costs no write of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from listener.running.poison import Poison, reason

log = logging.getLogger(__name__)

LOUD = 3
"""Failures in a row, from which on the operators hear of a job."""

Tell = Callable[["ReportRun", datetime], Awaitable[None]]
"""Tells the operators of a job that keeps failing; may be called at every failure."""


@dataclass(slots=True)
class ReportRun:
    """One job of this process. ``every``: seconds; times are aware UTC."""

    job: str
    every: float
    now: Callable[[], datetime]
    tell: Tell | None = None
    poison: Poison[Any] | None = None
    failures: int = 0
    last_success: datetime | None = None
    last_failure: datetime | None = None
    failing_since: datetime | None = None
    why: str | None = None
    next_at: datetime | None = None
    fresh: bool = True  # not written yet

    def well(self, next_at: datetime | None = None) -> None:
        if self.failures:
            log.warning("%s: goes again, after %d failures", self.job, self.failures)
        self.failures, self.failing_since = 0, None
        self.last_success, self.next_at, self.fresh = self.now(), next_at, True

    async def failed(self, error: BaseException, next_at: datetime | None = None) -> None:
        now = self.now()
        self.failures += 1
        self.failing_since = self.failing_since or now
        self.last_failure, self.next_at, self.fresh = now, next_at, True
        self.why = reason(error)
        if self.failures < LOUD or self.tell is None:
            return
        try:
            await self.tell(self, now)
        except Exception as untold:  # the row, the log and the next failure say it
            log.warning("%s: the operators could not be told: %s", self.job, type(untold).__name__)

    def row(self) -> dict[str, Any]:
        """As ``jobs`` keeps it, without the worker."""
        return {
            "job": self.job,
            "every": self.every,
            "failures": self.failures,
            "last_success": self.last_success,
            "last_failure": self.last_failure,
            "why": self.why,
            "next_at": self.next_at,
            "skipped": self.poison.listed() if self.poison is not None else [],
        }


@dataclass(slots=True)
class Pulse:
    """``facts``: further things that go into the heartbeat's ``detail``, asked at each beat.
    ``trouble``: the database's fault (``store.faults``) while no heartbeat can be written, and for
    one beat longer: others' may be as late as ours was."""

    facts: dict[str, Callable[[], Any]] = field(default_factory=dict)
    trouble: str | None = None
    _reports: dict[str, ReportRun] = field(default_factory=dict)

    def report(
        self,
        job: str,
        every: float,
        now: Callable[[], datetime],
        *,
        tell: Tell | None = None,
        poison: Poison[Any] | None = None,
    ) -> ReportRun:
        """A new report; it takes the place of an earlier one of the same name."""
        report_run = self._reports[job] = ReportRun(job, every, now, tell, poison)
        return report_run

    def detail(self) -> dict[str, Any]:
        return {name: ask() for name, ask in self.facts.items()}

    def unwritten(self) -> list[ReportRun]:
        """Reports that changed since ``written``."""
        return [report for report in self._reports.values() if report.fresh]
