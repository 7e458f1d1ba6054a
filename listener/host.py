"""One network's line: its HTTP client, its pace, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from listener import pace
from listener.clock import Clock
from listener.fetch import MAX_BYTES, TooLargeError, fetch, open_client
from listener.networks.base import BadPage, Broken, Network, Page, Read, Refused, Trouble, Wait
from listener.records import Credential

Rest = Callable[[httpx.Response, datetime], float | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """``rest``: seconds of silence that a successful answer asks for (its limit is used up)."""

    page: Page
    rest: float | None = None


Failure = Trouble | pace.Unreachable


class Host:
    """Every request to one network passes here, one pace for all of its reads."""

    def __init__(
        self,
        network: Network,
        credential: Credential | None,
        clock: Clock,
        *,
        rate: float = 1.0,
        burst: float = 5.0,
        rest: Rest | None = None,
        max_bytes: int = MAX_BYTES,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.network = network
        self._credential, self._clock, self._rest = credential, clock, rest
        self._client = client or open_client()
        self._max_bytes = max_bytes
        self._bucket = pace.Bucket(rate, burst, burst, clock.monotonic())

    async def close(self) -> None:
        await self._client.aclose()

    def held(self) -> float:
        """Seconds for which the network still wants silence."""
        return max(self._bucket.held_until - self._clock.monotonic(), 0.0)

    def hold(self, seconds: float) -> None:
        self._bucket = pace.hold(self._bucket, self._clock.monotonic() + seconds)

    async def ask(self, read: Read, *, since: str | None, page: str | None) -> Answer | Failure:
        """Waits its turn, asks, reads. Whatever goes wrong is a value; nothing is raised."""
        await self._turn()
        try:
            request = self.network.request(
                read, credential=self._credential, since=since, page=page
            )
            response = await fetch(self._client, request, max_bytes=self._max_bytes)
        except Exception as error:
            return self._failure(error)
        now = self._clock.now()
        trouble = self.network.trouble(response, now)
        if trouble is not None:
            return self._waiting(trouble)
        try:
            found = self.network.parse(response, read)
        except BadPage as error:
            return Broken(self._clean(str(error)))
        except Exception as error:  # a network's own bug must not end the watch over the others
            return Broken(self._clean(f"could not be read: {type(error).__name__}: {error}"))
        rest = self._rest(response, now) if self._rest else None
        if rest is not None:
            self.hold(min(rest, pace.DAY))
        return Answer(found, rest)

    async def _turn(self) -> None:
        self._bucket, wait = pace.take(self._bucket, self._clock.monotonic())
        while wait > 0:
            await self._clock.sleep(wait)
            wait = self.held()

    def _waiting(self, trouble: Trouble) -> Trouble:
        if isinstance(trouble, Wait) and trouble.seconds is not None:
            self.hold(min(max(trouble.seconds, 0.0), pace.DAY))  # the limit is the host's
        return trouble

    def _failure(self, error: Exception) -> Failure:
        said = self._clean(f"{type(error).__name__}: {error}")
        match error:
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                return Refused(f"{said}; check api_url", "query")
            case httpx.TooManyRedirects() | httpx.DecodingError() | TooLargeError():
                return Broken(said)
            case httpx.HTTPError() | OSError():
                hint = "; for a CA of your own set SSL_CERT_FILE" if "CERTIFICATE" in said else ""
                return pace.Unreachable(said + hint)
            case _:
                return Refused(f"no request could be made: {said}", "query")

    def _clean(self, said: str) -> str:
        """For status and logs: one line, bounded, no secret."""
        for value in self._credential.values.values() if self._credential else ():
            if value:
                said = said.replace(value, "***")
        return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]
