"""Jobs of our own that keep failing: told to the operators once when it begins, and once when it
has been well again for a while. The process that fails tells it itself, for the job that watches
the sources may be the one that fails; the end is told by whoever watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.operators.naming import job_name
from alerts.operators.outages import begin, tell
from listener.running.pulse import ReportRun
from listener.settings import Settings
from listener.store.session import Database
from listener.words import words

JOB = "job:"
"""Begins the subject of such an outage."""


async def tell_failing(db: Database, settings: Settings, report: ReportRun, now: datetime) -> None:
    """To be called at each failure from the third in a row on; it is told once."""
    channel = settings.service.operators
    wording = words(settings.service.language, settings.service.digits)
    began = report.failing_since or now
    async with db.writing() as connection:
        outage = await begin(connection, f"{JOB}{report.job}", "job", report.why, began)
        if channel is None:
            return
        text = wording.say(
            "job.failing",
            job=job_name(report.job, wording),
            since=wording.moment(began, settings.service.zone),
            why=wording.aside(report.why or "-"),
        )
        await tell(connection, outage, channel, text, now)


def well_again(standings: Sequence[Mapping[str, Any]], job: str) -> bool:
    """``standings``: the ``jobs`` of ``status``. True: somebody runs the job and nobody fails."""
    mine = [standing for standing in standings if standing["job"] == job]
    return bool(mine) and all(standing["state"] == "ok" for standing in mine)
