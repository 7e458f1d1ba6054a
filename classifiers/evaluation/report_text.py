"""A measurement as people read it: tables, and plain words for a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from classifiers.evaluation.compare import FEWEST, Difference
from classifiers.evaluation.evaluate import Comparison, Report
from classifiers.evaluation.head_text import between, head_lines, head_verdicts
from classifiers.evaluation.metrics import Scores
from classifiers.labels import EVALUATED, SENTIMENTS

Sized = TypeVar("Sized", Scores, Difference)
TITLES = {"all": "all", "source": "by source", "dialect": "by dialect", "lang": "by language"}
SHOWN = 60
"""Values of a group that are shown, the largest; JSON has them all."""
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("texts", 8),
    ("macro-F1", 10),
    ("95 %", 12),
    ("neg recall", 12),
    ("95 %", 12),
    ("avg recall", 12),
    ("95 %", 12),
    ("F1 pos neg", 12),
    ("ECE", 7),
    ("±", 6),
)
_NAME = 28


def report_text(report: Report) -> str:
    """All tables, one below the other."""
    lines = [f"model {report.model}{_speed(report)}"]
    for group, values in report.tables.items():
        if values:
            lines += ["", _header(TITLES[group]), *_rows(values)]
    if report.pooled:
        lines += ["", *_confusion(report.pooled.confusion)]
    for name, scores in report.intents.items():
        lines.append(
            f"intent {name}: {scores.texts:,} texts, macro-F1 {scores.macro_f1:.3f}, "
            f"recall {scores.recall:.3f} ({between(scores.recall_interval)}), "
            f"precision {scores.precision:.3f}"
        )
    lines += head_lines(report)
    if report.untested:
        count = sum(figures.texts for figures in report.untested.values())
        tested = ", ".join(sorted(EVALUATED))
        lines += ["", _header("untested languages"), *_rows(report.untested)]
        lines.append(
            f"These {count:,} texts are in no figure above: the shipped models were measured in "
            f"{tested}, and claim nothing of other languages."
        )
    return "\n".join([*lines, *_remarks(report)])


def comparison_text(comparison: Comparison) -> str:
    """The first's tables, then how the second differs, then what that means."""
    head = f"{'':{_NAME}}{'texts':>8}{'first':>8}{'second':>8}{'differ':>9}{'95 %':>17}"
    lines = [
        report_text(comparison.first),
        "",
        f"second model {comparison.second.model}{_speed(comparison.second)}",
        "macro-F1 of both on the same texts, first minus second",
        head,
    ]
    for group, values in comparison.tables.items():
        lines += [
            f"{_name(f'{group} {value}'.strip()):{_NAME}}{_differ(difference)}"
            for value, difference in _largest(values)
        ]
    return "\n".join([*lines, "", *verdict(comparison)])


def comparison_figures(comparison: Comparison) -> dict[str, Any]:
    """The first's report, with what is to be said of the second under ``compare``."""
    beside = {
        "report": comparison.second.as_dict(),
        "differences": {
            group: {value: asdict(difference) for value, difference in by_value.items()}
            for group, by_value in comparison.tables.items()
        },
        "heads": {head: asdict(difference) for head, difference in comparison.heads.items()},
        "alone_right": asdict(comparison.alone) if comparison.alone else None,
        "verdict": verdict(comparison),
    }
    return comparison.first.as_dict() | {"compare": beside}


def verdict(comparison: Comparison) -> list[str]:
    """Sentences: is the difference of all tested texts significant at 5 %? A head by itself."""
    others = list(head_verdicts(comparison.heads))
    return [*_of_sentiment(comparison), *others] if comparison.pooled or not others else others


def _of_sentiment(comparison: Comparison) -> list[str]:
    pooled, alone = comparison.pooled, comparison.alone
    if pooled is None or alone is None:
        return ["There is nothing to compare: no row is in a tested language."]
    low, high = pooled.interval
    about = (
        f"macro-F1 {pooled.first:.3f} (first) and {pooled.second:.3f} (second) on {pooled.texts:,} "
        f"texts: a difference of {pooled.difference:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}."
    )
    if pooled.texts < FEWEST:
        return [about, f"Fewer than {FEWEST} texts: too few to call any difference significant."]
    if pooled.significant:
        better, worse = ("first", "second") if pooled.difference > 0 else ("second", "first")
        significance = (
            f"Significant at 5 %: the {better} model is better than the {worse} (bootstrap)."
        )
    else:
        significance = (
            "Not significant at 5 %: these texts do not tell which is better (bootstrap)."
        )
    share = "significant" if alone.significant else "not significant"
    return [
        about,
        significance,
        f"Right where the other is wrong: first {alone.only_first:,}, second "
        f"{alone.only_second:,} texts: {share} at 5 % (McNemar mid-p {_p(alone.p)}).",
    ]


def _p(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def _speed(report: Report) -> str:
    return f", {report.texts_per_second:,.0f} texts/s" if report.texts_per_second else ""


def _header(title: str) -> str:
    return f"{title:{_NAME}}" + "".join(f"{name:>{width}}" for name, width in _COLUMNS)


def _rows(values: Mapping[str, Scores]) -> list[str]:
    rows = [
        f"{_name(value or 'texts'):{_NAME}}{_line(scores)}" for value, scores in _largest(values)
    ]
    if len(values) > len(rows):
        rows.append(f"… and {len(values) - len(rows):,} smaller ones, in --json")
    return rows


def _largest(values: Mapping[str, Sized]) -> list[tuple[str, Sized]]:
    kept = set(sorted(values, key=lambda value: -values[value].texts)[:SHOWN])
    return [(value, figures) for value, figures in values.items() if value in kept]


def _line(scores: Scores) -> str:
    cells = (
        f"{scores.texts:,}",
        f"{scores.macro_f1:.3f}",
        between(scores.interval),
        "-" if scores.negative_recall is None else f"{scores.negative_recall:.3f}",
        "-" if scores.negative_interval is None else between(scores.negative_interval),
        f"{scores.average_recall:.3f}",
        between(scores.average_recall_interval),
        f"{scores.pos_neg_f1:.3f}",
        f"{scores.ece:.3f}",
        f"{scores.ece_interval[1] - scores.ece:.3f}",
    )
    return "".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True))


def _differ(difference: Difference) -> str:
    low, high = difference.interval
    return (
        f"{difference.texts:>8,}{difference.first:>8.3f}{difference.second:>8.3f}{difference.difference:>+9.3f}"
        f"{f'{low:+.3f} {high:+.3f}':>17}"
    )


def _confusion(table: list[list[int]]) -> list[str]:
    head = "".join(f"{name:>10}" for name in SENTIMENTS)
    return [
        f"{'confusion, all (rows gold)':{_NAME}}{head}",
        *(
            f"{name:{_NAME}}" + "".join(f"{count:>10,}" for count in row)
            for name, row in zip(SENTIMENTS, table, strict=True)
        ),
    ]


def _remarks(report: Report) -> Iterable[str]:
    if report.told:
        yield f"{report.told:,} rows name no language; it was told from their text"
    if report.rejected:
        yield f"{report.rejected:,} rows were left out: no text, or no label that is known"


def _name(value: str) -> str:
    return value if len(value) < _NAME else value[: _NAME - 2] + "…"
