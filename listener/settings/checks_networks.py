"""The [networks] tables: known names, their own options, feeds and budgets."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import urlsplit

from listener.networks import BUILT, about
from listener.networks.about import About, ReadKind
from listener.networks.options import Option, takes
from listener.settings.budgets import PERIODS, cap
from listener.settings.document import Document
from listener.settings.findings import listed, near
from listener.settings.networks import NAMES, SECRETS, keys_of, secrets_of
from listener.settings.values import Secret, duration

KINDS: tuple[str, ...] = get_args(ReadKind)
"""Kinds of reads that ``every`` may be written for, one by one."""
_WRONG = {"text": "not_text", "texts": "not_list", "feeds": "not_list", "number": "not_whole"}


def check_networks(document: Document, raw: Any, built: Collection[str]) -> Any:
    """What of ``raw`` the model is to see: secrets among the options named, feed files read.

    Notes what is wrong on the way; what is no table is left for the model to refuse.
    """
    if not isinstance(raw, Mapping):
        return raw
    kept: dict[str, Any] = {}
    for name, options in raw.items():
        if name == "import":
            document.find(("networks", name), "import_section")
        elif name not in NAMES:
            guess = near(name, NAMES)
            document.find(
                ("networks", name), "unknown_network", given=name, near=guess, known=listed(NAMES)
            )
        elif isinstance(options, Mapping):
            kept[name] = _options(document, name, options, about(name))
            if name in built and name in BUILT:  # what the others count is not known yet
                _budget(document, name, options, about(name))
            if name not in built and options.get("enabled") is not False:
                document.find(("networks", name), "not_built", "note", given=name)
        else:
            kept[name] = options
    if not any(isinstance(v, Mapping) and v.get("enabled") is not False for v in raw.values()):
        document.find(("networks",), "no_network", "warning")
    return kept


def _options(
    document: Document, network: str, section: Mapping[str, Any], known: About
) -> dict[str, Any]:
    at, keys = ("networks", network), keys_of(known)
    kept: dict[str, Any] = {}
    off = section.get("enabled") is False
    for key, value in section.items():
        if key == "every" and isinstance(value, Mapping):
            kept[key] = _every(document, (*at, key), value)
        elif key in known.options:
            kept[key] = _option(document, (*at, key), known.options[key], value)
        elif key in keys:
            kept[key] = value
        else:
            guess = near(key, keys)
            document.find(
                (*at, key),
                "unknown_option",
                network=network,
                key=key,
                near=guess,
                known=listed(keys),
            )
    needed = [key for key, need in known.secrets.items() if need == "needed"]
    needed += [key for key, option in known.options.items() if option.needed]
    for key in needed:
        if key not in section and not off:
            document.find(at, "needed", key=key)
    for key, option in known.options.items():
        given = section.get(key)
        if off or not option.needs or option.needs in section or not isinstance(given, str):
            continue
        if is_address(given, "ws", "wss"):  # else that is what is wrong with it
            document.find((*at, key), "option_needs", "warning", key=key, secret=option.needs)
    _common(document, at, section)
    return {k: v for k, v in kept.items() if k not in SECRETS or k in secrets_of(known)}


def _common(document: Document, at: tuple[str, str], section: Mapping[str, Any]) -> None:
    try:
        written = section.get("every", "1s")
        if not isinstance(written, Mapping) and duration(written).total_seconds() < 1:
            document.find((*at, "every"), "every")
    except ValueError:
        pass  # the model says it
    api_url = section.get("api_url")
    if isinstance(api_url, str) and not is_address(api_url):
        document.find((*at, "api_url"), "address", given=_without_sign_in(api_url))
    budget = section.get("budget")
    for key, value in budget.items() if isinstance(budget, Mapping) else ():
        if key not in PERIODS:
            document.find((*at, "budget", key), "budget_key")
            continue
        try:
            cap(key, value if isinstance(value, str) else "")
        except ValueError:
            document.find((*at, "budget", key), "budget")


def _budget(document: Document, network: str, section: Mapping[str, Any], known: About) -> None:
    """A budget is in a unit that the network counts in."""
    written = section.get("budget")
    units = list(dict.fromkeys(allowance.unit for allowance in known.allowances.values()))
    for key, value in written.items() if isinstance(written, Mapping) else ():
        try:
            unit = cap(key, value).unit
        except (ValueError, KeyError, TypeError):
            continue  # told already
        at = ("networks", network, "budget", key)
        if not units:
            document.find(at, "budget_uncounted", network=network)
        elif unit not in units:
            document.find(at, "budget_unit", network=network, unit=unit, known=listed(units))


def _every(
    document: Document, at: tuple[str, ...], table: Mapping[str, Any]
) -> dict[str, timedelta]:
    """What of a table by kind of read can be used."""
    kept = {}
    for kind, value in table.items():
        try:
            span = duration(value)
        except ValueError:
            document.find((*at, kind), "duration")
            continue
        if kind not in KINDS:
            guess = near(kind, KINDS)
            document.find((*at, kind), "read_kind", given=kind, near=guess, known=listed(KINDS))
        elif span.total_seconds() < 1:
            document.find((*at, kind), "every")
        else:
            kept[kind] = span
    return kept


def _option(document: Document, loc: tuple[str, ...], option: Option, value: Any) -> Any:
    if option.kind == "secret":
        try:
            return Secret.parse(value, document.base)
        except ValueError:
            document.find(loc, "secret")
            return None
    if option.kind == "feeds" and isinstance(value, str):
        value = [value]
    if not takes(option.kind, value):
        document.find(loc, _WRONG.get(option.kind, "not_yes_no"))
    elif option.kind == "feeds":
        return _feeds(document, loc, value)
    elif loc[-1] == "stream" and isinstance(value, str) and not is_address(value, "ws", "wss"):
        document.find(loc, "address", given=_without_sign_in(value))
    return value


def _feeds(document: Document, loc: tuple[str, ...], value: list[str]) -> list[str]:
    """Addresses as they are; a path is a file with an address a line, # before remarks."""
    feeds: list[str] = []
    for i, entry in enumerate(value):
        if "://" in entry:
            addresses = [entry.strip()]
        else:
            try:
                text = (document.base / entry).read_text(encoding="utf-8-sig")
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "not UTF-8 text"
                document.find((*loc, i), "feeds_file", given=entry, why=why)
                continue
            addresses = [line.strip() for line in text.splitlines()]
            addresses = [line for line in addresses if line and not line.startswith("#")]
        for feed in addresses:
            if not is_address(feed):
                document.find((*loc, i), "address", given=_without_sign_in(feed))
        feeds += addresses
    if not value:
        document.find(loc, "no_feeds", "warning")
    return list(dict.fromkeys(feeds))


def is_address(text: str, *schemes: str) -> bool:
    """Whether ``text`` is a whole address of one of ``schemes`` (http and https when none)."""
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in (schemes or ("http", "https")) and bool(parts.hostname)
    except ValueError:
        return False


def _without_sign_in(text: str) -> str:
    """An address as a finding may quote it: no name and password, no query."""
    return re.sub(r"//[^/@]*@", "//…@", text).partition("?")[0]
