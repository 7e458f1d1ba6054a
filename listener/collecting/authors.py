"""Who wrote it, where the post does not say: looked up once for a batch, and remembered a while.

Some networks tell only an author's id, or leave the followers out (``networks.base.Resolves``).
The authors of *matched* mentions are completed between matching and storing. That is an extra: a
lookup that fails or takes too long costs the mention nothing but the handle, and a network whose
profiles cannot be had is left alone for longer and longer while collecting goes on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from listener.clock import Clock
from listener.collecting import pace
from listener.collecting.complaints import Complaints
from listener.collecting.host import Host
from listener.collecting.pace import Held
from listener.networks.base import Resolves, Trouble, Wait
from listener.records import Author, Mention

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds of real time that one batch may be held up, its turn at the host included."""
KEPT = 6 * 3600.0
"""Seconds for which an answer is good: followers change slowly, handles hardly ever."""
UNKNOWN_KEPT = 900.0
"""As ``KEPT``, for an id the network did not know: a new account may not be indexed yet."""
MOST = 20_000  # authors remembered; some 10 MB
_FIRST, _LONGEST = 5.0, 900.0  # seconds between tries of profiles that cannot be had


@dataclass(frozen=True, slots=True)
class _Answer:
    """``author`` None: the network does not know the id. ``until``: monotonic seconds."""

    author: Author | None
    until: float


class Authors:
    """Completes the authors of one network's mentions; shared by its reads and its streams."""

    def __init__(
        self,
        host: Host,
        clock: Clock,
        *,
        patience: float = PATIENCE,
        most: int = MOST,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Raises TypeError where the host's network cannot resolve authors; see ``authors_of``."""
        if not isinstance(host.network, Resolves):
            raise TypeError(f"{host.network.name} does not resolve authors")
        self._host, self._clock, self._jitter = host, clock, jitter
        self._patience, self._most = patience, most
        self._name, self._full = host.network.name, host.network.most_authors
        self._size = self._full
        self._answers: dict[str, _Answer] = {}  # oldest first
        self._errors, self._quiet_until = 0, 0.0
        self._one_at_a_time = asyncio.Lock()
        self._complaints = Complaints(clock, log)

    async def complete(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions, in order, with what could be found out about their authors.

        What a mention says itself stays. Returns after at most ``patience`` seconds; never raises
        because of the network.
        """
        missing = self._missing(mentions)
        if missing and not self._quiet():
            asking = False
            try:
                # Real time, as for every exchange: it bounds how long a socket may be silent.
                async with asyncio.timeout(self._patience), self._one_at_a_time:
                    asking = True
                    await self._ask(self._missing(mentions))  # another batch may have asked
            except TimeoutError:
                if asking:
                    self._failed(Wait(None, f"no answer within {self._patience:g} s"))
        return self.known(mentions)

    def known(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions, in order, with what is known without asking; the same object where that is
        nothing new."""
        return [self._completed(mention) for mention in mentions]

    async def _ask(self, ids: Sequence[str]) -> None:
        left = list(ids)
        while left and not self._quiet():
            some, left = left[: self._size], left[self._size :]
            answer = await self._host.authors(some)
            if isinstance(answer, Held):  # profiles are an extra: they wait for their share
                self._quiet_until = self._clock.monotonic() + answer.seconds
                return
            if not isinstance(answer, Mapping):
                self._failed(answer, some)
                return
            self._learned(some, answer)

    def _learned(self, ids: Sequence[str], profiles: Mapping[str, Author]) -> None:
        if self._errors:
            log.info("%s: profiles can be had again", self._name)
        self._errors, self._size = 0, min(self._size * 2, self._full)
        for author_id in ids:
            author = profiles.get(author_id)
            self._remember(author_id, author, KEPT if author else UNKNOWN_KEPT)

    def _failed(self, trouble: Trouble, ids: Sequence[str] = ()) -> None:
        """Backs off. One id may be what the server stumbles over (a suspended account made whole
        answers of such lists fail): fewer are asked next time, until it stands alone and is set
        aside. A server that only asks for a pause has stumbled over nothing."""
        wait = pace.backoff(self._errors, first=_FIRST, longest=_LONGEST, jitter=self._jitter())
        if isinstance(trouble, Wait) and trouble.seconds is not None:
            wait = max(wait, trouble.seconds)
        else:
            if len(ids) == 1:
                before = self._answers.get(ids[0])
                self._remember(ids[0], before.author if before else None, UNKNOWN_KEPT)
            self._size = max(self._size // 2, 1)
        self._errors += 1
        self._quiet_until = self._clock.monotonic() + wait
        complaint = f"profiles cannot be had: {trouble.why}; mentions are stored without; again in"
        self._complaints.say(self._name, f"{complaint} {wait:.0f} s", about=trouble.why)

    def _quiet(self) -> bool:
        return self._clock.monotonic() < self._quiet_until

    def _missing(self, mentions: Sequence[Mention]) -> list[str]:
        """Ids to ask for, each once, in the order of the mentions."""
        now = self._clock.monotonic()
        wanted = dict.fromkeys(
            m.author.id for m in mentions if m.author and m.author.id and _lacks(m.author)
        )
        return [i for i in wanted if i not in self._answers or self._answers[i].until <= now]

    def _remember(self, author_id: str, author: Author | None, kept: float) -> None:
        self._answers.pop(author_id, None)
        self._answers[author_id] = _Answer(author, self._clock.monotonic() + kept)
        if len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    def _completed(self, mention: Mention) -> Mention:
        bare = mention.author
        if bare is None or bare.id is None or not _lacks(bare):
            return mention
        # Also an answer that has grown old: better than none where no newer one can be had.
        known = self._answers.get(bare.id)
        if known is None or known.author is None:
            return mention
        profile = known.author
        followers = profile.followers if bare.followers is None else bare.followers
        author = replace(
            bare,
            handle=bare.handle or profile.handle,
            name=bare.name or profile.name,
            followers=followers,
        )
        return mention if author == bare else replace(mention, author=author)


def authors_of(host: Host, clock: Clock, *, patience: float = PATIENCE) -> Authors | None:
    """None where the host's network cannot resolve authors."""
    if not isinstance(host.network, Resolves):
        return None
    return Authors(host, clock, patience=patience)


def _lacks(author: Author) -> bool:
    return author.handle is None or author.followers is None
