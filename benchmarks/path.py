"""The whole path, from a file to decided rows, beside the bare model on the same texts.

    python -m benchmarks.path [--rows 20000] [--auto-rows 2000] [--quick] [--only sqlite|postgresql]
                              [--tier fast|auto]

`rasid import`'s own function runs in a process of its own, on an installation that stands (the
schema is there, the model is loaded), and with `fast` twice with the same file: the second run must
add nothing. The same process hands the same texts to the bare model, in batches as large as the
labeller's, before and after; the mean is taken.

``ratio`` is CPU over CPU: all of the importing process's threads and children over the bare
model's. PostgreSQL's own processes are apart, ``server_ratio``. The steps are CPU microseconds a
mention; they follow each other, so what they sum up to is the whole.
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
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.common import SECRET, as_json, databases, table, write_settings
from benchmarks.posts import write
from classifiers import Classifier, load
from listener.cli import importing
from listener.cli.house import open_house
from listener.handed_in import import_mentions as storing
from listener.labelling.label import BATCH, Labeller
from listener.settings.load import load as load_settings
from listener.settings.model import Settings

STEPS = ("read_and_match", "store", "model", "label", "decide", "rest")
SHOWN = (
    "tier", "read", "stored", "matched", "alerts", "waiting",
    "again_stored", "again_duplicates", "again_alerts",
    "cpu_seconds", "bare_model_cpu", "server_cpu", "ratio", "server_ratio",
    *(f"us_{step}" for step in STEPS), "us_bare_model",
    "again_cpu_seconds", "seconds", "mentions_per_second", "peak_mb",
)  # fmt: skip


class Watch:
    """Adds up the processor time that each step takes; nothing else runs meanwhile."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def _add(self, step: str, start: float) -> None:
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - start

    def on(self, module: Any, name: str, step: str) -> None:
        """Puts a clock around the coroutine function ``module.name``."""
        inner = getattr(module, name)

        async def timed(*args: Any, **more: Any) -> Any:
            start = time.process_time()
            try:
                return await inner(*args, **more)
            finally:
                self._add(step, start)

        setattr(module, name, timed)

    def on_model(self, classify: Callable[..., Any]) -> Callable[..., Any]:
        """``classify`` with a clock around it."""

        def timed(texts: Sequence[str]) -> Any:
            start = time.process_time()
            try:
                return classify(texts)
            finally:
                self._add("model", start)

        return timed


def child(config: Path, file: Path, *, tier: str, bare: bool) -> None:
    """One import, as `rasid import` does it; prints what it cost."""
    settings = load_settings(config)
    model: Any = load(tier=tier)  # the object that the labeller gets: a service loads it once
    classify, watch = model.classify, Watch()
    texts = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    passes = [_bare(model, texts)] if bare else []
    model.classify = watch.on_model(classify)
    watch.on(importing, "import_mentions", "all_reading")
    watch.on(storing, "add", "store")
    watch.on(Labeller, "label_some", "all_labelling")
    watch.on(importing, "decide_some", "decide")
    start, cpu = time.perf_counter(), _cpu()
    with file.open("rb") as stream:
        counts = asyncio.run(
            importing.import_file(settings, stream, brand=None, source=None, quiet=True)
        )
    # What brings nothing new labels and decides nothing: those steps are absent then.
    spent, step = _cpu() - cpu, Counter(watch.seconds)
    result: dict[str, Any] = {
        **counts,
        "seconds": time.perf_counter() - start,
        "cpu": spent,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        / (2**20 if sys.platform == "darwin" else 2**10),
        "steps": {
            "read_and_match": step["all_reading"] - step["store"],
            "store": step["store"],
            "model": step["model"],
            "label": step["all_labelling"] - step["model"],
            "decide": step["decide"],
            "rest": spent - step["all_reading"] - step["all_labelling"] - step["decide"],
        },
    }
    if bare:
        model.classify = classify
        passes.append(_bare(model, texts))
        result["bare_cpu"] = mean(passes)
    print(json.dumps(result))


async def _stands(settings: Settings) -> None:
    async with open_house(settings):
        return


def _cpu() -> float:
    """Processor seconds of this process and of those it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _bare(classifier: Classifier, texts: Sequence[str]) -> float:
    """Processor seconds of the model alone."""
    start = _cpu()
    for at in range(0, len(texts), BATCH):
        classifier.classify(texts[at : at + BATCH])
    return _cpu() - start


def server_cpu() -> float:
    """Processor seconds of every PostgreSQL process that this process started, dead ones too."""
    tick, parents, used = os.sysconf("SC_CLK_TCK"), {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text("utf-8", "replace").rpartition(")")
        except OSError:  # it ended while we looked
            continue
        pid, fields = int(stat.parent.name), rest.split()
        parents[pid] = int(fields[1])
        if "postgres" in name:  # its own time, and that of its children that it waited for
            used[pid] = sum(map(int, fields[11:15])) / tick
    ours = {pid for pid in used if parents[pid] == os.getpid()}
    return sum(time for pid, time in used.items() if pid in ours or parents[pid] in ours)


def measure(dialect: str, url: str, folder: Path, file: Path, tier: str) -> dict[str, Any]:
    """An import of ``file`` beside the bare model, each import in a process of its own; with
    ``fast`` once more, where nothing may be added."""
    config = write_settings(folder, dialect, tier=tier)
    os.environ[SECRET] = url
    asyncio.run(_stands(load_settings(config)))  # the schema, before anything is counted
    before = server_cpu()
    first = _run(config, file, url, tier, bare=True)
    server = server_cpu() - before
    again = _run(config, file, url, tier, bare=False) if tier == "fast" else None
    read = first["read"]
    return {
        "database": dialect,
        "tier": tier,
        **{name: first[name] for name in ("read", "stored", "matched", "alerts", "waiting")},
        **{
            f"again_{name}": again[name] if again else None
            for name in ("stored", "duplicates", "alerts")
        },
        "cpu_seconds": first["cpu"],
        "bare_model_cpu": first["bare_cpu"],
        "server_cpu": server,
        "ratio": first["cpu"] / first["bare_cpu"],
        "server_ratio": server / first["bare_cpu"],
        **{f"us_{step}": 1e6 * first["steps"][step] / read for step in STEPS},
        "us_bare_model": 1e6 * first["bare_cpu"] / read,
        "again_cpu_seconds": again["cpu"] if again else None,
        "seconds": first["seconds"],
        "mentions_per_second": first["stored"] / first["seconds"],
        "peak_mb": first["peak_mb"],
    }


def _run(config: Path, file: Path, url: str, tier: str, *, bare: bool) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.path", "--child", config, file, "--tier", tier,
         *["--bare"] * bare],
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
    parser.add_argument("--auto-rows", type=int, default=2_000, help="its encoder is slow")
    parser.add_argument("--quick", action="store_true", help="1,000 rows, 200 with auto")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--tier", choices=["fast", "auto"])
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child, tier=options.tier, bare=options.bare)
        return 0
    rows = {"fast": options.rows, "auto": options.auto_rows}
    if options.quick:
        rows = {"fast": 1_000, "auto": 200}
    found = []
    for tier in [options.tier] if options.tier else ["fast", "auto"]:
        with _folder() as folder, databases(folder, only=options.only) as each:
            file = folder / "posts.jsonl"
            write(file, rows[tier], now=datetime.now(UTC))
            found += [measure(dialect, url, folder, file, tier) for dialect, url in each]
    table(found, ("database", *SHOWN))
    as_json("path", found)
    once = all(
        row["stored"] == rows[row["tier"]]
        and row["waiting"] == 0
        and not (row["again_stored"] or row["again_alerts"])
        for row in found
    )
    return 0 if once else 1


if __name__ == "__main__":
    sys.exit(main())
