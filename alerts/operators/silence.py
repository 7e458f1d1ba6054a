"""Sources that went silent, told to the operators: with an error, or without one.

A source that fails tells its reason. One that answers but brings nothing is the worse kind: nobody
sees it. It counts as silent when a day brought nothing although the six days before brought five
posts a day or more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.outbox.notices import add_notices, notice_row
from listener.settings import Settings
from listener.store.session import Database
from listener.store.standing import sources
from listener.store.tables import ledger, notices
from listener.words import Words, words

FAILS_FOR = timedelta(minutes=30)
"""A source may fail for so long, restarts and rate limits of networks included."""
DAY = timedelta(days=1)
DAYS_BEFORE = 6
A_DAY = 5
"""Posts a day, below which a day without any is nothing unusual."""

Kind = Literal["failing", "refused", "empty", "back"]


@dataclass(frozen=True, slots=True)
class Silence:
    """``why``: the source's own words, None where it gave none."""

    kind: Kind
    network: str
    read: str
    why: str | None = None
    since: datetime | None = None


async def tell_silence(db: Database, settings: Settings, *, now: datetime) -> int:
    """Queues a message to ``service.operators`` for each source that is silent, once a day, and
    one when it is back. Returns how many it queued. Without operators it does nothing: the log
    and ``rasid status`` say it all the same."""
    channel = settings.service.operators
    if channel is None:
        return 0
    said = words(settings.service.language, settings.service.digits)
    async with db.reading() as connection:
        found = judge(await sources(connection, now), await _volumes(connection, now), now)
        told = await _told_today(connection, now)
    rows = [
        notice_row(
            subject(silence, now),
            channel,
            "text",
            0,
            now,
            body={"text": text(silence, said, settings.service.zone)},
        )
        for silence in found
        if subject(silence, now) not in told
        and (silence.kind != "back" or _spoken_of(silence, told))
    ]
    if rows:
        async with db.writing() as connection:
            await add_notices(connection, rows)
    return len(rows)


def judge(
    rows: Iterable[dict[str, Any]], volumes: dict[tuple[str, str], tuple[int, int]], now: datetime
) -> list[Silence]:
    """Pure. ``rows`` as ``rasid status`` has them; ``volumes``: what each source fetched in the
    last day and in the six days before."""
    found = []
    for row in rows:
        network, read, state = row["network"], row["read"], row["state"]
        last = datetime.fromisoformat(row["last_success"]) if row["last_success"] else None
        today, before = volumes.get((network, read), (0, 0))
        if state == "refused":
            found.append(Silence("refused", network, read, row["why"], last))
        elif row["errors"] and (last is None or now - last > FAILS_FOR):
            found.append(Silence("failing", network, read, row["why"], last))
        elif state == "ok" and not today and before >= A_DAY * DAYS_BEFORE:
            found.append(Silence("empty", network, read, None, now - DAY))
        elif state == "ok":
            found.append(Silence("back", network, read))
    return found


def subject(silence: Silence, now: datetime) -> str:
    """Names the message: one a source, kind and UTC day."""
    return f"ops:source:{now:%Y-%m-%d}:{silence.kind}:{silence.network}:{silence.read}"


def text(silence: Silence, said: Words, zone: Any) -> str:
    """The message, in the service's language."""
    values = {"source": said.aside(f"{silence.network} {silence.read}")}
    if silence.kind != "back":
        values["since"] = (
            said.moment(silence.since, zone) if silence.since else said.say("source.never")
        )
        values["why"] = said.aside(silence.why or "-")
    return said.say(f"source.{silence.kind}", **values)


def _spoken_of(silence: Silence, told: set[str]) -> bool:
    """Whether its silence was told; only then is its return worth a word."""
    end = f":{silence.network}:{silence.read}"
    return any(each.endswith(end) and ":back:" not in each for each in told)


async def _volumes(
    connection: AsyncConnection, now: datetime
) -> dict[tuple[str, str], tuple[int, int]]:
    lately = ledger.c.at > now - DAY
    rows = await connection.execute(
        select(
            ledger.c.network,
            ledger.c.read,
            func.sum(case((lately, ledger.c.fetched), else_=0)),
            func.sum(case((lately, 0), else_=ledger.c.fetched)),
        )
        .where(ledger.c.kind == "window", ledger.c.at > now - DAY * (DAYS_BEFORE + 1))
        .group_by(ledger.c.network, ledger.c.read)
    )
    return {(network, read): (int(new), int(old)) for network, read, new, old in rows}


async def _told_today(connection: AsyncConnection, now: datetime) -> set[str]:
    rows = await connection.execute(
        select(notices.c.subject).where(notices.c.subject.startswith(f"ops:source:{now:%Y-%m-%d}:"))
    )
    return set(rows.scalars())
