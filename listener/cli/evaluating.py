"""`rasid model evaluate`: how good a model is on labelled files, beside another, for a pipeline."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from listener.cli.models import MODELS, loaded
from listener.handed_in.labelled import labelled_rows

if TYPE_CHECKING:
    from classifiers.evaluation.evaluate import Report

OF_SENTIMENT = ("macro_f1", "negative_recall", "average_recall", "accuracy", "pos_neg_f1")
OF_HEADS = {
    "intent_macro_f1": ("intent", "macro_f1"),
    "needs_recall": ("needs_response", "recall"),
    "needs_precision": ("needs_response", "precision"),
}
"""Name to the part of a report and its figure."""
FIGURES = (*OF_SENTIMENT, *OF_HEADS)
TOLD = 20
"""Bad rows that are named one by one; the others are only counted."""
EVERY = 5.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Least:
    """A figure of all rows in tested languages, and what it must reach."""

    figure: str
    least: float


@dataclass(frozen=True, slots=True)
class Reached:
    """``found`` None: these rows do not tell."""

    figure: str
    least: float
    found: float | None
    reached: bool

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.figure} cannot be told from these rows; {self.least:.3f} is asked"
        short = self.least - self.found
        return f"{self.figure} is {self.found:.4f}, {short:.2g} short of {self.least:g}"


def _leasts(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[Least, ...]:
    return tuple(map(_least, values))


def _least(text: str) -> Least:
    figure, mark, number = text.rpartition("=")
    figure = figure.strip() if mark else FIGURES[0]
    if figure not in FIGURES:
        raise click.BadParameter(f"{figure!r} is no figure: choose one of {', '.join(FIGURES)}")
    try:
        least = float(number)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        raise click.BadParameter(f"{number!r} is no share from 0 to 1, such as 0.7")
    return Least(figure, least)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--model", "name", default="bundled", show_default=True, help=MODELS)
@click.option("--compare", "other", metavar="MODEL", help="Another model, on the same rows.")
@click.option(
    "--least",
    "leasts",
    multiple=True,
    metavar="[FIGURE=]SHARE",
    callback=_leasts,
    help="Exit code 1 where a figure of all rows is lower: 0.7 (macro_f1), negative_recall=0.8. "
    "May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def evaluate(
    files: tuple[Path, ...],
    name: str,
    other: str | None,
    leasts: tuple[Least, ...],
    as_json: bool,
) -> None:
    """Macro-F1, recall and calibration on labelled FILES, by source, dialect and language.

    FILES: JSONL or CSV, gzip or not, of `text` and any of `label` (negative, neutral, positive),
    `intent` (question, complaint, request, praise, spam, other) and `needs_response` (yes, no);
    `lang, dialect, source` where they are known. A language that the shipped models were never
    measured in stands apart and is in no other figure. --compare says whether the difference is
    significant.
    """
    from classifiers.evaluation import evaluate as measuring  # numpy: slow for every other command
    from classifiers.evaluation.report_text import comparison_figures, comparison_text, report_text

    rejects = _Rejects()
    try:
        rows, rejected = labelled_rows(files, rejects)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    rejects.end()
    if not rows:
        raise click.ClickException("no row has a text and a label: there is nothing to measure")
    models = [(called, loaded(called)) for called in (name, other) if called is not None]
    answers = [
        measuring.answers(model, rows, _progress(called, len(rows))) for called, model in models
    ]
    if other is None:
        report = measuring.report(rows, answers[0], rejected)
        figures, text = report.as_dict(), report_text(report)
    else:
        comparison = measuring.compare(rows, answers[0], answers[1], rejected)
        report = comparison.first
        figures, text = comparison_figures(comparison), comparison_text(comparison)
    reached = [_reached(least, report) for least in leasts]
    if as_json:
        figures["least"] = [asdict(result) for result in reached]
        text = json.dumps(figures, ensure_ascii=False, indent=2)
    click.echo(text)
    short = [result for result in reached if not result.reached]
    for result in short:
        click.echo(str(result), err=True)
    raise SystemExit(1 if short else 0)


def _reached(wanted: Least, report: Report) -> Reached:
    part, name = OF_HEADS.get(wanted.figure, ("pooled", wanted.figure))
    figure = getattr(getattr(report, part), name, None)
    reached = figure is not None and figure >= wanted.least
    return Reached(wanted.figure, wanted.least, figure, reached)


def _progress(name: str, total: int) -> Callable[[int], None]:
    last = time.monotonic()

    def say(done: int) -> None:
        nonlocal last
        if done < total and time.monotonic() - last >= EVERY:
            last = time.monotonic()
            click.echo(f"{name}: {done:,} of {total:,} texts", err=True)

    return say


class _Rejects:
    """Says which rows are skipped, the first of many."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, path: Path, line: int, why: str) -> None:
        self._count += 1
        if self._count <= TOLD:
            click.echo(f"{path.name}, line {line} is skipped: {why}", err=True)

    def end(self) -> None:
        if self._count > TOLD:
            click.echo(f"… and {self._count - TOLD:,} more", err=True)
