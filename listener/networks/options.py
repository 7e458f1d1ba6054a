"""The options of a network's own: what a key of its section takes, means, and is when not written.

The settings check a section by these and docs/config.md is made from them; nothing else knows the
options of a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

OptionKind = Literal["text", "texts", "number", "yes_no", "secret", "feeds"]
Need = Literal["needed", "optional"]


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``default``: what holds where nothing is written; None: see ``meaning``.

    ``follows``: one of the network's secrets; where that is configured and the option is not
    written, a yes_no option is yes. ``needs``: the secret without which it brings nothing.
    """

    kind: OptionKind
    meaning: str
    default: object = None
    needed: bool = False
    follows: str | None = None
    needs: str | None = None


LIMIT = Option("number", "items a page; the network's own most when not written")
VERSION = Option("text", "version of the API to ask for")
OWN_ID = Option("text", "id of the own account", needed=True)
TOKEN: Mapping[str, Need] = {"token": "needed"}


def takes(kind: OptionKind, value: Any) -> bool:
    """Whether ``value``, as TOML gives it, is of the kind an option takes.

    Secrets are checked by whoever knows how they are named (``listener.settings``).
    """
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind in ("texts", "feeds"):
        return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
    return isinstance(value, str) and bool(value.strip())
