"""Many rows through one INSERT that is compiled once: what a row costs is encoding its values.

SQLAlchemy's own ``execute(insert, rows)`` walks the statement's parameters for every row; on the
path of a mention that cost more than the database. The statement, its casts and its encoders are
SQLAlchemy's all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import JSON, Dialect, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

Encode = Callable[[list[Any]], list[Any]]
"""All values of one column as the driver takes them."""
Row = Mapping[str, Any]
_NEXT_IDS = text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
)


class Encoded(str):
    """JSON that is encoded already, for a JSON column: what repeats is encoded once."""

    __slots__ = ()


async def insert_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Row],
    *,
    keys: Sequence[str] | None = (),
    replace: bool = False,
) -> None:
    """Inserts ``rows``, which all carry the same columns. keys: of the conflict that is no error,
    empty for any, None where every conflict is one; ``replace``: the other columns then take the
    new values, else the row is left out."""
    if not rows:
        return
    names = tuple(rows[0])
    conflict = None if keys is None else (tuple(keys), replace)
    sql, plan = _prepared(table, names, conflict, connection.dialect)
    columns = [
        [row[name] for row in rows] if encode is None else encode([row[name] for row in rows])
        for name, encode in plan
    ]
    await connection.exec_driver_sql(sql, list(zip(*columns, strict=True)))


async def new_ids(connection: AsyncConnection, table: Table, count: int) -> Sequence[int]:
    """``count`` ids that no other row of ``table`` has or gets: an INSERT of many rows cannot
    return on both databases those that it made. On SQLite no other transaction writes meanwhile."""
    if connection.dialect.name == "postgresql":
        rows = await connection.execute(_NEXT_IDS, {"name": table.name, "count": count})
        return rows.scalars().all()
    last = (await connection.execute(select(func.max(table.c.id)))).scalar_one() or 0
    return range(last + 1, last + 1 + count)


@lru_cache(maxsize=256)
def _prepared(
    table: Table,
    names: tuple[str, ...],
    conflict: tuple[tuple[str, ...], bool] | None,
    dialect: Dialect,
) -> tuple[str, list[tuple[str, Encode | None]]]:
    """The statement, and column and encoder of each of its parameters."""
    statement = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    if conflict is not None:
        keys, replace = conflict
        changed = {name: statement.excluded[name] for name in names if name not in keys}
        if replace and changed:
            statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(keys) or None)
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    return str(compiled), [
        (name, _encoder(table.c[name].type, dialect)) for name in compiled.positiontup
    ]


def _encoder(of: TypeEngine[Any], dialect: Dialect) -> Encode | None:
    encode = _json if isinstance(of, JSON) else of.dialect_impl(dialect).bind_processor(dialect)
    return None if encode is None else partial(_each, encode)


def _each(encode: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """What stands in row after row, such as the time of the batch, is encoded once."""
    encoded = []
    last, result = object(), None
    for value in values:
        if value is not last:
            last, result = value, encode(value)
        encoded.append(result)
    return encoded


def _json(value: Any) -> str:
    if value.__class__ is Encoded:
        return str(value)
    return "[]" if value == [] else json.dumps(value)
