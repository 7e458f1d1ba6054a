"""What a run keeps between its sittings besides the weights: the rows it began with, what was
asked, and its log."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from classifiers.making.encoder.checkpoint import STATE
from classifiers.making.own_rows import OwnSet, keep, kept
from classifiers.making.tiers.request import Request

ASKED, ROWS, LOG = "asked.json", "rows.jsonl.gz", "log.jsonl"


def rows_of(request: Request) -> tuple[OwnSet, ...]:
    """The rows to train on: those that a run under way began with, else the request's.

    Raises ValueError where the folder holds a run of something else.
    """
    asked, path = _asked(request), request.run / ASKED
    if not path.exists():
        return request.own
    before = json.loads(path.read_text(encoding="utf-8"))
    if changed := [name for name in asked if asked[name] != before.get(name)]:
        raise ValueError(
            f"{request.run} holds a run with another {' and '.join(changed)}: give the same "
            "command to go on, another --run to begin one, or delete the folder"
        )
    return kept(request.run / ROWS)


def begin(request: Request) -> None:
    """Keep the request's rows for the sittings to come; nothing where a run is under way."""
    path = request.run / ASKED
    if path.exists():
        return
    request.run.mkdir(parents=True, exist_ok=True)
    keep(request.run / ROWS, request.own)
    path.write_text(json.dumps(_asked(request), indent=1) + "\n", encoding="utf-8")  # last


def log(run: Path, figures: dict[str, Any]) -> None:
    """A line more."""
    with (run / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(figures) + "\n")


def clear(run: Path) -> None:
    """Remove what a finished run has no use for; a folder that holds nothing else goes too."""
    for name in (ASKED, ROWS, LOG, STATE, "ema.safetensors"):
        (run / name).unlink(missing_ok=True)
    if not any(run.iterdir()):
        run.rmdir()


def _asked(request: Request) -> dict[str, Any]:
    """What must be the same for a run to go on. Not the minutes: they may be changed."""
    return {
        "sets": [one.name for one in request.own],
        "data": str(request.data.resolve()) if request.data else None,
        "recipe": hashlib.sha256(request.recipe.read_bytes()).hexdigest()[:12],
        "start": _weights_hash(request.begins),
    }


def _weights_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
