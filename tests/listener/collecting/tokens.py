"""A token endpoint and an API that takes its tokens only, on loopback; and a network that signs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from aiohttp import web

from listener.clock import Clock
from listener.collecting.credentials import Credentials
from listener.collecting.host import Host
from listener.collecting.seeds import KnownValues, NamedSecrets, Seed
from listener.networks.base import Read
from listener.networks.defaults import bearer
from listener.networks.oauth import OAuth
from listener.records import Credential
from listener.settings.values import Secret
from listener.store.session import Database
from tests.upstream import Plain, Upstream, serving

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class Signed(Plain):
    """``Plain`` with the token in the header that the standard names."""

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        request = super().request(read, credential=credential, since=since, page=page)
        request.headers.update(bearer(credential))
        return request


@dataclass
class Tokens:
    """Grants token-1, token-2, … and rotates refresh-0, refresh-1, …; one is good at a time.
    ``answer`` may put something in between; ``forms``: what was asked with."""

    expires_in: object = 3600
    granted: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Answer | None = None
    api: Upstream = field(default_factory=Upstream)
    used: list[str] = field(default_factory=list)  # tokens the API has seen
    url: str = ""

    @property
    def good(self) -> str:
        return f"token-{self.granted}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/token":
            return await self._api(request)
        form = {k: str(v) for k, v in (await request.post()).items()}
        self.forms.append(form | dict(request.query))
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        if self.answer is not None and (said := await self.answer(request)) is not None:
            return said
        used = form.get("refresh_token")
        if used is not None and used != f"refresh-{self.granted}":
            told = {"error": "invalid_grant", "error_description": f"{used} was used or revoked"}
            return web.json_response(told, status=400)
        self.granted += 1
        body: dict[str, object] = {"access_token": self.good, "token_type": "Bearer"}
        if self.expires_in is not None:
            body["expires_in"] = self.expires_in
        if form.get("grant_type") == "refresh_token":
            body["refresh_token"] = f"refresh-{self.granted}"
        return web.json_response(body)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.used.append(token)
        if token != self.good:
            return web.json_response({"error": f"{token} has expired"}, status=401)
        return await self.api.handle(request)


@asynccontextmanager
async def token_server() -> AsyncIterator[Tokens]:
    tokens = Tokens()
    async with serving(tokens.handle) as url:
        tokens.url = url
        yield tokens


def seed_for(url: str, named: dict[str, NamedSecrets] | None = None, **oauth: object) -> Seed:
    """A seed with a token that is no longer good and the refresh token that is."""
    if named is None:
        named = {
            "token": KnownValues("stale-token"),
            "refresh_token": KnownValues("refresh-0"),
            "client_id": KnownValues("app-id"),
            "client_secret": KnownValues("app-secret"),
        }
    declared = OAuth(token_url="/token", **oauth)  # type: ignore[arg-type]
    return Seed("plain", named, declared, declared.url(url))


def in_files(folder: Path, **values: str) -> dict[str, NamedSecrets]:
    """Secrets named ``file:``, which a test may replace."""
    named: dict[str, NamedSecrets] = {}
    for key, value in values.items():
        (folder / key).write_text(value)
        named[key] = Secret(f"file:{folder / key}")
    return named


@dataclass
class Desk:
    """One process: its credentials, and a host that reads with them."""

    credentials: Credentials
    host: Host

    async def reads(self, number: int) -> list[object]:
        each = (
            self.host.ask(Read("search", f"زين {n}"), since=None, page=None) for n in range(number)
        )
        return list(await asyncio.gather(*each))


@asynccontextmanager
async def desk(
    db: Database, tokens: Tokens, clock: Clock, seed: Seed | None = None
) -> AsyncIterator[Desk]:
    seed = seed or seed_for(tokens.url)
    credentials = Credentials(db, [seed], clock, jitter=lambda: 0.0)
    host = Host(Signed(tokens.url), credentials, clock, burst=1000)  # type: ignore[arg-type]
    try:
        yield Desk(credentials, host)
    finally:
        await host.close()
