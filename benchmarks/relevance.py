"""What fifty clicks are worth: own sentences that hold a brand's name in both meanings.

    python -m benchmarks.relevance [FILE] [--labels 50] [--splits 20] [--reader words|context …]

FILE: rows of JSON with ``text``, ``brand``, ``term`` and ``about``; benchmarks/sets/relevance.jsonl
without one. For each brand and each of some seeded splits a model is fitted on ``labels`` rows and
asked about the rest; shown is the mean. Beside it: everything is about the brand, and the context
words that such a brand would be configured with. Two columns stand for each model: at 0.5, as the
numbers mark, and ``gate``, as alerts are withheld, where a split whose model is not good enough to
use counts as one that withholds nothing.

accuracy, precision and recall are of "not about us"; hidden is the share of mentions about the
brand that would be taken for something else; used, the share of splits whose model is used.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import as_json, table
from classifiers import load
from classifiers.arabic import fold, words
from classifiers.relevance.fitting import Example, fit
from classifiers.relevance.logistic import Named, Reader, Signals
from classifiers.relevance.readers import reader_of

SET = Path(__file__).parent / "sets" / "relevance.jsonl"
TIERS = {"words": "fast", "context": "full"}
SHOWN = ("model", "accuracy", "precision", "recall", "hidden", "used")
_OPERATOR = (
    "شبكة نت إنترنت باقة شريحة فاتورة رصيد خط برج فايبر راوتر تطبيق اتصالات شركة عملاء خدمة فرع"
    " شحن تجوال عرض network sim"
)
CONTEXT = {
    "زين": _OPERATOR,
    "موبايلي": _OPERATOR,
    "أورنج": _OPERATOR,
    "نون": "طلب طلبية توصيل شحنة مندوب موقع تطبيق كوبون كود خصم استرجاع مرتجع منتج بائع عملاء متجر"
    " order delivery",
}
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    named: Named
    about: bool


@dataclass
class Known:
    """A reader that has seen every row once: splits share what it saw."""

    inner: Reader
    seen: dict[Named, tuple[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name, self.scale, self.tail = self.inner.name, self.inner.scale, self.inner.tail

    def see(self, texts: Sequence[Named]) -> Signals:
        new = [each for each in dict.fromkeys(texts) if each not in self.seen]
        if new:
            grams, signs = self.inner.see(new)
            self.seen |= dict(zip(new, zip(grams, signs, strict=True), strict=True))
        pairs = [self.seen[each] for each in texts]
        return Signals(np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs]))


def read(path: Path) -> dict[str, list[Row]]:
    """Brand to its rows, in the file's order."""
    brands: dict[str, list[Row]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        named = Named(row["text"], (row["term"],))
        brands.setdefault(row["brand"], []).append(Row(named, bool(row["about"])))
    return brands


def score(about: Booleans, says: Booleans) -> dict[str, float]:
    """``says``: taken to be about the brand."""
    caught, others = int((~about & ~says).sum()), int((~about).sum())
    return {
        "accuracy": float((about == says).mean()),
        "precision": caught / max(int((~says).sum()), 1),
        "recall": caught / max(others, 1),
        "hidden": float((~says)[about].mean()),
    }


def by_context(row: Row, context: str) -> bool:
    """Whether a context word, with what clings to it, stands anywhere in the text."""
    wanted = [word for part in context.split() for word in words(fold(part))]
    return any(
        each.endswith(word) and len(each) - len(word) <= 3
        for each in words(fold(row.named.text))
        for word in wanted
    )


def measure(rows: Sequence[Row], brand: str, readers: dict[str, Reader], labels: int,
            splits: int) -> list[dict[str, Any]]:  # fmt: skip
    """A line a way of telling, each the mean over the same splits."""
    found: dict[str, list[dict[str, float]]] = {}
    everything = [Example(row.named, row.about, at) for at, row in enumerate(rows)]
    for split in range(splits):
        order = np.random.default_rng(split).permutation(len(rows)).tolist()
        rest = [rows[at] for at in order[labels:]]
        about = np.array([row.about for row in rest])
        said = {
            "everything": np.ones(len(rest), bool),
            "context words": np.array([by_context(row, CONTEXT.get(brand, "")) for row in rest]),
        }
        used = dict.fromkeys(said, 1.0)
        for name, reader in readers.items():
            fitted = fit([everything[at] for at in order[:labels]], reader)
            scores = np.array(fitted.model.score(reader.see([row.named for row in rest])))
            said[name], used[name] = scores >= 0.5, float(fitted.good)
            said[f"{name} gate"] = (scores >= fitted.least) | (not fitted.good)
            used[f"{name} gate"] = float(fitted.good)
        for name, says in said.items():
            found.setdefault(name, []).append({**score(about, says), "used": used[name]})
    return [
        {"brand": brand, "model": name, **{k: _mean(lines, k) for k in SHOWN[1:]}}
        for name, lines in found.items()
    ]


def _mean(lines: Sequence[dict[str, float]], key: str) -> float:
    return round(float(np.mean([line[key] for line in lines])), 3)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=SET)
    parser.add_argument("--labels", type=int, default=50)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--reader", action="append", choices=list(TIERS))
    given = parser.parse_args(arguments)
    readers: dict[str, Reader] = {}
    for name in given.reader or TIERS:
        reader = reader_of(load(TIERS[name]))
        if reader is not None:
            readers[name] = Known(reader)
    results = []
    for brand, rows in read(given.file).items():
        lines = measure(rows, brand, readers, given.labels, given.splits)
        share = np.mean([row.about for row in rows])
        print(f"\n{brand}: {len(rows)} rows, {share:.0%} about it, {given.labels} labels")
        table(lines, SHOWN)
        results += lines
    as_json("relevance", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
