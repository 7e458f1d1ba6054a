"""What the recipe for people's own rows is worth: before and after on rows it never saw.

    python -m benchmarks.own_model FILE… [--unseen 300] [--minutes 30] [--out DIR]

FILE: labelled rows as `rasid model train` takes them (text and any of label, intent,
needs_response); for an honest figure of a sector or company that the bundled models have not
learned from. ``--unseen`` rows, chosen by a seed, are taken out; `rasid model train FILE` then
learns from the rest as it would at a team's (its own tenth for the card stays out too), and both
models, each alone and the new one as half of auto where it has a gate, label the unseen rows.
``--seed`` again and again shows how far luck goes. Training takes all cores.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.common import as_json
from classifiers import load
from classifiers.auto import FILE as GATE
from classifiers.evaluation.evaluate import answers, compare
from classifiers.evaluation.report_text import comparison_text
from classifiers.making.own_rows import OwnSet, distinct
from classifiers.tidy import text_key
from listener.handed_in.labelled import labelled_rows

Row = dict[str, str]


def cut(rows: Sequence[Row], unseen: int, seed: int) -> tuple[list[Row], list[Row]]:
    """(to learn from, unseen); no text is on both sides, whatever its links and names.

    Raises ValueError where too few rows would be left."""
    by_text: dict[str, list[Row]] = {}
    for row in rows:
        by_text.setdefault(text_key(row["text"]), []).append(row)
    keys = sorted(by_text)
    random.Random(seed).shuffle(keys)
    if len(keys) <= unseen:
        raise ValueError(f"{len(keys):,} different texts: more than {unseen:,} are needed")
    aside, rest = keys[:unseen], keys[unseen:]
    return (
        [row for key in rest for row in by_text[key]],
        [by_text[key][-1] for key in aside],
    )


def measure(rows: Sequence[Row], given: argparse.Namespace, out: Path) -> dict[str, Any]:
    """Train on the rest and compare on the unseen rows; prints the tables."""
    from classifiers.making.tiers import full_tier  # torch: slow to import, not always there
    from classifiers.making.tiers.request import Audience, Request

    learn, unseen = cut(rows, given.unseen, given.seed)
    request = Request(
        out=out,
        run=out.with_name("run"),
        today=date.today(),  # noqa: DTZ011 - the day where the one who reads the card is
        own=distinct([OwnSet("own", tuple(learn))]),
        minutes=given.minutes,
        threads=given.threads,
    )
    end = full_tier.train(request, Audience(lambda line: print(line, file=sys.stderr)))
    if end.trained is None:
        raise ValueError(f"stopped at {end.done:.0%}")
    before = answers(load("full", threads=given.threads), unseen)
    names = ["full", *(["auto"] if (out / GATE).exists() else [])]
    results: dict[str, Any] = {
        "learned": len(learn),
        "unseen": len(unseen),
        "minutes": end.trained.seconds / 60,
        "examples": end.trained.examples,
    }
    for tier in names:
        after = answers(load(str(out), tier=tier, threads=given.threads), unseen)
        found = compare(unseen, after, before)
        print(f"\nfirst: the new model ({tier}); second: the bundled full model\n")
        print(comparison_text(found))
        differences = dict(found.heads)
        if found.pooled:
            differences = {"sentiment": found.pooled, **differences}
        results[tier] = {head: asdict(one) for head, one in differences.items()}
        results[f"{tier}_needs"] = [
            asdict(one.needs_response) if one.needs_response else None
            for one in (found.second, found.first)
        ]
    if end.trained.gate:
        print(f"\n{end.trained.gate.sentence}")
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--unseen", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=30.0, help="of training, at most")
    parser.add_argument("--threads", type=int, help="cores; all where left out")
    parser.add_argument("--out", type=Path, help="keep the model there")
    given = parser.parse_args(arguments)
    try:
        rows, rejected = labelled_rows(given.files)
        print(f"{len(rows):,} rows, {rejected:,} left out", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            results = measure(rows, given, given.out or Path(folder) / "model")
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    as_json("own_model", [results])
    return 0


if __name__ == "__main__":
    sys.exit(main())
