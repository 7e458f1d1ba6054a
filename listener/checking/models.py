"""Whether the model that [classifiers] names is there, told without loading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from listener.settings.findings import Finding, Level, printable
from listener.settings.model import Settings

BUNDLED = ("bundled", "auto", "full", "fast", "lexicon")
_HUB = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
"""owner/model, as huggingface.co names them."""
FILES = ("model.safetensors", "config.json")
"""A model's folder holds one of them at least (``classifiers.folders``)."""
AT = "classifiers.sentiment.model"


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A folder that is not there, or that holds no model. ``owner/model`` may be a folder or a name
    on a hub that is asked only at the start: it is a folder where its first part is one.
    ``lines``: as of ``settings.load.Inspected``."""
    name = settings.classifiers.sentiment.model
    if name in BUNDLED:
        return []

    def found(code: str, level: Level = "error", **values: str) -> list[Finding]:
        line = lines.get(AT) or lines.get("classifiers.sentiment") or lines.get("classifiers")
        return [Finding(AT, code, line, {"given": printable(name), **values}, level)]

    base = settings.path.parent if settings.path else Path()
    try:
        folder = base.joinpath(name).expanduser()
        if folder.is_dir():
            whole = any((folder / file).is_file() for file in FILES)
            return [] if whole else found("model_empty", files=" / ".join(FILES))
        meant = folder.is_file() or (folder.parent.is_dir() and folder.parent != base)
    except (OSError, RuntimeError, ValueError):  # no home to expand, a NUL
        meant = True
    if meant or not _HUB.fullmatch(name):
        return found("no_model", path=str(base))
    return found("model_of_hub", "note")
