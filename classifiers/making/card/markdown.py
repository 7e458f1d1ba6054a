"""The pieces that every card is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from classifiers.making.card.licences import Learned, grouped


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table; a bar inside a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


def share(value: float | None) -> str:
    """``.823``; a dash where there is nothing to say."""
    if value is None:
        return "–"
    return f"{value:.3f}".removeprefix("0") if value >= 0 else f"−{share(-value)}"


def between(low: float, high: float) -> str:
    """``.801–.845``, a 95 % interval."""
    return f"{share(low)}–{share(high)}"


def with_interval(value: float, low: float, high: float) -> str:
    return f"{share(value)} ({between(low, high)})"


def licence_table(sets: Iterable[Learned]) -> str:
    """Sets and their stated terms by class; counts where they are known."""
    rows = []
    for name, ones in grouped(sets).items():
        texts = [one.texts for one in ones if one.texts is not None]
        parts = (
            f"{one.name} ({one.licence}{'' if one.texts is None else f'; {one.texts:,}'})"
            for one in ones
        )
        rows.append([name, f"{sum(texts):,}" if texts else "–", ", ".join(parts)])
    return table(["terms", "texts", "sets (terms as stated; texts)"], rows)
