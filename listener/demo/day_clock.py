"""The demo's clock: world time, in which the lived day passes in less than a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from listener.demo.posts import DAY
from listener.demo.world import World


class DayClock:
    """Stands at the start of the lived day until ``start``; then the day takes ``seconds``.

    Calling it gives the world's time (aware UTC). After the day it goes on at the ordinary pace,
    so a world that ends ``seconds`` after the start meets the real time there.
    """

    def __init__(
        self, world: World, seconds: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.world = world
        self.seconds = seconds
        self._monotonic = monotonic
        self._started: float | None = None

    def start(self) -> None:
        """Let the day begin; a second call changes nothing."""
        if self._started is None:
            self._started = self._monotonic()

    def __call__(self) -> datetime:
        if self._started is None:
            return self.world.lived_from
        passed = self._monotonic() - self._started
        if passed <= self.seconds:
            return self.world.lived_from + DAY * (passed / self.seconds)
        return self.world.end + DAY * ((passed - self.seconds) / DAY.total_seconds())
