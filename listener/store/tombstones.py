"""What must not come back: keyed hashes of mentions deleted upstream and of authors forgotten.

The key is a file of this installation, so the table alone does not tell who was forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import tombstones
from listener.store.upsert import insert_new

Kind = Literal["mention", "author"]
KEY_FILE = "tombstone.key"
KEY_BYTES = 32


def tombstone_key(folder: Path) -> bytes:
    """The key in ``folder``/tombstone.key (mode 600), made by the first process that asks.

    Raises ValueError where the file does not hold a key: with another one every tombstone would
    silently be forgotten, so restore the file from a backup.
    """
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
        draft.unlink()
    with suppress(ValueError):
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) == KEY_BYTES:
            return key
    raise ValueError(
        f"{path} does not hold a key of {KEY_BYTES} bytes in hex. Restore it from a backup: "
        "without it, deleted posts and forgotten authors would be collected again."
    )


def tombstone(key: bytes, kind: Kind, network: str, native_id: str) -> str:
    """HMAC-SHA-256 (hex) of kind, network and id, parted by a character that ids do not hold."""
    message = "\x1f".join((kind, network, native_id)).encode("utf-8", "replace")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


async def bury(
    connection: AsyncConnection, kind: Kind, keys: Iterable[str], *, now: datetime
) -> None:
    await insert_new(connection, tombstones, [{"key": k, "kind": kind, "at": now} for k in keys])


async def buried(connection: AsyncConnection, keys: Sequence[str]) -> set[str]:
    """Those of ``keys`` that have a tombstone."""
    rows = await connection.execute(
        select(tombstones.c.key).where(among(connection, tombstones.c.key, keys))
    )
    return set(rows.scalars())


async def any_buried(connection: AsyncConnection) -> bool:
    return (await connection.execute(select(tombstones.c.key).limit(1))).first() is not None
