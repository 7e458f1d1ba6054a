"""``GET`` and ``POST /push/NAME``: what networks that call us ask and tell.

A challenge is answered as the network's own file says. A push is verified over its raw body before
anything of it is read, written down as reads that are worth a look (``collecting.hints``), and
answered at once: what it says is asked of the network itself (``networks.pushing.Pushes``).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from listener.collecting import hints, push_rows
from listener.collecting.brought import store_brought
from listener.collecting.intake import Intake, short
from listener.collecting.secrecy import Secrets, secrets_of, storable
from listener.logs.repeats import Repeats
from listener.networks.base import BadPage, Network, Page
from listener.networks.pushing import Push, Pushes
from listener.records import Account, Credential
from listener.serving.answers import as_json, refusal
from listener.store.faults import fault_of
from listener.store.session import Database

log = logging.getLogger(__name__)

BODY = 1024 * 1024
"""Bytes of a push."""
DUE = 100
"""Reads of one push that are written down."""
AGAIN = "30"
"""Seconds after which a network may come again: ``Retry-After`` of a 503."""
REMEMBERED = timedelta(hours=1)
"""So long the same body again is answered and not read again."""
_MOST = 10_000
"""Bodies that are remembered."""
_CONFIRM = timedelta(minutes=1)
"""Between two challenges that are written down: anybody may ask."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A network that may call. ``secret``: the section's as it stands now, None where it is not
    there; ``known``: what must not be stored of what it brings."""

    network: Network
    accounts: Sequence[Account]
    secret: Callable[[], str | None]
    known: Callable[[], Credential | None] = lambda: None

    @property
    def pushes(self) -> Pushes:
        assert isinstance(self.network, Pushes)
        return self.network

    def secrets(self) -> Secrets:
        return secrets_of(self.known())


@dataclass(slots=True)
class PushIn:
    """``callers`` by their network's name; ``clock``: aware UTC."""

    db: Database
    callers: Mapping[str, Caller]
    intake: Intake
    clock: Callable[[], datetime]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _seen: OrderedDict[bytes, datetime] = field(default_factory=OrderedDict)
    _under_way: dict[bytes, asyncio.Task[web.Response]] = field(default_factory=dict)
    _confirmed: dict[str, datetime] = field(default_factory=dict)
    _repeats: Repeats = field(default_factory=Repeats)

    def routes(self) -> list[web.RouteDef]:
        place = "/push/{network}"
        return [web.get(place, self._challenged, allow_head=False), web.post(place, self._pushed)]

    def standings(self) -> dict[str, dict[str, int]]:
        """For the heartbeat: by network, how many pushes were ``taken``, ``repeated``,
        ``refused`` and ``malformed`` since this process began."""
        told: dict[str, dict[str, int]] = {}
        for (network, what), number in sorted(self.counts.items()):
            told.setdefault(network, {})[what] = number
        return told

    async def _challenged(self, request: web.Request) -> web.Response:
        caller, secret = self._caller(request)
        try:
            answer = caller.pushes.challenge(dict(request.query), secret, caller.accounts)
        except Exception as error:  # a network's own bug answers nobody
            log.exception(
                "%s: a challenge could not be read: %s", caller.network.name, short(error)
            )
            answer = None
        if answer is None:
            self._say(caller, "challenged", "a challenge was refused: not what we asked for")
            raise web.HTTPNotFound
        await self._confirm(caller.network.name)
        if isinstance(answer, str):
            return web.Response(text=answer)
        return as_json(dict(answer))

    async def _pushed(self, request: web.Request) -> web.Response:
        caller, secret = self._caller(request)
        body = await request.read()
        if len(body) > BODY:
            self._say(caller, "refused", f"a push of more than {BODY} bytes was refused")
            return refusal(413, f"the request is larger than {BODY} bytes")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._signed(caller, headers, body, secret):
            self._say(caller, "refused", "a push was refused: its signature does not fit")
            return refusal(403, "the signature does not fit the body")
        digest = hashlib.sha256(caller.network.name.encode() + b"\0" + body).digest()
        if self._known(digest):
            self.counts[caller.network.name, "repeated"] += 1
            return web.Response(text="ok")
        under_way = self._under_way.get(digest)
        if under_way is None:
            under_way = asyncio.ensure_future(self._take(caller, body, digest))
            self._under_way[digest] = under_way
            under_way.add_done_callback(lambda _: self._under_way.pop(digest, None))
        else:
            self.counts[caller.network.name, "repeated"] += 1
        # Shielded: the one who asked first may hang up, the others still wait for it.
        return _copy(await asyncio.shield(under_way))

    async def _take(self, caller: Caller, body: bytes, digest: bytes) -> web.Response:
        name = caller.network.name
        try:
            push = caller.pushes.pushed(body, caller.accounts)
            # Neither what it brings nor what it has us read may hold a secret.
            storable(replace(push.page, more=(*push.page.more, *push.due)), caller.secrets())
        except BadPage as error:
            self._say(caller, "malformed", f"a push could not be read: {short(error)}")
            return refusal(400, "this is no push of this network")
        except Exception as error:  # a network's own bug must not end the watch over the others
            log.exception("%s: a push could not be read: %s", name, short(error))
            self.counts[name, "malformed"] += 1
            return refusal(400, "this push could not be read")
        try:
            await self.intake.tell(await self._store(caller, push))
        except (SQLAlchemyError, OSError) as error:
            if (why := fault_of(error)) is None:
                raise
            self._say(
                caller, "failed", f"a push was not stored: the database takes nothing ({why})"
            )
            said = "nothing can be stored at the moment; send it again"
            return refusal(503, said, {"Retry-After": AGAIN})
        self._remember(digest)
        self.counts[name, "taken"] += 1
        return web.Response(text="ok")

    async def _store(self, caller: Caller, push: Push) -> list[int]:
        """Durable: the network forgets what was answered."""
        name, now, ids = caller.network.name, self.clock(), list[int]()
        async with self.db.writing(durable=True) as connection:
            await hints.put(connection, name, push.due[:DUE], now=now)
            if push.page != Page():
                ids = await store_brought(
                    connection, self.intake, caller.network, push.page, push.of, now=now
                )
            await push_rows.told(connection, name, now)
        return ids

    def _caller(self, request: web.Request) -> tuple[Caller, str]:
        """404 for a network that may not call, 503 where its secret is not there; both raised."""
        caller = self.callers.get(request.match_info["network"])
        if caller is None:
            raise web.HTTPNotFound
        if not (secret := caller.secret()):
            self._say(caller, "failed", "a call was refused: its secret is not there")
            raise web.HTTPServiceUnavailable(reason="the secret of this network is not there")
        return caller, secret

    def _signed(self, caller: Caller, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        try:
            return caller.pushes.signed(headers, body, secret)
        except Exception as error:
            log.exception(
                "%s: a signature could not be read: %s", caller.network.name, short(error)
            )
            return False

    async def _confirm(self, name: str) -> None:
        now = self.clock()
        last = self._confirmed.get(name)
        if last is not None and last <= now < last + _CONFIRM:
            return
        try:
            async with self.db.writing() as connection:
                await push_rows.confirmed(connection, name, now)
            self._confirmed[name] = now
        except (SQLAlchemyError, OSError) as error:  # the challenge itself needs no database
            log.warning("%s: its challenge was not written down: %s", name, short(error))

    def _known(self, digest: bytes) -> bool:
        now = self.clock()
        while self._seen and next(iter(self._seen.values())) + REMEMBERED < now:
            self._seen.popitem(last=False)
        return digest in self._seen

    def _remember(self, digest: bytes) -> None:
        self._seen[digest] = self.clock()
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def _say(self, caller: Caller, what: str, why: str) -> None:
        """Counted; told the first few times, then summed up."""
        name = caller.network.name
        self.counts[name, what] += 1
        note = self._repeats.bounded(f"{name} {what}", self.clock())
        if note is not None:
            log.warning("%s: %s%s", name, why, note)


def _copy(answer: web.Response) -> web.Response:
    """One response is sent once."""
    more: Any = {"text": answer.text, "status": answer.status, "content_type": answer.content_type}
    again = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
    return web.Response(**more, headers=again)
