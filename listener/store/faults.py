"""What is wrong with a database, as one word of ``FAULTS``; the catalogues say it to people.

PostgreSQL tells by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html),
SQLite by its extended code (https://www.sqlite.org/rescode.html), the system by errno.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from listener.store.same_file import FileLost
from listener.store.trouble import caused_by_rows

_STATES = {
    "53100": "full",
    "53200": "memory",
    "53300": "connections",
    "53400": "connections",
    "55P03": "locked",
    "55006": "locked",
    "40001": "locked",
    "40P01": "locked",
    "57014": "slow",
    "57P01": "stopped",
    "57P02": "stopped",
    "57P03": "starting",
    "57P04": "absent",
    "28P01": "password",
    "28000": "password",
    "3D000": "absent",
    "3F000": "tables",
    "42P01": "tables",
    "42703": "tables",
    "42501": "rights",
    "25006": "standby",
    "58030": "disk",
    "XX001": "damaged",
    "XX002": "damaged",
}
_CLASSES = {"08": "lost", "53": "memory", "57": "stopped", "58": "disk"}
_SQLITE = {
    "BUSY": "locked",
    "LOCKED": "locked",
    "PROTOCOL": "locked",
    "FULL": "full",
    "NOMEM": "memory",
    "IOERR": "disk",
    "READONLY": "readonly",
    "CANTOPEN": "closed",
    "PERM": "closed",
    "AUTH": "closed",
    "CORRUPT": "damaged",
    "NOTADB": "foreign",
}
_ERRNO = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "readonly",
    errno.EACCES: "closed",
    errno.EPERM: "closed",
    errno.EIO: "disk",
    errno.ENOMEM: "memory",
    errno.EMFILE: "files",
    errno.ENFILE: "files",
}
FAULTS = frozenset(
    {*_STATES.values(), *_CLASSES.values(), *_SQLITE.values(), *_ERRNO.values()}
    | {"away", "host", "silent", "busy", "gone", "replaced", "emptied", "unknown"}
)

PASSING = FAULTS - {
    *("damaged", "foreign", "password", "rights", "closed", "tables", "readonly"),
    *("replaced", "emptied"),
}
"""What may end by itself, or by somebody who makes room or starts a server: worth waiting for. The
others want somebody who looks at our settings or files."""


def fault_of(error: BaseException) -> str | None:
    """The fault that ``error`` tells of; None where it is none of the database's: a bug of ours, or
    a value that no column takes. "unknown" is a fault, too: its text says what it is."""
    if isinstance(error, FileLost):
        return error.fault
    if isinstance(error, PoolTimeoutError):
        return "busy"
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    return None


def of_database(error: BaseException) -> bool:
    """The database is away, busy, full or broken; nothing is wrong with what was to be written, nor
    with our statements."""
    return fault_of(error) is not None


def driver_text(error: BaseException) -> str:
    """What the driver or the system said: bounded, on one line, without the statement."""
    inner = getattr(error, "orig", None) or error
    said = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join(str(said).split())[:160]


def _of_driver(error: DBAPIError) -> str | None:
    if caused_by_rows(error):
        return None
    inner: Any = error.orig
    state = getattr(inner, "sqlstate", None)
    if state is not None:
        known = _STATES.get(state) or _CLASSES.get(state[:2])
        if known is not None:
            return known
    for cause in _causes(inner):
        if isinstance(cause, OSError):
            return _of_system(cause)
    name = str(getattr(inner, "sqlite_errorname", None) or "")
    if name:
        known = _SQLITE.get(name.split("_")[1])
        if known is not None:
            return known
        if str(inner).startswith(("no such table", "no such column")):
            return "tables"
    if error.connection_invalidated:
        return "lost"
    ours = isinstance(error, ProgrammingError | IntegrityError | NotSupportedError)
    return None if ours else "unknown"


def _of_system(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "host"
    if isinstance(error, TimeoutError):
        return "silent"
    return _ERRNO.get(error.errno or 0, "away")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = error.__cause__
    while seen is not None:
        yield seen
        seen = seen.__cause__
