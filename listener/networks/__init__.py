"""Where to read, one file each. The registry: a name in the settings → a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from listener.networks.base import Network, Stream
from listener.networks.bluesky import Bluesky
from listener.networks.hackernews import HackerNews
from listener.networks.jetstream import Jetstream
from listener.networks.mastodon import Mastodon
from listener.networks.offered import OFFERED
from listener.networks.rss import Rss

NETWORKS: dict[str, type[Mastodon] | type[Bluesky] | type[Rss] | type[HackerNews]] = {
    "mastodon": Mastodon,
    "bluesky": Bluesky,
    "rss": Rss,
    "hackernews": HackerNews,
}
HANDED_IN = frozenset({"webhook", "import"})
"""Built, but nobody polls them: rows come by POST /mentions and ``rasid import``."""

KEYLESS = tuple(NETWORKS)
"""Networks that answer without a sign-in."""


def build(name: str, options: Mapping[str, object]) -> Network:
    """The network ``name`` with the options it knows; keys of the runner (every, keep) are ignored.

    A ``token`` turns on what needs a sign-in; its value is not kept here. Raises KeyError for a
    network that is not built, ValueError for an option of the wrong type.
    """
    kind = NETWORKS[name]
    known = {field.name: field.default for field in dataclasses.fields(kind)}
    given: dict[str, Any] = {key: value for key, value in options.items() if key in known}
    given = {key: value for key, value in given.items() if value is not None}
    if "searching" in known and options.get("token"):
        given.setdefault("searching", True)
    for key, value in given.items():
        if isinstance(known[key], tuple):
            if isinstance(value, str) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"networks.{name}.{key}: expected a list of texts")
            given[key] = tuple(value)
        elif type(value) is not type(known[key]):
            raise ValueError(f"networks.{name}.{key}: expected {type(known[key]).__name__}")
    return kind(**given)


def build_stream(name: str, options: Mapping[str, object]) -> Stream | None:
    """The live stream of a network, where its settings name one (``stream = "wss://…"``)."""
    address = options.get("stream")
    return Jetstream(api_url=address) if name == "bluesky" and isinstance(address, str) else None


def capabilities() -> list[dict[str, str]]:
    """A row for every network Rasid knows of, built or not, as ``rasid networks --json`` prints."""
    return [
        {
            "name": name,
            **dataclasses.asdict(offered),
            "built": "yes" if name in NETWORKS or name in HANDED_IN else "no",
        }
        for name, offered in OFFERED.items()
    ]
