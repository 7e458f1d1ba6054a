"""Where things are: the database, the queue server, unix sockets."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from listener.settings.model import Settings
from listener.settings.secrets import storage_secret

LONGEST_SOCKET = 100
"""Bytes. sun_path holds 108 on Linux and 104 on macOS, with the closing zero."""


def database_url(settings: Settings) -> str:
    """The address for ``listener.store.session.open_database``.

    Raises MissingSecretError where the named address is not there.
    """
    if settings.storage.database == "sqlite":
        path = settings.service.data.absolute() / "rasid.db"
        return URL.create("sqlite+aiosqlite", database=str(path)).render_as_string()
    return storage_secret(settings, settings.storage.database).reveal()


def redis_url(settings: Settings) -> str | None:
    """The queue server's address: the configured one, ``unix://`` of the embedded one, or None.

    Raises MissingSecretError where the named address is not there.
    """
    if settings.storage.redis == "none":
        return None
    if settings.storage.redis == "embedded":
        return "unix://" + quote(str(socket_path(settings.service.data, "redis.sock")))
    return storage_secret(settings, settings.storage.redis).reveal()


def socket_path(data: Path, name: str) -> Path:
    """``data/name``, or where that is too long for a socket, a private folder (mode 700) under the
    runtime directory, the same one for the same ``data``; it is made if missing.

    Raises PermissionError where that folder is another user's or open to others.
    """
    data = Path(os.path.abspath(data))
    path = data / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    for runtime in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        folder = Path(runtime or "/nonexistent") / f"rasid-{os.getuid()}-{mark}"
        if not os.access(folder.parent, os.W_OK):
            continue
        if len(os.fsencode(folder / name)) <= LONGEST_SOCKET:
            _own(folder)
            return folder / name
    raise OSError(f"no folder is short enough for the socket {name}; set XDG_RUNTIME_DIR")


def _own(folder: Path) -> None:
    """Under /tmp anybody could have made it before us, so look before trusting it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    stats = folder.lstat()
    if not stat.S_ISDIR(stats.st_mode) or stats.st_uid != os.getuid() or stats.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private to this user: remove it and start again")
