"""The rows of a data folder's labelled files, as the cards and the language head read them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIALECT_OF = {"egyptian": "egy", "gulf": "glf", "levantine": "lev", "jordanian": "lev"}
DIALECT_OF |= dict.fromkeys(("moroccan", "algerian", "tunisian", "maghrebi"), "mgr")
DIALECT_OF |= {"msa": "msa", "msa+palestinian": "msa"}
"""The files' own names of dialects."""


@dataclass(frozen=True, slots=True)
class BagRow:
    """One labelled row; ``set`` is the file's name, ``label`` that file's own."""

    set: str
    source: str
    lang: str
    dialect: str
    label: str
    text: str


def rows(folder: Path, task: str, split: str) -> Iterator[BagRow]:
    """Rows of ``folder/task/*.split.jsonl.gz``, files in name order."""
    for path in sorted((folder / task).glob(f"*.{split}.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                raw = json.loads(line)
                name = path.name.split(".")[0]
                yield BagRow(
                    name, raw["source"], raw["lang"], raw["dialect"], raw["label"], raw["text"]
                )
