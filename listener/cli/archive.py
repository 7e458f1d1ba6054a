"""The file that `rasid backup` makes: a tar with the database, the key of the tombstones, the two
configuration files and what they name. No secret is in it: those are named there, not written."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from listener.settings import Settings
from listener.settings.plan import PLAN_NAME

MANIFEST, SQLITE, DUMP, KEY = "manifest.json", "rasid.db", "rasid.dump", "tombstone.key"
CONFIG, BESIDE, MODEL = "rasid.toml", "beside", "model"
FORMAT = 1


class ArchiveError(Exception):
    """The message says what is wrong with the file and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``model``: the model's folder as the configuration writes it; None: a bundled one."""

    format: int
    rasid: str
    schema: str
    dialect: str
    made_at: str
    mentions: int
    model: str | None = None


def model_of(settings: Settings) -> tuple[str, Path] | None:
    """The model's folder as it is written in the configuration, and where it is; None where that
    names no folder that is there."""
    name = settings.classifiers.sentiment.model
    base = settings.path.parent if settings.path else Path()
    folder = base / Path(name).expanduser()
    return (name, folder) if folder.is_dir() else None


def feed_files(config: Path) -> list[str]:
    """Files with feeds' addresses that the configuration names, as they are written there; only
    those below its own folder."""
    with suppress(OSError, ValueError):
        networks = tomllib.loads(config.read_text(encoding="utf-8-sig")).get("networks", {})
        named = [feed for of in networks.values() if isinstance(of, dict)
                 for feed in _listed(of.get("feeds")) if "://" not in feed]  # fmt: skip
        return [name for name in named if _below(name) and (config.parent / name).is_file()]
    return []


def pack(target: Path, manifest: Manifest, settings: Settings, database: Path) -> None:
    """Writes ``target``, whole or not at all, for its owner alone."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft, config = Path(name), settings.path or Path(CONFIG)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar,
        ):
            head = json.dumps(asdict(manifest), indent=2).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(head), 0o600
            tar.addfile(entry, io.BytesIO(head))
            tar.add(database, SQLITE if manifest.dialect == "sqlite" else DUMP)
            for path, inside in (
                (settings.service.data / KEY, KEY),
                (config, CONFIG),
                (config.parent / PLAN_NAME, PLAN_NAME),
                *((config.parent / feed, f"{BESIDE}/{feed}") for feed in feed_files(config)),
            ):
                if path.is_file():
                    tar.add(path.resolve(), inside, recursive=False)
            if (model := model_of(settings)) is not None:
                tar.add(model[1].resolve(), MODEL)
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def unpacked(source: Path, beside: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest, and a private folder below ``beside`` with the contents, gone at the end.
    Raises ArchiveError where ``source`` is no backup, or not whole."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".rasid-restore.") as name:
        folder = Path(name)
        try:
            with tarfile.open(source, "r:gz") as tar:
                tar.extractall(folder, filter="data")
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (tarfile.TarError, EOFError, ValueError, TypeError, FileNotFoundError) as error:
            raise ArchiveError(
                f"{source} is no backup that `rasid backup` made, or it is not whole "
                f"({type(error).__name__}): take another copy of it"
            ) from None
        if manifest.format > FORMAT:
            raise ArchiveError(f"{source} was made by a newer Rasid ({manifest.rasid}): use that")
        yield manifest, folder


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
