"""Which names load what, what is refused, and that torch stays out until it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers import load, loading
from classifiers.foreign.label_names import sentiments_of


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
        (["NEG", "NEU", "POS"], ("negative", "neutral", "positive")),
        (["bad", "good"], ("negative", "positive")),
        (["سلبي", "محايد", "إيجابي"], ("negative", "neutral", "positive")),
        (["إيجابية", "سلبية"], ("positive", "negative")),
        (
            ["سلبي جدًّا", "سلبي", "محايد", "إيجابي", "إيجابي جدًّا"],
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
        (
            ["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"],
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
        (
            ["نجمة واحدة", "نجمتان", "3 نجوم", "٤ نجوم", "٥ نجوم"],
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
        (
            ["5", "4", "3", "2", "1"],
            ("positive", "positive", "neutral", "negative", "negative"),
        ),
        (
            ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"],
            ("negative", "negative", "neutral", "positive", "positive"),
        ),
    ],
)
def test_label_names_are_understood(names: list[str], expected: tuple[str, ...]) -> None:
    assert sentiments_of(dict(enumerate(names))) == expected


@pytest.mark.parametrize(
    "names",
    [
        ["joy", "anger"],
        ["LABEL_0"],
        ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"],
        ["positive", "neutral"],
        ["entailment", "neutral", "contradiction"],
        ["6 stars"],
        [],
    ],
)
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


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin", "model.pkl"])
def test_a_file_is_no_model_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(ValueError, match="a model is a folder"):
        load(str(tmp_path / name))


def test_a_broken_config_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="a foreign model needs torch")
    (tmp_path / "config.json").write_text(json.dumps({"no": "model"}))
    with pytest.raises(ValueError, match="config"):
        load(str(tmp_path))


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    loading.bundled_fast.cache_clear()
    monkeypatch.setitem(sys.modules, "classifiers.bag.classifier", None)
    with pytest.raises(ValueError, match=r"rasid\[label\]"):
        load("fast")
