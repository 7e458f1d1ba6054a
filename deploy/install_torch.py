"""Puts torch into this environment, without gigabytes of CUDA where that can be helped.

On Linux PyPI's torch depends on NVIDIA's libraries. So: PyTorch's own CPU wheels first (a short
timeout: many networks do not reach them), else the version below from wherever pip is set up to
look, its size said before it is downloaded. ``TORCH='torch==2.9.1' make install`` overrides it.

Usage: python deploy/install_torch.py [REQUIREMENT]
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FALLBACK = "torch==2.13.0"
RANGE = "torch>=2.4"
TIMEOUT = 6


def pip(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, text=True, capture_output=quiet, check=False)


def reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/torch/", timeout=TIMEOUT):
            return True
    except (urllib.error.URLError, OSError):
        return False


def size_of(url: str) -> int | None:
    """Bytes behind a file: or https: address; None where the server does not say."""
    if url.startswith("file://"):
        return Path(urllib.request.url2pathname(url.removeprefix("file://"))).stat().st_size
    try:
        request = urllib.request.Request(url, method="HEAD")
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            length = answer.headers.get("Content-Length")
            return int(length) if length else None
    except (urllib.error.URLError, OSError):
        return None


def say_size(requirement: str) -> None:
    """Prints what ``requirement`` would bring, and warns of CUDA."""
    plan = pip("install", "--dry-run", "--quiet", "--report", "-", requirement, quiet=True)
    if plan.returncode != 0:
        return
    items = json.loads(plan.stdout)["install"]
    sizes = [size_of(item["download_info"]["url"]) for item in items]
    total = sum(size for size in sizes if size is not None)
    names = [item["metadata"]["name"] for item in items]
    print(f"  {len(names)} packages, about {total / 1e6:,.0f} MB to download", flush=True)
    if any(name.startswith("nvidia") for name in names):
        print("  this is the CUDA build; Rasid needs only a CPU. To avoid it, make", CPU_INDEX)
        print("  reachable, or give another source: TORCH='torch @ file:///…whl' make install")


def main(arguments: list[str]) -> int:
    wanted = arguments[0] if arguments and arguments[0] else None
    if wanted is None and importlib.util.find_spec("torch") is not None:
        return 0
    if wanted is None and sys.platform == "linux" and reachable(CPU_INDEX):
        print(f"torch: CPU build from {CPU_INDEX} (about 200 MB)", flush=True)
        if pip("install", "--index-url", CPU_INDEX, RANGE).returncode == 0:
            return 0
    requirement = wanted or FALLBACK
    print(f"torch: {requirement}", flush=True)
    say_size(requirement)
    return pip("install", "--quiet", requirement).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
