"""The demo's clock: world time, in which the lived day passes in less than a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from listener.demo.posts import DAY
from listener.demo.world import World


class DayClock:
    """Stands at the start of the lived day until ``start``; then the day takes ``seconds``.

    Calling it gives the world's time (aware UTC). After the day it goes on at the ordinary pace,
    so a world that ends ``seconds`` after the start meets the real time there. ``stops``: shares of
    the day at which it stands until ``go_on``; the day then ends so much later.
    """

    def __init__(
        self,
        world: World,
        seconds: float,
        *,
        stops: Sequence[float] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.seconds = seconds
        self._stops = [share * seconds for share in sorted(stops)]
        self._stood = 0.0
        self._monotonic = monotonic
        self._started: float | None = None

    def start(self) -> None:
        """Let the day begin; a second call changes nothing."""
        if self._started is None:
            self._started = self._monotonic()

    def stands(self) -> bool:
        """Whether it waits at a stop."""
        return bool(self._stops) and self._running() >= self._stops[0]

    def go_on(self) -> None:
        """Leave the stop where it stands, or pass the next one without standing."""
        if self._stops:
            stop = self._stops.pop(0)
            self._stood += max(0.0, self._running() - stop)

    def __call__(self) -> datetime:
        if self._started is None:
            return self.world.lived_from
        passed = self._running()
        if self._stops:
            passed = min(passed, self._stops[0])
        if passed <= self.seconds:
            return self.world.lived_from + DAY * (passed / self.seconds)
        return self.world.end + DAY * ((passed - self.seconds) / DAY.total_seconds())

    def _running(self) -> float:
        """Seconds since the start, without those it stood at stops that are behind it."""
        return 0.0 if self._started is None else self._monotonic() - self._started - self._stood
