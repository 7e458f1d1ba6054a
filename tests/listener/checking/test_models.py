"""A model that is not there is found by `check`, and a secret beside the other errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from listener.checking.check import check
from listener.cli import main

TOML = """
[[brands]]
name = "رشفان"
keywords = ["رشفان"]
[networks.hackernews]
[channels.care]
kind = "slack"
token = "env:RASID_TEST_ABSENT"
channel = "#care"
[[routes]]
name = "all"
channel = "care"
[classifiers]
sentiment = {{ model = "{model}" }}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("models/ours", "models/empty", "ours"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("models/ours", "ours"):
        (tmp_path / name / "model.safetensors").write_bytes(b"x")
    return tmp_path


def found(folder: Path, model: str) -> dict[str, str]:
    path = folder / "rasid.toml"
    path.write_text(TOML.format(model=model), encoding="utf-8")
    return {of.code: of.level for of in check(path).findings if "classifiers" in of.path}


@pytest.mark.parametrize("model", ["bundled", "fast", "lexicon", "ours", "./models/ours"])
def test_a_model_that_is_there_is_no_finding(folder: Path, model: str) -> None:
    assert found(folder, model) == {}


@pytest.mark.parametrize(
    "model",
    ["models/old", "./nowhere", "~/rasid-no-such-folder", "nowhere", "a/b/c", "rasid.toml", "/x"],
)
def test_a_folder_that_is_not_there_is_an_error(folder: Path, model: str) -> None:
    assert found(folder, model) == {"no_model": "error"}


def test_a_folder_without_a_model_is_an_error(folder: Path) -> None:
    assert found(folder, "models/empty") == {"model_empty": "error"}


def test_a_name_of_the_hub_is_said_to_be_taken_as_one(folder: Path) -> None:
    assert found(folder, "owner/model") == {"model_of_hub": "note"}


@pytest.mark.parametrize("command", [["check"], ["run"], ["import", "-"]], ids=" ".join)
@pytest.mark.parametrize(
    "wrong", ['listen = "nowhere"', "alert_within = 7"], ids=["value", "shape"]
)
def test_a_missing_secret_is_told_beside_the_other_errors(
    folder: Path, command: list[str], wrong: str
) -> None:
    path = folder / "rasid.toml"
    text = TOML.format(model="bundled") + f'[service]\nlanguage = "en"\n{wrong}\n'
    path.write_text(text, encoding="utf-8")
    told = CliRunner().invoke(main, ["--config", str(path), *command], input="")
    assert told.exit_code == 1
    assert "env:RASID_TEST_ABSENT is not set" in told.output
    assert f"service.{wrong.split()[0]}" in told.output
