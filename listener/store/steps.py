"""The two kinds of work that are taken by lease, and which rows of each are free to be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import matches, mentions

IDS = 5_000
"""Ids of a hint that are looked at; the sweep finds the rest."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: the rows of ``table`` in state ``waiting``, which ends in ``done``.
    reads: the columns that a worker is given beside the keys and the lease."""

    table: Table
    keys: tuple[str, ...]
    reads: tuple[str, ...]
    hint: str
    waiting: str
    done: str

    @property
    def columns(self) -> list[Any]:
        return [self.table.c[name] for name in self.keys]

    @property
    def taken(self) -> list[Any]:
        return [self.table.c[name] for name in (*self.keys, *self.reads, *LEASE)]

    def key(self, row: Row[Any]) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.keys)

    def these(self, connection: AsyncConnection, rows: Sequence[Row[Any]]) -> ColumnElement[bool]:
        """True for exactly ``rows``; by the index of the key, whatever the statistics say."""
        first, *rest = self.columns
        if not rest:
            return among(connection, first, [row[0] for row in rows])
        by_rest: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            head, *tail = self.key(row)
            by_rest.setdefault(tuple(tail), []).append(head)
        groups = (
            and_(
                among(connection, first, heads), *(c == v for c, v in zip(rest, tail, strict=True))
            )
            for tail, heads in by_rest.items()
        )
        return or_(false(), *groups)


LEASE = ("taken_by", "taken_until", "tries")
LABEL = Work(
    mentions, ("id",), ("native_id", "revision", "text", "text_key"), "id", "collected", "labelled"
)
DECIDE = Work(
    matches, ("mention_id", "brand_id"), ("revision",), "mention_id", "waiting", "decided"
)


def free_rows(
    connection: AsyncConnection, work: Work, now: datetime, ids: Sequence[int] | None
) -> list[ColumnElement[bool]]:
    """What must hold of a row that nobody holds. ids: only of these mentions, or of any."""
    table = work.table
    free = [
        # Written out: with a parameter neither database would use the partial index of this state.
        table.c.state == bindparam(None, work.waiting, literal_execute=True),
        or_(table.c.taken_until.is_(None), table.c.taken_until < now),
    ]
    if ids is not None:
        free.append(among(connection, table.c[work.hint], ids[:IDS]))
    return free


def readiness(work: Work, ids: Sequence[int] | None) -> list[list[ColumnElement[bool]]]:
    """What else must hold of a free row: any of these, tried in this order.

    Most matches that can be decided are older than every mention that waits for its label: that is
    a range of their index. The others are looked up one by one, behind a backlog all of it, so they
    are asked for only where the range is empty.
    """
    if work is not DECIDE:
        return [[]]
    labelled = select(mentions.c.id).where(
        mentions.c.id == matches.c.mention_id,
        or_(mentions.c.state != LABEL.waiting, mentions.c.gone_at.is_not(None)),
    )
    if ids is not None:
        return [[labelled.exists()]]
    waiting: Any = bindparam(None, LABEL.waiting, literal_execute=True)
    oldest = select(func.min(mentions.c.id)).where(mentions.c.state == waiting).scalar_subquery()
    return [[matches.c.mention_id < func.coalesce(oldest, 2**63 - 1)], [labelled.exists()]]
