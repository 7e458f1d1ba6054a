"""What a database's error means, in one word, as the servers themselves raise it."""

from __future__ import annotations

import errno
import socket
import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from listener.store.faults import FAULTS, PASSING, driver_text, fault_of
from listener.store.session import Database
from listener.store.trouble import caused_by_rows

OURS = {
    "53100": "full", "53200": "memory", "53300": "connections", "53000": "memory",
    "55P03": "locked", "40P01": "locked", "40001": "locked", "57014": "slow",
    "57P01": "stopped", "57P02": "stopped", "57P03": "starting", "57P04": "absent",
    "08006": "lost", "08P01": "lost", "58030": "disk", "58P01": "disk", "25006": "standby",
    "42501": "rights", "42P01": "tables", "XX001": "damaged", "XX000": "unknown",
    "P0001": "unknown", "0A000": "unknown", "72000": "unknown",
}  # fmt: skip
ROWS = ("22001", "22003", "22007", "22021", "22P02", "22P05", "23502", "23514", "54000")


async def _raised(db: Database, state: str) -> DBAPIError:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(DBAPIError) as caught:
        async with db.writing() as connection:
            await connection.execute(text(raising))
    return caught.value


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_postgresql_tells_by_state_and_what_is_not_known_is_ours(db: Database) -> None:
    for state, fault in OURS.items():
        error = await _raised(db, state)
        assert (fault_of(error), caused_by_rows(error)) == (fault, False), state
    for state in ROWS:
        error = await _raised(db, state)
        assert (fault_of(error), caused_by_rows(error)) == (None, True), state
    for state in ("42601", "23505", "23503"):  # our statement, or a race with another process
        error = await _raised(db, state)
        assert (fault_of(error), caused_by_rows(error)) == (None, False), state


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("SQLITE_BUSY", "locked"), ("SQLITE_BUSY_SNAPSHOT", "locked"), ("SQLITE_FULL", "full"),
        ("SQLITE_IOERR_WRITE", "disk"), ("SQLITE_READONLY_DBMOVED", "readonly"),
        ("SQLITE_CORRUPT", "damaged"), ("SQLITE_NOTADB", "foreign"),
        ("SQLITE_CANTOPEN", "closed"), ("SQLITE_PROTOCOL", "locked"), ("SQLITE_ERROR", "unknown"),
    ],
)  # fmt: skip
def test_sqlite_tells_by_its_code(code: str, fault: str) -> None:
    inner = sqlite3.OperationalError("so it says")
    inner.sqlite_errorname = code
    error = OperationalError("INSERT", {}, inner)
    assert fault_of(error) == fault
    assert not caused_by_rows(error)


def test_the_system_tells_by_number() -> None:
    cases = {
        OSError(errno.ENOSPC, "no space"): "full",
        PermissionError(errno.EACCES, "denied"): "closed",
        ConnectionRefusedError(errno.ECONNREFUSED, "refused"): "away",
        socket.gaierror(socket.EAI_NONAME, "unknown"): "host",
        TimeoutError(): "silent",
        OSError("several at once"): "away",
    }
    assert {fault_of(error): fault for error, fault in cases.items()} == {
        fault: fault for fault in cases.values()
    }
    assert fault_of(PoolTimeoutError()) == "busy"
    assert fault_of(ValueError("a row's")) is None
    assert driver_text(TimeoutError()) == "TimeoutError"


def test_what_passes_is_waited_for_and_what_wants_a_person_is_not() -> None:
    assert {"away", "starting", "full", "locked", "absent", "host", "gone"} < PASSING < FAULTS
    assert not {"password", "damaged", "foreign", "readonly", "emptied"} & PASSING
