"""The whole path, from a file to decided rows, beside the bare model on the same texts.

    python -m benchmarks.path [--rows 20000] [--quick] [--only sqlite|postgresql]

`rasid import`'s own function runs in a process of its own, twice with the same file: the second
run must add nothing. The model is timed inside the first run; the same process hands the same
texts to the bare model, in batches as large as the labeller's. ``ratio`` is the whole path's
time over the bare model's, by the clock; ``ratio_cpu`` by this process's processor time (without
the PostgreSQL server's). The bare model is timed before and after, and the mean taken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import classifiers
from benchmarks.common import SECRET, as_json, databases, table, write_settings
from benchmarks.posts import write
from classifiers import Classifier, Label, load
from listener.cli import importing
from listener.labelling.label import BATCH, Labeller
from listener.settings.load import load as load_settings

SHOWN = (
    "read", "stored", "matched", "alerts", "waiting",
    "again_stored", "again_duplicates", "again_alerts",
    "seconds", "mentions_per_second", "peak_mb",
    "share_model", "share_store", "share_label", "share_decide", "share_rest",
    "again_seconds", "bare_model_seconds", "ratio", "ratio_cpu",
)  # fmt: skip


class Timed:
    """A classifier that adds up how long it was at work."""

    def __init__(self, inner: Classifier) -> None:
        self.inner, self.name, self.model = inner, inner.name, inner.model
        self.seconds = 0.0
        self.texts = 0

    def classify(self, texts: Sequence[str]) -> list[Label]:
        start = time.perf_counter()
        try:
            return self.inner.classify(texts)
        finally:
            self.seconds += time.perf_counter() - start
            self.texts += len(texts)


class Watch:
    """Adds up the time that each stage of the import takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def on(self, module: Any, name: str, stage: str) -> None:
        """Puts a clock around the coroutine function ``module.name``."""
        inner = getattr(module, name)

        async def timed(*args: Any, **more: Any) -> Any:
            start = time.perf_counter()
            try:
                return await inner(*args, **more)
            finally:
                spent = time.perf_counter() - start
                self.seconds[stage] = self.seconds.get(stage, 0.0) + spent

        setattr(module, name, timed)


def child(config: Path, file: Path, *, bare: bool) -> None:
    """One import, as `rasid import` does it; prints what it found out."""
    classifier = Timed(load())  # loaded before the clock starts: a service loads it once
    setattr(classifiers, "load", lambda *_args, **_more: classifier)  # noqa: B010
    texts = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    passes = [_bare(classifier.inner, texts)] if bare else []
    watch = Watch()
    watch.on(importing, "import_mentions", "store")
    watch.on(Labeller, "label_some", "label")
    watch.on(importing, "decide_some", "decide")
    settings = load_settings(config)
    start, cpu = time.perf_counter(), time.process_time()
    with file.open("rb") as stream:
        counts = asyncio.run(
            importing.import_file(settings, stream, brand=None, source=None, quiet=True)
        )
    result: dict[str, Any] = {
        **counts,
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        / (2**20 if sys.platform == "darwin" else 2**10),
        "model_seconds": classifier.seconds,
        "model_texts": classifier.texts,
        "stages": watch.seconds,
    }
    if bare:
        passes.append(_bare(classifier.inner, texts))
        result["bare_seconds"], result["bare_cpu"] = map(mean, zip(*passes, strict=True))
    print(json.dumps(result))


def _bare(classifier: Classifier, texts: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor for the model alone."""
    start, cpu = time.perf_counter(), time.process_time()
    for at in range(0, len(texts), BATCH):
        classifier.classify(texts[at : at + BATCH])
    return time.perf_counter() - start, time.process_time() - cpu


def measure(dialect: str, url: str, folder: Path, file: Path) -> dict[str, Any]:
    """Two imports of ``file`` and the bare model, each import in a process of its own."""
    config = write_settings(folder, dialect)
    first, again = (_run(config, file, url, bare=bare) for bare in (True, False))
    whole, stages = first["seconds"], first["stages"]
    model = first["model_seconds"]
    label = stages["label"] - model
    return {
        "database": dialect,
        **{name: first[name] for name in ("read", "stored", "matched", "alerts", "waiting")},
        **{f"again_{name}": again[name] for name in ("stored", "duplicates", "alerts")},
        "seconds": whole,
        "mentions_per_second": first["stored"] / whole,
        "peak_mb": first["peak_mb"],
        "share_model": model / whole,
        "share_store": stages["store"] / whole,
        "share_label": label / whole,
        "share_decide": stages["decide"] / whole,
        "share_rest": 1 - (stages["store"] + stages["label"] + stages["decide"]) / whole,
        "again_seconds": again["seconds"],
        "bare_model_seconds": first["bare_seconds"],
        "model_texts": first["model_texts"],
        "ratio": whole / first["bare_seconds"],
        "ratio_cpu": first["cpu"] / first["bare_cpu"],
    }


def _run(config: Path, file: Path, url: str, *, bare: bool) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.path", "--child", config, file, *["--bare"] * bare],
        env={**os.environ, SECRET: url, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def _folder() -> Any:
    with tempfile.TemporaryDirectory(prefix="rasid-bench") as name:
        yield Path(name)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true", help="1,000 rows")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child, bare=options.bare)
        return 0
    rows = 1_000 if options.quick else options.rows
    with _folder() as folder, databases(folder, only=options.only) as each:
        file = folder / "posts.jsonl"
        write(file, rows, now=datetime.now(UTC))
        found = [measure(dialect, url, folder, file) for dialect, url in each]
    table(found, ("database", *SHOWN))
    as_json("path", found)
    once = all(
        row["stored"] == rows
        and row["waiting"] == 0
        and not row["again_stored"] + row["again_alerts"]
        for row in found
    )
    return 0 if once else 1


if __name__ == "__main__":
    sys.exit(main())
