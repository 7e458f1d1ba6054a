"""Training end to end on a made-up handful of rows, and the calibration's optimum."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from classifiers import load
from classifiers.bag.head import softmax
from classifiers.making.bag import fit_bag as bag_fit
from classifiers.making.bag import train_bag
from classifiers.making.bag.lesson import Taught
from classifiers.making.own_rows import OwnSet, fold, parts
from classifiers.making.tiers import fast_tier as fast
from classifiers.making.tiers.request import Audience, Request
from classifiers.temperature import temperature
from classifiers.tidy import features_text

GOOD, BAD, PLAIN = "خدمة رائعة وسريعة", "خدمة سيئة وبطيئة", "الفرع في الشارع الأول"


def _write(folder: Path, task: str, split: str, rows: list[tuple[str, str, str]]) -> None:
    path = folder / task / f"own.{split}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for text, label, lang in rows:
            row = {"text": text, "label": label, "lang": lang, "dialect": "", "source": "own"}
            file.write(json.dumps(row) + "\n")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small = {
        name: (classes, bag_fit.BagSettings(bits=12, batch=16))
        for name, (classes, _) in train_bag.HEADS.items()
    }
    monkeypatch.setattr(train_bag, "HEADS", small)
    rows = [(f"{GOOD} {n}", "positive", "en") for n in "ابتثج"]
    rows += [(f"{BAD} {n}", "negative", "fr") for n in "ابتثج"]
    rows += [(f"{PLAIN} {n}", "neutral", "es") for n in "ابتثج"]
    for split in ("train", "dev"):
        _write(tmp_path, "sentiment", split, rows)
        path = tmp_path / "intent" / f"complaints_en.{split}.jsonl.gz"
        _write(tmp_path, "intent", split, [("it is broken", "complaint", "en")] * 3)
        (tmp_path / "intent" / f"own.{split}.jsonl.gz").rename(path)
    dialects = tmp_path / "sentiment" / "mac.train.jsonl.gz"
    with gzip.open(dialects, "wt", encoding="utf-8") as file:
        row = {"text": "زوين", "label": "positive", "lang": "ar", "dialect": "moroccan"}
        file.write(json.dumps({**row, "source": "mac"}) + "\n")
    return tmp_path


def test_rows_become_a_model_that_learned_them(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert train_bag.main(["--data", str(data), "--out", str(out)]) == 0
    model = load(str(out))
    labels = model.classify([GOOD, BAD, PLAIN])
    assert [label.sentiment for label in labels] == ["positive", "negative", "neutral"]
    again = tmp_path / "again"
    assert train_bag.main(["--data", str(data), "--out", str(again)]) == 0
    assert load(str(again)).model == model.model


def test_no_data_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train_bag.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "nothing written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1.5, (20_000, 3))
    gold = np.array([random.choice(3, p=row) for row in softmax(logits)])
    found = temperature(logits * 2.5, gold, np.ones((len(gold), 3), bool))
    assert found == pytest.approx(2.5, abs=0.1)


def test_int8_keeps_the_table_within_half_a_step() -> None:
    table = np.random.default_rng(5).normal(0, 1, (3, 1024)).astype(np.float32)
    head = bag_fit.quantise(table, np.zeros(3, np.float32), ("a", "b", "c"))
    back = head.table.T * head.scale[:, None]
    inside = np.abs(table) <= head.scale[:, None] * 127
    assert np.abs(back - table)[inside].max() <= head.scale.max() / 2 + 1e-6


def test_own_rows_join_the_fast_model_and_its_card(data: Path, tmp_path: Path) -> None:
    own = [(f"{BAD} {n}", "negative") for n in range(30)]
    own += [(f"مكسور {n}", "complaint") for n in "ab"]
    rows = tuple({"text": text, "label": label} for text, label in own)
    given = Request(
        out=tmp_path / "made",
        run=tmp_path / "run",
        today=date(2026, 11, 27),
        own=(OwnSet("shop", rows, 2.0),),
        data=data,
    )
    made = fast.train(given, Audience())
    assert made.compared
    assert made.compared.differences["sentiment"].texts
    card = (tmp_path / "made" / "MODEL_CARD.md").read_text(encoding="utf-8")
    learned = len(parts(given.own).learn[0].rows)
    assert f"| your own | {learned} | shop (your own; {learned}) |" in card
    assert load(str(tmp_path / "made")).classify([BAD])[0].sentiment == "negative"


def test_nothing_that_is_held_out_is_learned_from_wherever_it_stands(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[str] = []

    def caught(_data: Path, taught: dict[str, list[Taught]], _skip: set[str]) -> None:
        learned.extend(row.text for row in taught["sentiment"])
        raise ValueError("seen enough")

    monkeypatch.setattr(train_bag, "train", caught)
    known = next(text for n in "ابتثج" if fold(text := f"{GOOD} {n}") != 0)  # in a dev file too
    texts = [known, *(f"{BAD} {n}" for n in range(20))]
    rows = tuple({"text": text, "label": "positive"} for text in texts)
    given = Request(
        out=tmp_path / "made",
        run=tmp_path / "run",
        today=date(2026, 11, 27),
        own=(OwnSet("shop", rows),),
        data=data,
    )
    with pytest.raises(ValueError, match="seen enough"):
        fast.train(given, Audience())
    assert learned
    assert features_text(known) not in map(features_text, learned)


def test_the_fast_model_is_made_of_a_data_folder(tmp_path: Path) -> None:
    given = Request(out=tmp_path / "made", run=tmp_path / "run", today=date(2026, 11, 27))
    with pytest.raises(ValueError, match="say with --data"):
        fast.train(given, Audience())
