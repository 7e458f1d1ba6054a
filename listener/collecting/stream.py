"""Live streams, by websocket or a long HTTP answer (``lines``): opened, followed, opened again.

The cursor is written in the transaction that stores a batch (``stream_reading``): after a crash the
stream is asked for what came since, and what comes twice is the store's to drop. An event too large
to be looked at is counted (``batch``); one too large to be read at all is stepped over, and the gap
told (``stream_standing``). What events cost is paid ahead (``stream_paying``). Proxies and own
certificate authorities are honoured by ``websockets`` itself (HTTPS_PROXY, SSL_CERT_FILE).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode

from listener.clock import Clock, unless
from listener.collecting.authors import Authors
from listener.collecting.credentials import Fixed, Provides
from listener.collecting.granting import NotGrantedError
from listener.collecting.intake import Intake, database_trouble, short
from listener.collecting.lines import AHEAD, Lines, LinesRefusedError, LineTooLongError, open_lines
from listener.collecting.pace import Held
from listener.collecting.stream_paying import Tab
from listener.collecting.stream_reading import Reading
from listener.collecting.stream_source import StreamSource
from listener.collecting.stream_standing import Standing
from listener.collecting.websocket import open_websocket, refusal
from listener.networks.base import BadPage
from listener.networks.live import Lined, Subscribes
from listener.records import Credential
from listener.store.session import Database

log = logging.getLogger(__name__)
LARGEST_FRAME = 2**24
"""Bytes of one message that are read, to know where the next one begins; it bounds the memory."""


class _HeldError(Exception):
    """The stream is not open, because its budget does not pay for it."""

    def __init__(self, held: Held) -> None:
        super().__init__(held.why)
        self.held = held


class Follower:
    """Keeps one stream open. ``run`` returns when ``stop`` is set, what it holds being stored.
    ``authors``: who completes what the stream does not say of its authors, where there is one.
    ``largest``: as ``LARGEST_FRAME``. ``tab``: what is paid for its events, where they cost
    anything. ``covered``: as of ``Standing``."""

    def __init__(
        self,
        source: StreamSource,
        db: Database,
        intake: Intake,
        clock: Clock,
        *,
        authors: Authors | None = None,
        credentials: Provides | None = None,
        largest: int = LARGEST_FRAME,
        jitter: Callable[[], float] = random.random,
        tab: Tab | None = None,
        covered: bool = False,
    ) -> None:
        self._source, self._clock, self._largest = source, clock, largest
        self._credentials, self._tab = credentials or Fixed(), tab
        self._standing = Standing(
            source, db, clock, largest=largest, jitter=jitter, covered=covered
        )
        self._reading = Reading(source, self._standing, db, intake, clock, authors=authors, tab=tab)

    async def run(self, stop: asyncio.Event) -> None:
        loaded, standing = False, self._standing
        while not stop.is_set():
            status: int | None = None
            retry_after: float | None = None
            try:
                if not loaded:
                    wait = await standing.load()
                    loaded = True
                    if wait > 0:
                        await unless(stop, self._clock.sleep(wait))
                await self._connected(stop)
                continue  # stopped, or closed for want of money
            except _HeldError as error:
                wait = await standing.held(error.held)
                await unless(stop, self._clock.sleep(wait))
                continue
            except InvalidStatus as error:
                status = error.response.status_code
                retry_after, why = standing.refused(refusal(error))
            except LinesRefusedError as error:
                status = error.response.status_code
                status = 500 if status < 400 else status  # it says no in what it answers
                retry_after, why = standing.refused(error.response)
            except NotGrantedError as error:
                status, why = 401, error.trouble.why
            except ConnectionClosed as error:
                why = short(error)
                if error.sent and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
                    why = await standing.beyond()
            except LineTooLongError:
                why = await standing.beyond()
            except (OSError, WebSocketException, httpx.HTTPError, httpx.InvalidURL) as error:
                why = short(error)
            except BadPage as error:
                status, why = 500, str(error)
            except Exception as error:
                if not database_trouble(error):
                    log.exception("%s: %s", self._source.name, short(error))
                why, status = short(error), 500  # not the network's fault: the slower backoff
            if stop.is_set():
                return
            delay = await standing.broke(why, status, retry_after)
            await unless(stop, self._clock.sleep(delay))

    async def _connected(self, stop: asyncio.Event) -> None:
        """Returns when told to stop, or when the line was closed because no more is paid for."""
        credential = await self._credentials.credential(self._source.stream.network)
        tab = self._tab
        if tab is None:
            await self._followed(credential, stop)
            return
        if (held := await tab.begin()) is not None:
            raise _HeldError(held)
        try:
            await self._followed(credential, stop)
        except (ConnectionError, ConnectionClosed):
            if not tab.over.is_set():
                raise
        finally:
            await tab.end()

    async def _followed(self, credential: Credential | None, stop: asyncio.Event) -> None:
        stream, queries = self._source.stream, self._source.queries
        socket = await unless(stop, self._opening(credential))
        if socket is None:
            return
        async with socket:
            tab = self._tab
            closing = [asyncio.create_task(_close_on(stop, socket, tab))]
            if tab is not None:
                closing.append(asyncio.create_task(_close_on(tab.over, socket, tab)))
            try:
                await self._standing.opened()
                if isinstance(stream, Subscribes) and not isinstance(socket, Lines):
                    for message in stream.subscriptions(queries):
                        await socket.send(message)
                await self._reading.follow(socket, stop)
            finally:
                for task in closing:
                    task.cancel()

    async def _opening(self, credential: Credential | None) -> ClientConnection | Lines:
        stream, queries, largest = self._source.stream, self._source.queries, self._largest
        cursor, now = self._standing.position, self._clock.now()
        if isinstance(stream, Lined):
            ahead = AHEAD if self._tab is None else self._tab.ahead
            return await open_lines(
                stream, queries, cursor=cursor, credential=credential, largest=largest, now=now,
                ahead=ahead,
            )  # fmt: skip
        return await open_websocket(
            stream, queries, cursor=cursor, credential=credential, largest=largest
        )


async def _close_on(told: asyncio.Event, socket: ClientConnection | Lines, tab: Tab | None) -> None:
    await told.wait()
    if tab is not None:
        await tab.quiet()
    await socket.close()
