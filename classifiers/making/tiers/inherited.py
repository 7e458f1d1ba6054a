"""What a model folder says that it learned from, so that the terms go with the weights."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from classifiers.loading import WEIGHTS
from classifiers.making.card.licences import Learned
from classifiers.making.encoder.recipe import RECIPES, read_recipe

FILE = "learned.json"


def note(folder: Path, sets: Iterable[Learned]) -> None:
    """Write ``sets`` beside the weights."""
    rows = [one._asdict() for one in sets]
    (folder / FILE).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


def noted(folder: Path) -> list[Learned]:
    """What was written; of the bundled weights the sets of their recipe. A folder that says
    nothing has learned from something whose terms nobody stated."""
    if (folder / FILE).exists():
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return [Learned(**row) for row in rows]
    if folder.resolve() == (WEIGHTS / "full").resolve():
        sets = read_recipe(RECIPES / "full.toml").sets
        return [Learned(one.name, None, one.licence) for one in sets]
    return [Learned(folder.name, None, "none stated: the folder does not say what it learned from")]
