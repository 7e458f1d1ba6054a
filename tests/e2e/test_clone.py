"""A clone at another path works by itself: nothing in the tree names the place it was made at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running import ENVIRONMENT, ROOT, WITHIN


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("this tree is no git repository")
    place = tmp_path_factory.mktemp("another place") / "rasid"
    done = subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", ROOT, place],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"git cannot clone this tree: {done.stderr.strip()[-200:]}")
    return place


def test_its_tests_pass_there(clone: Path) -> None:
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/alerts/cards", "-q", "-p", "no:cacheprovider"],
        cwd=clone, env=environment, capture_output=True, text=True, timeout=WITHIN, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert str(ROOT) not in done.stdout + done.stderr


def test_it_is_the_clone_that_is_imported(clone: Path) -> None:
    code = "import alerts, listener, classifiers; print(alerts.__file__, listener.__file__)"
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=clone, env=environment, capture_output=True, text=True,
        timeout=WITHIN, check=False,
    )  # fmt: skip
    assert done.stdout.count(str(clone)) == 2


def test_no_file_names_the_place_it_was_made_at(clone: Path) -> None:
    found = subprocess.run(
        ["git", "grep", "-I", "--fixed-strings", "--files-with-matches", str(ROOT)],
        cwd=clone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout == ""
