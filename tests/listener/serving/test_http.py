from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from listener.serving.http import LARGEST_BODY, Answer, Incoming, Route, serve


async def echo(request: Incoming) -> Answer:
    return Answer.json({"bytes": len(request.body), "kind": request.headers.get("x-kind")})


async def broken(_request: Incoming) -> Answer:
    raise RuntimeError("boom")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    routes = [Route("POST", "/echo", echo), Route("GET", "/broken", broken)]
    running = asyncio.create_task(serve(routes, "127.0.0.1:0", stop, ready=port.set_result))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await port}") as client:
        yield client
    stop.set()
    await running


async def test_a_route_gets_body_and_lower_case_headers(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo", content="زين".encode(), headers={"X-Kind": "a"})
    assert (answer.status_code, answer.json()) == (200, {"bytes": 6, "kind": "a"})


async def test_a_handler_that_raises_is_a_500_and_the_next_request_is_served(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/broken")).status_code == 500
    assert (await client.post("/echo")).status_code == 200


async def test_a_body_over_the_bound_is_413(client: httpx.AsyncClient) -> None:
    assert (await client.post("/echo", content=b"x" * (LARGEST_BODY + 1))).status_code == 413
