"""What a job fails on is found by halves, left out, and tried again later; the rest goes on.

One odd row must not stop what is done for all others, nor be dropped unseen: it is named in
``rasid status`` with the reason, and comes again after a pause that doubles.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from listener.store.faults import of_database

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Hashable)

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
SHOWN = 20
_WHY = 200


@dataclass(frozen=True, slots=True)
class Skipped:
    """Left out until ``until`` (aware UTC), after ``failures`` in a row."""

    why: str
    failures: int
    until: datetime


class Poison(Generic[T]):
    """Remembers, while the process lives, on which items a job fails. ``name``: says an item to
    people; it holds no text of a mention."""

    def __init__(self, name: Callable[[T], str] = str) -> None:
        self._name = name
        self._skipped: dict[T, Skipped] = {}

    def due(self, now: datetime) -> list[T]:
        """What was left out and is to be tried again, for a job that sees its items only once."""
        return [item for item, skipped in self._skipped.items() if skipped.until <= now]

    async def work(
        self,
        items: Sequence[T],
        do: Callable[[Sequence[T]], Awaitable[Any]],
        *,
        now: datetime,
        at_once: int = 1,
    ) -> list[T]:
        """``do`` with up to ``at_once`` items at a time; a part that fails is halved until the bad
        ones are found. ``do`` must stand being called again with what it has done already. Returns
        the items that were done; those that are left out for now are not tried.

        Raises the last error where nothing at all could be done (that is no matter of one item),
        and at once where it is the database that is in trouble.
        """
        tried = [i for i in items if i not in self._skipped or self._skipped[i].until <= now]
        done: list[T] = []
        failed: dict[T, Exception] = {}
        parts = [tried[at : at + at_once] for at in range(0, len(tried), at_once)]
        while parts:
            part = parts.pop(0)
            try:
                await do(part)
            except Exception as error:
                if of_database(error):
                    raise
                if len(part) == 1:
                    failed[part[0]] = error
                    continue
                half = len(part) // 2
                parts[:0] = [part[:half], part[half:]]
            else:
                done += part
        for item in done:
            self._skipped.pop(item, None)
        fresh = [item for item in failed if item not in self._skipped]
        if fresh and not done:
            raise failed[fresh[-1]]
        for item, why in failed.items():
            self.leave_out(item, why, now)
        return done

    def leave_out(self, item: T, error: Exception, now: datetime) -> None:
        """For jobs that find the bad one themselves."""
        before = self._skipped.get(item)
        failures = before.failures + 1 if before else 1
        pause = min(FIRST * 2 ** min(failures - 1, 20), LONGEST)
        why = reason(error)
        self._skipped[item] = Skipped(why, failures, now + pause)
        log.error(
            "%s is left out for %d min, the rest goes on: %s",
            self._name(item), pause.total_seconds() // 60, why,
        )  # fmt: skip

    def clear(self) -> None:
        """A new look at everything begins."""
        self._skipped.clear()

    def __len__(self) -> int:
        return len(self._skipped)

    def listed(self) -> list[dict[str, Any]]:
        """For ``rasid status``: the first of what is left out."""
        return [
            {"item": self._name(item), "why": skipped.why, "until": skipped.until.isoformat()}
            for item, skipped in list(self._skipped.items())[:SHOWN]
        ]


def reason(error: BaseException) -> str:
    """One bounded line without the values of a statement: those may be a mention's text."""
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    line = " ".join(text.split())
    return f"{type(error).__name__}: {line}"[:_WHY].removesuffix(": ")
