"""Whether a live stream opens, and takes what it is asked to send; what it sends is let go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, InvalidURI

from listener.clock import Clock
from listener.collecting.fetch import user_agent
from listener.collecting.secrecy import secrets_of
from listener.collecting.stream import StreamSource
from listener.collecting.tried import Tried, of_error, of_trouble, told
from listener.networks import failures
from listener.networks.base import Subscribes, Wait
from listener.records import Credential

STREAM = "stream"
LISTEN = 0.3
"""Of the patience: how long a refusal of what was asked for is waited for."""


async def try_stream(
    source: StreamSource, credential: Credential | None, *, clock: Clock, patience: float
) -> Tried:
    """Opens it once, within ``patience`` seconds. Nothing is raised."""
    tried = Tried(STREAM, "works")
    try:
        request = source.stream.connect(source.queries, cursor=None, credential=credential)
        tried = replace(tried, host=request.url.host)
        async with asyncio.timeout(patience):
            refusal = await _opened(source, request, patience)
        tried = replace(tried, state="query" if refusal else "works", why=refusal)
    except InvalidStatus as error:
        tried = _refused(error, request, tried, credential, clock)
    except InvalidURI as error:
        tried = replace(tried, state="address", why=str(error))
    except Exception as error:
        tried = replace(tried, state=of_error(error), why=f"{type(error).__name__}: {error}")
    return told(tried, secrets_of(credential))


async def _opened(source: StreamSource, request: httpx.Request, patience: float) -> str | None:
    """What the stream has against what it was asked for; None where it says nothing."""
    opening = connect(
        str(request.url),
        additional_headers={k: v for k, v in request.headers.items() if k != "host"},
        user_agent_header=user_agent(),
        open_timeout=patience,
        close_timeout=1,
    )
    async with opening as socket:
        stream = source.stream
        if not isinstance(stream, Subscribes):
            return None
        for message in stream.subscriptions(source.queries):
            await socket.send(message)
        return await _refusal(stream, socket, patience * LISTEN)


async def _refusal(stream: Subscribes, socket: ClientConnection, seconds: float) -> str | None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                if said := stream.refusal(await socket.recv(decode=False)):
                    return said
    except TimeoutError:
        return None


def _refused(
    error: InvalidStatus,
    request: httpx.Request,
    tried: Tried,
    credential: Credential | None,
    clock: Clock,
) -> Tried:
    answer, now = error.response, clock.now()
    response = httpx.Response(
        answer.status_code,
        headers=list(answer.headers.raw_items()),
        content=bytes(answer.body or b"")[:10_000],
        request=request,
    )
    trouble = failures.trouble(response, now)
    if trouble is None:
        return replace(tried, state="broken", why=f"HTTP {answer.status_code}")
    signed = credential is not None
    state = of_trouble(trouble, response, asked=request.url, signed=signed, now=now)
    seconds = trouble.seconds if isinstance(trouble, Wait) else None
    return replace(tried, state=state, why=trouble.why, seconds=seconds)
