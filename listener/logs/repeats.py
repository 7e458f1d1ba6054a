"""The same warning again and again: the first few are logged, the rest counted and summed up."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class _Seen:
    since: datetime
    logged: int = 0
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
        if seen.logged >= self.first:
            seen.held += 1
            return None
        seen.logged += 1
        return note


_NUMBERS = re.compile(r"\d+")
_KEY = 120  # characters: an address or a name fits, an endless line does not


class RepeatFilter(logging.Filter):
    """Holds back warnings and errors that come in floods: the same line, whatever numbers it names.

    The line is compared as it would be read, so that the trouble of one network never hides
    another's; the time is when the record was made. A traceback is never held back.
    """

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self.repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        # structlog's own events arrive as a dict; their text is under "event"
        event = record.msg.get("event") if isinstance(record.msg, dict) else None
        try:
            line = str(event) if event is not None else record.getMessage()
        except (TypeError, ValueError):  # its values do not fit its text: the handler says so
            return True
        now = datetime.fromtimestamp(record.created, UTC)
        key = f"{record.name}:{record.levelno}:{_NUMBERS.sub('0', line)[:_KEY]}"
        note = self.repeats.bounded(key, now)
        if note:
            if isinstance(record.msg, dict):
                record.msg = {**record.msg, "event": f"{line}{note}"}
            else:
                record.msg, record.args = f"{line}{note}", ()
        return note is not None
