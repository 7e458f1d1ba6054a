"""`rasid networks` for people: one network after the other, no line wider than a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from listener.cli.wrapping import wrapped
from listener.networks.capabilities import COLUMNS

NOT_OFFERED = "not offered by the network"
LABEL = 15
_SAID = {"yes": "{}", "partial": "{} (partly)"}


def lines(row: Mapping[str, str]) -> list[str]:
    """``row``: of ``networks.capabilities``."""
    head = row["name"] + ("" if row["built"] == "yes" else " (not in this version)")
    shown = [head]
    for label, text in _facts(row):
        if text:
            first = f"  {label}".ljust(LABEL)
            shown += wrapped(text, first=first, rest=" " * LABEL)
    return shown


def _facts(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    offered = [_SAID[row[key]].format(_name(key)) for key in COLUMNS if row[key] in _SAID]
    if row["listening"] == "no":
        yield "listening", f"{NOT_OFFERED}: what others write cannot be read"
        yield "read anyway", ", ".join(offered) or "nothing"
        yield "the rest", "rasid import FILE, or POST /mentions"
    else:
        yield "offered", ", ".join(offered)
        yield "not offered", ", ".join(_name(key) for key in COLUMNS if row[key] == "no")
    yield "reach counts", row["reach_by"]
    yield "credential", row["credential"]
    yield "quota", row["quota"]
    yield "price", row["price"]
    yield "delay", row["delay"]
    yield "history", row["history"]
    yield "kept", f"at most {row['keep']} unless it is read again" if row["keep"] else ""
    yield "duty", row["duty"]
    yield "terms", row["terms"]
    yield "read every", row["every"]
    yield "note", row["note"]


def _name(key: str) -> str:
    return key.replace("_", " ")
