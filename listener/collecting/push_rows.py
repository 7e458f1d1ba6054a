"""How it stands with each network that calls us: asked for, confirmed, told of something last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting.pace import Pace
from listener.store import tables as t
from listener.store.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class Subscription:
    """``callback`` None: nothing was asked for; a person enters the address. Times aware UTC."""

    network: str
    callback: str | None = None
    config: str | None = None
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    pace: Pace = field(default_factory=Pace)

    @property
    def confirmed(self) -> bool:
        """Whether the challenge of what was asked for last has come."""
        asked, came = self.asked_at, self.confirmed_at
        return asked is not None and came is not None and came >= asked


async def load(connection: AsyncConnection, network: str) -> Subscription | None:
    rows = await connection.execute(select(t.pushes).where(t.pushes.c.network == network))
    row = rows.mappings().one_or_none()
    return None if row is None else _of_row(row)


async def save(connection: AsyncConnection, subscription: Subscription) -> None:
    """All but what ``serve`` writes: when it was confirmed, and when it told of something."""
    pace = subscription.pace
    row = {
        "network": subscription.network,
        "callback": subscription.callback,
        "config": subscription.config,
        "asked_at": subscription.asked_at,
        "state": pace.state,
        "why": pace.why,
        "errors": pace.errors,
        "next_try": pace.next_try,
    }
    await upsert(connection, t.pushes, [row], keys=("network",))


async def forget(connection: AsyncConnection, network: str) -> None:
    await connection.execute(delete(t.pushes).where(t.pushes.c.network == network))


async def confirmed(connection: AsyncConnection, network: str, now: datetime) -> None:
    """Its challenge was answered. What waited for that is well now."""
    await _note(connection, network, confirmed_at=now)
    c = t.pushes.c
    await connection.execute(
        update(t.pushes)
        .where(c.network == network, c.state == "waiting")
        .values(state="ok", why=None, errors=0)
    )


async def told(connection: AsyncConnection, network: str, now: datetime) -> None:
    await _note(connection, network, last_at=now)


async def standings(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The ``pushes`` of ``rasid status --json``; times as ISO 8601 in UTC."""
    c = t.pushes.c
    rows = await connection.execute(select(t.pushes).order_by(c.network))
    return [
        {
            "network": row["network"],
            "callback": row["callback"],
            "state": row["state"],
            "why": row["why"],
            "errors": row["errors"],
            **{key: _iso(row[key]) for key in ("asked_at", "confirmed_at", "last_at", "next_try")},
        }
        for row in rows.mappings()
    ]


async def _note(connection: AsyncConnection, network: str, **times: datetime) -> None:
    await insert_new(connection, t.pushes, [{"network": network, "state": "ok", "errors": 0}])
    await connection.execute(update(t.pushes).where(t.pushes.c.network == network).values(**times))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _of_row(row: Any) -> Subscription:
    pace = Pace(row["state"], row["why"], row["errors"], row["next_try"])
    subscription = Subscription(row["network"], row["callback"], row["config"], pace=pace)
    return replace(subscription, asked_at=row["asked_at"], confirmed_at=row["confirmed_at"])
