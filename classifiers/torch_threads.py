"""How models use a processor's cores: a batch a core.

No thread waits for another inside a matrix product, and none spins when there is nothing to do.
torch keeps one number of threads for the whole process, and the first model lowers it to one: a
second model must not ask torch how many cores there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Part = TypeVar("Part")
Result = TypeVar("Result")


def workers(threads: int | None, device: torch.device) -> int:
    """How many batches to compute at once on ``device``: ``threads``, None as many as this process
    has cores; one where a GPU computes."""
    if device.type != "cpu":
        return 1
    torch.set_num_threads(1)
    return threads or cores()


def cores() -> int:
    """Cores that this process may use: a container or ``taskset`` may give it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def bfloat16_products() -> bool:
    """Whether the processor multiplies bfloat16; False where torch does not say."""
    tells = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(tells and tells())


def best_device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def in_parallel(
    compute: Callable[[Part], Result], parts: Iterable[Part], threads: int
) -> list[Result]:
    """``compute`` of every part, in order, ``threads`` at once."""
    jobs = list(parts)
    if threads == 1 or len(jobs) < 2:
        return [compute(part) for part in jobs]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(compute, jobs))
