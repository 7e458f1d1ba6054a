"""Finding mentions by their words, as people type them."""

from __future__ import annotations

from sqlalchemy import and_, column, select, table
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.arabic import fold
from listener.store.search_index import FTS, has_index
from listener.store.storable import storable
from listener.store.tables import mentions

TRIGRAM = 3
"""Shorter words are not in the index; the rows that the longer ones leave are read for them."""


async def search(connection: AsyncConnection, text: str, *, limit: int) -> list[int]:
    """Ids of at most ``limit`` mentions that hold every word of ``text``, the newest row first.

    Words are found anywhere, also inside others (توصيل in والتوصيل), after folding both sides.
    ``%``, ``_``, quotes and the index's own operators are ordinary characters.
    """
    words = list(dict.fromkeys(fold(storable(text)).split()))
    if not words:
        return []
    found = select(mentions.c.id).where(
        and_(*(mentions.c.folded.contains(word, autoescape=True) for word in words))
    )
    long = [word for word in words if len(word) >= TRIGRAM]
    if long and connection.dialect.name == "sqlite" and await connection.run_sync(has_index):
        quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        index = table(FTS, column("rowid"))
        hits = select(index.c.rowid).where(sql(f"{FTS} MATCH :quoted").bindparams(quoted=quoted))
        found = found.where(mentions.c.id.in_(hits))
    rows = await connection.execute(found.order_by(mentions.c.id.desc()).limit(limit))
    return list(rows.scalars())
