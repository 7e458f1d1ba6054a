"""Which names load what, what is refused, and that torch stays out until it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers import load, loading
from classifiers.label_names import sentiments_of


def test_importing_and_using_the_fast_tier_imports_no_torch() -> None:
    code = (
        "import sys, classifiers; assert 'torch' not in sys.modules and 'numpy' not in sys.modules;"
        "print(classifiers.load('fast').classify(['الخدمة ممتازة'])[0].sentiment);"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "positive"), done.stderr


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["LABEL_0", "LABEL_1", "LABEL_2"], ("negative", "neutral", "positive")),
        (["LABEL_0", "LABEL_1"], ("negative", "positive")),
        (["pos", "neg"], ("positive", "negative")),
        (["Positive", "Neutral", "Negative"], ("positive", "neutral", "negative")),
        (["سلبي", "محايد", "إيجابي"], ("negative", "neutral", "positive")),
        (
            ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"],
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
    ],
)
def test_label_names_are_understood(names: list[str], expected: tuple[str, ...]) -> None:
    assert sentiments_of(dict(enumerate(names))) == expected


@pytest.mark.parametrize("names", [["joy", "anger"], ["LABEL_0"], ["positive", "neutral"], []])
def test_other_label_names_are_refused_with_what_was_found(names: list[str]) -> None:
    with pytest.raises(ValueError, match=names[0] if names else "expected"):
        sentiments_of(dict(enumerate(names)))


@pytest.mark.parametrize("name", ["nonsense", "./no/such/folder", "a/b/c"])
def test_unknown_names_say_what_to_use(name: str) -> None:
    with pytest.raises(ValueError, match="bundled"):
        load(name)


def test_bad_options() -> None:
    with pytest.raises(ValueError, match="tier"):
        load(tier="huge")
    with pytest.raises(ValueError, match="threads"):
        load(threads=0)


def _tiny_model(folder: Path, labels: list[str]) -> None:
    """A random two-layer BERT with a word-piece vocabulary of a few letters."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"ابتثجabc"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(labels)),
        label2id={name: at for at, name in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder, safe_serialization=True)


def test_a_folder_with_a_transformers_model(tmp_path: Path) -> None:
    _tiny_model(tmp_path, ["neg", "pos"])
    model = load(str(tmp_path))
    labels = model.classify(["ا ب ت", "", "\ud800", "a" * 100_000, "ا ب ت"])
    assert labels[0] == labels[4]
    assert all(label.probabilities.neutral == 0 for label in labels)
    assert all(sum(_shares(label)) == pytest.approx(1) for label in labels)
    assert model.model.startswith("hf-")


def _shares(label: object) -> tuple[float, float, float]:
    shares = label.probabilities  # type: ignore[attr-defined]
    return shares.negative, shares.neutral, shares.positive


def test_foreign_labels_are_refused(tmp_path: Path) -> None:
    _tiny_model(tmp_path, ["joy", "anger"])
    with pytest.raises(ValueError, match="joy"):
        load(str(tmp_path))


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    import torch

    _tiny_model(tmp_path, ["neg", "pos"])
    (tmp_path / "model.safetensors").unlink()
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ValueError, match="safetensors"):
        load(str(tmp_path))


def test_a_broken_config_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"no": "model"}))
    with pytest.raises(ValueError, match="config"):
        load(str(tmp_path))


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    loading.bundled_fast.cache_clear()
    monkeypatch.setitem(sys.modules, "classifiers.bag", None)
    with pytest.raises(ValueError, match=r"rasid\[label\]"):
        load("fast")
