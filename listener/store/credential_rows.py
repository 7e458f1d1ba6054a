"""Tokens that were renewed, one row a network, and who is renewing one now.

The configured value is only the seed: what is here is newer, as long as it grew from the same seed.
Read by nobody but ``listener.collecting.renewing``: no status, export or log has any of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import credentials
from listener.store.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class Kept:
    """``tokens``: token, refresh_token. ``seed``: hash of the configured values it grew from.
    ``at``: when it was granted (None: it is the configured one). ``expires_at``: None where nobody
    said. Times are aware UTC."""

    network: str
    seed: str
    tokens: Mapping[str, str] = field(repr=False, default_factory=dict)
    at: datetime | None = None
    expires_at: datetime | None = None


async def load(connection: AsyncConnection, network: str) -> Kept | None:
    """What was kept last; None where nothing was. Raises ValueError where the row is broken."""
    result = await connection.execute(select(credentials).where(credentials.c.network == network))
    row = result.mappings().one_or_none()
    return _kept(row) if row is not None else None


async def take(
    connection: AsyncConnection, network: str, *, holder: str, now: datetime, until: datetime
) -> tuple[bool, Kept | None]:
    """Whether ``holder`` may renew it until ``until``, and what is kept now. One at a time: the row
    is leased by one conditional UPDATE."""
    c = credentials.c
    await insert_new(connection, credentials, [{"network": network, "tokens": "{}", "at": now}])
    taken = await connection.execute(
        update(credentials)
        .where(
            c.network == network,
            or_(c.taken_until.is_(None), c.taken_until <= now, c.taken_by == holder),
        )
        .values(taken_by=holder, taken_until=until)
    )
    return taken.rowcount == 1, await load(connection, network)


async def release(connection: AsyncConnection, network: str, *, holder: str) -> None:
    """Lets the next one try."""
    await connection.execute(
        update(credentials)
        .where(credentials.c.network == network, credentials.c.taken_by == holder)
        .values(taken_by=None, taken_until=None)
    )


async def keep(connection: AsyncConnection, kept: Kept) -> None:
    """Writes what was granted and ends the lease, whoever holds it: what was granted last is what
    the network knows."""
    row: dict[str, Any] = {
        "network": kept.network,
        "tokens": json.dumps(dict(kept.tokens)),
        "seed": kept.seed,
        "at": kept.at,
        "expires_at": kept.expires_at,
        "taken_by": None,
        "taken_until": None,
    }
    await upsert(connection, credentials, [row], keys=["network"])


def _kept(row: RowMapping) -> Kept | None:
    if row["seed"] is None:  # leased for the first time, nothing granted yet
        return None
    tokens = json.loads(row["tokens"])
    if not isinstance(tokens, dict) or not all(isinstance(v, str) for v in tokens.values()):
        raise ValueError(f"the row of {row['network']} in credentials is broken: delete it")
    return Kept(row["network"], row["seed"], tokens, row["at"], row["expires_at"])
