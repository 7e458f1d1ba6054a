"""Trouble with the database, as one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.engine import make_url

from listener.settings.values import MissingSecretError
from listener.store.migrate import SchemaMismatch
from listener.store.session import NoDatabase

AGAIN = "See that it runs and that its address is right, then try again."
SIGNS = (
    ("locked", "another process holds it; try again in a moment"),
    ("lock timeout", "another process holds it; try again in a moment"),
    ("malformed", "its file is damaged: stop Rasid and restore a backup"),
    ("not a database", "its file is no database, or damaged: restore a backup, or move it away"),
    ("disk is full", "the disk is full: make room, then try again"),
    (
        "permission denied",
        "its user lacks the rights: see [storage] in the settings",
    ),
    ("readonly database", "it may not be written: see to whom its file and folder belong"),
    ("unable to open", "it cannot be opened: see to whom its file and folder belong"),
    ("disk i/o", "the disk could not be read or written: look into the system's log"),
    ("password", "the server refuses the user or the password: see [storage] in the settings"),
    ("does not exist", "the server lacks what is asked for: see [storage] in the settings"),
)
"""What a driver says, in lower case, and what that means. The first that fits counts."""


class DatabaseTrouble(Exception):
    """The message is for a person: what is wrong, and what to do."""


@contextmanager
def opening(url: str) -> Iterator[None]:
    """Where a database is opened: what the system says of a file or an address names it then.
    Raises DatabaseTrouble; what is no trouble of a database passes."""
    try:
        yield
    except NoDatabase as error:
        raise DatabaseTrouble(
            f"{error}: Rasid has not run here yet. Start it: rasid run"
        ) from error
    except (exc.SQLAlchemyError, OSError) as error:
        why = _why(error)
        raise DatabaseTrouble(f"{_named(url)}: {why}") from error
    except Exception as error:
        if not _driver(error):
            raise
        raise DatabaseTrouble(f"{_named(url)}: {_why(error)}") from error


def sentence(error: BaseException) -> str | None:
    """What to tell of ``error``; None where it is something else, a bug among others."""
    if isinstance(error, BaseExceptionGroup):
        sentences = [sentence(inner) for inner in error.exceptions]
        return sentences[0] if all(sentences) else None
    if isinstance(error, DatabaseTrouble | SchemaMismatch):
        return str(error)
    if isinstance(error, MissingSecretError):
        return f"{error} is not set"
    if isinstance(error, exc.DBAPIError):
        ours = isinstance(error, _OURS) and "permission denied" not in str(error.orig)
        return None if ours else f"the database: {_why(error)}"
    return f"the database: {_why(error)}" if _driver(error) else None


_OURS = (exc.ProgrammingError, exc.IntegrityError, exc.DataError, exc.NotSupportedError)
"""Wrong SQL is our bug, not the database's trouble."""


def _driver(error: BaseException) -> bool:
    """asyncpg's own errors: those of connecting are not wrapped by SQLAlchemy."""
    return type(error).__module__.partition(".")[0] == "asyncpg"


def _why(error: BaseException) -> str:
    inner = getattr(error, "orig", None) or error
    text = " ".join(str(inner).split())
    for sign, meaning in SIGNS:
        if sign in text.lower():
            return meaning
    if isinstance(inner, OSError) or _driver(inner):
        reason = getattr(inner, "strerror", None) or text or type(inner).__name__
        return f"it cannot be reached ({reason[:160]}). {AGAIN}"
    return f"{text[:200] or type(inner).__name__}. {AGAIN}"


def _named(url: str) -> str:
    """Without its user and password."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        return f"the database {parsed.database}"
    host = parsed.host or parsed.query.get("host") or "localhost"
    return f"the database {parsed.database or ''} at {host}:{parsed.port or 5432}"
