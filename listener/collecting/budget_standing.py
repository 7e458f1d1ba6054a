"""How every budget stands, as ``rasid status`` tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting.limits import Limit, period
from listener.networks.allowance import Span
from listener.store import spending_rows
from listener.store.spending_rows import Key


async def budgets(
    connection: AsyncConnection, networks: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    """The ``budgets`` of ``rasid status --json``: one for each limit of each allowance of
    ``networks``, of the credential that was read with last. Times as ISO 8601 in UTC.

    ``used``, ``reserved`` (asked, not answered yet) and ``most`` in ``unit``, in the ``per``
    ("day", "month", or seconds of a rolling span) that ends at ``until`` (None: rolling).
    ``planned``: what the polls take of it in such a period; None where that is what comes.
    ``stretched``: kinds of reads that are polled less often for it. ``left_out``: things that are
    never asked for. ``stopped_until``: a poll could not be paid for; None where all can.
    """
    found, seen = [], set[tuple[str, str]]()
    for row in await spending_rows.all_budgets(connection):
        of = (row["network"], row["allowance"])
        if row["network"] in networks and of not in seen:
            seen.add(of)
            found += [await _one(connection, row, written, now) for written in row["limits"]]
    return found


async def _one(
    connection: AsyncConnection, row: Mapping[str, Any], written: list[Any], now: datetime
) -> dict[str, Any]:
    most, per, zone, ours, distinct = written
    span: Span = per if per in ("day", "month") else timedelta(seconds=per)
    limit = Limit(most, span, zone, ours)
    begin, end = period(limit, now)
    key = Key(row["network"], row["credential"], row["allowance"])
    rolling = span if isinstance(span, timedelta) else None
    if distinct:
        things = await spending_rows.things(connection, key, begin, everyone=ours)
        used, reserved = float(len(things)), 0.0
    else:
        taken = await spending_rows.taken(
            connection, key, now, rolling=rolling, begin=None if rolling else begin, everyone=ours
        )
        used, reserved = taken.settled, taken.asking
    stopped, planned = row["stopped_until"], row["planned"]
    length = rolling or end - begin
    return {
        "network": row["network"],
        "allowance": row["allowance"],
        "unit": row["unit"],
        "used": used,
        "reserved": reserved,
        "most": most,
        "per": per,
        "until": None if rolling else end.isoformat(),
        "planned": None if planned is None else round(planned * length.total_seconds(), 3),
        "stretched": [
            {"kind": kind, "reads": reads, "every_seconds": every, "to_seconds": to}
            for kind, reads, every, to in row["stretched"] or ()
        ],
        "left_out": row["left_out"] or [],
        "stopped_until": stopped.isoformat() if stopped and stopped > now else None,
    }
