"""The command line as the docs describe it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from listener.cli import main
from listener.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", ROOT / "README.ar.md", *(ROOT / "docs").glob("*.md")]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_docs_name_only_commands_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"rasid ([a-z]+)\b(?! migrate)", text)) - {"takes"}
    assert named <= set(COMMANDS)


def test_a_mistyped_command_suggests() -> None:
    answer = CliRunner().invoke(main, ["stauts"])
    assert answer.exit_code == 2
    assert 'Did you mean "status"?' in answer.output


def test_a_missing_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["--config", str(tmp_path / "no.toml"), "status"])
    assert answer.exit_code == 1
    assert "rasid init" in answer.output


def test_help_has_its_parts_in_order() -> None:
    text = CliRunner().invoke(main, ["--help"]).output
    places = [text.index(part) for part in ("Start:", "Every day:", "Keep:")]
    assert places == sorted(places)
