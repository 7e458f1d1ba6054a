"""A network's secrets: in a header, a body, the query or the path, and nowhere else."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web
from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.collector import Collector, Source
from listener.collecting.fetch import fetch, open_client
from listener.collecting.host import Answer, Host
from listener.collecting.secrecy import masked, secrets_of
from listener.networks.base import Broken, Read, Refused
from listener.records import Credential, Query
from listener.store import standing
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.networks.pages.odd import Odd
from tests.upstream import START, Upstream, an_intake, serving, upstream

TOKEN = "77:s3cret/+token"
CREDENTIAL = Credential("odd", {"token": TOKEN})
SECRETS = secrets_of(CREDENTIAL)
FORMS = (
    "77:s3cret/+token",
    "77%3As3cret%2F%2Btoken",
    "77:s3cret/%2Btoken",
    "77%3as3cret%2f%2btoken",
    r"77:s3cret\/+token",
)
UPDATES = Read("mentions", "-1001", Query("زين", ""))
Handler = Callable[[web.Request], Any]
BOTH = ("127.0.0.1", "localhost")
"""Else no redirect would lead from one private host to another."""


@pytest.fixture
async def elsewhere() -> AsyncIterator[Upstream]:
    """Another host: the same machine by its other name."""
    async with upstream() as one:
        one.url = one.url.replace("127.0.0.1", "localhost")
        yield one


def to(address: str, status: int = 307) -> Handler:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": address})

    return moved


async def sent(handler: Handler, method: str, path: str, **more: Any) -> httpx.Response:
    async with serving(handler) as url, open_client() as client:
        request = httpx.Request(method, f"{url}{path}", **more)
        return await fetch(client, request, secrets=SECRETS, by_name=BOTH)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_header_of_ours_goes_to_another_host(elsewhere: Upstream, status: int) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "apikey": TOKEN, "x-session": "mine"}
    answer = await sent(to(elsewhere.url + "/search", status), "GET", "/", headers=headers)
    assert answer.status_code == 200
    (heard,) = elsewhere.headers
    assert not {"authorization", "apikey", "x-session", "cookie"} & set(heard)
    assert heard["user-agent"].startswith("Rasid")
    assert heard["host"] == httpx.URL(elsewhere.url).netloc.decode()


@pytest.mark.parametrize("form", FORMS[1:4])
async def test_a_token_in_the_query_is_taken_out_on_the_way_to_another_host(
    elsewhere: Upstream, form: str
) -> None:
    location = f"{elsewhere.url}/search?q=%D8%B2%D9%8A%D9%86&access_token={form}&page=2"
    answer = await sent(to(location), "GET", "/", params={"access_token": TOKEN})
    assert answer.status_code == 200
    assert elsewhere.asked == [{"q": "زين", "page": "2"}]


@pytest.mark.parametrize("path", ["/botTOKEN/getUpdates", "/getUpdates"])
async def test_what_has_a_token_in_its_path_is_not_followed_elsewhere(
    elsewhere: Upstream, path: str
) -> None:
    asked = path.replace("TOKEN", TOKEN)
    shown = f"{elsewhere.url}/bot{FORMS[1]}/getUpdates"
    for location in (shown, elsewhere.url + "/search"):
        if path == "/getUpdates" and location != shown:
            continue  # nothing secret on either side: that one is followed
        answer = await sent(to(location), "GET", asked)
        assert answer.status_code == 307
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_body_is_not_taken_to_another_host(elsewhere: Upstream, status: int) -> None:
    answer = await sent(to(elsewhere.url, status), "POST", "/", data={"client_secret": TOKEN})
    assert answer.status_code == status
    assert elsewhere.asked == []


async def test_on_the_same_host_all_goes_along() -> None:
    seen: list[tuple[str, str, str]] = []

    async def here(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers["apikey"], await request.text()))
        if request.path == "/old":
            return web.Response(status=308, headers={"Location": "/new"})
        return web.json_response({})

    answer = await sent(here, "POST", "/old", json={"a": 1}, headers={"apikey": TOKEN})
    assert answer.status_code == 200
    assert [(path, key, json.loads(said)) for path, key, said in seen] == [
        ("/old", TOKEN, {"a": 1}),
        ("/new", TOKEN, {"a": 1}),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_a_secret_is_masked(form: str) -> None:
    assert masked(f"GET https://odd.example/bot{form}/x failed", SECRETS) == (
        "GET https://odd.example/bot***/x failed"
    )


async def asked(handler: Handler, read: Read = UPDATES) -> Answer | Any:
    async with serving(handler) as url:
        host = Host(Odd(url), CREDENTIAL, SteeredClock(START))
        try:
            return await host.ask(read, since=None, page=None)
        finally:
            await host.close()


async def test_a_post_with_its_token_in_the_path_is_asked_and_read() -> None:
    heard: list[tuple[str, str, str]] = []

    async def updates(request: web.Request) -> web.Response:
        heard.append((request.path, request.content_type, await request.text()))
        return web.json_response({"result": []})

    assert isinstance(await asked(updates), Answer)
    assert isinstance(await asked(updates, Read("own_posts", "-1001", UPDATES.query)), Answer)
    assert [path for path, _, _ in heard] == [
        f"/bot{TOKEN}/getUpdates",
        f"/bot{TOKEN}/ownPosts",
    ]
    assert [kind for _, kind, _ in heard] == [
        "application/json",
        "application/x-www-form-urlencoded",
    ]
    assert json.loads(heard[0][2])["chat"] == "-1001"
    assert heard[1][2] == "chat=-1001"


async def test_a_redirect_elsewhere_is_told_without_the_token(elsewhere: Upstream) -> None:
    trouble = await asked(to(f"{elsewhere.url}/bot{FORMS[1]}/getUpdates"))
    assert isinstance(trouble, Broken)
    assert "moved to" in trouble.why
    assert "***" in trouble.why
    assert not any(form in trouble.why for form in FORMS)


async def test_no_secret_is_stored_logged_or_shown(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The network repeats the address it was asked at: as the name of the next page, and in what it
    says of errors."""
    caplog.set_level(logging.INFO)
    kinds = ("mentions", "own_posts", "figures")
    heard: set[str] = set()
    all_heard = asyncio.Event()

    async def echo(request: web.Request) -> web.Response:
        address, method = str(request.url), request.path.rpartition("/")[2]
        heard.add(method)
        if len(heard) == len(kinds):
            all_heard.set()
        if method == "members":
            return web.json_response({"message": f"no {address}"}, status=403)
        if "bot" in (await request.text()):  # the next page, named by an address: not to be had
            return web.json_response({"message": f"away {address}"}, status=503)
        message = {"id": 1, "chat": -1, "date": 1795370000, "text": "زين"}
        return web.json_response({"result": [{"message": message}], "offset": address})

    async with serving(echo) as url:
        real = await an_intake(db, _nothing)
        reads = [Read(kind, "-1", Query("زين", "")) for kind in kinds]  # type: ignore[arg-type]
        collector = Collector(
            db,
            [Source(Odd(url), reads, credential=CREDENTIAL, burst=100)],
            match=real.match,
            add=real.add,
            erase=real.erase,
            wake=real.wake,
            clock=SteeredClock(START),
            jitter=lambda: 0.0,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(collector.run(stop))
        await asyncio.wait_for(all_heard.wait(), 20)
        await _settled(db, len(kinds))
        stop.set()
        await asyncio.wait_for(task, 20)
    async with db.reading() as connection:
        # status and metrics are made of this
        told = [json.dumps(await standing.sources(connection, START), default=str)]
        for table in t.metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            told += [repr(row) for row in rows]
    # the stand-in's own access log is not ours
    told += [r.getMessage() for r in caplog.records if r.name != "aiohttp.access"]
    assert any("403" in line for line in told)
    assert any("holds the token" in line for line in told)
    for form in FORMS:
        assert not [line for line in told if form in line]


async def _nothing(_ids: object) -> None: ...


async def _settled(db: Database, number: int) -> None:
    """Until so many reads have said how it went."""
    while True:
        async with db.reading() as connection:
            states = (await connection.execute(select(t.cursors.c.state))).scalars().all()
        if len([state for state in states if state != "new"]) >= number:
            return
        await asyncio.sleep(0.01)


async def test_a_refused_request_says_so_without_its_token() -> None:
    async def no(request: web.Request) -> web.Response:
        return web.json_response({"message": f"no {request.url}"}, status=403)

    trouble = await asked(no)
    assert isinstance(trouble, Refused)
    assert not any(form in trouble.why for form in FORMS)
