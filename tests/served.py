"""Our routes over real HTTP on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from aiohttp import web

from listener.serving.app import LIMITS, HttpLimits, application
from listener.serving.listen import serve


@dataclass
class Served:
    port: int
    client: httpx.AsyncClient

    async def raw(self, data: bytes, *, ending: bool = False) -> bytes:
        """What comes back for bytes written as they are; ``ending``: nothing more is sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            await writer.drain()
            if ending:
                writer.write_eof()
            async with asyncio.timeout(10):  # far beyond any limit that a test sets
                return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def serving(*routes: web.RouteDef, limits: HttpLimits = LIMITS) -> AsyncIterator[Served]:
    """Routes over real HTTP, as ``listener.serving.listen.serve`` serves them."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    app = application(routes, limits)
    running = asyncio.create_task(
        serve(app, "127.0.0.1:0", stop, limits=limits, ready=port.set_result)
    )
    address = f"http://127.0.0.1:{await port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield Served(port.result(), client)
    stop.set()
    await running
