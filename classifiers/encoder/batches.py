"""Which texts are computed together, and how wide: a text's numbers depend on its own length alone.

A row's width decides in which order floats are added up. The difference is a ten-millionth, but at
the edge of an 8-bit step it becomes a whole step, and over the layers up to .03 of a probability
(18 of 300 texts differed by more than .005). So rows of one length are always equally wide,
whatever shares their batch; what is multiplied in 8 bits is exact, the number of rows changes
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

PADDED = 1024
"""Pieces of a batch with its padding: what a core's share of the cache holds."""
STEPS = ((32, 4), (64, 8))
"""Up to so many pieces a row is a multiple of so many wide, a longer one of 16."""


def width_of(pieces: int) -> int:
    """What a row of ``pieces`` is padded to; a sixth is padding on average.

    Always by one at least: where no row of a batch is padded attention goes another way.
    """
    step = next((step for most, step in STEPS if pieces < most), 16)
    return (pieces // step + 1) * step


def batches(order: Sequence[int], rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Neighbours in ``order`` (longest first) of one width, at most PADDED pieces with padding
    together; a wider row is alone."""
    parts: list[list[int]] = []
    last = 0
    for at in order:
        width = width_of(len(rows[at]))
        if parts and width == last and width * (len(parts[-1]) + 1) <= PADDED:
            parts[-1].append(at)
        else:
            parts.append([at])
        last = width
    return parts
