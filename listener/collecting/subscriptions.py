"""Asks a network that pushes to call us: at the start, and again before it would forget.

When that was is written down, so that restarts ask no more often. Where the network says that it
will challenge us first (202), it is asked again until the challenge came: ``serve``, which answers
it, may start later than we do, or may not be reached from outside at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from listener.clock import Clock, finished, unless
from listener.collecting import pace, push_rows
from listener.collecting.host import Host
from listener.collecting.intake import database_trouble
from listener.collecting.pace import Pace
from listener.collecting.push_rows import Subscription
from listener.collecting.source import Pushing
from listener.networks.base import Broken, Trouble, Wait
from listener.networks.pushing import Pushes
from listener.records import Credential
from listener.store.session import Database

log = logging.getLogger(__name__)

ACCEPTED = 202
"""The HTTP status of "we shall ask you whether you meant that"."""
UNCONFIRMED = 60.0
"""Seconds before it is asked again where no challenge came; doubles up to a day."""
TRIES = 5
"""So often a network is asked to call us no more."""
_LOOK = 60.0  # seconds between two looks for a secret that is not there, or a database
_NO_CHALLENGE = "asked, but it has not challenged {callback} yet: is that reached from outside?"


class Subscriptions:
    """Of one network, ``host``'s."""

    def __init__(self, host: Host, pushing: Pushing, db: Database, clock: Clock) -> None:
        network = host.network
        assert isinstance(network, Pushes)
        self._host, self._network, self._pushing = host, network, pushing
        self._db, self._clock, self._name = db, clock, host.network.name

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set, or nothing is to be asked of the network ever again."""
        while not stop.is_set():
            try:
                seconds = await self._once()
            except Exception as error:
                if not database_trouble(error):
                    raise
                seconds = _LOOK
            if seconds is None:
                return
            await unless(stop, self._clock.sleep(seconds))

    async def _once(self) -> float | None:
        """Asks where that is due; seconds until it may be due again, None where it never is."""
        async with self._db.reading() as connection:
            known = await push_rows.load(connection, self._name) or Subscription(self._name)
        wanted, secret = self._pushing.callback, self._pushing.secret()
        if wanted is None:
            return None if known.callback is None else await self._take_back(known)
        if secret is None:
            lost = Pace("refused", "its secret is not there", 1)
            if known.pace != lost:
                await self._save(replace(known, pace=lost, config=None))
            return _LOOK
        config = self._config(wanted, secret)
        if known.config != config:
            known = Subscription(self._name, config=config)
        elif known.callback is None:
            return None
        elif (left := self._left(known)) > 0:
            return left
        return await self._ask(known, wanted, secret)

    async def _ask(self, known: Subscription, wanted: str, secret: str) -> float | None:
        asked_at = self._clock.now()
        answers = await self._send(wanted, secret)
        if not answers:  # a person enters the address
            await self._save(replace(known, callback=None, asked_at=None, pace=Pace("ok")))
            return None
        asked = replace(known, callback=wanted, asked_at=asked_at)
        asked = await self._save(replace(asked, pace=self._paced(known.pace, answers, wanted)))
        if asked.pace.state not in ("ok", "waiting"):
            log.warning("%s could not be asked to call us: %s", self._name, asked.pace.why)
        return self._left(asked)

    async def _take_back(self, known: Subscription) -> float | None:
        """What is refused now will be refused again; what could not be asked is tried a while."""
        answers = await self._send(None, self._pushing.secret() or "")
        after = replace(known, pace=self._paced(known.pace, answers, ""))
        if any(isinstance(a, Wait | Broken) for a in answers) and after.pace.errors < TRIES:
            await self._save(after)
            return self._left(after)
        async with self._db.writing() as connection:
            await push_rows.forget(connection, self._name)
        return None

    async def _send(self, callback: str | None, secret: str) -> list[int | Trouble]:
        """What became of each request."""

        def requests(credential: Credential | None) -> Sequence[httpx.Request]:
            return self._network.subscribing(
                callback, secret, self._pushing.accounts, credential=credential
            )

        answers: list[int | Trouble] = []
        try:
            number = len(requests(None))
        except Exception as error:  # a network's own bug must not end the watch over the others
            log.exception("%s: a subscription could not be asked for", self._name)
            return [Broken(f"internal error: {type(error).__name__}")]
        for n in range(number):
            answers.append(await self._host.subscribe(lambda c, n=n: requests(c)[n]))  # type: ignore[misc]
        return answers

    def _paced(self, before: Pace, answers: Sequence[int | Trouble], callback: str) -> Pace:
        now, lease = self._clock.now(), self._network.lease
        trouble = next((a for a in answers if not isinstance(a, int)), None)
        if trouble is not None:
            return pace.after(before, trouble, now, every=_shortest(lease), jitter=0.5)
        if ACCEPTED not in answers or not callback:
            return Pace("ok", None, 0, now + lease, now)
        tries = before.errors if before.state == "waiting" else 0
        wait = pace.backoff(tries, first=UNCONFIRMED, longest=pace.DAY, jitter=1.0)
        why = _NO_CHALLENGE.format(callback=callback)
        return Pace("waiting", why, tries + 1, now + timedelta(seconds=wait))

    def _left(self, known: Subscription) -> float:
        """Seconds until it is asked again; 0 where that is due."""
        now, due = self._clock.now(), known.pace.next_try
        if known.asked_at is not None and (known.confirmed or known.pace.state == "ok"):
            due = known.asked_at + self._network.lease
        return 0.0 if due is None else _between(now, due, self._network.lease)

    async def _save(self, known: Subscription) -> Subscription:
        """``known`` as it stands now: its challenge may have come while it was being asked."""

        async def write() -> Subscription:
            async with self._db.writing() as connection:
                before = await push_rows.load(connection, self._name)
                came = before.confirmed_at if before else None
                saved = replace(known, confirmed_at=came)
                if saved.confirmed and saved.pace.state == "waiting":
                    saved = replace(saved, pace=Pace("ok", None, 0, saved.pace.next_try))
                await push_rows.save(connection, saved)
                return saved

        return await finished(write())

    def _config(self, callback: str, secret: str) -> str:
        """Changes with what is asked for."""
        asked = (callback, secret, [repr(account) for account in self._pushing.accounts])
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


def _between(now: datetime, due: datetime, longest: timedelta) -> float:
    """Never longer than such a wait can be: the clock may have been set back."""
    return min(max((due - now).total_seconds(), 0.0), max(longest.total_seconds(), pace.DAY))


def _shortest(lease: timedelta) -> timedelta:
    """How long a failure is waited for at most, before the network forgets us."""
    return min(lease, timedelta(hours=1))
