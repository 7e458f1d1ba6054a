"""What each network offers, as rows of texts: for ``rasid networks`` and docs/networks.md."""

from __future__ import annotations

from collections.abc import Mapping

from listener.networks import BUILT, HANDED_IN, NETWORKS, about
from listener.networks.about import About

COLUMNS = ("search", "stream", "hashtag", "replies", "own_figures", "reach")
"""yes | no | partial."""
TEXTS = ("credential", "quota", "price", "history", "note")
MORE = ("reach_by", "delay", "duty", "terms")
"""Texts that may be empty: nobody has said yet."""


def capabilities() -> list[dict[str, str]]:
    """A row for every network Rasid knows of, built or not, as ``rasid networks --json`` prints.
    ``listening``: yes, or no, which is "not offered by the network". ``keep``: how long a post may
    be kept that is not read again, empty where the terms do not bound that."""
    read_here = {*BUILT, *HANDED_IN}
    return [_row(about(name), name in read_here) for name in (*NETWORKS, *HANDED_IN)]


def _row(known: About, built: bool) -> dict[str, str]:
    row = {key: getattr(known, key) for key in ("name", *COLUMNS, *TEXTS, *MORE)}
    keep = _span(known.keep.total_seconds()) if known.keep else ""
    return {
        **row,
        "listening": "yes" if known.listens else "no",
        "keep": keep,
        "every": every_text(known),
        "built": "yes" if built else "no",
    }


def every_text(known: About) -> str:
    """``every`` for people: "10 min", or by kind where kinds differ."""
    if not isinstance(known.every, Mapping):
        return _span(known.every.total_seconds())
    by_span: dict[float, list[str]] = {}
    for kind, span in known.every.items():
        by_span.setdefault(span.total_seconds(), []).append(kind.replace("_", " "))
    usual, *others = by_span  # as declared: the first is that of searches
    return "; ".join(
        [_span(usual), *(f"{', '.join(by_span[seconds])}: {_span(seconds)}" for seconds in others)]
    )


def _span(seconds: float) -> str:
    if seconds == 0:
        return "as it comes"
    if seconds % 86400 == 0 and seconds > 86400:
        return f"{int(seconds // 86400)} days"
    if seconds % 3600 == 0:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 60)} min" if seconds % 60 == 0 else f"{int(seconds)} s"
