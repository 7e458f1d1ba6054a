"""What every route is given, and what no route can do to the others."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct

import httpx
import pytest
from aiohttp import web

from listener.serving.app import LIMITS, HttpLimits, application
from listener.serving.listen import CannotListenError, serve
from tests.served import serving

SMALL = HttpLimits(body=1000, read=0.2, idle=0.3, connections=3)


async def echo(request: web.Request) -> web.Response:
    body = await request.read()
    return web.json_response(
        {
            "bytes": len(body),
            "of": request.match_info.get("of"),
            "query": request.query.get("q"),
            "cookie": request.cookies.get("c"),
        }
    )


async def broken(_request: web.Request) -> web.Response:
    raise RuntimeError("boom")


ECHO = web.post("/echo/{of}", echo)


async def test_a_handler_has_path_query_cookies_and_body() -> None:
    async with serving(ECHO) as served:
        answer = await served.client.post(
            "/echo/all?q=زين", content="زين".encode(), headers={"Cookie": "c=1"}
        )
    assert answer.json() == {"bytes": 6, "of": "all", "query": "زين", "cookie": "1"}


async def test_a_page_may_stream_redirect_and_set_its_own_policy() -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Security-Policy": "default-src 'self'"})
        await response.prepare(request)
        for part in (b"a", b"b"):
            await response.write(part)
        return response

    async def moved(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/page")

    async with serving(web.get("/page", stream), web.get("/old", moved)) as served:
        page = await served.client.get("/page")
        old = await served.client.get("/old")
    assert page.text == "ab"
    assert page.headers["content-security-policy"] == "default-src 'self'"
    assert (old.status_code, old.headers["location"]) == (302, "/page")


async def test_every_answer_has_safe_headers() -> None:
    async with serving(ECHO, web.get("/broken", broken)) as served:
        for method, path in (("POST", "/echo/a"), ("GET", "/none"), ("GET", "/broken")):
            answer = await served.client.request(method, path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert answer.headers["cache-control"] == "no-store"
            assert "Python" not in answer.headers["server"]


async def test_a_handler_that_raises_is_a_500_with_one_traceback_and_the_next_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(ECHO, web.get("/broken", broken)) as served:
        answer = await served.client.get("/broken")
        assert (answer.status_code, "boom" in answer.text) == (500, False)
        assert (await served.client.post("/echo/a")).status_code == 200
    assert [record.exc_info is not None for record in caplog.records] == [True]


async def test_wrong_address_and_wrong_method_are_said_in_plain_words() -> None:
    async with serving(ECHO) as served:
        nothing = await served.client.get("/<script>")
        wrong = await served.client.get("/echo/a")
    assert (nothing.status_code, "script" in nothing.text) == (404, False)
    assert nothing.json()["error"].startswith("there is nothing at this address")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json() == {"error": "this address takes POST"}


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_bound_is_413(chunked: bool) -> None:
    async def parts() -> object:
        yield b"x" * (SMALL.body + 1)

    content = parts() if chunked else b"x" * (SMALL.body + 1)
    async with serving(ECHO, limits=SMALL) as served:
        answer = await served.client.post("/echo/a", content=content)  # type: ignore[arg-type]
        fits = await served.client.post("/echo/a", content=b"x" * SMALL.body)
    assert (answer.status_code, fits.status_code) == (413, 200)
    assert "1000 bytes" in answer.json()["error"]


async def test_a_small_body_that_unpacks_to_a_large_one_is_413() -> None:
    import gzip

    packed = gzip.compress(b"x" * 1_000_000)
    limits = HttpLimits(body=len(packed) + 100)
    async with serving(ECHO, limits=limits) as served:
        answer = await served.client.post(
            "/echo/a", content=packed, headers={"Content-Encoding": "gzip"}
        )
    assert answer.status_code == 413


async def test_a_body_that_drips_is_408_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    head = b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nx"
    async with serving(ECHO, limits=SMALL) as served:
        answer = await served.raw(head)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert [record.exc_info for record in caplog.records] == [None]


@pytest.mark.parametrize("head", [b"", b"POST /echo/a HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_never_ends_is_hung_up_on(head: bytes) -> None:
    async with serving(ECHO, limits=SMALL) as served:
        assert await served.raw(head) == b""


ABORTED = b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx"
MALFORMED = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"NONSENSE\r\n\r\n",
    b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
    b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    b"POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx",
)


@pytest.mark.parametrize("how", ["aborted", "reset", *range(len(MALFORMED))])
async def test_a_request_that_breaks_off_or_is_none_is_a_line_without_traceback(
    caplog: pytest.LogCaptureFixture, how: str | int
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(ECHO) as served:
        for _ in range(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(MALFORMED[how] if isinstance(how, int) else ABORTED)
            await writer.drain()
            if how == "reset":
                kept: socket.socket = writer.get_extra_info("socket")
                kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif isinstance(how, int):
                assert b" 400 " in (await reader.read()).splitlines()[0]
            writer.close()
        assert (await served.client.post("/echo/a")).is_success
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) <= 30
    assert all(record.exc_info is None for record in told)
    assert all(len(record.getMessage()) < 200 for record in told)
    assert how in (0, 1, "reset") or len(told) == 30  # what is no HTTP at all: not even a line


async def test_more_connections_than_the_bound_are_told_to_come_again() -> None:
    async with serving(ECHO, limits=HttpLimits(connections=2)) as served:
        lines = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(2)]
        for reader, writer in lines:
            writer.write(b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        answer = await served.raw(b"")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After" in answer
        for _reader, writer in lines:
            writer.close()
            await writer.wait_closed()
        while True:  # the server hears of it a moment later
            try:
                if (await served.client.post("/echo/a")).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(0)


async def test_an_address_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotListenError, match=listen):
            await serve(application([]), listen, asyncio.Event())


def test_the_limits_are_what_operations_says() -> None:
    assert (LIMITS.body, LIMITS.connections) == (5 * 1024 * 1024, 512)
