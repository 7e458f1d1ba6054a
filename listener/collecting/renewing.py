"""Renews one network's token: once, however many reads and processes want it, and kept before use.

A grant may void the refresh token that bought it, so the order is: lease the row, ask, store, use.
Only being killed between the answer and the store loses a grant; being cancelled does not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from listener.clock import Clock, finished
from listener.collecting import pace
from listener.collecting.fetch import fetch, open_client
from listener.collecting.granting import LARGEST, TOTAL, NotGrantedError, asking, granted
from listener.collecting.intake import database_trouble, short
from listener.collecting.secrecy import secrets_of
from listener.collecting.seeds import Seed, mark_of
from listener.networks.base import Refused, Trouble, Wait
from listener.networks.failures import of_exception
from listener.records import Credential
from listener.store import credential_rows as rows
from listener.store.credential_rows import Kept
from listener.store.session import Database

T = TypeVar("T")
log = logging.getLogger(__name__)

LEASE = timedelta(seconds=TOTAL + 40.0)
"""Longer than an exchange and the store after it."""
LOOK = 0.25
"""Seconds between two looks at a row that somebody else has leased."""
REST = 1800.0
"""Seconds for which a refusal is believed, unless the configured values change."""
SPOILED = 600.0
"""Seconds before a token that the network refused may be renewed again for that reason: a network
that refuses every token must not have us ask for a new one at each read."""
_FIRST, _LONGEST = 5.0, 900.0  # seconds between tries of a token endpoint that is away


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Why the token endpoint is not asked until ``until`` (monotonic seconds)."""

    mark: str
    until: float
    trouble: Trouble


class Renewal:
    """The token of one network. ``holder`` names this process in the lease; ``hide`` hears every
    new secret before anything else can tell it."""

    def __init__(
        self,
        seed: Seed,
        db: Database,
        clock: Clock,
        *,
        holder: str,
        hide: Callable[[Iterable[str]], None],
        jitter: Callable[[], float],
    ) -> None:
        assert seed.oauth is not None
        self._seed, self._oauth, self._name = seed, seed.oauth, seed.network
        self._db, self._clock = db, clock
        self._holder, self._hide, self._jitter = holder, hide, jitter
        self._lock = asyncio.Lock()
        self._kept: Kept | None = None
        self._unstored: Kept | None = None  # granted, and the database did not take it yet
        self._quiet: _Quiet | None = None
        self._errors = 0
        self._spoiled = ("", 0.0)  # whose token was renewed last because it was refused, and when

    def held(self, mark: str) -> Mapping[str, str] | None:
        """The tokens in hand that grew from these configured values."""
        return self._kept.tokens if self._kept and self._kept.seed == mark else None

    async def tokens(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """``values``: what is configured now. Renewed ahead of its end; where that fails the token
        in hand serves until its end. Raises NotGrantedError."""
        kept = self._kept
        if kept and kept.seed == mark_of(values) and not self._due(kept):
            return kept.tokens
        async with self._lock:
            kept = await self._current(values)
            if not self._due(kept):
                return kept.tokens
            try:
                return (await self._renewed(values, kept)).tokens
            except NotGrantedError as error:
                if self._over(kept):
                    raise
                log.warning("%s: %s; the token in hand still serves", self._name, error)
                return kept.tokens

    async def instead_of(
        self, spoiled: str | None, values: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """Tokens after the network refused ``spoiled``: those that somebody got meanwhile, or new
        ones; None where no others are to be had. Raises NotGrantedError."""
        async with self._lock:
            kept = await self._current(values, again=True)
            if kept.tokens.get("token") != spoiled:
                return kept.tokens
            self._allowed(kept.seed)
            now, (mark, at) = self._clock.monotonic(), self._spoiled
            if mark == kept.seed and now - at < SPOILED:
                return None
            self._spoiled = (kept.seed, now)
            return (await self._renewed(values, kept)).tokens

    async def _current(self, values: Mapping[str, str], *, again: bool = False) -> Kept:
        """What is known: in hand, in the row, or configured. ``again``: look into the row."""
        if self._unstored is not None:
            await finished(self._store(self._unstored))
        mark = mark_of(values)
        if again or self._kept is None or self._kept.seed != mark:
            row = await self._database(self._load())
            if row is not None and row.seed == mark:
                self._take(row)
        if self._kept is None or self._kept.seed != mark:
            own = {k: values[k] for k in ("token", "refresh_token") if k in values}
            self._kept = Kept(self._name, mark, own)
        return self._kept

    async def _renewed(self, values: Mapping[str, str], kept: Kept) -> Kept:
        self._allowed(kept.seed)
        row = await self._leased()
        try:
            if row is not None and row.seed == kept.seed:
                newer = row.tokens.get("token") != kept.tokens.get("token")
                if newer and not self._due(row):  # another process was first
                    self._take(row)
                    return row
                kept = row
            return await finished(self._granted(values, kept))
        finally:
            if self._unstored is None:
                await finished(self._released())

    async def _granted(self, values: Mapping[str, str], kept: Kept) -> Kept:
        """Asks and stores: once begun it is not to be stopped in between."""
        now = self._clock.now()
        sent = enumerate((*values.values(), *kept.tokens.values()))
        secrets = secrets_of(Credential(self._name, {str(n): value for n, value in sent}))
        try:
            request = asking(self._oauth, self._seed.token_url, {**values, **kept.tokens}, now)
            try:
                async with open_client() as client:  # seldom: no line is kept open for it
                    response = await fetch(
                        client, request, max_bytes=LARGEST, total=TOTAL, follow=False
                    )
            except Exception as error:
                trouble = of_exception(error)
                raise NotGrantedError(Wait(None, f"no token endpoint: {trouble.why}")) from error
            answer = granted(response, self._oauth, self._name, now, secrets)
        except NotGrantedError as error:
            self._rest(kept.seed, error.trouble)
            raise
        self._hide(answer.tokens.values())
        fresh = Kept(
            self._name, kept.seed, {**kept.tokens, **answer.tokens}, now, answer.expires_at
        )
        self._unstored = fresh
        self._errors, self._quiet = 0, None
        await self._store(fresh)
        until = f"until {fresh.expires_at:%Y-%m-%d %H:%M} UTC" if fresh.expires_at else "for now"
        log.info("%s: the token was renewed and is good %s", self._name, until)
        return fresh

    async def _store(self, fresh: Kept) -> None:
        async def put() -> None:
            async with self._db.writing(durable=True) as connection:
                await rows.keep(connection, fresh)

        try:
            await self._database(put())
        except NotGrantedError:
            log.error("%s: the renewed token is not stored yet; a stop now loses it", self._name)
            raise
        self._take(fresh)
        self._unstored = None

    async def _leased(self) -> Kept | None:
        """Once it is ours to renew; what is kept then. Somebody's death frees it in ``LEASE``."""

        async def take() -> tuple[bool, Kept | None]:
            now = self._clock.now()
            async with self._db.writing() as connection:
                return await rows.take(
                    connection, self._name, holder=self._holder, now=now, until=now + LEASE
                )

        while True:
            ours, row = await self._database(finished(take()))
            if ours:
                return row
            await self._clock.sleep(LOOK)

    async def _released(self) -> None:
        try:
            async with self._db.writing() as connection:
                await rows.release(connection, self._name, holder=self._holder)
        except Exception as error:  # it ends by itself
            if not database_trouble(error):
                raise

    async def _load(self) -> Kept | None:
        async with self._db.reading() as connection:
            return await rows.load(connection, self._name)

    async def _database(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except Exception as error:
            if not database_trouble(error):
                raise
            why = f"the stored token is not to be had: {short(error)}"
            raise NotGrantedError(Wait(None, why)) from error

    def _take(self, kept: Kept) -> None:
        self._hide(kept.tokens.values())
        self._kept = kept

    def _allowed(self, mark: str) -> None:
        """Raises NotGrantedError while the token endpoint is to be left alone."""
        quiet = self._quiet
        if quiet and quiet.mark == mark and self._clock.monotonic() < quiet.until:
            raise NotGrantedError(quiet.trouble)

    def _rest(self, mark: str, trouble: Trouble) -> None:
        seconds = trouble.seconds if isinstance(trouble, Wait) else REST
        if seconds is None:
            seconds = pace.backoff(
                self._errors, first=_FIRST, longest=_LONGEST, jitter=self._jitter()
            )
        self._errors += not isinstance(trouble, Refused)
        self._quiet = _Quiet(mark, self._clock.monotonic() + seconds, trouble)

    def _due(self, kept: Kept) -> bool:
        if not kept.tokens.get("token"):
            return True
        if kept.expires_at is None:  # an exchange must come before an end that nobody told us
            return self._oauth.flow == "exchange" and kept.at is None
        early = self._oauth.early
        if kept.at is not None:
            early = min(early, (kept.expires_at - kept.at) / 4)
        return self._clock.now() >= kept.expires_at - early

    def _over(self, kept: Kept) -> bool:
        ended = kept.expires_at is not None and self._clock.now() >= kept.expires_at
        return ended or not kept.tokens.get("token")
