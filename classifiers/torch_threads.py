"""How models use a processor's cores: a batch a core.

No thread waits for another inside a matrix product, and none spins when there is nothing to do.
torch keeps one number of threads for the whole process, so that the number it found is read here,
before any model lowers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

FOUND = torch.get_num_threads()
Part = TypeVar("Part")
Result = TypeVar("Result")


def workers(threads: int | None, device: torch.device) -> int:
    """How many batches to compute at once on ``device``: ``threads``, None as many as torch found
    cores; one where a GPU computes."""
    if device.type != "cpu":
        return 1
    torch.set_num_threads(1)
    return threads or FOUND


def best_device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def each(compute: Callable[[Part], Result], parts: Iterable[Part], threads: int) -> list[Result]:
    """``compute`` of every part, in order, ``threads`` at once."""
    given = list(parts)
    if threads == 1 or len(given) < 2:
        return [compute(part) for part in given]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(compute, given))
