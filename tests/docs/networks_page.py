"""docs/networks.md and the networks' part of docs/config.md, made from the networks' own files:
``python -m tests.docs.networks_page`` writes both."""

from __future__ import annotations

from pathlib import Path

from listener.networks import BUILT, HANDED_IN, about
from listener.networks.about import About
from listener.networks.capabilities import COLUMNS, capabilities, every_text
from listener.settings.networks import COMMON, NAMES
from tests.listener.settings.described import option_default

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "networks.md"
CONFIG = DOCS / "config.md"
SHOWN = (*COLUMNS, "credential", "quota", "price", "history", "every")
_FIRST, _LAST = "# Networks\n", "# plan.toml\n"


def page() -> str:
    """The whole page. *built: no* means that this version does not read it yet."""
    heads = [name.replace("_", " ") for name in SHOWN[:-1]]
    rows = [f"| network | built | {' | '.join(heads)} | read every |"]
    rows.append("|" + "---|" * (len(SHOWN) + 2))
    for row in capabilities():
        cells = [row[name].replace("|", "\\|") for name in SHOWN]
        rows.append(f"| {row['name']} | {row['built']} | {' | '.join(cells)} |")
    notes = [f"- **{row['name']}**: {row['note']}" for row in capabilities() if row["note"]]
    return "\n".join(
        [
            "# Networks",
            "What each network lets a listener read. *No* is the network's answer, not a count of"
            " zero. *History* is how far back a first reading gets, *read every* what holds where"
            " [`every`](config.md#networksname) is not written; *price* is the network's. Made from"
            " the networks' files; `rasid networks --json` prints the same.",
            "",
            *rows,
            "",
            *notes,
            "",
        ]
    )


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
