"""The house's own rules, held by machines: layers, words that must not be here, file sizes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("listener", "classifiers", "alerts")


def modules(package: str) -> set[str]:
    """Its direct modules and packages, by dotted name."""
    found = set()
    for path in (ROOT / package).iterdir():
        if path.suffix == ".py" and path.stem != "__init__":
            found.add(f"{package}.{path.stem}")
        elif (path / "__init__.py").exists():
            found.add(f"{package}.{path.name}")
    return found


@pytest.mark.parametrize(("package", "contract"), [("listener", 1), ("alerts", 2)])
def test_every_room_stands_on_a_floor(package: str, contract: int) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][contract]["layers"]
    assert modules(package) == {name for layer in layers for name in layer.split(" | ")}


def test_the_import_contracts_hold() -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, text=True, capture_output=True
    )
    assert found.returncode == 0, found.stdout[-2000:]


def test_classifiers_import_no_torch_until_asked() -> None:
    code = "import classifiers, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_source_files_are_small() -> None:
    sizes = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and path.name != "tables.py"  # all tables: one page
    }
    ordered = sorted(size for size in sizes.values() if size)
    assert ordered[len(ordered) // 2] <= 150
    assert {path: size for path, size in sizes.items() if size > 320} == {}
