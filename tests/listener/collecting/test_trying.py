"""Trying a network: what each way of failing means; secrets stay, and nothing is used up."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from aiohttp import web

from listener.clock import SystemClock
from listener.collecting.questions import MOST, questions
from listener.collecting.seeds import KnownValues, NamedSecrets, Seed, mark_of
from listener.collecting.source import Source
from listener.collecting.stream_source import StreamSource
from listener.collecting.tried import NetworkTried, Tried, of_trouble
from listener.collecting.trying import try_network
from listener.networks import about
from listener.networks.about import About
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Page, Probe, Read
from listener.networks.defaults import bearer
from listener.networks.failures import trouble
from listener.records import Account, Credential
from listener.store.credential_rows import Kept
from tests.listener.collecting.tokens import Signed, seed_for, token_server
from tests.upstream import Plain, serving

SECRET = "s3cret-token"
OURS = Account("زين", "zain")
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def seed(**values: str) -> Seed:
    return Seed("plain", {k: KnownValues(v) for k, v in (values or {"token": SECRET}).items()})


async def tried(
    network: object,
    *,
    reads: Sequence[Read] = (Read("search", "زين"),),
    credential: Seed | None = None,
    kept: Kept | None = None,
    accounts: Sequence[Account] = (OURS,),
    patience: float = 5.0,
    streams: Sequence[StreamSource] = (),
) -> NetworkTried:
    source = Source(network, reads, credential=credential)  # type: ignore[arg-type]
    return await try_network(
        source, accounts, kept=kept, clock=SystemClock(), patience=patience, streams=streams
    )


async def one(handle: Handle, *, signed: bool = True, patience: float = 5.0) -> Tried:
    """What a search on a server that answers so comes to."""
    async with serving(handle) as url:
        found = await tried(Signed(url), credential=seed() if signed else None, patience=patience)
    (only,) = found.tried
    return only


def answering(status: int, body: object = None, **headers: str) -> Handle:
    async def handle(_request: web.Request) -> web.Response:
        text = body if isinstance(body, str) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=names)

    return handle


@pytest.mark.parametrize(
    ("handle", "state", "mend"),
    [
        (answering(200, {"posts": []}), "works", False),
        (answering(401, {"error": f"{SECRET} has expired"}), "token", True),
        (answering(402, {"error": "upgrade"}), "plan", True),
        (answering(403, {"error": "missing scope"}), "right", True),
        (answering(404, {"error": "no such page"}), "gone", True),
        (answering(400, {"error": "bad query"}), "query", True),
        (answering(429, {}, retry_after="120"), "later", False),
        (answering(500, {}), "later", False),
        (answering(503, "<html>busy</html>"), "later", False),
        (answering(200, "<!doctype html><html>sign in</html>"), "html", True),
        (answering(200, "{"), "broken", True),
        (answering(302, "", location=f"/elsewhere?token={SECRET}"), "broken", True),
    ],
)
async def test_what_an_answer_means(handle: Handle, state: str, mend: bool) -> None:
    found = await one(handle)
    assert (found.state, found.to_mend) == (state, mend)
    assert SECRET not in repr(found)
    if state == "token":
        assert "*** has expired" in (found.why or "")
    if state == "later" and found.seconds is not None:
        assert found.seconds == 120


async def test_a_signed_request_that_is_led_to_another_host_says_so_and_takes_no_token_along() -> (
    None
):
    seen: list[dict[str, str]] = []

    async def other(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        return web.json_response({"posts": []})

    async with serving(other) as elsewhere:
        found = await one(answering(302, "", location=elsewhere))
    assert (found.state, found.to_mend) == ("moved", True)
    assert not any(SECRET in value for headers in seen for value in headers.values())


def test_an_answer_of_the_host_that_a_redirect_led_to_is_not_the_networks() -> None:
    request = httpx.Request("GET", "https://elsewhere.example/search")
    response = httpx.Response(401, request=request)
    wrong = trouble(response)
    assert wrong is not None
    asked, now = httpx.URL("https://network.example/search"), datetime.now(UTC)
    assert of_trouble(wrong, response, asked=asked, signed=True, now=now) == "moved"
    assert of_trouble(wrong, response, asked=asked, signed=False, now=now) == "token"


async def test_silence_ends_after_the_patience() -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    async def dripping(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async with asyncio.timeout(20):
        assert (await one(silent, patience=0.3)).state == "silent"
        assert (await one(dripping, patience=0.3)).state == "silent"


async def test_no_connection_no_host_and_no_address_are_told_apart() -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        closed = await tried(Plain(f"http://127.0.0.1:{port}"))
    nowhere = await tried(Plain("http://nowhere.invalid"))
    odd = await tried(Plain("ftp://network.example"))
    assert [found.tried[0].state for found in (closed, nowhere, odd)] == [
        "closed", "dns", "address",
    ]  # fmt: skip
    assert nowhere.tried[0].host == "nowhere.invalid"


def _certificate(folder: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    try:
        subprocess.run(made, cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")


async def test_what_speaks_no_tls_or_shows_a_certificate_of_its_own_is_not_safe(
    tmp_path: Path,
) -> None:
    async with serving(answering(200, {"posts": []})) as url:
        plain = await tried(Plain(url.replace("http:", "https:")))
    assert plain.tried[0].state == "tls"
    _certificate(tmp_path)
    safe = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    safe.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answering(200, {"posts": []}))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=safe).start()
        own = await tried(Plain(f"https://127.0.0.1:{runner.addresses[0][1]}"))
    finally:
        await runner.cleanup()
    assert own.tried[0].state == "tls"


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=3)])
async def test_a_token_that_is_refused_by_a_server_of_another_time_is_the_clocks_fault(
    off: timedelta,
) -> None:
    date = format_datetime(datetime.now(UTC) + off, usegmt=True)
    refused = await one(answering(401, {"error": "timestamp"}, date=date))
    assert refused.state == "clock"
    assert refused.skew is not None
    assert abs(refused.skew - off) < timedelta(minutes=1)
    assert (await one(answering(404, {}, date=date))).state == "gone"
    works = await one(answering(200, {"posts": []}, date=date))
    assert works.state == "works"
    assert works.skew is not None


@dataclass(frozen=True)
class Probing(Signed):
    """Two probes: a sign-in, and what needs a right."""

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        headers = dict(bearer(credential))
        sign_in = httpx.Request("GET", f"{self.api_url}/sign-in", headers=headers)
        mentions = httpx.Request("GET", f"{self.api_url}/mentions", headers=headers)
        return [
            Probe("sign-in", sign_in, "استخرج رمزًا", "get a token"),
            Probe("mentions", mentions, "اطلب إذن الإشارات", "ask for the right to mentions"),
        ]


async def test_a_networks_own_probes_come_first_and_say_what_to_get() -> None:
    async def handle(request: web.Request) -> web.Response:
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        good = request.path == "/sign-in"
        return web.json_response({} if good else {"error": "scope"}, status=200 if good else 403)

    async with serving(handle) as url:
        found = await tried(Probing(url), reads=[], credential=seed())
    signed, mentions = found.tried
    assert (signed.kind, signed.state) == ("sign-in", "works")
    assert (mentions.kind, mentions.state) == ("mentions", "right")
    assert mentions.english == "ask for the right to mentions"
    assert mentions.arabic == "اطلب إذن الإشارات"


async def test_of_several_probes_of_a_kind_each_says_what_it_asked_for() -> None:
    class Places(Signed):
        def probes(
            self, accounts: Sequence[Account], *, credential: Credential | None
        ) -> Sequence[Probe]:
            places = [f"{self.api_url}/bot{SECRET}/places/{n}" for n in (1, 2)]
            return [Probe("mentions", httpx.Request("GET", url), "", "") for url in places]

    async def handle(request: web.Request) -> web.Response:
        return web.json_response({}, status=404 if request.path.endswith("2") else 200)

    async with serving(handle) as url:
        found = await tried(Places(url), reads=[], credential=seed())
    targets = {each.target: each.state for each in found.tried}
    assert targets == {"/bot***/places/1": "works", "/bot***/places/2": "gone"}


async def test_what_no_probe_covers_is_asked_beside_them_where_that_costs_nothing() -> None:
    class Both(Costly, Probing):
        def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
            return [] if read.kind == "hashtag" else [Cost("units", 100)]

    reads = [Read(kind, "زين") for kind in ("search", "hashtag", "mentions")]
    async with serving(answering(200, {"posts": []})) as url:
        found = await tried(Both(url), reads=reads, credential=seed())
    assert [(each.kind, each.state) for each in found.tried] == [
        ("sign-in", "works"), ("mentions", "works"), ("search", "skipped"), ("hashtag", "works"),
    ]  # fmt: skip


async def test_where_asking_takes_messages_away_nothing_is_asked_but_probes() -> None:
    class Taking(Plain):
        takes_away: ClassVar[bool] = True

    found = await tried(Taking("http://nowhere.invalid"))
    assert [each.state for each in found.tried] == ["nothing"]


async def test_a_web_page_in_answer_to_a_probe_is_no_success() -> None:
    async with serving(answering(200, "<html>sign in here</html>")) as url:
        found = await tried(Probing(url), credential=seed())
    assert {each.state for each in found.tried} == {"html"}


async def test_every_account_is_tried_and_one_search_for_all() -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.query["q"])
        gone = request.query["q"] == "typo"
        return web.json_response({"posts": []}, status=404 if gone else 200)

    reads = [Read("search", "a"), Read("search", "b"), Read("hashtag", "c"), Read("hashtag", "d")]
    reads += [Read("mentions", "zain"), Read("mentions", "typo")]
    reads += [Read("feed", f"https://x/{n}") for n in range(MOST + 9)]
    async with serving(handle) as url:
        found = await tried(Plain(url), reads=reads)
    by_kind = [each.kind for each in found.tried]
    assert by_kind == ["search", "hashtag", "mentions", "mentions", *["feed"] * MOST]
    assert len(asked) == len(by_kind)
    (bad,) = [each for each in found.tried if each.to_mend]
    assert (bad.kind, bad.target, bad.state) == ("mentions", "typo", "gone")


async def test_a_key_in_a_feeds_address_is_not_shown() -> None:
    async with serving(answering(404, {})) as url:
        found = await tried(Plain(url), reads=[Read("feed", f"https://x/feed?key={SECRET}")])
    assert found.tried[0].target is not None
    assert SECRET not in repr(found)


COSTLY = replace(
    about("hackernews"),
    allowances={
        "items": Allowance(most=100, per="month", unit="USD"),
        "units": Allowance(most=100, per="day", unit="units"),
    },
)


@dataclass(frozen=True)
class Costly(Plain):
    """``prices``: USD of a page, by kind."""

    about: ClassVar[About] = COSTLY
    prices: dict[str, float] = field(default_factory=dict)

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        price = self.prices.get(read.kind)
        return [Cost("units", 100)] if price is None else [Cost("items", price)]

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        return self.cost(read, page)


READS = (Read("search", "زين"), Read("mentions", "zain"), Read("figures", "zain"))


async def test_what_costs_money_is_left_where_others_tell_enough() -> None:
    async with serving(answering(200, {"posts": []})) as url:
        found = await tried(Costly(url, {"search": 0.5, "mentions": 0.05}), reads=READS)
    assert [(each.state, each.costs) for each in found.tried] == [
        ("skipped", ("0.5 USD",)),
        ("skipped", ("0.05 USD",)),
        ("works", ("100 units",)),
    ]


async def test_where_all_costs_money_the_cheapest_is_tried_and_its_price_told() -> None:
    prices = {"search": 0.5, "mentions": 0.05, "figures": 0.1}
    async with serving(answering(200, {"posts": []})) as url:
        found = await tried(Costly(url, prices), reads=READS)
    assert [each.state for each in found.tried] == ["skipped", "works", "skipped"]
    assert found.tried[1].costs == ("0.05 USD",)


async def test_a_networks_own_bug_is_told_and_ends_nothing() -> None:
    class Odd(Plain):
        def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
            raise KeyError("posts")

        def request(self, read: Read, **more: object) -> httpx.Request:
            if read.kind == "figures":
                raise ValueError("no account")
            return super().request(read, **more)  # type: ignore[arg-type]

    async with serving(answering(200, {})) as url:
        found = await tried(Odd(url), reads=READS)
    assert [each.state for each in found.tried] == ["broken"] * 3


async def test_where_nothing_is_read_nothing_is_tried() -> None:
    found = await tried(Plain("http://nowhere.invalid"), reads=[])
    assert [each.state for each in found.tried] == ["nothing"]


async def test_a_refresh_token_that_may_be_good_once_only_is_not_used_up() -> None:
    async with token_server() as server:
        found = await tried(Signed(server.url), credential=seed_for(server.url, _fresh()))
        assert [(each.kind, each.state) for each in found.tried] == [("sign-in", "unsure")]
        assert server.forms == []
        steady = seed_for(server.url, _fresh(), rotates=False)
        found = await tried(Signed(server.url), credential=steady)
        assert [each.state for each in found.tried] == ["works"]
        assert (found.renews, found.until is not None) == (True, True)
        assert len(server.forms) == 1


def _fresh() -> dict[str, NamedSecrets]:
    named = {"refresh_token": "refresh-0", "client_id": "app-id", "client_secret": "app-secret"}
    return {key: KnownValues(value) for key, value in named.items()}


async def test_the_token_that_was_renewed_last_is_what_is_tried() -> None:
    async with token_server() as server:
        server.granted = 3
        its_seed = seed_for(server.url, _fresh())
        until = datetime.now(UTC) + timedelta(hours=1)
        kept = Kept("plain", mark_of(its_seed.values()), {"token": "token-3"}, None, until)
        found = await tried(Signed(server.url), credential=its_seed, kept=kept)
        assert ([each.state for each in found.tried], found.until) == (["works"], until)
        other = replace(kept, seed="of other values")
        found = await tried(Signed(server.url), credential=its_seed, kept=other)
        assert [each.state for each in found.tried] == ["unsure"]
        assert server.used == ["token-3"]
        assert server.forms == []


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (400, {"error": "invalid_client"}, "token"),
        (503, {}, "later"),
        (200, {"no": "token"}, "broken"),
    ],
)
async def test_an_app_that_is_not_let_in_is_told_as_its_sign_in(
    status: int, body: dict[str, str], state: str
) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    async with token_server() as server:
        server.answer = refuse
        its_seed = seed_for(server.url, _fresh(), flow="client_credentials")
        found = await tried(Signed(server.url), credential=its_seed)
    assert [(each.kind, each.state) for each in found.tried] == [("sign-in", state)]
    assert "app-secret" not in repr(found)


@dataclass(frozen=True)
class Ends(Signed):
    def expiry_request(self, credential: Credential) -> httpx.Request:
        return httpx.Request("GET", f"{self.api_url}/token", headers=dict(bearer(credential)))

    def parse_expiry(self, response: httpx.Response) -> datetime | None:
        until = response.json()["until"]
        return datetime.fromisoformat(until) if until else None


@pytest.mark.parametrize("days", [30, -1, None])
async def test_until_when_a_token_is_good_is_asked(days: int | None) -> None:
    until = None if days is None else datetime.now(UTC) + timedelta(days=days)

    async def handle(request: web.Request) -> web.Response:
        if request.path == "/token":
            return web.json_response({"until": until and until.isoformat()})
        return web.json_response({"posts": []})

    async with serving(handle) as url:
        found = await tried(Ends(url), credential=seed())
    assert found.until == until
    states = {each.kind: each.state for each in found.tried}
    assert states == {"search": "works"} | ({"sign-in": "token"} if days == -1 else {})


async def test_an_expiry_that_cannot_be_asked_for_spoils_nothing() -> None:
    async def handle(request: web.Request) -> web.Response:
        good = request.path != "/token"
        return web.json_response({"posts": []}, status=200 if good else 500)

    async with serving(handle) as url:
        found = await tried(Ends(url), credential=seed())
    assert ([each.state for each in found.tried], found.until) == (["works"], None)


def test_questions_are_not_asked_more_than_needed() -> None:
    source = Source(Plain("http://x"), READS)  # type: ignore[arg-type]
    asked = questions(source, [], None)
    assert [question.kind for question in asked] == ["search", "mentions", "figures"]
    assert all(not question.skipped for question in asked)


@pytest.fixture
async def socket_server() -> AsyncIterator[dict[str, object]]:
    state: dict[str, object] = {"status": 101}

    async def handle(request: web.Request) -> web.StreamResponse:
        if state["status"] != 101:
            return web.json_response({"error": SECRET}, status=int(str(state["status"])))
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for _message in websocket:
            await websocket.send_str(str(state.get("says", "")))
        return websocket

    async with serving(handle) as url:
        state["url"] = url.replace("http:", "ws:")
        yield state


@dataclass(frozen=True)
class Live:
    api_url: str
    name: ClassVar[str] = "live"
    network: ClassVar[str] = "plain"
    quiet: ClassVar[bool] = True

    def connect(self, queries: object, *, cursor: object, credential: object) -> httpx.Request:
        return httpx.Request("GET", self.api_url, headers={"authorization": f"Bearer {SECRET}"})

    def subscriptions(self, queries: object) -> Sequence[str]:
        return ["listen"]

    def refusal(self, data: bytes) -> str | None:
        return data.decode() or None


@pytest.mark.parametrize(
    ("status", "says", "state"),
    [(101, "", "works"), (101, "no such tag", "query"), (401, "", "token"), (503, "", "later")],
)
async def test_a_live_stream_is_opened_and_told_what_is_wanted(
    socket_server: dict[str, object], status: int, says: str, state: str
) -> None:
    socket_server |= {"status": status, "says": says}
    stream = StreamSource(Live(str(socket_server["url"])))  # type: ignore[arg-type]
    found = await tried(Plain(""), reads=[], credential=seed(), streams=[stream], patience=3.0)
    (live,) = found.tried
    assert (live.kind, live.state) == ("stream", state)
    assert SECRET not in repr(found)


async def test_a_live_stream_that_is_not_there_is_told() -> None:
    streams = [StreamSource(Live(url)) for url in ("ws://nowhere.invalid/", "ws://127.0.0.1:9/")]  # type: ignore[arg-type]
    found = await tried(Plain(""), reads=[], credential=seed(), streams=streams, patience=3.0)
    assert [each.state for each in found.tried] == ["dns", "closed"]


@dataclass(frozen=True)
class Ruled:
    """A stream that keeps rules, and is one answer without an end."""

    api_url: str
    name: ClassVar[str] = "ruled"
    network: ClassVar[str] = "plain"
    idle: ClassVar[float] = 60.0

    @property
    def replay(self) -> timedelta:
        return timedelta(0)

    def connect(self, queries: object, *, cursor: object, credential: object) -> httpx.Request:
        raise AssertionError("it is never opened")

    def rules(self, *, credential: Credential | None) -> httpx.Request:
        return httpx.Request("GET", f"{self.api_url}/rules", headers=dict(bearer(credential)))

    def changes(self, *_args: object, **_named: object) -> Sequence[httpx.Request]:
        raise AssertionError("its rules are never changed")

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> object:
        return trouble(response, now)


@pytest.mark.parametrize(("status", "state"), [(200, "works"), (403, "right")])
async def test_of_a_stream_with_rules_they_are_looked_at_and_nothing_else(
    status: int, state: str
) -> None:
    asked: list[tuple[str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append((request.method, request.path))
        return web.json_response({}, status=status)

    async with serving(handle) as url:
        stream = StreamSource(Ruled(url))  # type: ignore[arg-type]
        found = await tried(Plain(""), reads=[], credential=seed(), streams=[stream])
    assert [each.state for each in found.tried] == [state]
    assert asked == [("GET", "/rules")]
