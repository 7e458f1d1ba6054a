"""Where a request may lead, over real HTTP on loopback and with name servers that lie."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting import outward
from listener.collecting.fetch import fetch, open_client
from listener.collecting.host import Answer, Host
from listener.collecting.outward import PrivateAddressError, is_public
from listener.networks.base import Broken, Read
from listener.networks.rss import Rss
from tests.upstream import READ, START, Plain, Upstream, serving, upstream

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def to(address: str) -> Handler:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": address})

    return moved


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.5", "172.20.0.1", "192.168.1.1", "0.0.0.0"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "198.18.0.1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("", "site.example", "192.0.2.1", "240.0.0.1"),
    ],
)
def test_what_is_private_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "written",
    [
        *("http://127.0.0.1:{}/search", "http://localhost:{}/search", "http://2130706433:{}/"),
        *("http://0x7f.1:{}/", "http://[::1]:{}/", "http://[::ffff:127.0.0.1]:{}/", "//0:{}/"),
        *("http://LOCALHOST.:{}/", "http://x.localhost:{}/", "http://169.254.169.254/latest"),
    ],
)
async def test_a_redirect_to_a_private_address_is_not_followed(written: str) -> None:
    async with upstream() as inside:
        address = written.format(inside.url.rpartition(":")[2])
        async with serving(to(address)) as url:
            host = Host(Plain(url), None, SteeredClock(START))  # type: ignore[arg-type]
            answer = await host.ask(READ, since=None, page=None)
            await host.close()
    assert isinstance(answer, Broken)
    assert "private network" in answer.why
    assert inside.asked == []


async def test_a_feeds_redirect_reaches_only_the_hosts_that_are_named() -> None:
    async def feed(request: web.Request) -> web.Response:
        return web.Response(text="<rss><channel><item><title>x</title></item></channel></rss>")

    async def asked(url: str, **options: Any) -> Any:
        host = Host(Rss(**options), None, SteeredClock(START))
        try:
            return await host.ask(Read("feed", f"{url}/feed"), since=None, page=None)
        finally:
            await host.close()

    async with serving(feed) as inside, serving(to(f"{inside}/feed")) as url:
        refused = await asked(url)
        assert isinstance(refused, Broken)
        assert "private_hosts" in refused.why
        assert isinstance(await asked(url, private_hosts=(inside.removeprefix("http://"),)), Answer)
        assert isinstance(await asked(url, private_hosts=("127.0.0.1",)), Answer)
        assert isinstance(await asked(inside), Answer)  # what is configured is named


async def test_a_redirect_on_the_same_private_host_is_followed() -> None:
    async def moved(request: web.Request) -> web.Response:
        if request.path == "/search":
            raise web.HTTPMovedPermanently("/new")
        return web.json_response({"posts": []})

    async with serving(moved) as url:
        host = Host(Plain(url), None, SteeredClock(START))  # type: ignore[arg-type]
        assert isinstance(await host.ask(READ, since=None, page=None), Answer)
        await host.close()


class Names:
    """Name servers that say what they are told to; ``given``: one answer a lookup."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **given: list[list[str]]) -> None:
        self.asked: list[str] = []

        def lookup(host: str, port: int, **_: Any) -> list[Any]:
            self.asked.append(host)
            answers = given.get(host.replace(".", "_"), [[host]])
            some = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in some]

        monkeypatch.setattr(outward.socket, "getaddrinfo", lookup)


async def test_a_name_that_resolves_to_a_private_address_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with upstream() as inside:
        port = inside.url.rpartition(":")[2]
        Names(monkeypatch, evil_example=[["127.0.0.1"]], mixed_example=[["8.8.8.8", "127.0.0.1"]])
        for name in ("evil.example", "mixed.example"):
            async with open_client() as client:
                request = httpx.Request("GET", f"http://{name}:{port}/search")
                with pytest.raises(PrivateAddressError, match=name):
                    await fetch(client, request, by_name=())
    assert inside.asked == []


async def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second lookup may answer otherwise (rebinding): there is none."""
    async with upstream() as inside:
        port = inside.url.rpartition(":")[2]
        names = Names(monkeypatch, mine_example=[["127.0.0.1"], ["8.8.8.8"]])
        async with open_client() as client:
            request = httpx.Request("GET", f"http://mine.example:{port}/search")
            assert (await fetch(client, request)).status_code == 200
    assert names.asked == ["mine.example"]
    assert inside.headers[0]["host"] == f"mine.example:{port}"


async def test_no_name_leads_to_a_metadata_service_not_even_a_configured_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Names(monkeypatch, mine_example=[["169.254.169.254"]])
    async with open_client() as client:
        with pytest.raises(PrivateAddressError, match=r"169\.254"):
            await fetch(client, httpx.Request("GET", "http://mine.example/"))


async def test_a_connection_to_what_is_named_is_not_there_for_a_redirect(served: Upstream) -> None:
    async with serving(to(served.url + "/search")) as url, open_client() as client:
        assert (await fetch(client, httpx.Request("GET", served.url))).status_code == 200
        with pytest.raises(PrivateAddressError):
            await fetch(client, httpx.Request("GET", url))
    assert len(served.asked) == 1


async def test_a_next_page_that_the_network_names_is_no_address_of_the_operator(
    served: Upstream,
) -> None:
    class Leading(Plain):
        def request(self, read: Read, **more: Any) -> httpx.Request:
            if more["page"]:
                return httpx.Request("GET", more["page"])
            return super().request(read, **more)

    async with upstream() as inside:
        host = Host(Leading(served.url), None, SteeredClock(START))  # type: ignore[arg-type]
        strayed = await host.ask(READ, since=None, page=inside.url + "/search")
        stayed = await host.ask(READ, since=None, page=served.url + "/search")
        await host.close()
    assert isinstance(strayed, Broken)
    assert isinstance(stayed, Answer)
    assert inside.asked == []


@pytest.fixture
async def served() -> Any:
    async with upstream() as one:
        yield one
