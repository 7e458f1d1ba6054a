"""Bluesky's live stream, Jetstream v1, about the world."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime

from aiohttp import WSCloseCode, web

from listener.demo import wire
from listener.demo.sites.base import Clock, number
from listener.demo.world import World, changes

_TICK = 0.02


class Jetstream:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.events = [
            wire.event(when, operation, what, order)
            for order, (when, operation, what) in enumerate(changes(world))
        ]

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        start = number(request.query.get("cursor"), _micros(self.clock()))
        due = [event for event in self.events if event["time_us"] >= start]
        reader = asyncio.create_task(self._until_closed(socket))
        try:
            while not socket.closed and not reader.done():
                if self.world.fault("jetstream", self.clock()):
                    await socket.close(code=WSCloseCode.SERVICE_RESTART)
                    break
                now = _micros(self.clock()) + 999  # an event of this very millisecond is due
                while due and due[0]["time_us"] <= now:
                    await socket.send_str(json.dumps(due.pop(0), ensure_ascii=False))
                await asyncio.sleep(_TICK)
        except ConnectionError:
            pass  # the client left in the middle of a send
        finally:
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader
        return socket

    async def _until_closed(self, socket: web.WebSocketResponse) -> None:
        async for _ in socket:
            pass


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1000) * 1000
