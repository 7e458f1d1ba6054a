"""What is followed live, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from listener.networks.live import Stream
from listener.records import Query

READ = "stream"
REPLAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StreamSource:
    """``replay``: how far back it can be asked for what was missed; None if not at all. ``idle``:
    so long without any event means the line is dead."""

    stream: Stream
    queries: Sequence[Query] = ()
    replay: timedelta | None = REPLAY
    idle: float = 60.0
    batch: int = 200
    flush: float = 2.0  # seconds between two writes

    @property
    def name(self) -> str:
        return self.stream.name
