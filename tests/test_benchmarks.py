"""The measurements keep up with the code: each can still be started."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.py")))
def test_a_benchmark_finds_all_that_it_measures(name: str) -> None:
    import_module(f"benchmarks.{name}")
