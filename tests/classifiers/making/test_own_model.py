"""`model train` on a toy: own rows in, a folder that serves and its card out."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from classifiers import load
from classifiers.encoder.pack import unpack, widths_of
from classifiers.loading import WEIGHTS
from classifiers.making import own_rows as own
from classifiers.making.encoder.recipe import RECIPES
from classifiers.making.own_rows import OwnSet
from classifiers.making.tiers import full_tier as full
from classifiers.making.tiers.inherited import noted
from classifiers.making.tiers.request import Audience, Request
from tests.classifiers.making.own_rows import request, rows, shipped


@pytest.fixture
def start(tokenizer_document: dict[str, Any], tmp_path: Path) -> Path:
    return shipped(tmp_path / "start", tokenizer_document)


def test_own_rows_become_a_folder_that_serves_and_a_card(start: Path, tmp_path: Path) -> None:
    said: list[str] = []
    seen: list[dict[str, Any]] = []
    given = request(tmp_path, start)
    end = full.train(given, Audience(said.append, seen.append))
    assert end.done == 1.0
    assert {path.name for path in given.out.iterdir()} == {
        *("config.json", "tokenizer.json", "model.safetensors", "MODEL_CARD.md"),
        *("training.jsonl", "learned.json"),
    }
    assert not given.run.exists()
    served = load(str(given.out))
    assert [label.sentiment for label in served.classify([row["text"] for row in rows(3)])]
    card = (given.out / "MODEL_CARD.md").read_text(encoding="utf-8")
    held = len(own.parts(given.own).held)
    assert f"| your own | {270 - held} | letters (your own; {270 - held}) |" in card
    assert load(str(start)).model in card
    assert "2026-11-27" in card
    assert f"| all | {held} |" in card
    assert "the folder does not say what it learned from" in card
    assert {"done", "minutes_left", "texts_per_second", "sentiment_loss"} <= set(seen[-1])
    assert f"{270 - held} texts to learn from, {held} held out" in " ".join(said)


def test_only_what_learned_changes_and_stands_in_eight_bits(start: Path, tmp_path: Path) -> None:
    given = request(tmp_path, start)
    full.train(given, Audience())
    before, after = (unpack(folder / "model.safetensors") for folder in (start, given.out))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert {name.split(".layer.")[1][0] for name in changed if "body" in name} == {"1"}
    assert {"heads.sentiment.weight", "heads.intent.weight"} <= changed
    widths = widths_of(given.out / "model.safetensors")
    assert {bits for name, bits in widths.items() if ".layer.1." in name} == {8}
    assert {bits for name, bits in widths.items() if ".layer.1." not in name} == {4}


def test_stopped_and_gone_on_it_ends_with_the_same_weights(start: Path, tmp_path: Path) -> None:
    whole = request(tmp_path, start, "whole")
    full.train(whole, Audience())

    def stop(figures: dict[str, Any]) -> None:
        if figures["step"] == 10:
            signal.raise_signal(signal.SIGINT)

    given = request(tmp_path, start)
    first = full.train(given, Audience(progress=stop))
    assert first.trained is None
    assert 0 < first.done < 1
    assert not given.out.exists()
    # Corrections that came meanwhile wait for the next run.
    more = request(tmp_path, start, own=(OwnSet("letters", rows(400)),))
    assert full.train(more, Audience()).done == 1.0
    ours, theirs = (unpack(folder / "model.safetensors") for folder in (given.out, whole.out))
    assert {name for name in theirs if not torch.equal(ours[name], theirs[name])} == set()
    log = (given.out / "training.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in log][:3] == [5, 10, 15]


def _stopped(given: Request) -> None:
    full.train(given, Audience(progress=lambda _: signal.raise_signal(signal.SIGINT)))


@pytest.mark.parametrize("change", ["sets", "recipe", "start"])
def test_another_command_does_not_go_on_with_a_run(
    change: str, start: Path, tmp_path: Path, tokenizer_document: dict[str, Any]
) -> None:
    _stopped(request(tmp_path, start))
    given = request(tmp_path, start)
    if change == "sets":
        given = request(tmp_path, start, own=(OwnSet("others", rows()),))
    elif change == "recipe":
        given.recipe.write_text(given.recipe.read_text().replace("seed = 3", "seed = 4"))
    else:
        given = request(tmp_path, shipped(tmp_path / "other", tokenizer_document))
        (given.begins / "more.safetensors").write_bytes(b"other weights")
    with pytest.raises(ValueError, match=f"holds a run with another {change}"):
        full.train(given, Audience())


@pytest.mark.parametrize(
    ("own_rows", "message"),
    [
        (rows(150), "150 different labelled texts are too few, 200 are needed"),
        (rows(250, label="negative"), "every row is labelled negative"),
    ],
)
def test_too_little_to_learn_from_is_refused_with_what_to_do(
    own_rows: tuple[dict[str, str], ...], message: str, start: Path, tmp_path: Path
) -> None:
    given = request(tmp_path, start, own=(OwnSet("few", own_rows),))
    with pytest.raises(ValueError, match=message):
        full.train(given, Audience())
    assert not given.run.exists()


@pytest.mark.parametrize(
    ("recipe", "message"),
    [("open", "must not begin with weights that learned"), ("full", "trains every layer")],
)
def test_recipes_that_need_a_body_alone_say_so(
    recipe: str, message: str, start: Path, tmp_path: Path
) -> None:
    given = request(tmp_path, start, recipe=RECIPES / f"{recipe}.toml", data=tmp_path)
    with pytest.raises(ValueError, match=message):
        full.train(given, Audience())
    assert not given.run.exists()


def test_a_folder_of_another_make_is_no_beginning(start: Path, tmp_path: Path) -> None:
    """A model of transformers has files of the same names."""
    (start / "config.json").write_text('{"model_type": "bert"}')
    save_file({"classifier.weight": torch.zeros(2, 2)}, start / "model.safetensors")
    given = request(tmp_path, start)
    with pytest.raises(ValueError, match="is no model of the full tier"):
        full.train(given, Audience())
    assert not given.run.exists()


@pytest.fixture
def bundled(start: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy is the one that ships, too: what a body alone is measured against."""
    monkeypatch.setattr(full, "load", lambda _name, threads: load(str(start), threads=threads))


@pytest.mark.usefixtures("bundled")
def test_a_body_alone_is_a_beginning_too(start: Path, tmp_path: Path) -> None:
    """Its heads are new, and with nothing to calibrate on the encoder speaks alone."""
    raw = start.parent / "raw"
    (raw / "ema.safetensors").unlink()
    given = request(tmp_path, raw)
    beside = given.recipe.read_text().replace("layers = 1", "layers = 0")
    given.recipe.write_text(beside)
    assert full.train(given, Audience()).done == 1.0
    about = json.loads((given.out / "config.json").read_text())["rasid"]
    assert about["mix"]["sentiment"] == {"encoder": 1.0, "fast": 0.0}
    bits = widths_of(given.out / "model.safetensors")
    assert {width for name, width in bits.items() if "word_embeddings" in name} == {4}
    assert {width for name, width in bits.items() if ".layer." in name} == {5}


def test_the_terms_of_what_was_learned_before_come_along(start: Path, tmp_path: Path) -> None:
    first = request(tmp_path, start, "first")
    full.train(first, Audience())
    second = request(tmp_path, first.out, "second", own=(OwnSet("more", rows(240)),))
    full.train(second, Audience())
    names = [one.name for one in noted(second.out)]
    assert names == ["more", "letters", "shipped"]
    bundled = {one.name: one.licence for one in noted(WEIGHTS / "full")}
    assert bundled["astd"] == "GPL-2.0"


@pytest.mark.usefixtures("bundled")
def test_a_fresh_recipe_is_served_without_the_fast_models_opinion(
    start: Path, tmp_path: Path
) -> None:
    """The fast model learned of sets that an open recipe leaves out."""
    raw = start.parent / "raw"
    given = request(tmp_path, raw, own=(OwnSet("letters", rows(3600)),))
    text = given.recipe.read_text().replace("passes = 0.5", "passes = 0.05")
    given.recipe.write_text("fresh = true" + text)
    end = full.train(given, Audience())
    assert end.trained
    assert end.trained.fitted == "on texts of their own"
    about = json.loads((given.out / "config.json").read_text())["rasid"]
    assert about["calibration"] == 1
    assert {mix["fast"] for mix in about["mix"].values()} == {0.0}
    silent = {head: about["mix"][head]["encoder"] for head in ("intent", "needs", "dialect")}
    assert set(silent.values()) == {1.0}  # the rows say nothing of them


def test_a_torch_that_does_not_tell_of_bfloat16_trains_in_float32(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(torch.cpu, "_is_avx512_bf16_supported", raising=False)
    assert full.train(request(tmp_path, start), Audience()).done == 1.0


def test_own_texts_are_learned_from_as_they_are_served(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links and @names masked: what nobody serves it, it should not learn from."""
    learned: list[str] = []

    def caught(_recipe: object, _model: object, _tokenizer: object, examples: Any, **_: Any) -> Any:
        learned.extend(row.text for found in examples for row in found)
        raise ValueError("seen enough")

    monkeypatch.setattr(full, "Trainer", caught)
    raw = tuple({**row, "text": f"@nora {row['text']} https://a.example/1"} for row in rows())
    with pytest.raises(ValueError, match="seen enough"):
        full.train(request(tmp_path, start, own=(OwnSet("letters", raw),)), Audience())
    assert learned
    assert all(text.startswith("@user ") and text.endswith(" http") for text in learned)


def test_what_the_own_rows_do_not_say_stays_near_what_it_was(start: Path, tmp_path: Path) -> None:
    """Rows of sentiment move sentiments further than intents."""
    given = request(tmp_path, start)
    full.train(given, Audience())
    texts = [row["text"] for row in rows(60)]
    moved = {}
    old, new = (load(str(folder)).shares(texts) for folder in (start, given.out))  # type: ignore[attr-defined]
    for head in ("sentiment", "intent"):
        gap = torch.tensor(getattr(old, head)) - torch.tensor(getattr(new, head))
        moved[head] = float(gap.abs().sum(1).mean())
    assert moved["intent"] < moved["sentiment"]
