"""Until when tokens are good that their networks tell of (``networks.base.Expires``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import credentials, expiries
from listener.store.upsert import upsert

WEEK, DAY = timedelta(days=7), timedelta(days=1)

State = Literal["good", "dead", "untold"]
Stage = Literal["good", "week", "day", "dead"]
"""week, day: it ends within that, and nobody renews it."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """``token``: hash of the values it was asked of. ``state``: good; dead: the network refused it,
    and ``why``; untold: the network does not let itself be asked. ``renews``: Rasid renews it.
    Times are aware UTC."""

    network: str
    token: str
    state: State
    expires_at: datetime | None
    renews: bool
    asked_at: datetime
    why: str | None = None

    def stage(self, now: datetime) -> Stage:
        """How near its end is at ``now``."""
        left = self.expires_at - now if self.expires_at else None
        if self.state == "dead" or (left is not None and left <= timedelta(0)):
            return "dead"
        if left is None or self.renews or left > WEEK:
            return "good"
        return "day" if left <= DAY else "week"


async def load(connection: AsyncConnection, network: str | None = None) -> dict[str, Expiry]:
    """By network; of one, or of all."""
    wanted = select(expiries) if network is None else (
        select(expiries).where(expiries.c.network == network)
    )  # fmt: skip
    rows = await connection.execute(wanted.order_by(expiries.c.network))
    return {row["network"]: Expiry(**row) for row in rows.mappings()}


async def save(connection: AsyncConnection, told: Expiry) -> None:
    """One row a network."""
    await upsert(connection, expiries, [asdict(told)], keys=["network"])


async def tokens(
    connection: AsyncConnection, networks: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    """The ``tokens`` of ``rasid status --json``, of ``networks``: those whose end is known or that
    are dead. ``stage``: good, week, day, dead. ``renews``: by itself. Times as ISO 8601 in UTC."""
    known: dict[str, Mapping[str, Any]] = {}
    c = credentials.c
    rows = await connection.execute(
        select(c.network, c.expires_at).where(c.seed.is_not(None), c.expires_at.is_not(None))
    )
    for network, until in rows:  # an end that has passed is one that waits to be asked anew
        known[network] = {"stage": "good", "expires_at": until, "renews": True, "why": None}
    for network, told in (await load(connection)).items():
        stage = told.stage(now)
        if stage != "good" or (told.expires_at and network not in known):
            known[network] = {
                "stage": stage,
                "expires_at": told.expires_at,
                "renews": told.renews,
                "why": told.why,
            }
    return [
        {"network": name, **of, "expires_at": _iso(of["expires_at"])}
        for name, of in sorted(known.items())
        if name in networks
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
