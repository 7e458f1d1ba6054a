"""Cards: the class of a set's terms, the tables, the measured figures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.making.card import __main__ as command
from classifiers.making.card.licences import Learned, class_of, grouped
from classifiers.making.card.markdown import licence_table, share, table
from classifiers.making.card.set_figures import figure
from classifiers.making.card.shipped import progress_of
from classifiers.making.encoder.recipe import RECIPES, read_recipe

TEXTS = {"negative": "خدمة سيئة جدا", "neutral": "الفرع في الشارع", "positive": "خدمة ممتازة شكرا"}


@pytest.mark.parametrize(
    ("licence", "wanted"),
    [
        ("MIT", "open"),
        ("Apache-2.0 repository; CC-BY-4.0", "open"),
        ("Apache-2.0 repository; tweets under shared-task research terms",
         "research or non-commercial use"),
        ("none stated; academic research", "research or non-commercial use"),
        ("CC-BY-NC-SA-4.0", "research or non-commercial use"),
        ("CC BY NC 4.0", "research or non-commercial use"),
        ("limited to academic use", "research or non-commercial use"),
        ("Academic Free License 3.0", "open"),
        ("permitted as they see fit", "none stated"),
        ("LGPL-3.0", "GPL or LGPL"),
        ("Apache-2.0 repository; data terms not stated", "none stated"),
        ("terms unknown to this page", "none stated"),
        ("your own", "your own"),
    ],
)  # fmt: skip
def test_the_narrower_term_wins(licence: str, wanted: str) -> None:
    assert class_of(licence) == wanted


def test_the_open_recipe_names_open_sets_only() -> None:
    sets = read_recipe(RECIPES / "open.toml").sets
    assert list(grouped(Learned(one.name, None, one.licence) for one in sets)) == ["open"]


def test_tables_keep_their_cells() -> None:
    assert table(["a", "b"], [["x|y", "two\nlines"]]).splitlines()[-1] == "| x\\|y | two lines |"
    assert [share(value) for value in (0.5, 1.0, -0.25, None)] == [".500", "1.000", "−.250", "–"]
    assert "| open | 1,200 | a (MIT; 1,200) |" in licence_table([Learned("a", 1200, "MIT")])


def test_a_figure_counts_the_classes_that_are_there() -> None:
    gold = np.array([0, 0, 2, 2] * 50)
    said = np.array([0, 2, 2, 2] * 50)
    assert figure("negative_recall", gold, said).value == 0.5
    assert figure("average_recall", gold, said).value == 0.75
    found = figure("macro_f1", gold, said)
    assert found.value == pytest.approx((2 / 3 + 0.8) / 2)
    assert found.low < found.value < found.high
    with pytest.raises(ValueError, match="no rows"):
        figure("macro_f1", gold[:0], said[:0])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """(data, model): dev files of a few sets, and a model folder's config."""
    names = {"sentiment/arsas": ("msa", 10), "sentiment/astd": ("egyptian", 10)}
    for name, (dialect, count) in names.items():
        rows = [
            {"text": f"{text} {at}", "label": label, "lang": "ar", "dialect": dialect}
            for at in range(count)
            for label, text in TEXTS.items()
        ]
        _write(tmp_path / f"data/{name}.dev.jsonl.gz", rows)
        _write(tmp_path / f"data/{name}.train.jsonl.gz", rows)
    asked = [{"text": f"متى يصل الطلب {at}؟", "label": "card_arrival"} for at in range(10)]
    told = [{"text": f"my parcel {at} is lost", "label": "complaint"} for at in range(5)]
    told += [{"text": f"thanks {at}", "label": "not_complaint"} for at in range(5)]
    _write(tmp_path / "data/intent/arbanking77.dev.jsonl.gz", asked)
    _write(tmp_path / "data/intent/complaints_en.dev.jsonl.gz", told)
    (tmp_path / "toy.toml").write_text(
        'name = "toy"\n[[set]]\nfile = "sentiment/arsas"\nlicence = "none stated"\n'
        '[[set]]\nfile = "sentiment/astd"\nlicence = "GPL-2.0"\n'
    )
    model = tmp_path / "model"
    model.mkdir()
    shape = {"num_hidden_layers": 12, "hidden_size": 384, "vocab_size": 38035}
    (model / "config.json").write_text(json.dumps(shape))
    return tmp_path / "data", model


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for row in rows:
            whole = {"lang": "ar", "dialect": "", "source": "s"} | row
            file.write(json.dumps(whole) + "\n")


def test_the_card_of_the_shipped_weights_has_all_tables(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data, model = folders
    (tmp_path / "log.jsonl").write_text('{"step": 10, "seconds": 120}\n{"step": 10, "astd": 0.5}\n')
    given = ["--data", str(data), "--recipe", str(tmp_path / "toy.toml"), "--folder", str(model)]
    given += ["--model", "lexicon", "--model", "quick=fast", "--date", "2026-11-27"]
    given += ["--json", str(tmp_path / "figures.json"), "--log", str(tmp_path / "log.jsonl")]
    assert command.main(given) == 0
    printed = capsys.readouterr()
    figures = json.loads(printed.out)
    assert figures == json.loads((tmp_path / "figures.json").read_text())
    assert figures["sets"]["astd"]["figure"] == "average_recall"
    assert figures["pooled"]["texts"] == 60
    assert "recall_at_p90" in figures["intent"]["arbanking77"]["quick"]
    assert "recall_at_p90" not in figures["intent"]["arbanking77"]["lexicon"]
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "12 layers, 384 wide, 38,035 pieces" in card
    assert "| astd, average recall | 30 |" in card
    assert "| dialect egy | 30 |" in card
    assert "| GPL or LGPL | 30 | astd (GPL-2.0; 30) |" in card
    assert "320 examples in 2 minutes" in card
    assert "## Limits" in card
    assert "$" not in card

    # The same card from the kept figures, without a model.
    again = [*given[:6], "--from", str(tmp_path / "figures.json"), *given[-2:]]
    again += ["--date", "2026-11-27"]
    assert command.main(again) == 0
    assert (model / "MODEL_CARD.md").read_text(encoding="utf-8") == card


def test_no_dev_files_are_said(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, model = folders
    for path in data.rglob("*.dev.jsonl.gz"):
        path.unlink()
    given = ["--data", str(data), "--recipe", str(tmp_path / "toy.toml"), "--folder", str(model)]
    assert command.main([*given, "--model", "lexicon"]) == 1
    assert "no sentiment/*.dev.jsonl.gz" in capsys.readouterr().err
    assert not (model / "MODEL_CARD.md").exists()


def test_a_runs_length_is_that_of_its_last_step(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 5, "seconds": 10}\n{"step": 9, "seconds": 20}\n{"step": 9, "x": 1}\n')
    assert progress_of(path) == (20.0, 9)
