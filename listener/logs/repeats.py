"""The same warning again and again: the first few are logged, the rest counted and summed up."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class _Seen:
    since: datetime
    said: int = 0
    held: int = 0


class Repeats:
    """``bounded`` says whether to log; time is passed in. Remembers at most ``most`` keys."""

    def __init__(
        self,
        *,
        first: int = 3,
        window: timedelta = timedelta(minutes=10),
        most: int = 1_000,
    ) -> None:
        self.first, self.window, self.most = first, window, most
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def bounded(self, key: str, now: datetime) -> str | None:
        """None: stay silent, it was counted. Else what to add to the line: "", or
        " … 40 more in the last 10 min" where some were held back since the window began.

        ``now`` is aware; a clock set back begins a new window.
        """
        seen = self._seen.get(key)
        note = ""
        if seen is None or not seen.since <= now < seen.since + self.window:
            if seen is not None and seen.held:
                minutes = max(1, round(abs(now - seen.since).total_seconds() / 60))
                note = f" … {seen.held} more in the last {minutes} min"
            seen = self._seen[key] = _Seen(now)
        self._seen.move_to_end(key)
        while len(self._seen) > self.most:
            self._seen.popitem(last=False)
        if seen.said >= self.first:
            seen.held += 1
            return None
        seen.said += 1
        return note


class RepeatFilter(logging.Filter):
    """Holds back warnings and errors of one place in the code that come in floods.

    The place is the logger and the message before its values are filled in; the time is when the
    record was made. A traceback is never held back.
    """

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self.repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        # structlog's own events arrive as a dict; their text is under "event"
        template = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        now = datetime.fromtimestamp(record.created, UTC)
        note = self.repeats.bounded(f"{record.name}:{record.levelno}:{template}", now)
        if note:
            if isinstance(record.msg, dict):
                record.msg = {**record.msg, "event": f"{template}{note}"}
            else:
                record.msg, record.args = f"{record.getMessage()}{note}", ()
        return note is not None
