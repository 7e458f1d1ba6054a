"""Is SQLite's file still the one that was opened?

Who has it open goes on writing when it is moved, removed or replaced: into a file that nobody will
read again. So each transaction looks first. A file that is put back is the same one, and work goes
on by itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

Fault = Literal["gone", "replaced", "emptied"]


class FileLost(OSError):
    """The database's file is not what it was. Trouble of the database: rows are held meanwhile."""

    def __init__(self, path: str | os.PathLike[str], fault: Fault) -> None:
        super().__init__(f"the database's file {os.fspath(path)} is {fault}")
        self.path, self.fault = Path(path), fault


def must_be_there(path: Path) -> None:
    """Raises FileLost where nothing is at ``path``."""
    if not path.exists():
        raise FileLost(path, "gone")


class SameFile:
    """``look`` raises FileLost. An emptied file stays lost until a restart: pages of it are still
    in memory, and would be mixed with whatever is copied over it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None
        self._emptied = False

    def watch(self, engine: AsyncEngine) -> None:
        """``engine`` opens no other file than that which it opened first, and makes none."""

        @event.listens_for(engine.sync_engine, "do_connect")
        def _opening(*_given: Any) -> None:
            if self._known is not None:
                self.look()

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(_connection: Any) -> None:
            self.look()

    def look(self) -> None:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            if self._known is not None:
                raise FileLost(self._path, "gone") from None
            return
        if self._known is None:
            if found.st_size:  # not while its first page is being written
                self._known = found.st_dev, found.st_ino
            return
        if self._known != (found.st_dev, found.st_ino):
            raise FileLost(self._path, "replaced")
        self._emptied = self._emptied or not found.st_size
        if self._emptied:
            raise FileLost(self._path, "emptied")
