"""Opening a database: whatever is wrong then, named with the database it is wrong with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.engine import make_url

from listener.store.faults import driver_text, fault_of
from listener.store.same_file import FileLost
from listener.store.session import BadAddress
from listener.words import Words, words


class DatabaseTrouble(Exception):
    """``fault``: one of ``store.faults.FAULTS``, or "address" or "driver" where none was opened;
    ``where``: for a person, without user and password."""

    def __init__(self, where: str, fault: str, why: str) -> None:
        super().__init__(where, fault, why)
        self.where, self.fault, self.why = where, fault, why

    def __str__(self) -> str:
        return self.say(words("en"))

    def say(self, words: Words) -> str:
        if self.fault in ("address", "driver"):
            return words.say(f"fault.{self.fault}")
        what = words.say(f"fault.{self.fault}", why=words.aside(self.why))
        return words.say("fault.at", where=words.aside(self.where), what=what)


@contextmanager
def opening(url: str) -> Iterator[None]:
    """Where a database is opened: what the system says of a file or an address names it then.
    Raises DatabaseTrouble; what is no trouble of a database passes."""
    try:
        yield
    except BadAddress as error:
        raise DatabaseTrouble("", "address", "") from error
    except TypeError as error:  # an option in the address that the driver does not know
        if "unexpected keyword argument" not in str(error):
            raise
        raise DatabaseTrouble("", "address", "") from error
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise DatabaseTrouble("", "driver", "") from error
    except (exc.SQLAlchemyError, OSError) as error:
        fault = fault_of(error)
        if fault is None or (isinstance(error, OSError) and _of_a_folder(error)):
            raise
        raise DatabaseTrouble(_named(url), fault, driver_text(error)) from error


def _of_a_folder(error: OSError) -> bool:
    """Said better of the folder than of the database in it."""
    return error.filename is not None and not isinstance(error, FileLost)


def _named(url: str) -> str:
    """Without its user and password."""
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        return str(parsed.database)
    host = parsed.host or parsed.query.get("host") or "localhost"
    return f"{parsed.database or ''} at {host}:{parsed.port or 5432}"
