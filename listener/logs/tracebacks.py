"""A logger for a library that tells strangers' and outages' errors with their traceback."""

from __future__ import annotations

import logging
from typing import Any


class TracebackLines(logging.LoggerAdapter[logging.Logger]):
    """One line a message, a warning at the most: what repeats is then held back like any other
    (``listener.logs.repeats``), which a traceback never is."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__(logger, {})

    def exception(self, msg: object, *args: Any, **more: Any) -> None:
        more.pop("exc_info", None)
        self.logger.warning(msg, *args, **more)

    def error(self, msg: object, *args: Any, **more: Any) -> None:
        self.exception(msg, *args, **more)

    def debug(self, msg: object, *args: Any, **more: Any) -> None:
        more.pop("exc_info", None)
        self.logger.debug(msg, *args, **more)
