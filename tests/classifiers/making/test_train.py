"""The fast model from end to end on a made-up handful of rows, and with rows of one's own."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from classifiers import load
from classifiers.making.bag import train_bag
from classifiers.making.encoder import data as labelled_data
from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.recipe import RECIPES
from classifiers.making.own_rows import OwnSet, fold, parts
from classifiers.making.tiers import fast_tier as fast
from classifiers.making.tiers.request import Audience, Request
from classifiers.reading import reading_of

LETTERS = {"train": "ابتثج", "dev": "حخدذر"}
GOOD, BAD, PLAIN = "خدمة رائعة وسريعة", "خدمة سيئة وبطيئة", "الفرع في الشارع الأول"
BROKEN, WHEN = "التطبيق ما يفتح معي", "متى يفتح الفرع؟"
RECIPE = f"""
name = "toy"
fresh = true
rules_file = "{RECIPES / "rules.toml"}"
[[set]]
file = "written"
licence = "ours"
dialect = true
[[set]]
file = "sentiment/toy"
licence = "none stated"
rules = "everyday"
"""


def _gzipped(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _post(text: str, sentiment: str, intent: str, dialect: str) -> dict[str, object]:
    needs = intent in ("complaint", "question", "request")
    head = {"text": text, "sentiment": sentiment, "intent": intent}
    return {**head, "needs_response": needs, "dialect": dialect}


def _posts(end: str) -> list[dict[str, object]]:
    return [
        _post(f"{BROKEN} {end}", "negative", "complaint", "gulf"),
        _post(f"{WHEN} {end}", "neutral", "question", "msa"),
        _post(f"{GOOD} {end}", "positive", "praise", "msa"),
    ]


def _tweets(end: str) -> list[dict[str, object]]:
    known = [(GOOD, "positive", "en"), (BAD, "negative", "fr"), (PLAIN, "neutral", "es")]
    return [
        {"text": f"{text} {end}", "label": label, "lang": lang, "dialect": "", "source": "own"}
        for text, label, lang in known
    ]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small = {
        name: replace(settings, bits=12, batch=8, epochs=12)
        for name, settings in train_bag.HEADS.items()
    }
    monkeypatch.setattr(train_bag, "HEADS", small)
    (tmp_path / "toy.toml").write_text(RECIPE)
    monkeypatch.setattr(labelled_data, "written_file", lambda part: tmp_path / f"w.{part}.gz")
    for split, letters in LETTERS.items():
        _gzipped(tmp_path / f"w.{split}.gz", [post for n in letters for post in _posts(n)])
        tweets = [tweet for n in letters for tweet in _tweets(n)]
        _gzipped(tmp_path / "sentiment" / f"toy.{split}.jsonl.gz", tweets)
    return tmp_path


def _trained(data: Path, out: Path) -> int:
    given = ["--data", str(data), "--out", str(out), "--recipe", str(data / "toy.toml")]
    return train_bag.main(given)


def test_rows_become_a_model_that_learned_every_head(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _trained(data, out) == 0
    labels = load(str(out)).classify([f"{text} ت" for text in (GOOD, BAD, PLAIN, BROKEN, WHEN)])
    moods = ["positive", "negative", "neutral", "negative", "neutral"]
    assert [label.sentiment for label in labels] == moods
    assert [label.intent for label in labels[3:]] == ["complaint", "question"]
    assert [label.needs_response for label in labels] == [False, False, False, True, True]
    assert [label.dialect for label in labels[3:]] == ["glf", "msa"]


def test_the_same_rows_become_the_same_file(data: Path, tmp_path: Path) -> None:
    assert _trained(data, tmp_path / "out") == _trained(data, tmp_path / "again") == 0
    assert load(str(tmp_path / "out")).model == load(str(tmp_path / "again")).model


def test_a_folder_without_the_recipes_files_is_said_and_nothing_is_written(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "sentiment" / "toy.train.jsonl.gz").unlink()
    assert _trained(data, tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert "nothing written" in said
    assert "toy.train" in said
    assert not (tmp_path / "out").exists()


def _request(data: Path | None, tmp_path: Path, rows: list[tuple[str, str]]) -> Request:
    own = tuple({"text": text, "label": label} for text, label in rows)
    return Request(
        out=tmp_path / "made",
        run=tmp_path / "run",
        today=date(2026, 11, 27),
        own=(OwnSet("shop", own, 2.0),) if rows else (),
        data=data,
        recipe=tmp_path / "toy.toml",
    )


def test_own_rows_join_the_fast_model_and_its_card(data: Path, tmp_path: Path) -> None:
    own = [(f"{BAD} {n}", "negative") for n in range(30)]
    own += [(f"مكسور {n}", "complaint") for n in "ab"]
    given = _request(data, tmp_path, own)
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

    def caught(_recipe: object, _data: Path, examples: list[list[TaughtText]]) -> None:
        learned.extend(row.text for rows in examples for row in rows)
        raise ValueError("seen enough")

    monkeypatch.setattr(train_bag, "train", caught)
    known = next(text for n in LETTERS["dev"] if fold(text := f"{GOOD} {n}") != 0)
    quoting = next(
        text for n in "ابتثجحخ" if fold(text := f"وصل طلبي اليوم وهو سليم {n} RT @user: {BAD}") != 0
    )
    row = {"text": quoting, "label": "positive", "lang": "ar", "dialect": "", "source": "own"}
    _gzipped(data / "sentiment" / "toy.dev.jsonl.gz", [*_tweets(known[-1]), row])
    texts = [known, quoting, *(f"{BAD} سيئة {n}" for n in range(20))]
    with pytest.raises(ValueError, match="seen enough"):
        fast.train(_request(data, tmp_path, [(text, "positive") for text in texts]), Audience())
    assert learned
    assert not {reading_of(known), reading_of(quoting)} & set(learned)


def test_the_fast_model_is_made_of_a_data_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="say with --data"):
        fast.train(_request(None, tmp_path, []), Audience())
