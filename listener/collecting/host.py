"""What one network is asked: pages, counts, authors, stored posts, all through one exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from listener.collecting import charging
from listener.collecting.exchange import Exchange, Paying, address
from listener.collecting.pace import Held
from listener.collecting.secrecy import secrets_of, storable
from listener.networks.base import (
    Counts,
    Expires,
    Page,
    Read,
    Rereads,
    Resolves,
    Trouble,
    Wait,
)
from listener.records import Author, Credential


@dataclass(frozen=True, slots=True)
class Answer:
    """``rest``: seconds of silence that a successful answer asks for (its limit is used up)."""

    page: Page
    rest: float | None = None


class Host(Exchange):
    """Whatever goes wrong is a value; nothing is raised."""

    async def ask(
        self, read: Read, *, since: str | None, page: str | None, extra: bool = False
    ) -> Answer | Trouble | Held:
        """Waits its turn, asks, reads. Whatever goes wrong is a value; nothing is raised.
        ``extra``: no poll, but what polls lead to; its budget is another share."""
        network = self.network
        answer = await self.answer(
            lambda: self._own(read, since, page),
            lambda response: storable(
                network.parse(response, read, page), secrets_of(self.credential)
            ),
            # A later page is named by the network, not by the operator.
            by_name=None if page is None else [self.name_of(read)],
            charge=self._charged(read, page, extra=extra),
        )
        return Answer(*answer) if isinstance(answer, tuple) else answer

    async def count(self, read: Read, *, since: str | None) -> int | Trouble | Held | None:
        """How many items newer than ``since`` wait, where the network can tell; as ``ask``. None,
        without asking, where it cannot."""
        network = self.network
        if not isinstance(network, Counts):
            return None
        request = network.count_request(read, credential=self.credential, since=since)
        if request is None:
            return None
        charge = charging.charge_count(network, self.budget, self.mark, read)
        answer = await self.answer(lambda: request, network.parse_count, charge=lambda: charge)
        return answer[0] if isinstance(answer, tuple) else answer

    async def authors(self, ids: Sequence[str]) -> Mapping[str, Author] | Trouble | Held:
        """Who ``ids`` are, where the network can tell; as ``ask``, with the same rate in a lane of
        its own, so that lookups and reads do not wait for each other. While the host wants silence
        it is not waited for. Nobody, without asking, where the network cannot tell."""
        network = self.network
        if not isinstance(network, Resolves):
            return {}
        answer = await self.answer(
            lambda: network.authors_request(ids, credential=self.credential),
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
        answer = await self.answer(
            lambda: network.reread_request(keys, credential=self.credential),
            lambda response: storable(
                network.parse_reread(response, keys), secrets_of(self.credential)
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
        answer = await self.answer(
            lambda: network.expiry_request(self.credential or Credential(network.name)),
            network.parse_expiry,
            lane=" expiry",
        )
        return (answer[0],) if isinstance(answer, tuple) else answer

    async def subscribe(self, build: Callable[[Credential | None], httpx.Request]) -> int | Trouble:
        """Sends what asks the network to push, or to push no longer; the HTTP status where it was
        taken. As ``authors``, in a lane of its own."""
        answer = await self.answer(
            lambda: build(self.credential), lambda response: response.status_code, lane=" pushes"
        )
        if isinstance(answer, Held):  # never: nothing is paid for it
            return Wait(answer.seconds, answer.why)
        return answer[0] if isinstance(answer, tuple) else answer

    def _charged(self, read: Read, page: str | None, *, extra: bool) -> Paying:
        return lambda: charging.charge(
            self.network, self.budget, self.mark, read, page, extra=extra
        )

    def _own(self, read: Read, since: str | None, page: str | None) -> httpx.Request:
        """The request for a page. Raises ValueError where the page, which the network named, would
        take the credential to another host than the read's first page."""
        credential = self.credential
        request = self.network.request(read, credential=credential, since=since, page=page)
        if credential is not None and page is not None and address(request) != self.name_of(read):
            raise ValueError("the next page lies on another host: the token is not sent there")
        return request
