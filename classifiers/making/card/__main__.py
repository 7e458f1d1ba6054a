"""Measure the models that ship on all dev sets, once, and write the card of the full tier.

    python -m classifiers.making.card --data DIR --recipe RECIPE.toml [--folder FOLDER] [--log LOG]

Writes FOLDER/MODEL_CARD.md; ``--json`` keeps all figures, ``--from`` writes the card from such a
file again without measuring. ``--model open=FOLDER`` puts another model beside.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from classifiers.loading import WEIGHTS, load
from classifiers.making.card.dev import measure
from classifiers.making.card.licences import Learned
from classifiers.making.card.shipped import TEMPLATE, Made, card, progress_of
from classifiers.making.card.trained import CARD
from classifiers.making.encoder.data import examples_of
from classifiers.making.encoder.recipe import read_recipe

MODELS = ("lexicon", "fast", "full", "auto")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the card is written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/, intent/")
    parser.add_argument("--recipe", type=Path, required=True, help="what the weights learned from")
    parser.add_argument("--folder", type=Path, default=WEIGHTS / "full", help="the model folder")
    parser.add_argument(
        "--log", type=Path, action="append", default=[], help="log.jsonl of a run; may be repeated"
    )
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME[=WHAT]",
        help=f"a column, as `load` names it; {', '.join(MODELS)} where none is given",
    )
    parser.add_argument("--template", type=Path, default=TEMPLATE)
    parser.add_argument("--date", type=date.fromisoformat, help="today where left out")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    parser.add_argument("--from", dest="known", type=Path, help="figures of an earlier --json")
    given = parser.parse_args(arguments)
    try:
        recipe = read_recipe(given.recipe)
        learned = [
            Learned(one.name, len(rows), one.licence)
            for one, rows in zip(recipe.sets, examples_of(recipe, given.data), strict=True)
        ]
        if given.known:
            found = json.loads(given.known.read_text(encoding="utf-8"))
        else:
            wanted = (name.partition("=") for name in given.model or MODELS)
            models = {name: load(what or name) for name, _, what in wanted}
            found = measure(models, given.data, _say)
        figures = json.dumps(found, indent=1)
        if given.json:
            given.json.write_text(figures + "\n", encoding="utf-8")
        runs = [progress_of(log) for log in given.log]
        made = Made(
            folder=given.folder,
            recipe=recipe.name,
            today=given.date or date.today(),  # noqa: DTZ011 - the day of whoever writes it
            learned=learned,
            seconds=sum(seconds for seconds, _ in runs),
            examples=sum(steps for _, steps in runs) * recipe.training.batch,
        )
        (given.folder / CARD).write_text(card(made, found, given.template), encoding="utf-8")
    except (ValueError, OSError, KeyError) as error:
        print(f"nothing written: {error}", file=sys.stderr)
        return 1
    print(figures)
    _say(f"{given.folder / CARD}")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
