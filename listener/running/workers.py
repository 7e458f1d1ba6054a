"""Who holds a lease, and what becomes of the leases of one who died."""

from __future__ import annotations

import logging
import os
import socket
from datetime import datetime
from functools import partial

from listener.store.abandoned import free_lost, release_all
from listener.store.session import Database
from listener.store.work import Work

log = logging.getLogger(__name__)


def worker_name(process: str) -> str:
    """Who holds a lease: the process, the machine and the pid."""
    return f"{process}@{socket.gethostname()}:{os.getpid()}"


def gone(worker: str, *, own: str) -> bool:
    """Whether ``worker`` ran on this machine and does no more. ``own``: our name, which at our
    start can only be that of one before us. A worker of another container may look gone: it is
    overtaken then, which costs a batch done twice and nothing else."""
    place, _, pid = worker.rpartition(":")
    if place.rpartition("@")[2] != socket.gethostname() or not pid.isdecimal():
        return False
    if worker == own:
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        return False
    return False


async def release_mine(db: Database, kind: Work, own: str, *, now: datetime) -> None:
    """Gives back what ``own`` holds, after an outage in which it could neither finish nor release
    it: no other process may take it, and we ourselves do so at once."""
    async with db.writing() as connection:
        await release_all(connection, kind, worker=own, now=now)


async def take_over(db: Database, kind: Work, own: str) -> None:
    """Frees what workers of this machine held when they died: its rows need not wait until the
    leases run out. To be called at the start of ``own``."""
    async with db.writing() as connection:
        freed = await free_lost(connection, kind, gone=partial(gone, own=own))
    if freed:
        log.warning("took over %d rows of %s from a process that died", freed, kind.table.name)
