"""Every network's contract, found by its file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.listener.networks.contract import Contract


def _found() -> tuple[Contract, ...]:
    names = sorted(path.stem for path in (Path(__file__).parent / "pages").glob("*.py"))
    modules = [import_module(f"tests.listener.networks.pages.{name}") for name in names]
    return tuple(module.CONTRACT for module in modules)


CONTRACTS = _found()
