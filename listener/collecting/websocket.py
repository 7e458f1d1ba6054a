"""A stream over a websocket, opened; and what a server says instead."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from listener.collecting.fetch import user_agent
from listener.networks.live import Stream
from listener.records import Credential, Query


async def open_websocket(
    stream: Stream,
    queries: Sequence[Query],
    *,
    cursor: str | None,
    credential: Credential | None,
    largest: int,
) -> ClientConnection:
    """``largest``: bytes of one message that are read. Raises what ``websockets`` raises."""
    request = stream.connect(queries, cursor=cursor, credential=credential)
    return await connect(
        str(request.url),
        additional_headers={k: v for k, v in request.headers.items() if k != "host"},
        user_agent_header=user_agent(),
        open_timeout=15,
        close_timeout=2,
        max_size=largest,
        logger=logging.getLogger("listener.collecting.stream.websocket"),
    )


def refusal(error: InvalidStatus) -> httpx.Response:
    """What the server answered, as any other answer."""
    answer = error.response
    return httpx.Response(
        answer.status_code,
        headers=list(answer.headers.raw_items()),
        content=bytes(answer.body or b"")[:10_000],
    )
