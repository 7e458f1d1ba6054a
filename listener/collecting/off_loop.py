"""Reading answers beside the event loop.

A feed of megabytes takes seconds to read. On the loop nothing else would move meanwhile: answers
that came in time would count as late, and their sites as slow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx

T = TypeVar("T")

SMALL = 16_384
"""Bytes that are read at once: going to a thread and back would take longer."""
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="parse")
"""Two, so that one large answer does not keep the others waiting."""
_SLOWLY = ThreadPoolExecutor(max_workers=1, thread_name_prefix="parse-slow")


async def off_loop(
    parse: Callable[[httpx.Response], T], response: httpx.Response, *, slowly: bool = False
) -> T:
    """What ``parse`` makes of ``response``; raises what it raises. ``slowly``: it took long before,
    and waits for others that did."""
    if len(response.content) <= SMALL:
        return parse(response)
    return await asyncio.get_running_loop().run_in_executor(
        _SLOWLY if slowly else _READERS, parse, response
    )
