"""Hard posts, by what makes them hard and by dialect: the share that each model reads rightly.

    python -m benchmarks.challenge [--model full --model auto …] [--json] [--wrong N]

The posts are our own, in sets/challenge.jsonl; sets/README.md says how they were labelled. They
are reported on, never tuned on. ``--wrong``: for each model the N wrong answers it was most sure
of, wrong sentiments first.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import as_json, table
from classifiers import Label, load

SET = Path(__file__).parent / "sets" / "challenge.jsonl"
MODELS = ("full", "auto", "fast", "lexicon")
MEASURES = ("sentiment", "needs_response", "intent")
NO_DIALECT = "no dialect"
Row = dict[str, Any]
Shares = dict[str, float]


def read(path: Path = SET) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def groups(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Name of each category and dialect, and of all, to the numbers of its rows."""
    found: dict[str, list[int]] = {}
    for key in ("category", "dialect"):
        for number, row in enumerate(rows):
            found.setdefault(row[key] or NO_DIALECT, []).append(number)
    return found | {"all": list(range(len(rows)))}


def right(row: Row, label: Label) -> dict[str, bool]:
    return {
        "sentiment": label.sentiment == row["label"],
        "needs_response": label.needs_response == row["needs_response"],
        "intent": label.intent == row["intent"],
    }


def shares(rows: Sequence[Row], labels: Sequence[Label]) -> dict[str, Shares]:
    """Measure to the share of right answers in each group."""
    marks = [right(row, label) for row, label in zip(rows, labels, strict=True)]
    return {
        measure: {
            name: sum(marks[number][measure] for number in numbers) / len(numbers)
            for name, numbers in groups(rows).items()
        }
        for measure in MEASURES
    }


def wrong(rows: Sequence[Row], labels: Sequence[Label], count: int) -> list[Row]:
    """``count`` wrong answers; ``probability`` is that of the sentiment that was said."""
    found = []
    for row, label in zip(rows, labels, strict=True):
        marks = right(row, label)
        if not all(marks.values()):
            found.append(
                {
                    "id": row["id"],
                    "wrong": [measure for measure in MEASURES if not marks[measure]],
                    "gold": [row["label"], row["needs_response"], row["intent"]],
                    "said": [label.sentiment, label.needs_response, label.intent],
                    "probability": round(getattr(label.probabilities, label.sentiment), 3),
                    "text": row["text"],
                }
            )
    found.sort(key=lambda one: ("sentiment" not in one["wrong"], -one["probability"]))
    return found[:count]


def _answer(sentiment: str, needs_response: bool, intent: str) -> str:
    return f"{sentiment}, {intent}, {'answer' if needs_response else 'no answer'}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", action="append", help="full, auto, fast, lexicon, a folder")
    parser.add_argument("--json", action="store_true", help="one line of JSON and nothing else")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show N wrong answers")
    given = parser.parse_args(arguments)
    rows = read()
    results: list[dict[str, Any]] = []
    for name in given.model or MODELS:
        try:
            labels = load(name).classify([row["text"] for row in rows])
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
        results.append({"model": name, "shares": shares(rows, labels)})
        if given.wrong > 0:
            results[-1]["wrong"] = wrong(rows, labels, given.wrong)
    counts = {name: len(numbers) for name, numbers in groups(rows).items()}
    if given.json:
        as_json("challenge", [{"rows": counts}, *results])
        return 0
    for measure in MEASURES:
        columns = [
            {measure: "rows", **counts},
            *({measure: one["model"], **one["shares"][measure]} for one in results),
        ]
        table(columns, (measure, *counts))
        print()
    for one in results:
        for answer in one.get("wrong", ()):
            print(f"{one['model']}  {answer['id']}  {answer['text']}")
            print(f"    gold  {_answer(*answer['gold'])}")
            print(f"    said  {_answer(*answer['said'])}  ({answer['probability']:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
