"""Whether a live stream opens, and takes what it is asked to send; what it sends is let go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from websockets.exceptions import InvalidStatus, InvalidURI

from listener.clock import Clock
from listener.collecting.fetch import fetch, open_client
from listener.collecting.secrecy import secrets_of
from listener.collecting.stream_source import StreamSource
from listener.collecting.tried import Tried, is_web_page, of_error, of_trouble, told
from listener.collecting.websocket import open_websocket, refusal
from listener.networks import failures
from listener.networks.base import Wait
from listener.networks.live import Lined, Subscribes
from listener.records import Credential

STREAM = "stream"
LISTEN = 0.3
"""Of the patience: how long a refusal of what was asked for is waited for."""
LARGEST = 2**20


async def try_stream(
    source: StreamSource, credential: Credential | None, *, clock: Clock, patience: float
) -> Tried:
    """Opens it once, within ``patience`` seconds. Nothing is raised."""
    tried, secrets = Tried(STREAM, "works"), secrets_of(credential)
    try:
        if isinstance(source.stream, Lined):
            return told(await _rules(source.stream, tried, credential, clock, patience), secrets)
        request = source.stream.connect(source.queries, cursor=None, credential=credential)
        tried = replace(tried, host=request.url.host)
        async with asyncio.timeout(patience):
            said = await _opened(source, credential, patience * LISTEN)
        tried = replace(tried, state="query" if said else "works", why=said)
    except InvalidStatus as error:
        tried = _refused(error, tried, clock)
    except InvalidURI as error:
        tried = replace(tried, state="address", why=str(error))
    except Exception as error:
        tried = replace(tried, state=of_error(error), why=f"{type(error).__name__}: {error}")
    return told(tried, secrets)


async def _rules(
    stream: Lined, tried: Tried, credential: Credential | None, clock: Clock, patience: float
) -> Tried:
    """What is asked of a stream that keeps rules: to see them. To open it would change them, cost
    what it brings, and end the line that a running Rasid holds."""
    request = stream.rules(credential=credential)
    async with open_client() as client:
        response = await fetch(client, request, total=patience, secrets=secrets_of(credential))
    now, tried = clock.now(), replace(tried, host=request.url.host)
    trouble = stream.trouble(response, now)
    if trouble is None:
        return replace(tried, state="html" if is_web_page(response) else "works")
    signed = credential is not None
    state = of_trouble(trouble, response, signed=signed, now=now, asked=request.url)
    seconds = trouble.seconds if isinstance(trouble, Wait) else None
    return replace(tried, state=state, why=trouble.why, seconds=seconds)


async def _opened(
    source: StreamSource, credential: Credential | None, seconds: float
) -> str | None:
    """What the stream has against what it was asked for; None where it says nothing in so long."""
    stream, queries = source.stream, source.queries
    opening = open_websocket(stream, queries, cursor=None, credential=credential, largest=LARGEST)
    async with await opening as socket:
        if not isinstance(stream, Subscribes):
            return None
        for message in stream.subscriptions(queries):
            await socket.send(message)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if said := stream.refusal(await socket.recv(decode=False)):
                        return said
        except TimeoutError:
            return None


def _refused(error: InvalidStatus, tried: Tried, clock: Clock) -> Tried:
    answer, now = refusal(error), clock.now()
    trouble = failures.trouble(answer, now)
    if trouble is None:
        return replace(tried, state="broken", why=f"HTTP {answer.status_code}")
    state = of_trouble(trouble, answer, signed=False, now=now)
    seconds = trouble.seconds if isinstance(trouble, Wait) else None
    return replace(tried, state=state, why=trouble.why, seconds=seconds)
