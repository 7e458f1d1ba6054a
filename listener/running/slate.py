"""What a process says while the database takes nothing, where ``rasid status`` finds it.

A file of a fixed size beside the data, made at the start and written over in place: that works on
a full disk, too. A process that died says nothing more.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 512
SUFFIX = ".slate"


@dataclass(frozen=True, slots=True)
class Said:
    """``fault``: one of ``store.faults.FAULTS``, since ``since`` (aware UTC)."""

    process: str
    worker: str
    fault: str
    why: str
    since: datetime


class Slate:
    """``process``'s own, in ``folder``. A folder that cannot be written leaves it without one."""

    def __init__(self, folder: Path, process: str, worker: str) -> None:
        self._process, self._worker = process, worker
        self._path = folder / f"{process}{SUFFIX}"
        self._write({})

    def say(self, fault: str, why: str, since: datetime) -> None:
        said = {"fault": fault, "why": why[:80], "since": since.isoformat()}
        self._write({"process": self._process, "worker": self._worker, **said})

    def wipe(self) -> None:
        self._write({})

    def _write(self, content: dict[str, str]) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(handle, json.dumps(content).encode()[:SIZE].ljust(SIZE), 0)
            finally:
                os.close(handle)
        except OSError as error:
            log.debug("%s could not be written: %s", self._path, error.strerror)


def read(folder: Path, gone: Callable[[str], bool]) -> list[Said]:
    """What is said in ``folder`` by processes that are not ``gone``, the longest trouble first."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            content = json.loads(path.read_bytes())
            if content and not gone(content["worker"]):
                since = datetime.fromisoformat(content.pop("since"))
                found.append(Said(since=since, **content))
        except (OSError, ValueError, KeyError, TypeError):  # half written, or somebody else's
            continue
    return sorted(found, key=lambda said: (said.since, said.process))
