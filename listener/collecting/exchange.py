"""One network's line: its HTTP client, its pace, what is paid, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx

from listener.clock import Clock
from listener.collecting import pace
from listener.collecting.budget import Budget
from listener.collecting.charging import Charge
from listener.collecting.credentials import Fixed, Provides
from listener.collecting.fetch import MAX_BYTES, fetch, open_client
from listener.collecting.granting import NotGrantedError
from listener.collecting.holds import Holds
from listener.collecting.off_loop import off_loop
from listener.collecting.outward import Client
from listener.collecting.pace import Held
from listener.collecting.renewing import REST
from listener.collecting.secrecy import secrets_of
from listener.collecting.slots import Slots
from listener.collecting.spoken import failure, spoken
from listener.networks.base import (
    BadPage,
    Broken,
    Network,
    Read,
    Refused,
    Trouble,
    Wait,
)
from listener.records import Credential

T = TypeVar("T")
Rest = Callable[[httpx.Response, datetime], float | None]
Paying = Callable[[], Charge | None]


def free() -> None:
    """Nothing is paid for it."""


class Exchange:
    """Every request to one network passes here, one pace for all of its reads. ``credential``: who
    is asked for one at each request, or one that never changes. ``holds``: which hosts want
    silence, shared with the collector's other networks. ``budget``: who keeps its allowances."""

    def __init__(
        self,
        network: Network,
        credential: Credential | Provides | None,
        clock: Clock,
        *,
        rate: float = 1.0,
        burst: float = 5.0,
        rest: Rest | None = None,
        holds: Holds | None = None,
        max_bytes: int = MAX_BYTES,
        client: Client | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.network = network
        if credential is None or isinstance(credential, Credential):
            credential = Fixed(credential)
        self._provider: Provides = credential
        self._clock, self._rest = clock, rest
        self._holds = holds or Holds(clock)
        self._client, self.budget = client or open_client(), budget
        self._max_bytes = min(max_bytes, getattr(network, "max_bytes", max_bytes))
        self._slots = Slots(clock)
        self._fresh = pace.Bucket(rate, burst, burst, clock.monotonic())
        self._buckets: dict[str, pace.Bucket] = {}  # feeds live on many hosts

    async def close(self) -> None:
        await self._client.aclose()

    def held(self, read: Read) -> float:
        """Seconds for which the host of ``read`` still wants silence."""
        return self._holds.left(self.name_of(read), self._signer)

    def refusing(self, read: Read) -> Wait | Refused | None:
        """What ``read`` would be told while its host is held; None where it may ask."""
        return self._holds.held(self.name_of(read), self._signer)

    def resume(self, read: Read, state: pace.Pace, seconds: float) -> None:
        """Takes over what the host of ``read`` said before a restart; ``seconds``: what is left."""
        if state.scope != "host" or seconds <= 0:
            return
        if state.state == "waiting":
            self._holds.rest(self.name_of(read), seconds)
        elif state.state == "refused":
            self._holds.suspend(self.name_of(read), self._signer, seconds, state.why or "")

    async def answer(
        self,
        build: Callable[[], httpx.Request],
        parse: Callable[[httpx.Response], T],
        *,
        lane: str = "",
        by_name: Collection[str] | None = None,
        charge: Paying = free,
    ) -> tuple[T, float | None] | Trouble | Held:
        """As ``_once``, signed in; where that is refused and there is another credential to be had,
        once more with that."""
        name = self.network.name
        try:
            used = await self._provider.credential(name)
            answer = await self._once(build, parse, lane=lane, by_name=by_name, charge=charge)
            refused = isinstance(answer, Refused) and answer.kind == "sign-in"
            if refused and used is not None and await self._provider.renewed(name, used):
                answer = await self._once(build, parse, lane=lane, by_name=by_name, charge=charge)
        except NotGrantedError as error:
            trouble = self._said(error.trouble)
            if isinstance(trouble, Refused):  # by the token endpoint: what is asked there is known
                with suppress(Exception):  # a request that cannot be built is told when it is
                    self._holds.suspend(address(build()), self._signer, REST, trouble.why)
            return trouble
        return answer

    async def _once(
        self,
        build: Callable[[], httpx.Request],
        parse: Callable[[httpx.Response], T],
        *,
        lane: str = "",
        by_name: Collection[str] | None = None,
        charge: Paying = free,
    ) -> tuple[T, float | None] | Trouble | Held:
        """What ``parse`` made of the answer, and the rest that the answer asks for. What waits its
        turn or for a place waits as long as it takes: that is no fault of the network's."""
        try:
            request = build()
            await self._turn(address(request) + lane)
            async with self._slots.place(address(request)):
                return await self._exchange(request, parse, by_name, charge())
        except Exception as error:
            return self._said(failure(error, self.network))

    async def _exchange(
        self,
        request: httpx.Request,
        parse: Callable[[httpx.Response], T],
        by_name: Collection[str] | None,
        charge: Charge | None,
    ) -> tuple[T, float | None] | Trouble | Held:
        credential, signer, host = self.credential, self._signer, address(request)
        if (held := self._holds.held(host, signer)) is not None:
            return held  # another read was told so while this one waited
        names = [host] if by_name is None else by_name
        ask = partial(
            fetch,
            self._client,
            request,
            max_bytes=self._max_bytes,
            secrets=secrets_of(credential),
            by_name=[*names, *getattr(self.network, "private_hosts", ())],
        )
        response = await (ask() if charge is None else charge.paid(request, ask))
        if not isinstance(response, httpx.Response):
            return response
        now = self._clock.now()
        trouble = self.network.trouble(response, now)
        if trouble is not None:
            trouble = self._said(trouble)
            self._holds.heard(host, signer, trouble)
            return trouble
        self._holds.heard(host, signer, None)
        try:
            parsed = await off_loop(parse, response, slowly=self._slots.slow(host))
        except BadPage as error:
            return self._said(Broken(str(error)))
        except Exception as error:  # a network's own bug must not end the watch over the others
            return self._said(Broken(f"could not be read: {type(error).__name__}: {error}"))
        rest = self._rest(response, now) if self._rest else None
        if rest is not None:
            self._holds.rest(host, rest)
        return parsed, rest

    @property
    def mark(self) -> str:
        """Whose budget it is: changes with what is configured."""
        return self._provider.mark(self.network.name)

    @property
    def credential(self) -> Credential | None:
        return self._provider.in_hand(self.network.name)

    @property
    def _signer(self) -> Credential | None:
        """Whose sign-in it is: another one as soon as the token or what is configured changes."""
        credential, mark = self.credential, self._provider.mark(self.network.name)
        return (
            replace(credential, values={**credential.values, "mark": mark}) if credential else None
        )

    def changed(self, state: pace.State) -> Callable[[], bool] | None:
        """Tells a read in ``state`` whether the configured secrets have changed since now; None
        where they cannot, or where that would change nothing."""
        return self._provider.watch(self.network.name, state)

    def name_of(self, read: Read) -> str:
        try:
            request = self.network.request(read, credential=self.credential, since=None, page=None)
        except Exception:  # told when it is asked for
            return ""
        return address(request)

    def _said(self, trouble: Trouble) -> Trouble:
        return spoken(trouble, self.credential)

    async def _turn(self, host: str) -> None:
        bucket = self._buckets.get(host, self._fresh)
        self._buckets[host], wait = pace.take(bucket, self._clock.monotonic())
        if wait > 0:
            await self._clock.sleep(wait)


def address(request: httpx.Request) -> str:
    """Host and port: what a limit is of."""
    return request.url.netloc.decode("ascii", "replace")
