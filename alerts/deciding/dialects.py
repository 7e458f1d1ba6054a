"""When a dialect is sure enough to be told to a person, or to choose who answers."""

from __future__ import annotations

SURE_DIALECT = 0.8
"""A dialect that is wrong on a card costs trust in all that stands beside it, and one that is left
out costs nothing; a short post often has no word that tells. So four of five must be right of those
that are least sure. Cards and routes ask the same, or a card would not show why its route took it.
"""


def sure_dialect(dialect: str | None, probability: float | None) -> str | None:
    """``dialect``, or None where its ``probability`` is below ``SURE_DIALECT`` or unknown (labels
    from before it was stored, models that give none)."""
    return dialect if probability is not None and probability >= SURE_DIALECT else None
