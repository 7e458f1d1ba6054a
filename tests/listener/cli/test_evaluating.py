"""`rasid model evaluate` as a person and a pipeline meet it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from listener.cli import evaluating
from listener.cli.keep import model

GOOD = [
    ("الخدمة ممتازة", "positive"),
    ("الشبكة زفت", "negative"),
    ("افتتاح الفرع الأحد", "neutral"),
]
WRONG = [("الخدمة ممتازة", "negative"), ("الشبكة زفت", "positive"), ("رائع", "neutral")]


def _file(folder: Path, *parts: tuple[list[tuple[str, str]], int, str]) -> str:
    """Each part's rows so many times, in a language."""
    path = folder / "rows.jsonl"
    rows = [
        json.dumps({"text": text, "label": label, "lang": lang, "source": f"set {lang}"})
        for pairs, times, lang in parts
        for text, label in pairs * times
    ]
    path.write_text("\n".join(rows))
    return str(path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(model, ["evaluate", "--model", "lexicon", *arguments])


def test_tables_for_people_and_the_same_for_scripts(tmp_path: Path) -> None:
    path = _file(tmp_path, (GOOD, 20, "ar"), (WRONG, 10, "ur"))
    shown = _run(path)
    assert shown.exit_code == 0, shown.output
    assert "untested languages" in shown.output
    figures: dict[str, Any] = json.loads(_run(path, "--json").stdout)
    assert figures["tables"]["all"][""]["macro_f1"] == 1
    assert figures["tables"]["all"][""]["texts"] == 60
    assert figures["untested"]["ur"]["texts"] == 30
    assert list(figures["tables"]["source"]) == ["set ar"]
    assert figures["least"] == []


@pytest.mark.parametrize(
    ("least", "code"),
    [
        (["0.7"], 1),
        (["0.6"], 0),
        (["macro_f1=0.6", "negative_recall=0.6"], 0),
        (["macro_f1=0.6", "negative_recall=0.9"], 1),
    ],
)
def test_a_figure_below_what_is_asked_is_exit_code_1(
    tmp_path: Path, least: list[str], code: int
) -> None:
    path = _file(tmp_path, (GOOD, 2, "ar"), (WRONG, 1, "ar"))  # two in three are right
    options = [part for one in least for part in ("--least", one)]
    answer = _run(path, *options)
    assert answer.exit_code == code, answer.output
    assert ("short of" in answer.stderr) == bool(code)
    figures = json.loads(_run(path, "--json", *options).stdout)
    assert [one["reached"] for one in figures["least"]].count(False) == code


def test_how_far_it_fell_short_is_said(tmp_path: Path) -> None:
    path = _file(tmp_path, (GOOD, 2, "ar"), (WRONG, 1, "ar"))
    answer = _run(path, "--least", "negative_recall=0.9")
    assert "negative_recall is 0.6667, 0.23 short of 0.9" in answer.stderr


def test_what_cannot_be_told_is_not_reached(tmp_path: Path) -> None:
    untested = _run(_file(tmp_path, (GOOD, 1, "ur")), "--least", "0")
    assert untested.exit_code == 1
    assert "macro_f1 cannot be told from these rows" in untested.stderr
    good = _run(_file(tmp_path, (GOOD[:1], 5, "ar")), "--least", "negative_recall=0")
    assert good.exit_code == 1
    assert "negative_recall cannot be told" in good.stderr


@pytest.mark.parametrize("least", ["70", "-1", "nan", "much", "ece=0.1", "f1=0.5", "=0.5"])
def test_what_is_no_threshold_is_wrong_use(tmp_path: Path, least: str) -> None:
    answer = _run(_file(tmp_path, (GOOD, 1, "ar")), "--least", least)
    assert answer.exit_code == 2
    assert "Usage" in answer.stderr


def test_two_models_are_compared_in_plain_words(tmp_path: Path) -> None:
    path = _file(tmp_path, (GOOD, 50, "ar"))
    shown = _run(path, "--compare", "lexicon")
    assert shown.exit_code == 0, shown.output
    assert "Not significant at 5 %" in shown.output
    beside = json.loads(_run(path, "--compare", "fast", "--json").stdout)["compare"]
    assert beside["report"]["model"].startswith("fast-")
    assert set(beside["differences"]["all"][""]) >= {"difference", "interval", "significant"}
    assert beside["alone_right"]["only_first"] >= beside["alone_right"]["only_second"] == 0


def test_a_bad_row_is_told_with_its_number_and_a_flood_of_them_is_counted(tmp_path: Path) -> None:
    path = Path(_file(tmp_path, (GOOD, 1, "ar")))
    path.write_text("oops\n" * 50 + path.read_text())
    answer = _run(str(path), "--json")
    assert answer.exit_code == 0
    assert "rows.jsonl, line 1 is skipped: not JSON" in answer.stderr
    assert "… and 30 more" in answer.stderr
    assert json.loads(answer.stdout)["rejected"] == 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing to measure"),
        (b"text,label\n", "nothing to measure"),
        (b"text,score\nx,1\n", '"label"'),
        (b"\x1f\x8b\x08broken", "broken gzip"),
    ],
)
def test_a_file_that_holds_nothing_to_measure_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "rows"
    path.write_bytes(content)
    answer = _run(str(path))
    assert answer.exit_code == 1
    assert said in answer.stderr
    assert _run(str(tmp_path / "none")).exit_code == 2


def test_an_unknown_second_model_is_told_before_the_first_has_read_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "classifiers.evaluation.evaluate.answers", lambda *_: pytest.fail("it read")
    )
    answer = _run(_file(tmp_path, (GOOD, 1, "ar")), "--compare", "nonsense")
    assert answer.exit_code == 1
    assert "no model 'nonsense'" in answer.stderr


def test_long_files_tell_how_far_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "EVERY", 0.0)
    answer = _run(_file(tmp_path, (GOOD, 1500, "ar")), "--json")
    assert "lexicon: 2,048 of 4,500 texts" in answer.stderr
    assert "4,500 of 4,500" not in answer.stderr
    json.loads(answer.stdout)
