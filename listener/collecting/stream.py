"""Live streams, by websocket or a long HTTP answer (``lines``): matched first, stored in batches
with the cursor, reconnected.

The cursor is the position of the last event that was stored or found to concern nobody, written in
the transaction that stores its batch: after a crash the stream is asked for what came since, and
what comes twice is the store's to drop. Only what is new is progress: a line that brings the same
events again and breaks is opened less and less often. An event too large to be looked at is counted
(``batch``); one too large to be read at all is stepped over, and the gap told. Proxies and own
certificate authorities are honoured by ``websockets`` itself (HTTPS_PROXY, SSL_CERT_FILE).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode

from listener.clock import Clock, finished, unless
from listener.collecting import cursors, ledger, pace, walk
from listener.collecting.authors import Authors
from listener.collecting.batch import Batch, write
from listener.collecting.complaints import Complaints
from listener.collecting.credentials import Fixed, Provides
from listener.collecting.cursors import Cursor
from listener.collecting.granting import NotGrantedError
from listener.collecting.intake import Intake, database_trouble, short
from listener.collecting.lines import Lines, LinesRefusedError, LineTooLongError, open_lines
from listener.collecting.websocket import open_websocket, refusal
from listener.networks import failures
from listener.networks.base import BadPage, Trouble, Wait
from listener.networks.live import Lined, Steps, Stream, Subscribes
from listener.records import Credential, Query
from listener.store.session import Database

log = logging.getLogger(__name__)
READ = "stream"
MOST = 2000  # events in one transaction
REPLAY = timedelta(hours=24)
LARGEST_FRAME = 2**24
"""Bytes of one message that are read, to know where the next one begins; it bounds the memory."""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """``replay``: how far back it can be asked for what was missed; None if not at all. ``idle``:
    so long without any event means the line is dead."""

    stream: Stream
    queries: Sequence[Query] = ()
    replay: timedelta | None = REPLAY
    idle: float = 60.0
    batch: int = 200
    flush: float = 2.0  # seconds between two writes

    @property
    def name(self) -> str:
        return self.stream.name


class Follower:
    """Keeps one stream open. ``run`` returns when ``stop`` is set, what it holds being stored.
    ``authors``: who completes what the stream does not say of its authors, where there is one.
    ``largest``: as ``LARGEST_FRAME``."""

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
    ) -> None:
        self._authors, self._credentials = authors, credentials or Fixed()
        self._largest = largest
        self._source, self._db, self._intake, self._clock = source, db, intake, clock
        self._jitter = jitter
        self._complaints = Complaints(clock, log)
        self._cursor = Cursor(source.name, READ)
        self._tries = 0  # connections in a row that brought nothing new
        self._opened = 0.0
        self._adrift = False  # the network no longer knows our position
        self._said: str | None = None  # what the server refused of the stream that is open
        self._step = 1.0  # seconds that the next unreadable event is stepped over by

    async def run(self, stop: asyncio.Event) -> None:
        loaded = False
        while not stop.is_set():
            status: int | None = None
            retry_after: float | None = None
            try:
                if not loaded:
                    await self._load(stop)
                    loaded = True
                await self._connected(stop)
                continue  # stopped
            except InvalidStatus as error:
                status = error.response.status_code
                retry_after, why = self._refused(refusal(error))
            except LinesRefusedError as error:
                status = error.response.status_code
                status = 500 if status < 400 else status  # it says no in what it answers
                retry_after, why = self._refused(error.response)
            except NotGrantedError as error:
                status, why = 401, error.trouble.why
            except ConnectionClosed as error:
                why = short(error)
                if error.sent and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
                    why = await self._beyond()
            except LineTooLongError:
                why = await self._beyond()
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
            await self._again(stop, why, status, retry_after)

    async def _load(self, stop: asyncio.Event) -> None:
        async with self._db.reading() as connection:
            cursor = await cursors.load(connection, self._source.name, READ)
        await finished(cursors.write(self._db, [cursor]))  # from now on ``status`` shows it
        self._cursor = cursor
        wait = pace.due_in(cursor.pace, self._clock.now(), every=timedelta(0))
        if wait > 0:  # said before the restart, still meant
            await unless(stop, self._clock.sleep(wait))

    async def _connected(self, stop: asyncio.Event) -> None:
        stream, queries = self._source.stream, self._source.queries
        credential = await self._credentials.credential(stream.network)
        opening = self._opening(credential)
        socket = await unless(stop, opening)
        if socket is None:
            return
        async with socket:
            closing = asyncio.ensure_future(_close_on(stop, socket))
            try:
                await self._gap_since()
                self._said, self._opened = None, asyncio.get_running_loop().time()
                if isinstance(stream, Subscribes) and not isinstance(socket, Lines):
                    for message in stream.subscriptions(queries):
                        await socket.send(message)
                await self._follow(socket, stop)
            finally:
                closing.cancel()

    async def _opening(self, credential: Credential | None) -> ClientConnection | Lines:
        stream, queries, largest = self._source.stream, self._source.queries, self._largest
        cursor, now = self._cursor.walk.since, self._clock.now()
        if isinstance(stream, Lined):
            return await open_lines(
                stream, queries, cursor=cursor, credential=credential, largest=largest, now=now
            )
        return await open_websocket(
            stream, queries, cursor=cursor, credential=credential, largest=largest
        )

    async def _follow(self, socket: ClientConnection | Lines, stop: asyncio.Event) -> None:
        """Until the line breaks or falls silent, which is raised once all is stored."""
        source, batch = self._source, Batch()
        loop = asyncio.get_running_loop()
        alive = flushed = well = loop.time()
        broken: Exception | None = None
        # Looked at once: what a class offers is slow to tell, and events come by the thousand.
        speaks = source.stream if isinstance(source.stream, Subscribes) else None
        while broken is None:
            try:
                async with asyncio.timeout(source.flush if batch.events else source.idle):
                    data = await socket.recv(decode=False)
                alive = loop.time()
                if data:
                    if speaks is not None:
                        self._said = speaks.refusal(data) or self._said
                    batch.take(source.stream, self._intake, data)
                elif alive - well >= source.idle:  # a sign of life: it may bring nothing for hours
                    well = alive
                    await self._well()
            except TimeoutError:
                if loop.time() - alive >= source.idle:
                    if speaks is not None and speaks.quiet:
                        alive = loop.time()  # the websocket's pings are answered
                        await self._well()
                    else:
                        broken = TimeoutError(f"nothing for {source.idle:.0f} s")
            except (WebSocketException, httpx.HTTPError, OSError, LineTooLongError) as error:
                broken = error
            waited = loop.time() - flushed >= source.flush
            if broken or waited or batch.matched >= source.batch or batch.events >= MOST:
                await self._flush(batch, stop)
                batch, flushed = Batch(), loop.time()
        raise broken

    async def _flush(self, batch: Batch, stop: asyncio.Event) -> None:
        if not batch.events:
            return
        if self._authors is not None and (arrived := batch.arrived()):
            completed = await unless(stop, self._authors.complete(arrived))
            if completed is not None:
                batch.complete(self._intake, completed)
        now, before = self._clock.now(), self._cursor
        fresh = self._is_new(batch)
        since = batch.position if fresh and batch.position else before.walk.since
        state = pace.Pace("ok", self._said, last_success=now) if fresh else before.pace
        onward = replace(before, walk=replace(before.walk, since=since), pace=state)
        network = self._source.stream.network
        writing = write(self._db, self._intake, batch, onward, network=network, now=now)
        ids = await finished(writing)
        self._cursor = onward
        if fresh:
            self._tries, self._step = 0, 1.0
            self._complaints.heard(self._source.name, onward)
        await self._intake.tell(ids)

    def _is_new(self, batch: Batch) -> bool:
        """Whether it holds anything that was not there before the line broke. A line that has
        lasted is as good: the positions of another instance may lie behind ours."""
        if asyncio.get_running_loop().time() - self._opened >= self._source.idle:
            return True
        known = self._cursor.walk.since
        if batch.position is None or known is None or self._cursor.pace.last_success is None:
            return True
        if walk.comparable(batch.position, known):
            return walk.later(batch.position, known)
        return batch.position != known

    async def _well(self) -> None:
        """A quiet stream is open, and was all the time since it was last said to be."""
        state = pace.Pace("ok", self._said, last_success=self._clock.now())
        self._cursor, self._tries = replace(self._cursor, pace=state), 0
        await finished(cursors.write(self._db, [self._cursor]))
        self._complaints.heard(self._source.name, self._cursor)

    async def _beyond(self) -> str:
        """Moves the position past an event that is too large to be read; how far is doubled until
        something new comes. What is said of it."""
        stream, since, step = self._source.stream, self._cursor.walk.since, self._step
        why = f"an event of more than {self._largest // 2**20} MiB was passed over"
        if since is None:  # live from now, and now it is past
            return why
        self._step = min(step * 2, 3600.0)
        onward = stream.beyond(since, step) if isinstance(stream, Steps) else None
        now, network = self._clock.now(), self._source.name
        note = "an event too large to be read, and what stood within seconds of it"
        gap = ledger.Entry(network, READ, "gap", until=now, skipped=int(step == 1), note=note)
        self._cursor = replace(self._cursor, walk=replace(self._cursor.walk, since=onward))
        log.warning("%s: %s", network, why)

        async def tell() -> None:
            async with self._db.writing() as connection:
                await ledger.record(connection, gap, now)
                await cursors.save(connection, self._cursor)

        try:
            await finished(tell())
        except Exception as error:
            if not database_trouble(error):
                raise
        return why

    async def _gap_since(self) -> None:
        """Says in the ledger what no replay will bring: it is asked for in no other way."""
        last, now = self._cursor.pace.last_success, self._clock.now()
        replay = timedelta(0) if self._adrift else self._source.replay or timedelta(0)
        from_now_on = now - replay
        if last is None or last >= from_now_on:
            return
        note = "the stream was not followed"
        gap = ledger.Entry(self._source.name, READ, "gap", since=last, until=from_now_on, note=note)
        # Said once for an absence, however often the line breaks before the first event.
        state = replace(self._cursor.pace, last_success=from_now_on)
        onward = replace(self._cursor, pace=state)

        async def tell() -> None:
            async with self._db.writing() as connection:
                await ledger.record(connection, gap, now)
                await cursors.save(connection, onward)

        await finished(tell())
        self._cursor, self._adrift = onward, False

    def _refused(self, answer: httpx.Response) -> tuple[float | None, str]:
        told = getattr(self._source.stream, "trouble", failures.trouble)
        trouble: Trouble | None = told(answer, self._clock.now())
        if self._cursor.walk.since and answer.status_code in (400, 404, 410) and self._tries >= 2:
            # Perhaps it is the position that is refused: live from now, and the gap is told.
            walk = replace(self._cursor.walk, since=None)
            self._cursor, self._adrift = replace(self._cursor, walk=walk), True
        seconds = trouble.seconds if isinstance(trouble, Wait) else None
        return seconds, trouble.why if trouble else f"HTTP {answer.status_code}"

    async def _again(
        self, stop: asyncio.Event, why: str, status: int | None, retry_after: float | None
    ) -> None:
        delay = pace.reconnect(self._tries, status, retry_after, self._jitter())
        self._tries += 1
        state: pace.State = "refused" if status in (401, 403) else "unreachable"
        before = self._cursor.pace
        upcoming = self._clock.now() + timedelta(seconds=delay)
        onward = pace.Pace(state, why[:300], self._tries, upcoming, before.last_success)
        self._cursor = replace(self._cursor, pace=onward)
        try:
            await finished(cursors.write(self._db, [self._cursor]))
        except Exception as error:
            if not database_trouble(error):
                raise
        if self._tries > 1:  # a line that breaks and is back at once is not worth a word
            self._complaints.heard(self._source.name, self._cursor)
        await unless(stop, self._clock.sleep(delay))


async def _close_on(stop: asyncio.Event, socket: ClientConnection | Lines) -> None:
    await stop.wait()
    await socket.close()
