"""The weekly (or monthly) summary of a brand: of the rows as they are (or the seal of rows that are
gone), made if missing, sent once.

A summary is a notice whose subject names brand and span, so that two runs of the job, or a job that
missed its minute, make one message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.comparing import Compared, compare, is_open
from alerts.numbers.numbers import Numbers, mentions_in, numbers
from alerts.numbers.reason import Reason, reason_of
from alerts.numbers.seals import Seal, seal_of
from alerts.numbers.spans import Span, WeekStart
from listener.store.bias_rows import newest
from listener.store.drawing import Scope
from listener.store.sample_rows import standings
from listener.store.tables import alerts, notices


@dataclass(frozen=True, slots=True)
class SampleState:
    """How the brand's own sample for its labels stands: ``open`` texts wait for a person in one
    that is begun; ``labelled`` in all; ``right``: share of labels that leave-one-out finds right,
    with what is in use now, None where nothing was fitted; ``used``: a bias is."""

    labelled: int = 0
    open: int = 0
    right: float | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What one summary says. ``compared`` holds what came before, or why nothing is compared;
    ``running`` is the moment up to which a span that is not over was counted, else None."""

    brand: str
    span: Span
    now: Numbers
    compared: Compared
    running: datetime | None = None
    alerts: int = 0
    claimed: int = 0
    resolved: int = 0
    first_claim_minutes: int | None = None  # median from alert to first claim
    voice: Mapping[str, int] = field(default_factory=dict)  # mentions of it and its competitors
    labelled_by: Sequence[str] = ()
    sealed: bool = False  # rows of the span are gone: its numbers are those of when they went
    reason: Reason | None = None  # a week's, where one day stands out
    sample: SampleState | None = None  # None: nobody asks for one here (a competitor, a month)

    def as_json(self) -> str:
        """Numbers as they are, first and last day, zone; unknown is null."""
        content: dict[str, Any] = asdict(self)
        content["span"] = {
            "kind": self.span.kind,
            "name": self.span.name,
            "first": self.span.first.isoformat(),
            "last": self.span.last.isoformat(),
            "zone": self.span.zone,
        }
        return json.dumps(content, ensure_ascii=False, indent=2, default=_plain)


async def summarise(
    connection: AsyncConnection,
    brand: str,
    span: Span,
    *,
    brand_ids: Mapping[str, int],
    hashtags: Sequence[str],
    competitors: Sequence[str],
    starts: WeekStart,
    now: datetime,
    sample: bool = False,
) -> Summary:
    """The summary of ``brand`` over ``span``: of its rows now, or from its seal where they are kept
    no longer, with what it may be compared with at ``now``. sample: say how the sample for its
    labels stands, too."""
    brand_id = brand_ids[brand]
    closed = await seal_of(connection, brand_id, span.key)
    current = await _numbers(connection, brand_id, span, closed, hashtags)
    compared = await compare(connection, brand_id, span, current, starts=starts, now=now)
    voice = {brand: current.mentions}
    for other in competitors:
        voice[other] = await _mentions(connection, brand_ids[other], span)
    opened = (
        await connection.execute(
            select(alerts.c.state, alerts.c.opened_at, alerts.c.claimed_at).where(
                alerts.c.brand_id == brand_id,
                alerts.c.opened_at >= span.since,
                alerts.c.opened_at < span.until,
            )
        )
    ).all()
    waits = [(row.claimed_at - row.opened_at).total_seconds() for row in opened if row.claimed_at]
    return Summary(
        brand=brand,
        span=span,
        now=current,
        compared=compared,
        running=now if is_open(span, now) else None,
        alerts=len(opened),
        claimed=len(waits),
        resolved=sum(row.state == "resolved" for row in opened),
        first_claim_minutes=round(median(waits) / 60) if waits else None,
        voice=voice if competitors else {},
        labelled_by=current.labelled_by,
        sealed=closed is not None,
        reason=await reason_of(connection, brand_id, span, now=now)
        if span.kind == "week" and closed is None
        else None,
        sample=await sample_state(connection, brand_id) if sample else None,
    )


async def sample_state(connection: AsyncConnection, brand_id: int) -> SampleState:
    """Of the brand on all networks, as it is now, whatever the span of the summary."""
    every = await standings(connection, Scope(brand_id))
    bias = await newest(connection, Scope(brand_id))
    used = bias is not None and bias["since"] is not None
    measured = bias["measured"]["after" if used else "before"] if bias else {}
    return SampleState(
        labelled=sum(standing.labelled for standing in every),
        open=sum(standing.open for standing in every),
        right=measured.get("accuracy"),
        used=used,
    )


async def _mentions(connection: AsyncConnection, brand_id: int, span: Span) -> int:
    closed = await seal_of(connection, brand_id, span.key)
    if closed is not None:
        return closed.numbers.mentions
    return await mentions_in(connection, brand_id, since=span.since, until=span.until)


async def _numbers(
    connection: AsyncConnection,
    brand_id: int,
    span: Span,
    closed: Seal | None,
    hashtags: Sequence[str],
) -> Numbers:
    if closed is not None:
        return closed.numbers
    return await numbers(
        connection, brand_id, since=span.since, until=span.until, hashtags=hashtags
    )


def subject(brand_id: int, span: Span) -> str:
    """Names the summary: one message a brand, span and channel."""
    return f"summary:{brand_id}:{span.name}"


async def missing(connection: AsyncConnection, brand_id: int, span: Span, channel: str) -> bool:
    """True while no notice for this summary was ever written."""
    result = await connection.execute(
        select(notices.c.id).where(
            notices.c.subject == subject(brand_id, span), notices.c.channel == channel
        )
    )
    return result.first() is None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
