"""A stream that is one long HTTP answer, an event a line: opened with its rules, read line by line.

It is read ahead by a task of its own, because a read that is given up breaks an HTTP answer; a
server that sends faster than events are stored is slowed down by the bound of what is read ahead.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from listener.collecting.fetch import fetch, open_client
from listener.collecting.outward import Client, netloc
from listener.collecting.secrecy import secrets_of
from listener.networks.live import Lined
from listener.records import Credential, Query

AHEAD = 1000
"""Lines."""
_TOTAL = 20.0
_TIMEOUT = {"connect": 10.0, "read": None, "write": 20.0, "pool": None}
_LARGEST_REFUSAL = 10_000


class LinesRefusedError(Exception):
    """The server answered with something else than the stream."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"HTTP {response.status_code}")
        self.response = response


class LineTooLongError(Exception):
    """An event larger than is read; the stream cannot be followed past it."""


class Lines:
    """Used as a websocket's connection is: ``recv``, ``close``, ``async with``."""

    def __init__(
        self, client: Client, response: httpx.Response, largest: int, ahead: int = AHEAD
    ) -> None:
        self._client, self._response, self._largest = client, response, largest
        self._ahead: asyncio.Queue[bytes | Exception] = asyncio.Queue(ahead)
        self._whole: deque[bytes] = deque()  # read, and not in the queue yet
        self._reading = asyncio.create_task(self._read())

    async def recv(self, decode: bool | None = None) -> bytes:
        """The next line without its end; empty where it only says that the line lives. What was
        read before it was closed still comes. Raises what ended the answer: httpx.HTTPError,
        ConnectionError, LineTooLongError."""
        if self._reading.cancelled() and self._ahead.empty():
            if not self._whole:
                raise ConnectionError("the stream was closed")
            return self._whole.popleft()
        found = await self._ahead.get()
        if isinstance(found, Exception):
            raise found
        return found

    async def close(self) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        with suppress(asyncio.QueueFull):  # else ``recv`` finds the rest
            while self._whole:
                self._ahead.put_nowait(self._whole[0])
                self._whole.popleft()
            self._ahead.put_nowait(ConnectionError("the stream was closed"))
        await self._response.aclose()
        await self._client.aclose()

    async def _read(self) -> None:
        held = b""
        try:
            async for piece in self._response.aiter_raw():
                *whole, held = (held + piece).split(b"\n")
                self._whole.extend(line.rstrip(b"\r") for line in whole)
                while self._whole:
                    await self._ahead.put(self._whole[0])
                    self._whole.popleft()
                if len(held) > self._largest:
                    raise LineTooLongError(f"an event of more than {self._largest} bytes")
            await self._ahead.put(ConnectionError("the server ended the stream"))
        except (httpx.HTTPError, OSError, LineTooLongError) as error:
            await self._ahead.put(error)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def open_lines(
    stream: Lined,
    queries: Sequence[Query],
    *,
    cursor: str | None,
    credential: Credential | None,
    largest: int,
    now: datetime,
    ahead: int = AHEAD,
) -> Lines:
    """The server's rules brought up to date, then the stream. ``ahead``: lines that are read before
    anybody takes them. Raises LinesRefusedError where it refuses either, and what ``fetch``
    raises."""
    client = open_client()
    try:
        await _agree(client, stream, queries, credential, now)
        request = client.build(stream.connect(queries, cursor=cursor, credential=credential))
        request.headers["accept-encoding"] = "identity"  # packing holds events back
        request.extensions["timeout"] = _TIMEOUT
        sender = client.to(request.url, [netloc(request.url)])
        response = await sender.send(request, stream=True)
        if response.status_code != 200:
            raise LinesRefusedError(await _refusal(response))
        return Lines(client, response, largest, ahead)
    except BaseException:
        await client.aclose()
        raise


async def _agree(
    client: Client,
    stream: Lined,
    queries: Sequence[Query],
    credential: Credential | None,
    now: datetime,
) -> None:
    secrets = secrets_of(credential)
    asked = stream.rules(credential=credential)
    response = await fetch(client, asked, total=_TOTAL, follow=False, secrets=secrets)
    if stream.trouble(response, now) is not None:
        raise LinesRefusedError(response)
    for change in stream.changes(response, queries, credential=credential):
        answer = await fetch(client, change, total=_TOTAL, follow=False, secrets=secrets)
        if stream.trouble(answer, now) is not None:
            raise LinesRefusedError(answer)


async def _refusal(response: httpx.Response) -> httpx.Response:
    """The refusal, with the beginning of what it says."""
    body = b""
    try:
        async for piece in response.aiter_raw():
            body += piece
            if len(body) >= _LARGEST_REFUSAL:
                break
    finally:
        await response.aclose()
    kept = [(k, v) for k, v in response.headers.raw if k.lower() != b"content-length"]
    return httpx.Response(response.status_code, headers=kept, content=body[:_LARGEST_REFUSAL])
