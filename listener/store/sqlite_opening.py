"""Opening SQLite's file in a thread of its own, which has ended when that fails.

aiosqlite leaves the thread to itself then: it answers to a loop that may be closed by that time,
and says so on stderr with a traceback.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiosqlite


async def connected(*given: Any, **named: Any) -> aiosqlite.Connection:
    """SQLAlchemy's ``async_creator_fn``."""
    connection = aiosqlite.connect(*given, **named)
    thread = connection._thread
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        if thread.ident is not None:
            await asyncio.to_thread(thread.join)
        raise
