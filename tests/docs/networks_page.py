"""docs/networks.md and the networks' part of docs/config.md, made from the networks' own files:
``python -m tests.docs.networks_page`` writes both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from listener.networks import BUILT, HANDED_IN, about
from listener.networks.about import About
from listener.networks.capabilities import COLUMNS, capabilities, every_text
from listener.settings.networks import COMMON, NAMES
from tests.listener.settings.described import option_default

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "networks.md"
CONFIG = DOCS / "config.md"
OFFERS = (*COLUMNS[:-1], "reach", "history", "delay", "every")
TAKES = ("credential", "quota", "price", "keep", "duty")
_HEADS = {
    "every": "read every",
    "reach": "reach, and what it counts",
    "keep": "kept unless read again",
}
_FIRST, _LAST = "# Networks\n", "# plan.toml\n"


def page() -> str:
    """The whole page. *built: no* means that this version does not read it yet."""
    rows = capabilities()
    silent = [row["name"] for row in rows if row["listening"] == "no"]
    notes = [f"- **{row['name']}**: {row['note']}" for row in rows if row["note"]]
    return "\n".join(
        [
            "# Networks",
            "What each network lets a listener read. *No* is the network's answer, not a count of"
            " zero. *History* is how far back a first reading gets, *delay* how late news arrives,"
            " *read every* what holds where [`every`](config.md#networksname) is not written. Made"
            " from the networks' files; `rasid networks --json` prints the same.",
            "",
            f"Listening is **not offered by the network** on {_and(silent)}: there is no"
            " permitted way to read what others write there. Own figures are read; the rest comes"
            " by [`rasid import`](moving.md) or `POST /mentions`.",
            "",
            *_table(rows, ("built", *OFFERS)),
            "",
            "## What they take and ask",
            "",
            "*Price* is the network's. *Kept unless read again* is how long a post may be kept that"
            " is not read again: such a post goes then, whatever [retention] says, and its numbers"
            " stay."
            " *Duty* is what the terms ask of who stores posts.",
            "",
            *_table(rows, TAKES),
            "",
            *_terms(rows),
            "## Notes",
            "",
            *notes,
            "",
        ]
    )


def _table(rows: Sequence[Mapping[str, str]], keys: Sequence[str]) -> list[str]:
    heads = [_HEADS.get(key, key.replace("_", " ")) for key in keys]
    lines = [f"| network | {' | '.join(heads)} |", "|" + "---|" * (len(keys) + 1)]
    for row in rows:
        cells = [_cell(row, key).replace("|", "\\|") for key in keys]
        lines.append(f"| {row['name']} | {' | '.join(cells)} |")
    return lines


def _cell(row: Mapping[str, str], key: str) -> str:
    if key == "reach" and row["reach_by"]:
        return f"{row['reach']}: {row['reach_by']}"
    return row[key] or "–"


def _terms(rows: Sequence[Mapping[str, str]]) -> list[str]:
    known = [f"[{row['name']}]({row['terms']})" for row in rows if row["terms"]]
    return [f"The terms: {', '.join(known)}.", ""] if known else []


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def options() -> str:
    """The part of docs/config.md with every network's own options, its heading included."""
    common = ", ".join(f"`{key}`" for key in COMMON)
    parts = [
        f"{_FIRST}\nEvery network takes {common}; these are their own. *Not yet* marks those that"
        " this version cannot read: their sections are checked and wait.\n"
    ]
    ordered = sorted(NAMES, key=lambda name: name not in (*BUILT, *HANDED_IN))
    return "\n".join([*parts, *(_section(about(name)) for name in ordered)])


def _section(known: About) -> str:
    yet = "" if known.name in (*BUILT, *HANDED_IN) else " (not yet)"
    rows = [
        f"| `{key}` | {'*needed*' if need == 'needed' else '–'} | names a secret |"
        for key, need in known.secrets.items()
    ]
    for key, option in known.options.items():
        secret = "; names a secret" if option.kind == "secret" else ""
        follows = f"; `true` where `{option.follows}` is set" if option.follows else ""
        rows.append(f"| `{key}` | {option_default(option)} | {option.meaning}{secret}{follows} |")
    table = ["| key | default | meaning |", "| --- | --- | --- |", *rows] if rows else []
    read = f"Read every {every_text(known)} where `every` is not written."
    read = read if known.every else "Taken as it comes."
    return "\n".join([f"## networks.{known.name}{yet}", "", read, "", *table, ""])


def config(text: str) -> str:
    """``text`` of docs/config.md with the networks' part made anew."""
    before, _, rest = text.partition(f"\n{_FIRST}")
    return f"{before}\n{options()}\n{_LAST}{rest.partition(_LAST)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    CONFIG.write_text(config(CONFIG.read_text(encoding="utf-8")), encoding="utf-8")
