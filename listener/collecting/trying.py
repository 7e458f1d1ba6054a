"""Tries what the settings name of one network, each within bounded time; writes nothing anywhere.

Pace, holds, retries and cursors are left out: these are a handful of requests that a person waits
for. Secrets go where the collector lets them go, and no further (``fetch``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import httpx

from listener.clock import Clock
from listener.collecting.borrowed import SIGN_IN, Borrowed, borrow
from listener.collecting.fetch import MAX_BYTES, fetch, open_client
from listener.collecting.outward import Client, netloc
from listener.collecting.questions import Question, questions
from listener.collecting.secrecy import secrets_of
from listener.collecting.source import Source
from listener.collecting.stream_source import StreamSource
from listener.collecting.tried import (
    NetworkTried,
    State,
    Tried,
    is_web_page,
    of_error,
    of_page,
    of_trouble,
    said_of,
    skew_of,
    told,
)
from listener.collecting.trying_stream import try_stream
from listener.networks.base import BadPage, Expires, Network, Refused, Wait
from listener.records import Account, Credential
from listener.store.credential_rows import Kept

PATIENCE = 10.0
"""Seconds of one question."""
AT_ONCE = 8


async def try_network(
    source: Source,
    accounts: Sequence[Account],
    *,
    kept: Kept | None,
    clock: Clock,
    streams: Sequence[StreamSource] = (),
    patience: float = PATIENCE,
) -> NetworkTried:
    """``kept``: what its token was renewed into, where it was. ``streams``: its own. Raises nothing
    that a network, its file or the way to it can cause."""
    name = source.network.name
    async with open_client() as client:
        trial = _Trial(source, client, clock, patience)
        borrowed = await borrow(source.seed, kept, client, now=clock.now(), total=patience)
        if borrowed.failed is not None:
            failed = told(borrowed.failed, borrowed.secrets)
            return NetworkTried(name, (failed,), renews=borrowed.renews, signed=True)
        credential = borrowed.credential
        try:
            asked = questions(source, accounts, credential)
        except Exception as error:  # a network's own bug
            why = f"{type(error).__name__}: {error}"
            return NetworkTried(name, (told(Tried(SIGN_IN, "broken", why=why), borrowed.secrets),))
        tried = await asyncio.gather(*(trial.ask(question, borrowed) for question in asked))
        until, more = await trial.expiry(borrowed)
        live = [
            await try_stream(stream, credential, clock=clock, patience=patience)
            for stream in streams
        ]
    clean = [told(each, borrowed.secrets) for each in (*more, *tried, *live)]
    return NetworkTried(
        name,
        tuple(clean) or (Tried(SIGN_IN, "nothing"),),
        until,
        borrowed.renews,
        credential is not None,
    )


class _Trial:
    def __init__(self, source: Source, client: Client, clock: Clock, patience: float) -> None:
        self._network: Network = source.network
        self._client, self._clock, self._patience = client, clock, patience
        self._places = asyncio.Semaphore(AT_ONCE)

    async def ask(self, question: Question, borrowed: Borrowed) -> Tried:
        tried = Tried(
            question.kind,
            "skipped",
            question.target,
            costs=question.costs,
            arabic=question.arabic,
            english=question.english,
        )
        if question.skipped:
            return tried
        async with self._places:
            return await self._asked(question, tried, borrowed.credential)

    async def _asked(
        self, question: Question, tried: Tried, credential: Credential | None
    ) -> Tried:
        try:
            request = question.build()
        except Exception as error:
            return replace(tried, state="broken", why=f"{type(error).__name__}: {error}")
        tried = replace(tried, host=request.url.host)
        try:
            response = await self._fetch(request, credential)
        except Exception as error:
            return replace(tried, state=of_error(error), why=said_of(error))
        now = self._clock.now()
        tried = replace(tried, skew=skew_of(response, now))
        trouble = self._network.trouble(response, now)
        signed = credential is not None
        if trouble is not None:
            state = of_trouble(trouble, response, asked=request.url, signed=signed, now=now)
            seconds = trouble.seconds if isinstance(trouble, Wait) else None
            return replace(tried, state=state, why=trouble.why, seconds=seconds)
        if signed and response.request.url.host != request.url.host:
            why = f"moved to {response.request.url.host}"
            return replace(tried, state="moved", why=why)
        return await self._read(question, tried, response)

    async def _read(self, question: Question, tried: Tried, response: httpx.Response) -> Tried:
        """Whether the answer is what the network's documents promise."""
        if question.read is None:
            return replace(tried, state="html" if is_web_page(response) else "works")
        try:
            page = await asyncio.to_thread(self._network.parse, response, question.read, None)
        except BadPage as error:
            return replace(tried, state=of_page(response), why=str(error))
        except Exception as error:  # a network's own bug
            return replace(tried, state="broken", why=f"{type(error).__name__}: {error}")
        return replace(tried, state="works", found=len(page.mentions) + len(page.own_posts))

    async def expiry(self, borrowed: Borrowed) -> tuple[datetime | None, list[Tried]]:
        """Until when the token is good; what is wrong with it, where the network says that."""
        network, credential = self._network, borrowed.credential
        if not isinstance(network, Expires) or credential is None:
            return borrowed.until, []
        tried = Tried(SIGN_IN, "works")
        try:
            request = network.expiry_request(credential)
            response = await self._fetch(request, credential)
            now = self._clock.now()
            trouble = self._network.trouble(response, now)
            if isinstance(trouble, Refused) and trouble.kind == "sign-in":
                state: State = of_trouble(
                    trouble, response, asked=request.url, signed=True, now=now
                )
                return None, [replace(tried, state=state, why=trouble.why)]
            until = network.parse_expiry(response) if trouble is None else None
        except Exception:  # it is only asked besides: what is read says the rest
            return borrowed.until, []
        if until is not None and until <= now:
            return until, [replace(tried, state="token")]
        return until or borrowed.until, []

    async def _fetch(self, request: httpx.Request, credential: Credential | None) -> httpx.Response:
        names = [netloc(request.url), *getattr(self._network, "private_hosts", ())]
        most = getattr(self._network, "max_bytes", MAX_BYTES)
        return await fetch(
            self._client,
            request,
            max_bytes=min(most, MAX_BYTES),
            total=self._patience,
            secrets=secrets_of(credential),
            by_name=names,
        )
