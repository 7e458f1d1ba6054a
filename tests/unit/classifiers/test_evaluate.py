"""Metrics against values worked out by hand, and the report."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from classifiers import load
from classifiers.evaluate import evaluate, read_rows
from classifiers.metrics import calibration_error, confusion, f1s, recalls, score, wilson


def test_f1_and_recall_by_hand() -> None:
    table = confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), 3)
    assert table.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert f1s(table) == pytest.approx([2 / 3, 2 / 3, 1])
    assert recalls(table) == pytest.approx([0.5, 1, 1])


def test_wilson_matches_the_published_example() -> None:
    # 15 of 100, z = 1.96: Newcombe, Statistics in Medicine 1998, gives .0930 to .2328 or so.
    assert wilson(15, 100) == pytest.approx((0.0931, 0.2328), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9])
    assert calibration_error(confidence, np.array([True, True, True, False])) == pytest.approx(0.15)
    assert calibration_error(np.array([1.0]), np.array([True])) == pytest.approx(0)


def test_neutral_is_barred_where_the_set_has_none() -> None:
    shares = np.array([[0.3, 0.5, 0.2], [0.1, 0.6, 0.3]])
    found = score(np.array([0, 2]), shares)
    assert found.accuracy == 1
    assert found.macro_f1 == 1


def test_interval_holds_the_value_and_repeats() -> None:
    random = np.random.default_rng(1)
    gold = random.integers(0, 3, 300)
    shares = random.dirichlet((1, 1, 1), 300)
    found = score(gold, shares)
    assert found.interval[0] <= found.macro_f1 <= found.interval[1]
    assert score(gold, shares) == found


def test_report_over_files_with_a_broken_line(tmp_path: Path) -> None:
    rows = [
        {"text": "الخدمة ممتازة", "label": "positive", "lang": "ar", "source": "own"},
        {"text": "الشبكة زفت", "label": "negative", "lang": "ar", "dialect": "glf"},
        {"text": "The shop opens on Sunday", "label": "neutral", "lang": "en"},
        {"text": "التطبيق ما يشتغل", "label": "complaint"},
        {"text": "متى تفتحون؟", "label": "not_complaint"},
        {"text": "x", "label": "unheard of"},
    ]
    path = tmp_path / "rows.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(row) for row in rows) + "\nnot json\n\n")
    found, rejected = read_rows([path])
    report = evaluate(load("lexicon"), found, rejected)
    assert rejected == 2
    assert report.tables["all"][""].texts == 3
    assert report.tables["all"][""].macro_f1 == 1
    assert set(report.tables["lang"]) == {"ar", "en"}
    assert report.intents["complaint"].macro_f1 == 1
    assert "2 rows" in report.to_text()
    assert json.loads(report.to_json())["tables"]["all"][""]["texts"] == 3
