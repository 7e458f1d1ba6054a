"""The model that rasid.toml names: the tier, whose intent, and a folder beside the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classifiers.loading import WEIGHTS, bundled_fast
from listener.cli.models import configured
from listener.settings.load import load


def settings(folder: Path, classifiers: str) -> Path:
    path = folder / "rasid.toml"
    path.write_text(f'[[brands]]\nname = "x"\nkeywords = ["x"]\n[classifiers]\n{classifiers}\n')
    return path


def test_the_tier_and_the_intent_are_those_of_the_file(tmp_path: Path) -> None:
    fast = 'sentiment = { tier = "fast" }'
    assert configured(load(settings(tmp_path, fast))).model == bundled_fast().model
    rules = fast + '\nintent = { model = "lexicon" }'
    assert configured(load(settings(tmp_path, rules))).model == f"{bundled_fast().model}-rules"


def test_a_folder_is_looked_for_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(WEIGHTS / "fast", tmp_path / "models" / "ours")
    monkeypatch.chdir(tmp_path.parent)
    path = settings(tmp_path, 'sentiment = { model = "models/ours" }')
    assert configured(load(path)).model == bundled_fast().model
