"""docs/networks.md, made from what the code says: ``python -m tests.docs.networks_page``."""

from __future__ import annotations

from pathlib import Path

from listener.networks import capabilities

PAGE = Path(__file__).parents[2] / "docs" / "networks.md"
COLUMNS = ("search", "stream", "hashtag", "replies", "own_figures", "reach", "credential", "quota")


def page() -> str:
    """The whole page. *built: no* means that this version does not read it yet."""
    rows = [f"| network | built | {' | '.join(COLUMNS).replace('_', ' ')} |"]
    rows.append("|" + "---|" * (len(COLUMNS) + 2))
    for row in capabilities():
        cells = [row[name].replace("|", "\\|") for name in COLUMNS]
        rows.append(f"| {row['name']} | {row['built']} | {' | '.join(cells)} |")
    notes = [f"- **{row['name']}**: {row['note']}" for row in capabilities() if row["note"]]
    return "\n".join(
        [
            "# Networks",
            "What each network lets a listener read. *No* is the network's answer, not a count of"
            " zero. Made from the code; `rasid networks --json` prints the same.",
            "",
            *rows,
            "",
            *notes,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
