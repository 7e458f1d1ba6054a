"""Prints the versions that stand in this environment as constraints for pip.

torch and what its builds bring along are left out: ``install_torch.py`` chooses the build.

Usage: python deploy/lock.py > deploy/constraints.txt
"""

from __future__ import annotations

import re
from importlib.metadata import distributions

LEFT_OUT = re.compile(r"rasid|pip|setuptools|wheel|torch|triton|nvidia-.*|cuda-.*")


def name_of(written: str) -> str:
    """As PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", written).lower()


def main() -> None:
    print("# The versions that were tested together. Made by `make lock`.")
    installed = {name_of(each.metadata["Name"]): each.version for each in distributions()}
    for name, version in sorted(installed.items()):
        if not LEFT_OUT.fullmatch(name):
            print(f"{name}=={version.split('+')[0]}")


if __name__ == "__main__":
    main()
