"""Where to read, one file each. The registry: a name in the settings → the network's class.

Loaded when asked for: a process holds the networks that it reads, not all of them. A path that
ends in ``:ABOUT`` is a network that this version does not read yet; its file holds what is known
of it, and ``request`` and ``parse`` go there. ``demo`` is no line here, so no settings, command or
page offers it; only the contract suite reads it, by its class.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal

from listener.networks.about import About
from listener.networks.base import Network
from listener.networks.live import Stream

NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "x": "listener.networks.x:X",
        "instagram": "listener.networks.instagram:Instagram",
        "facebook": "listener.networks.facebook:Facebook",
        "threads": "listener.networks.threads:Threads",
        "linkedin": "listener.networks.linkedin:LinkedIn",
        "youtube": "listener.networks.youtube:YouTube",
        "pinterest": "listener.networks.pinterest:Pinterest",
        "snapchat": "listener.networks.snapchat:Snapchat",
        "tiktok": "listener.networks.tiktok:TikTok",
        "reddit": "listener.networks.reddit:Reddit",
        "bluesky": "listener.networks.bluesky:Bluesky",
        "mastodon": "listener.networks.mastodon:Mastodon",
        "hackernews": "listener.networks.hackernews:HackerNews",
        "rss": "listener.networks.rss:Rss",
        "telegram": "listener.networks.telegram:Telegram",
        "appstore": "listener.networks.appstore:AppStore",
        "googleplay": "listener.networks.googleplay:GooglePlay",
        "google_business": "listener.networks.google_business:GoogleBusiness",
        "trustpilot": "listener.networks.trustpilot:ABOUT",
        "lemmy": "listener.networks.lemmy:ABOUT",
        "stackexchange": "listener.networks.stackexchange:ABOUT",
        "github": "listener.networks.github:ABOUT",
    }
)
HANDED_IN: Mapping[str, str] = MappingProxyType(
    {
        "webhook": "listener.networks.handed_in:WEBHOOK",
        "import": "listener.networks.handed_in:IMPORT",
    }
)
"""Nobody polls these: rows come by POST /mentions and ``rasid import``."""
BUILT = tuple(name for name, path in NETWORKS.items() if not path.endswith(":ABOUT"))
"""Networks that this version reads."""


@cache
def about(name: str) -> About:
    """What is known of a network, read by this version or not. Raises KeyError for no network."""
    target = load({**NETWORKS, **HANDED_IN}[name])
    known = target if isinstance(target, About) else target.about
    assert isinstance(known, About)
    return known


def load(path: str) -> Any:
    """What stands at ``module:attribute``."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def build(name: str, options: Mapping[str, object]) -> Network:
    """The network ``name`` with the options it knows; keys of the runner (every, keep) are ignored.

    A secret's name among ``options`` (``token``: True) turns on what follows it
    (``Option.follows``); its value is not kept here. Raises KeyError for a network that is not
    built, ValueError for an option of the wrong type.
    """
    if name not in BUILT:
        raise KeyError(name)
    kind = load(NETWORKS[name])
    known = {field.name: field.default for field in dataclasses.fields(kind)}
    chosen: dict[str, Any] = {
        key: value for key, value in options.items() if key in known and value is not None
    }
    for key, option in about(name).options.items():
        if option.follows and options.get(option.follows):
            chosen.setdefault(key, True)
    for key, value in chosen.items():
        if isinstance(known[key], tuple):
            if isinstance(value, str) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"networks.{name}.{key}: expected a list of texts")
            chosen[key] = tuple(value)
        elif type(value) is not type(known[key]):
            raise ValueError(f"networks.{name}.{key}: expected {type(known[key]).__name__}")
    network: Network = kind(**chosen)
    return network


def build_stream(name: str, options: Mapping[str, object]) -> Stream | None:
    """The live stream of a network, where its settings name one (``stream = "wss://…"``), with the
    network's options as far as it knows them, too."""
    address = options.get("stream")
    if name not in BUILT or not isinstance(address, str):
        return None
    path = about(name).live
    if path is None:
        return None
    kind = load(path)
    known = {field.name for field in dataclasses.fields(kind)} - {"api_url"}
    network = build(name, options) if known else None
    more = {key: getattr(network, "api_url" if key == "home" else key) for key in known}
    stream: Stream = kind(api_url=address, **more)
    return stream


def keyless() -> list[str]:
    """Networks that are read here and answer without a sign-in."""
    return [name for name in BUILT if about(name).keyless]


def called(name: str, language: Literal["ar", "en"]) -> str | None:
    """A network's name for people, None for one that is not known (an imported row's own)."""
    known = name in NETWORKS or name in HANDED_IN
    return about(name).called(language) if known else None
