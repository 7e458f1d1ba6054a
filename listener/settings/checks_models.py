"""Whether the model that [classifiers] names is there, told without loading it."""

from __future__ import annotations

import re

from listener.settings.document import Document
from listener.settings.model import Settings

BUNDLED = ("bundled", "auto", "full", "fast", "lexicon")
_HUB = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
"""owner/model, as huggingface.co names them."""
FILES = ("model.safetensors", "config.json")
"""A model's folder holds one of them at least (``classifiers.folders``)."""
AT = ("classifiers", "sentiment", "model")


def check_model(document: Document, settings: Settings) -> None:
    """Notes a folder that is not there, or that holds no model. ``owner/model`` may be a folder or
    a name on a hub that is asked only at the start: it is a folder where its first part is one."""
    name = settings.classifiers.sentiment.model
    if name in BUNDLED:
        return
    try:
        folder = document.base.joinpath(name).expanduser()
        if folder.is_dir():
            if not any((folder / file).is_file() for file in FILES):
                document.find(AT, "model_empty", given=name, files=" / ".join(FILES))
            return
        meant = folder.is_file() or (folder.parent.is_dir() and folder.parent != document.base)
    except (OSError, RuntimeError, ValueError):  # no home to expand, a NUL
        meant = True
    if meant or not _HUB.fullmatch(name):
        document.find(AT, "no_model", given=name, path=str(document.base))
    else:
        document.find(AT, "model_of_hub", "note", given=name)
