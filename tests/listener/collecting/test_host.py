"""What a network's answers mean, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting.fetch import fetch, open_client, user_agent
from listener.collecting.host import Answer, Host
from listener.networks import failures
from listener.networks.base import Broken, Refused, Trouble, Wait
from listener.records import Credential
from tests.upstream import READ, START, Plain, Upstream, serving, upstream

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


async def asked(url: str, **options: object) -> Answer | Trouble:
    host = Host(Plain(url), None, SteeredClock(START), **options)  # type: ignore[arg-type]
    try:
        return await host.ask(READ, since=None, page=None)
    finally:
        await host.close()


async def answered(handler: Handler, **options: object) -> Answer | Trouble:
    async with serving(handler) as url:
        return await asked(url, **options)


async def test_a_request_built_by_hand_carries_the_clients_headers(served: Upstream) -> None:
    assert isinstance(await asked(served.url), Answer)
    assert served.headers[0]["user-agent"] == user_agent()
    assert re.fullmatch(r"Rasid(/\d\S*)?", user_agent())
    assert "gzip" in served.headers[0]["accept-encoding"]


async def test_half_a_json_is_broken() -> None:
    async def half(request: web.Request) -> web.Response:
        return web.Response(text='{"posts": [{"id": "1"')

    assert await answered(half) == Broken("no JSON")


async def test_a_page_the_network_stumbles_over_is_broken_not_fatal() -> None:
    async def odd(request: web.Request) -> web.Response:
        return web.json_response({"posts": [{"id": "1"}]})

    trouble = await answered(odd)
    assert isinstance(trouble, Broken)
    assert "KeyError" in trouble.why


async def test_a_line_that_drops_in_mid_body_is_waited_for() -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"posts": [')
        assert request.transport is not None
        request.transport.close()
        return response

    trouble = await answered(drop)
    assert isinstance(trouble, Wait)
    assert trouble.seconds is None


async def test_a_body_without_end_is_given_up() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" " * 65_536)
        except ConnectionError:
            return response

    assert await answered(endless, max_bytes=1_000_000) == Broken(
        "the answer is larger than 976 KiB"
    )


async def test_a_small_body_that_unpacks_to_a_large_one_is_given_up() -> None:
    async def bomb(request: web.Request) -> web.Response:
        packed = gzip.compress(b" " * 5_000_000)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    assert isinstance(await answered(bomb, max_bytes=1_000_000), Broken)


async def test_a_body_that_drips_is_cut_off() -> None:
    begun = asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        begun.set()
        try:
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.01)
        except ConnectionError:
            return response

    async with serving(drip) as url, open_client() as client:
        with pytest.raises(httpx.ReadTimeout):
            await fetch(client, httpx.Request("GET", url), total=0.3)
        assert begun.is_set()


async def test_redirects_without_end_are_broken_and_a_few_are_followed() -> None:
    count = 0

    async def around(request: web.Request) -> web.Response:
        nonlocal count
        count += 1
        raise web.HTTPFound("/again")

    assert isinstance(await answered(around), Broken)
    assert count == 6

    async def moved(request: web.Request) -> web.Response:
        if request.path == "/search":
            raise web.HTTPMovedPermanently("/new")
        return web.json_response({"posts": []})

    assert isinstance(await answered(moved), Answer)


async def test_a_redirect_elsewhere_does_not_take_the_token_along(served: Upstream) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(served.url.replace("127.0.0.1", "localhost") + "/search")

    async with serving(elsewhere) as url, open_client() as client:
        request = httpx.Request("GET", url, headers={"authorization": "Bearer s3cr3t"})
        both = ("127.0.0.1", "localhost")  # else it would not be followed at all
        assert (await fetch(client, request, by_name=both)).status_code == 200
    assert "authorization" not in served.headers[0]


async def test_a_posted_body_arrives() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with serving(echo) as url, open_client() as client:
        response = await fetch(client, httpx.Request("POST", url, json={"q": "زين"}))
    assert response.json() == {"q": "زين"}


async def test_the_environments_proxy_is_used(
    served: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.add("زين")
    monkeypatch.setenv("HTTP_PROXY", served.url)
    answer = await asked("http://network.invalid")
    assert isinstance(answer, Answer)
    assert len(answer.page.mentions) == 1
    assert served.headers[0]["host"] == "network.invalid"


async def test_a_wrong_address_is_refused_until_somebody_changes_it() -> None:
    trouble = await asked("htp:/nowhere")
    assert isinstance(trouble, Refused)
    assert "api_url" in trouble.why


async def test_no_secret_and_no_control_character_is_in_the_reason() -> None:
    async def told(request: web.Request) -> web.Response:
        return web.json_response({"error": "no \x1b[31m for s3cr3t"}, status=403)

    async with serving(told) as url:
        credential = Credential("plain", {"token": "s3cr3t"})
        host = Host(Plain(url), credential, SteeredClock(START))
        trouble = await host.ask(READ, since=None, page=None)
        await host.close()
    assert isinstance(trouble, Refused)
    assert "s3cr3t" not in trouble.why
    assert "\x1b" not in trouble.why


async def test_requests_to_one_host_are_spread(served: Upstream) -> None:
    clock = SteeredClock(START)
    host = Host(Plain(served.url), None, clock, rate=0.5, burst=2)
    asking = [asyncio.create_task(host.ask(READ, since=None, page=None)) for _ in range(4)]
    await clock.settled(2)
    await asyncio.gather(*asking[:2])
    assert len(served.asked) == 2
    await clock.advance(2, sleepers=1)
    await asking[2]
    assert len(served.asked) == 3
    assert not asking[3].done()
    await clock.advance(2, sleepers=0)
    await asking[3]
    await host.close()


async def test_a_limit_used_up_by_a_good_answer_is_respected(served: Upstream) -> None:
    async def last(request: web.Request) -> web.Response:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}
        return web.json_response({"posts": []}, headers=headers)

    served.answer = last
    host = Host(Plain(served.url), None, SteeredClock(START), rest=failures.pause)
    answer = await host.ask(READ, since=None, page=None)
    assert isinstance(answer, Answer)
    assert answer.rest == 90
    assert host.held(READ) == 90
    await host.close()
