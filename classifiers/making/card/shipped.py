"""The card of the full tier that ships: measured tables in a template that is written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from classifiers.making.card import posts_text
from classifiers.making.card.licences import Learned
from classifiers.making.card.markdown import licence_table, share, table, with_interval
from classifiers.making.card.set_figures import NAMES

TEMPLATE = Path(str(files("classifiers"))) / "making" / "card" / "full.md"
FEW = 20


@dataclass(frozen=True, slots=True)
class Made:
    """How the weights came about; ``seconds`` and ``examples`` are 0 where no log was given."""

    folder: Path
    recipe: str
    today: date
    learned: list[Learned]
    seconds: float = 0.0
    examples: int = 0


def card(made: Made, found: Mapping[str, Any], template: Path = TEMPLATE) -> str:
    """Markdown. ``found``: what ``dev.measure`` gave."""
    config = json.loads((made.folder / "config.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in made.folder.glob("*") if path.suffix != ".md")
    names = list(found["models"])
    main = "full" if "full" in names else names[0]
    return Template(template.read_text(encoding="utf-8")).substitute(
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        pieces=f"{config['vocab_size']:,}",
        size=f"{size / 1e6:.1f}",
        date=made.today.isoformat(),
        model=found["models"].get("full", {}).get("model", made.folder.name),
        recipe=made.recipe,
        run=_run(made),
        licences=licence_table(made.learned),
        open=", and its figures stand beside" if "open" in names else "",
        sets=_table("set", found["sets"], names),
        groups=_table(
            "",
            {
                **{f"dialect {key}": value for key, value in found["dialects"].items()},
                **{f"language {key}": value for key, value in found["languages"].items()},
            },
            names,
        ),
        pooled=_pooled(found, names),
        errors=_errors(found, names),
        intent=_intent(found["intent"], names),
        posts=posts_text.whole(found["posts"]),
        regions=posts_text.by(found["posts"][main], "region"),
        countries=posts_text.by(found["posts"][main], "country"),
        phenomena=posts_text.by(found["posts"][main], "phenomenon"),
        intents=posts_text.by(found["posts"][main], "intent"),
    )


def progress_of(log: Path) -> tuple[float, int]:
    """(seconds, steps) of a run's log."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    last = max((line for line in lines if "seconds" in line), key=lambda line: line["step"])
    return float(last["seconds"]), int(last["step"])


def _run(made: Made) -> str:
    if not made.examples:
        return ""
    return f": {made.examples:,} examples in {made.seconds / 60:.0f} minutes"


def _table(first: str, rows: Mapping[str, Mapping[str, Any]], names: list[str]) -> str:
    lines = []
    for name, row in rows.items():
        if row["texts"] < FEW:
            continue
        kind = row.get("figure", "macro_f1")
        label = name if kind == "macro_f1" else f"{name}, {NAMES[kind]}"
        lines.append([label, f"{row['texts']:,}", *(with_interval(*row[one]) for one in names)])
    return table([first, "texts", *names], lines)


def _pooled(found: Mapping[str, Any], names: list[str]) -> str:
    pooled = found["pooled"]
    lines = [
        [title, *(with_interval(*pooled[name][key]) for name in names)]
        for title, key in (("macro-F1", "macro_f1"), ("recall of negatives", "negative_recall"))
    ]
    lines.append(["calibration error (ECE)", *(share(pooled[name]["ece"]) for name in names)])
    return table([f"{pooled['texts']:,} texts", *names], lines)


def _errors(found: Mapping[str, Any], names: list[str]) -> str:
    lines = [
        [value, f"{found['sets'][value]['texts']:,}", *(share(row[name]) for name in names)]
        for value, row in found["ece"].items()
        if found["sets"][value]["texts"] >= FEW
    ]
    return table(["set", "texts", *names], lines)


def _intent(found: Mapping[str, Mapping[str, Any]], names: list[str]) -> str:
    lines = []
    for value, by in found.items():
        some = by[names[0]]
        if "macro_f1" in some:
            title = f"{value}, {some['texts']:,} texts: macro-F1"
            lines.append([title, *(with_interval(*by[name]["macro_f1"]) for name in names)])
            continue
        title = f"{value}, {some['texts']:,} texts among {some['everyday']:,} everyday tweets: "
        lines += [
            [title + "wants an answer, recall"]
            + [with_interval(*by[name]["final_recall"]) for name in names],
            ["… precision", *(share(by[name]["final_precision"]) for name in names)],
            ["… of 1,000 everyday tweets so many seem to want one"]
            + [f"{1000 * by[name]['everyday_asking']:.0f}" for name in names],
            ["… recall at precision .9, by the probabilities"]
            + [
                with_interval(*by[name]["recall_at_p90"]) if "recall_at_p90" in by[name] else "–"
                for name in names
            ],
        ]
    return table(["", *names], lines)
