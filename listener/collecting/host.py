"""One network's line: its HTTP client, its pace, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx

from listener.clock import Clock
from listener.collecting import charging, pace
from listener.collecting.budget import Budget
from listener.collecting.charging import Charge
from listener.collecting.credentials import Fixed, Provides
from listener.collecting.fetch import MAX_BYTES, fetch, open_client
from listener.collecting.granting import NotGrantedError
from listener.collecting.holds import Holds
from listener.collecting.off_loop import off_loop
from listener.collecting.outward import Client, PrivateAddressError
from listener.collecting.pace import Held
from listener.collecting.renewing import REST
from listener.collecting.secrecy import masked, secrets_of, storable
from listener.collecting.slots import Slots
from listener.collecting.unpacking import UnreadableError
from listener.networks.base import (
    BadPage,
    Broken,
    Counts,
    Expires,
    Network,
    Page,
    Read,
    Refused,
    Rereads,
    Resolves,
    Trouble,
    Wait,
)
from listener.networks.failures import of_exception
from listener.records import Author, Credential

T = TypeVar("T")
Rest = Callable[[httpx.Response, datetime], float | None]
Paying = Callable[[], Charge | None]


def free() -> None:
    """Nothing is paid for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``rest``: seconds of silence that a successful answer asks for (its limit is used up)."""

    page: Page
    rest: float | None = None


class Host:
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
        return self._holds.left(self._name(read), self._signer)

    def refusing(self, read: Read) -> Wait | Refused | None:
        """What ``read`` would be told while its host is held; None where it may ask."""
        return self._holds.held(self._name(read), self._signer)

    def resume(self, read: Read, state: pace.Pace, seconds: float) -> None:
        """Takes over what the host of ``read`` said before a restart; ``seconds``: what is left."""
        if state.scope != "host" or seconds <= 0:
            return
        if state.state == "waiting":
            self._holds.rest(self._name(read), seconds)
        elif state.state == "refused":
            self._holds.suspend(self._name(read), self._signer, seconds, state.why or "")

    async def ask(
        self, read: Read, *, since: str | None, page: str | None, extra: bool = False
    ) -> Answer | Trouble | Held:
        """Waits its turn, asks, reads. Whatever goes wrong is a value; nothing is raised.
        ``extra``: no poll, but what polls lead to; its budget is another share."""
        network = self.network
        answer = await self._answer(
            lambda: self._own(read, since, page),
            lambda response: storable(
                network.parse(response, read, page), secrets_of(self._credential)
            ),
            # A later page is named by the network, not by the operator.
            by_name=None if page is None else [self._name(read)],
            charge=self._charged(read, page, extra=extra),
        )
        return Answer(*answer) if isinstance(answer, tuple) else answer

    async def count(self, read: Read, *, since: str | None) -> int | Trouble | Held | None:
        """How many items newer than ``since`` wait, where the network can tell; as ``ask``. None,
        without asking, where it cannot."""
        network = self.network
        if not isinstance(network, Counts):
            return None
        request = network.count_request(read, credential=self._credential, since=since)
        if request is None:
            return None
        charge = charging.charge_count(network, self.budget, self.mark, read)
        answer = await self._answer(lambda: request, network.parse_count, charge=lambda: charge)
        return answer[0] if isinstance(answer, tuple) else answer

    async def authors(self, ids: Sequence[str]) -> Mapping[str, Author] | Trouble | Held:
        """Who ``ids`` are, where the network can tell; as ``ask``, with the same rate in a lane of
        its own, so that lookups and reads do not wait for each other. While the host wants silence
        it is not waited for. Nobody, without asking, where the network cannot tell."""
        network = self.network
        if not isinstance(network, Resolves):
            return {}
        answer = await self._answer(
            lambda: network.authors_request(ids, credential=self._credential),
            network.parse_authors,
            lane=" authors",
            charge=self._charged(charging.AUTHORS, None, extra=True),
        )
        return answer[0] if isinstance(answer, tuple) else answer

    async def reread(self, keys: Sequence[str]) -> Page | Trouble | Held:
        """The posts of ``keys`` as they are now; as ``authors``, in a lane of its own. An empty
        page, without asking, where the network cannot be asked so."""
        network = self.network
        if not isinstance(network, Rereads):
            return Page()
        answer = await self._answer(
            lambda: network.reread_request(keys, credential=self._credential),
            lambda response: storable(
                network.parse_reread(response, keys), secrets_of(self._credential)
            ),
            lane=" refresh",
            charge=self._charged(charging.REREAD, None, extra=True),
        )
        return answer[0] if isinstance(answer, tuple) else answer

    async def expiry(self) -> tuple[datetime | None] | Trouble | Held:
        """Until when the token in hand is good, None where that is not told; as ``authors``, in a
        lane of its own."""
        network = self.network
        if not isinstance(network, Expires):
            return (None,)
        answer = await self._answer(
            lambda: network.expiry_request(self._credential or Credential(network.name)),
            network.parse_expiry,
            lane=" expiry",
        )
        return (answer[0],) if isinstance(answer, tuple) else answer

    async def subscribe(self, build: Callable[[Credential | None], httpx.Request]) -> int | Trouble:
        """Sends what asks the network to push, or to push no longer; the HTTP status where it was
        taken. As ``authors``, in a lane of its own."""
        answer = await self._answer(
            lambda: build(self._credential), lambda response: response.status_code, lane=" pushes"
        )
        if isinstance(answer, Held):  # never: nothing is paid for it
            return Wait(answer.seconds, answer.why)
        return answer[0] if isinstance(answer, tuple) else answer

    async def _answer(
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
            trouble = self._spoken(error.trouble)
            if isinstance(trouble, Refused):  # by the token endpoint: what is asked there is known
                with suppress(Exception):  # a request that cannot be built is told when it is
                    self._holds.suspend(_address(build()), self._signer, REST, trouble.why)
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
            await self._turn(_address(request) + lane)
            async with self._slots.place(_address(request)):
                return await self._exchange(request, parse, by_name, charge())
        except Exception as error:
            return self._failure(error)

    async def _exchange(
        self,
        request: httpx.Request,
        parse: Callable[[httpx.Response], T],
        by_name: Collection[str] | None,
        charge: Charge | None,
    ) -> tuple[T, float | None] | Trouble | Held:
        credential, signer, host = self._credential, self._signer, _address(request)
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
            trouble = self._spoken(trouble)
            self._holds.heard(host, signer, trouble)
            return trouble
        self._holds.heard(host, signer, None)
        try:
            parsed = await off_loop(parse, response, slowly=self._slots.slow(host))
        except BadPage as error:
            return self._spoken(Broken(str(error)))
        except Exception as error:  # a network's own bug must not end the watch over the others
            return self._spoken(Broken(f"could not be read: {type(error).__name__}: {error}"))
        rest = self._rest(response, now) if self._rest else None
        if rest is not None:
            self._holds.rest(host, rest)
        return parsed, rest

    def _charged(self, read: Read, page: str | None, *, extra: bool) -> Paying:
        return lambda: charging.charge(
            self.network, self.budget, self.mark, read, page, extra=extra
        )

    @property
    def mark(self) -> str:
        """Whose budget it is: changes with what is configured."""
        return self._provider.mark(self.network.name)

    @property
    def _credential(self) -> Credential | None:
        return self._provider.in_hand(self.network.name)

    @property
    def _signer(self) -> Credential | None:
        """Whose sign-in it is: another one as soon as the token or what is configured changes."""
        credential, mark = self._credential, self._provider.mark(self.network.name)
        return (
            replace(credential, values={**credential.values, "mark": mark}) if credential else None
        )

    def changed(self, state: pace.State) -> Callable[[], bool] | None:
        """Tells a read in ``state`` whether the configured secrets have changed since now; None
        where they cannot, or where that would change nothing."""
        return self._provider.watch(self.network.name, state)

    def _own(self, read: Read, since: str | None, page: str | None) -> httpx.Request:
        """The request for a page. Raises ValueError where the page, which the network named, would
        take the credential to another host than the read's first page."""
        credential = self._credential
        request = self.network.request(read, credential=credential, since=since, page=page)
        if credential is not None and page is not None and _address(request) != self._name(read):
            raise ValueError("the next page lies on another host: the token is not sent there")
        return request

    def _name(self, read: Read) -> str:
        try:
            request = self.network.request(read, credential=self._credential, since=None, page=None)
        except Exception:  # told when it is asked for
            return ""
        return _address(request)

    async def _turn(self, host: str) -> None:
        bucket = self._buckets.get(host, self._fresh)
        self._buckets[host], wait = pace.take(bucket, self._clock.monotonic())
        if wait > 0:
            await self._clock.sleep(wait)

    def _failure(self, error: Exception) -> Trouble:
        if isinstance(error, PrivateAddressError) and hasattr(self.network, "private_hosts"):
            return self._spoken(Broken(f"{error}; if it is meant, name it in private_hosts"))
        if isinstance(error, UnreadableError | PrivateAddressError):
            return self._spoken(Broken(str(error)))
        return self._spoken(of_exception(error))

    def _spoken(self, trouble: Trouble) -> Trouble:
        if isinstance(trouble, Refused) and trouble.scope == "host" and not self._credential:
            # Nobody signed in: it is this page that wants it (a search beside open timelines).
            trouble = replace(trouble, scope="read")
        return replace(trouble, why=self._clean(trouble.why))

    def _clean(self, text: str) -> str:
        """For status and logs: one line, bounded, no secret."""
        text = masked(text, secrets_of(self._credential))
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _address(request: httpx.Request) -> str:
    """Host and port: what a limit is of."""
    return request.url.netloc.decode("ascii", "replace")
