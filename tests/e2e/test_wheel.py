"""The wheel, unpacked outside the tree: everything that the code reads is in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import ENVIRONMENT, ROOT, WITHIN

DATA = (
    "listener/words/ar/*.po",
    "listener/words/en/*.po",
    "classifiers/weights/fast/model.safetensors",
    "listener/demo/texts.toml",
    "listener/store/migrations/versions/*.py",
    "listener/settings/templates/*.toml",
    "classifiers/making/recipes/*.toml",
    "classifiers/making/card/full.md",
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stands for site-packages."""
    pytest.importorskip("hatchling", reason="builds the wheel: pip install 'rasid[dev]'")
    built, place = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("site")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, built], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def run(place: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """As if installed in ``place``, from a folder that is not the tree."""
    elsewhere = place.parent
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=elsewhere,
        env=ENVIRONMENT | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
        **more,
    )


@pytest.mark.parametrize("pattern", DATA)
def test_what_the_packages_read_is_inside(unpacked: Path, pattern: str) -> None:
    assert list(unpacked.glob(pattern))


def test_every_file_of_the_packages_is_inside(unpacked: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "alerts", "classifiers", "listener"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("git does not know this tree")
    there = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    assert {name for name in there if not (unpacked / name).exists()} == set()


def test_nothing_else_is_inside(unpacked: Path) -> None:
    tops = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"alerts", "classifiers", "listener"}


def test_it_is_the_wheel_that_runs(unpacked: Path) -> None:
    found = run(unpacked, "-c", "import listener; print(listener.__file__)")
    assert found.stdout.startswith(str(unpacked))


def test_the_commands_work_from_it(unpacked: Path) -> None:
    shown = run(unpacked, "-m", "listener.cli", "--help")
    assert shown.returncode == 0, shown.stderr
    assert "Every day:" in shown.stdout


def test_its_tables_are_read_from_it(unpacked: Path) -> None:
    networks = run(unpacked, "-m", "listener.cli", "networks", "--json")
    assert networks.returncode == 0, networks.stderr
    assert {"mastodon", "bluesky"} <= {row["name"] for row in json.loads(networks.stdout)}


def test_the_model_works_from_it(unpacked: Path) -> None:
    texts = "الخدمة سيئة جدا والطلب تأخر\nthe coffee is wonderful, thank you\n"
    done = run(unpacked, "-m", "listener.cli", "model", "classify", input=texts)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["sentiment"] for row in rows] == ["negative", "positive"]
    assert [row["language"] for row in rows] == ["ar", "en"]


def test_the_demo_runs_from_it(unpacked: Path) -> None:
    done = run(unpacked, "-m", "listener.cli", "demo", "--seconds", "3", "--plain")
    assert done.returncode == 0, done.stderr
    assert "بانتظار الرد" in done.stdout
    assert "Next: " in done.stderr
