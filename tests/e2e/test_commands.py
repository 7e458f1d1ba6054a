"""Every command's help, and the exit codes: 0 done, 1 failed or refused, 2 wrong use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from listener.cli import main
from tests.e2e.running import brands


def every(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from every(command, *before, name)


@pytest.mark.parametrize("path", sorted(every(main)), ids=" ".join)
def test_help_says_what_the_command_does(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    about = [line for line in shown.output.splitlines() if line.startswith("  ")]
    assert about, "a sentence below the usage"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "rasid.toml"
    path.write_text(
        '[service]\nlanguage = "en"\n[storage]\nredis = "none"\n' + brands("رشفان"),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "arguments",
    [["stauts"], ["run", "dance"], ["why", "x"], ["report", "decade"], ["import"], ["demo", "--no"],
     ["report", "--of", "yesterweek"], ["demo", "--seconds", "long"], ["why", "1", "2"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_2_and_says_what_is_right(arguments: list[str], config: Path) -> None:
    found = CliRunner().invoke(main, ["--config", str(config), *arguments])
    assert found.exit_code == 2, found.output
    assert "Error: " in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [["why", "77"], ["report", "--brand", "nobody"], ["import", "--brand", "nobody", "-"],
     ["model", "classify", "--model", "EMPTY"]],
    ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_done_is_1_and_says_why(arguments: list[str], config: Path) -> None:
    (config.parent / "no model").mkdir()
    arguments = [str(config.parent / "no model") if a == "EMPTY" else a for a in arguments]
    found = CliRunner().invoke(main, ["--config", str(config), *arguments])
    assert found.exit_code == 1, found.output
    assert found.stderr.startswith("Error: ")
    assert not isinstance(found.exception, Exception) or isinstance(found.exception, SystemExit)


def test_done_is_0_on_an_installation_that_has_seen_nothing(config: Path) -> None:
    brought = CliRunner().invoke(main, ["--config", str(config), "import", "-"], input="")
    assert brought.exit_code == 0, brought.output
    for arguments in (["status"], ["status", "--json"], ["report"], ["networks"]):
        found = CliRunner().invoke(main, ["--config", str(config), *arguments])
        assert found.exit_code == 0, (arguments, found.output)
        assert found.stdout


@pytest.mark.parametrize("command", [["status"], ["run"], ["run", "label"], ["report"]])
def test_a_configuration_with_errors_is_1_and_names_them_all(
    command: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text('[service]\ntimezone = "Mars/Base"\ncolour = 1\n', encoding="utf-8")
    found = CliRunner().invoke(main, ["--config", str(path), *command])
    assert found.exit_code == 1
    assert "Mars/Base" in found.stderr
    assert "colour" in found.stderr


def test_a_secret_that_is_not_set_is_named_and_nothing_starts(config: Path) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write('[networks.webhook]\nsecret = "env:RASID_TEST_NOT_SET"\n')
    found = CliRunner().invoke(main, ["--config", str(config), "run"])
    assert found.exit_code == 1
    assert "RASID_TEST_NOT_SET is not set" in found.stderr
