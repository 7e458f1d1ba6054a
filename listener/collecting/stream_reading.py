"""One line of a stream that is open: its events are matched first and stored in batches."""

from __future__ import annotations

import asyncio

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from listener.clock import Clock, finished, unless
from listener.collecting.authors import Authors
from listener.collecting.batch import Batch, write
from listener.collecting.intake import Intake
from listener.collecting.lines import Lines, LineTooLongError
from listener.collecting.stream_paying import Tab
from listener.collecting.stream_source import StreamSource
from listener.collecting.stream_standing import Standing
from listener.networks.live import Subscribes
from listener.store.session import Database

MOST = 2000  # events in one transaction


class Reading:
    """``authors``: who completes what the stream does not say of its authors, where there is one.
    ``tab``: what is paid for the events, where they cost anything."""

    def __init__(
        self,
        source: StreamSource,
        standing: Standing,
        db: Database,
        intake: Intake,
        clock: Clock,
        *,
        authors: Authors | None = None,
        tab: Tab | None = None,
    ) -> None:
        self._source, self._standing, self._db = source, standing, db
        self._intake, self._clock, self._authors, self._tab = intake, clock, authors, tab
        # Looked at once: what a class offers is slow to tell, and events come by the thousand.
        self._speaks = source.stream if isinstance(source.stream, Subscribes) else None

    async def follow(self, socket: ClientConnection | Lines, stop: asyncio.Event) -> None:
        """Until the line breaks or falls silent, which is raised once all is stored."""
        source, batch = self._source, Batch()
        loop = asyncio.get_running_loop()
        alive = flushed = well = loop.time()
        broken: Exception | None = None
        while broken is None:
            try:
                async with asyncio.timeout(source.flush if batch.events else source.idle):
                    data = await self._next(socket)
                alive = loop.time()
                if data:
                    self._take(batch, data)
                elif alive - well >= source.idle:  # a sign of life: it may bring nothing for hours
                    well = alive
                    await self._standing.well()
            except TimeoutError:
                if loop.time() - alive >= source.idle:
                    if self._speaks is not None and self._speaks.quiet:
                        alive = loop.time()  # the websocket's pings are answered
                        await self._standing.well()
                    else:
                        broken = TimeoutError(f"nothing for {source.idle:.0f} s")
            except (WebSocketException, httpx.HTTPError, OSError, LineTooLongError) as error:
                broken = error
                if self._tab is not None and isinstance(error, LineTooLongError):
                    self._tab.took(None)
            due = self._tab is not None and self._tab.due()
            waited = loop.time() - flushed >= source.flush
            if broken or waited or due or batch.matched >= source.batch or batch.events >= MOST:
                if self._tab is not None:  # the money first: what is stored is paid for
                    await self._tab.onward()
                await self._flush(batch, stop)
                batch, flushed = Batch(), loop.time()
        raise broken

    async def _next(self, socket: ClientConnection | Lines) -> bytes:
        if self._tab is None:
            return await socket.recv(decode=False)
        self._tab.listening(True)
        try:
            return await socket.recv(decode=False)
        finally:
            self._tab.listening(False)

    def _take(self, batch: Batch, data: bytes) -> None:
        if self._speaks is not None:
            self._standing.said = self._speaks.refusal(data) or self._standing.said
        if self._tab is not None:
            self._tab.took(data)
        batch.take(self._source.stream, self._intake, data)

    async def _flush(self, batch: Batch, stop: asyncio.Event) -> None:
        if not batch.events:
            return
        if self._authors is not None and (arrived := batch.arrived()):
            completed = await unless(stop, self._authors.complete(arrived))
            if completed is not None:
                batch.complete(self._intake, completed)
        now, (onward, fresh) = self._clock.now(), self._standing.after(batch)
        network = self._source.stream.network
        writing = write(self._db, self._intake, batch, onward, network=network, now=now)
        ids = await finished(writing)
        self._standing.stored(onward, fresh)
        await self._intake.tell(ids)
