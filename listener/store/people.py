"""Who is meant by a name, among those who wrote: for `rasid forget`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import mentions


@dataclass(frozen=True, slots=True)
class Person:
    """One author of one network. ``id`` is what ``forget.forget_author`` takes: the network's, or
    the handle where it gives none; ``handles``: all that were seen of them; ``names`` too."""

    network: str
    id: str
    handles: tuple[str, ...]
    names: tuple[str, ...]
    mentions: int


async def called(
    connection: AsyncConnection, name: str, network: str | None = None
) -> list[Person]:
    """Everybody whose id or handle is ``name`` (with or without @, in whatever case), on
    ``network`` or on all."""
    bare = name.strip().lstrip("@")
    m = mentions.c
    wanted = [name.strip(), bare, f"@{bare}"]
    is_meant = or_(m.author_id.in_(wanted), func.lower(m.author_handle).in_(
        [text.lower() for text in wanted]
    ))  # fmt: skip
    on = [m.network == network] if network else []
    return await _people(connection, and_(is_meant, *on))


async def author_of(connection: AsyncConnection, mention_id: int) -> list[Person]:
    """The author of one mention; none where it has none (or has lost it already)."""
    m = mentions.c
    found = await connection.execute(
        select(m.network, m.author_id, m.author_handle).where(m.id == mention_id)
    )
    row = found.one_or_none()
    if row is None or not (row.author_id or row.author_handle):
        return []
    same = m.author_id == row.author_id if row.author_id else m.author_handle == row.author_handle
    return await _people(connection, and_(m.network == row.network, same))


async def _people(connection: AsyncConnection, meant: object) -> list[Person]:
    m = mentions.c
    of = func.coalesce(m.author_id, m.author_handle)
    first = await connection.execute(select(m.network, of).where(meant).distinct())  # type: ignore[arg-type]
    people = []
    for network, key in sorted(first.all()):
        mine = or_(m.author_id == key, and_(m.author_id.is_(None), m.author_handle == key))
        rows = await connection.execute(
            select(m.author_handle, m.author_name, func.count())
            .where(m.network == network, mine)
            .group_by(m.author_handle, m.author_name)
        )
        seen = rows.all()
        people.append(
            Person(
                network,
                key,
                tuple(sorted({row[0] for row in seen if row[0]})),
                tuple(sorted({row[1] for row in seen if row[1]})),
                sum(row[2] for row in seen),
            )
        )
    return people
