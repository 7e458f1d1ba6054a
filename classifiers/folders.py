"""What kind of model a folder holds, told without torch and from whatever of it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

Kind = Literal["bag", "encoder", "other"]
BAG, PACKED = "rasid-bag-", "rasid-groups-32"
"""How the names of our formats begin or are; a bag of an older version is told as one."""
WEIGHTS = "model.safetensors"
LONGEST_HEADER = 100_000_000


def kind_of(folder: Path) -> Kind:
    """bag and encoder are our own formats, other is for transformers to read.

    Either file is enough, so that a broken one is told by those who know what it should hold.
    Without both the folder counts as a bag.
    """
    about = _metadata(folder / WEIGHTS)
    if PACKED in str(about.get("packed")):
        return "encoder"
    if BAG in str(about.get("rasid")):
        return "bag"
    path = folder / "config.json"
    if not path.is_file():
        return "bag"
    return "encoder" if isinstance(_json(path).get("rasid"), dict) else "other"


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The sha256 of each file, as hex digits. Raises OSError where one cannot be read."""
    hashes = {}
    for name in names:
        with (folder / name).open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def _metadata(path: Path) -> dict[str, Any]:
    """A safetensors header's own: 8 bytes of length, then JSON; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length)) if length <= LONGEST_HEADER else {}
        about = header.get("__metadata__")
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return about if isinstance(about, dict) else {}


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
